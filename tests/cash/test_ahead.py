"""Another process explains the next lines meanwhile; what comes out is what one process alone would find."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from tests.books import make_company, write_books
from tests.cash.bank import Bank

from exigible.cash import ahead, matching
from exigible.cash.ahead import Ahead, Changed, Guess, Known, read_known
from exigible.cash.models import Match
from exigible.cash.rules.facts import Explanation, Outcome
from exigible.ledger.check import run_checks
from exigible.ledger.models import Allocation, BankLine

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS = [f"C{number}" for number in range(12)]


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "CHUNK", 8)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def amount_of(rank: int) -> str:
    return f"{100 + 10 * (rank // 2)}.00"


def bank_of(code: str) -> Bank:
    """Twelve customers with four invoices each, two of an amount; each is paid twice, named by some."""
    invoices = [
        f"2026-01-0{5 + rank} invoice F-{number:02d}{rank} {customer} {amount_of(rank)} due 2026-02-05"
        for number, customer in enumerate(CUSTOMERS)
        for rank in range(4)
    ]
    bank = Bank(write_books("\n".join(invoices), company=make_company(code)))
    for turn in range(2):
        for rank in range(4):
            for number, customer in enumerate(CUSTOMERS):
                text = f"FACTURE F-{number:02d}{rank}" if (number + turn) % 3 else ""
                bank.receives(amount_of(rank), customer, text)
    return bank


def found_in(bank: Bank) -> list[tuple[object, ...]]:
    """What became of each line, in words that two companies share."""
    matches = Match.objects.filter(company=bank.books.company).order_by("line__reference")
    allocations = Allocation.objects.filter(company=bank.books.company)
    return [
        *matches.values_list("line__reference", "status", "probability", "customer__code"),
        *allocations.order_by("debit_item__document_number", "amount_minor").values_list(
            "debit_item__document_number", "amount_minor", "effective_on"
        ),
    ]


@pytest.fixture
def guesses(monkeypatch: pytest.MonkeyPatch) -> list[Guess]:
    """What the other process found, chunk by chunk."""
    seen: list[Guess] = []
    guess = Ahead.guess

    def kept(self: Ahead, number: int) -> Guess:
        seen.append(guess(self, number))
        return seen[-1]

    monkeypatch.setattr(Ahead, "guess", kept)
    return seen


def test_two_processes_find_what_one_finds(monkeypatch: pytest.MonkeyPatch, guesses: list[Guess]) -> None:
    together, alone = bank_of("TWO"), bank_of("ONE")
    together.match()
    assert sum(bool(guess.outcomes) for guess in guesses) >= 10
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone.match()
    assert found_in(together) == found_in(alone)
    assert not any(finding.broken for finding in run_checks())


def test_a_payment_of_what_the_chunk_before_settled_is_explained_again(guesses: list[Guess]) -> None:
    bank = Bank(write_books("2026-01-05 invoice F-10412 ACME 1000.00 due 2026-02-05"))
    for _ in range(24):
        bank.receives("1000.00", "ACME", "FACTURE F-10412")
    bank.match()
    assert any(guess.outcomes for guess in guesses)
    assert sum(Allocation.objects.values_list("amount_minor", flat=True)) == 1000_00
    assert [bank.status(line) for line in bank.lines.values()].count("posted") == 1


def test_when_someone_else_writes_meanwhile_nothing_that_was_guessed_is_taken(
    guesses: list[Guess], monkeypatch: pytest.MonkeyPatch
) -> None:
    bank = bank_of("ACO")
    changed: list[Changed | None] = []
    changed_since = Ahead.changed_since

    def and_someone_writes(self: Ahead, guess: Guess) -> Changed | None:
        changed.append(changed_since(self, guess))
        return changed[-1]

    guess_of = Ahead.guess

    def after_someone_wrote(self: Ahead, number: int) -> Guess:
        found = guess_of(self, number)
        write_books(f"2026-03-01 invoice N-{number} NEW 7.00 due 2026-04-01", company=bank.books.company)
        return found

    monkeypatch.setattr(Ahead, "changed_since", and_someone_writes)
    monkeypatch.setattr(Ahead, "guess", after_someone_wrote)
    bank.match()
    assert changed
    assert set(changed) == {None}
    assert not any(finding.broken for finding in run_checks())


def test_a_process_that_dies_is_done_without(monkeypatch: pytest.MonkeyPatch, guesses: list[Guess]) -> None:
    bank, alone = bank_of("TWO"), bank_of("ONE")
    guess = Ahead.guess

    def after_a_death(self: Ahead, number: int) -> Guess:
        if number == 3 and self._pool is not None:
            for process in self._pool._processes.values():
                process.kill()
        return guess(self, number)

    monkeypatch.setattr(Ahead, "guess", after_a_death)
    bank.match()
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    alone.match()
    assert found_in(bank) == found_in(alone)


def test_what_is_in_doubt_is_looked_at_once_more_where_its_customers_were_posted_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bank = Bank(
        write_books("""
            2026-01-05 invoice F-101 ACME    500.00 due 2026-02-05
            2026-01-06 invoice F-102 ACME    500.00 due 2026-02-06
            2026-01-05 invoice F-201 RIVIERA 500.00 due 2026-02-05
            2026-01-06 invoice F-202 RIVIERA 500.00 due 2026-02-06
        """)
    )
    doubtful = {name: bank.receives("500.00", name) for name in ("ACME", "RIVIERA")}
    bank.receives("500.00", "ACME", "FACTURE F-101")
    looked_at: list[list[int]] = []
    match_all = matching._match_all

    def seen(known: Known, pending: list[int], *rest: Any) -> Any:
        looked_at.append(pending)
        return match_all(known, pending, *rest)

    monkeypatch.setattr(matching, "_match_all", seen)
    bank.match()
    assert len(looked_at[0]) == 3
    assert looked_at[1:] == [[doubtful["ACME"].pk]]
    assert {name: bank.status(line) for name, line in doubtful.items()} == {
        "ACME": "posted",
        "RIVIERA": "ambiguous",
    }


_PARENT = """
import os, time
from exigible.runtime.helpers import helpers
if __name__ == "__main__":
    pool = helpers(1, {})
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_a_helping_process_ends_with_the_one_that_began_it(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(_PARENT)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "exigible.conf.settings"}
    command = [sys.executable, str(tmp_path / "parent.py")]
    parent = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert parent.stdout is not None
    helper = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert _ends(helper)


def _ends(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


# --- what a guess still holds for ---


def line(number: int) -> BankLine:
    return BankLine(pk=number)


def posted(number: int, *items: int, remainder_as: Any = "") -> Outcome:
    """A sure outcome: the first item is paid; the others are of explanations that are less likely."""
    said = tuple(Explanation(10, ((item, 1),), remainder_as=remainder_as) for item in items)
    return Outcome(number, "posted", 9999, said)


def proposed(number: int, *items: int) -> Outcome:
    return posted(number, *items)._replace(status="proposed")


def guess_of(*outcomes: Outcome, looked_at: dict[int, set[int]]) -> Guess:
    customers = {line: frozenset(of) for line, of in looked_at.items()}
    return Guess("", {outcome.receipt_id: outcome for outcome in outcomes}, {}, customers)


LINES = [line(1), line(2), line(3)]
NOTHING = Changed(frozenset(), frozenset())


@pytest.mark.parametrize(
    ("outcome", "changed", "holds"),
    [
        (posted(1, 100, 101), Changed({10}, {999}), True),  # fewer items leave fewer ways to explain it
        (posted(1, 100, 101), Changed({10}, {100}), False),
        (posted(1, 100, 101), Changed({10}, {101}), False),  # without its rival it is surer still
        (
            proposed(1, 100),
            Changed({10}, {999}),
            False,
        ),  # what a person sees is true of the books now
        (proposed(1, 100), Changed({30}, {999}), True),
    ],
)
def test_what_was_sure_stays_so_while_none_of_its_items_is_touched(
    outcome: Outcome, changed: Changed, holds: bool
) -> None:
    guess = guess_of(outcome, looked_at={1: {10, 20}})
    assert guess.to_explain_again(LINES[:1], changed, ()) == ([] if holds else LINES[:1])


def test_what_is_explained_again_may_change_what_comes_after_it() -> None:
    guess = guess_of(
        posted(1, 100),
        posted(2, 100),  # the rest of the same item: the first may leave more of it, or less
        proposed(3, 300),
        looked_at={1: {10, 20}, 2: {10}, 3: {20}},
    )
    assert guess.to_explain_again(LINES, Changed({10}, {100}), ()) == LINES
    assert guess.to_explain_again(LINES, NOTHING, ()) == []


def test_a_line_of_which_a_person_said_something_is_explained_again() -> None:
    guess = guess_of(posted(1, 100), posted(2, 200), looked_at={1: {10}, 2: {20}})
    assert guess.to_explain_again(LINES[:2], NOTHING, {2}) == [LINES[1]]


def test_a_small_difference_is_decided_by_who_knows_what_was_written_off_today() -> None:
    guess = guess_of(posted(1, 100, remainder_as="write_off"), posted(2, 200), looked_at={1: {10}, 2: {20}})
    assert guess.to_explain_again(LINES[:2], NOTHING, ()) == [LINES[0]]


def test_a_line_that_nobody_guessed_is_explained() -> None:
    assert ahead.NOTHING.to_explain_again(LINES, NOTHING, ()) == LINES


def test_lines_that_another_process_cannot_see_are_not_given_to_it() -> None:
    known = read_known(make_company("ACO").pk)
    with transaction.atomic(), Ahead(known) as one:
        one.begin([[1], [2], [3], [4]])
        assert one._pool is None
