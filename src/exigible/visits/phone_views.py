"""A tour on a telephone: a page that opens without network, what was noted on it, and what is known here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.disputes.models import Dispute
from exigible.kernel.errors import Refused, UserMistake
from exigible.language import formats
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.visits.models import Receipt, Stop, Tour, Visit
from exigible.visits.phone import page_words, stop_data
from exigible.visits.queries import tours_of
from exigible.visits.result_form import ResultForm
from exigible.visits.results import note_visit
from exigible.visits.sheet import read_tour
from exigible.visits.wording import outcome_words, reckoned_words, total_words

WORKER: Final = Path(__file__).parent / "static" / "visits" / "worker.js"
KEPT_FOR: Final = timedelta(days=2)
"""How long after its day a tour may stay on a telephone: what a customer owes is nobody's reading later."""


@company_view(Right.COLLECT)
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The page that is taken along."""
    scope, tour = _tour(request, pk)
    sheet = read_tour(scope, tour)
    addresses = {
        name: reverse(f"visit-{name}", kwargs={"company": scope.company.code, "pk": pk})
        for name in ("state", "results")
    }
    addresses["worker"] = reverse("visit-worker", kwargs={"company": scope.company.code})
    context = {
        "tour": tour,
        "sheet": sheet,
        "total": total_words(sheet.schedule),
        "reckoned": reckoned_words(sheet.terms),
        "outcomes": Visit.Outcome.choices,
        "reasons": Dispute.Reason.choices,
        "means": Receipt.Means.choices,
        "addresses": addresses,
        "stops_data": {stop.stop.pk: stop_data(scope.company, stop) for stop in sheet.stops},
        "words": page_words(),
        "read_at": timezone.now(),
    }
    response = render(request, "visits/phone.html", context)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Keep-Until"] = (tour.day + KEPT_FOR).isoformat()
    return response


@company_view(Right.COLLECT)
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The script that answers where there is no network; served from here, so that it reaches no further."""
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript", headers=headers)


@company_view(Right.COLLECT)
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is signed in, the token that an act needs, and what came of the tour's stops so far."""
    scope, tour = _tour(request, pk)
    found = Visit.objects.filter(stop__tour=tour, stop__customer__in=scope.customers())
    visits = found.select_related("by", "receipt").defer("receipt__pdf", "receipt__signature")
    known = {str(visit.stop_id): _visit(scope, visit) for visit in visits}
    return JsonResponse({"user": scope.user.pk, "csrf": get_token(request), "visits": known})


def _visit(scope: Scope, visit: Visit) -> dict[str, Any]:
    told = {
        "uuid": str(visit.uuid),
        "outcome": outcome_words(visit.outcome),
        "by": str(visit.by or ""),
        "at": formats.moment(visit.noted_at),
    }
    receipt = getattr(visit, "receipt", None)
    if receipt is not None:
        number = {"company": scope.company.code, "number": receipt.number}
        told["receipt"] = _("Receipt no. %(number)s") % number
        told["receipt_url"] = reverse("visit-receipt-pdf", kwargs=number)
    return told


@require_POST
@company_view(Right.COLLECT)
def results(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one visit that was noted: 201 for a new one, 200 for one known already; sent twice it is one.

    409 says who noted that visit first, 422 what cannot be taken: the telephone keeps it, nothing is lost.
    """
    scope, tour = _tour(request, pk)
    told = _told(request)
    if told.get("noted_by") != scope.user.pk:
        return _no(409, "other-person", _("This was noted by someone else, who signs in to send it."))
    key = told.get("stop")
    stops = Stop.objects.filter(tour=tour, customer__in=scope.customers())
    stop = get_object_or_404(stops.select_related("customer__company", "tour"), pk=key if _is_key(key) else 0)
    form = ResultForm(told, stop=stop)
    if not form.is_valid():
        return _no(422, "unclear", " ".join(str(word) for words in form.errors.values() for word in words))
    try:
        visit, is_new = note_visit(stop=stop, noted=form.noted(), by=scope.user.pk)
    except (UserMistake, Refused) as mistake:
        status = 409 if mistake.code == "visited-meanwhile" else 422
        return _no(status, mistake.code, _(mistake.sentence).format_map(mistake.params))
    return JsonResponse(_visit(scope, visit), status=201 if is_new else 200)


def _told(request: HttpRequest) -> Mapping[str, Any]:
    try:
        told = json.loads(request.body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is_key(value: object) -> bool:
    return isinstance(value, int) and 0 < value < 2**63


def _no(status: int, code: str, sentence: str) -> JsonResponse:
    return JsonResponse({"code": code, "sentence": sentence}, status=status)


def _tour(request: HttpRequest, pk: int) -> tuple[Scope, Tour]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(tours_of(scope).select_related("who", "company"), pk=pk)
