"""What a customer would read, as one types: nothing is stored, and nothing leaves but to oneself."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.documents.letters import render_letters
from exigible.dunning.mailing import Fate, Mailer, MailServerDown
from exigible.dunning.readiness import email_of_sender
from exigible.dunning.texts.checks import UNREADABLE, find_faults
from exigible.dunning.texts.parts import NO_LETTER, Key, Words
from exigible.dunning.texts.preview import SITUATIONS, Trial, try_words
from exigible.dunning.texts.sms import MOST_SEGMENTS, length_of
from exigible.dunning.texts.versions import law_of
from exigible.dunning.views.responses import email_response, pdf_response
from exigible.dunning.views.templates import (
    SHOWS,
    chosen_customer,
    faults_said,
    key_of,
    variables_of,
)
from exigible.dunning.views.very import with_picture
from exigible.kernel.errors import UserMistake
from exigible.kernel.text import fold
from exigible.ledger.models import Customer
from exigible.team.scope import Scope, company_view

FOUND: Final = 8
_SALT: Final = "exigible.dunning.preview"


@require_POST
@company_view()
def preview(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """What was typed on the chosen customer, with what is wrong with it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key, words = key_of(request, tone, language), Words.of(request.POST.dict())
    faults = find_faults(key, words, law_of(scope.company))
    customer = chosen_customer(request, scope, tone)
    context: dict[str, Any] = {"faults": faults_said(faults), "customer": customer, "key": key}
    if customer is not None and not any(fault.code in UNREADABLE for fault in faults):
        situation, show = _asked(request, key)
        trial = _try(scope, key, words, customer, situation)
        context |= _shown(trial, show) | {"seen": _seen_url(scope, key, words, customer, situation, show)}
        context["variables"] = [
            {"name": name, "meaning": meaning, "value": trial.values.get(name, "")}
            for name, meaning in variables_of(key)
        ]
    return render(request, "dunning/template_preview.html", context)


def _asked(request: HttpRequest, key: Key) -> tuple[str, str]:
    situation, show = request.POST.get("situation", ""), request.POST.get("show", "")
    is_show = show in SHOWS and (show != "letter" or key.tone not in NO_LETTER)
    return situation if situation in SITUATIONS else SITUATIONS[0], show if is_show else SHOWS[0]


def _try(scope: Scope, key: Key, words: Words, customer: Customer, situation: str) -> Trial:
    return try_words(
        company=scope.company,
        customer=customer,
        key=key,
        words=words,
        situation=situation,
        today=timezone.localdate(),
    )


def _shown(trial: Trial, show: str) -> dict[str, Any]:
    length = length_of(trial.sms)
    return {
        "trial": trial,
        "show": show,
        "body": trial.body,
        "sms": length,
        "outside": " ".join(length.outside[:12]),
        "is_long": length.segments > MOST_SEGMENTS,
    }


def _seen_url(scope: Scope, key: Key, words: Words, customer: Customer, situation: str, show: str) -> str:
    """The address of the very e-mail or letter, for a frame: the words travel in it, stored nowhere."""
    if show not in ("email", "phone", "letter"):
        return ""
    typed = signing.dumps(words.as_dict(), salt=_SALT, compress=True)
    url = reverse("template-seen", args=[scope.company.code, key.tone, key.language])
    asked = {"kind": key.kind, "country": key.country, "customer": customer.code, "situation": situation}
    query = {name: value for name, value in asked.items() if value}
    query |= {"show": "letter" if show == "letter" else "email", "words": typed}
    return f"{url}?{urlencode(query)}"


@company_view()
def seen(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """The e-mail as HTML or the letter as PDF, in a frame of the editor."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key = key_of(request, tone, language)
    try:
        words = Words.of(signing.loads(request.GET.get("words", ""), salt=_SALT))
    except signing.BadSignature as error:
        raise Http404 from error
    customer = get_object_or_404(
        scope.customers().select_related("collector"), code=request.GET.get("customer", "")
    )
    situation = request.GET.get("situation", SITUATIONS[0])
    trial = _try(scope, key, words, customer, situation)
    if request.GET.get("show") == "letter":
        return pdf_response(render_letters([trial.letter])[0], f"{tone}-{customer.code}.pdf")
    return email_response(_html(trial))


def _html(trial: Trial) -> str:
    html, logo = trial.body.html, trial.logo
    return with_picture(html, logo.content_id, logo.mime_type, logo.content) if logo else html


@company_view()
def customers(request: HttpRequest) -> HttpResponse:
    """Customers by name or code, to try the words on."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = request.GET.get("q", "").strip()
    known = scope.customers()
    found = known.filter(sort_name__contains=fold(asked)) | known.filter(code__istartswith=asked)
    people = list(found.order_by("sort_name")[:FOUND]) if asked else []
    return render(request, "dunning/template_customers.html", {"people": people, "asked": asked})


@require_POST
@company_view()
def send_me(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """Send the preview to whoever asks, at the address they sign in with, and to nobody else."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key, words = key_of(request, tone, language), Words.of(request.POST.dict())
    faults = find_faults(key, words, law_of(scope.company))
    customer = chosen_customer(request, scope, tone)
    if customer is None or any(fault.code in UNREADABLE for fault in faults):
        raise UserMistake("words-refused", "These words cannot be saved: see what is marked.")
    trial = _try(scope, key, words, customer, _asked(request, key)[0])
    sender = email_of_sender(scope.company)
    if not sender:
        raise UserMistake("no-sender", "The company has no e-mail address to write from: see its settings.")
    email = EmailMultiAlternatives(
        subject=_("[Preview] {subject}").format(subject=trial.body.subject),
        body=trial.body.text,
        from_email=sender,
        to=[scope.user.email],
    )
    email.attach_alternative(_html(trial), "text/html")
    _deliver(email)
    told = _("The preview was handed over to the mail server, for {address}.")
    messages.success(request, told.format(address=scope.user.email))
    return HttpResponse("")


def _deliver(email: EmailMultiAlternatives) -> None:
    """Hand a preview over. Raises UserMistake("not-handed-over") with the mail server's words."""
    content = email.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own has it
    try:
        with Mailer() as mailer:
            delivery = mailer.deliver(email, content)
    except MailServerDown as error:
        raise UserMistake(
            "mail-server-unreachable", "The mail server cannot be reached: {why}", why=str(error)
        ) from error
    if delivery.fate is not Fate.SENT:
        raise UserMistake(
            "not-handed-over", "The mail server did not take the preview: {said}", said=delivery.said
        )
