"""Books of account at the import desk: read, compared with the ledger, written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from exigible.intake.books import control
from exigible.intake.books.guard import check_reversals, check_siren, reversal_warning
from exigible.intake.books.plan import Plan, counts, make_plan
from exigible.intake.books.staging import drop_stage, is_staged, stage_books
from exigible.intake.books.statements import drop_plan
from exigible.intake.books.write import write_plan
from exigible.intake.models import Import
from exigible.intake.progress import Progress
from exigible.intake.readers.fec import FecFile
from exigible.intake.rules import warnings_of
from exigible.kernel.errors import Problem
from exigible.kernel.money import to_decimal_string


class BooksDesk:
    """A FEC, from file to ledger."""

    def read(self, job: Import, progress: Progress) -> list[Problem]:
        """Stage the file; gives the warnings of the reader, raises UnreadableFile with its errors.

        Raises Refused("other-siren") for what seems to be another firm's, unless a person has said otherwise.
        """
        check_siren(job)
        file = stage_books(job, progress)
        job.description = {**job.description, **_facts(job, file)}
        return warnings_of(file.problems)

    def is_read(self, job: Import) -> bool:
        return is_staged(job)

    def forget(self, job: Import) -> None:
        drop_stage(job.pk)

    def compare(self, job: Import, progress: Progress) -> tuple[Plan, dict[str, Any], list[Problem]]:
        """The plan, the result that it would have, and what it warns of."""
        plan = make_plan(job, progress)
        found = counts(plan)
        result = _summary(job, found) | {"control": control.control(job, plan, is_written=False)}
        many = reversal_warning(job, found)
        if many:
            result["asks"] = [problem.code for problem in many]
        return plan, result, [*many, *control.plan_warnings(job, plan, found)]

    def put_away(self) -> None:
        """Drop the plan, so that nothing of it outlives its transaction."""
        drop_plan()

    def write(self, job: Import, plan: Plan, moment: datetime, progress: Progress) -> dict[str, Any]:
        """Write the plan; gives what the ledger then says of it.

        Raises Refused("reverses-many") where much would be reversed and nobody has confirmed it.
        """
        check_reversals(job, plan)
        write_plan(job, plan, moment, progress)
        return {"control": control.control(job, plan, is_written=True)}


def _summary(job: Import, found: dict[str, int]) -> dict[str, Any]:
    """A corrected line counts once, as changed; a line that only fell out of the books counts there too."""
    currency = job.company.currency
    return {
        "rows": job.description["lines"],
        "created": {
            "customers": found["new_customers"],
            "items": found["new_items"] - found["corrected_items"],
            "allocations": found["new_allocations"],
        },
        "changed": {
            "customers": found["named_customers"],
            "items": found["gone_items"],
            "allocations": found["undone_allocations"],
        },
        "unchanged": found["known_items"] + found["adopted_items"] + found["carried_lines"],
        "detail": {
            "customer_lines": found["rows"],
            "items_corrected": found["corrected_items"],
            "items_removed": found["gone_items"] - found["corrected_items"],
            "items_recognised": found["adopted_items"],
            "lines_brought_forward": found["carried_lines"],
            "opening_differences": found["differences"],
            "created_amount": to_decimal_string(found["new_minor"], currency),
            "removed_amount": to_decimal_string(found["gone_minor"], currency),
        },
    }


def _facts(job: Import, file: FecFile) -> dict[str, Any]:
    totals = file.totals
    return {
        "encoding": file.encoding,
        "lines": totals.lines,
        "entries": totals.entries,
        "start": totals.first_date.isoformat() if totals.first_date else None,
        "end": totals.last_date.isoformat() if totals.last_date else None,
        "debit": to_decimal_string(totals.debit_minor, job.company.currency),
    }
