"""A customers' list at the import desk: new customers, and what the file says otherwise of known ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from stdnum.iso7064 import mod_97_10

from exigible.intake.books.staging import drop_stage, is_staged
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.records import CustomerRecord, read_customers
from exigible.intake.tables.segments import is_key_account, kind_of_segment
from exigible.intake.tables.staging import header_of, stage_table
from exigible.intake.tables.statements import Params, begin_plan, drop_plan, keep_terms, rows, run
from exigible.kernel.errors import Problem
from exigible.kernel.text import fold

_COLUMNS: Final = (
    "line int, code text, name text, sort_name text, country text, siren text, siret text, vat_number text,"
    " tax_id text, language text, email text, phone text, address text, postcode text, city text,"
    " payment_terms text, credit_limit_minor bigint, iban text, group_code text, collector text,"
    " segment text, kind text, is_key_account boolean"
)


class CustomersDesk:
    """Customers from a table, matched by their code."""

    def read(self, job: Import, progress: Progress) -> list[Problem]:
        """Stage the file; gives the warnings of the reader, raises UnreadableFile with its errors."""
        return stage_table(job, progress, read=read_customers, columns=_COLUMNS, row=_row)

    def is_read(self, job: Import) -> bool:
        return is_staged(job)

    def forget(self, job: Import) -> None:
        drop_stage(job.pk)

    def compare(self, job: Import, progress: Progress) -> tuple[Params, dict[str, Any], list[Problem]]:
        """What is new, what is said otherwise, and the due dates that follow from new payment terms."""
        progress.step("comparing", 50, 65)
        params: Params = {"company": job.company_id, "company_terms": job.company.payment_terms}
        begin_plan(job.pk)
        run("customers", params, "customers")
        keep_terms(text for (text,) in rows("customers", "terms", params))
        run("customers", params, "redated", "payers")
        return params, _summary(rows("customers", "counts", params)[0]), _warnings(job, params)

    def put_away(self) -> None:
        """Drop the plan, so that nothing of it outlives its transaction."""
        drop_plan()

    def write(self, job: Import, plan: Params, moment: datetime, progress: Progress) -> dict[str, Any]:  # noqa: ARG002  a desk's
        """Write the plan, inside the caller's transaction."""
        progress.step("writing-customers", 65, 80)
        run("customers", plan, "insert_customers", "update_customers", "insert_payers")
        progress.step("writing-items", 80, 98)
        run("customers", plan, "redate_items")
        return {}


def _row(record: CustomerRecord) -> tuple[Any, ...]:
    """A customer as the staging table takes it; an account number that fails its check pays for nobody."""
    return (
        record.line, record.code, record.name, fold(record.name)[:200], record.country, record.siren[:20],
        record.siret[:20], record.vat_number[:20], record.tax_id, record.language, record.email[:254],
        record.phone, record.address, record.postcode, record.city, record.payment_terms,
        record.credit_limit_minor, record.iban if _is_sound(record.iban) else "",
        record.group_code, record.collector, record.segment, kind_of_segment(record.segment),
        is_key_account(record.segment),
    )  # fmt: skip


def _is_sound(iban: str) -> bool:
    """Whether the check digits of an account number are right (ISO 13616); the reader has warned if not."""
    return 15 <= len(iban) <= 34 and mod_97_10.is_valid(iban[4:] + iban[:4])


def _summary(counts: tuple[int, ...]) -> dict[str, Any]:
    read, new, changed, payers, redated = counts
    return {
        "rows": read,
        "created": {"customers": new, "payer_accounts": payers},
        "changed": {"customers": changed, "due_dates": redated},
        "unchanged": read - new - changed,
    }


def _warnings(job: Import, params: Params) -> list[Problem]:
    column = header_of(job, "collector")
    return [
        Problem("unknown-collector", line, column, found, "", {}, "warning")
        for found, line in rows("customers", "unknown_collectors", params)
    ]
