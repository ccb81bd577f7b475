"""One message: the very text, beside the list and on a page of its own; and what became of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.dunning.composing import Message
from exigible.dunning.models import ON_PAPER, Action, ActionItem, Channel
from exigible.dunning.reasons import channel_name, reason_sentence, state_name, step_name
from exigible.dunning.services import resolve_ambiguous
from exigible.dunning.texts.said import tone_name
from exigible.dunning.texts.sms import length_of
from exigible.dunning.views import very
from exigible.dunning.views.reading import all_messages, renewed_run
from exigible.dunning.views.responses import email_response, pdf_response
from exigible.dunning.views.runs import may_approve
from exigible.dunning.views.templates import address
from exigible.dunning.views.words import TONES, what_happened
from exigible.kernel.ageing import days_overdue
from exigible.kernel.errors import Refused
from exigible.language import formats
from exigible.ledger.models import OpenItem
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

State = Action.State


@company_view()
def message(request: HttpRequest, action: int) -> HttpResponse:
    """A message on its own page, with the items it speaks of; one that was renewed leads to its run."""
    try:
        scope, found = _find(request, action)
    except Http404:
        return _to_what_is_proposed_now(request, action)
    lines = ActionItem.objects.filter(action=found).select_related("item").order_by("item__due_on", "item_id")
    unclear = unclear_numbers(_document(line.item) for line in lines)
    shown = _shown(scope, found)
    context = shown | _writing(scope, found, shown.get("composed"))
    context["lines"] = [_line(found, line, unclear) for line in lines]
    return render(request, "dunning/message.html", context)


def _to_what_is_proposed_now(request: HttpRequest, action: int) -> HttpResponse:
    """To the run, for a message that was renewed; Http404 for any other."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    run = renewed_run(scope.company, action)
    if run is None:
        raise Http404
    said = _("This message was renewed since: what is proposed now stands in the run of {day}.")
    messages.info(request, said.format(day=formats.day(run.day)))
    return redirect("run", company=scope.company.code, run=run.pk)


@company_view()
def peek(request: HttpRequest, action: int) -> HttpResponse:
    """A message beside the list."""
    scope, found = _find(request, action)
    return render(request, "dunning/peek.html", _shown(scope, found))


@company_view()
def email(request: HttpRequest, action: int) -> HttpResponse:
    """The HTML of an e-mail, for a frame of our pages."""
    _, found = _find(request, action, Channel.EMAIL)
    return email_response(very.email_seen(found).html)


@company_view()
def letter(request: HttpRequest, action: int) -> HttpResponse:
    """A letter as PDF."""
    _, found = _find(request, action, *ON_PAPER)
    return pdf_response(very.letter_pdf(found), _file_name(found))


@company_view()
def attachment(request: HttpRequest, action: int, number: int) -> HttpResponse:
    """A file that goes along with an e-mail, as PDF; the first is 1."""
    _, found = _find(request, action, Channel.EMAIL)
    parts = very.attached(found)
    if not 1 <= number <= len(parts):
        raise Http404
    return pdf_response(parts[number - 1].content, _file_name(found, number))


def _file_name(action: Action, number: int = 0) -> str:
    end = f"-{number}" if number else ""
    return f"{action.customer.code}-{action.run.day:%Y-%m-%d}{end}.pdf"


@require_POST
@company_view(Right.APPROVE)
def resolve(request: HttpRequest, action: int) -> HttpResponse:
    """Say what became of a message of which the program does not know whether it left."""
    scope, found = _find(request, action)
    outcome = request.POST.get("outcome", "")
    resolve_ambiguous(action=found, outcome=outcome, by=scope.user.pk)
    said = {
        "sent": _("Marked as sent: {customer}."),
        "again": _("Approved again: {customer}. It leaves when the run is next sent."),
        "dropped": _("Given up: {customer}. The next run proposes it again."),
    }[outcome]
    messages.success(request, said.format(customer=found.customer.name))
    if outcome == "again":
        return redirect("run", company=scope.company.code, run=found.run_id)
    return redirect("reminders", company=scope.company.code)


def _find(request: HttpRequest, pk: int, *channels: str) -> tuple[Scope, Action]:
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    known = all_messages(scope).select_related("customer", "run", "policy", "approved_by")
    return scope, get_object_or_404(known.filter(channel__in=channels) if channels else known, pk=pk)


def _shown(scope: Scope, action: Action) -> dict[str, Any]:
    """The message, and why it cannot be shown where it cannot."""
    can_act = scope.may(Right.COLLECT) and not scope.is_past
    is_waiting = action.state in (State.PROPOSED, State.APPROVED)
    shown = {
        "action": action,
        "customer": action.customer,
        "run": action.run,
        "step": step_name(action.step),
        "channel": channel_name(action.channel),
        "is_email": action.channel == Channel.EMAIL,
        "is_text": action.channel == Channel.SMS,
        "is_talk": action.channel in (Channel.PHONE, Channel.VISIT),
        "why": reason_sentence(action.reason_code, action.reason_params, action.currency),
        "state": state_name(action.state),
        "tone": TONES[action.state],
        "told": what_happened(action),
        "is_kept": very.is_kept(action),
        "is_waiting": is_waiting,
        "test_recipient": scope.company.test_recipient if is_waiting else "",
        "can_exclude": can_act and is_waiting,
        "can_choose_way": can_act and action.state == State.PROPOSED,
        "can_include": can_act and action.state == State.EXCLUDED,
        "can_approve": can_act and action.state == State.PROPOSED and may_approve(scope, action.run),
        "can_resolve": scope.may(Right.APPROVE) and action.state == State.AMBIGUOUS,
    }
    try:
        return shown | _said(action)
    except Refused as refusal:
        return shown | {"unreadable": _(refusal.sentence)}


def _writing(scope: Scope, action: Action, composed: Message | None) -> dict[str, Any]:
    """Whose words it says, what a text message would say, and the letter that came back retouched."""
    is_waiting = action.state in (State.PROPOSED, State.APPROVED)
    is_letter = action.channel in ON_PAPER
    writing: dict[str, Any] = {
        "is_letter_waiting": is_letter and is_waiting and action.through_id is None,
        "can_retouch": is_waiting and scope.may(Right.COLLECT) and not scope.is_past,
        "retouched": action.retouched.filter(withdrawn_at=None).select_related("by") if is_letter else (),
    }
    if composed is None or action.state not in Action.LIVE:
        return writing
    composed, voice = composed.part_of(action), composed.voice
    words = {
        "name": tone_name(voice.key.tone),
        "version": voice.version,
        "url": address(scope, "template", voice.key),
    }
    phone = action.customer.phone
    return writing | {
        "words": words,
        "sms": composed.sms,
        "sms_segments": length_of(composed.sms).segments,
        "sms_url": f"sms:{quote(phone)}?body={quote(composed.sms)}" if phone else "",
    }


def _said(action: Action) -> dict[str, Any]:
    composed = None if very.is_kept(action) else very.compose_now(action)
    own = composed.part_of(action) if composed else None
    said: dict[str, Any] = {
        "composed": composed,
        "stop": very.stop_sentence(own) if own and action.state in Action.LIVE else "",
        "attached": very.attached_names(action, composed),
        "asked_minor": own.letter.net_minor if own else action.sent_minor,
    }
    if action.channel == Channel.EMAIL:
        said["seen"] = very.email_seen(action)
    if action.channel == Channel.SMS:
        said["text"] = composed.sms if composed else very.kept_file(action).decode()
    return said


def _document(item: OpenItem) -> Document:
    return Document(item.document_type, item.document_number, item.issued_on, item.label)


def _line(action: Action, line: ActionItem, unclear: frozenset[tuple[str, str]]) -> dict[str, Any]:
    day = timezone.localdate(action.sent_at) if action.sent_at else timezone.localdate()
    return {
        "line": line,
        "item": line.item,
        "name": telling_label(_document(line.item), unclear) or line.item.document_number,
        "days": days_overdue(line.item.due_on, day),
        "now_minor": line.item.open_minor if line.sent_minor is None else line.sent_minor,
    }
