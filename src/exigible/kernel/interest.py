"""Late-payment interest, worked out line by line as it is claimed, and the fixed indemnity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from exigible.kernel.errors import Refused
from exigible.kernel.money import Money
from exigible.kernel.rates import FR_RATES, Confidence, FrenchRates, HalfYear

_ONE_DAY: Final = timedelta(days=1)
_YEAR_OF_HUNDREDTHS_OF_A_PERCENT: Final = 365 * 100 * 100

FR_INDEMNITY: Final = Money(4000, "EUR")
"""40 euros for each late invoice (C. com. L441-10 II and D441-5)."""


@dataclass(frozen=True, slots=True)
class RatePeriod:
    """A rate a year, in hundredths of a percent, from one day to another; without `ends_on`, for good.

    `source` and `confidence` say where the rate comes from, so that a letter can quote it.
    """

    starts_on: date
    ends_on: date | None
    rate: int
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class InterestLine:
    """The interest of one amount at one rate: both days are counted; amounts in minor units."""

    starts_on: date
    ends_on: date
    days: int
    base_minor: int
    rate: int
    interest_minor: int
    source: str
    confidence: Confidence


def _b2b_period(rates: FrenchRates) -> RatePeriod:
    half_year = rates.half_year
    return RatePeriod(
        half_year.starts_on, half_year.ends_on, rates.b2b_default, rates.source, rates.refinancing_confidence
    )


FR_B2B: Final = tuple(_b2b_period(rates) for rates in FR_RATES.values())
"""ECB rate of 1 January or 1 July and 10 points, half-year by half-year (C. com. L441-10 II)."""


def default_periods(country: str, own: Iterable[RatePeriod] = ()) -> tuple[RatePeriod, ...]:
    """The rates that run by law between professionals when none was agreed, with the user's own.

    A rate of `own` stands for the listed one that starts the same day, and for half-years not listed yet.
    Only France has listed rates: elsewhere (Monaco and Madagascar have no such rule that could be found)
    the user's are the only ones, and without any `late_interest` refuses.
    """
    periods = {period.starts_on: period for period in (FR_B2B if country == "FR" else ())}
    periods.update({period.starts_on: period for period in own})
    return tuple(periods[starts_on] for starts_on in sorted(periods))


def public_buyer_period(due_on: date) -> RatePeriod:
    """The rate of a debt of a French public buyer due that day, the same for the whole delay.

    ECB rate of the first day of the half-year in which interest starts, and 8 points (Code de la commande
    publique, R2192-31). Raises Refused("rate-not-set") for a half-year that is not listed.
    """
    starts_on = due_on + _ONE_DAY
    rates = french_rates(starts_on)
    return RatePeriod(starts_on, None, rates.public_default, rates.source, rates.refinancing_confidence)


def french_rates(day: date) -> FrenchRates:
    """The French rates of that day. Raises Refused("rate-not-set") when they are not listed."""
    rates = FR_RATES.get(HalfYear.of(day))
    if rates is None:
        raise _rate_not_set(day)
    return rates


def late_interest(
    open_minor: int, due_on: date, until: date, periods: Sequence[RatePeriod]
) -> list[InterestLine]:
    """Interest on an unpaid amount (VAT included) from the day after it was due to `until`, both counted.

    One line for each rate: actual days over 365, in leap years too, rounded to the minor unit once, half
    up. No reminder is needed for it to run (C. com. L441-10 II). Nothing runs on a credit or before the due
    date. For an amount paid in part on a day P, work out each stretch by itself: what was open before, until
    P, then what is left with P as `due_on`.

    Raises Refused("rate-not-set") with the `half_year` when a day has no rate, Refused("overlapping-rates")
    when a day has two.
    """
    if open_minor <= 0:
        return []
    ordered = _without_overlap(periods)
    lines = []
    starts_on = due_on + _ONE_DAY
    while starts_on <= until:
        line = _line(open_minor, starts_on, until, _period_of(starts_on, ordered))
        lines.append(line)
        starts_on = line.ends_on + _ONE_DAY
    return lines


def _line(open_minor: int, starts_on: date, until: date, period: RatePeriod) -> InterestLine:
    ends_on = until if period.ends_on is None else min(until, period.ends_on)
    days = (ends_on - starts_on).days + 1
    interest = _divided_half_up(open_minor * period.rate * days, _YEAR_OF_HUNDREDTHS_OF_A_PERCENT)
    return InterestLine(
        starts_on, ends_on, days, open_minor, period.rate, interest, period.source, period.confidence
    )


def _divided_half_up(amount: int, divisor: int) -> int:
    return (2 * amount + divisor) // (2 * divisor)


def _period_of(day: date, periods: Sequence[RatePeriod]) -> RatePeriod:
    for period in periods:
        if period.starts_on <= day and (period.ends_on is None or day <= period.ends_on):
            return period
    raise _rate_not_set(day)


def _without_overlap(periods: Sequence[RatePeriod]) -> list[RatePeriod]:
    ordered = sorted(periods, key=lambda period: period.starts_on)
    for earlier, later in pairwise(ordered):
        if earlier.ends_on is None or later.starts_on <= earlier.ends_on:
            raise Refused("overlapping-rates", "Two interest rates are set for {day}.", day=later.starts_on)
    return ordered


def _rate_not_set(day: date) -> Refused:
    half_year = str(HalfYear.of(day))
    return Refused("rate-not-set", "No late-interest rate is set for {half_year}.", half_year=half_year)


def fixed_indemnity(
    country: str,
    due_on: date,
    as_of: date,
    *,
    professional_debtor: bool,
    insolvency_opened_on: date | None = None,
) -> Money | None:
    """The indemnity for recovery costs of one late invoice, owed once; None when none is owed.

    French law alone has it, for a professional debtor, without reminder, from the day after the due date
    (C. com. L441-10 II, D441-5). An invoice falling due on or after the opening of insolvency proceedings
    bears none: the debtor is then forbidden to pay it on time. `country` is the one whose law governs.
    """
    if country != "FR" or not professional_debtor or as_of <= due_on:
        return None
    if insolvency_opened_on is not None and due_on >= insolvency_opened_on:
        return None
    return FR_INDEMNITY
