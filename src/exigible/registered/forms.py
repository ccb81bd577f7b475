"""What a person types of a registered letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.kernel.errors import UserMistake
from exigible.language.inputs import DateInput, parse_typed
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.rules.statuses import HEARD
from exigible.registered.services import Postage
from exigible.registered.services.numbering import LA_POSTE


class NumbersForm(forms.Form):
    """A column of numbers, pasted or scanned one after another."""

    numbers = forms.CharField(
        label=_("Numbers, one a line, in this order"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(
            attrs={"rows": 12, "autofocus": True, "spellcheck": "false", "autocomplete": "off"}
        ),
        help_text=_(
            "Pasted from a sheet, or scanned: each scan is a line. An empty line leaves a letter without."
        ),
    )
    carrier = forms.CharField(label=_("Carrier"), max_length=40, initial=LA_POSTE)


class PostForm(forms.Form):
    """The day at the counter, and what each letter cost."""

    on = forms.DateField(label=_("Posted on"), widget=DateInput(), initial=timezone.localdate)
    cost = forms.CharField(
        label=_("Cost of each letter"), required=False, max_length=20, help_text=_("Empty: not known.")
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._currency = currency
        self.fields["cost"].label = _("Cost of each letter (%(currency)s)") % {"currency": currency}

    def clean_cost(self) -> int | None:
        """Minor units of the company's currency; None where nothing is typed."""
        text = self.cleaned_data["cost"].strip()
        if not text:
            return None
        try:
            return parse_typed(text, self._currency)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 6,11")) from mistake

    def postage(self) -> Postage:
        """What was typed, once it is valid."""
        cost = self.cleaned_data["cost"]
        return Postage(self.cleaned_data["on"], cost, self._currency if cost is not None else "")


class HeardForm(forms.Form):
    """What was heard of a letter, and of which day."""

    status = forms.ChoiceField(
        label=_("What was heard"),
        choices=lambda: [(s.value, RegisteredLetter.Status(s).label) for s in HEARD],
    )
    on = forms.DateField(label=_("On which day"), widget=DateInput(), initial=timezone.localdate)
    said = forms.CharField(label=_("Who signed, or a remark"), required=False, max_length=200)


class ProofForm(forms.Form):
    """A scan, and what it is the scan of."""

    kind = forms.ChoiceField(label=_("What it is"), choices=lambda: Proof.Kind.choices[:3])
    file = forms.FileField(
        label=_("PDF, JPEG or PNG"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )


class NumberForm(forms.Form):
    """A number, to be corrected."""

    number = forms.CharField(label=_("Tracking number"), max_length=60)


class GiveUpForm(forms.Form):
    """Why a letter is not posted after all."""

    why = forms.CharField(label=_("Why"), max_length=200)


class ConsentForm(forms.Form):
    """That a customer who is no professional agreed to electronic registered letters."""

    given_on = forms.DateField(label=_("Agreed on"), widget=DateInput(), initial=timezone.localdate)
    how = forms.CharField(label=_("Where the consent stands"), max_length=200)


class TrackingForm(forms.Form):
    """A carrier's file."""

    file = forms.FileField(
        label=_("Tracking file of the carrier (CSV or Excel)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx,.xls,.ods"}),
        help_text=_("It needs columns named for the number, the date and the status."),
    )
