"""A dispute as one writes it down, and how it ended."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from exigible.disputes.models import Dispute
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.language import formats
from exigible.language.inputs import DateInput, parse_typed
from exigible.ledger.models import Customer, OpenItem
from exigible.team.models import Role
from exigible.team.queries import members_of
from exigible.team.rules import Right, may


class DisputeForm(forms.Form):
    """How much of a due item is contested, why, and who is to answer by when."""

    amount = forms.CharField(
        label=_("Amount contested"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    reason = forms.ChoiceField(
        label=_("What is contested"),
        choices=[(reason, capfirst(label)) for reason, label in Dispute.Reason.choices],
        widget=forms.Select(attrs={"autofocus": True}),
    )
    text = forms.CharField(
        label=_("In the customer's words"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )
    owner = forms.ChoiceField(label=_("Whose it is to answer"), required=False)
    answer_by = forms.DateField(label=_("Answer by"), required=False, widget=DateInput())

    def __init__(self, data: Any = None, *, item: OpenItem, customer: Customer, left_minor: int) -> None:
        """`left_minor`: what is left of the item and is not contested yet, in minor units."""
        amount = to_decimal_string(left_minor, item.currency).replace(".", formats.decimal_mark())
        super().__init__(data, initial={"amount": amount})
        self.item, self.left_minor = item, left_minor
        self.fields["owner"].choices = [("", "—"), *_owners(customer)]  # type: ignore[attr-defined]

    def clean_amount(self) -> int:
        try:
            minor = parse_typed(self.cleaned_data["amount"], self.item.currency)
        except UserMistake as mistake:
            raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake
        if minor <= 0:
            raise forms.ValidationError(_("What is contested is an amount above zero"))
        if minor > self.left_minor:
            left = formats.money(self.left_minor, self.item.currency, with_symbol=True)
            raise forms.ValidationError(
                _("At most %(left)s of this due item can be contested"), params={"left": left}
            )
        return minor

    def clean_owner(self) -> int | None:
        return int(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None

    def clean_answer_by(self) -> date | None:
        answer_by: date | None = self.cleaned_data["answer_by"]
        if answer_by is not None and answer_by < timezone.localdate():
            raise forms.ValidationError(_("The answer is due today or later."))
        return answer_by


def _owners(customer: Customer) -> list[tuple[str, str]]:
    """Those who collect, sell or keep the books, and may see the customer."""
    trades = (Role.SALES, Role.ACCOUNTANT)
    return [
        (str(member.user_id), str(member.user))
        for member in members_of(customer.company)
        if member.user.is_active
        and (may(member.role, Right.COLLECT) or member.role in trades)
        and (not member.portfolio_only or customer.collector_id == member.user_id)
    ]


class ResolveForm(forms.Form):
    """How a dispute ended; one whose credit note is awaited may still end otherwise."""

    outcome = forms.ChoiceField(
        label=_("How the dispute ended"),
        choices=[(outcome, capfirst(label)) for outcome, label in Dispute.Outcome.choices],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What was answered"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def __init__(self, data: Any = None, *, awaits_credit: bool) -> None:
        super().__init__(data)
        if awaits_credit:
            ends = [end for end in Dispute.Outcome.choices if end[0] != Dispute.Outcome.CREDIT]
            self.fields["outcome"].choices = ends  # type: ignore[attr-defined]
