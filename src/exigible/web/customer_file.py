"""What a customer's page shows, read in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _

from exigible.documents.naming import Document, says_nothing, telling_label, unclear_numbers
from exigible.dunning.answers import Answers
from exigible.dunning.models import Action, ActionItem
from exigible.kernel.ageing import Buckets, days_overdue
from exigible.kernel.text import fold
from exigible.language import formats
from exigible.ledger.models import Company, Contact, Contract, Customer, OpenItem, PayerAccount
from exigible.negotiation.rules import OpenDebt
from exigible.positions import sql
from exigible.positions.filters import Filters
from exigible.positions.queries import AgedBalance, aged_balance, fetch
from exigible.positions.rules import Ageing, Parameters
from exigible.team.scope import Scope
from exigible.timeline.models import Event
from exigible.web import events
from exigible.web.customer_answers import promised_of

MOST_LINES: Final = 200


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An item of which something is left, as of the date that is looked at."""

    item: OpenItem
    left_minor: int
    due_on: date
    days: int
    bucket: str
    reminded: tuple[int, date] | None = None
    name: str = ""
    """The label of a document whose number does not tell it from the others, else empty."""
    disputed_minor: int = 0
    promised_minor: int = 0
    promised_on: date | None = None

    @property
    def is_disputed(self) -> bool:
        """Whether all that is left of it is contested."""
        return self.disputed_minor == self.left_minor

    @property
    def is_promised(self) -> bool:
        """Whether all that is left of it is promised."""
        return self.promised_minor == self.left_minor

    @property
    def is_credit(self) -> bool:
        return self.left_minor < 0


@dataclass(frozen=True, slots=True)
class Account:
    """What a customer owes in one currency, and the lines that make it."""

    currency: str
    ageing: Ageing
    lines: list[OpenLine]
    shows_all: bool = False

    @property
    def shown(self) -> list[OpenLine]:
        """The lines that the page shows: the oldest ones, unless it is asked for all."""
        return self.lines if self.shows_all else self.lines[:MOST_LINES]

    @property
    def number_of_others(self) -> int:
        return len(self.lines) - len(self.shown)

    @property
    def has_derived_dates(self) -> bool:
        return any(line.item.due_derived for line in self.lines)

    @property
    def oldest_days(self) -> int:
        return max((line.days for line in self.lines if not line.is_credit), default=0)

    @property
    def disputed_minor(self) -> int:
        return sum(line.disputed_minor for line in self.lines)

    @property
    def promised_minor(self) -> int:
        return sum(line.promised_minor for line in self.lines)

    @property
    def average_days(self) -> int:
        """How late the overdue is on average, weighed by amount; 0 when nothing is overdue."""
        late = [line for line in self.lines if not line.is_credit and line.days > 0]
        owed = sum(line.left_minor for line in late)
        return sum(line.left_minor * line.days for line in late) // owed if owed else 0


def open_accounts(scope: Scope, customer: Customer, answers: Answers | None = None) -> list[Account]:
    """The open lines of a customer by currency, the oldest due first; in three queries.

    `answers`: what was promised and is contested, to be said on each line.
    """
    return accounts_of_many(scope, [customer], answers)[customer.pk]


def accounts_of_many(
    scope: Scope, customers: Sequence[Customer], answers: Answers | None = None
) -> dict[int, list[Account]]:
    """The accounts of some customers, each as `open_accounts` gives them; in three queries for all."""
    if not customers:
        return {}
    buckets = Buckets(tuple(scope.company.bucket_bounds))
    asked = Parameters(scope.as_of, scope.known_at, "due", buckets)
    chosen = Filters(customers=tuple(customer.code for customer in customers))
    found = fetch(sql.lines(sql.TOTAL, asked, chosen), sql.values(scope.company.pk, asked, chosen))
    items = OpenItem.objects.in_bulk([item for item, _due, _left in found])
    reminded = _reminded(scope, list(items))
    by_customer: dict[int, list[OpenLine]] = defaultdict(list)
    for item, due, left in found:
        line = _line(items[item], left, due, asked, reminded.get(item))
        by_customer[line.item.customer_id].append(line)
    return {
        customer.pk: _accounts(scope, customer, _named(by_customer[customer.pk]), buckets, answers)
        for customer in customers
    }


def _named(lines: Sequence[OpenLine]) -> list[OpenLine]:
    """The lines of a customer, those whose numbers do not tell them apart with their labels."""
    unclear = unclear_numbers(_document(line.item) for line in lines)
    return [replace(line, name=telling_label(_document(line.item), unclear)) for line in lines]


def _accounts(
    scope: Scope, customer: Customer, lines: Sequence[OpenLine], buckets: Buckets, answers: Answers | None
) -> list[Account]:
    own = scope.company.currency
    currencies = sorted({line.item.currency for line in lines}, key=lambda code: (code != own, code))
    accounts = [_account(currency, lines, buckets) for currency in currencies]
    return [_answered(account, customer, answers) for account in accounts] if answers else accounts


def _answered(account: Account, customer: Customer, answers: Answers) -> Account:
    contested = [
        line if line.is_credit else replace(line, disputed_minor=min(line.left_minor, minor))
        for line in account.lines
        for minor in [answers.disputed.get(line.item.pk, 0)]
    ]
    debts = [
        OpenDebt(line.item.pk, line.due_on, line.left_minor - line.disputed_minor)
        for line in contested
        if not line.is_credit
    ]
    promised = promised_of(answers.standings.get((customer.pk, account.currency), ()), debts)
    lines = [
        replace(line, promised_minor=minor, promised_on=on)
        for line in contested
        for minor, on in [promised.get(line.item.pk, (0, None))]
    ]
    return replace(account, lines=lines)


def _document(item: OpenItem) -> Document:
    return Document(item.document_type, item.document_number, item.issued_on, item.label)


def _line(
    item: OpenItem, left: int, due_on: date, asked: Parameters, reminded: tuple[int, date] | None
) -> OpenLine:
    days = days_overdue(due_on, asked.as_of)
    return OpenLine(item, left, due_on, days, "" if left < 0 else asked.buckets.key(days), reminded)


def _reminded(scope: Scope, items: list[int]) -> dict[int, tuple[int, date]]:
    """The highest level that each item was reminded at, and when."""
    sent = ActionItem.objects.filter(
        company=scope.company, item__in=items, level__isnull=False, action__state=Action.State.SENT
    )
    found = sent.order_by("level").values_list("item", "level", "action__sent_at")
    return {item: (level, localdate(sent_at)) for item, level, sent_at in found if level and sent_at}


def _account(currency: str, lines: Iterable[OpenLine], buckets: Buckets) -> Account:
    own = sorted(
        (line for line in lines if line.item.currency == currency),
        key=lambda line: (line.due_on, line.item.document_number, line.item.pk),
    )
    amounts = tuple(sum(line.left_minor for line in own if line.bucket == key) for key in buckets.keys)
    return Account(currency, Ageing(amounts, sum(line.left_minor for line in own if line.is_credit)), own)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the conversation. `side`: what we said, what came from them, or what the house noted."""

    on: date
    side: str
    symbol: str
    what: str
    words: str = ""
    by: str = ""
    mail: int | None = None
    """The e-mail that came in, to be read whole."""


def conversation(scope: Scope, customer: Customer, limit: int = 100) -> list[Entry]:
    """What was said, answered and paid, the newest first; in two queries."""
    end = make_aware(datetime.combine(scope.as_of + timedelta(days=1), time()))
    known = Event.objects.filter(company=scope.company, customer=customer, happened_at__lt=end)
    said = [entry_of(event) for event in known.select_related("by").order_by("-happened_at", "-id")[:limit]]
    payments = OpenItem.objects.filter(
        company=scope.company, customer=customer, document_type=OpenItem.DocumentType.PAYMENT,
        amount_minor__lt=0, is_reversed=False, effective_on__lte=scope.as_of,
    ).order_by("-effective_on", "-id")[:limit]  # fmt: skip
    paid = [_paid(item) for item in payments]
    return sorted([*said, *paid], key=lambda entry: entry.on, reverse=True)[:limit]


def last_said(
    company: Company, customers: Sequence[int], kinds: Collection[str], most: int
) -> dict[int, list[Entry]]:
    """The last lines of these kinds of some customers, so many of each, the newest first; in one query."""
    turn = Window(
        RowNumber(), partition_by=[F("customer")], order_by=[F("happened_at").desc(), F("id").desc()]
    )
    known = Event.objects.filter(company=company, customer__in=customers, kind__in=kinds)
    found: dict[int, list[Entry]] = defaultdict(list)
    for event in known.annotate(turn=turn).filter(turn__lte=most).select_related("by").order_by("turn"):
        if event.customer_id:
            found[event.customer_id].append(entry_of(event))
    return found


def entry_of(event: Event) -> Entry:
    """A line of the timeline as the conversation shows it."""
    what, words = events.describe(event)
    by = str(event.by) if event.by else ""
    mail = event.data.get("mail")
    return Entry(localdate(event.happened_at), events.side(event), events.icon(event), what, words, by, mail)


def _paid(item: OpenItem) -> Entry:
    amount = formats.money(-item.amount_minor, item.currency, with_symbol=True)
    what = _("Paid %(amount)s") % {"amount": amount}
    by = item.label if says_nothing(item.document_number) else item.document_number
    return Entry(item.effective_on, "theirs", "cash", what, by=by)


def best_contact(contacts: Iterable[Contact], *, by_phone: bool) -> Contact | None:
    """Whom to turn to about a payment: accounts payable before finance before the others."""
    ranks = {"accounts_payable": 0, "finance": 1}
    reachable = [c for c in contacts if not c.left_on and (c.phone if by_phone else c.email)]
    return min(reachable, key=lambda contact: ranks.get(contact.role, 2), default=None)


def group_positions(scope: Scope, customer: Customer) -> AgedBalance:
    """What the customer's group owes, customer by customer, as far as this person may see; one query."""
    parent = customer.parent
    key = customer.group_code or (parent and (parent.group_code or parent.code)) or customer.code
    chosen = Filters(group=key, collector=scope.portfolio_of)
    return aged_balance(scope.company, as_of=scope.as_of, known_at=scope.known_at, filters=chosen)


def payer_accounts_of(customer: Customer) -> list[PayerAccount]:
    return list(
        PayerAccount.objects.filter(company_id=customer.company_id, customer=customer).order_by("iban")
    )


def contacts_of(customer: Customer) -> list[Contact]:
    """Its contacts by name, those who have left last."""
    found = Contact.objects.filter(company_id=customer.company_id, customer=customer)
    return sorted(found, key=lambda contact: (contact.left_on is not None, fold(contact.name)))


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
