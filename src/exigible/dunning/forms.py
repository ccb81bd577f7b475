"""The form of a policy: its steps and its limits, as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from exigible.dunning.models import Channel, Policy
from exigible.dunning.reasons import channel_name, step_name
from exigible.dunning.rules import LEVELS
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount
from exigible.language import formats
from exigible.ledger.models import Company, Customer


class StepForm(forms.Form):
    """One step: whether it is taken, when, how, and what it asks for."""

    is_taken = forms.BooleanField(required=False)
    days = forms.IntegerField(required=False, min_value=1, max_value=365)
    channel = forms.ChoiceField(required=False)
    needs_approval = forms.BooleanField(required=False)
    claims_charges = forms.BooleanField(required=False)

    def __init__(self, key: str, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(data, prefix=key, initial=initial)
        self.key, self.name = key, step_name(key)
        self.is_before = LEVELS[key] == 0
        self.fields["channel"].choices = [(c, channel_name(c)) for c in Channel.values]  # type: ignore[attr-defined]
        labels = {
            "is_taken": _("Taken"),
            "days": _("Days"),
            "channel": _("Channel"),
            "needs_approval": _("Needs approval"),
            "claims_charges": _("Claims interest and charges"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs["aria-label"] = f"{self.name}: {label}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_taken") and cleaned.get("days") is None and "days" not in self.errors:
            self.add_error("days", _("How many days?"))
        if cleaned.get("is_taken") and not cleaned.get("channel"):
            self.add_error("channel", _("By which channel?"))
        return cleaned

    def step(self) -> dict[str, Any] | None:
        """The step as it is stored; None when it is not taken."""
        data = self.cleaned_data
        if not data["is_taken"]:
            return None
        return {
            "key": self.key,
            "days": -data["days"] if self.is_before else data["days"],
            "channel": data["channel"],
            "tone": self.key,
            "needs_approval": data["needs_approval"],
            "claims_charges": data["claims_charges"],
        }


class PolicyForm(forms.Form):
    """What a policy is called, what holds a reminder back, and, for a new one, whom it is for."""

    name = forms.CharField(label=_("Name"), max_length=80)
    country = forms.ChoiceField(label=_("Country of the customers"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    minimum = forms.CharField(label=_("Minimum"), required=False)
    min_days_between_contacts = forms.IntegerField(
        label=_("Days between two contacts"), min_value=0, max_value=365
    )
    oldest_days = forms.IntegerField(
        label=_("Leave to a person after (days late)"),
        required=False,
        min_value=1,
        max_value=20000,
        help_text=_("An item later than this that was never reminded. Empty: none is."),
    )

    def __init__(
        self, company: Company, data: Mapping[str, Any] | None = None, *, policy: Policy | None = None
    ) -> None:
        super().__init__(data, initial=_initial(company, policy))
        self.company = company
        self.fields["minimum"].help_text = _("In %(currency)s, what is asked for in all.") % {
            "currency": company.currency
        }
        if policy is not None:
            del self.fields["country"], self.fields["segment"]
        else:
            self.fields["country"].choices = country_choices(company)  # type: ignore[attr-defined]
            self.fields["segment"].choices = segment_choices(company)  # type: ignore[attr-defined]

    def clean_minimum(self) -> int:
        """The minimum in minor units."""
        text = self.cleaned_data["minimum"].strip()
        if not text:
            return 0
        mark = "." if "." in text and "," not in text else ","
        try:
            minor = parse_amount(text, exponent=exponent(self.company.currency), decimal_mark=mark)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake
        if minor < 0:
            raise forms.ValidationError(_("A minimum is not negative."))
        return minor

    def fields_of_policy(self) -> dict[str, Any]:
        """What was typed, by the names of the policy."""
        known = dict(self.cleaned_data)
        known["minimum_minor"] = known.pop("minimum")
        return known


def step_forms(steps: Iterable[Mapping[str, Any]], data: Mapping[str, Any] | None = None) -> list[StepForm]:
    """A form for each step that there is, those of the policy filled in."""
    known = {step["key"]: step for step in steps}
    return [StepForm(key, data, **_as_typed(known.get(key))) for key in LEVELS]


def _as_typed(step: Mapping[str, Any] | None) -> dict[str, Any]:
    if step is None:
        return {"is_taken": False, "needs_approval": True, "channel": Channel.EMAIL}
    return {
        "is_taken": True,
        "days": abs(step["days"]),
        "channel": step["channel"],
        "needs_approval": step.get("needs_approval", True),
        "claims_charges": step.get("claims_charges", False),
    }


def _initial(company: Company, policy: Policy | None) -> dict[str, Any]:
    if policy is None:
        return {"min_days_between_contacts": 7}
    return {
        "name": policy.name,
        "minimum": formats.money(policy.minimum_minor, company.currency),
        "min_days_between_contacts": policy.min_days_between_contacts,
        "oldest_days": policy.oldest_days,
    }


def country_choices(company: Company) -> list[tuple[str, str]]:
    """The countries in which the company has customers."""
    codes = Customer.objects.filter(company=company).exclude(country="").order_by("country")
    return [
        ("", str(_("All countries"))),
        *((code, country_name(code)) for code in codes.values_list("country", flat=True).distinct()),
    ]


def segment_choices(company: Company) -> list[tuple[str, str]]:
    """The segments that the company's customers are in."""
    found = Customer.objects.filter(company=company).exclude(segment="").order_by("segment")
    segments = found.values_list("segment", flat=True).distinct()
    return [("", str(_("All segments"))), *((segment, segment) for segment in segments)]


def country_name(code: str) -> str:
    """A country in the reader's language."""
    return str(Locale(formats.language()).territories.get(code, code))
