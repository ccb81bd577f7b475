"""Which payment a returned line may give back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from exigible.cash.refunds import standing_postings
from exigible.cash.rules.names import likeness
from exigible.ledger.models import Allocation, BankLine, BankPosting

_LONGEST: Final = timedelta(days=400)
"""A debit may be refused for thirteen months (SEPA Direct Debit Core rulebook, 4.3.4)."""

_MOST_LOOKED_AT: Final = 200
_ALIKE: Final = 85
_LEAST_REFERENCE: Final = 6
_MOST_CHARGES: Final = 5_000
"""Minor units that a bank may take with a returned payment."""
MOST_ORIGINALS: Final = 9


def original_of(returned: BankLine) -> BankLine | None:
    """The earlier line of that amount which is given back, by the references of either; None if unsure."""
    earlier = BankLine.objects.filter(
        company=returned.company_id,
        account=returned.account_id,
        amount_minor=-returned.amount_minor,
        booked_on__range=(returned.booked_on - _LONGEST, returned.booked_on),
        left_minor=0,
    ).exclude(pk__in=_given_back(returned.company_id))
    wanted = {returned.returned_reference, returned.end_to_end} - {""}
    mandates = {returned.mandate} - {""}
    by_reference = [
        line for line in earlier if wanted & {line.reference, line.end_to_end} or line.mandate in mandates
    ]
    if wanted or mandates:
        return by_reference[0] if len(by_reference) == 1 else None
    same_payer = [line for line in earlier if returned.payer_iban and line.payer_iban == returned.payer_iban]
    return same_payer[0] if len(same_payer) == 1 else None


def _settled_by_a_return(company_id: int) -> QuerySet[Allocation, int]:
    """Payments, as items, that came back already: each settles the item of its return."""
    returned = BankPosting.objects.filter(company=company_id, amount_minor__lt=0).values("item")
    settled = Allocation.objects.filter(debit_item__in=returned, reverses=None, reversed_by=None)
    return settled.values_list("credit_item", flat=True)


def _given_back(company_id: int) -> QuerySet[BankPosting, int]:
    """Lines of which all, or a share, came back already."""
    settled = _settled_by_a_return(company_id)
    return BankPosting.objects.filter(company=company_id, item__in=settled, reverses=None).values_list(
        "line", flat=True
    )


@dataclass(frozen=True, slots=True)
class Original:
    """A payment that may have come back: a bank line, or one `share` of it (a cheque of several paid in)."""

    line: BankLine
    share: BankPosting | None = None

    @property
    def amount_minor(self) -> int:
        return self.share.amount_minor if self.share else self.line.amount_minor

    @property
    def key(self) -> str:
        return f"{self.line.pk}-{self.share.pk}" if self.share else str(self.line.pk)


def originals_for(returned: BankLine, lines: QuerySet[BankLine], text: str = "") -> list[Original]:
    """Payments among `lines` that the returned line may give back, the likeliest first.

    Of its very amount; less up to some charges of the bank where the two have something in common; with
    `text`, any of at most that amount whose payer, words or reference have it.
    """
    earlier = lines.filter(
        company=returned.company_id,
        account=returned.account_id,
        booked_on__range=(returned.booked_on - _LONGEST, returned.booked_on),
        amount_minor__gt=0,
    )
    whole = earlier.filter(left_minor=0).exclude(pk__in=_given_back(returned.company_id))
    latest = [*map(Original, _latest(whole, returned, text)), *_shares_for(returned, earlier, text)]
    amount = -returned.left_minor
    told = {amount, amount - (returned.charges_minor or 0)}
    likely = [one for one in latest if text or one.amount_minor in told or speaks_for(returned, one)]
    return sorted(likely, key=lambda one: -speaks_for(returned, one))[:MOST_ORIGINALS]


def _latest(lines: QuerySet[BankLine], returned: BankLine, text: str) -> QuerySet[BankLine]:
    amount = -returned.left_minor
    if text:
        words = Q(payer_name__icontains=text) | Q(text__icontains=text) | Q(reference__icontains=text)
        lines = lines.filter(words, amount_minor__lte=amount)
    else:
        lines = lines.filter(amount_minor__range=(amount - _MOST_CHARGES, amount))
    return lines.order_by("-booked_on", "-pk")[:_MOST_LOOKED_AT]


def _shares_for(returned: BankLine, lines: QuerySet[BankLine], text: str) -> list[Original]:
    """What was lettered apart from the rest of a line, each share by itself."""
    amount = -returned.left_minor
    standing = BankPosting.objects.filter(reverses=None, reversed_by=None)
    beside = standing.filter(line=OuterRef("line")).exclude(pk=OuterRef("pk"))
    found = standing.filter(Exists(beside), line__in=lines, amount_minor__gt=0).exclude(
        item__in=_settled_by_a_return(returned.company_id)
    )
    if text:
        words = Q(item__customer__name__icontains=text) | Q(line__text__icontains=text)
        found = found.filter(words | Q(line__reference__icontains=text), amount_minor__lte=amount)
    else:
        found = found.filter(amount_minor__range=(amount - _MOST_CHARGES, amount))
    latest = found.select_related("line__match", "item__customer").order_by("-line__booked_on", "-pk")
    return [Original(posting.line, posting) for posting in latest[:_MOST_LOOKED_AT]]


def speaks_for(returned: BankLine, original: Original) -> int:
    """What the two have in common, the surest counting most."""
    line, share = original.line, original.share
    wanted = {returned.returned_reference, returned.end_to_end} - {"", "NOTPROVIDED"}
    own = {line.reference, line.end_to_end} - {"", "NOTPROVIDED"}
    words = f"{returned.text} {returned.bank_text}"
    by_reference = bool(wanted & own) or any(one in words for one in own if len(one) >= _LEAST_REFERENCE)
    by_mandate = bool(returned.mandate) and returned.mandate == line.mandate
    by_account = bool(returned.payer_iban) and returned.payer_iban == line.payer_iban
    name = share.item.customer.name if share else line.payer_name
    by_name = likeness(returned.payer_name, name) >= _ALIKE if returned.payer_name else False
    return 8 * by_reference + 4 * by_mandate + 2 * by_account + by_name


def still_given(line: BankLine, share_id: int | None) -> Original | None:
    """The payment, where all of it is lettered, or that share of it is, and did not come back yet."""
    if share_id is None:
        is_free = not line.left_minor and not _given_back(line.company_id).filter(line=line).exists()
        return Original(line) if is_free else None
    settled = _settled_by_a_return(line.company_id)
    share = next((posting for posting in standing_postings(line) if posting.pk == share_id), None)
    return Original(line, share) if share and not settled.filter(credit_item=share.item).exists() else None
