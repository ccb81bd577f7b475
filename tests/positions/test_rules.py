"""The small rules: sums by currency, average delay, ends of months."""

from __future__ import annotations

from datetime import date

import pytest

from exigible.kernel.ageing import Buckets
from exigible.positions.rules import Ageing, average_days_overdue, month_ends, totals


def test_the_parts_of_an_ageing_make_its_sums() -> None:
    ageing = Ageing((100, 20, 3), -50)
    assert (ageing.not_due, ageing.overdue, ageing.total) == (100, 23, 73)
    assert ageing + Ageing.zero(Buckets((30,))) == ageing


def test_totals_never_add_two_currencies() -> None:
    rows = [("EUR", Ageing((1, 2), -1)), ("USD", Ageing((10, 0), 0)), ("EUR", Ageing((5, 0), -2))]
    assert totals(rows) == {"EUR": Ageing((6, 2), -3), "USD": Ageing((10, 0), 0)}


@pytest.mark.parametrize(
    ("weighted", "overdue", "days"),
    [(0, 0, None), (300, 100, 3), (250, 100, 3), (249, 100, 2), (10**30, 1, 10**30)],
)
def test_the_average_delay_is_rounded_half_up_and_none_without_overdue(
    weighted: int, overdue: int, days: int | None
) -> None:
    assert average_days_overdue(weighted, overdue) == days


def test_months_end_on_their_last_day_and_the_last_one_on_the_day_asked_for() -> None:
    assert month_ends(date(2028, 3, 15), 3) == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 15)]
    assert month_ends(date(2026, 3, 31), 2) == [date(2026, 2, 28), date(2026, 3, 31)]
    assert month_ends(date(1, 1, 20), 13) == [date(1, 1, 20)]
