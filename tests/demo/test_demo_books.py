"""The demo's books are true books: whoever adds them up again finds what they say."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise

import pytest
from tests.demo.reading import ENCODINGS, Group, Line, buckets_from_files, minor, read_fec

from exigible.demo.generate import generate
from exigible.demo.manifest import read_truth


@pytest.fixture(params=["MNS", "TDI"])
def company(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_there_are_three_years_and_their_files_bear_the_legal_name(group: Group, company: str) -> None:
    names = [file.path.split("/")[1] for file in group.manifest.files_of(company, "fec")]
    books_id = {"MNS": "000578252", "TDI": "9000003517"}[company]
    assert names == [f"{books_id}FEC{year}1231.txt" for year in (2024, 2025, 2026)]


def test_one_company_writes_utf_8_and_the_other_windows_1252(group: Group) -> None:
    for code, encoding in (("MNS", "utf-8"), ("TDI", "cp1252")):
        file = group.manifest.files_of(code, "fec")[-1]
        raw = (group.folder / file.path).read_bytes()
        assert any(byte > 127 for byte in raw)
        assert not raw.startswith(b"\xef\xbb\xbf")
        if encoding == "cp1252":
            with pytest.raises(UnicodeDecodeError):
                raw.decode("utf-8")


def test_every_entry_balances(group: Group, company: str) -> None:
    sums: Counter[tuple[int, str, str, str]] = Counter()
    for line in group.books(company):
        sums[line.year, line.journal, line.entry, line.day] += line.amount
    assert sums
    assert set(sums.values()) == {0}


def test_entries_follow_each_other_in_order_of_date_and_number(group: Group, company: str) -> None:
    by_year: dict[int, list[Line]] = defaultdict(list)
    for line in group.books(company):
        by_year[line.year].append(line)
    for lines in by_year.values():
        assert all(before.day <= after.day for before, after in pairwise(lines))
        last: dict[str, int] = defaultdict(int)
        for line in lines:
            counter = "" if company == "MNS" else line.journal
            assert int(line.entry) - last[counter] in (0, 1)
            last[counter] = int(line.entry)


def test_the_books_stop_on_the_eve_of_today(group: Group, company: str) -> None:
    assert max(line.day for line in group.books(company)) <= "20261120"


def test_a_year_opens_with_what_the_year_before_closed(group: Group, company: str) -> None:
    closing: dict[int, Counter[str]] = defaultdict(Counter)
    opening: dict[int, Counter[str]] = defaultdict(Counter)
    for line in group.books(company):
        account = f"{line.account}/{line.customer}"
        if account[0] in "67":
            account = "result"
        closing[line.year][account] += line.amount
        if line.is_opening:
            opening[line.year][account] += line.amount
    for year in (2024, 2025):
        result = closing[year].pop("result")
        closing[year]["120000/" if result < 0 else "129000/"] += result
        assert +closing[year] == +opening[year + 1]
        assert -closing[year] == -opening[year + 1]


def test_an_opening_has_one_line_for_each_open_item_and_one_for_each_other_account(
    group: Group, company: str
) -> None:
    lines = [line for line in group.books(company) if line.is_opening]
    others = Counter((line.year, line.account) for line in lines if not line.is_customers)
    assert set(others.values()) == {1}
    items = Counter((line.year, line.customer, line.ref) for line in lines if line.is_customers)
    assert set(items.values()) == {1}
    assert {line.day[4:] for line in lines} == {"0101"}
    assert any(line.letter for line in lines), "an item of last year is lettered with this year's payment"


def test_an_opening_line_repeats_the_line_it_carries(group: Group, company: str) -> None:
    seen = set()
    for line in group.books(company):
        if line.is_customers:
            key = (line.account, line.customer, line.ref, line.piece_day, line.amount)
            assert not line.is_opening or line.year == 2024 or key in seen
            seen.add(key)


def test_customer_accounts_add_up_to_the_manifest(group: Group, company: str) -> None:
    truth = group.manifest.company(company)
    balances: Counter[str] = Counter()
    for line in group.books(company):
        if line.is_customers and (not line.is_opening or line.year == 2024):
            balances[line.customer] += line.amount
    assert sum(balances.values()) == minor(truth.balance) == minor(truth.receivables_at["2026"])
    expected = read_truth(group.folder / truth.truth)
    assert {code: minor(row["balance"]) for code, row in expected.items() if row["items"] != "0"} == dict(
        balances
    )


def test_lettered_groups_sum_to_zero_but_for_the_partial_ones(group: Group, company: str) -> None:
    sums: Counter[tuple[int, str, str]] = Counter()
    for line in group.books(company):
        if line.letter:
            assert line.is_customers
            sums[line.year, line.customer, line.letter] += line.amount
    truth = group.manifest.company(company)
    assert len(sums) == truth.letterings
    unbalanced = sum(1 for amount in sums.values() if amount)
    assert 0 < truth.partial_letterings <= unbalanced < len(sums) // 10


def test_letters_begin_again_every_year_in_every_account(group: Group, company: str) -> None:
    used: dict[tuple[int, str], set[str]] = defaultdict(set)
    for line in group.books(company):
        if line.letter:
            used[line.year, line.customer].add(line.letter)
            assert str(line.year) == line.lettered_on[:4]
            assert line.lettered_on >= line.piece_day
    for codes in used.values():
        assert "AA" in codes
        assert all(len(code) == 2 and code < "ZZ" for code in codes)
    assert any("AC" in codes for codes in used.values())


def test_what_customers_owe_by_age_follows_from_the_files_alone(group: Group, company: str) -> None:
    truth = read_truth(group.folder / group.manifest.company(company).truth)
    found = buckets_from_files(group, company)
    columns = ("not_due", "1-30", "31-60", "61-90", "90+", "unallocated")
    for code, row in truth.items():
        assert found.get(code, [0] * 6) == [minor(row[column]) for column in columns], code
        assert minor(row["overdue"]) == sum(minor(row[column]) for column in columns[1:5])


def test_items_are_counted_by_kind(group: Group, company: str) -> None:
    truth = group.manifest.company(company)
    items = {
        (line.customer, line.account, line.ref, line.amount)
        for line in group.books(company)
        if line.is_customers
    }
    assert len(items) == sum(truth.items.values())
    assert {"invoice", "credit_note", "payment", "refund", "return"} <= set(truth.items)


def test_the_small_demo_has_about_three_thousand_items_of_a_hundred_and_fifty_customers(group: Group) -> None:
    assert 2_700 <= sum(sum(truth.items.values()) for truth in group.companies()) <= 3_300
    assert sum(truth.customers for truth in group.companies()) == 150


def test_ariary_are_whole(group: Group) -> None:
    assert all(line.amount % 100 == 0 for line in group.books("TDI"))


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 1, 15), date(2028, 2, 29), date(2026, 4, 1)])
def test_books_hold_on_any_day_of_the_year(tmp_path_factory: pytest.TempPathFactory, today: date) -> None:
    folder = tmp_path_factory.mktemp("any-day")
    made = Group(folder, generate(folder, seed=today.toordinal(), today=today))
    for truth in made.companies():
        assert len(made.manifest.files_of(truth.code, "fec")) == 3
        position = buckets_from_files(made, truth.code)
        assert sum(sum(row) for row in position.values()) == minor(truth.balance)
        assert sum(sum(row[1:5]) for row in position.values()) == minor(truth.overdue)


def test_a_french_company_can_be_had_too(french: Group) -> None:
    (truth,) = french.companies()
    file = french.manifest.files_of("AZN", "fec")[0]
    assert sum(line.amount for line in read_fec(french.folder / file.path, ENCODINGS["AZN"])) == 0
    assert truth.siren == file.path[4:13]
