"""Reads of the lettering desk: payments to letter, the items that they may pay, and who may have paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Sum, TextField, Value, When
from django.utils import timezone

from exigible.cash.answers import fits
from exigible.cash.models import Match, Refusal
from exigible.cash.rules.numbers import key_of
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount
from exigible.kernel.text import clean, fold
from exigible.ledger.models import BankAccount, BankLine, Customer, OpenItem
from exigible.team.scope import Scope
from exigible.timeline.models import Event

LETTERED_KINDS: Final = (
    "payment-lettered",
    "payment-on-account",
    "payment-refunded",
    "payment-returned",
)
COUNTED: Final = 5_000
"""As many payments are counted and summed while one waits; of more it is said that there are more."""
MOST_LETTERED: Final = 200
MOST_FOUND: Final = 8
SHORTEST_PART: Final = 3
_TAIL: Final = Func(
    F("document_number"),
    template="ltrim(substring(%(expressions)s FROM '([0-9]+)[^0-9]*$'), '0')",
    output_field=TextField(),
)
"""The last digits of a number, as the index `ledger_item_by_digits` has them."""

SHOWN: Final = ("", "proposed", "ambiguous", "unmatched", "out", "lettered", "aside")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which lines of the bank are looked at. `show` is one of SHOWN; `after` is a place in the list."""

    show: str = ""
    account: int | None = None
    text: str = ""
    after: tuple[date, int] | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """What the address asks for; what cannot be read in it is left out."""
        show, account = query.get("show", ""), query.get("account", "")
        return cls(
            show if show in SHOWN else "",
            int(account) if account.isdecimal() and len(account) < 19 else None,
            clean(query.get("q", ""), 100),
            _place(query.get("after", "")),
        )


def _place(text: str) -> tuple[date, int] | None:
    day, _, pk = text.partition("_")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() and len(pk) < 19 else None
    except ValueError:
        return None


def place_of(line: BankLine) -> str:
    """The cursor of a line, for what comes after it."""
    return f"{line.booked_on.isoformat()}_{line.pk}"


def lines_of(scope: Scope) -> QuerySet[BankLine]:
    """The bank lines that a person may see: of a portfolio, its customers' and those of nobody known."""
    lines = BankLine.objects.filter(company=scope.company).select_related("match", "account", "owner")
    if scope.portfolio_of is None:
        return lines
    mine = Q(match__customer__collector=scope.portfolio_of)
    return lines.filter(Q(match=None) | Q(match__customer=None) | mine)


def waiting(scope: Scope) -> QuerySet[BankLine]:
    """What came in and is not lettered, oldest first."""
    return lines_of(scope).filter(left_minor__gt=0, set_aside="").order_by("booked_on", "pk")


def going_out(scope: Scope) -> QuerySet[BankLine]:
    """What went out and has to be placed: payments that came back, and refunds to customers; oldest first."""
    return lines_of(scope).filter(left_minor__lt=0, set_aside="").order_by("booked_on", "pk")


def read_lines(scope: Scope, asked: Asked, limit: int) -> tuple[list[BankLine], str]:
    """A page of lines, and the cursor of the next one, "" at the end."""
    if asked.show == "lettered":
        return _lettered_today(scope, asked), ""
    lines = _searched(_of_status(scope, asked), asked, scope)
    if asked.account is not None:
        lines = lines.filter(account=asked.account)
    if asked.after is not None:
        lines = lines.filter(_beyond(asked))
    found = list(lines[: limit + 1])
    return found[:limit], place_of(found[limit - 1]) if len(found) > limit else ""


def _of_status(scope: Scope, asked: Asked) -> QuerySet[BankLine]:
    if asked.show == "aside":
        return lines_of(scope).exclude(set_aside="").order_by("-booked_on", "-pk")
    if asked.show == "out":
        return going_out(scope)
    lines = waiting(scope)
    if asked.show == "unmatched":
        return lines.filter(Q(match=None) | Q(match__status=Match.Status.UNMATCHED))
    return lines.filter(match__status=asked.show) if asked.show else lines


def _beyond(asked: Asked) -> Q:
    assert asked.after is not None
    day, pk = asked.after
    step = "lt" if asked.show == "aside" else "gt"
    same_day = Q(booked_on=day, **{f"pk__{step}": pk})
    return Q(**{f"booked_on__{step}e": day}) & (Q(**{f"booked_on__{step}": day}) | same_day)


def _searched(lines: QuerySet[BankLine], asked: Asked, scope: Scope) -> QuerySet[BankLine]:
    """By words of the payer or of the payment, by the bank's reference, or by the very amount."""
    if not asked.text:
        return lines
    words = Q(payer_name__icontains=asked.text) | Q(text__icontains=asked.text) | Q(reference=asked.text)
    amounts = _amounts(asked.text, scope.company.currency)
    amounts += [-amount for amount in amounts]
    return lines.filter(words | Q(amount_minor__in=amounts) | Q(left_minor__in=amounts))


def _amounts(text: str, currency: str) -> list[int]:
    """What a text may be as an amount, written with a comma or with a dot."""
    found = []
    for mark in ",.":
        try:
            found.append(parse_amount(text, exponent=exponent(currency), decimal_mark=mark))
        except UserMistake:
            continue
    return list(dict.fromkeys(found))


def _lettered_today(scope: Scope, asked: Asked) -> list[BankLine]:
    """What was lettered since midnight and still is, the last first."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    events = Event.objects.filter(
        company=scope.company, kind__in=LETTERED_KINDS, happened_at__gte=midnight
    ).order_by("-happened_at")
    told = [data.get("line") for data in events.values_list("data", flat=True)[: 2 * MOST_LETTERED]]
    places = {line: place for place, line in enumerate(dict.fromkeys(told)) if line is not None}
    lines = _searched(lines_of(scope).filter(pk__in=places), asked, scope)
    if asked.account is not None:
        lines = lines.filter(account=asked.account)
    found = [line for line in lines if line.left_minor != line.amount_minor]
    return sorted(found, key=lambda line: places[line.pk])[:MOST_LETTERED]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many payments wait, and for how much by currency; `is_more` where only the first were counted."""

    count: int
    totals: Sequence[tuple[str, int]]
    is_more: bool


def count_waiting(scope: Scope) -> Waiting:
    """What is to letter, counted up to a bound so that it takes no time however many there are."""
    first = waiting(scope).order_by("booked_on", "pk").values("pk")[: COUNTED + 1]
    rows = list(
        BankLine.objects.filter(pk__in=first)
        .order_by()
        .values("currency")
        .annotate(count=Count("pk"), total=Sum("left_minor"))
    )
    count = sum(row["count"] for row in rows)
    is_more = count > COUNTED
    totals = [] if is_more else [(row["currency"], row["total"]) for row in rows]
    return Waiting(min(count, COUNTED), sorted(totals), is_more)


def accounts_of(scope: Scope) -> list[BankAccount]:
    """The company's own accounts, to choose one of."""
    return list(BankAccount.objects.filter(company=scope.company).order_by("name", "number", "currency"))


Refused = Mapping[int, set[tuple[int, frozenset[int]]]]


def refusals_of(lines: Iterable[BankLine]) -> Refused:
    """By line, the customers and sets of items that a person turned down; no items: the customer itself."""
    found: dict[int, set[tuple[int, frozenset[int]]]] = {}
    rows = Refusal.objects.filter(line__in=[line.pk for line in lines])
    for line, customer, items in rows.values_list("line_id", "customer_id", "items"):
        found.setdefault(line, set()).add((customer, frozenset(items)))
    return found


def answers_of(line: BankLine, refused: Refused) -> list[tuple[int, dict[str, Any]]]:
    """What may explain a line, each with its rank among all that was kept; without what was turned down.

    Of a line that is lettered in part, what explains the rest of it.
    """
    match: Match | None = getattr(line, "match", None)
    if match is None or not line.left_minor:
        return []
    no = refused.get(line.pk, set())
    return [
        (rank, one)
        for rank, one in enumerate(match.explanations)
        if fits(one, line.left_minor)
        and (one["customer"], frozenset()) not in no
        and (one["customer"], frozenset(item for item, _ in one["allocations"])) not in no
    ]


def names_of(scope: Scope, customers: Iterable[int]) -> dict[int, str]:
    """The names of those customers that the person may see."""
    return dict(scope.customers().filter(pk__in=set(customers)).values_list("pk", "name"))


def find_customers(scope: Scope, text: str) -> list[Customer]:
    """By code, name, or the number of an open document, as one reads it on a payment."""
    asked = clean(text, 100)
    if not asked:
        return []
    name = fold(asked)
    rank = Case(
        When(code__iexact=asked, then=Value(0)),
        When(sort_name__startswith=name, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    found = scope.customers().filter(Q(sort_name__contains=name) | Q(code__istartswith=asked))
    named = list(found.order_by(rank, "sort_name", "pk")[:MOST_FOUND])
    return named or _customers_of_document(scope, asked)


def _customers_of_document(scope: Scope, asked: str) -> list[Customer]:
    if not any(map(str.isdigit, asked)):
        return []
    items = scope.items().filter(is_reversed=False).exclude(open_minor=0)
    ways = [
        items.filter(document_number__startswith=asked.upper()),
        items.filter(amount_minor__gt=0).annotate(tail=_TAIL).filter(tail=key_of(asked)),
    ]
    if len(asked) >= SHORTEST_PART:
        ways.append(items.filter(document_number__contains=asked.upper()))
    for found in ways:  # the last one reads every number: only when the others found nothing
        holders = list(found.values_list("customer", flat=True)[:MOST_FOUND])
        if holders:
            return list(scope.customers().filter(pk__in=holders).order_by("sort_name", "pk"))
    return []


def open_items(scope: Scope, customer: int, currency: str, number: str = "") -> QuerySet[OpenItem]:
    """What is open of a customer in a currency, first due first; only those with `number` in theirs.

    Books that hold a filler in place of numbers have them in the label.
    """
    items = scope.items().filter(customer=customer, currency=currency, is_reversed=False)
    items = items.exclude(open_minor=0).select_related("customer").order_by("due_on", "pk")
    if not number:
        return items
    return items.filter(
        Q(document_number__icontains=number) | Q(reference__icontains=number) | Q(label__icontains=number)
    )


def items_by_id(scope: Scope, ids: Iterable[int]) -> list[OpenItem]:
    """Those items, whoever they are of, as far as the person may see them."""
    return list(scope.items().filter(pk__in=set(ids)).select_related("customer").order_by("due_on", "pk"))


def currencies_of(scope: Scope, customer: int) -> list[str]:
    """The currencies in which a customer has open items, in alphabetical order."""
    items = scope.items().filter(customer=customer, is_reversed=False).exclude(open_minor=0)
    return list(items.order_by("currency").values_list("currency", flat=True).distinct())
