"""What a customer's page shows, read in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from exigible.kernel.ageing import Buckets, days_overdue
from exigible.ledger.models import Contact, Contract, Customer, OpenItem
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.queries import fetch
from exigible.positions.rules import Ageing, Parameters
from exigible.team.scope import Scope
from exigible.timeline.models import Event


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An item of which something is left, as of the date that is looked at."""

    item: OpenItem
    left_minor: int
    due_on: date
    days: int
    bucket: str

    @property
    def is_credit(self) -> bool:
        return self.left_minor < 0


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer owes in one currency, and the lines that make it."""

    currency: str
    ageing: Ageing
    lines: list[OpenLine]

    @property
    def oldest_days(self) -> int:
        return max((line.days for line in self.lines if not line.is_credit), default=0)


def open_accounts(scope: Scope, customer: Customer) -> list[Account]:
    """The open lines of a customer by currency, the oldest due first; in two queries."""
    buckets = Buckets(tuple(scope.company.bucket_bounds))
    asked = Parameters(scope.as_of, scope.known_at, "due", buckets)
    chosen = Filters(customers=(customer.code,))
    found = fetch(sql.lines(sql.TOTAL, asked, chosen), sql.values(scope.company.pk, asked, chosen))
    items = OpenItem.objects.in_bulk([item for item, _due, _left in found])
    lines = [_line(items[item], left, due, asked) for item, due, left in found]
    currencies = sorted(
        {line.item.currency for line in lines}, key=lambda c: (c != scope.company.currency, c)
    )
    return [_account(currency, lines, buckets) for currency in currencies]


def _line(item: OpenItem, left: int, due_on: date, asked: Parameters) -> OpenLine:
    days = days_overdue(due_on, asked.as_of)
    return OpenLine(item, left, due_on, days, "" if left < 0 else asked.buckets.key(days))


def _account(currency: str, lines: Iterable[OpenLine], buckets: Buckets) -> Account:
    own = sorted(
        (line for line in lines if line.item.currency == currency),
        key=lambda line: (line.due_on, line.item.document_number, line.item.pk),
    )
    amounts = tuple(sum(line.left_minor for line in own if line.bucket == key) for key in buckets.keys)
    return Account(currency, Ageing(amounts, sum(line.left_minor for line in own if line.is_credit)), own)


def latest_events(customer: Customer, limit: int = 100) -> list[Event]:
    """The newest lines of the timeline."""
    return list(
        Event.objects.filter(company_id=customer.company_id, customer=customer)
        .select_related("by")
        .order_by("-happened_at", "-id")[:limit]
    )


def contacts_of(customer: Customer) -> list[Contact]:
    return list(
        Contact.objects.filter(company_id=customer.company_id, customer=customer).order_by("left_on", "name")
    )


def contracts_of(customer: Customer) -> list[Contract]:
    return list(Contract.objects.filter(company_id=customer.company_id, customer=customer).order_by("-id"))


def missing_data(customer: Customer, contacts: list[Contact], contracts: list[Contract]) -> list[str]:
    """What would stop a recovery later, as codes: to be fetched while relations are good (SPEC A1)."""
    checks: dict[str, Any] = {
        "siren": customer.siren
        or customer.trade_register
        or customer.tax_id
        or customer.kind == "individual",
        "address": customer.address and customer.city,
        "email": customer.email or any(c.email and not c.left_on for c in contacts),
        "phone": customer.phone or any(c.phone and not c.left_on for c in contacts),
        "accounts-payable": any(c.role == "accounts_payable" and not c.left_on for c in contacts),
        "general-terms": any(c.kind == "general_terms" and c.signed_on for c in contracts),
    }
    return [code for code, known in checks.items() if not known]
