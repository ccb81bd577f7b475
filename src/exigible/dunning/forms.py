"""The form of a policy: its steps and its limits, as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from babel import Locale
from django import forms
from django.utils.translation import gettext_lazy as _

from exigible.dunning.models import Channel, Policy
from exigible.dunning.policies import CONDITIONS, ENDING_DAYS, TONES
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
    tone = forms.ChoiceField(required=False)
    needs_approval = forms.BooleanField(required=False)
    claims_charges = forms.BooleanField(required=False)

    def __init__(self, key: str, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(data, prefix=key, initial=initial)
        self.key, self.name = key, step_name(key)
        self.is_before = LEVELS[key] == 0
        self.fields["channel"].choices = [(c, channel_name(c)) for c in Channel.values]  # type: ignore[attr-defined]
        self.fields["tone"].choices = [(tone, step_name(tone)) for tone in TONES]  # type: ignore[attr-defined]
        labels = {
            "is_taken": _("Taken"),
            "days": _("Days"),
            "channel": _("Channel"),
            "tone": _("Tone"),
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
            "tone": data["tone"] or self.key,
            "needs_approval": data["needs_approval"],
            "claims_charges": data["claims_charges"],
        }


class PolicyForm(forms.Form):
    """What a policy is called, what holds a reminder back, and, for a new one, whom it is for."""

    name = forms.CharField(label=_("Name"), max_length=80)
    country = forms.ChoiceField(label=_("Country of the customers"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    kind = forms.ChoiceField(label=_("Kind of debtor"), required=False)
    minimum = forms.CharField(label=_("Minimum"), required=False)
    maximum = forms.CharField(
        label=_("Maximum"), required=False, help_text=_("Above it a person decides. Empty: none.")
    )
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
    ending = forms.ChoiceField(label=_("At the end"), required=False)
    ending_days = forms.IntegerField(
        label=_("Days after the last step"), required=False, min_value=1, max_value=365
    )

    def __init__(
        self,
        company: Company,
        data: Mapping[str, Any] | None = None,
        *,
        policy: Policy | None = None,
        asked: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(company, policy) | _named(asked or {}))
        self.company = company
        self.fields["minimum"].help_text = _("In %(currency)s, what is asked for in all.") % {
            "currency": company.currency
        }
        self.fields["ending"].choices = _endings()  # type: ignore[attr-defined]
        if policy is not None:
            del self.fields["country"], self.fields["segment"], self.fields["kind"]
        else:
            self.fields["country"].choices = country_choices(company)  # type: ignore[attr-defined]
            self.fields["segment"].choices = segment_choices(company)  # type: ignore[attr-defined]
            self.fields["kind"].choices = _kinds()  # type: ignore[attr-defined]

    def clean_minimum(self) -> int:
        """The minimum in minor units."""
        return self._amount("minimum") or 0

    def clean_maximum(self) -> int | None:
        """The maximum in minor units; None for none."""
        return self._amount("maximum")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        most = cleaned.get("maximum")
        if most is not None and most < (cleaned.get("minimum") or 0):
            self.add_error("maximum", _("The maximum is not below the minimum."))
        return cleaned

    def _amount(self, name: str) -> int | None:
        text = self.cleaned_data[name].strip()
        if not text:
            return None
        mark = "." if text.rfind(".") > text.rfind(",") else ","
        try:
            minor = parse_amount(text, exponent=exponent(self.company.currency), decimal_mark=mark)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake
        if minor < 0:
            raise forms.ValidationError(_("This amount is not negative."))
        return minor

    def fields_of_policy(self) -> dict[str, Any]:
        """What was typed, by the names of the policy."""
        known = dict(self.cleaned_data)
        known["minimum_minor"], known["maximum_minor"] = known.pop("minimum"), known.pop("maximum")
        known["ending_days"] = known["ending_days"] or ENDING_DAYS
        return known


def step_forms(steps: Iterable[Mapping[str, Any]], data: Mapping[str, Any] | None = None) -> list[StepForm]:
    """A form for each step that there is, those of the policy filled in."""
    known = {step["key"]: step for step in steps}
    return [StepForm(key, data, **_as_typed(key, known.get(key))) for key in LEVELS]


def _as_typed(key: str, step: Mapping[str, Any] | None) -> dict[str, Any]:
    if step is None:
        return {"is_taken": False, "needs_approval": True, "channel": Channel.EMAIL, "tone": key}
    return {
        "is_taken": True,
        "days": abs(step["days"]),
        "channel": step["channel"],
        "tone": step.get("tone", key),
        "needs_approval": step.get("needs_approval", True),
        "claims_charges": step.get("claims_charges", False),
    }


def _initial(company: Company, policy: Policy | None) -> dict[str, Any]:
    if policy is None:
        return {
            "min_days_between_contacts": 7,
            "ending": Policy.Ending.LITIGATION,
            "ending_days": ENDING_DAYS,
        }
    most = policy.maximum_minor
    return {
        "name": policy.name,
        "minimum": formats.money(policy.minimum_minor, company.currency),
        "min_days_between_contacts": policy.min_days_between_contacts,
        "oldest_days": policy.oldest_days,
        "maximum": "" if most is None else formats.money(most, company.currency),
        "ending": policy.ending,
        "ending_days": policy.ending_days,
    }


def _named(asked: Mapping[str, str]) -> dict[str, str]:
    """Whom a new policy is for, as the address of the page says it."""
    return {name: asked[name] for name in CONDITIONS if asked.get(name)}


def _endings() -> list[tuple[str, Any]]:
    return [
        ("", _("Nothing more is said")),
        (Policy.Ending.LITIGATION, _("Hand over to litigation")),
        (Policy.Ending.PLAN, _("Propose a payment plan")),
        (Policy.Ending.WRITE_OFF, _("Propose a write-off")),
        (Policy.Ending.ACCOUNT_MANAGER, _("Key account: ask its manager")),
    ]


def _kinds() -> list[tuple[str, Any]]:
    return [
        ("", _("All kinds")),
        (Customer.Kind.BUSINESS, _("businesses")),
        (Customer.Kind.PUBLIC, _("public bodies")),
        (Customer.Kind.INDIVIDUAL, _("individuals")),
    ]


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
