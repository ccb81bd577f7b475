"""From an explanation to the ledger: payments, adjustments and allocations, many lines at once.

The caller holds the books' lock, so that what was read to explain the lines is still true when it is written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import override

from exigible.cash.models import Adjustment
from exigible.cash.rows import among, copy_rows, give_keys
from exigible.cash.rules.facts import ADJUSTMENTS, RemainderAs
from exigible.kernel.errors import Refused
from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import clean
from exigible.ledger.models import Allocation, BankLine, BankPosting, OpenItem
from exigible.timeline.models import Event

SOURCE: Final = "bank"
ADJUSTED: Final = "adjustment"


@dataclass(frozen=True)
class Entry:
    """What a line is decided to be. `allocations` are (item, amount), negative for a credit deducted."""

    line: BankLine
    customer_id: int
    allocations: Sequence[tuple[OpenItem, int]] = ()
    remainder_minor: int = 0
    remainder_as: RemainderAs = ""
    amount_minor: int | None = None
    """How much of the line, where it is not all that is left of it."""
    currency: str = ""
    """Of the items, where the bank received another one; then all of them are of one customer."""
    worth_minor: int | None = None
    """What the part of the line is worth in that currency."""
    payment: OpenItem | None = None
    """The item of the books that the line is, where they have it already."""
    by: int | None = None
    reasons: Sequence[Mapping[str, Any]] = ()

    @property
    def of_line_minor(self) -> int:
        return self.line.left_minor if self.amount_minor is None else self.amount_minor

    @property
    def of_items_minor(self) -> int:
        """The part of the line, in the currency of the items."""
        return self.of_line_minor if self.worth_minor is None else self.worth_minor

    @property
    def adjusted_minor(self) -> int:
        return self.remainder_minor if self.remainder_as in ADJUSTMENTS else 0


@dataclass
class _Batch:
    """Rows that wait to be written together."""

    items: list[OpenItem] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    postings: list[BankPosting] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    free_from: dict[int, date] = field(default_factory=dict)


def post(entries: Iterable[Entry]) -> set[int]:
    """Write the entries; each leaves a line on the timeline of each of its customers. Gives these customers.

    Raises Refused("entry-does-not-add-up") for parts that are not the whole, before anything is written.
    """
    decided = list(entries)
    batch = _Batch(free_from=_free_from(decided))
    for entry in decided:
        _prepare(entry, batch)
    give_keys(OpenItem, batch.items)
    copy_rows(OpenItem, batch.items)
    for adjustment in batch.adjustments:
        adjustment.item_id = adjustment.item.pk
    for posting in batch.postings:
        posting.item_id = posting.item.pk
    for allocation in batch.allocations:
        allocation.debit_item_id = allocation.debit_item.pk
        allocation.credit_item_id = allocation.credit_item.pk
    copy_rows(Adjustment, batch.adjustments)
    copy_rows(BankPosting, batch.postings)
    copy_rows(Allocation, batch.allocations)
    copy_rows(Event, batch.events)
    return {event.customer_id for event in batch.events if event.customer_id}


def _free_from(entries: Sequence[Entry]) -> dict[int, date]:
    """Items that were settled until a payment came back, and the day from which they are free again."""
    items = {item.pk for entry in entries for item, _ in entry.allocations}
    items |= {entry.payment.pk for entry in entries if entry.payment}
    reversals = Allocation.objects.filter(effective_on__gt=F("reverses__effective_on"))
    found: dict[int, date] = {}
    for name in ("debit_item_id", "credit_item_id"):
        days = (
            reversals.filter(**{f"{name}__in": among(items)})
            .values_list(name)
            .annotate(day=Max("effective_on"))
        )
        for item, day in days:
            found[item] = max(day, found.get(item, day))
    return found


def _prepare(entry: Entry, batch: _Batch) -> None:
    by_customer: dict[int, list[tuple[OpenItem, int]]] = defaultdict(list)
    for item, amount in entry.allocations:
        by_customer[item.customer_id].append((item, amount))
    by_customer.setdefault(entry.customer_id, [])
    left = entry.of_items_minor
    customers = [customer for customer in by_customer if customer != entry.customer_id] + [entry.customer_id]
    for customer in customers:
        allocations = by_customer[customer]
        is_last = customer == entry.customer_id
        share = left if is_last else sum(amount for _, amount in allocations)
        adjusted = entry.adjusted_minor if is_last else 0
        _check(entry, allocations, share, adjusted, is_last=is_last)
        if share:
            _prepare_customer(entry, customer, allocations, share, adjusted, batch)
        left -= share


def _check(
    entry: Entry, allocations: Sequence[tuple[OpenItem, int]], share: int, adjusted: int, *, is_last: bool
) -> None:
    """What is paid, less what is adjusted, is the payment, but for what stays on account."""
    used = sum(amount for _, amount in allocations) - adjusted
    on_account = share - used
    may_stay = is_last and entry.remainder_as in ("on_account", "")
    if share < 0 or on_account < 0 or (on_account and not may_stay):
        raise Refused(
            "entry-does-not-add-up",
            "The items, less the adjustment, come to {used}; the payment is {share}.",
            used=to_decimal_string(used, entry.currency or entry.line.currency),
            share=to_decimal_string(share, entry.currency or entry.line.currency),
        )


def _prepare_customer(
    entry: Entry,
    customer_id: int,
    allocations: Sequence[tuple[OpenItem, int]],
    share: int,
    adjusted: int,
    batch: _Batch,
) -> None:
    payment = entry.payment or _payment(entry, customer_id, share)
    if entry.payment is None:
        batch.items.append(payment)
        posting = BankPosting(
            company_id=entry.line.company_id,
            line=entry.line,
            item=payment,
            amount_minor=share if entry.worth_minor is None else entry.of_line_minor,
            by_id=entry.by,
        )
        batch.postings.append(posting)
    sources = [(item, -amount) for item, amount in allocations if amount < 0] + [(payment, share)]
    if adjusted:
        adjustment = adjustment_of(entry, customer_id, adjusted)
        batch.items.append(adjustment.item)
        batch.adjustments.append(adjustment)
        sources.append((adjustment.item, adjusted))
    debits = [(item, amount) for item, amount in allocations if amount > 0]
    batch.allocations += _pairs(entry, debits, sources, batch.free_from)
    batch.events.append(_event(entry, customer_id, payment, allocations, adjusted))


def _payment(entry: Entry, customer_id: int, amount_minor: int) -> OpenItem:
    payment = bank_item(entry.line, customer_id, -amount_minor)
    payment.currency = entry.currency or payment.currency
    if entry.worth_minor is not None:
        payment.foreign_currency, payment.foreign_minor = entry.line.currency, -entry.of_line_minor
    return payment


def bank_item(line: BankLine, customer_id: int, amount_minor: int) -> OpenItem:
    """What a bank line brought a customer (below 0) or gave back to it, as an item that is not kept yet."""
    label = " ".join(filter(None, (line.payer_name, line.text)))
    return OpenItem(
        company_id=line.company_id,
        customer_id=customer_id,
        document_type=OpenItem.DocumentType.PAYMENT,
        document_number=line.reference[:80],
        issued_on=line.booked_on,
        due_on=line.booked_on,
        effective_on=line.booked_on,
        currency=line.currency,
        amount_minor=amount_minor,
        open_minor=amount_minor,
        label=clean(label, 200),
        reference=line.end_to_end[:80],
        source=SOURCE,
    )


def adjustment_of(entry: Entry, customer_id: int, amount_minor: int) -> Adjustment:
    """What closes so much of the difference, not kept yet; below 0, what came beyond the items."""
    line = entry.line
    with override(settings.LANGUAGE_CODE):
        label = str(Adjustment.Kind(entry.remainder_as).label)
    item = OpenItem(
        company_id=line.company_id,
        customer_id=customer_id,
        document_type=OpenItem.DocumentType.OTHER,
        document_number=line.reference[:80],
        issued_on=line.booked_on,
        due_on=line.booked_on,
        effective_on=line.booked_on,
        currency=entry.currency or line.currency,
        amount_minor=-amount_minor,
        open_minor=-amount_minor,
        label=label,
        source=ADJUSTED,
    )
    return Adjustment(
        company_id=line.company_id,
        item=item,
        line=line,
        kind=entry.remainder_as,
        is_automatic=entry.by is None,
        made_on=timezone.localdate(),
        by_id=entry.by,
    )


def _pairs(
    entry: Entry,
    debits: Sequence[tuple[OpenItem, int]],
    sources: Sequence[tuple[OpenItem, int]],
    free_from: Mapping[int, date],
) -> list[Allocation]:
    """Credits laid on debits in order: credit notes first, then the payment, the adjustment last."""
    made: list[Allocation] = []
    waiting = list(sources)
    for debit, amount in debits:
        wanted = amount
        while wanted and waiting:
            credit, left = waiting[0]
            part = min(wanted, left)
            made.append(_allocation(entry, debit, credit, part, free_from))
            wanted -= part
            waiting[0] = (credit, left - part)
            if left == part:
                waiting.pop(0)
    return made


def _allocation(
    entry: Entry, debit: OpenItem, credit: OpenItem, amount_minor: int, free_from: Mapping[int, date]
) -> Allocation:
    freed = [free_from[item.pk] for item in (debit, credit) if item.pk in free_from]
    day: date = max(debit.effective_on, credit.effective_on, entry.line.booked_on, *freed)
    return Allocation(
        company_id=entry.line.company_id,
        debit_item=debit,
        credit_item=credit,
        amount_minor=amount_minor,
        effective_on=day,
        group_code=group_code(entry.line),
        source=SOURCE,
        by_id=entry.by,
    )


def group_code(line: BankLine) -> str:
    """The lettering code of all that was lettered with a line."""
    return f"L{line.pk}"


def unletter(
    line: BankLine,
    by: int | None,
    *,
    credits_only: Sequence[OpenItem] | None = None,
    from_day: date | None = None,
) -> list[OpenItem]:
    """Reverse what stands of the lettering made with a line; gives the debits that are open again.

    By default as if it had never been; else from `from_day` on, and only the lettering of `credits_only`.
    """
    standing = Allocation.objects.filter(
        company=line.company_id, source=SOURCE, group_code=group_code(line), reverses=None, reversed_by=None,
        debit_item__in=_debits(line),
    )  # fmt: skip
    if credits_only is not None:
        standing = standing.filter(credit_item__in=credits_only)
    found = list(standing.select_related("debit_item"))
    reverse_allocations(found, by, from_day)
    return [allocation.debit_item for allocation in found]


def reverse_allocations(standing: Sequence[Allocation], by: int | None, from_day: date | None = None) -> None:
    """Undo these from a day on, by default as if they had never been."""
    Allocation.objects.bulk_create(
        Allocation(
            company_id=one.company_id,
            debit_item_id=one.debit_item_id,
            credit_item_id=one.credit_item_id,
            amount_minor=one.amount_minor,
            effective_on=max(from_day or one.effective_on, one.effective_on),
            group_code=one.group_code,
            source=one.source,
            by_id=by,
            reverses=one,
        )
        for one in standing
    )


def _debits(line: BankLine) -> Any:
    """Items that the payments of a line ever settled: by these, which are few, the allocations are found."""
    credits_made = BankPosting.objects.filter(line=line).values("item")
    return Allocation.objects.filter(credit_item__in=credits_made).values("debit_item")


def _event(
    entry: Entry,
    customer_id: int,
    payment: OpenItem,
    allocations: Sequence[tuple[OpenItem, int]],
    adjusted: int,
) -> Event:
    currency = payment.currency
    return Event(
        company_id=entry.line.company_id,
        customer_id=customer_id,
        kind="payment-lettered" if allocations else "payment-on-account",
        by_id=entry.by,
        text=payment.document_number,
        happened_at=timezone.now(),
        data={
            "line": entry.line.pk,
            "amount": to_decimal_string(-payment.amount_minor, currency),
            "currency": currency,
            "documents": [
                {
                    "document": item.document_number,
                    "label": item.label,
                    "amount": to_decimal_string(amount, currency),
                }
                for item, amount in allocations
            ],
            **({entry.remainder_as: to_decimal_string(adjusted, currency)} if adjusted else {}),
            "reasons": [dict(reason) for reason in entry.reasons],
        },
    )
