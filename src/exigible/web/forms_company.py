"""Forms about a company's settings and its people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.core.validators import FileExtensionValidator, RegexValidator
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from exigible.ledger.edits import fingerprint
from exigible.ledger.models import Company
from exigible.team.models import Role
from exigible.web.fields import IbanField, checked_discount, checked_terms, keep_what_was_read
from exigible.web.identifiers import checked_iban
from exigible.web.labels import COMPANY_LABELS

LARGEST_LOGO = 2 * 2**20
COUNTRIES = [("FR", _("France")), ("MC", _("Monaco")), ("MG", _("Madagascar"))]


class CompanyForm(forms.ModelForm):
    """A company's settings, as they were when the form was opened."""

    read = forms.CharField(widget=forms.HiddenInput, required=False)
    iban = IbanField(label=COMPANY_LABELS["iban"], required=False)
    receivable_accounts = SimpleArrayField(
        forms.CharField(max_length=20), label=COMPANY_LABELS["receivable_accounts"]
    )
    bucket_bounds = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=3650), label=COMPANY_LABELS["bucket_bounds"]
    )

    class Meta:
        model = Company
        fields = (
            "name", "country", "siren", "registration", "address", "postcode", "city", "phone", "email",
            "iban", "bic", "signatory", "colour", "logo", "payment_terms",
            "discount_terms", "late_interest_rate",
            "receivable_accounts", "bucket_bounds", "test_recipient",
        )  # fmt: skip
        labels = COMPANY_LABELS
        help_texts = dict.fromkeys(fields, "") | {
            "late_interest_rate": _("Empty: the rate of the law, where there is one"),
            "test_recipient": _("For trying out: nothing reaches a customer while this is set"),
            "discount_terms": _("2/10: 2 % within 10 days of issue; empty: none"),
            "payment_terms": _("30, 45EOM (45 days, end of month) or EOM45"),
        }
        widgets = {
            "address": forms.Textarea(attrs={"rows": 2}),
            "registration": forms.Textarea(attrs={"rows": 2}),
            "colour": forms.TextInput(attrs={"type": "color"}),
        }

    SECTIONS = (
        (_("Company"), ("name", "country", "siren", "address", "postcode", "city", "phone")),
        (
            _("Letters and e-mails"),
            ("email", "signatory", "colour", "logo", "registration", "test_recipient"),
        ),
        (_("Being paid"), ("iban", "bic", "payment_terms", "discount_terms", "late_interest_rate")),
        (_("Books and ages"), ("receivable_accounts", "bucket_bounds")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = COUNTRIES  # type: ignore[attr-defined]
        colour = RegexValidator(r"^#[0-9a-fA-F]{6}$", _("A colour looks like #1f3a5f"))
        self.fields["colour"].validators.append(colour)
        self.fields["logo"].validators.append(FileExtensionValidator(["png", "jpg", "jpeg", "svg"]))
        self.initial["read"] = fingerprint(self.instance, self.Meta.fields)
        keep_what_was_read(self)

    def sections(self) -> list[tuple[str, list[BoundField]]]:
        """The fields under their headings."""
        return [(str(title), [self[name] for name in names]) for title, names in self.SECTIONS]

    def clean_payment_terms(self) -> str:
        return checked_terms(self.cleaned_data["payment_terms"])

    def clean_discount_terms(self) -> str:
        return checked_discount(self.cleaned_data["discount_terms"])

    def clean_iban(self) -> str:
        return checked_iban(self.cleaned_data["iban"]) if self.cleaned_data["iban"] else ""

    def clean_bucket_bounds(self) -> list[int]:
        bounds: list[int] = self.cleaned_data["bucket_bounds"]
        if sorted(set(bounds)) != bounds:
            raise forms.ValidationError(_("Buckets go up, for example 30, 60, 90"))
        return bounds

    def clean_receivable_accounts(self) -> list[str]:
        accounts: list[str] = self.cleaned_data["receivable_accounts"]
        if not all(account.isalnum() for account in accounts):
            raise forms.ValidationError(_("Write the first digits of the accounts, for example 411, 416"))
        return accounts

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if logo and logo.size > LARGEST_LOGO:
            raise forms.ValidationError(_("The logo has 2 MB at most"))
        return logo

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class MemberForm(forms.Form):
    """A person, new or known, and the role to give."""

    email = forms.EmailField(label=_("E-mail"))
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    portfolio_only = forms.BooleanField(label=_("Sees only the customers assigned to them"), required=False)
