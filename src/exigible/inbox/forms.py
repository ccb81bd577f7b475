"""What is filled in to act on a mail, and to set the mailbox."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.disputes.forms import DisputeForm
from exigible.inbox.models import Mail, Mailbox
from exigible.inbox.proposing import (
    Account,
    contested_amount,
    contested_reason,
    paid_reason,
    promised_amount,
    promised_on,
    quoted_words,
    requested_kind,
    rest_until,
)
from exigible.kernel.money import to_decimal_string
from exigible.language import formats
from exigible.language.inputs import DateInput
from exigible.ledger.models import Contact, Customer, OpenItem
from exigible.negotiation.forms import PromiseForm, RequestForm
from exigible.negotiation.requests import who_may_answer
from exigible.team.scope import Scope
from exigible.worklist.forms import promise_form

ROLES = [
    ("accounts_payable", _("Accounts payable")), ("finance", _("Finance")), ("purchasing", _("Purchasing")),
    ("management", _("Management")), ("legal", _("Legal")), ("other", _("Other")),
]  # fmt: skip


def filled_promise(scope: Scope, mail: Mail, account: Account, data: Any = None) -> PromiseForm:
    """A promise with the day, amount and documents that the mail names."""
    form = promise_form(scope.company, account.customer, data, auto_id="act_%s")
    named = [item for item in account.named if item.currency == account.named[0].currency]
    currency = named[0].currency if named else form.offer.currencies[0]
    form.initial.update(currency=currency, due_on=promised_on(mail), text=quoted_words(mail))
    amount = promised_amount(mail, account, currency)
    if amount:
        form.initial["amount"] = _typed(amount, currency)
    if named:
        form.initial["items"] = [str(item.pk) for item in named]
    form.fields["amount"].widget.attrs.pop("autofocus", None)
    return form


def filled_dispute(mail: Mail, account: Account, item: OpenItem, data: Any = None) -> DisputeForm:
    """A dispute of one item with the amount, reason and words of the mail."""
    left = account.contestable(item)
    form = DisputeForm(data, item=item, customer=account.customer, left_minor=left)
    form.auto_id = "act_%s"
    amount = _typed(contested_amount(mail, account, item), item.currency)
    form.initial.update(amount=amount, reason=contested_reason(mail), text=quoted_words(mail))
    form.fields["reason"].widget.attrs.pop("autofocus", None)
    return form


def filled_request(mail: Mail, customer: Customer, data: Any = None) -> RequestForm:
    """A request with the kind and the words of the mail."""
    form = RequestForm(data, people=who_may_answer(customer), auto_id="act_%s")
    form.initial.update(kind=requested_kind(mail), text=quoted_words(mail))
    form.fields["kind"].widget.attrs.pop("autofocus", None)
    return form


def _typed(minor: int, currency: str) -> str:
    return to_decimal_string(minor, currency).replace(".", formats.decimal_mark())


class HoldForm(forms.Form):
    """Reminders rest while the payment is looked for."""

    until = forms.DateField(label=_("Reminders rest until"), widget=DateInput())
    reason = forms.CharField(label=_("Reason"), max_length=200)

    def __init__(self, data: Any = None, *, mail: Mail, customer: Customer) -> None:
        initial = {"until": rest_until(customer), "reason": paid_reason(mail)}
        super().__init__(data, initial=initial, auto_id="act_%s")

    def clean_until(self) -> Any:
        until = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError(_("Reminders rest until today or later."))
        return until


class NewContactForm(forms.Form):
    """Whom to write to from now on, and who is not there any more."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Telephone"), required=False, max_length=40)
    role = forms.ChoiceField(label=_("Role"), choices=ROLES)
    receives_reminders = forms.BooleanField(label=_("Receives reminders"), required=False)
    former = forms.ChoiceField(label=_("No longer there"), required=False)

    def __init__(self, data: Any = None, *, mail: Mail, contacts: list[Contact]) -> None:
        told: Mapping[str, str] = mail.details.get("contact") or {}
        initial = {
            "name": told.get("name") or told.get("email", ""),
            "email": told.get("email", ""),
            "phone": told.get("telephone", ""),
            "role": Contact.Role.ACCOUNTS_PAYABLE,
            "receives_reminders": True,
            "former": _who_left(mail, contacts),
        }
        super().__init__(data, initial=initial, auto_id="act_%s")
        self.contacts = {str(contact.pk): contact for contact in contacts}
        choices = [("", "—"), *((key, str(contact)) for key, contact in self.contacts.items())]
        self.fields["former"].choices = choices  # type: ignore[attr-defined]
        if not contacts:
            del self.fields["former"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not data.get("email") and not data.get("phone") and not self.errors:
            self.add_error("email", _("Give an e-mail address or a telephone number"))
        return data

    def values(self) -> dict[str, Any]:
        """The fields of the new contact."""
        return {name: value for name, value in self.cleaned_data.items() if name != "former"}

    def former_contact(self) -> Contact | None:
        return self.contacts.get(self.cleaned_data.get("former", ""))


def _who_left(mail: Mail, contacts: list[Contact]) -> str:
    """The contact from whose address it is told that it is not used any more."""
    gone = (mail.bounce or {}).get("recipient", "")
    if not gone and any(hit["code"] == "no-longer-there" for hit in mail.why):
        gone = mail.sender
    return next((str(contact.pk) for contact in contacts if gone and contact.email.lower() == gone), "")


class MailboxForm(forms.ModelForm):
    """The mailbox to which customers answer."""

    class Meta:
        model = Mailbox
        fields = ("host", "port", "security", "user", "folder", "move_to", "since", "is_active")
        labels = {
            "host": _("IMAP server"), "port": _("Port"), "security": _("Encryption"), "user": _("User"),
            "folder": _("Folder to read"), "move_to": _("Folder to move read mail to"),
            "since": _("Read mail from this day on"), "is_active": _("Read it every five minutes"),
        }  # fmt: skip
        help_texts = dict.fromkeys(fields, "") | {
            "host": _("For example imap.example.com"),
            "move_to": _("Empty: the mail stays where it is, and is not marked"),
        }
        widgets = {"since": DateInput()}

    def clean_host(self) -> str:
        return str(self.cleaned_data["host"]).strip()

    def clean_port(self) -> int:
        port = int(self.cleaned_data["port"])
        if not 0 < port < 65536:
            raise forms.ValidationError(_("A port is a number such as 993"))
        return port

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("security") == Mailbox.Security.NONE and not _is_here(data.get("host", "")):
            self.add_error("security", _("Without encryption the password could be read on the way"))
        if data.get("move_to") and data.get("move_to") == data.get("folder"):
            self.add_error("move_to", _("This is the folder that is read"))
        return data


def _is_here(host: str) -> bool:
    """Whether a server is on this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
