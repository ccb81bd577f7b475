"""Little tables for tests, brought in as a user does."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from tests.books import new_moment

from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive
from exigible.ledger.models import Company

ITEMS = (
    "customer_code,document_type,document_number,issue_date,due_date,currency,amount,open_amount,"
    "reference,order_number"
)


def preview_table(company: Company, kind: str, text: str, options: dict[str, Any] | None = None) -> Import:
    """The lines of `text` as a CSV file, up to the preview."""
    new_moment()
    content = "\n".join(line.strip() for line in text.strip().splitlines()).encode()
    return preview(
        receive(company=company, kind=kind, content=BytesIO(content), name="t.csv", by=None, options=options)
    )


def import_table(company: Company, kind: str, text: str, options: dict[str, Any] | None = None) -> Import:
    job = preview_table(company, kind, text, options)
    return apply(job) if job.state == Import.State.READY else job


def import_customers(company: Company, text: str) -> Import:
    return import_table(company, "customers", text)


def import_items(company: Company, text: str) -> Import:
    """Lines of items under the canonical header."""
    return import_table(company, "items", f"{ITEMS}\n{text.strip()}")
