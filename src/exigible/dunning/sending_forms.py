"""Forms for how messages leave: limits, and the gateway of text messages."""

from __future__ import annotations

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from exigible.dunning.models import SendingPolicy, SmsGateway
from exigible.dunning.numbers import parse_number
from exigible.dunning.sms.http import field_lines, header_lines


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class LimitsForm(forms.ModelForm):
    """How many messages may leave in an hour."""

    class Meta:
        model = SendingPolicy
        fields = ("emails_an_hour", "emails_an_hour_to_a_domain", "texts_an_hour")
        labels = {
            "emails_an_hour": _("E-mails in an hour, at most"),
            "emails_an_hour_to_a_domain": _("E-mails in an hour to one domain, at most"),
            "texts_an_hour": _("Text messages in an hour, at most"),
        }
        help_texts = {
            "emails_an_hour": _("Empty: no limit. Your mail provider says what it allows."),
            "emails_an_hour_to_a_domain": _(
                "The domain is what follows the @: large providers take few at a time."
            ),
            "texts_an_hour": _("Empty: no limit."),
        }


class GatewayForm(forms.ModelForm):
    """The gateway that text messages are handed to."""

    class Meta:
        model = SmsGateway
        fields = (
            "url", "method", "content", "body", "headers", "token_url", "id_path", "ok_path", "ok_values",
            "sender", "opens", "closes", "test_number", "is_active",
        )  # fmt: skip
        labels = {
            "url": _("Address of the gateway"),
            "method": _("Method"),
            "content": _("The fields go as"),
            "body": _("Fields"),
            "headers": _("Headers"),
            "token_url": _("Address that gives a token (OAuth 2)"),
            "id_path": _("Where the answer gives the message its name"),
            "ok_path": _("Where the answer says that it took the message"),
            "ok_values": _("What it then says"),
            "sender": _("Sender"),
            "opens": _("Not before"),
            "closes": _("Not from"),
            "test_number": _("Trial: all text messages to this number"),
            "is_active": _("Send text messages"),
        }
        help_texts = {
            "url": _("It begins with https://"),
            "body": _("JSON, or one field a line: name=value. Names in braces are filled in."),
            "headers": _("One a line, for example Authorization: Bearer {secret}"),
            "token_url": _("Empty: the gateway takes the secret itself."),
            "id_path": _("For example messages.0.id"),
            "ok_path": _("Empty: an answer 200 to 299 says so."),
            "ok_values": _("Values that mean yes, with spaces between."),
            "sender": _("A name or a number, as the gateway knows you."),
            "opens": _("In the debtor’s own time; on its business days."),
            "test_number": _("While it is set, no customer receives a text message."),
        }
        widgets = {
            "opens": TimeInput(),
            "closes": TimeInput(),
            "body": forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
            "headers": forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        }

    SECTIONS = (
        (_("The request"), ("url", "method", "content", "body", "headers", "token_url")),
        (_("Its answer"), ("id_path", "ok_path", "ok_values")),
        (_("When, and to whom"), ("sender", "opens", "closes", "test_number", "is_active")),
    )
    WIDE = ("url", "body", "headers")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["method"].choices = [(m, m) for m in SmsGateway.Method.values]  # type: ignore[attr-defined]

    @property
    def sections(self) -> list[tuple[Any, list[Any]]]:
        """The fields by what they are about, and whether each takes the whole line."""
        return [
            (title, [(self[name], name in self.WIDE) for name in names]) for title, names in self.SECTIONS
        ]

    def clean_url(self) -> str:
        return _address(self.cleaned_data["url"])

    def clean_token_url(self) -> str:
        url: str = self.cleaned_data["token_url"]
        return _address(url) if url else ""

    def clean_headers(self) -> str:
        text: str = self.cleaned_data["headers"]
        if any(not name or not value for name, value in header_lines(text)):
            raise forms.ValidationError(_("One header a line: name, colon, value"))
        return text

    def clean_test_number(self) -> str:
        number: str = self.cleaned_data["test_number"]
        country = self.instance.company.country
        if number and parse_number(number, country, country) is None:
            raise forms.ValidationError(_("This is no telephone number"))
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        body = data.get("body", "")
        if data.get("content") == SmsGateway.Content.JSON and not _is_json(body):
            self.add_error("body", _("This is no JSON"))
        elif data.get("content") != SmsGateway.Content.JSON and not all(n for n, _v in field_lines(body)):
            self.add_error("body", _("One field a line: name=value"))
        if "{text}" not in body:
            self.add_error("body", _("The fields do not hold what is said: {text}"))
        if "{to" not in body + data.get("url", ""):
            self.add_error("body", _("The fields do not say to whom: {to}, {to_00} or {to_digits}"))
        if data.get("opens") and data.get("closes") and data["opens"] >= data["closes"]:
            self.add_error("closes", _("This is not after the hour before"))
        if bool(data.get("ok_path")) != bool(data.get("ok_values")):
            self.add_error("ok_values", _("Say both where it stands and what it says, or neither"))
        return data


def _address(url: str) -> str:
    """An address that keeps the secret on its way: https, or a server on this machine."""
    parts = urlsplit(url.strip())
    if parts.scheme == "https" and parts.hostname:
        return url.strip()
    if parts.scheme == "http" and parts.hostname and _is_here(parts.hostname):
        return url.strip()
    raise forms.ValidationError(_("The address begins with https://, so that nobody reads on the way"))


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
