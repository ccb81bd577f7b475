"""What a collector writes down."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount

OUTCOMES = [
    ("reached", _("Spoke with someone")),
    ("no-answer", _("No answer")),
    ("voicemail", _("Left a message")),
    ("call-back", _("To call back")),
    ("wrong-number", _("Wrong number")),
    ("refuses", _("Refuses to pay")),
]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


FIRST = {"autofocus": True}  # where the hands start when the dialog opens


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4} | FIRST), max_length=4000)


class CallForm(forms.Form):
    outcome = forms.ChoiceField(label=_("How it ended"), choices=OUTCOMES, widget=forms.Select(attrs=FIRST))
    text = forms.CharField(
        label=_("What was said"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )


class PromiseForm(forms.Form):
    """An amount in the currency of the customer's books, as one types it: 1 234,56."""

    amount = forms.CharField(
        label=_("Amount"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"} | FIRST)
    )
    due_on = forms.DateField(label=_("Promised for"), widget=DateInput())
    text = forms.CharField(
        label=_("Who promised, and how"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=4000,
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> int:
        try:
            minor = parse_amount(
                self.cleaned_data["amount"], exponent=exponent(self.currency), decimal_mark=","
            )
        except UserMistake:
            try:
                minor = parse_amount(
                    self.cleaned_data["amount"], exponent=exponent(self.currency), decimal_mark="."
                )
            except UserMistake as mistake:
                raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake
        if minor <= 0:
            raise forms.ValidationError(_("A promise is of an amount above zero"))
        return minor

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on < timezone.localdate():
            raise forms.ValidationError(_("A promise is for today or later"))
        return due_on
