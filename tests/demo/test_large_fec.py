"""The big FEC for measuring is a true FEC of the size that was asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from tests.demo.reading import Line, read_fec

from exigible.demo.large_fec import generate_fec_lines


def made(path: Path, lines: int, customers: int = 40, seed: int = 1) -> list[Line]:
    generate_fec_lines(path, lines=lines, customers=customers, seed=seed)
    return list(read_fec(path, "utf-8"))


@given(lines=st.integers(min_value=2, max_value=3_000), seed=st.integers(min_value=0, max_value=5))
def test_it_has_exactly_the_lines_asked_for_and_balances(
    tmp_path_factory: object, lines: int, seed: int
) -> None:
    path = Path(str(tmp_path_factory.getbasetemp())) / "000000000FEC20251231.txt"  # type: ignore[attr-defined]
    found = made(path, lines, seed=seed)
    assert len(found) == lines
    entries: Counter[str] = Counter()
    for line in found:
        entries[line.entry] += line.amount
    assert set(entries.values()) == {0}


def test_its_lettered_groups_sum_to_zero_and_its_days_follow_each_other(tmp_path: Path) -> None:
    lines = made(tmp_path / "000000000FEC20251231.txt", 5_000)
    assert [line.day for line in lines] == sorted(line.day for line in lines)
    groups: Counter[tuple[str, str]] = Counter()
    for line in lines:
        if line.letter:
            groups[line.customer, line.letter] += line.amount
    assert len(groups) > 500
    assert set(groups.values()) == {0}


def test_it_has_every_customer_and_some_unpaid_invoices(tmp_path: Path) -> None:
    lines = made(tmp_path / "000000000FEC20251231.txt", 5_000, customers=300)
    assert len({line.customer for line in lines if line.customer}) == 300
    assert any(line.account == "411000" and not line.letter for line in lines)
