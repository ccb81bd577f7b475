"""How messages leave: limits an hour, the gateway of text messages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.mailing import Delivery, Fate
from exigible.dunning.models import SendingPolicy, SmsGateway
from exigible.dunning.numbers import e164, parse_number
from exigible.dunning.readiness import email_of_sender
from exigible.dunning.reasons import problem_sentence
from exigible.dunning.sending_forms import GatewayForm, LimitsForm
from exigible.dunning.services.setting import set_gateway, set_limits
from exigible.dunning.sms import GatewayDown, TextMessage, gateway_of, secret_name, secret_of
from exigible.dunning.sms.http import NAMES
from exigible.dunning.sms.presets import PRESETS
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

PRESET_NAMES = {"twilio": "Twilio", "ovh": "OVH", "orange": "Orange"}


@company_view(Right.ADMINISTER)
def limits(request: HttpRequest) -> HttpResponse:
    """How many messages may leave in an hour, and where the other settings of sending are."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    company = scope.company
    known = SendingPolicy.objects.filter(company=company).first() or SendingPolicy(company=company)
    form = LimitsForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        set_limits(company=company, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("sending-settings", company=company.code)
    context = {
        "form": form,
        "policy": known,
        "sender": email_of_sender(company),
        "is_own_sender": bool(company.email.strip()),
        "gateway": SmsGateway.objects.filter(company=company).first(),
    }
    return render(request, "dunning/sending.html", context, status=422 if form.errors else 200)


@company_view(Right.ADMINISTER)
def gateway(request: HttpRequest) -> HttpResponse:
    """The gateway of text messages; its secret is given to the program, not here."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    company = scope.company
    known = SmsGateway.objects.filter(company=company).first()
    form = GatewayForm(
        request.POST or None,
        instance=known or SmsGateway(company=company),
        initial=PRESETS.get(request.GET.get("like", ""), {}),
    )
    if request.method == "POST" and form.is_valid():
        set_gateway(company=company, fields=form.cleaned_data, by=scope.user.pk)
        messages.success(request, _("Saved."))
        return redirect("sms-gateway", company=company.code)
    context = {
        "form": form,
        "gateway": known,
        "presets": PRESET_NAMES,
        "names": [f"{{{name}}}" for name in NAMES],
        "variable": secret_name(company),
        "has_secret": bool(secret_of(company)),
    }
    return render(request, "dunning/gateway.html", context, status=422 if form.errors else 200)


@require_POST
@company_view(Right.ADMINISTER)
def try_gateway(request: HttpRequest) -> HttpResponse:
    """Send one text message to the number for trials, and say what came of it."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(SmsGateway.objects.select_related("company"), company=scope.company)
    country = scope.company.country
    number = parse_number(found.test_number, country, country)
    if number is None:
        messages.warning(request, _("Give a number for trials first."))
        return redirect("sms-gateway", company=scope.company.code)
    text = _("{company}: a trial of text messages.").format(company=scope.company.name)
    try:
        _tell(request, gateway_of(found).deliver(TextMessage(e164(number), text, "trial")))
    except GatewayDown as error:
        messages.error(request, f"{problem_sentence(error.code)} {error}")
    return redirect("sms-gateway", company=scope.company.code)


def _tell(request: HttpRequest, delivery: Delivery) -> None:
    if delivery.fate is Fate.SENT:
        messages.success(
            request,
            _("The gateway took the message. Its name for it: {name}.").format(
                name=delivery.message_id or _("none")
            ),
        )
    else:
        messages.error(request, _("The gateway said: “{said}”.").format(said=delivery.said))
