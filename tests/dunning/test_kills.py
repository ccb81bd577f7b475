"""Killing the sender at random moments: no message twice, none lost.

EXIGIBLE_KILLS sets how many times, EXIGIBLE_RUN of how many messages: 100 and 1000 take some ten minutes, and
with `-s` the figures are told.
"""

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
from dataclasses import dataclass
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
RUN = int(os.environ.get("EXIGIBLE_RUN", 8 * KILLS))


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


def begin(process: subprocess.Popen[str]) -> int:
    """Have the run sent by a child of its own; gives its number."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("send\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def wait_for_its_end(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ended\n"


def lives(child: int) -> bool:
    try:
        os.kill(child, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass
class Progress:
    """What can be seen of a run from outside: e-mails that arrived, letters that are on the disk."""

    mail: MailServer
    files: Path

    def seen(self) -> int:
        return len(self.mail.messages) + sum(1 for _ in self.files.rglob("*.pdf"))

    def wait_for(self, count: int, child: int) -> None:
        while self.seen() < count and lives(child):
            time.sleep(0.005)


def kill_one(process: subprocess.Popen[str], progress: Progress, share: float, chance: random.Random) -> bool:
    """Send, and kill the sender at random: in its first moments, or when it has done about its share.

    False when it had ended by itself: all was sent, or the one killed before still held the run.
    """
    child = begin(process)
    if chance.random() < 0.3:
        time.sleep(chance.uniform(0, 0.6))
    else:
        progress.wait_for(progress.seen() + round(chance.uniform(0, 1.6 * share)), child)
        time.sleep(chance.uniform(0, 0.02))
    has_killed = lives(child)
    if has_killed:
        os.kill(child, signal.SIGKILL)
    wait_for_its_end(process)
    return has_killed


def kill_at_random(process: subprocess.Popen[str], progress: Progress) -> int:
    """Kill one sender after another, so that their ends spread over the whole run; gives how many."""
    chance, killed = random.Random(20261123), 0
    while killed < KILLS and (left := RUN - progress.seen()) > 0:
        killed += kill_one(process, progress, left / (KILLS - killed + 1), chance)
    return killed


def test_killed_at_random_each_message_is_sent_once_or_ambiguous_and_none_is_lost(
    mail: MailServer, tmp_path: Path, settings: object
) -> None:
    settings.MEDIA_ROOT = files = tmp_path / "files"  # type: ignore[attr-defined]
    books = books_with("\n".join(f"2026-09-01 invoice F-{n} C{n} 100.00 due 2026-10-01" for n in range(RUN)))
    run = propose(books, MONDAY)
    Action.objects.filter(pk__in=[a.pk for a in Action.objects.all()[::3]]).update(channel="letter")
    approve(run=run, by=None)
    with sender(run, tmp_path, mail) as process:
        killed = kill_at_random(process, Progress(mail, files))
        for _attempt in range(20):
            begin(process)
            wait_for_its_end(process)
            if not Action.objects.filter(state__in=["approved", "reserved"]).exists():
                break
    assert killed >= 0.8 * KILLS, "the run was over too early"
    check(mail, files, RUN)
    states = Counter(Action.objects.values_list("channel", "state"))
    print(f"{killed} kills over {RUN} messages: {dict(states)}, {len(mail.messages)} e-mails arrived")  # noqa: T201


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
