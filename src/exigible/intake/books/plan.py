"""What a staged file of books changes in the ledger as it is now, worked out in temporary tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.intake.books.staging import table_name
from exigible.intake.books.statements import Params, drop_plan, rows, run
from exigible.intake.models import FileKind, Import
from exigible.intake.progress import Progress
from exigible.intake.rules import Period, Place, place_of
from exigible.kernel.terms import PaymentTerms
from exigible.kernel.text import fold
from exigible.ledger.models import OpenItem

_NO_IMPORT: Final = [-1]
_LINE: Final = {"unit": "same_line", "document": "document", "line_document": "l.piece_ref"}
_DOCUMENT: Final = _LINE | {"unit": "same_document"}
_BROUGHT_FORWARD: Final = (
    _LINE | {"amount": "amount_minor"},
    _LINE | {"amount": "open_minor"},
    _DOCUMENT | {"amount": "amount_minor"},
    _DOCUMENT | {"amount": "open_minor"},
    _LINE | {"amount": "open_minor", "document": "any_document", "line_document": "''"},
)
"""How a balance brought forward finds what it stands for, the surest way first."""

_TOLD_BY_THE_BANK: Final = (
    {"what": "on the same day", "line_day": "l.entry_date", "item_day": "i.effective_on"},
    {"what": "a few days apart", "line_day": "NULL::date", "item_day": "NULL::date"},
)
"""How a line of the books finds the payment that the bank told of, the surest way first."""

_SAME_LINE: Final = (
    "(document_number::text, account::text, amount_minor)",
    "(document_number::text, sign(amount_minor))",
    "(day, account::text, amount_minor)",
)


@dataclass(frozen=True)
class Plan:
    """The plan's tables stand until the transaction ends, or the next plan."""

    place: Place
    opening: date | None
    params: Params

    @property
    def adds_to_before(self) -> bool:
        """Whether the books are silent on what was owed before them, so that the ledger's word is taken."""
        return self.opening is None


def make_plan(job: Import, progress: Progress) -> Plan:
    """Work out the plan, inside the caller's transaction; raises Refused("earlier-year")."""
    progress.step("comparing", 50, 60)
    _prepare(job)
    opening = _opening_date()
    job.opening_on = opening
    start, end = job.period_start, job.period_end
    assert start is not None and end is not None  # noqa: PT018  a file without a line was refused
    place = place_of(Period(start, end, opening), _known_periods(job))
    plan = Plan(place, opening, _params(job, place, opening))
    _plan_customers(plan)
    _plan_items(plan)
    progress.step("lettering", 60, 65)
    _plan_lettering(plan)
    return plan


def _prepare(job: Import) -> None:
    drop_plan()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(f"CREATE TEMP VIEW staged AS SELECT * FROM {table_name(job.pk)}")  # noqa: S608  a number


def _opening_date() -> date | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(entry_date) FROM staged WHERE nature = 'opening'")
        found: date | None = cursor.fetchone()[0]
    return found


def _known_periods(job: Import) -> list[Period]:
    """The periods of the books imported before into this company."""
    applied = Import.objects.filter(
        company_id=job.company_id, kind=FileKind.FEC, state=Import.State.APPLIED
    ).exclude(pk=job.pk)
    return [
        Period(start, end, opening, pk)
        for start, end, opening, pk in applied.values_list("period_start", "period_end", "opening_on", "pk")
        if start and end
    ]


def _params(job: Import, place: Place, opening: date | None) -> Params:
    day = opening or job.period_start
    assert day is not None
    with override(settings.LANGUAGE_CODE):
        label, number = _("Opening balance difference"), _("Opening {year}").format(year=day.year)
    return {
        "company": job.company_id,
        "currency": job.company.currency,
        "payment_terms": job.company.payment_terms,
        "patterns": [f"{prefix}%" for prefix in job.options["receivable_accounts"]],
        "continues": place.continues and opening is not None,
        "opening": day,
        "start": place.start,
        "end": job.period_end,
        "same_period": list(place.same_year) or _NO_IMPORT,
        "is_older": place.is_older,
        "received": job.received_at.date() + timedelta(days=1),  # the books may live in a later time zone
        "item_ids": _sequence("ledger_openitem"),
        "customer_ids": _sequence("ledger_customer"),
        "has_items": OpenItem.objects.filter(company=job.company_id).exists(),
        "difference_label": label,
        "difference_number": number,
    }


def _sequence(table: str) -> str:
    """The sequence that numbers a table's rows, looked up once and not for each row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        name: str = cursor.fetchone()[0]
    return name


def _plan_customers(plan: Plan) -> None:
    run("lines", "continued", plan.params)
    run("lines", "lines", plan.params)
    run("lines", "customers", plan.params)
    run("lines", "balances", plan.params)
    if plan.params["continues"]:
        run("carried", "differences", plan.params)
        run("carried", "difference_customers", plan.params)
        run("carried", "difference_lines", plan.params)
    run("lines", "terms_table")
    run("lines", "sort_names_table")
    _copy_terms()
    _copy_sort_names()


def _copy_terms() -> None:
    texts = [text for (text,) in rows("lines", "terms")]
    with connection.cursor() as cursor, cursor.copy("COPY plan_terms FROM STDIN") as copy:
        for text in texts:
            terms = PaymentTerms.parse(text)
            copy.write_row((text, terms.days, terms.counting.value))


def _copy_sort_names() -> None:
    named = rows("lines", "customers_unnamed")
    with connection.cursor() as cursor:
        with cursor.copy("COPY plan_sort_name FROM STDIN") as copy:
            for customer_id, name in named:
                copy.write_row((customer_id, fold(name)[:200]))
        cursor.execute("ANALYZE plan_sort_name")


def _plan_items(plan: Plan) -> None:
    run("items", "booked", plan.params)
    run("items", "adopted", plan.params)
    for way in _TOLD_BY_THE_BANK:
        run("items", "adopted_from_bank", plan.params, **way)
    run("items", "new", plan.params)
    run("items", "installments", plan.params)
    if run("items", "gone"):
        for what in _SAME_LINE:
            run("items", "succeed", what=what)
        run("items", "inherit")
    run("carried", "stand_table")
    if plan.params["continues"]:
        _plan_carried(plan.params)
    run("lettering", "stand")


def _plan_carried(params: Params) -> None:
    run("carried", "before", params)
    for way in _BROUGHT_FORWARD:
        run("carried", "matching", params, **way)
    run("carried", "summary_sides")
    run("overlap", "overlap")
    run("carried", "summary_stands", params)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE plan_side, plan_overlap")


def _plan_lettering(plan: Plan) -> None:
    for name in ("groups", "members", "verdicts", "standing", "moved", "occupied", "give_way", "floor_days"):
        run("lettering", name, plan.params)
    run("lettering", "sides")
    run("overlap", "overlap")
    for name in ("desired", "undone", "made"):
        run("lettering", name)


def counts(plan: Plan) -> dict[str, int]:
    """What the plan makes of the file, by name."""
    names = (
        "rows", "new_customers", "named_customers", "new_items", "adopted_items", "known_items", "gone_items",
        "corrected_items", "carried_lines", "differences", "new_allocations", "moved_allocations",
        "undone_allocations", "undone_by_others", "new_minor", "gone_minor",
    )  # fmt: skip
    found: tuple[Any, ...] = rows("control", "counts", plan.params)[0]
    return dict(zip(names, found, strict=True))
