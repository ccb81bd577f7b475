"""What the readers of MT940 and CFONB 120 share: years of two figures, clean words, balances that agree."""

from __future__ import annotations

import calendar
import re
from datetime import date
from typing import Final

from exigible.intake.readers.bank.model import BankStatement
from exigible.intake.readers.problems import Findings
from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import clean

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_NO_REFERENCE: Final = frozenset({"NOTPROVIDED", "NONREF", "NOTAVAILABLE", "NOREF"})
_LONGEST_LINE: Final = 500


def looks_like_iban(text: str) -> bool:
    """By its form only: banks' test accounts and old files carry wrong check digits."""
    return _IBAN.fullmatch(text) is not None


def marked_parts(mark: re.Pattern[str], text: str) -> list[tuple[re.Match[str], str]]:
    """Each mark in the text with what stands between it and the next one."""
    found = list(mark.finditer(text))
    ends = [*(after.start() for after in found[1:]), len(text)]
    return [(each, text[each.end() : end]) for each, end in zip(found, ends, strict=False)]


def compact(text: str) -> str:
    return "".join(text.split())


def words(text: str) -> str:
    """The lines of a text without superfluous spaces and without the empty ones."""
    lines = (clean(line, _LONGEST_LINE) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def meant_reference(text: str) -> str:
    """A reference on one line; "" for the words by which banks say that there is none."""
    reference = clean(text, _LONGEST_LINE)
    return "" if compact(reference).upper() in _NO_REFERENCE else reference


def day_of(year: str, month: str, day: str) -> date:
    """The day that figures mean, their year being of 1980 to 2079. Raises ValueError."""
    short = int(year)
    return date(short + (1900 if short >= 80 else 2000), int(month), int(day))


def value_day(figures: tuple[str, str, str], line: int, column: str, findings: Findings) -> date | None:
    """The value date of (year, month, day).

    Banks that count months of 30 days value on 29 or 30 February in any year: the month's last day is taken,
    with a warning. Any other date that does not exist is an error, and None.
    """
    try:
        return day_of(*figures)
    except ValueError:
        found = "-".join(figures)
    year, month, day = figures
    if month != "02" or day not in ("29", "30"):
        findings.error("bad-date", line, column, found)
        return None
    first = day_of(year, month, "01")
    last = first.replace(day=calendar.monthrange(first.year, 2)[1])
    findings.warn("value-date-adjusted", line, column, found, last.isoformat())
    return last


def check_statement(statement: BankStatement, findings: Findings) -> None:
    """Warns where balances and movements disagree, and where one reference of the bank is on two lines."""
    difference = statement.difference_minor
    if difference:
        found = f"{to_decimal_string(difference, statement.currency)} {statement.currency}"
        findings.warn("balance-gap", statement.place, None, found)
    first: dict[str, int] = {}
    for line in statement.lines:
        if line.reference and first.setdefault(line.reference, line.place) != line.place:
            findings.warn(
                "duplicate-reference", line.place, None, line.reference, first_line=first[line.reference]
            )
