"""Which ISO 20022 message a file holds, told from its first elements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from exigible.intake.readers.bank.camt.xml import BLOCK, check_prolog, local_name, pull
from exigible.intake.readers.problems import Findings, refuse
from exigible.intake.readers.textfile import kind_by_first_bytes

STATEMENT: Final = "camt.053"
REPORT: Final = "camt.052"
NOTICE: Final = "camt.054"
_MESSAGES: Final = {
    "BkToCstmrStmt": STATEMENT,
    "BkToCstmrAcctRpt": REPORT,
    "BkToCstmrDbtCdtNtfctn": NOTICE,
    "BkToCstmrStmtV01": STATEMENT,
    "BkToCstmrAcctRptV01": REPORT,
    "BkToCstmrDbtCdtNtfctnV01": NOTICE,
}
_OTHERS: Final = {
    "CstmrCdtTrfInitn": ("payment-order", "pain.001"),
    "CstmrDrctDbtInitn": ("collection-order", "pain.008"),
    "CstmrPmtStsRpt": ("status-report", "pain.002"),
}
_NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[234]\.\d{3}\.(\d{2}))\Z")
_LATEST_VERSION: Final = 13
_MOST_SEEN: Final = 2_000  # a business header comes first in some files
_ISO_20022: Final = re.compile(rb"BkToCstmr|urn:iso:std:iso:20022|<(?:\w+:)?Document[\s>]")


@dataclass(frozen=True, slots=True)
class Message:
    """`kind` is "camt.053"…; `format` has its version where the file tells it; `name` is its element."""

    kind: str
    format: str
    name: str


def is_camt(head: bytes) -> bool:
    """Whether a file that begins so is for `read_camt`: a statement, or an ISO 20022 message it can name.

    A payment order is among them, so that it is refused for what it is.
    """
    plain = head.replace(b"\0", b"")
    return b"<" in plain[:100] and _ISO_20022.search(plain) is not None


def message_of(path: Path, findings: Findings) -> Message:
    """The message in the file; warns of a namespace that is missing or unknown.

    Raises UnreadableFile for what is no statement, with what it is.
    """
    _check_first_bytes(path)
    names: list[str] = []
    for _, element in islice(pull(path, ("start",), None), _MOST_SEEN):
        name = local_name(element.tag)
        if name in _MESSAGES:
            return _known(name, element.tag[1:].rpartition("}")[0], findings)
        if name in _OTHERS:
            code, found = _OTHERS[name]
            raise refuse(code, found, STATEMENT, line=element.sourceline)
        names.append(name)
    found = names[1] if names[0] == "Document" and len(names) > 1 else names[0]
    raise refuse("unknown-xml", found, STATEMENT)


def _check_first_bytes(path: Path) -> None:
    with path.open("rb") as stream:
        head = stream.read(BLOCK)
    if not head.strip():
        raise refuse("empty-file", expected=STATEMENT)
    if b"<" not in head[:1_000]:
        found = kind_by_first_bytes(path) or "no XML"
        raise refuse("not-a-bank-statement", found, STATEMENT)
    check_prolog(head)


def _known(name: str, namespace: str, findings: Findings) -> Message:
    kind = _MESSAGES[name]
    stated = _NAMESPACE.match(namespace)
    if stated is not None and stated[1].startswith(kind):
        if int(stated[2]) > _LATEST_VERSION:
            findings.warn("unknown-version", None, None, stated[1], f"{_LATEST_VERSION:02d}")
        return Message(kind, stated[1], name)
    if namespace:
        findings.warn("unknown-namespace", None, None, namespace, kind)
    else:
        findings.warn("no-namespace", None, None, kind)
    return Message(kind, kind, name)
