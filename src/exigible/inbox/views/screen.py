"""The screen: the list of mails, one of them open; who set nothing up is told how."""

from __future__ import annotations

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.cash.queries import find_customers
from exigible.inbox.fetching import alarm_of, password_name
from exigible.inbox.models import Mail, Mailbox
from exigible.inbox.queries import count_by_state, in_turn, mails_of, sought
from exigible.inbox.views.shown import pane_of, row_of
from exigible.inbox.wording import problem_sentence
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PAGE: Final = 60
SHOWN: Final = ("waiting", "done", "aside", "all")


@company_view()
def inbox(request: HttpRequest) -> HttpResponse:
    """What came in, the oldest that waits first, one mail open beside the list."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    show = shown_list(request.GET.get("show", ""))
    text = request.GET.get("q", "")
    mails = mails_of(scope)
    counts = count_by_state(mails)
    page = Paginator(in_turn(sought(mails, text), show), PAGE).get_page(request.GET.get("page"))
    rows = [row_of(scope, mail) for mail in page.object_list]
    opened = _asked(mails, request.GET.get("mail", "")) or (rows[0].mail if rows else None)
    mailbox = Mailbox.objects.filter(company=scope.company).first()
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "tabs": tabs_of(scope, counts),
        "show": show,
        "text": text,
        "is_narrowed": bool(text) or show != "waiting",
        "has_mail": bool(counts),
        "pane": pane_of(scope, opened, act=request.GET.get("act", "")) if opened else None,
        "waiting": waiting_words(counts.get(Mail.State.WAITING, 0)),
        "mailbox": mailbox,
        "alarm": _alarm(scope, mailbox),
        "variable": password_name(scope.company),
        "may_set": scope.may(Right.ADMINISTER),
        "may_act": scope.may(Right.COLLECT) and not scope.is_past,
    }
    return render(request, "inbox/inbox.html", context)


def shown_list(asked: str) -> str:
    """The list that an address asks for: what waits, where it names none."""
    return asked if asked in SHOWN else "waiting"


def _asked(mails: Any, key: str) -> Mail | None:
    return mails.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None


def tabs_of(scope: Scope, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The tabs of the list, each with how many mails it has."""
    address = reverse("inbox", args=[scope.company.code])
    labels = (("waiting", _("To confirm")), ("done", _("Done")), ("aside", _("Set aside")))
    return [
        {"key": key, "label": label, "url": f"{address}?show={key}", "count": counts.get(key, 0)}
        for key, label in labels
    ]


def waiting_words(count: int) -> str:
    """How many wait, for the head of the page."""
    return ngettext("{count} to confirm", "{count} to confirm", count).format(count=count)


def _alarm(scope: Scope, mailbox: Mailbox | None) -> str:
    code = alarm_of(mailbox)
    assert mailbox is not None or not code
    return problem_sentence(code, scope.company, mailbox.said if mailbox else "") if code else ""


@company_view()
def mail(request: HttpRequest, mail: int) -> HttpResponse:
    """One mail: the pane beside the list; asked for as a page, the whole screen with it open."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(mails_of(scope), pk=mail)
    if not request.htmx:  # type: ignore[attr-defined]
        address = reverse("inbox", args=[scope.company.code])
        return redirect(f"{address}?show={found.state}&mail={found.pk}")
    pane = pane_of(scope, found, act=request.GET.get("act", ""), item=request.GET.get("item", ""))
    return render(request, "inbox/pane.html", {"pane": pane})


@company_view(Right.COLLECT)
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by name, code or document number, to put a mail to."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    text = request.GET.get("q", "")
    context = {"customers": find_customers(scope, text), "text": text.strip()}
    return render(request, "inbox/customers.html", context)
