"""A run whose formal notice goes as a registered letter: made, and waiting to be posted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.test import Client

    from exigible.dunning.models import Action
    from exigible.registered.models import RegisteredLetter
    from tests.books import Books


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    settings.SESSION_COOKIE_AGE = 90 * 86_400  # these tests let weeks go by
    return tmp_path


@pytest.fixture
def monday() -> Iterator[None]:
    """Nine in Paris, Monday 23 November 2026."""
    import time_machine

    with time_machine.travel("2026-11-23 09:00+01:00", tick=False):
        yield


def notice_books(code: str = "ACO", *, country: str = "FR") -> Books:
    """Three customers, long overdue, whose only step is a formal notice by registered letter."""
    from exigible.dunning.policies import add_policy
    from tests.dunning.reminders import books_with, make_sender

    step = {
        "key": "formal_notice", "level": 3, "days": 10, "channel": "registered", "tone": "formal_notice",
        "needs_approval": True, "claims_charges": True,
    }  # fmt: skip
    company = make_sender(code, country=country)
    books = books_with(
        """
        2026-08-01 invoice F-1 ACME 1000.00 due 2026-09-01
        2026-08-01 invoice F-2 BETA 500.00 due 2026-09-01
        2026-08-01 invoice F-3 GAMMA 80.00 due 2026-09-01
        """,
        company=company,
        country=country,
    )
    add_policy(company=company, name="notice", segment="", steps=[step], by=None)
    return books


@pytest.fixture
def books(db: None, monday: None) -> Books:
    return notice_books()


@pytest.fixture
def to_post(books: Books) -> list[Action]:
    """The letters of a run, made, in the order of printing: ACME, BETA, GAMMA."""
    return made(books)


def made(books: Books, on: date = date(2026, 11, 23)) -> list[Action]:
    """The letters of a run of that day, made, in the order of printing."""
    from exigible.dunning.models import Action
    from tests.dunning.reminders import morning

    run = morning(books, on)
    return list(
        Action.objects.filter(run=run)
        .select_related("customer", "customer__company")
        .order_by("customer__sort_name")
    )


NUMBERS = ["1A 123 456 7890 1", "2C12345678902", "RK 123 456 785 FR"]


@pytest.fixture
def posted(to_post: list[Action]) -> list[RegisteredLetter]:
    """The three letters, numbered and posted today for 6.11 € each."""
    from exigible.registered.services import Postage, number_letters, post_letters

    assert number_letters(actions=to_post, written=NUMBERS, by=None) == []
    return post_letters(actions=to_post, postage=Postage(date(2026, 11, 23), 611, "EUR"), by=None)


@pytest.fixture
def later(books: Books) -> Callable[[int], Any]:
    """Have it be so many days later, at noon."""
    import time_machine

    def travel(days: int) -> Any:
        from datetime import datetime
        from zoneinfo import ZoneInfo

        noon = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Paris")) + timedelta(days=days)
        return time_machine.travel(noon, tick=False)

    return travel


@pytest.fixture
def as_role(books: Books) -> Callable[..., Client]:
    """Someone of the company in a role, signed in."""

    def signed_in(role: str, company: Any = None) -> Client:
        from django.test import Client

        from exigible.team.services import add_user

        company, client = company or books.company, Client()
        email = f"{role}@{company.code.lower()}.example"
        client.force_login(add_user(company=company, email=email, role=role, by=None))
        return client

    return signed_in


@pytest.fixture
def collector(as_role: Callable[..., Client]) -> Client:
    return as_role("collector")


def pdf(text: str = "") -> bytes:
    """A real PDF of one page, different for each text."""
    import io

    import pikepdf

    output = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Title"] = text
        document.save(output, deterministic_id=True)
    return output.getvalue()
