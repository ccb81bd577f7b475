"""The values of CAMT: amounts, sides, dates, accounts, and the bank's ways of saying that there is none."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from exigible.intake.readers.bank.camt.xml import Node
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import parse_amount
from exigible.kernel.text import clean

_DECIMAL: Final = re.compile(r"\+?(?:\d+(?:\.\d*)?|\.\d+)\Z", re.ASCII)
_DATE: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?\Z", re.ASCII
)
_FIRST_YEAR: Final = 1900
_SIDES: Final = {"CRDT": 1, "DBIT": -1}
_LONGEST_LINE: Final = 100_000
_LONGEST_NAME: Final = 200
_ACCOUNTS: Final = (("Id", "IBAN"), ("Id", "Othr", "Id"), ("Id", "BBAN"), ("Id", "PrtryAcct", "Id"))


class Amount(NamedTuple):
    """Minor units of a currency, without side."""

    minor: int
    currency: str


class _Mistake(NamedTuple):
    code: str
    column: str
    found: str


def booked_amount(node: Node | None, parent: Node, findings: Findings) -> Amount | None:
    """An amount that moves money: what is wrong with it is an error, its absence too."""
    if node is None:
        findings.error("missing-value", parent.line, "Amt", "")
        return None
    amount = _amount(node)
    if isinstance(amount, _Mistake):
        findings.error(amount.code, node.line, amount.column, amount.found)
        return None
    return amount


def told_amount(node: Node | None, findings: Findings) -> Amount | None:
    """An amount that only explains: it is left out with a warning where it cannot be read."""
    if node is None:
        return None
    amount = _amount(node)
    if isinstance(amount, _Mistake):
        findings.warn(amount.code, node.line, amount.column, amount.found)
        return None
    return amount


def _amount(node: Node) -> Amount | _Mistake:
    digits = EXPONENTS.get(node.currency)
    if digits is None:
        code = "unknown-currency" if node.currency else "missing-value"
        return _Mistake(code, f"{node.name} Ccy", node.currency)
    if not node.text:
        return _Mistake("missing-value", node.name, "")
    if _DECIMAL.match(node.text) is None:
        return _Mistake("bad-amount", node.name, node.text)
    try:
        return Amount(parse_amount(node.text, exponent=digits, decimal_mark="."), node.currency)
    except UserMistake as error:
        return _Mistake(error.code, node.name, node.text)


def side_of(parent: Node, findings: Findings) -> int | None:
    """1 for money that comes in, -1 for money that goes out; anything else is an error."""
    node = parent.find("CdtDbtInd")
    if node is None or not node.text:
        findings.error("missing-value", (node or parent).line, "CdtDbtInd", "")
        return None
    if node.text not in _SIDES:
        findings.error("bad-sense", node.line, "CdtDbtInd", node.text)
    return _SIDES.get(node.text)


def date_at(parent: Node, name: str, findings: Findings) -> date | None:
    """The date of an element that has it in Dt or DtTm, None if it is not there; a bad one is an error.

    A moment counts for the day that it has in the bank's own offset.
    """
    node = parent.find(name)
    if node is None:
        return None
    text = node.first_text(("Dt",), ("DtTm",), ())
    found = read_date(text)
    if found is None:
        findings.error("bad-date" if text else "missing-value", node.line, name, text)
    return found


@lru_cache(maxsize=10_000)
def read_date(text: str) -> date | None:
    parts = _DATE.match(text)
    try:
        found = date.fromisoformat(parts[1]) if parts else None
    except ValueError:  # 30 February
        return None
    return found if found is not None and found.year >= _FIRST_YEAR else None


def name_in(text: str) -> str:
    return clean(text, _LONGEST_NAME)


def words(texts: list[str]) -> str:
    """Texts joined by line feeds, each once."""
    lines = (clean(text, _LONGEST_LINE) for text in texts)
    return "\n".join(dict.fromkeys(line for line in lines if line))


def account_in(node: Node | None) -> str:
    """An account's IBAN, else the number by which the bank knows it, without spaces."""
    return "" if node is None else without_spaces(node.first_text(*_ACCOUNTS)).upper()


def without_spaces(text: str) -> str:
    return "".join(clean(text, _LONGEST_NAME).split())


def bank_in(node: Node | None) -> str:
    """The BIC of an agent, else its member number in a national clearing system."""
    if node is None:
        return ""
    return without_spaces(
        node.first_text(
            ("FinInstnId", "BICFI"),
            ("FinInstnId", "BIC"),
            ("FinInstnId", "CmbndId", "BIC"),
            ("FinInstnId", "ClrSysMmbId", "MmbId"),
        )
    )
