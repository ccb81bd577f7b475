"""Bank statements at the import desk: staged, compared with the lines that are known, written once."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction

from exigible.intake.bank.staging import stage_statements
from exigible.intake.bank.telling import plan_warnings
from exigible.intake.bank.totals import account_figures, control, sums
from exigible.intake.books.staging import drop_stage, is_staged
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.signals import bank_lines_added
from exigible.intake.tables.statements import Params, begin_plan, drop_plan, rows, run
from exigible.kernel.errors import Problem
from exigible.kernel.money import to_decimal_string

_SHOWN_LINES: Final = 20
_LINE: Final = (
    "line", "date", "value_date", "payer", "text", "amount", "currency", "reference", "is_new", "account",
)  # fmt: skip


class BankDesk:
    """Statements in any format, from file to `BankAccount`, `BankStatement` and `BankLine`."""

    def read(self, job: Import, progress: Progress) -> list[Problem]:
        """Stage the file; gives the warnings of the reader. Raises what `stage_statements` does."""
        return stage_statements(job, progress)

    def is_read(self, job: Import) -> bool:
        return is_staged(job)

    def forget(self, job: Import) -> None:
        drop_stage(job.pk)

    def compare(self, job: Import, progress: Progress) -> tuple[Params, dict[str, Any], list[Problem]]:
        """The plan, the result that it would have, and what it warns of."""
        progress.step("comparing", 40, 65)
        params: Params = {"company": job.company_id, "import": job.pk}
        begin_plan(job.pk)
        run("bank", params, "accounts", "stretches", "lines", "twins", "batches", "mark_batches")
        run("bank", params, "details", "needed", "needed_accounts")
        run("bank", params, "missing", "not_missing_parts", "not_missing_batches", "before")
        figures = account_figures(params)
        result = _summary(rows("bank", "counts", params)[0]) | {
            "accounts": [one.as_json() for one in figures],
            "sums": sums(figures),
            "lines": _first_lines(params),
        }
        if told := control(figures, job.company.currency):
            result["control"] = told
        return params, result, plan_warnings(job, params, figures)

    def put_away(self) -> None:
        """Drop the plan, so that nothing of it outlives its transaction."""
        drop_plan()

    def write(self, job: Import, plan: Params, moment: datetime, progress: Progress) -> dict[str, Any]:
        """Write the plan, inside the caller's transaction, with the books locked at `moment`."""
        params = {**plan, "moment": moment}
        progress.step("writing-bank-lines", 65, 98)
        changed = rows("bank", "counts", params)[0]
        run("bank", params, "insert_accounts", "insert_statements", "insert_lines")
        run("bank", params, "complete_lines", "set_wholes_aside")
        if changed[1] or changed[4] or changed[5]:
            tell = partial(
                bank_lines_added.send_robust, type(self), company_id=job.company_id, import_id=job.pk
            )
            transaction.on_commit(tell)
        return {}


def _summary(counts: tuple[int, ...]) -> dict[str, Any]:
    """A line that is completed counts as changed, and so does a batch in whose place its payments stand."""
    read, new, statements, accounts, completed, detailed = counts
    return {
        "rows": read,
        "created": {"bank_lines": new, "statements": statements, "accounts": accounts},
        "changed": {"bank_lines": completed + detailed},
        "unchanged": read - new - completed,
        "detail": {"bank_lines_completed": completed, "batches_detailed": detailed},
    }


def _first_lines(params: Params) -> list[dict[str, Any]]:
    """The first lines as the page shows them: days as ISO, amounts as decimal strings."""
    found = rows("bank", "first_lines", {**params, "shown": _SHOWN_LINES})
    return [
        dict(zip(_LINE, row, strict=True)) | {"amount": to_decimal_string(row[5], row[6])} for row in found
    ]
