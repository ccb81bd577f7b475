"""What a person should know before a bank file is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from exigible.intake.bank.totals import AccountFigures
from exigible.intake.models import Import
from exigible.intake.tables.statements import Params, rows
from exigible.kernel.errors import Problem
from exigible.kernel.money import to_decimal_string

_MOST: Final = 100


def plan_warnings(job: Import, params: Params, figures: Sequence[AccountFigures]) -> list[Problem]:
    """Contradictions and gaps between statements, lines not recognised, batches and references told twice."""
    asked = {**params, "most": _MOST}
    return [
        *_other_accounts(job, figures),
        *_contradictions(asked),
        *_gaps(asked),
        *_overlaps(asked),
        *_batches(asked),
        *_reused(asked),
    ]


def _other_accounts(job: Import, figures: Sequence[AccountFigures]) -> Iterator[Problem]:
    """A company has several accounts: one that is not that on its letters is told once, when it is new."""
    ours = "".join(job.company.iban.split()).upper()
    for one in figures:
        if ours and one.number and one.is_new and one.number != ours:
            yield _warning("other-iban", None, one.number, ours)


def _gaps(params: Params) -> Iterator[Problem]:
    for line, account, currency, opening, closing, closed_on, _ in rows("bank", "gaps", params):
        yield _warning(
            "statement-gap", line, _money(opening, currency), _money(closing, currency), account=account,
            day=_day(closed_on), difference=_money(opening - closing, currency),
        )  # fmt: skip


def _contradictions(params: Params) -> Iterator[Problem]:
    """A statement that is known with another balance: the closing one, else the opening one."""
    for line, account, currency, number, day, is_closing, *balances in rows("bank", "contradictions", params):
        opening, closing, known_opening, known_closing = balances
        said, known = (closing, known_closing) if is_closing else (opening, known_opening)
        yield _warning(
            "statement-contradicted" if is_closing else "statement-opening-contradicted", line,
            _money(said, currency), _money(known, currency), account=account, statement=number, day=_day(day),
        )  # fmt: skip


def _overlaps(params: Params) -> Iterator[Problem]:
    for account, currency, first, last, known, minor, new, new_minor in rows("bank", "overlaps", params):
        yield _warning(
            "lines-not-recognised" if new else "lines-not-in-file", None, "", "", account=account,
            first=_day(first), last=_day(last), known=known, known_amount=_money(minor, currency), new=new,
            new_amount=_money(new_minor, currency),
        )  # fmt: skip


def _batches(params: Params) -> Iterator[Problem]:
    for line, reference, currency, minor, is_in_parts, verdict, lines in rows("bank", "batches_told", params):
        code = "batch-known-in-parts" if verdict == "batch-known" and not is_in_parts else verdict
        yield _warning(code, line, reference, "", amount=_money(minor, currency), count=lines)


def _reused(params: Params) -> Iterator[Problem]:
    for line, reference, currency, minor, day in rows("bank", "reused", params):
        yield _warning("reference-reused", line, reference, _money(minor, currency), day=_day(day))


def _money(minor: int, currency: str) -> str:
    return f"{to_decimal_string(minor, currency)} {currency}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _warning(code: str, line: int | None, found: str, expected: str, **params: object) -> Problem:
    return Problem(code, line, None, found, expected, params, "warning")
