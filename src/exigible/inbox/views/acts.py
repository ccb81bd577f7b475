"""What is done with a mail. The answer is its row, and the next mail ready: one round trip."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.inbox import answering
from exigible.inbox.forms import HoldForm, NewContactForm, filled_dispute, filled_promise, filled_request
from exigible.inbox.models import Mail
from exigible.inbox.proposing import read_account
from exigible.inbox.queries import count_by_state, dead_address_of, mails_of
from exigible.inbox.views.screen import shown_list, tabs_of, waiting_words
from exigible.inbox.views.shown import disputed_item, pane_of, present_contacts, row_of
from exigible.kernel.errors import ExigibleError, Refused, UserMistake
from exigible.ledger.models import Customer
from exigible.negotiation.models import Promise
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


@require_POST
@company_view(Right.COLLECT)
def answer(request: HttpRequest, mail: int) -> HttpResponse:
    """Do what the mail asks for, as the form says; what is wrong in it is said there."""
    scope, found = _find(request, mail)
    act = request.POST.get("act", "")
    try:
        _hold_to_today(scope)
        wrong = _act(scope, found, act, request.POST)
    except (UserMistake, Refused) as error:
        return _after(request, scope, found, act=act, mistake=_said(error))
    if wrong is not None:
        return _after(request, scope, found, act=act, form=wrong)
    return _after(request, scope, found, goes_on=True)


def _find(request: HttpRequest, mail: int) -> tuple[Scope, Mail]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    return scope, get_object_or_404(mails_of(scope), pk=mail)


def _hold_to_today(scope: Scope) -> None:
    if scope.is_past:
        raise Refused("past-date", "Nothing is answered on a past date: go back to today.")


def _said(error: ExigibleError) -> str:
    """The refusal in the reader's language."""
    return str(ExigibleError(error.code, _(error.sentence), **error.params)) if error.sentence else str(error)


def _act(scope: Scope, mail: Mail, act: str, data: Any) -> Form | None:
    """Do it; the form where something is wrong in it."""
    acts = {
        "promise": _promise, "paid": _hold, "dispute": _dispute, "request": _request, "contact": _contact,
    }  # fmt: skip
    if act not in acts:
        answering.take_note_of(mail=mail, outcome=act, by=scope.user.pk)
        return None
    if mail.customer is None:
        raise UserMistake("no-customer", "Choose a customer first.")
    customer = mail.customer
    customer.company = scope.company
    return acts[act](scope, mail, customer, data)


def _promise(scope: Scope, mail: Mail, customer: Customer, data: Any) -> Form | None:
    form = filled_promise(scope, mail, read_account(mail, customer), data)
    if not form.is_valid():
        return form
    told = form.cleaned_data
    replaced = told.get("replaces")
    answering.take_promise(
        mail=mail, amount_minor=told["amount_minor"], currency=told["currency"], due_on=told["due_on"],
        text=told["text"], items=told.get("items", ()),
        replaces=Promise.objects.get(pk=replaced, customer=customer) if replaced else None, by=scope.user.pk,
    )  # fmt: skip
    return None


def _hold(scope: Scope, mail: Mail, customer: Customer, data: Any) -> Form | None:
    form = HoldForm(data, mail=mail, customer=customer)
    if not form.is_valid():
        return form
    answering.hold_reminders(mail=mail, by=scope.user.pk, **form.cleaned_data)
    return None


def _dispute(scope: Scope, mail: Mail, customer: Customer, data: Any) -> Form | None:
    account = read_account(mail, customer)
    item = disputed_item(account, data.get("item", ""))
    if item is None:
        raise UserMistake("dispute-item", "No due item is open: nothing can be contested.")
    form = filled_dispute(mail, account, item, data)
    if not form.is_valid():
        return form
    chosen = set(data.getlist("others"))
    others = [one for one in account.items if str(one.pk) in chosen and one != item]
    told = form.cleaned_data
    answering.take_dispute(
        mail=mail,
        contested={item: told["amount"]} | {one: account.contestable(one) for one in others},
        reason=told["reason"], text=told["text"], owner=told["owner"], answer_by=told["answer_by"],
        by=scope.user.pk,
    )  # fmt: skip
    return None


def _request(scope: Scope, mail: Mail, customer: Customer, data: Any) -> Form | None:
    form = filled_request(mail, customer, data)
    if not form.is_valid():
        return form
    answering.take_request(mail=mail, by=scope.user.pk, **form.cleaned_data)
    return None


def _contact(scope: Scope, mail: Mail, customer: Customer, data: Any) -> Form | None:
    form = NewContactForm(data, mail=mail, contacts=present_contacts(customer))
    if not form.is_valid():
        return form
    former = form.former_contact()
    answering.take_contact(mail=mail, fields=form.values(), former=former, by=scope.user.pk)
    return None


@require_POST
@company_view(Right.COLLECT)
def reopen(request: HttpRequest, mail: int) -> HttpResponse:
    """Take back what was made of a mail: it waits again."""
    scope, found = _find(request, mail)
    try:
        _hold_to_today(scope)
        answering.reopen(mail=found, by=scope.user.pk)
    except (UserMistake, Refused) as error:
        return _after(request, scope, found, mistake=_said(error))
    return _after(request, scope, found)


@require_POST
@company_view(Right.COLLECT)
def put_to(request: HttpRequest, mail: int) -> HttpResponse:
    """Say whose mail it is."""
    scope, found = _find(request, mail)
    key = request.POST.get("customer", "")
    customer = scope.customers().filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
    try:
        _hold_to_today(scope)
        if customer is None:
            raise UserMistake("no-customer", "Choose a customer first.")
        remember = bool(request.POST.get("remember"))
        answering.put_to_customer(mail=found, customer=customer, remember=remember, by=scope.user.pk)
    except (UserMistake, Refused) as error:
        return _after(request, scope, found, mistake=_said(error))
    return _after(request, scope, found)


@require_POST
@company_view(Right.COLLECT)
def lift(request: HttpRequest, mail: int) -> HttpResponse:
    """Say that the address works again from which this mail came back."""
    scope, found = _find(request, mail)
    dead = dead_address_of(found)
    if dead is not None:
        answering.lift_address(dead=dead, by=scope.user.pk)
    return _after(request, scope, found)


def _after(
    request: HttpRequest,
    scope: Scope,
    mail: Mail,
    *,
    goes_on: bool = False,
    act: str = "",
    form: Form | None = None,
    mistake: str = "",
) -> HttpResponse:
    """The row of the mail as it is now, and the pane of the one to work on."""
    mails = mails_of(scope)
    acted = get_object_or_404(mails, pk=mail.pk)
    key = request.POST.get("next", "")
    following = mails.filter(pk=int(key)).first() if goes_on and key.isdecimal() and len(key) < 18 else None
    item = request.POST.get("item", "")
    counts = count_by_state(mails)
    context = {
        "row": row_of(scope, acted),
        "pane": pane_of(scope, following or acted, act=act, item=item, form=form, mistake=mistake),
        "waiting": waiting_words(counts.get(Mail.State.WAITING, 0)),
        "tabs": tabs_of(scope, counts),
        "show": _list_on_screen(request),
    }
    return render(request, "inbox/after.html", context, status=422 if form or mistake else 200)


def _list_on_screen(request: HttpRequest) -> str:
    """The tab of the page that sent the act, as its address has it."""
    asked = parse_qs(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    return shown_list(asked.get("show", [""])[0])
