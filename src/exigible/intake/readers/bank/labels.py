"""Names and references in what French banks write in plain text on a movement."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from exigible.intake.readers.bank.parts import marked_parts, meant_reference, words

_KIND: Final = re.compile(
    r"(?:VIR(?:EMENTS?)?|PRLV|PRELEVEMENT)\.?(?![A-Z])"
    r"(?:\s+(?:SEPA|INST(?:ANTANE)?|RECUS?|REÇUS?|EMIS|ÉMIS|EUROPEEN|PERM(?:ANENT)?|WEB|LOGITEL|CORE|B2B"
    r"|\S*\d\S*)(?!\S))*",
    re.IGNORECASE,
)
_MARK: Final = re.compile(
    r"/(DE|POUR|MOTIF|REF|ID|MANDAT)\s|\b(DE|POUR|MOTIF|REF|ID|DATE|CHEZ|MANDAT)\s*:\s*"
)


@dataclass(frozen=True, slots=True)
class Label:
    """Each part is "" where the label does not say it."""

    name: str = ""
    text: str = ""
    end_to_end: str = ""
    mandate: str = ""


def read_label(label: str) -> Label:
    """What a French label tells: "VIR SEPA RECU /DE DURAND SA /MOTIF FA 12 /REF X", or "VIR SEPA DURAND SA".

    Only labels that begin by the word for a transfer or a direct debit are read, and a name without marks is
    taken only where no figure follows it.
    """
    line = " ".join(label.split())
    kind = _KIND.match(line)
    if kind is None:
        return Label()
    rest = line[kind.end() :].strip()
    marked = marked_parts(_MARK, rest)
    if not marked:
        return Label(name="" if any(letter.isdigit() for letter in rest) else words(rest))
    parts: dict[str, str] = {}
    for mark, value in marked:
        parts.setdefault(mark[1] or mark[2], value.strip(" /"))
    return Label(
        words(parts.get("DE") or parts.get("POUR", "")),
        words(parts.get("MOTIF", "")),
        meant_reference(parts.get("REF", "")),
        meant_reference(parts.get("MANDAT", "")),
    )
