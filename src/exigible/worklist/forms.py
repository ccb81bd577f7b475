"""What a collector writes down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exigible.dunning.answers import Answers, read_answers
from exigible.dunning.rules import ItemFacts
from exigible.ledger.models import Company, Customer, OpenItem
from exigible.negotiation.forms import Offer, PromiseForm
from exigible.negotiation.rules import State

FIRST = {"autofocus": True}  # where the hands start when the dialog opens


class NoteForm(forms.Form):
    text = forms.CharField(label=_("Note"), widget=forms.Textarea(attrs={"rows": 4} | FIRST), max_length=4000)


def promise_form(
    company: Company, customer: Customer, data: Any = None, answers: Answers | None = None, **options: Any
) -> PromiseForm:
    """A promise of a customer as of today: what is claimed stands in it already.

    `answers` are those of today, where they were read before.
    """
    today = timezone.localdate()
    known = answers or read_answers(company, today, [customer.pk])
    items = OpenItem.objects.filter(company=company, customer=customer, open_minor__gt=0)
    due = list(items.order_by("due_on", "document_number", "pk"))
    running = [
        (currency, standing)
        for (_customer, currency), found in known.standings.items()
        for standing in found
        if standing.state is State.OPEN
    ]
    offer = Offer(company.currency, due, _claimed(customer, due, known, today), running)
    return PromiseForm(data, offer=offer, **options)


def _claimed(customer: Customer, due: Iterable[OpenItem], known: Answers, today: date) -> dict[str, int]:
    """By currency: what is overdue, less what is contested and what is promised already."""
    late: dict[str, list[ItemFacts]] = {}
    for item in due:
        if item.due_on < today:
            late.setdefault(item.currency, []).append(ItemFacts(item.pk, item.due_on, item.open_minor))
    return {
        currency: sum(item.claimed_minor for item in known.apply((customer.pk, currency), items))
        for currency, items in late.items()
    }
