"""What keeps another firm's books out: a SIREN that is not ours, and reversals that nobody asked for."""

from __future__ import annotations

from typing import Final

from exigible.intake.books.plan import Plan, counts
from exigible.intake.models import FileKind, Import
from exigible.intake.readers.fec import siren_in_name
from exigible.intake.rules import reverses_many
from exigible.intake.wording import IMPORT_SENTENCES
from exigible.kernel.errors import Problem, Refused

IS_OURS: Final = "other_siren"
MAY_REVERSE: Final = "reverse"
"""Options of an import by which a person has confirmed what is refused otherwise."""


def known_sirens(job: Import) -> list[str]:
    """The company's SIREN, and those in the names of the books imported before."""
    before = Import.objects.filter(
        company_id=job.company_id, kind=FileKind.FEC, state=Import.State.APPLIED
    ).exclude(pk=job.pk)
    names = before.order_by("-applied_at").values_list("file_name", flat=True)
    found = [job.company.siren.replace(" ", ""), *(siren_in_name(name) for name in names)]
    return list(dict.fromkeys(siren for siren in found if siren))


def foreign_siren(job: Import) -> tuple[str, str] | None:
    """The SIREN in the file's name and the one that is known, where the law's name of a FEC bears another."""
    siren, known = siren_in_name(job.file_name), known_sirens(job)
    return (siren, known[0]) if siren and known and siren not in known else None


def check_siren(job: Import) -> None:
    """Raises Refused("other-siren"), unless it is confirmed that the books are the company's."""
    found = foreign_siren(job)
    if found and not job.options.get(IS_OURS):
        raise Refused("other-siren", IMPORT_SENTENCES["other-siren"], found=found[0], expected=found[1])


def reversal_warning(job: Import, found: dict[str, int]) -> list[Problem]:
    """What a person must confirm before so much is reversed; nothing once it is confirmed."""
    removed, held = _removed(found)
    if job.options.get(MAY_REVERSE) or not reverses_many(removed, held):
        return []
    counted: dict[str, object] = {"removed": removed, "held": held}
    return [Problem("reverses-many", None, None, "", "", counted, "warning")]


def check_reversals(job: Import, plan: Plan) -> None:
    """Raises Refused("reverses-many"), unless it is confirmed."""
    for problem in reversal_warning(job, counts(plan)):
        raise Refused(problem.code, IMPORT_SENTENCES[problem.code], **problem.params)


def _removed(found: dict[str, int]) -> tuple[int, int]:
    """How many items leave the books with nothing in their place, and how many the period had."""
    return found["gone_items"] - found["corrected_items"], found["gone_items"] + found["known_items"]
