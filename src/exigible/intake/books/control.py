"""The control total of imported books, and what is worth saying about the plan."""

from __future__ import annotations

from typing import Any, Final

from exigible.intake.books.plan import Plan
from exigible.intake.books.statements import drop_tables, rows, run
from exigible.intake.models import Import
from exigible.kernel.errors import Problem
from exigible.kernel.money import to_decimal_string

_MOST_EXAMPLES: Final = 100


def control(job: Import, plan: Plan, *, is_written: bool) -> dict[str, Any]:
    """The books' balance at their last entry beside the items', as decimal strings; who differs, if any does.

    Before the plan is written, the items are those of the ledger and of the plan together.
    """
    params = {**plan.params, "adds_to_before": plan.adds_to_before}
    drop_tables("plan_held")
    run("control", "items_now", params)
    if not is_written:
        run("control", "items_planned", params)
    books, items = rows("control", "totals", params)[0]
    return {
        "books": _amount(job, books),
        "items": _amount(job, items),
        "difference": _amount(job, items - books),
        "currency": job.company.currency,
        "as_of": job.period_end.isoformat() if job.period_end else None,
        "customers": _differing(job, "customer", rows("control", "by_customer", params)),
        "accounts": _differing(job, "account", rows("control", "by_account", params))
        if items != books
        else [],
    }


def _differing(job: Import, name: str, found: list[tuple[Any, ...]]) -> list[dict[str, str]]:
    return [
        {
            name: code,
            "books": _amount(job, books),
            "items": _amount(job, items),
            "difference": _amount(job, items - books),
        }
        for code, books, items in found
    ]


def _amount(job: Import, minor: int) -> str:
    return to_decimal_string(minor, job.company.currency)


def plan_warnings(job: Import, plan: Plan, counts: dict[str, int]) -> list[Problem]:
    """What a person should know before writing: lettering that does not add up, differences, conflicts."""
    found = _lettering_warnings(job)
    if plan.params["continues"]:
        found += _opening_warnings(job)
    if plan.adds_to_before and rows("control", "has_before")[0][0]:
        found.append(_warning("no-opening", found=str(plan.params["start"])))
    if plan.place.is_older:
        found.append(_warning("older-books", found=str(job.period_end)))
    if plan.place.has_later_year and counts["new_items"] + counts["gone_items"]:
        found.append(_warning("later-books", found=str(job.period_end)))
    if counts["undone_by_others"] > counts["moved_allocations"]:
        lost = counts["undone_by_others"] - counts["moved_allocations"]
        found.append(_warning("allocations-lost", found=str(lost)))
    return found


def _lettering_warnings(job: Import) -> list[Problem]:
    return [
        _warning(code, column="EcritureLet", found=lettering, customer=customer, account=account,
                 amount=_amount(job, int(amount)))
        for customer, account, lettering, amount, code in rows("lettering", "warnings")
    ]  # fmt: skip


def _opening_warnings(job: Import) -> list[Problem]:
    return [
        _warning("opening-difference", column="CompAuxNum", found=code, amount=_amount(job, amount))
        for code, amount in rows("carried", "differing")
    ]


def _warning(code: str, *, column: str | None = None, found: str = "", **params: object) -> Problem:
    return Problem(code, None, column, found, "", params, "warning")
