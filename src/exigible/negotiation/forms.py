"""A promise as one writes it down, when a company takes one for kept, and what customers ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exigible.documents.naming import Document, telling_label, unclear_numbers
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.language import formats
from exigible.language.inputs import DateInput, parse_typed
from exigible.ledger.models import OpenItem
from exigible.negotiation.models import PromiseTerms, Request
from exigible.negotiation.rules import Standing
from exigible.team.models import User

FARTHEST: Final = timedelta(days=366)
"""A date farther away is a slip of the hand; for later than that one agrees on instalments."""


MOST_CHOICES: Final = 200
"""The oldest items, of which some can be ticked."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a new promise may be about: open items, what is claimed by currency, what runs."""

    currency: str
    items: Sequence[OpenItem] = ()
    claimed: Mapping[str, int] = field(default_factory=dict)
    running: Sequence[tuple[str, Standing]] = ()
    """Promises that are open, each with its currency."""

    @property
    def currencies(self) -> list[str]:
        """Those that something is open in; the company's own where nothing is."""
        found = sorted({item.currency for item in self.items}, key=lambda c: (c != self.currency, c))
        return found or [self.currency]


class PromiseForm(forms.Form):
    """An amount as one types it (1 234,56), by a date; for some items only, or instead of another promise."""

    amount = forms.CharField(
        label=_("Amount"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autofocus": True}),
    )
    currency = forms.ChoiceField(label=_("Currency"), required=False)
    due_on = forms.DateField(label=_("Promised for"), widget=DateInput())
    text = forms.CharField(
        label=_("Who promised, and how"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )
    replaces = forms.ChoiceField(
        label=_("Other promises"),
        required=False,
        error_messages={"invalid_choice": _("That promise does not run any more")},
    )
    items = forms.MultipleChoiceField(
        label=_("Only for these due items"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, offer: Offer, **options: Any) -> None:
        currencies = offer.currencies
        first = offer.claimed.get(currencies[0], 0)
        initial = {"currency": currencies[0], "amount": _typed(first, currencies[0]) if first > 0 else ""}
        super().__init__(data, initial=initial, **options)
        choices = offer.items[:MOST_CHOICES]
        self.offer, self.by_key = offer, {str(item.pk): item for item in choices}
        self._offer_currencies(currencies)
        self._offer_promises()
        self.fields["items"].choices = _item_choices(choices)  # type: ignore[attr-defined]
        if not offer.items:
            del self.fields["items"]

    def _offer_currencies(self, currencies: Sequence[str]) -> None:
        chosen: Any = self.fields["currency"]
        chosen.choices = [(currency, currency) for currency in currencies]
        if len(currencies) == 1:
            chosen.widget = forms.HiddenInput()
            return
        for currency, minor in self.offer.claimed.items():  # the page puts it in when the currency is changed
            chosen.widget.attrs[f"data-claimed-{currency.lower()}"] = (
                _typed(minor, currency) if minor > 0 else ""
            )

    def _offer_promises(self) -> None:
        if not self.offer.running and not self.data.get("replaces"):
            del self.fields["replaces"]
            return
        said = gettext("Replaces the promise of %(amount)s for %(day)s")
        choices = [("", gettext("Comes on top of what was promised"))]
        for currency, standing in self.offer.running:
            promise = standing.promise
            amount = formats.money(promise.amount_minor, currency, with_symbol=True)
            words = {"amount": amount, "day": formats.day(promise.due_on)}
            choices.append((str(promise.promise_id), said % words))
        self.fields["replaces"].choices = choices  # type: ignore[attr-defined]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"] or self.offer.currencies[0])

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        today = timezone.localdate()
        if due_on < today:
            raise forms.ValidationError(_("A promise is for today or later"))
        if due_on > today + FARTHEST:
            raise forms.ValidationError(_("That is more than a year away: check the year"))
        return due_on

    def clean_replaces(self) -> int | None:
        return int(self.cleaned_data["replaces"]) if self.cleaned_data["replaces"] else None

    def clean_items(self) -> list[OpenItem]:
        return [self.by_key[key] for key in self.cleaned_data["items"]]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "amount" in data and "currency" in data:
            data["amount_minor"] = self._read_amount(data["amount"], data["currency"])
        return data

    def _read_amount(self, typed: str, currency: str) -> int:
        try:
            minor = parse_typed(typed, currency)
        except UserMistake:
            self.add_error("amount", _("Write an amount such as 1 234,56"))
            return 0
        if minor <= 0:
            self.add_error("amount", _("A promise is of an amount above zero"))
        owed = sum(item.open_minor for item in self.offer.items if item.currency == currency)
        if minor > owed > 0:
            most = formats.money(owed, currency, with_symbol=True)
            self.add_error("amount", gettext("That is more than the %(amount)s owed") % {"amount": most})
        return minor


def _typed(minor: int, currency: str) -> str:
    return to_decimal_string(minor, currency).replace(".", formats.decimal_mark())


def _item_choices(items: Iterable[OpenItem]) -> list[tuple[str, str]]:
    """Each due item as one knows it: its number or its telling label, its date, what is left."""
    documents = {item.pk: _document(item) for item in items}
    unclear = unclear_numbers(documents.values())
    return [(str(item.pk), _item_words(item, telling_label(documents[item.pk], unclear))) for item in items]


def _document(item: OpenItem) -> Document:
    return Document(item.document_type, item.document_number, item.issued_on, item.label)


def _item_words(item: OpenItem, label: str) -> str:
    amount = formats.money(item.open_minor, item.currency, with_symbol=True)
    return " · ".join((label or item.document_number, formats.day(item.due_on), amount))


class TermsForm(forms.ModelForm):
    """When a promise is taken for kept."""

    class Meta:
        model = PromiseTerms
        fields = ("kept_percent", "grace_days")
        labels = {
            "kept_percent": _("Kept from (% of the amount)"),
            "grace_days": _("Business days of grace"),
        }
        help_texts = {
            "kept_percent": _("A promise is kept when that much of it came in."),
            "grace_days": _("Money that comes in so many business days after the date is still in time."),
        }


class RequestForm(forms.Form):
    """What the customer asks for, and whose it is to see to."""

    kind = forms.ChoiceField(
        label=_("What the customer asks for"),
        choices=Request.Kind.choices,
        widget=forms.Select(attrs={"autofocus": True}),
    )
    text = forms.CharField(
        label=_("In the customer's words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    owner = forms.ChoiceField(label=_("Whose it is to see to"), required=False)
    due_on = forms.DateField(
        label=_("Answer by"),
        required=False,
        widget=DateInput(),
        help_text=_("Left empty: one to five business days, by what is asked for."),
    )

    def __init__(self, data: Any = None, *, people: Iterable[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    def clean_owner(self) -> int | None:
        return int(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None

    def clean_due_on(self) -> date | None:
        return _today_or_later(self.cleaned_data["due_on"])


class HandOverForm(forms.Form):
    """Who sees to a request from now on, and by when."""

    owner = forms.ChoiceField(
        label=_("Whose it is to see to"), required=False, widget=forms.Select(attrs={"autofocus": True})
    )
    due_on = forms.DateField(label=_("Answer by"), widget=DateInput())

    def __init__(self, data: Any = None, *, people: Iterable[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["owner"].choices = _people(people)  # type: ignore[attr-defined]

    def clean_owner(self) -> int | None:
        return int(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None


class AnswerForm(forms.Form):
    """How a request ended."""

    text = forms.CharField(
        label=_("How it was answered, or why not"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        max_length=4000,
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=Request.Outcome.choices,
        initial=Request.Outcome.ANSWERED,
        widget=forms.RadioSelect,
    )


def _people(people: Iterable[User]) -> list[tuple[str, str]]:
    return [("", "—"), *((str(user.pk), str(user)) for user in people)]


def _today_or_later(due_on: date | None) -> date | None:
    if due_on is not None and due_on < timezone.localdate():
        raise forms.ValidationError(_("The answer is due today or later."))
    return due_on
