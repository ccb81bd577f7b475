"""What an import changes, as a page shows it: effects with number and amount, and the control total."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import ngettext

from exigible.intake.models import FileKind, Import
from exigible.intake.telling import minor_of

_BANK_AMOUNTS: Final = ("opening", "in", "out", "closing", "difference", "amount")
_BANK_DAYS: Final = ("first_day", "last_day", "date", "value_date")


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that the file does: how often, in words, and for how much where that says something."""

    kind: str
    count: int
    words: str
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A balance of the books beside that of the items; `name` is a customer or an account, "" for all."""

    name: str
    books_minor: int
    items_minor: int
    difference_minor: int


@dataclass(frozen=True, slots=True)
class Control:
    """The control total, and who differs."""

    currency: str
    as_of: date | None
    total: Difference
    customers: list[Difference]
    accounts: list[Difference]


def effects_of(job: Import) -> list[Effect]:
    """The effects of the import, none of which is 0."""
    return [effect for effect in _effects(job) if effect.count]


def changes_nothing(job: Import) -> bool:
    counts = [*job.result.get("created", {}).values(), *job.result.get("changed", {}).values()]
    return bool(job.result) and not any(counts)


def _effects(job: Import) -> Iterator[Effect]:
    created, changed = job.result.get("created", {}), job.result.get("changed", {})
    detail = job.result.get("detail", {})
    currency = job.company.currency
    yield _created_customers(created.get("customers", 0))
    yield _created_items(created.get("items", 0), _minor(detail, "created_amount", currency))
    yield _created_allocations(created.get("allocations", 0))
    yield _created_payers(created.get("payer_accounts", 0))
    yield from _bank_effects(created, detail)
    yield _changed_customers(changed.get("customers", 0), job.kind)
    yield from _changed_items(changed.get("items", 0), detail, currency)
    yield _changed_due_dates(changed.get("due_dates", 0))
    yield _undone_allocations(changed.get("allocations", 0))
    yield from _recognised(detail)
    yield from _taken_from_table(detail)
    told = detail.get("items_recognised", 0) + detail.get("lines_brought_forward", 0)
    yield _unchanged(job.result.get("unchanged", 0) - told, job.kind)


def _minor(detail: dict[str, Any], key: str, currency: str) -> int | None:
    return minor_of(detail[key], currency) if key in detail else None


def _created_customers(count: int) -> Effect:
    return Effect("new", count, ngettext("new customer", "new customers", count))


def _created_items(count: int, amount: int | None) -> Effect:
    return Effect("new", count, ngettext("new open item", "new open items", count), amount)


def _created_allocations(count: int) -> Effect:
    return Effect("new", count, ngettext("new allocation", "new allocations", count))


def _created_payers(count: int) -> Effect:
    return Effect("new", count, ngettext("new bank account of a payer", "new bank accounts of payers", count))


def _changed_due_dates(count: int) -> Effect:
    words = ngettext(
        "due date worked out anew from the payment terms",
        "due dates worked out anew from the payment terms",
        count,
    )
    return Effect("changed", count, words)


def _changed_customers(count: int, kind: str) -> Effect:
    if kind == FileKind.FEC:
        return Effect("changed", count, ngettext("customer renamed", "customers renamed", count))
    return Effect(
        "changed", count, ngettext("customer brought up to date", "customers brought up to date", count)
    )


def _changed_items(count: int, detail: dict[str, Any], currency: str) -> Iterator[Effect]:
    """Corrected ones are reversed and written anew; removed ones are only reversed."""
    if "items_corrected" not in detail:
        yield from _changed_by_table(count, detail)
        return
    corrected, removed = detail["items_corrected"], detail["items_removed"]
    yield Effect(
        "changed",
        corrected,
        ngettext(
            "open item corrected: the old one is reversed, the right one written",
            "open items corrected: the old ones are reversed, the right ones written",
            corrected,
        ),
    )
    yield Effect(
        "reversed",
        removed,
        ngettext(
            "open item reversed: its line is no longer in the books",
            "open items reversed: their lines are no longer in the books",
            removed,
        ),
        None if corrected else _minor(detail, "removed_amount", currency),
    )


def _changed_by_table(count: int, detail: dict[str, Any]) -> Iterator[Effect]:
    dated, split = detail.get("due_dates_changed", 0), detail.get("items_split", 0)
    other = count - dated - split
    yield Effect("changed", dated, ngettext("due date corrected", "due dates corrected", dated))
    yield Effect(
        "changed",
        split,
        ngettext("document split into its due dates", "documents split into their due dates", split),
    )
    yield Effect("changed", other, ngettext("open item corrected", "open items corrected", other))


def _taken_from_table(detail: dict[str, Any]) -> Iterator[Effect]:
    settled, left = detail.get("settled_before", 0), detail.get("rows_left", 0)
    yield Effect(
        "left",
        settled,
        ngettext(
            "open item settled in part or whole before the import",
            "open items settled in part or whole before the import",
            settled,
        ),
    )
    yield Effect(
        "left",
        left,
        ngettext(
            "line of the file left out, for the reason below",
            "lines of the file left out, for the reasons below",
            left,
        ),
    )


def _bank_effects(created: dict[str, int], detail: dict[str, Any]) -> Iterator[Effect]:
    lines, statements = created.get("bank_lines", 0), created.get("statements", 0)
    accounts = created.get("accounts", 0)
    completed, detailed = detail.get("bank_lines_completed", 0), detail.get("batches_detailed", 0)
    yield Effect("new", lines, ngettext("new bank line", "new bank lines", lines))
    yield Effect("new", statements, ngettext("new bank statement", "new bank statements", statements))
    yield Effect("new", accounts, ngettext("new account of ours", "new accounts of ours", accounts))
    words = ngettext(
        "bank line of which this file says more", "bank lines of which this file says more", completed
    )
    yield Effect("changed", completed, words)
    words = ngettext(
        "batch set aside: its payments stand for it",
        "batches set aside: their payments stand for them",
        detailed,
    )
    yield Effect("changed", detailed, words)


def _undone_allocations(count: int) -> Effect:
    return Effect("reversed", count, ngettext("allocation undone", "allocations undone", count))


def _recognised(detail: dict[str, Any]) -> Iterator[Effect]:
    recognised = detail.get("items_recognised", 0)
    forward, differences = detail.get("lines_brought_forward", 0), detail.get("opening_differences", 0)
    yield Effect(
        "left",
        recognised,
        ngettext(
            "open item recognised: it had come in another file",
            "open items recognised: they had come in another file",
            recognised,
        ),
    )
    yield Effect(
        "left",
        forward,
        ngettext(
            "line brought forward from the year before",
            "lines brought forward from the year before",
            forward,
        ),
    )
    yield Effect(
        "changed",
        differences,
        ngettext(
            "balance brought forward that differs from ours",
            "balances brought forward that differ from ours",
            differences,
        ),
    )


def _unchanged(count: int, kind: str) -> Effect:
    if kind == FileKind.CUSTOMERS:
        words = ngettext("customer left as it is", "customers left as they are", count)
    elif kind == FileKind.BANK:
        words = ngettext("bank line known already", "bank lines known already", count)
    else:
        words = ngettext("open item left as it is", "open items left as they are", count)
    return Effect("left", count, words)


def control_of(job: Import) -> Control | None:
    """The control total that the import's result holds, if its kind of file has one."""
    found = job.result.get("control")
    if not found:
        return None
    currency = found.get("currency", job.company.currency)
    return Control(
        currency=currency,
        as_of=date.fromisoformat(found["as_of"]) if found.get("as_of") else None,
        total=_difference("", found, currency),
        customers=[_difference(one["customer"], one, currency) for one in found.get("customers", [])],
        accounts=[_difference(one["account"], one, currency) for one in found.get("accounts", [])],
    )


def _difference(name: str, found: dict[str, str], currency: str) -> Difference:
    return Difference(
        name,
        minor_of(found["books"], currency),
        minor_of(found["items"], currency),
        minor_of(found["difference"], currency),
    )


@dataclass(frozen=True, slots=True)
class BankFigures:
    """What a bank file holds: its accounts, what came in and went out by currency, and its first lines."""

    accounts: list[dict[str, Any]]
    sums: list[dict[str, Any]]
    lines: list[dict[str, Any]]

    @property
    def differs(self) -> bool:
        """Whether the lines of some account, in whatever currency, do not lead to the bank's balance."""
        return any(account["difference"] for account in self.accounts)


def bank_figures(job: Import) -> BankFigures | None:
    """The figures of a bank file, amounts in minor units and days as dates; None for other files."""
    if job.kind != FileKind.BANK or "accounts" not in job.result:
        return None
    found = [[_as_values(one) for one in job.result[name]] for name in ("accounts", "sums", "lines")]
    return BankFigures(*found)


def _as_values(kept: dict[str, Any]) -> dict[str, Any]:
    amounts = {name: kept[name] for name in _BANK_AMOUNTS if kept.get(name) is not None}
    days = {name: kept[name] for name in _BANK_DAYS if kept.get(name)}
    return {
        **kept,
        **{name: minor_of(text, kept["currency"]) for name, text in amounts.items()},
        **{name: date.fromisoformat(text) for name, text in days.items()},
    }


def shown_before(job: Import) -> list[Effect]:
    """What the preview had shown, where what was written is not that."""
    shown = job.result.get("differs_from_preview")
    if not shown:
        return []
    return effects_of(Import(company=job.company, kind=job.kind, result=shown))
