"""Open items at the import desk: true due dates of what the ledger holds, and what it does not hold yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from exigible.intake.books.staging import drop_stage, is_staged
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.readers.records import ItemRecord, read_items
from exigible.intake.tables.staging import header_of, stage_table
from exigible.intake.tables.statements import Params, begin_plan, drop_plan, keep_terms, rows, run
from exigible.kernel.errors import Problem
from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import fold

REASON: Final = gettext_noop("Replaced by its due dates")
_COLUMNS: Final = (
    "line int, customer_code text, customer_name text, sort_name text, document_type text,"
    " document_number text, issued_on date, due_on date, currency text, amount_minor bigint, "
    " open_minor bigint, reference text, order_number text"
)
_COUNTS: Final = (
    "rows", "customers", "items", "changed", "redated", "split", "parts", "settled", "known", "left",
)  # fmt: skip


class ItemsDesk:
    """Open items and payments from a table, matched to documents by their number."""

    def read(self, job: Import, progress: Progress) -> list[Problem]:
        """Stage the file; gives the warnings of the reader, raises UnreadableFile with its errors."""
        return stage_table(job, progress, read=read_items, columns=_COLUMNS, row=_row)

    def is_read(self, job: Import) -> bool:
        return is_staged(job)

    def forget(self, job: Import) -> None:
        drop_stage(job.pk)

    def compare(self, job: Import, progress: Progress) -> tuple[Params, dict[str, Any], list[Problem]]:
        """The plan, the result that it would have, and what it warns of."""
        progress.step("comparing", 50, 65)
        params = _params(job)
        begin_plan(job.pk)
        _refuse_ambiguous_names(job, params)
        _make_plan(params)
        counts = dict(zip(_COUNTS, rows("items", "counts", params)[0], strict=True))
        control, differing = _control(job, params)
        warnings = [*_new_customers(params), *_left(params), *differing]
        told = [replace(warning, column=header_of(job, warning.column or "")) for warning in warnings]
        return params, _summary(counts) | control, told

    def put_away(self) -> None:
        """Drop the plan, so that nothing of it outlives its transaction."""
        drop_plan()

    def write(self, job: Import, plan: Params, moment: datetime, progress: Progress) -> dict[str, Any]:
        """Write the plan, inside the caller's transaction, with the books locked at `moment`."""
        params = {**plan, "moment": moment, "by": job.by_id, "reason": REASON, "is_written": True}
        progress.step("writing-corrections", 65, 75)
        run(
            "items",
            params,
            "insert_parties",
            "update_items",
            "undo_allocations",
            "reverse_items",
            "unlink_items",
        )
        progress.step("writing-items", 75, 85)
        run("items", params, "insert_items", "link_parts", "settlements", "insert_settlements")
        progress.step("writing-allocations", 85, 98)
        run("items", params, "carry_allocations", "allocate_settlements")
        return _control(job, params)[0]


def _row(record: ItemRecord) -> tuple[Any, ...]:
    return (
        record.line, record.customer_code, record.customer_name,
        fold(record.customer_name or record.customer_code)[:200], record.document_type,
        record.document_number, record.issue_date, record.due_date, record.currency,
        record.amount_minor, record.open_minor, record.reference, record.order_number,
    )  # fmt: skip


def _params(job: Import) -> dict[str, Any]:
    with override(settings.LANGUAGE_CODE):
        label = _("Settled before import")
    return {
        "company": job.company_id,
        "company_terms": job.company.payment_terms,
        "currency": job.company.currency,
        "import": job.pk,
        "settled_label": label,
        "is_written": False,
    }


def _refuse_ambiguous_names(job: Import, params: Params) -> None:
    found = rows("items", "named_twice", params)
    if found:
        raise UnreadableFile(
            [
                Problem("ambiguous-customer", line, header_of(job, "customer_name"), name, "customer_code")
                for line, name in found
            ]
        )


def _make_plan(params: Params) -> None:
    run("items", params, "coded", "parties")
    keep_terms(text for (text,) in rows("items", "terms", params))
    run("items", params, "said", "held", "documents", "held_documents")
    run("items", params, "match_table", "same_due_date", "same_amount")
    run("items", params, "verdicts", "gone", "new", "distinct_keys", "changed", "freed")


def _summary(found: dict[str, int]) -> dict[str, Any]:
    """An item that its due dates replace counts once, as changed."""
    return {
        "rows": found["rows"],
        "created": {"customers": found["customers"], "items": found["items"]},
        "changed": {"items": found["changed"] + found["split"]},
        "unchanged": found["known"] - found["changed"],
        "detail": {
            "due_dates_changed": found["redated"],
            "items_split": found["split"],
            "due_dates_of_split": found["parts"],
            "settled_before": found["settled"],
            "rows_left": found["left"],
        },
    }


def _control(job: Import, params: Params) -> tuple[dict[str, Any], list[Problem]]:
    """What is open by the file beside what the ledger has, where the file says it; and who differs."""
    currency = job.company.currency
    found = rows("items", "open_amounts", params)
    said, held = sum(row[3] for row in found), sum(row[4] for row in found)
    names = {"books": said, "items": held, "difference": held - said}
    control = {name: to_decimal_string(minor, currency) for name, minor in names.items()}
    warnings = [
        _warning("open-amount-differs", line, "open_amount", currency, theirs, ours, document, customer)
        for line, document, customer, theirs, ours in found
        if theirs != ours
    ]
    return ({"control": {**control, "currency": currency}} if found else {}), warnings


def _new_customers(params: Params) -> list[Problem]:
    return [
        Problem("customer-created", line, "customer_code", code, "", {}, "warning")
        for line, code in rows("items", "new_parties", params)
    ]


def _left(params: Params) -> list[Problem]:
    """Documents that are left as they are, and why."""
    return [
        _warning(why, line, "amount", currency, theirs, ours, document, customer)
        for line, why, document, customer, currency, theirs, ours in rows("items", "left", params)
    ]


def _warning(
    code: str, line: int, column: str, currency: str, theirs: int, ours: int, document: str, customer: str
) -> Problem:
    found, expected = (to_decimal_string(minor, currency) for minor in (theirs, ours))
    params: dict[str, object] = {"document": document, "customer": customer}
    return Problem(code, line, column, found, expected, params, "warning")
