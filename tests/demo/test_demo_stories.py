"""Never a perfect world: each story of the cast can be found in the books."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta

from tests.demo.reading import Group, Line, minor

from exigible.demo.manifest import read_truth
from exigible.kernel.dates import parse_date


def account(group: Group, company: str, part: str) -> list[Line]:
    """The lines of the customer that plays this part, opening entries left out."""
    code = group.manifest.company(company).cast[part]
    return [line for line in group.books(company) if line.customer == code and not line.is_opening]


def groups_of(group: Group, company: str, part: str) -> list[list[Line]]:
    """The lettered groups of the customer that plays this part."""
    code = group.manifest.company(company).cast[part]
    found: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in group.books(company):
        if line.customer == code and line.letter:
            found[line.year, line.letter].append(line)
    return list(found.values())


def test_the_bankrupt_stops_paying_and_leaves_a_large_debt(group: Group) -> None:
    for company in ("MNS", "TDI"):
        lines = account(group, company, "bankrupt")
        assert max(line.day for line in lines if line.ref.startswith("VIR")) < "20260801"
        truth = read_truth(group.folder / company / "truth.csv")
        assert minor(truth[group.manifest.company(company).cast["bankrupt"]]["90+"]) > 0


def test_an_old_debt_is_close_to_its_limitation(group: Group) -> None:
    code = group.manifest.company("MNS").cast["old_debt"]
    opening = [line for line in group.books("MNS") if line.customer == code and line.is_opening]
    issued = parse_date(min(line.piece_day for line in opening))
    assert timedelta(days=4 * 365) < group.today - issued < timedelta(days=5 * 365 + 60)
    assert {line.year for line in opening if line.piece_day == f"{issued:%Y%m%d}"} == {2024, 2025, 2026}


def test_a_group_pays_for_its_members_in_one_movement(group: Group) -> None:
    cast = group.manifest.company("MNS").cast
    members = {cast["group_head"], cast["group_member"], cast["group_member_2"]}
    paid: dict[str, set[str]] = defaultdict(set)
    for line in group.books("MNS"):
        if line.customer in members and "-G" in line.ref:
            paid[line.entry + line.day].add(line.customer)
    assert any(len(customers) > 1 for customers in paid.values())


def test_several_invoices_and_several_payments_are_lettered_together(group: Group) -> None:
    shapes = set()
    for company in ("MNS", "TDI"):
        for lettered in groups_of(group, company, "two_payments"):
            debits = sum(line.amount > 0 for line in lettered)
            shapes.add((debits > 1, len(lettered) - debits > 1))
    assert (True, True) in shapes


def test_a_payment_settles_several_invoices(group: Group) -> None:
    sizes = [sum(line.amount > 0 for line in lettered) for lettered in groups_of(group, "MNS", "group_head")]
    assert max(sizes) >= 2


def test_a_double_payment_waits_or_is_given_back(group: Group) -> None:
    for company in ("MNS", "TDI"):
        lines = account(group, company, "double")
        settled = [line.label.split()[-1] for line in lines if line.amount < 0 and line.journal != "VT"]
        assert len(settled) > len(set(settled))


def test_a_direct_debit_comes_back(group: Group) -> None:
    lines = account(group, "MNS", "returned")
    backs = [line for line in lines if line.ref.startswith("REJ")]
    assert backs
    assert all(line.amount > 0 and line.letter for line in backs)


def test_a_dispute_is_named_on_the_payment_and_ends_in_a_credit_note(group: Group) -> None:
    for company in ("MNS", "TDI"):
        lines = account(group, company, "dispute")
        assert any("DEDUCTION" in line.label for line in lines if line.amount < 0)
        assert any(line.ref.startswith("A") and line.amount < 0 for line in lines)


def test_charges_and_discounts_and_roundings_are_booked_with_the_payment(group: Group) -> None:
    for company in ("MNS", "TDI"):
        accounts = {line.account for line in group.books(company)}
        assert {"627000", "658000", "665000"} <= accounts


def test_a_debt_is_given_up_in_the_end(group: Group) -> None:
    for company in ("MNS", "TDI"):
        lines = account(group, company, "given_up")
        assert any("irrécouvrable" in line.label and line.letter for line in lines)


def test_money_on_account_is_never_explained(group: Group) -> None:
    lines = [line for line in account(group, "MNS", "on_account") if "VIREMENT RECU" in line.label]
    assert lines
    assert all(not line.letter and line.amount % 5_000 == 0 for line in lines)
    advances = [line for line in group.books("TDI") if line.account == "419100"]
    assert advances
    assert all(line.amount < 0 for line in advances)


def test_invoices_in_instalments_have_three_due_dates(group: Group) -> None:
    for company in ("MNS", "TDI"):
        code = group.manifest.company(company).cast["instalments"]
        dues = group.due_dates(company)
        split = {key: parts for key, parts in dues.items() if len(parts) > 1}
        assert any(customer == code for customer, _ in split)
        extra = sum(len(parts) - 1 for parts in split.values())
        assert extra == group.manifest.company(company).instalment_rows
        amounts = {(line.customer, line.ref): line.amount for line in group.books(company) if line.customer}
        assert all(sum(amount for _, amount in parts) == amounts[key] for key, parts in dues.items())


def test_a_deteriorating_customer_pays_later_every_year(group: Group) -> None:
    delays: dict[int, list[int]] = defaultdict(list)
    for lettered in groups_of(group, "MNS", "deteriorating"):
        first = min(parse_date(line.piece_day) for line in lettered if line.amount > 0)
        last = max(parse_date(line.lettered_on) for line in lettered)
        delays[first.year].append((last - first).days)
    average = {year: sum(days) / len(days) for year, days in delays.items()}
    assert average[2024] < average[2025]


def test_counter_sales_stand_in_the_books_but_not_in_the_customers_list(group: Group) -> None:
    for company in ("MNS", "TDI"):
        assert any(line.customer == "CDIV" for line in group.books(company))
        assert "CDIV" not in group.customers(company)


def test_one_company_of_the_group_buys_from_the_other(group: Group) -> None:
    code = group.manifest.company("MNS").cast["intercompany"]
    assert group.customers("MNS")[code]["Raison sociale"] == "Tana Distribution SARL"


def test_promises_of_this_week_were_broken(group: Group) -> None:
    notes = json.loads((group.folder / "notes.json").read_text(encoding="utf-8"))
    assert len(notes) > 20
    overdue = {
        (truth.code, code): minor(row["overdue"])
        for truth in group.companies()
        for code, row in read_truth(group.folder / truth.truth).items()
    }
    broken = 0
    for note in notes:
        assert date.fromisoformat(note["date"]) < group.today
        if note["promise_date"] and date.fromisoformat(note["promise_date"]) < group.today:
            assert 0 < minor(note["promise_amount"]) <= overdue[note["company"], note["customer"]]
            broken += 1
    assert broken >= 5


def test_some_customers_can_be_reached_by_no_mail(group: Group) -> None:
    customers = [row for code in ("MNS", "TDI") for row in group.customers(code).values()]
    without_mail = [row for row in customers if not row.get("E-mail compta", row.get("Email"))]
    assert without_mail
    assert any(not row["Adresse"] for row in customers)
