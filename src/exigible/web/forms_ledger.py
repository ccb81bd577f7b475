"""Forms about customers, their contacts and contracts, and the company's settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from exigible.kernel.dates import PaymentTerms
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount, to_decimal_string
from exigible.ledger.models import Company, Contact, Contract, Customer
from exigible.team.models import Role, User

KINDS = [("business", _("Business")), ("public", _("Public body")), ("individual", _("Individual"))]
ROLES = [
    ("accounts_payable", _("Accounts payable")), ("finance", _("Finance")), ("purchasing", _("Purchasing")),
    ("management", _("Management")), ("legal", _("Legal")), ("other", _("Other")),
]  # fmt: skip
CHANNELS = [("email", _("E-mail")), ("letter", _("Letter")), ("phone", _("Telephone"))]
CONTRACT_KINDS = [("contract", _("Contract")), ("general_terms", _("General terms"))]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def checked_terms(text: str) -> str:
    """Payment terms as they are kept; a form error for what is none."""
    if not text.strip():
        return ""
    try:
        return str(PaymentTerms.parse(text.strip()))
    except UserMistake as mistake:
        raise forms.ValidationError(
            _("Write terms such as 30, 45EOM (45 days, end of month) or EOM45")
        ) from mistake


class CustomerForm(forms.ModelForm):
    credit_limit = forms.CharField(label=_("Credit limit"), required=False, max_length=30)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Customer
        fields = [
            "code", "name", "kind", "siren", "siret", "vat_number", "tax_id", "statistics_id", "trade_register",
            "group_code", "segment", "is_key_account", "collector", "language", "email", "phone", "address",
            "postcode", "city", "country", "payment_terms", "is_insolvent",
        ]  # fmt: skip
        labels = {
            "code": _("Code"), "name": _("Name"), "kind": _("Kind"), "siren": _("SIREN"), "siret": _("SIRET"),
            "vat_number": _("VAT number"), "tax_id": _("Tax identifier (NIF, NIS)"),
            "statistics_id": _("Statistics identifier (STAT)"), "trade_register": _("Trade register (RCS, RCI)"),
            "group_code": _("Group"), "segment": _("Segment"), "is_key_account": _("Key account"),
            "collector": _("Collector"), "language": _("Language"), "email": _("E-mail"), "phone": _("Telephone"),
            "address": _("Address"), "postcode": _("Postcode"), "city": _("City"), "country": _("Country (code)"),
            "payment_terms": _("Payment terms (empty: the company's)"), "is_insolvent": _("Insolvency opened"),
        }  # fmt: skip
        widgets = {"address": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        self.fields["kind"].choices = KINDS
        self.fields["collector"].queryset = User.objects.filter(memberships__company=company, is_active=True)
        limit = self.instance.credit_limit_minor
        if limit is not None:
            self.initial["credit_limit"] = to_decimal_string(limit, company.currency)
        self.initial.setdefault("version", self.instance.version)
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code = self.cleaned_data["code"].strip()
        others = Customer.objects.filter(company=self.company, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("Another customer has this code"))
        return code

    def clean_payment_terms(self) -> str:
        return checked_terms(self.cleaned_data["payment_terms"])

    def clean_credit_limit(self) -> int | None:
        return parsed_amount(self.cleaned_data["credit_limit"], self.company.currency)

    def values(self) -> dict[str, Any]:
        """What was given, under the names of the model."""
        given = {name: self.cleaned_data[name] for name in self._meta.fields}  # type: ignore[union-attr]
        return given | {"credit_limit_minor": self.cleaned_data["credit_limit"]}


def parsed_amount(text: str, currency: str) -> int | None:
    """An amount as people type it, with a comma or a dot; None for nothing; a form error for what is none."""
    if not text.strip():
        return None
    mark = "." if "." in text and "," not in text else ","
    try:
        return parse_amount(text, exponent=exponent(currency), decimal_mark=mark)
    except UserMistake as mistake:
        raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = [
            "name",
            "role",
            "email",
            "phone",
            "language",
            "preferred_channel",
            "receives_reminders",
            "left_on",
        ]
        labels = {
            "name": _("Name"), "role": _("Role"), "email": _("E-mail"), "phone": _("Telephone"),
            "language": _("Language (code)"), "preferred_channel": _("Preferred channel"),
            "receives_reminders": _("Receives reminders"), "left_on": _("Left on"),
        }  # fmt: skip
        widgets = {"left_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = ROLES
        self.fields["preferred_channel"].choices = CHANNELS


class ContractForm(forms.ModelForm):
    class Meta:
        model = Contract
        fields = ["kind", "title", "terms_version", "signed_on", "starts_on", "ends_on", "file"]
        labels = {
            "kind": _("Kind"), "title": _("Title"), "terms_version": _("Version of the general terms"),
            "signed_on": _("Signed on"), "starts_on": _("Starts on"), "ends_on": _("Ends on"), "file": _("File"),
        }  # fmt: skip
        widgets = {"signed_on": DateInput(), "starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = CONTRACT_KINDS


class PauseForm(forms.Form):
    until = forms.DateField(label=_("Reminders rest until"), required=False, widget=DateInput())
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("until") and not cleaned.get("reason"):
            self.add_error("reason", _("A pause has a reason"))
        return cleaned


class CompanyForm(forms.ModelForm):
    receivable_accounts = SimpleArrayField(
        forms.CharField(max_length=20), label=_("Customers' accounts in the books (first digits)")
    )
    bucket_bounds = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=3650), label=_("Ageing buckets (days)")
    )

    class Meta:
        model = Company
        fields = [
            "name", "country", "siren", "registration", "address", "postcode", "city", "phone", "email", "iban",
            "bic", "signatory", "colour", "logo", "payment_terms", "late_interest_rate", "receivable_accounts",
            "bucket_bounds", "test_recipient",
        ]  # fmt: skip
        labels = {
            "name": _("Name"), "country": _("Country"), "siren": _("SIREN or register number"),
            "registration": _("Legal lines under letters"), "address": _("Address"), "postcode": _("Postcode"),
            "city": _("City"), "phone": _("Telephone"), "email": _("Sender of reminders"), "iban": _("IBAN"),
            "bic": _("BIC"), "signatory": _("Signatory"), "colour": _("Colour of letters"), "logo": _("Logo"),
            "payment_terms": _("Usual payment terms"),
            "late_interest_rate": _("Late interest agreed in the general terms (% a year)"),
            "test_recipient": _("Test: send every e-mail to this address only"),
        }  # fmt: skip
        widgets = {
            "address": forms.Textarea(attrs={"rows": 2}),
            "colour": forms.TextInput(attrs={"type": "color"}),
        }

    def clean_payment_terms(self) -> str:
        return checked_terms(self.cleaned_data["payment_terms"])

    def clean_bucket_bounds(self) -> list[int]:
        bounds = self.cleaned_data["bucket_bounds"]
        if sorted(set(bounds)) != bounds:
            raise forms.ValidationError(_("Buckets go up, for example 30, 60, 90"))
        return bounds

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self._meta.fields}  # type: ignore[union-attr]


class MemberForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    portfolio_only = forms.BooleanField(label=_("Sees only the customers assigned to them"), required=False)
