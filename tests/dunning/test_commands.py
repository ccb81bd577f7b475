"""`exigible dunning run`, as scripts and schedulers call it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner, Result

from exigible.dunning.commands import dunning_group
from exigible.dunning.models import Run
from exigible.kernel.errors import Refused
from exigible.ledger.models import Company
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import books_with, morning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

TEXT = """
    2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
    2026-11-20 payment V-1 ZETA -500.00
    2026-09-01 invoice F-2 ZETA 500.00 due 2026-10-01
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(dunning_group, ["run", *arguments])


def document(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--company", "ACO", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def books() -> Books:
    return books_with(TEXT, language="en")


def test_the_result_names_what_goes_out_and_what_is_held_back_with_reasons(books: Books) -> None:
    result = document("--date", "2026-11-23", "--dry-run")
    [action] = result["actions"]
    [held] = result["held_back"]
    assert (result["date"], result["policy_version"]) == ("2026-11-23", 1)
    assert (action["customer"], action["step"], action["channel"]) == ("ACME", "reminder", "email")
    assert action["amount"] == "1200.00"
    assert action["items"] == [
        {"document": "F-1", "installment": 1, "due_date": "2026-10-01", "amount": "1200.00", "level": 1}
    ]
    assert action["reason"]
    assert (held["customer"], held["reason_code"]) == ("ZETA", "payment-not-allocated")
    assert held["reason"]


def test_a_dry_run_writes_nothing_and_says_what_a_run_would(books: Books) -> None:
    dry = document("--dry-run")
    assert not Run.objects.exists()
    real = document()
    for result in (dry, real):
        result.pop("state")
        for action in result["actions"]:
            action.pop("state")
    assert dry == real


def test_approving_all_sends_once_however_often_it_is_called(books: Books, mail: MailServer) -> None:
    first = document("--approve", "all")
    again = document("--approve", "all")
    assert first == again
    assert [action["state"] for action in again["actions"]] == ["sent"]
    assert mail.recipients == ["acme@example.net"]


def test_an_hourly_scheduler_sends_once(books: Books, mail: MailServer) -> None:
    for _hour in range(5):
        document("--approve", "all")
    assert len(mail.messages) == 1


def test_a_run_can_be_read_in_the_terminal(books: Books) -> None:
    said = run("--company", "ACO", "--dry-run").stdout
    assert "ACME" in said
    assert "1200.00" in said
    assert "ZETA" in said


def test_a_dry_run_approves_nothing() -> None:
    assert run("--company", "ACO", "--dry-run", "--approve", "all").exit_code == 2


def test_a_missed_week_is_caught_up_once_not_seven_times(mail: MailServer) -> None:
    books = books_with("2026-10-01 invoice F-1 ACME 1200.00 due 2026-10-30")
    for day in (date(2026, 11, 2), date(2026, 11, 3), date(2026, 11, 23), date(2026, 11, 24)):
        morning(books, day)
    assert len(mail.messages) == 1


def test_what_the_company_has_not_set_is_said_beside_the_run(books: Books) -> None:
    assert document("--dry-run")["lacks"] == []
    Company.objects.update(address="", iban="")
    assert document("--dry-run")["lacks"] == ["address", "iban"]
    assert "postal" in run("--company", "ACO", "--dry-run").stderr


def test_on_a_sunday_the_command_prepares_the_run_of_monday(books: Books) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        assert document()["date"] == document("--dry-run")["date"] == "2026-11-23"


def test_approving_before_the_day_of_the_run_is_refused_unless_it_is_said_to_be_now(
    books: Books, mail: MailServer
) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        refused = run("--company", "ACO", "--approve", "all")
        assert isinstance(refused.exception, Refused)
        assert (Run.objects.count(), mail.messages) == (0, [])
        result = document("--approve", "all", "--now")
    assert [action["state"] for action in result["actions"]] == ["sent"]
