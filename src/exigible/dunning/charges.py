"""Late interest and the fixed indemnity, where the law or the contract of the creditor gives them.

The law is that of the creditor's country. In France, between professionals: interest at the ECB's rate and
10 points, or at the rate agreed, and 40 € an invoice (C. com. L441-10 II, D441-5). In Monaco and Madagascar
no such rule is known: the rate agreed, or nothing. Individuals and public bodies are claimed nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from exigible.documents.model import InterestAnnex, InterestRow, LetterCharge
from exigible.documents.wording import date_in_text
from exigible.documents.wording import rate as rate_words
from exigible.kernel.errors import Refused
from exigible.kernel.interest import (
    FR_INDEMNITY,
    InterestLine,
    RatePeriod,
    default_periods,
    fixed_indemnity,
    late_interest,
)
from exigible.kernel.money import format_amount, in_units_paid
from exigible.ledger.models import Company, Customer, OpenItem


@dataclass(frozen=True, slots=True)
class Charges:
    """What is claimed beside the items; empty where nothing can be."""

    interest: LetterCharge | None = None
    indemnity: LetterCharge | None = None
    annex: InterestAnnex | None = None

    @property
    def lines(self) -> tuple[LetterCharge, ...]:
        return tuple(charge for charge in (self.interest, self.indemnity) if charge is not None)


def contract_rate(company: Company) -> int | None:
    """The rate agreed in the general terms, in hundredths of a percent a year."""
    agreed = company.late_interest_rate
    return None if agreed is None else int((Decimal(agreed) * 100).to_integral_value())


def charges_of(
    company: Company,
    customer: Customer,
    claimed: Sequence[tuple[OpenItem, int]],
    credits_minor: int,
    on: date,
    language: str,
    names: Mapping[int, str],
) -> Charges:
    """What may be added to overdue items of one currency and what is `claimed` of each, less credits (≤ 0).

    `names`: what the annex calls each item. Nothing when a rate of the period is not known: what cannot be
    worked out exactly is not claimed.
    """
    periods = _periods(company)
    if customer.kind != Customer.Kind.BUSINESS or not periods:
        return Charges()
    try:
        worked = [
            (item, replace(line, interest_minor=in_units_paid(line.interest_minor, item.currency)))
            for item, base in _bases(claimed, credits_minor)
            for line in late_interest(base, item.due_on, on, periods)
        ]
    except Refused:
        return Charges()
    with override(language):
        return Charges(
            _interest(worked, on, language),
            _indemnity(company, [item for item, _claimed in claimed], on, language),
            _annex(company, worked, language, names),
        )


def _periods(company: Company) -> tuple[RatePeriod, ...]:
    agreed = contract_rate(company)
    if agreed is None:
        return default_periods(company.country)
    return (RatePeriod(date.min, None, agreed, "", "high"),)


def _bases(claimed: Sequence[tuple[OpenItem, int]], credits_minor: int) -> Iterable[tuple[OpenItem, int]]:
    """What is left of each item once the credits have paid the oldest ones."""
    left = -credits_minor
    for item, minor in sorted(claimed, key=lambda each: (each[0].due_on, each[0].pk)):
        paid = min(left, minor)
        left -= paid
        yield item, minor - paid


def _interest(
    worked: Sequence[tuple[OpenItem, InterestLine]], on: date, language: str
) -> LetterCharge | None:
    total = sum(line.interest_minor for _item, line in worked)
    if not total:
        return None
    label = _("Late-payment interest to {date} (see the annex)").format(date=date_in_text(on, language))
    return LetterCharge(label, total)


def _indemnity(company: Company, items: Sequence[OpenItem], on: date, language: str) -> LetterCharge | None:
    """40 € once for each late invoice, however many of its due dates are late."""
    invoices = {
        (item.document_number, item.issued_on)
        for item in items
        if item.document_type == OpenItem.DocumentType.INVOICE
        and item.currency == FR_INDEMNITY.currency
        and fixed_indemnity(company.country, item.due_on, on, professional_debtor=True)
    }
    if not invoices:
        return None
    label = ngettext(
        "Fixed recovery charge: {count} invoice at {amount}",
        "Fixed recovery charge: {count} invoices at {amount}",
        len(invoices),
    ).format(
        count=len(invoices),
        amount=format_amount(FR_INDEMNITY.minor, FR_INDEMNITY.currency, locale=language, with_symbol=True),
    )
    return LetterCharge(label, FR_INDEMNITY.minor * len(invoices))


def _annex(
    company: Company,
    worked: Sequence[tuple[OpenItem, InterestLine]],
    language: str,
    names: Mapping[int, str],
) -> InterestAnnex | None:
    rows = tuple(
        InterestRow(
            document=names[item.pk],
            base_minor=line.base_minor,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            days=line.days,
            rate=line.rate,
            interest_minor=line.interest_minor,
        )
        for item, line in worked
        if line.interest_minor
    )
    return InterestAnnex(rows, (_rule(company, language),)) if rows else None


def _rule(company: Company, language: str) -> str:
    agreed = contract_rate(company)
    if agreed is not None:
        return _("Rate agreed in our general terms: {rate} a year, by actual days over 365.").format(
            rate=rate_words(agreed, language)
        )
    return _(
        "Rate of the European Central Bank on the first day of the half-year and 10 points (article"
        " L441-10 II of the French Code de commerce), by actual days over 365."
    )
