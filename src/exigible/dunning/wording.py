"""The texts of reminders: read from `wordings/`, checked, and filled with the values of a case."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from exigible.documents.wording import date_in_text
from exigible.kernel.errors import UserMistake

FOLDER: Final = Path(__file__).parent / "wordings"

VARIABLES: Final = {
    "customer": "name of the customer",
    "customer_code": "code of the customer's account",
    "company": "name of the creditor",
    "collector": "name of the collector in charge of the customer",
    "total": "what is asked for, charges included",
    "principal": "what is asked for without the charges",
    "interest": "late interest in the sum, where there is some",
    "indemnity": "fixed recovery charge in the sum, where there is some",
    "item_count": "how many items are asked for",
    "reference": "what the payment should quote",
    "iban": "account to pay to",
    "due_span": "when it falls or fell due: on a date, or between two",
    "previous_on": "date of the last message about these items",
    "pay_by": "date by which payment is asked for",
    "dated": "date of the message",
    "promised": "sum of the promise that was not kept",
    "promised_on": "date of the promise that was not kept",
    "disputed": "sum that the customer contests",
    "disputed_document": "number of the document that it contests",
    "contract_rate": "rate of late interest agreed in the general terms",
    "if_professional": "for a professional debtor",
    "if_individual": "for a debtor who is not a professional",
    "if_charges": "when the sum holds late interest",
    "if_indemnity": "when the sum holds the fixed indemnity",
}
"""What a text may name; the names beginning with if_ say nothing and only keep a paragraph for a case."""

Alternatives = tuple[str, ...]

_SPAN: Final = {
    "fr": ("le {first}", "entre le {first} et le {last}"),
    "en": ("on {first}", "between {first} and {last}"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text before its values are known: for each paragraph its alternatives, the first that can be said."""

    subject: str
    body: tuple[Alternatives, ...]
    closing: tuple[Alternatives, ...]
    sms: str = ""


@dataclass(frozen=True, slots=True)
class Worded:
    """A text as it will be read."""

    subject: str
    body: tuple[str, ...]
    closing: tuple[str, ...]


@lru_cache(maxsize=128)
def find_wording(tone: str, language: str, country: str) -> Wording:
    """The text of a tone in a language, as the law of the creditor's country has it said."""
    folder = FOLDER / language
    path = folder / f"{tone}.{country}.toml"
    if not path.exists():
        path = folder / f"{tone}.toml"
    return read_wording(path.read_text(encoding="utf-8"))


def read_wording(text: str) -> Wording:
    """A text and its variables, checked. Raises UserMistake("unknown-variable") or ("unreadable-wording")."""
    try:
        data = tomllib.loads(text)
        wording = Wording(
            data["subject"],
            _alternatives(data["body"]),
            _alternatives(data.get("closing", [])),
            data.get("sms", ""),
        )
        check_variables([wording.subject, wording.sms, *_all(wording.body), *_all(wording.closing)])
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UserMistake(
            "unreadable-wording", "The wording cannot be read: {why}", why=str(error)
        ) from error
    return wording


def check_variables(texts: Iterable[str]) -> None:
    """Raises UserMistake("unknown-variable") for a text that names a value which no case has."""
    for text in texts:
        for name in names_in(text):
            if name not in VARIABLES:
                raise UserMistake(
                    "unknown-variable",
                    "“{found}” is not a value that a letter can have: {expected}.",
                    found=name,
                    expected=", ".join(VARIABLES),
                )


def fill(wording: Wording, values: Mapping[str, str]) -> Worded:
    """The text with its values. A paragraph that names a value which is not there is left out."""
    return Worded(
        subject=fill_line(wording.subject, values),
        body=_said(wording.body, values),
        closing=_said(wording.closing, values),
    )


def fill_line(text: str, values: Mapping[str, str]) -> str:
    """One line with its values; where one is not known, neither a double space nor a lone sign is left."""
    names = set(names_in(text))
    missing = names - values.keys() if type(values) is dict else set()
    if not missing:
        return text.format_map(values)
    said = text.format_map({**values, **dict.fromkeys(missing, "")})
    said = re.sub(r"\(\s*\)|«\s*»|“\s*”", "", said)
    said = re.sub(r"[^\S\n]+([,.)])(?=[\s,.;:)]|$)", r"\1", said)
    said = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", said)
    return re.sub(r"[^\S\n]{2,}", " ", said).strip(" ,;:–-")


def names_in(text: str) -> list[str]:
    """The names in braces in a text."""
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


def due_span(days: Iterable[date], language: str) -> str:
    """ "le 01/10/2026" or "entre le 01/10/2026 et le 31/10/2026"."""
    known = sorted(days)
    first, last = (date_in_text(day, language) for day in (known[0], known[-1]))
    return _SPAN[language][first != last].format(first=first, last=last)


def _said(paragraphs: Iterable[Alternatives], values: Mapping[str, str]) -> tuple[str, ...]:
    chosen = (next((t for t in choice if set(names_in(t)) <= values.keys()), None) for choice in paragraphs)
    return tuple(text.format_map(values) for text in chosen if text is not None)


def _alternatives(paragraphs: list[Any]) -> tuple[Alternatives, ...]:
    return tuple((p,) if isinstance(p, str) else tuple(p) for p in paragraphs)


def _all(paragraphs: Iterable[Alternatives]) -> list[str]:
    return [text for choice in paragraphs for text in choice]
