"""A tour as it is printed: the same facts as on the telephone, worded for who goes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.calls.papers import account_paper, promise_facts
from exigible.documents.model import Language
from exigible.documents.visitsheet import TourPaper, VisitPaper
from exigible.language import formats
from exigible.ledger.models import Contact
from exigible.positions.parties import sender_of
from exigible.team.scope import Scope
from exigible.visits.models import Visit
from exigible.visits.sheet import StopSheet, TourSheet
from exigible.visits.wording import (
    minute_words,
    reckoned_words,
    total_words,
    way_words,
)
from exigible.web.forms_customer import ROLES


def paper_of(scope: Scope, sheet: TourSheet) -> TourPaper:
    """A tour to be printed, in the reader's language."""
    language: Language = "en" if formats.language() == "en" else "fr"
    tour = sheet.tour
    start = " · ".join(filter(None, (tour.starts_from, minute_words(_minute(sheet)))))
    return TourPaper(
        sender=sender_of(scope.company),
        language=language,
        dated=timezone.localdate(),
        day=tour.day,
        who=str(tour.who),
        start=start,
        facts=tuple(_facts(sheet)),
        visits=tuple(_visit(stop) for stop in sheet.stops),
    )


def _minute(sheet: TourSheet) -> int:
    return sheet.tour.starts_at.hour * 60 + sheet.tour.starts_at.minute


def _facts(sheet: TourSheet) -> Iterator[str]:
    yield f"{total_words(sheet.schedule)} · {reckoned_words(sheet.terms)}"
    if sheet.tour.returns and sheet.schedule.back_metres is not None and sheet.schedule.ends is not None:
        yield _("Back after %(km)s, about %(hour)s") % {
            "km": way_words(sheet.schedule.back_metres), "hour": minute_words(sheet.schedule.ends),
        }  # fmt: skip


def _visit(sheet: StopSheet) -> VisitPaper:
    owed = (formats.money(each.asked_minor, each.currency, with_symbol=True) for each in sheet.standings)
    return VisitPaper(
        customer=sheet.customer.name,
        customer_code=sheet.customer.code,
        address=sheet.address,
        way=sheet.way or _("not known"),
        hours=" · ".join(filter(None, (sheet.expected, sheet.hours))),
        owed=" + ".join(owed),
        numbers=tuple((_who(reach.contact), reach.number.shown) for reach in sheet.reaches),
        facts=tuple(promise_facts(sheet.broken, sheet.running)),
        asks=tuple(sheet.asks),
        accounts=tuple(account_paper(standing) for standing in sheet.standings),
        said=tuple((formats.day(entry.on), entry.what, entry.words) for entry in sheet.said),
        ends=tuple(str(label) for label in Visit.Outcome.labels),
    )


def _who(contact: Contact | None) -> str:
    if contact is None:
        return _("Switchboard")
    return f"{contact.name}, {dict(ROLES)[contact.role]}"
