"""Reading a mailbox on a real IMAP server: once each, none lost, nothing done to the mail of the server."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from tests.dunning.reminders import make_sender
from tests.inbox.imap_server import LONG_AGO, ImapServer
from tests.inbox.letters import late_books, mailbox_of, written

from exigible.inbox import fetching
from exigible.inbox.fetching import FetchReport, alarm_of, fetch_mailbox
from exigible.inbox.models import Mail, Mailbox
from exigible.timeline.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "monday")]


class Killed(BaseException):
    """The process ends here."""


def fetch(mailbox: Mailbox) -> FetchReport:
    return fetch_mailbox(mailbox=mailbox, by=None)


def subjects() -> list[str]:
    return list(Mail.objects.order_by("subject").values_list("subject", flat=True))


def three(start: int = 1) -> list[bytes]:
    return [written(subject=f"RE: {n}", message_id=f"<{n}@acme.example>") for n in range(start, start + 3)]


def test_what_came_in_is_read_and_stands_on_the_customers_file(imap: ImapServer) -> None:
    books = late_books()
    mailbox = mailbox_of(books.company, imap)
    imap.deliver(*three())
    assert fetch(mailbox) == FetchReport(new=3)
    assert subjects() == ["RE: 1", "RE: 2", "RE: 3"]
    lines = Event.objects.filter(customer=books.customer("ACME"), kind="reply-received")
    assert lines.count() == 3
    mailbox.refresh_from_db()
    assert mailbox.checked_at is not None


def test_the_same_mail_fetched_twice_is_one(imap: ImapServer) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three(), written(message_id=None, subject="RE: 4"))
    assert fetch(mailbox).new == 4
    assert fetch(mailbox) == FetchReport()
    imap.deliver(*three(), written(message_id=None, subject="RE: 4"))
    assert fetch(mailbox) == FetchReport(known=4)
    assert subjects() == ["RE: 1", "RE: 2", "RE: 3", "RE: 4"]
    assert Event.objects.filter(kind="reply-received").count() == 4


def test_the_mail_of_the_server_is_neither_marked_nor_moved(imap: ImapServer) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three())
    fetch(mailbox)
    assert imap.flags() == [(), (), ()]


@pytest.mark.parametrize("where", ["_bytes_of", "receive", "_reach"])
def test_killed_between_fetch_and_store_loses_nothing(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three())
    step, calls = getattr(fetching, where), []

    def stop_at_the_second(*arguments: object, **options: object) -> object:
        calls.append(1)
        result = step(*arguments, **options)
        if len(calls) == 2:
            raise Killed
        return result

    with monkeypatch.context() as patched:
        patched.setattr(fetching, where, stop_at_the_second)
        with pytest.raises(Killed), transaction.atomic(), transaction.atomic():
            fetch(mailbox)
    mailbox = Mailbox.objects.get()
    assert fetch(mailbox).problem == ""
    assert subjects() == ["RE: 1", "RE: 2", "RE: 3"]
    assert fetch(mailbox) == FetchReport()


def test_a_mailbox_made_anew_duplicates_nothing(imap: ImapServer) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three())
    fetch(mailbox)
    before = mailbox.uid_validity
    imap.make_anew()
    imap.deliver(*three(start=4))
    assert fetch(mailbox) == FetchReport(new=3, known=3)
    assert mailbox.uid_validity != before
    assert len(subjects()) == 6


def test_mail_is_moved_where_the_company_wants_it_once_it_is_stored(imap: ImapServer) -> None:
    mailbox = mailbox_of(late_books().company, imap, move_to="Exigible")
    imap.deliver(*three())
    assert fetch(mailbox) == FetchReport(new=3, moved=3)
    assert imap.subjects() == []
    assert imap.subjects("Exigible") == ["RE: 1", "RE: 2", "RE: 3"]


def test_what_a_killed_reading_had_stored_is_moved_by_the_next_one(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three())
    fetch(mailbox)  # stored, and killed before anything was moved
    Mailbox.objects.update(move_to="Exigible")
    assert fetch(Mailbox.objects.get()) == FetchReport(moved=3)
    assert imap.subjects() == []


def test_mail_from_before_the_mailbox_was_set_up_is_left_alone(imap: ImapServer) -> None:
    mailbox = mailbox_of(late_books().company, imap, move_to="Exigible")
    imap.deliver(written(subject="old"), at=LONG_AGO)
    assert fetch(mailbox) == FetchReport()
    assert imap.subjects() == ["old"]


def test_a_mail_that_cannot_be_stored_stops_no_other_and_is_asked_for_again(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(*three())
    store = fetching.receive

    def cannot_store_the_second(**given: object) -> object:
        if b"RE: 2" in given["raw"]:  # type: ignore[operator]
            raise RuntimeError("no one thought of this")
        return store(**given)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(fetching, "receive", cannot_store_the_second)
        assert fetch(mailbox) == FetchReport(new=2, left=1)
        assert fetch(mailbox) == FetchReport(left=1)
    assert alarm_of(mailbox) == "left"
    assert fetch(mailbox) == FetchReport(new=1)
    assert subjects() == ["RE: 1", "RE: 2", "RE: 3"]
    assert alarm_of(mailbox) == ""


def test_of_a_mail_that_is_too_large_the_headers_alone_are_read(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 5_000)
    mailbox = mailbox_of(late_books().company, imap)
    imap.deliver(written("mot " * 5_000, subject="RE: large", message_id="<large@x>"), *three())
    assert fetch(mailbox).new == 4
    large = Mail.objects.get(subject="RE: large")
    assert (large.words, large.problems) == ("", ["too-large"])
    assert large.size > 5_000
    assert large.customer is not None


def test_two_companies_read_their_own_mailboxes(imap: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXIGIBLE_IMAP_PASSWORD_BCO", "another word")
    mailbox_of(late_books().company, imap)
    other = mailbox_of(make_sender("BCO"), imap)
    assert fetch(other).problem == "login-refused"
    assert Mail.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "problem"),
    [({"port": 1}, "unreachable"), ({"user": "nobody"}, "login-refused"), ({"folder": "None"}, "no-folder")],
)
def test_what_prevents_reading_is_told_and_rings_after_half_an_hour(
    imap: ImapServer, fields: dict[str, object], problem: str
) -> None:
    mailbox = mailbox_of(late_books().company, imap, **fields)
    assert fetch(mailbox).problem == problem
    assert alarm_of(mailbox) == ""
    assert alarm_of(mailbox, timezone.now() + timedelta(minutes=31)) == problem
    Mailbox.objects.update(failing_since=timezone.now() - timedelta(hours=2))
    assert fetch(mailbox).problem == problem
    assert alarm_of(mailbox) == problem


def test_without_its_password_a_mailbox_says_which_variable_is_missing(
    imap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXIGIBLE_IMAP_PASSWORD_ACO")
    mailbox = mailbox_of(late_books().company, imap)
    assert fetch(mailbox).problem == "no-password"
    assert fetching.password_name(mailbox.company) == "EXIGIBLE_IMAP_PASSWORD_ACO"


def test_the_password_stands_in_no_message(imap: ImapServer, files: Path) -> None:
    mailbox = mailbox_of(late_books().company, imap, user="nobody")
    assert "own word" not in str(fetch(mailbox))
