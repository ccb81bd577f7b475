"""A plan of books, written in the ledger: a dozen statements, however many lines."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_noop

from exigible.intake.books.plan import Plan
from exigible.intake.books.statements import run
from exigible.intake.models import Import
from exigible.intake.progress import Progress

REASON = gettext_noop("No longer in the books")


def write_plan(job: Import, plan: Plan, moment: datetime, progress: Progress) -> None:
    """Write it, inside the caller's transaction, with the books locked at `moment`."""
    params = {**plan.params, "import": job.pk, "moment": moment, "by": job.by_id, "reason": REASON}
    steps = (
        ("new_customers", "writing-customers", 65),
        ("names", "writing-customers", 67),
        ("undo_allocations", "writing-corrections", 68),
        ("reverse_items", "writing-corrections", 69),
        ("unlink_items", "writing-corrections", 70),
        ("new_items", "writing-items", 70),
        ("link_items", "writing-items", 83),
        ("move_allocations", "writing-allocations", 84),
        ("make_allocations", "writing-allocations", 84),
        ("keep_balances", "checking", 97),
    )
    for (name, step, start), end in zip(steps, [*(start for _, _, start in steps[1:]), 98], strict=True):
        progress.step(step, start, end)
        run("write", name, params)
    _refresh_statistics()


def _refresh_statistics() -> None:
    """After a big load the planner would otherwise take the tables for empty, for a minute or for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 10000 FROM plan_new")
        if cursor.fetchone()[0]:
            cursor.execute("ANALYZE ledger_customer, ledger_openitem, ledger_allocation, ledger_movement")
