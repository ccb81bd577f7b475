"""Forms about a customer: the account, its contacts, contracts, bank accounts, a pause of reminders."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from exigible.kernel.money import to_decimal_string
from exigible.language import formats
from exigible.language.inputs import DateInput
from exigible.ledger.edits import fingerprint
from exigible.ledger.models import Company, Contact, Contract, Customer, PayerAccount
from exigible.team.models import User
from exigible.team.queries import people_of
from exigible.web.fields import (
    IbanField,
    checked_discount,
    checked_terms,
    country_choices,
    keep_what_was_read,
    parsed_amount,
)
from exigible.web.identifiers import check_identifiers, checked_iban
from exigible.web.labels import CUSTOMER_LABELS, KINDS

LARGEST_FILE = 20 * 2**20
ROLES = [
    ("accounts_payable", _("Accounts payable")), ("finance", _("Finance")), ("purchasing", _("Purchasing")),
    ("management", _("Management")), ("legal", _("Legal")), ("other", _("Other")),
]  # fmt: skip
CHANNELS = [("email", _("E-mail")), ("letter", _("Letter")), ("phone", _("Telephone"))]
CONTRACT_KINDS = [("contract", _("Contract")), ("general_terms", _("General terms"))]
IDENTIFIERS = ("siren", "siret", "vat_number", "tax_id", "statistics_id", "trade_register")


class CustomerForm(forms.ModelForm):
    """What is known of a customer, as it was at `version`."""

    parent_code = forms.CharField(
        label=_("Parent company (its customer code)"), required=False, max_length=40
    )
    credit_limit = forms.CharField(label=_("Credit limit"), required=False, max_length=30)
    country = forms.ChoiceField(label=_("Country"), required=False, choices=country_choices)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Customer
        fields = (
            "code", "name", "kind", "siren", "siret", "vat_number", "tax_id", "statistics_id",
            "trade_register", "group_code", "segment", "is_key_account", "collector", "language", "email",
            "phone", "address", "postcode", "city", "country", "payment_terms", "discount_terms",
            "is_insolvent",
        )  # fmt: skip
        labels = CUSTOMER_LABELS
        help_texts = dict.fromkeys(fields, "") | {
            "payment_terms": _("Empty: the company's"),
            "discount_terms": _("Empty: the company's"),
        }
        widgets = {"address": forms.Textarea(attrs={"rows": 2})}

    SECTIONS = (
        (_("Customer"), ("code", "name", "kind", "segment", "collector", "is_key_account", "is_insolvent")),
        (_("Where to reach it"), ("email", "phone", "language", "address", "postcode", "city", "country")),
        (_("Terms"), ("payment_terms", "discount_terms", "credit_limit")),
        (_("Identifiers"), IDENTIFIERS),
        (_("Group"), ("parent_code", "group_code")),
    )

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.fields["kind"].choices = KINDS  # type: ignore[attr-defined]
        self._offer_collectors()
        self.initial.setdefault("version", self.instance.version)
        self.initial.update(shown_values(self.instance, company))
        if self.instance.pk:
            self.fields["code"].disabled = True
            keep_what_was_read(self)

    def _offer_collectors(self) -> None:
        field: Any = self.fields["collector"]
        field.queryset = User.objects.filter(memberships__company=self.company, is_active=True)
        people = [(user.pk, str(user)) for user in people_of(self.company) if user.is_active]
        field.choices = [("", "—"), *people]

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under their headings."""
        return [(str(title), [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        others = Customer.objects.filter(company=self.company, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another customer has this code"))
        return str(code)

    def clean_payment_terms(self) -> str:
        return checked_terms(self.cleaned_data["payment_terms"])

    def clean_discount_terms(self) -> str:
        return checked_discount(self.cleaned_data["discount_terms"])

    def clean_credit_limit(self) -> int | None:
        return parsed_amount(self.cleaned_data["credit_limit"], self.company.currency)

    def clean_parent_code(self) -> Customer | None:
        code = self.cleaned_data["parent_code"].strip()
        if not code:
            return None
        parent = Customer.objects.filter(company=self.company, code=code).first()
        if parent is None:
            raise forms.ValidationError(_("No customer has this code"))
        if self._stands_over(parent):
            raise forms.ValidationError(_("A customer cannot be its own parent, nor that of its parent"))
        return parent

    def _stands_over(self, parent: Customer) -> bool:
        above: Customer | None = parent
        while above is not None:
            if above.pk == self.instance.pk:
                return True
            above = above.parent
        return False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        given = {name: cleaned.get(name, "") for name in IDENTIFIERS}
        checked, wrong = check_identifiers(given, cleaned.get("country") or self.company.country)
        for name, message in wrong.items():
            self.add_error(name, message)
        return cleaned | {name: value for name, value in checked.items() if name not in wrong}

    def values(self) -> dict[str, Any]:
        """What was given, under the names of the model."""
        given = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return given | {
            "credit_limit_minor": self.cleaned_data["credit_limit"],
            "parent": self.cleaned_data["parent_code"],
        }


def shown_values(customer: Customer, company: Company) -> dict[str, str]:
    """The fields of the form that are written otherwise than they are kept."""
    limit = customer.credit_limit_minor
    return {
        "credit_limit": "" if limit is None else _typed(limit, company.currency),
        "parent_code": customer.parent.code if customer.parent else "",
    }


def _typed(minor: int, currency: str) -> str:
    """An amount as one would type it here: 1234,56."""
    text = to_decimal_string(minor, currency)
    return text.replace(".", ",") if formats.language() == "fr" else text


class ContactForm(forms.ModelForm):
    """A person at the customer's, as known when the form was opened."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Contact
        fields = (
            "name", "role", "email", "phone", "language", "preferred_channel", "receives_reminders",
            "left_on",
        )  # fmt: skip
        labels = {
            "name": _("Name"), "role": _("Role"), "email": _("E-mail"), "phone": _("Telephone"),
            "language": _("Language"), "preferred_channel": _("Preferred channel"),
            "receives_reminders": _("Receives reminders"), "left_on": _("Left on"),
        }  # fmt: skip
        widgets = {"left_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = ROLES  # type: ignore[attr-defined]
        self.fields["preferred_channel"].choices = CHANNELS  # type: ignore[attr-defined]
        choices = [("", _("The customer's")), *settings.LANGUAGES]
        self.fields["language"] = forms.ChoiceField(label=_("Language"), required=False, choices=choices)
        if self.instance.pk:
            self.initial["read"] = fingerprint(self.instance, self.Meta.fields)
            keep_what_was_read(self)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ContractForm(forms.ModelForm):
    """A contract, or the general terms that were signed, with the file."""

    class Meta:
        model = Contract
        fields = ("kind", "title", "terms_version", "signed_on", "starts_on", "ends_on", "file")
        labels = {
            "kind": _("Kind"), "title": _("Title"), "terms_version": _("Version of the general terms"),
            "signed_on": _("Signed on"), "starts_on": _("Starts on"), "ends_on": _("Ends on"),
            "file": _("File"),
        }  # fmt: skip
        widgets = {
            "signed_on": DateInput(), "starts_on": DateInput(), "ends_on": DateInput(),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = CONTRACT_KINDS  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data["file"]
        if file and file.size and file.size > LARGEST_FILE:
            size = f"{file.size // 2**20}"
            raise forms.ValidationError(now("The file has %(size)s MB; 20 MB at most.") % {"size": size})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("It ends before it starts"))
        return cleaned


class PayerAccountForm(forms.Form):
    """A bank account from which this customer is known to pay."""

    iban = IbanField(label=_("IBAN"))
    holder = forms.CharField(label=_("Holder, if another"), required=False, max_length=140)

    def __init__(self, *args: Any, customer: Customer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer = customer

    def clean_iban(self) -> str:
        iban = checked_iban(self.cleaned_data["iban"])
        if PayerAccount.objects.filter(customer=self.customer, iban=iban).exists():
            raise forms.ValidationError(_("This account is known already"))
        return iban


class PauseForm(forms.Form):
    starts_on = forms.DateField(
        label=_("Since"), required=False, widget=DateInput(),
        help_text=_("Today where it is left empty; it may be dated back or lie ahead."),
    )  # fmt: skip
    until = forms.DateField(label=_("Reminders rest until"), required=False, widget=DateInput())
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("until") and not cleaned.get("reason"):
            self.add_error("reason", _("A pause has a reason"))
        since, until = cleaned.get("starts_on"), cleaned.get("until")
        if since and not until and "until" in cleaned:
            self.add_error("until", _("A pause has an end"))
        elif until and until < (since or timezone.localdate()):
            self.add_error("until", _("A pause ends on the day it starts or later."))
        return cleaned
