"""How a call ended, as one says it: a key for most ends, a few fields where something follows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.calls.models import CallPolicy
from exigible.calls.queries import FOLLOWED
from exigible.calls.rules import PARTS, TONES, USUAL, Hours, Outcome
from exigible.calls.scripts import Objection, Script, unknown_names
from exigible.calls.services import Call
from exigible.disputes.models import Dispute
from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.kernel.errors import UserMistake
from exigible.language import formats
from exigible.language.inputs import DateInput, parse_typed
from exigible.ledger.models import OpenItem
from exigible.negotiation.forms import RequestForm
from exigible.team.models import User


class TimeInput(forms.TimeInput):
    """An hour as the browser's own clock gives it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class CallForm(forms.Form):
    """What every call has: how it ended, what was said, which number was dialled."""

    outcome = forms.ChoiceField(
        choices=[(outcome, outcome) for outcome in Outcome],
        error_messages={"invalid_choice": _("Say how the call ended.")},
    )
    text = forms.CharField(required=False, max_length=4000)
    number = forms.CharField(required=False, max_length=40)
    contact = forms.IntegerField(required=False)
    seen = forms.IntegerField(required=False)

    def call(self) -> Call:
        """The call as it was made."""
        data = self.cleaned_data
        return Call(data["text"], data["number"], data["contact"], data["seen"])


class PaidForm(forms.Form):
    """The customer says that it has paid: when, and who looks for the payment."""

    paid_on = forms.DateField(
        label=_("Paid on, as they say"), required=False, widget=DateInput(), help_text=_("Empty: not said.")
    )
    owner = forms.ChoiceField(label=_("Who looks for the payment"), required=False)

    def __init__(self, data: Any = None, *, people: Iterable[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["paid_on"].widget.attrs["autofocus"] = True
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    def clean_paid_on(self) -> date | None:
        paid_on: date | None = self.cleaned_data["paid_on"]
        if paid_on is not None and paid_on > timezone.localdate():
            raise forms.ValidationError(_("A payment that is still to come is a promise"))
        return paid_on

    def clean_owner(self) -> int | None:
        return _key(self.cleaned_data["owner"])


class AskedForm(RequestForm):
    """What the customer asks for, in the words of the notes."""

    text = None  # type: ignore[assignment]  # so Django leaves a field out


class ContestedForm(forms.Form):
    """Which due item is contested, how much of it, and why."""

    item = forms.ChoiceField(label=_("Due item"), widget=forms.Select(attrs={"autofocus": True}))
    amount = forms.CharField(
        label=_("Amount contested"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Empty: all that is left of it."),
    )
    reason = forms.ChoiceField(label=_("What is contested"), choices=Dispute.Reason.choices)
    owner = forms.ChoiceField(label=_("Whose it is to answer"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        left: Sequence[tuple[OpenItem, int]],
        people: Iterable[User],
        **options: Any,
    ) -> None:
        """`left`: the due items with what is not contested of each yet, in minor units."""
        super().__init__(data, **options)
        self.left = {str(item.pk): (item, minor) for item, minor in left}
        self.fields["item"].choices = _items(left)  # type: ignore[attr-defined]
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    def clean_owner(self) -> int | None:
        return _key(self.cleaned_data["owner"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "item" in data and "amount" in data:
            item, minor = self.left[data["item"]]
            data["found"] = item
            data["amount_minor"] = self._amount(data["amount"], item, minor)
        return data

    def _amount(self, typed: str, item: OpenItem, left: int) -> int:
        if not typed:
            return left
        try:
            minor = parse_typed(typed, item.currency)
        except UserMistake:
            self.add_error("amount", _("Write an amount such as 1 234,56"))
            return 0
        if not 0 < minor <= left:
            words = formats.money(left, item.currency, with_symbol=True)
            self.add_error(
                "amount", _("At most %(left)s of this due item can be contested") % {"left": words}
            )
        return minor


class CallBackForm(forms.Form):
    """When the customer is to be called again, in its own time."""

    day = forms.DateField(label=_("Call back on"), widget=DateInput())
    hour = forms.TimeField(label=_("At what time"), widget=TimeInput())

    def __init__(
        self, data: Any = None, *, zone: tzinfo, hours: Hours | None, now: datetime, **options: Any
    ) -> None:
        """`now` in the customer's time zone; `hours` None: none are set for individuals."""
        soon = (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        offered = hours.next_open(soon) if hours else soon
        super().__init__(data, initial={"day": offered.date(), "hour": offered.time()}, **options)
        self.fields["hour"].widget.attrs["autofocus"] = True
        self.zone, self.hours, self.now = zone, hours, now

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "day" in data and "hour" in data:
            again_at = datetime.combine(data["day"], data["hour"], self.zone)
            self._verify(again_at)
            data["again_at"] = again_at
        return data

    def _verify(self, again_at: datetime) -> None:
        if again_at <= self.now:
            self.add_error("day", _("A call-back is for a moment to come."))
        elif again_at > self.now + FOLLOWED:
            self.add_error("day", _("A call-back is for the next three months."))
        elif self.hours is not None and not self.hours.is_day(again_at.date()):
            self.add_error("day", _("Not a day to call this customer on"))
        elif self.hours is not None and not self.hours.is_open(again_at):
            self.add_error("hour", _("This customer is not called at that hour: see the settings of calls"))


def _people(people: Iterable[User]) -> list[tuple[str, str]]:
    return [("", "—"), *((str(user.pk), str(user)) for user in people)]


def _key(chosen: str) -> int | None:
    return int(chosen) if chosen else None


def _items(left: Sequence[tuple[OpenItem, int]]) -> list[tuple[str, str]]:
    documents = {
        item.pk: Document(item.document_type, item.document_number, item.issued_on, item.label)
        for item, _m in left
    }
    unclear = unclear_numbers(documents.values())
    return [
        (str(item.pk), " · ".join((telling_label(documents[item.pk], unclear) or item.document_number,
         formats.day(item.due_on), formats.money(minor, item.currency, with_symbol=True))))
        for item, minor in left
    ]  # fmt: skip


POLICY_FIELDS = (*USUAL.__slots__, "hold_days")


class PolicyForm(forms.ModelForm):
    """When the company calls, and how often it tries."""

    class Meta:
        model = CallPolicy
        fields = POLICY_FIELDS
        labels = {
            "opens": _("From"),
            "closes": _("Until"),
            "rests_from": _("Rest from"),
            "rests_until": _("Rest until"),
            "individual_opens": _("From"),
            "individual_closes": _("Until"),
            "individuals_on_saturday": _("On a Saturday too"),
            "minutes_between_tries": _("Minutes before another try"),
            "tries_a_day": _("Tries a day at most"),
            "tries_in_a_row": _("Tries in a row at most"),
            "rest_days": _("Then rest for so many days"),
            "hold_days": _("Business days of rest"),
        }
        help_texts = {
            "individual_opens": _("Empty: private persons are not on the call list."),
            "hold_days": _("Reminders rest while the payment is looked for."),
        }
        widgets = {
            name: TimeInput()
            for name in (
                "opens",
                "closes",
                "rests_from",
                "rests_until",
                "individual_opens",
                "individual_closes",
            )
        }

    SECTIONS = (
        (_("Businesses"), ("opens", "closes", "rests_from", "rests_until")),
        (_("Private persons"), ("individual_opens", "individual_closes", "individuals_on_saturday")),
        (
            _("Calls without an answer"),
            ("minutes_between_tries", "tries_a_day", "tries_in_a_row", "rest_days"),
        ),
        (_("A payment said to be made"), ("hold_days",)),
    )

    @property
    def sections(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields by what they are about."""
        return [(title, [self[name] for name in names]) for title, names in self.SECTIONS]

    EARLIEST, LATEST = time(8), time(20)
    """Bounds of what individuals can be called at: the usual rule of the trade, no law sets any."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._in_order(data, "opens", "closes")
        self._in_order(data, "rests_from", "rests_until")
        self._in_order(data, "individual_opens", "individual_closes")
        if not self.errors:
            self._at_decent_hours(data)
        return data

    def _in_order(self, data: dict[str, Any], first: str, last: str) -> None:
        opens, closes = data.get(first), data.get(last)
        if (opens is None) != (closes is None) and not {first, last} & set(self.errors):
            self.add_error(last, _("Say both hours, or neither"))
        elif opens is not None and closes is not None and opens >= closes:
            self.add_error(last, _("This hour comes after the first one"))

    def _at_decent_hours(self, data: dict[str, Any]) -> None:
        rests, until = data.get("rests_from"), data.get("rests_until")
        if rests is not None and until is not None and not (data["opens"] < rests and until < data["closes"]):
            self.add_error("rests_from", _("The rest lies within the hours of businesses"))
        opens, closes = data.get("individual_opens"), data.get("individual_closes")
        if opens and closes and not (opens >= self.EARLIEST and closes <= self.LATEST):
            self.add_error("individual_opens", _("Individuals are called between 8:00 and 20:00 at most"))


SPARE = 3


class ScriptForm(forms.Form):
    """The words for calls in one language: three texts a tone, and the answers to excuses."""

    def __init__(self, data: Any = None, *, script: Script) -> None:
        super().__init__(data)
        for tone in TONES:
            for part in PARTS:
                self.fields[f"{tone}-{part}"] = _text(script.tones[tone][part], label=PART_LABELS[part])
        known = [*script.objections, *[Objection("", "")] * SPARE]
        for place, objection in enumerate(known):
            excuse = forms.CharField(
                label=_("What they say"), initial=objection.excuse, required=False, max_length=200
            )
            self.fields[f"excuse-{place}"] = excuse
            self.fields[f"answer-{place}"] = _text(
                objection.answer, label=_("What to answer"), required=False
            )
        self.count = len(known)

    @property
    def by_tone(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each tone."""
        return [(tone, [self[f"{tone}-{part}"] for part in PARTS]) for tone in TONES]

    @property
    def by_objection(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each objection."""
        return [(self[f"excuse-{place}"], self[f"answer-{place}"]) for place in range(self.count)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, text in list(data.items()):
            tone = name.split("-")[0] if name.split("-")[0] in TONES else ""
            unknown = [] if name.startswith("excuse") else unknown_names(text, tone)
            if unknown:
                self.add_error(name, _("“%(found)s” is not known here") % {"found": unknown[0]})
        return data

    def tones(self) -> dict[str, dict[str, str]]:
        """The texts by tone and part."""
        data = self.cleaned_data
        return {tone: {part: data[f"{tone}-{part}"] for part in PARTS} for tone in TONES}

    def objections(self) -> list[Objection]:
        """The objections, those without an excuse left out."""
        data = self.cleaned_data
        found = (Objection(data[f"excuse-{at}"], data[f"answer-{at}"]) for at in range(self.count))
        return [objection for objection in found if objection.excuse]


PART_LABELS = {"opening": _("Opening"), "question": _("Question"), "closing": _("Closing words")}


def _text(initial: str, *, label: Any, required: bool = True) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, initial=initial, required=required, widget=area, max_length=1000)
