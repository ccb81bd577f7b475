"""A visit as the telephone sends it: what every visit has, and what its outcome asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exigible.disputes.models import Dispute
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import OpenItem
from exigible.visits.models import Receipt, Stop, Visit
from exigible.visits.receipts import MOST_MINOR, Handed
from exigible.visits.results import Noted
from exigible.visits.rules import Outcome
from exigible.visits.signatures import read_signature

NEEDS: Mapping[str, tuple[str, ...]] = {
    Outcome.PROMISED: ("amount_minor", "currency", "due_on"),
    Outcome.PAID: ("amount_minor", "currency", "means"),
    Outcome.DISPUTE: ("amount_minor", "item", "reason"),
}
SAYS = {
    "amount_minor": _("Write an amount such as 1 234,56"),
    "currency": _("Say in which currency."),
    "due_on": _("Say by when it was promised."),
    "means": _("Say how it was handed over."),
    "item": _("Choose the item that is contested."),
    "reason": _("Say what is contested."),
}


class ResultForm(forms.Form):
    """What was noted. Amounts come in minor units: the telephone has shown them to whoever signed."""

    uuid = forms.UUIDField()
    outcome = forms.ChoiceField(choices=Visit.Outcome.choices)
    noted_at = forms.DateTimeField()
    person = forms.CharField(required=False, max_length=120)
    text = forms.CharField(required=False, max_length=4000)
    amount_minor = forms.IntegerField(required=False, min_value=1, max_value=MOST_MINOR - 1)
    currency = forms.CharField(required=False, max_length=3)
    due_on = forms.DateField(required=False)
    item = forms.IntegerField(required=False)
    reason = forms.ChoiceField(required=False, choices=[("", ""), *Dispute.Reason.choices])
    means = forms.ChoiceField(required=False, choices=[("", ""), *Receipt.Means.choices])
    cheque_number = forms.CharField(required=False, max_length=40)
    cheque_bank = forms.CharField(required=False, max_length=80)
    signer = forms.CharField(required=False, max_length=120)
    signature = forms.CharField(required=False)
    email = forms.EmailField(required=False)

    def __init__(self, data: Any, *, stop: Stop) -> None:
        super().__init__(data)
        self.stop = stop

    def clean_signature(self) -> bytes:
        try:
            return read_signature(self.cleaned_data["signature"])
        except UserMistake as mistake:
            raise forms.ValidationError(_(mistake.sentence)) from mistake

    def clean_item(self) -> OpenItem | None:
        key = self.cleaned_data["item"]
        if key is None:
            return None
        mine = OpenItem.objects.filter(company=self.stop.company_id, customer=self.stop.customer_id)
        found = mine.filter(pk=key).first()
        if found is None:
            raise forms.ValidationError(SAYS["item"])
        return found

    def clean_currency(self) -> str:
        """A currency in which the customer owes something, or the company's own."""
        code: str = self.cleaned_data["currency"]
        mine = OpenItem.objects.filter(company=self.stop.company_id, customer=self.stop.customer_id)
        own = self.stop.customer.company.currency
        if code and code != own and not mine.filter(currency=code).exists():
            raise forms.ValidationError(SAYS["currency"])
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in NEEDS.get(data.get("outcome", ""), ()):
            if name not in self.errors and not data.get(name):
                self.add_error(name, SAYS[name])
        return data

    def noted(self) -> Noted:
        """What the services take."""
        data = self.cleaned_data
        names = ("uuid", "outcome", "noted_at", "person", "text", "currency", "due_on", "item", "reason")
        values = {name: data[name] for name in names}
        return Noted(**values, amount_minor=data["amount_minor"] or 0, handed=self._handed())

    def _handed(self) -> Handed | None:
        data = self.cleaned_data
        if data["outcome"] != Outcome.PAID:
            return None
        names = (
            "means",
            "amount_minor",
            "currency",
            "cheque_number",
            "cheque_bank",
            "signer",
            "signature",
            "email",
        )
        return Handed(**{name: data[name] for name in names})
