"""What is typed to plan a tour: when, who, from where; places and hours; how ways are reckoned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.calls.forms import TimeInput
from exigible.kernel.errors import UserMistake
from exigible.language.inputs import DateInput, parse_typed
from exigible.team.models import User
from exigible.visits.models import VisitPolicy
from exigible.visits.queries import Wanted
from exigible.visits.rules import Point, parse_place

EXAMPLE = _("Such as 43.73, 7.42, or the long link of a map.")


class PlaceField(forms.CharField):
    """A latitude and a longitude, or the link of a map that holds them; None where nothing is written."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=1000, help_text=EXAMPLE, **options)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_place(text)
        except UserMistake as mistake:
            raise forms.ValidationError(_(mistake.sentence)) from mistake


class StartForm(forms.Form):
    """From where, and at what hour."""

    starts_at = forms.TimeField(label=_("Starts at"), initial=time(9), widget=TimeInput())
    starts_from = forms.CharField(label=_("Starts from"), required=False, max_length=120)
    start = PlaceField(label=_("Where that is"), required=False)
    returns = forms.BooleanField(label=_("And back there"), required=False, initial=True)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("starts_at", "starts_from", "start", "returns")}


class TourForm(StartForm):
    """A new tour."""

    day = forms.DateField(label=_("Day"), widget=DateInput())
    who = forms.TypedChoiceField(label=_("Who goes"), coerce=int)
    field_order = ("day", "who", "starts_at", "starts_from", "start", "returns")

    def __init__(self, data: Any = None, *, people: Iterable[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["who"].choices = [(user.pk, str(user)) for user in people]  # type: ignore[attr-defined]
        self.fields["day"].widget.attrs["autofocus"] = True

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("A tour is for today or later."))
        return day


def place_words(point: Point | None) -> str:
    """A place as it is typed; empty for none."""
    return f"{point.latitude:.6f}, {point.longitude:.6f}" if point else ""


class StopForm(forms.Form):
    """Where a customer is, and when it receives on this tour."""

    place = PlaceField(label=_("Where the customer is"), required=False)
    opens = forms.TimeField(label=_("Receives from"), required=False, widget=TimeInput())
    closes = forms.TimeField(label=_("Receives until"), required=False, widget=TimeInput())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        opens, closes = data.get("opens"), data.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("The second hour comes after the first one."))
        return data


class WantedForm(forms.Form):
    """Whom to look for, in the address."""

    q = forms.CharField(label=_("Customer or city"), required=False, max_length=120)
    least = forms.CharField(label=_("Overdue at least"), required=False, max_length=30)
    km = forms.IntegerField(
        label=_("Km from the start, at most"), required=False, min_value=1, max_value=2000
    )
    asked = forms.BooleanField(label=_("A reminder asks for it"), required=False)

    def __init__(self, data: Any = None, *, currency: str, **options: Any) -> None:
        super().__init__(data, **options)
        self.currency = currency

    def clean_least(self) -> int:
        typed = self.cleaned_data["least"]
        if not typed:
            return 0
        try:
            return parse_typed(typed, self.currency)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake

    def wanted(self) -> Wanted:
        """What is looked for; what cannot be read does not limit anything."""
        self.full_clean()
        data = getattr(self, "cleaned_data", {})
        return Wanted(data.get("q", ""), data.get("least", 0), data.get("km"), data.get("asked", False))


class PolicyForm(forms.ModelForm):
    """How ways and hours are reckoned."""

    class Meta:
        model = VisitPolicy
        fields = ("detour_percent", "speed_kmh", "minutes_at_stop", "hold_days")
        labels = {
            "detour_percent": _("Way, in % of the straight line"),
            "speed_kmh": _("Speed, in km/h"),
            "minutes_at_stop": _("Minutes a visit"),
            "hold_days": _("Business days of rest"),
        }
        help_texts = {
            "detour_percent": _("130: roads are taken to be 30 % longer than the crow flies."),
            "hold_days": _("Reminders rest while a payment that was collected gets into the books."),
        }


class MailForm(forms.Form):
    """Where a receipt goes."""

    email = forms.EmailField(label=_("E-mail"))
