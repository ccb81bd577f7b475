"""Killing the sender at random moments: no message twice, none lost. EXIGIBLE_KILLS sets how many times."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, connections, transaction
from psycopg import conninfo

from exigible.dunning.models import Action, Run
from exigible.dunning.services import approve
from exigible.timeline.models import Event
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, books_with, propose

pytestmark = pytest.mark.django_db(transaction=True)

KILLS = int(os.environ.get("EXIGIBLE_KILLS", "8"))
MESSAGES_A_KILL = 8


def the_database() -> str:
    names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password", "NAME": "dbname"}
    values = {ours: str(connection.settings_dict[theirs]) for theirs, ours in names.items()}
    return conninfo.make_conninfo(**{name: value for name, value in values.items() if value})


@contextmanager
def sender(run: Run, home: Path, mail: MailServer) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {
        "DATABASE_URL": the_database(),
        "EXIGIBLE_HOME": str(home),
        "EXIGIBLE_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EXIGIBLE_SMTP_HOST": "127.0.0.1",
        "EXIGIBLE_SMTP_PORT": str(mail.port),
    }
    command = [sys.executable, "-m", "tests.dunning.sender_process", str(run.pk)]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


def send_once(process: subprocess.Popen[str], kill_after: float | None) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("send\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    assert process.stdout.readline() == "ended\n"


def test_killed_at_random_each_message_is_sent_once_or_ambiguous_and_none_is_lost(
    mail: MailServer, tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"  # type: ignore[attr-defined]
    count = KILLS * MESSAGES_A_KILL
    books = books_with(
        "\n".join(f"2026-09-01 invoice F-{n} C{n} 100.00 due 2026-10-01" for n in range(count))
    )
    run = propose(books, MONDAY)
    Action.objects.filter(pk__in=[a.pk for a in Action.objects.all()[::3]]).update(channel="letter")
    approve(run=run, by=None)
    chance = random.Random(20261123)
    with sender(run, tmp_path, mail) as process:
        for _kill in range(KILLS):
            send_once(process, kill_after=chance.uniform(0.02, 0.4))
        for _attempt in range(20):
            send_once(process, kill_after=None)
            if not Action.objects.filter(state__in=["approved", "reserved"]).exists():
                break
    check(mail, tmp_path / "files", count)


def check(mail: MailServer, files: Path, count: int) -> None:
    arrived = Counter(mail.ids())
    assert max(arrived.values()) == 1, "an e-mail went out twice"
    assert Counter(Action.objects.values_list("state", flat=True)).keys() <= {"sent", "ambiguous"}
    assert Action.objects.count() == count
    sent = set(Action.objects.filter(channel="email", state="sent").values_list("message_id", flat=True))
    unsure = set(Action.objects.filter(state="ambiguous").values_list("message_id", flat=True))
    assert sent <= arrived.keys() <= sent | unsure
    assert len(unsure) <= KILLS
    letters = Action.objects.filter(channel="letter")
    assert set(letters.values_list("state", flat=True)) == {"sent"}
    for letter in letters:
        assert hashlib.sha256((files / letter.file).read_bytes()).hexdigest() == letter.file_sha256
    assert len(list(files.rglob("*.pdf"))) == letters.count()
    told = Counter(
        Event.objects.filter(kind__in=["email-sent", "letter-sent"]).values_list("data__action", flat=True)
    )
    assert told == Counter(Action.objects.filter(state="sent").values_list("pk", flat=True))


def test_a_message_approved_while_the_day_is_proposed_again_keeps_its_items() -> None:
    books = books_with("2026-09-01 invoice F-1 ACME 100.00 due 2026-10-01")
    run = propose(books, MONDAY)
    has_approved = Signal()

    def approve_slowly() -> None:
        with transaction.atomic():
            approve(run=run, by=None)
            has_approved.set()
            time.sleep(0.5)
        connections.close_all()

    person = Thread(target=approve_slowly)
    person.start()
    assert has_approved.wait(10)
    propose(books, MONDAY)
    person.join()
    action = Action.objects.get()
    assert (action.state, action.items.count()) == ("approved", 1)


def test_two_people_who_approve_at_once_approve_each_message_once() -> None:
    books = books_with("\n".join(f"2026-09-01 invoice F-{n} C{n} 100.00 due 2026-10-01" for n in range(30)))
    run = propose(books, MONDAY)
    counts: list[int] = []

    def one_person() -> None:
        counts.append(approve(run=run, by=None))
        connections.close_all()

    people = [Thread(target=one_person) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sum(counts) == 30
    assert Action.objects.filter(state="approved").count() == 30
