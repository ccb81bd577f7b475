"""A note that claims nothing (a thank-you, a dispute received), to send from one's own mail program."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from exigible.disputes.models import Dispute
from exigible.dunning.texts import said
from exigible.dunning.texts.notes import Note, write_note
from exigible.dunning.texts.parts import WITHOUT_ITEMS
from exigible.ledger.models import Customer, OpenItem
from exigible.team.scope import Scope, company_view

_LONGEST_LINK: Final = 1800
"""Mail programs cut an address that is longer; the text is copied by hand then."""


@company_view()
def note(request: HttpRequest, tone: str, code: str) -> HttpResponse:
    """The words of a note to a customer, ready to be copied or opened in one's own mail program."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    if tone not in WITHOUT_ITEMS:
        raise Http404
    customer = get_object_or_404(scope.customers().select_related("collector"), code=code)
    dispute = _dispute(scope, customer) if tone == "dispute_received" else None
    written = write_note(
        company=scope.company, customer=customer, tone=tone, dispute=dispute, today=timezone.localdate()
    )
    context = {
        "customer": customer,
        "name": said.tone_name(tone),
        "note": written,
        "warning": _warning(scope, customer, tone, dispute),
        "mail_url": _mail_url(customer, written),
        "tone": tone,
    }
    return render(request, "dunning/note.html", context)


def _dispute(scope: Scope, customer: Customer) -> Dispute | None:
    """The last dispute that is open."""
    open_ones = Dispute.objects.filter(company=scope.company, customer=customer, resolved_on=None)
    return open_ones.select_related("item").order_by("-pk").first()


def _warning(scope: Scope, customer: Customer, tone: str, dispute: Dispute | None) -> str:
    """What makes the words untrue of this customer; empty when nothing does."""
    if tone == "dispute_received":
        return "" if dispute else _("No dispute of this customer is open: these words would not be true.")
    overdue = OpenItem.objects.filter(
        company=scope.company, customer=customer, open_minor__gt=0, due_on__lt=timezone.localdate()
    )
    return _("Something of this customer is overdue: these words would not be true.") if overdue else ""


def _mail_url(customer: Customer, written: Note) -> str:
    asked: dict[str, Any] = {"subject": written.subject, "body": written.text.replace("\n", "\r\n")}
    url = f"mailto:{quote(customer.email)}?" + "&".join(f"{k}={quote(v)}" for k, v in asked.items())
    return url if customer.email and len(url) <= _LONGEST_LINK else ""
