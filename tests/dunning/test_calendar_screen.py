"""The business days that people see and change, and what follows from it for the reminders."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from exigible.ledger.models import CalendarDay, Company
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.reminders import books_with, held, propose, steps

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

TUESDAY = date(2026, 11, 24)


@pytest.fixture
def books() -> Books:
    return books_with("2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01", country="MG")


def signed_in(books: Books, role: str) -> Client:
    user = add_user(company=books.company, email=f"{role}@aco.example", role=role, by=None)
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


@pytest.fixture
def senior(books: Books) -> Client:
    return signed_in(books, "senior")


def page(client: Client, country: str) -> str:
    answer = client.get(reverse("calendars", args=["ACO"]), {"country": country})
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def say(client: Client, day: date, state: str, why: str = "decree", country: str = "MG") -> int:
    address = f"{reverse('calendar-change', args=['ACO'])}?country={country}"
    data = {"day": day.isoformat(), "state": state, "name": "Eid", "why": why}
    return client.post(address, data).status_code


def test_a_calendar_shows_this_year_and_the_next_with_its_source(senior: Client) -> None:
    shown = page(senior, "MG")
    assert "26 Jun 2026 Independence Day off" in shown
    assert "2027" in shown
    assert "package holidays, version" in shown
    assert "8 Mar 2026 Women’s Day worked" in shown


def test_a_day_that_a_person_adds_puts_off_the_reminders_of_that_country(
    books: Books, senior: Client
) -> None:
    assert say(senior, TUESDAY, "off") == 302
    assert "24 Nov 2026 Eid added decree" in page(senior, "MG")
    books.company.refresh_from_db()
    assert held(propose(books, TUESDAY)) == {"ACME": "not-a-business-day"}


def test_a_day_that_is_left_to_the_list_again_is_a_business_day(books: Books, senior: Client) -> None:
    say(senior, TUESDAY, "off")
    say(senior, TUESDAY, "listed")
    company = Company.objects.get()
    assert steps(propose(Books(company), TUESDAY)) == {"ACME": "reminder"}
    assert "is as the list has it: decree" in page(senior, "MG")


def test_a_change_without_a_reason_is_refused_in_the_page(senior: Client) -> None:
    assert say(senior, TUESDAY, "off", why="") == 422
    assert not CalendarDay.objects.exists()


def test_who_may_not_approve_reads_the_calendar_and_does_not_change_it(books: Books) -> None:
    collector = signed_in(books, "collector")
    assert "Take away" not in page(collector, "FR")
    assert say(collector, TUESDAY, "off") == 403
