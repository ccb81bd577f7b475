"""French late-payment and legal interest rates by half-year, each with where it was read and how surely.

Rates are hundredths of a percent a year (1215 is 12.15 %). A half-year that is not here is not known: the
rate of 2027 H1 depends on the ECB's rate on 1 January 2027.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Confidence = Literal["high", "medium", "low", "unverified"]
"""high: the official text, or two independent copies that agree; medium: one secondary source; low: partial
or doubtful; unverified: from general knowledge, to be checked before it is relied on."""

_POINTS_B2B: Final = 1000
_POINTS_PUBLIC: Final = 800


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """1 January to 30 June (half 1) or 1 July to 31 December (half 2). str() gives "2026 H2"."""

    year: int
    half: Literal[1, 2]

    @classmethod
    def of(cls, day: date) -> HalfYear:
        """The half-year that day is in."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def starts_on(self) -> date:
        return date(self.year, 1, 1) if self.half == 1 else date(self.year, 7, 1)

    @property
    def ends_on(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def __str__(self) -> str:
        return f"{self.year} H{self.half}"


@dataclass(frozen=True, slots=True)
class FrenchRates:
    """The rates in force in France in one half-year.

    `refinancing`: the ECB's main refinancing rate on its first day. `legal_individuals` and `legal_others`:
    the two series of the legal interest rate (C. mon. fin. L313-2); a company as creditor has the second.
    """

    half_year: HalfYear
    refinancing: int
    refinancing_confidence: Confidence
    legal_individuals: int
    legal_individuals_confidence: Confidence
    legal_others: int
    legal_others_confidence: Confidence
    source: str

    @property
    def b2b_default(self) -> int:
        """Between professionals when none was agreed: ECB rate and 10 points (C. com. L441-10 II).

        The floor of an agreed rate is no floor of this one: in 2024 it was above it and did not apply.
        """
        return self.refinancing + _POINTS_B2B

    @property
    def public_default(self) -> int:
        """For a public buyer, if interest starts in this half-year: ECB rate and 8 points (CCP R2192-31)."""
        return self.refinancing + _POINTS_PUBLIC

    @property
    def agreed_floor(self) -> int:
        """The least that can be agreed between professionals: three times the legal rate (L441-10 II)."""
        return 3 * self.legal_others


_H: Final = "high"
_M: Final = "medium"
_L: Final = "low"
_U: Final = "unverified"

_ECB: Final = "ECB key interest rates"

FR_RATES: Final[dict[HalfYear, FrenchRates]] = {
    rates.half_year: rates
    for rates in (
        FrenchRates(HalfYear(2019, 1), 0, _H, 340, _H, 86, _H, f"{_ECB}; arrêté of 2018-12-21"),
        FrenchRates(HalfYear(2019, 2), 0, _H, 326, _M, 87, _M, f"{_ECB}; aeccompta.com"),
        FrenchRates(HalfYear(2020, 1), 0, _H, 315, _H, 87, _H, f"{_ECB}; aeccompta.com, cabinet-cec.fr"),
        FrenchRates(HalfYear(2020, 2), 0, _H, 311, _M, 84, _M, f"{_ECB}; cabinet-cec.fr"),
        FrenchRates(HalfYear(2021, 1), 0, _H, 314, _H, 79, _H, f"{_ECB}; dandrel-avocats.fr, dormane.fr"),
        FrenchRates(HalfYear(2021, 2), 0, _H, 312, _H, 76, _H, f"{_ECB}; dandrel-avocats.fr"),
        FrenchRates(HalfYear(2022, 1), 0, _H, 313, _U, 76, _M, f"{_ECB}; exeoffice.eu"),
        FrenchRates(HalfYear(2022, 2), 0, _M, 315, _H, 77, _H, f"{_ECB}; notaires2normandie.com"),
        FrenchRates(HalfYear(2023, 1), 250, _U, 447, _H, 206, _H, "notaires2normandie.com"),
        FrenchRates(HalfYear(2023, 2), 400, _M, 682, _H, 422, _H, "arrêté ECOT2317028A; yosefardi.com"),
        FrenchRates(HalfYear(2024, 1), 450, _U, 801, _U, 507, _M, "exeoffice.eu"),
        FrenchRates(HalfYear(2024, 2), 425, _H, 816, _H, 492, _H, "legifiscal.fr"),
        FrenchRates(HalfYear(2025, 1), 315, _H, 721, _H, 371, _H, f"{_ECB} of 2024-12-18; legifiscal.fr"),
        FrenchRates(HalfYear(2025, 2), 215, _H, 665, _H, 276, _H, f"{_ECB} of 2025-06-11; legifiscal.fr"),
        FrenchRates(
            HalfYear(2026, 1), 215, _H, 667, _H, 262, _H, f"{_ECB}; arrêté of 2025-12-15 (JO 2025-12-26)"
        ),
        FrenchRates(
            HalfYear(2026, 2), 240, _H, 684, _L, 275, _H,
            f"{_ECB} of 2026-06-17; arrêté of 2026-06-26 (JO 2026-06-30)",
        ),
    )
}  # fmt: skip
