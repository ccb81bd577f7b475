"""`exigible cash match --json`: what scripts rely on."""

from __future__ import annotations

import json
from datetime import date

import pytest
from click.testing import CliRunner
from tests.books import write_books
from tests.cash.bank import Bank

from exigible.cash.commands import match

pytestmark = pytest.mark.django_db


def _lines(bank: Bank) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(
        match, ["--company", bank.books.company.code, "--json"], catch_exceptions=False
    )
    found = json.loads(result.stdout)
    assert found["summary"]["lines"] == len(found["lines"])
    return {line["line"]: line for line in found["lines"]}


@pytest.fixture
def bank() -> Bank:
    return Bank(
        write_books("""
        2026-01-05 invoice     FA26-10412 ACME 1000.00 due 2026-02-05
        2026-02-20 credit_note AV26-00031 ACME  -60.00
        2026-02-05 invoice     FA26-10501 BETA  512.30 due 2026-03-05
        2026-02-05 invoice     FA26-10502 BETA  512.30 due 2026-03-05
    """)
    )


def test_a_line_says_who_paid_what_and_how_sure_that_is(bank: Bank) -> None:
    bank.receives("940.00", "ACME", "FACT 10412 AV26-00031", reference="BANK/1", on=date(2026, 4, 10))
    line = _lines(bank)["BANK/1"]
    assert line["status"] == "posted"
    assert (line["date"], line["amount"], line["currency"]) == ("2026-04-10", "940.00", "EUR")
    assert line["customer"] == "ACME"
    assert {(one["document"], one["amount"]) for one in line["allocations"]} == {
        ("FA26-10412", "1000.00"),
        ("AV26-00031", "-60.00"),
    }
    assert (line["remainder"], line["remainder_as"]) == ("0.00", None)
    assert float(line["confidence"]) > 0.99
    assert "named" in line["reasons"]
    assert len(line["explained"]) == len(line["reasons"])
    assert any("FA26-10412" in sentence for sentence in line["explained"])


def test_what_is_ambiguous_shows_the_other_answers(bank: Bank) -> None:
    bank.receives("512.30", "BETA", reference="BANK/2")
    line = _lines(bank)["BANK/2"]
    answers = [line["allocations"], *line["alternatives"]]
    assert line["status"] == "ambiguous"
    assert {one[0]["document"] for one in answers if one} == {"FA26-10501", "FA26-10502"}


def test_an_item_is_told_by_number_label_due_date_and_id(bank: Bank) -> None:
    bank.receives("512.30", "BETA", "FA26-10502", reference="BANK/7")
    item = bank.books["FA26-10502"]
    assert _lines(bank)["BANK/7"]["allocations"] == [
        {
            "document": "FA26-10502",
            "amount": "512.30",
            "label": item.label,
            "due_on": "2026-03-05",
            "id": item.pk,
        }
    ]


def test_an_answer_without_items_is_said_to_be_money_on_account(bank: Bank) -> None:
    bank.receives("512.30", "BETA", reference="BANK/8")
    line = _lines(bank)["BANK/8"]
    assert [one["allocations"] for one in line["other_answers"]] == line["alternatives"]
    last = line["other_answers"][-1]
    assert (last["allocations"], last["customer"]) == ([], "BETA")
    assert (last["remainder_as"], last["remainder"], last["on_account"]) == ("on_account", "512.30", "512.30")
    assert last["reasons"][0] == "on-account"
    assert line["on_account"] == "0.00"


def test_what_a_sure_payment_took_is_no_longer_in_question(bank: Bank) -> None:
    bank.receives("512.30", "BETA", reference="BANK/3")
    bank.receives("512.30", "BETA", "FACTURE 10502", reference="BANK/4")
    lines = _lines(bank)
    assert [lines[key]["allocations"][0]["document"] for key in ("BANK/3", "BANK/4")] == [
        "FA26-10501",
        "FA26-10502",
    ]
    assert {line["status"] for line in lines.values()} == {"posted"}


def test_a_remainder_says_what_it_is(bank: Bank) -> None:
    bank.receives("990.00", "ACME", "FA26-10412", reference="BANK/5", charges_minor=10_00)
    line = _lines(bank)["BANK/5"]
    assert (line["remainder"], line["remainder_as"]) == ("10.00", "charge")


def test_the_same_command_again_tells_the_same_day_and_posts_nothing_more(bank: Bank) -> None:
    bank.receives("1000.00", "ACME", "FA26-10412", reference="BANK/6")
    assert _lines(bank) == _lines(bank)
