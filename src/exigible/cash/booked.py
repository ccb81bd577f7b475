"""Bank lines that the books hold already: a payment of the same amount, at most some days apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, Max, OuterRef, QuerySet

from exigible.cash.rows import among
from exigible.cash.rules.facts import Payer
from exigible.cash.rules.payers import is_sure
from exigible.ledger.models import BankLine, BankPosting, Company, OpenItem

DAYS_APART: Final = 7
"""Most days between the bank's date and the books' for one payment."""
BOOKS: Final = ("fec", "items")
_GROSS_PERCENT: Final = 3
"""Most that the books may have more than the bank: they credit the customer before charges and discount."""


def link(
    company: Company, lines: Sequence[BankLine], payers: Mapping[int, Sequence[Payer]], until: date | None
) -> dict[int, OpenItem]:
    """Post to the books' own payments the lines that are surely these; gives the payments by line.

    `until` is the day up to which the books hold all payments, as `books_until` tells it.

    Sure are a line and a payment of the same customer and amount, the nearest in date; where the payer is
    not known, the only line and the only payment of that amount; and the only payment of a sure payer that
    the books credit for a little more, before charges or discount.
    """
    held = _held(company, lines)
    found: dict[int, OpenItem] = {}
    taken: set[int] = set()
    for line in lines:
        item = _same(line, held.get((line.left_minor, line.currency), ()), payers[line.pk], taken, lines)
        if item is not None:
            found[line.pk] = item
            taken.add(item.pk)
    for line in lines:
        if line.pk not in found and until and line.booked_on <= until + timedelta(days=DAYS_APART):
            item = _gross(line, payers[line.pk], taken)
            if item is not None:
                found[line.pk] = item
                taken.add(item.pk)
    by_id = {line.pk: line for line in lines}
    BankPosting.objects.bulk_create(
        BankPosting(company=company, line=by_id[line], item=item, amount_minor=by_id[line].left_minor)
        for line, item in found.items()
    )
    return found


def _held(company: Company, lines: Sequence[BankLine]) -> dict[tuple[int, str], list[OpenItem]]:
    """Payments in the books, by amount, that no bank line stands for yet."""
    found: dict[tuple[int, str], list[OpenItem]] = defaultdict(list)
    if not lines:
        return found
    days = [line.booked_on for line in lines]
    apart = timedelta(days=DAYS_APART)
    items = _payments(company.pk).filter(
        amount_minor__in=among({-line.left_minor for line in lines}),
        effective_on__range=(min(days) - apart, max(days) + apart),
    )
    for item in items.order_by("effective_on", "pk"):
        found[-item.amount_minor, item.currency].append(item)
    return found


def _payments(company_id: int) -> QuerySet[OpenItem]:
    """Payments in the books that no bank line stands for yet."""
    undone = BankPosting.objects.filter(reverses=OuterRef("pk"))
    posted = BankPosting.objects.filter(item=OuterRef("pk"), reverses=None).exclude(Exists(undone))
    return (
        OpenItem.objects.filter(company=company_id, is_reversed=False, amount_minor__lt=0, source__in=BOOKS)
        .exclude(document_type=OpenItem.DocumentType.CREDIT_NOTE)
        .exclude(Exists(posted))
    )


def _gross(line: BankLine, payers: Sequence[Payer], taken: Collection[int]) -> OpenItem | None:
    sure = [payer.customer_id for payer in payers if is_sure(payer)]
    apart = timedelta(days=DAYS_APART)
    if not sure:
        return None
    near = _payments(line.company_id).filter(
        customer__in=sure,
        currency=line.currency,
        document_type=OpenItem.DocumentType.PAYMENT,
        amount_minor__range=(-line.left_minor * (100 + _GROSS_PERCENT) // 100, -line.left_minor - 1),
        effective_on__range=(line.booked_on - apart, line.booked_on + apart),
    )
    found = list(near.exclude(pk__in=taken)[:2])
    return found[0] if len(found) == 1 else None


def books_until(company: Company) -> date | None:
    """The day of the last payment that the books hold: up to about then they hold all of them."""
    days = OpenItem.objects.filter(
        company=company, is_reversed=False, source="fec", document_type=OpenItem.DocumentType.PAYMENT
    ).aggregate(last=Max("effective_on"))
    last: date | None = days["last"]
    return last


def _same(
    line: BankLine,
    items: Sequence[OpenItem],
    payers: Sequence[Payer],
    taken: Collection[int],
    lines: Sequence[BankLine],
) -> OpenItem | None:
    near = [
        item
        for item in items
        if item.pk not in taken and abs((item.effective_on - line.booked_on).days) <= DAYS_APART
    ]
    sure = {payer.customer_id for payer in payers if is_sure(payer)}
    kin = {payer.customer_id for payer in payers if payer.is_group}
    own = [item for item in near if item.customer_id in sure] or [
        item for item in near if item.customer_id in kin
    ]
    if own:
        return min(own, key=lambda item: (abs((item.effective_on - line.booked_on).days), item.pk))
    if sure or len(near) != 1:
        return None
    alike = [other for other in lines if other.left_minor == line.left_minor and other.pk != line.pk]
    return None if alike else near[0]


def outgoing(line: BankLine, customer_id: int, amount_minor: int, currency: str) -> OpenItem | None:
    """The one debit of the books that is this money going out: a rejected payment, or a refund.

    `amount_minor` is positive. None where the books hold none, or several that it may be.
    """
    undone = BankPosting.objects.filter(reverses=OuterRef("pk"))
    posted = BankPosting.objects.filter(item=OuterRef("pk"), reverses=None).exclude(Exists(undone))
    apart = timedelta(days=DAYS_APART)
    found = OpenItem.objects.filter(
        company=line.company_id,
        customer=customer_id,
        currency=currency,
        amount_minor=amount_minor,
        is_reversed=False,
        source__in=BOOKS,
        effective_on__range=(line.booked_on - apart, line.booked_on + apart),
    ).exclude(document_type=OpenItem.DocumentType.INVOICE)
    near = list(found.exclude(Exists(posted))[:2])
    return near[0] if len(near) == 1 else None
