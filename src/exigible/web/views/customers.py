"""One customer: the page, and the customer in short for the side panel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy

from exigible.disputes.queries import open_disputes
from exigible.dunning.answers import Answers
from exigible.dunning.views.voice import voice_of
from exigible.kernel.ageing import Buckets
from exigible.ledger.models import Contact, Customer, OpenItem
from exigible.ledger.pauses import Rests, rests_of
from exigible.negotiation.models import Request
from exigible.negotiation.requests import open_requests, request_rows
from exigible.positions.statements import overdue_history
from exigible.registered.services.addresses import wrong_address_of
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view
from exigible.web import customer_file
from exigible.web.customer_answers import answers_of, dispute_rows, open_promises, promise_rows
from exigible.web.customer_reminders import coming_rows, past_rows, registered_rows
from exigible.web.forms_customer import PauseForm
from exigible.worklist.forms import NoteForm, promise_form
from exigible.worklist.models import Task
from exigible.worklist.queries import in_turn
from exigible.worklist.rules import WorkLine
from exigible.worklist.services import decide_customer
from exigible.worklist.views import ICONS, act_address
from exigible.worklist.wording import reason_sentence

MONTHS = 13
PEEK_ENTRIES = 8
DIALOGS = {"promise": Right.COLLECT, "pause": Right.COLLECT, "note": Right.COMMENT}
ELSEWHERE = (Task.Act.REVIEW_REMINDER, Task.Act.FIND_CONTACT)
"""Acts that are done on another page than the customer's."""
MISSING = {
    "siren": gettext_lazy("its register number"), "address": gettext_lazy("its address"),
    "email": gettext_lazy("an e-mail address"), "phone": gettext_lazy("a telephone number"),
    "accounts-payable": gettext_lazy("a contact in accounts payable"),
    "general-terms": gettext_lazy("its signed general terms"),
}  # fmt: skip


def find_customer(request: HttpRequest, code: str) -> tuple[Scope, Customer]:
    """The customer of this code, if the person may see it; raises Http404."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    customers = scope.customers().select_related("collector", "parent", "company")
    return scope, get_object_or_404(customers, code=code)


@company_view()
def page(request: HttpRequest, code: str) -> HttpResponse:
    """All about a customer: what is owed by due date, why, since when, what was said, what comes next."""
    scope, customer = find_customer(request, code)
    answers = answers_of(scope, customer)
    accounts = customer_file.open_accounts(scope, customer, answers)
    if request.GET.get("lines") == "all":
        accounts = [replace(account, shows_all=True) for account in accounts]
    shared = _shared(scope, request, customer, answers)
    currency = accounts[0].currency if accounts else scope.company.currency
    context = {
        "accounts": accounts,
        "currency": currency,
        "keys": Buckets(tuple(scope.company.bucket_bounds)).keys,
        "history": overdue_history(customer, MONTHS, scope.as_of).get(currency),
        "entries": customer_file.conversation(scope, customer),
        "next": _next_act(scope, customer, shared["contacts"]),
        **shared,
    }
    return render(request, "web/customers/page.html", context)


@company_view()
def file(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of a customer: identifiers, terms, contacts, contracts, bank accounts, group."""
    scope, customer = find_customer(request, code)
    context = {
        "payer_accounts": customer_file.payer_accounts_of(customer),
        "group": customer_file.group_positions(scope, customer),
        "wrong_address": None if scope.is_past else wrong_address_of(customer),
        **_shared(scope, request, customer, answers_of(scope, customer)),
    }
    return render(request, "web/customers/file.html", context)


@company_view()
def promises(request: HttpRequest, code: str) -> HttpResponse:
    """The promises of a customer over the last year, and what came of each."""
    scope, customer = find_customer(request, code)
    answers = answers_of(scope, customer)
    context = {"rows": promise_rows(answers), **_shared(scope, request, customer, answers)}
    return render(request, "web/customers/promises.html", context)


@company_view()
def disputes(request: HttpRequest, code: str) -> HttpResponse:
    """What a customer contests, whose it is to answer, and how the disputes of the last year ended."""
    scope, customer = find_customer(request, code)
    context = {
        "rows": dispute_rows(scope, customer),
        **_shared(scope, request, customer, answers_of(scope, customer)),
    }
    return render(request, "web/customers/disputes.html", context)


@company_view()
def requests(request: HttpRequest, code: str) -> HttpResponse:
    """What a customer asked for: what it has not had yet, and what was answered in the last year."""
    scope, customer = find_customer(request, code)
    context = {
        "rows": request_rows(scope, Request.objects.filter(customer=customer)),
        **_shared(scope, request, customer, answers_of(scope, customer)),
    }
    return render(request, "web/customers/requests.html", context)


@company_view()
def reminders(request: HttpRequest, code: str) -> HttpResponse:
    """What the runs did about a customer, what they held back and why, and what is to come."""
    scope, customer = find_customer(request, code)
    asked = request.GET.get("item", "")
    mine = OpenItem.objects.filter(company=scope.company, customer=customer)
    item = mine.filter(pk=asked).first() if asked.isdecimal() else None
    context = {
        "coming": [] if scope.is_past else coming_rows(customer, scope.as_of),
        "past": past_rows(scope, customer, item),
        "item": item,
        "voice": {} if scope.is_past else voice_of(customer),
        "may_change_policy": scope.may(Right.APPROVE),
        "letters": registered_rows(scope, customer),
        **_shared(scope, request, customer, answers_of(scope, customer)),
    }
    return render(request, "web/customers/reminders.html", context)


def _shared(scope: Scope, request: HttpRequest, customer: Customer, answers: Answers) -> dict[str, Any]:
    """What every page of a customer has: its people, the rights, the dialogs, and the tabs with what runs."""
    contacts, contracts = customer_file.contacts_of(customer), customer_file.contracts_of(customer)
    missing = customer_file.missing_data(customer, contacts, contracts)
    rests = rests_of(customer, scope.as_of)
    return {
        "customer": customer,
        "rests": rests,
        "contacts": contacts,
        "contracts": contracts,
        "missing": [str(MISSING[what]) for what in missing],
        "completeness": 100 - 100 * len(missing) // len(MISSING),
        "running": open_promises(answers),
        "contested": open_disputes(scope.company, scope.as_of).filter(customer=customer).count(),
        "asked": open_requests(scope).filter(customer=customer).count(),
        **_rights(scope, request),
        **_forms(scope, customer, None if scope.is_past else answers, rests),
    }


def _rights(scope: Scope, request: HttpRequest) -> dict[str, Any]:
    """What the person may do here, and the dialog that the address asks to be open (`?act=promise`)."""
    asked = request.GET.get("act", "")
    return {
        "may_collect": scope.may(Right.COLLECT),
        "may_answer": scope.may(Right.COLLECT) and not scope.is_past,
        "may_comment": scope.may(Right.COMMENT),
        "ready": asked if asked in DIALOGS and scope.may(DIALOGS[asked]) else "",
    }


def _forms(scope: Scope, customer: Customer, answers: Answers | None, rests: Rests) -> dict[str, Any]:
    """The forms of the dialogs, for those who may fill them in. `answers`: those of today, where known."""
    forms: dict[str, Any] = {"note_form": NoteForm(auto_id="note_%s")}
    if scope.may(Right.COLLECT):
        held = None if scope.is_past else rests.now
        pause = {"until": held.until, "reason": held.reason} if held else {}
        promise = promise_form(scope.company, customer, answers=answers, auto_id="promise_%s")
        forms |= {
            "promise_form": promise,
            "pause_form": PauseForm(initial=pause, auto_id="pause_%s"),
        }
    return forms


def _next_act(scope: Scope, customer: Customer, contacts: list[Contact]) -> dict[str, Any]:
    """What to do next and whom to turn to; where nothing is to be done, only whom to turn to."""
    line = _next_line(scope, customer)
    by_phone = line is None or line.act == Task.Act.CALL
    found: dict[str, Any] = {"contact": customer_file.best_contact(contacts, by_phone=by_phone)}
    if line is not None:
        found |= {
            "act": Task.Act(line.act).label,
            "icon": ICONS[line.act],
            "why": reason_sentence(line.reason, line.params, line.currency),
            "url": act_address(scope, customer.code, line.act, line.params) if line.act in ELSEWHERE else "",
            "is_claim": line.act == Task.Act.DECLARE_CLAIM and scope.may(Right.COLLECT) and not scope.is_past,
        }
    return found


def _next_line(scope: Scope, customer: Customer) -> WorkLine | Task | None:
    """The first line of the customer: decided now, as the list may be older; of a past day as made then."""
    if not scope.is_past:
        return next(iter(decide_customer(customer, scope.as_of)), None)
    tasks = Task.objects.filter(company=scope.company, customer=customer, on=scope.as_of)
    left = list(tasks.filter(done_at__isnull=True))
    turns = in_turn((task.currency for task in left), scope.company.currency)
    return min(left, key=lambda task: (turns.index(task.currency), -task.value), default=None)


@company_view()
def peek(request: HttpRequest, code: str) -> HttpResponse:
    """The customer in short, for the side panel."""
    scope, customer = find_customer(request, code)
    contacts = customer_file.contacts_of(customer)
    context = {
        "customer": customer,
        "accounts": customer_file.open_accounts(scope, customer),
        "entries": customer_file.conversation(scope, customer, PEEK_ENTRIES),
        "next": _next_act(scope, customer, contacts),
        "url": reverse("customer", args=[scope.company.code, customer.code]),
    }
    return render(request, "web/customers/peek.html", context)
