"""What the palette finds: customers, documents, and commands, as the person may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from exigible.kernel.text import clean, fold
from exigible.language import formats
from exigible.ledger.models import OpenItem
from exigible.team.scope import Scope
from exigible.web.navigation import NavItem

LONGEST_QUERY = 100
MOST_OF_A_KIND = 8
SHORTEST_PART_OF_A_NUMBER = 3


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of the palette. `amount` is already formatted; `keys` hints at the shortcut of a command."""

    label: str
    url: str
    detail: str = ""
    amount: str = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    icon: str
    hits: Sequence[Hit]


def find(scope: Scope, text: str, commands: Sequence[NavItem]) -> list[Group]:
    """The groups that have something for `text`; for no text, the commands alone."""
    asked = clean(text, LONGEST_QUERY)
    groups = [Group(_("Commands"), "keyboard", _commands(asked, commands))]
    if asked:
        groups[:0] = [
            Group(_("Customers"), "customers", _customers(scope, asked)),
            Group(_("Documents"), "file", _documents(scope, asked)),
        ]
    return [group for group in groups if group.hits]


def _commands(asked: str, commands: Sequence[NavItem]) -> list[Hit]:
    wanted = fold(asked)
    return [Hit(item.label, item.url, keys=item.keys) for item in commands if wanted in fold(item.label)]


def _customers(scope: Scope, asked: str) -> list[Hit]:
    """By code, by the start of the name, then by any part of it."""
    name = fold(asked)
    rank = Case(
        When(code__iexact=asked, then=Value(0)),
        When(sort_name__startswith=name, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = (
        scope.customers()
        .filter(Q(sort_name__contains=name) | Q(code__istartswith=asked))
        .order_by(rank, "sort_name", "pk")
        .only("code", "name", "city")[:MOST_OF_A_KIND]
    )
    return [
        Hit(c.name, customer_url(scope, c.code), " · ".join(filter(None, (c.code, c.city)))) for c in found
    ]


def _documents(scope: Scope, asked: str) -> list[Hit]:
    """By the start of the number; failing that by a part of it, as one reads it on a bank line."""
    items = (
        scope.items().filter(is_reversed=False).select_related("customer").order_by("document_number", "pk")
    )
    number = asked.upper()
    found = list(items.filter(document_number__startswith=number)[:MOST_OF_A_KIND])
    if not found and len(number) >= SHORTEST_PART_OF_A_NUMBER and any(map(str.isdigit, number)):
        found = list(items.filter(document_number__contains=number)[:MOST_OF_A_KIND])
    return [_document_hit(scope, item) for item in found]


def _document_hit(scope: Scope, item: OpenItem) -> Hit:
    due = _("due %(day)s") % {"day": formats.day(item.due_on)}
    return Hit(
        item.document_number,
        f"{customer_url(scope, item.customer.code)}#item-{item.pk}",
        f"{item.customer.name} · {due}",
        formats.money(item.open_minor, item.currency, with_symbol=True),
    )


def customer_url(scope: Scope, code: str) -> str:
    """The customer's page; the company's start where that page does not exist."""
    try:
        return reverse("customer", kwargs={"company": scope.company.code, "code": code})
    except NoReverseMatch:
        return reverse("company", kwargs={"company": scope.company.code})
