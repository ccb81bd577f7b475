"""One letter: where it stands, what was heard of it, its proofs, what follows; and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.reasons import reason_sentence, step_name
from exigible.dunning.rules import FORMAL
from exigible.dunning.services.by_hand import no_longer_true
from exigible.dunning.views.responses import pdf_response
from exigible.dunning.views.very import kept_file
from exigible.kernel.errors import Refused, UserMistake
from exigible.language import formats
from exigible.positions.parties import recipient_of
from exigible.registered.carriers import carrier
from exigible.registered.forms import ConsentForm, GiveUpForm, HeardForm, NumberForm, ProofForm
from exigible.registered.models import Kind, Proof, RegisteredLetter, StatusEvent, WrongAddress
from exigible.registered.rules.effects import what_follows
from exigible.registered.rules.numbers import grouped
from exigible.registered.rules.statuses import CAME_BACK, ENDS, Status, collect_until, first_day
from exigible.registered.services import (
    change_number,
    file_proof,
    give_up,
    lift_wrong_address,
    note_status,
    number_letters,
    proof_content,
    record_consent,
    take_back,
)
from exigible.registered.services.addresses import wrong_address_of
from exigible.registered.services.consents import consent_of
from exigible.registered.services.electronic import ask_whether_deposited, say_not_deposited
from exigible.registered.services.following import heard_of
from exigible.registered.services.proofs import LARGEST
from exigible.registered.views.finding import Found, find, may_act
from exigible.registered.wording import (
    TONES,
    doubt_words,
    fault_words,
    follows_words,
    hand_over_words,
    status_words,
)
from exigible.team.rules import Right
from exigible.team.scope import company_view

State = RegisteredLetter.Status


@company_view()
def letter(request: HttpRequest, action: int) -> HttpResponse:
    """A letter on its own page."""
    return _page(request, find(request, action))


def _page(request: HttpRequest, found: Found, wrong: dict[str, Form] | None = None) -> HttpResponse:
    """The page; with `wrong`, the form that was sent and is to be corrected, by the id of its dialog."""
    action, one, scope = found.action, found.letter, found.scope
    is_posted = one is not None and one.status != State.TO_POST
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    context: dict[str, Any] = {
        "action": action,
        "customer": action.customer,
        "letter": one,
        "is_posted": is_posted,
        "is_with_provider": one is not None and one.hand_over not in RegisteredLetter.FREE,
        "is_electronic": one is not None and one.kind == Kind.ELECTRONIC,
        "step": step_name(action.step),
        "minor": minor,
        "address": recipient_of(action.customer, scope.company, formats.language())[1:],
        "may_act": may_act(scope),
        "wrong_address": wrong_address_of(action.customer),
        "consent": consent_of(action.customer),
        "has_provider": bool(settings.LRE_URL),
        "moot": "" if is_posted else _moot(found),
        **_standing(found),
        **_forms(found),
        **(wrong or {}),
        "ready": next(iter(wrong), "").removesuffix("_form") if wrong else "",
    }
    return render(request, "registered/letter.html", context, status=422 if wrong else 200)


def _standing(found: Found) -> dict[str, Any]:
    one = found.letter
    if one is None:
        return {"status": status_words(State.TO_POST), "tone": "", "number": ""}
    known = heard_of(one)
    presented = first_day(known, Status.PRESENTED)
    is_open = one.kind == Kind.ELECTRONIC and one.status == State.PRESENTED
    is_formal = found.action.step in FORMAL
    return {
        "status": status_words(one.status),
        "tone": TONES.get(one.status, ""),
        "number": grouped(one.number),
        "doubt": doubt_words(one.number) if one.number else "",
        "presented_on": presented,
        "collect_until": collect_until(presented) if presented and is_open else None,
        "events": [_event(event) for event in one.events.select_related("by", "taken_back_by")],
        "proofs": one.proofs.select_related("by"),
        "follows": [
            follows_words(each)
            for each in what_follows(found.scope.company.country, Status(one.status), is_formal=is_formal)
        ],
        "said": hand_over_words(one),
        "is_unsure": one.hand_over == RegisteredLetter.HandOver.AMBIGUOUS,
    }


def _event(event: StatusEvent) -> dict[str, Any]:
    back = getattr(event, "taken_back_by", None)
    return {
        "event": event,
        "words": status_words(event.status),
        "source": event.get_source_display(),
        "is_back": back is not None,
        "is_taking_back": event.takes_back_id is not None,
        "may_be_taken_back": back is None and event.takes_back_id is None and event.status != State.POSTED,
    }


def _moot(found: Found) -> str:
    """Why the letter would not be written any more on what is known now; empty when it would."""
    reason = no_longer_true([found.action.pk]).get(found.action.pk)
    return reason_sentence(reason.code, reason.params, found.action.currency) if reason else ""


def _forms(found: Found) -> dict[str, Form]:
    """Empty forms, with what is likely chosen already."""
    number = found.letter.number if found.letter else ""
    status = found.letter.status if found.letter else State.TO_POST
    heard_next = State.PRESENTED if status == State.POSTED else State.DELIVERED
    ended = Proof.Kind.ENVELOPE if status in CAME_BACK else Proof.Kind.ACKNOWLEDGEMENT
    proves = ended if status in ENDS else Proof.Kind.DEPOSIT
    return {
        "heard_form": HeardForm(auto_id="heard_%s", initial={"status": heard_next}),
        "proof_form": ProofForm(auto_id="proof_%s", initial={"kind": proves}),
        "number_form": NumberForm(auto_id="number_%s", initial={"number": grouped(number)}),
        "give_up_form": GiveUpForm(auto_id="give_up_%s"),
        "consent_form": ConsentForm(auto_id="consent_%s"),
    }


@company_view()
def pdf(request: HttpRequest, action: int) -> HttpResponse:
    """The letter as it was made."""
    found = find(request, action)
    return pdf_response(kept_file(found.action), f"{found.action.customer.code}-{found.action.pk}.pdf")


@company_view()
def proof(request: HttpRequest, action: int, proof: int) -> HttpResponse:
    """A proof as it came."""
    kept = get_object_or_404(Proof, letter=find(request, action).begun, pk=proof)
    content = proof_content(kept)
    end = kept.file.rpartition(".")[2]
    name = kept.name if kept.name.lower().endswith(f".{end}") else f"{kept.name}.{end}"
    if kept.content_type == "application/pdf":
        return pdf_response(content, name)
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=False, filename=name) or "inline",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content, content_type=kept.content_type, headers=headers)


def _done(
    request: HttpRequest, found: Found, name: str, form: Form, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    """Do what a form of the page says, and come back to the page; a wrong form comes back with it."""
    if form.is_valid():
        try:
            messages.success(request, act(form.cleaned_data))
        except (Refused, UserMistake) as error:
            form.add_error(None, _(error.sentence).format(**error.params))
        else:
            return redirect("registered-letter", company=found.scope.company.code, action=found.action.pk)
    return _page(request, find(request, found.action.pk), {f"{name}_form": form})


@require_POST
@company_view(Right.COLLECT)
def heard(request: HttpRequest, action: int) -> HttpResponse:
    """Note what was heard of a letter."""
    found = find(request, action)
    one = found.begun

    def act(data: dict[str, Any]) -> str:
        event = note_status(letter=one, source=StatusEvent.Source.PERSON, by=found.scope.user.pk, **data)
        return _("Noted.") if event else _("That was known already.")

    return _done(request, found, "heard", HeardForm(request.POST, auto_id="heard_%s"), act)


@require_POST
@company_view(Right.COLLECT)
def prove(request: HttpRequest, action: int) -> HttpResponse:
    """File a scan with a letter."""
    found = find(request, action)
    one = found.begun

    def act(data: dict[str, Any]) -> str:
        file = data["file"]
        content = file.read(LARGEST + 1)  # one that is larger is refused, and not held whole
        file_proof(letter=one, kind=data["kind"], name=file.name, content=content, by=found.scope.user.pk)
        return _("Filed with the letter.")

    return _done(request, found, "proof", ProofForm(request.POST, request.FILES, auto_id="proof_%s"), act)


@require_POST
@company_view(Right.COLLECT)
def number(request: HttpRequest, action: int) -> HttpResponse:
    """Give one letter its number, or correct it."""
    found = find(request, action)
    by = found.scope.user.pk

    def act(data: dict[str, Any]) -> str:
        if found.letter is not None and found.letter.number:
            change_number(letter=found.letter, written=data["number"], by=by)
            return _("The number is corrected; the one before stays in the history.")
        faults = number_letters(actions=[found.action], written=[data["number"]], by=by)
        if faults:
            raise UserMistake("bad-number", fault_words(faults[0].code, faults[0].found))
        return _("The letter has its number.")

    return _done(request, found, "number", NumberForm(request.POST, auto_id="number_%s"), act)


@require_POST
@company_view(Right.COLLECT)
def drop(request: HttpRequest, action: int) -> HttpResponse:
    """Not post a letter after all."""
    found = find(request, action)
    form = GiveUpForm(request.POST, auto_id="give_up_%s")
    if not form.is_valid():
        return _page(request, found, {"give_up_form": form})
    give_up(action=found.action, why=form.cleaned_data["why"], by=found.scope.user.pk)
    messages.success(
        request,
        _("The letter to {customer} is not posted: a run to come asks again.").format(
            customer=found.action.customer.name
        ),
    )
    return redirect("registered", company=found.scope.company.code)


@require_POST
@company_view(Right.COLLECT)
def consent(request: HttpRequest, action: int) -> HttpResponse:
    """Note that the customer agreed to electronic registered letters."""
    found = find(request, action)

    def act(data: dict[str, Any]) -> str:
        record_consent(customer=found.action.customer, by=found.scope.user.pk, **data)
        return _("The consent is noted.")

    return _done(request, found, "consent", ConsentForm(request.POST, auto_id="consent_%s"), act)


@require_POST
@company_view(Right.COLLECT)
def back(request: HttpRequest, action: int, event: int) -> HttpResponse:
    """Say that something that was noted was not so."""
    found = find(request, action)
    take_back(event=get_object_or_404(StatusEvent, letter=found.begun, pk=event), by=found.scope.user.pk)
    messages.success(request, _("Taken back; it stays to be seen, and counts no more."))
    return redirect("registered-letter", company=found.scope.company.code, action=found.action.pk)


@require_POST
@company_view(Right.COLLECT)
def right_address(request: HttpRequest, action: int) -> HttpResponse:
    """Say that the address of the customer is right after all."""
    found = find(request, action)
    wrong = wrong_address_of(found.action.customer)
    if isinstance(wrong, WrongAddress):
        lift_wrong_address(wrong=wrong, by=found.scope.user.pk)
        messages.success(request, _("Letters are written to this address again."))
    return redirect("registered-letter", company=found.scope.company.code, action=found.action.pk)


@require_POST
@company_view(Right.COLLECT)
def settle(request: HttpRequest, action: int) -> HttpResponse:
    """Settle an unsure electronic letter: ask the provider, or say that it has not left."""
    found = find(request, action)
    if request.POST.get("outcome") == "not-left":
        say_not_deposited(letter=found.begun, by=found.scope.user.pk)
        messages.success(request, _("The letter may go again, electronically or on paper."))
    elif provider := carrier():
        if ask_whether_deposited(letter=found.begun, carrier=provider, by=found.scope.user.pk):
            messages.success(request, _("The provider has it: it is posted."))
        else:
            messages.info(request, _("The provider knows no letter with our reference."))
    return redirect("registered-letter", company=found.scope.company.code, action=found.action.pk)
