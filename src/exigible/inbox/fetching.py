"""Reading a company's mailbox by IMAP, as far as it was not read before.

The place reached is kept with each mail, in one transaction: killed at any moment, nothing is lost, and what
was not stored is asked for again. Nothing on the server is deleted or marked; mail is moved, once it is
stored, where the company has chosen a folder for that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone
from imap_tools import AND, BaseMailBox, U

from exigible.inbox.connecting import MailboxProblem, connect, problem_of
from exigible.inbox.models import Mailbox
from exigible.inbox.receiving import receive
from exigible.inbox.rules.message import LARGEST
from exigible.ledger.locks import alone
from exigible.ledger.models import Company

LOCK: Final = 70581
AT_ONCE: Final = 50
"""Mails whose size and date are asked for together."""
ALARM_AFTER: Final = timedelta(minutes=30)
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_UID: Final = re.compile(rb"UID (\d+)")
_DATE: Final = re.compile(rb'INTERNALDATE "([^"]{5,40})"')

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class FetchReport:
    """What one reading brought: mails not known before, known ones, some that could not be stored."""

    new: int = 0
    known: int = 0
    left: int = 0
    moved: int = 0
    problem: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """A mail on the server."""

    uid: int
    size: int
    arrived: datetime | None


def fetch_mailbox(*, mailbox: Mailbox, by: int | None) -> FetchReport:
    """Bring in what is new. What prevents it is in the report, and kept with the mailbox, not raised."""
    report = FetchReport()
    with alone(LOCK, mailbox.pk) as is_ours:
        if not is_ours:
            report.problem = "busy"
            return report
        mailbox.refresh_from_db()
        try:
            with connect(mailbox) as server:
                _read_all(mailbox, server, report, by)
        except MailboxProblem as problem:
            report.problem, report.said = problem.code, problem.said
        _note(mailbox, report)
    return report


def _read_all(mailbox: Mailbox, server: BaseMailBox, report: FetchReport, by: int | None) -> None:
    try:
        _begin(mailbox, server)
        for listed in _new_mails(mailbox, server):
            _take(mailbox, server, listed, report, by)
        if mailbox.move_to:
            report.moved = _move(mailbox, server)
    except DatabaseError:
        raise
    except Exception as error:  # servers have many manners: each way to fail is told
        log.warning("the reading of a mailbox ended early", company=mailbox.company_id, exc_info=True)
        raise problem_of(error) from error


def _begin(mailbox: Mailbox, server: BaseMailBox) -> None:
    """See whether the numbers of the mails still mean what they meant: a folder made anew is read anew."""
    server.folder.set(mailbox.folder, readonly=not mailbox.move_to)
    validity = server.folder.status(mailbox.folder, ["UIDVALIDITY"]).get("UIDVALIDITY")
    if validity != mailbox.uid_validity:
        mailbox.uid_validity, mailbox.last_uid, mailbox.left_uids = validity, 0, []
        mailbox.save(update_fields=["uid_validity", "last_uid", "left_uids"])


def _new_mails(mailbox: Mailbox, server: BaseMailBox) -> Iterator[_Listed]:
    """Those that are not stored yet, in the order of their numbers; first what could not be stored before."""
    fresh = AND(date_gte=mailbox.since, uid=U(str(mailbox.last_uid + 1), "*"))
    found = {int(uid) for uid in server.uids(fresh, charset=None)}
    uids = sorted({uid for uid in found if uid > mailbox.last_uid} | set(mailbox.left_uids))
    for start in range(0, len(uids), AT_ONCE):
        yield from _listed(server, uids[start : start + AT_ONCE])


def _listed(server: BaseMailBox, uids: Sequence[int]) -> list[_Listed]:
    """Size and date of some mails. One that is gone from the server is listed with size 0."""
    asked = ",".join(map(str, uids))
    status, rows = server.client.uid("FETCH", asked, "(UID RFC822.SIZE INTERNALDATE)")
    told: dict[int, bytes] = {}
    for row in rows if status == "OK" else []:
        text = row if isinstance(row, bytes) else b" ".join(row) if isinstance(row, tuple) else b""
        if uid := _UID.search(text):
            told[int(uid[1])] = text
    return [_Listed(uid, _size(told.get(uid, b"")), _arrived(told.get(uid, b""))) for uid in uids]


def _size(text: bytes) -> int:
    found = _SIZE.search(text)
    return int(found[1]) if found else 0


def _arrived(text: bytes) -> datetime | None:
    found = _DATE.search(text)
    try:
        moment = parsedate_to_datetime(found[1].decode("ascii").replace("-", " ")) if found else None
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _take(
    mailbox: Mailbox, server: BaseMailBox, listed: _Listed, report: FetchReport, by: int | None
) -> None:
    """Fetch and store one mail; the place reached is kept with it. What fails for it stops no other."""
    is_large = listed.size > LARGEST
    raw = _bytes_of(server, listed.uid, "BODY.PEEK[HEADER]" if is_large else "BODY.PEEK[]")
    if raw is None:  # deleted meanwhile
        _reach(mailbox, listed.uid, is_stored=True)
        return
    try:
        with transaction.atomic():
            received = receive(
                company=mailbox.company,
                raw=raw,
                by=by,
                received_at=listed.arrived,
                size=max(listed.size, len(raw)),
                problems=("too-large",) if is_large else (),
            )
            _reach(mailbox, listed.uid, is_stored=True)
    except Exception:
        log.exception("mail not stored", company=mailbox.company_id, uid=listed.uid)
        mailbox.refresh_from_db(fields=["last_uid", "left_uids"])
        _reach(mailbox, listed.uid, is_stored=False)
        report.left += 1
        return
    report.new += received.is_new
    report.known += not received.is_new


def _bytes_of(server: BaseMailBox, uid: int, part: str) -> bytes | None:
    """The bytes of a mail, which stays unread on the server; None where it is gone."""
    _status, rows = server.client.uid("FETCH", str(uid), f"({part})")
    return next((bytes(row[1]) for row in rows if isinstance(row, tuple)), None)


def _reach(mailbox: Mailbox, uid: int, *, is_stored: bool) -> None:
    """Note that a mail was looked at; one that could not be stored is asked for again."""
    left = set(mailbox.left_uids) - {uid} if is_stored else set(mailbox.left_uids) | {uid}
    mailbox.last_uid, mailbox.left_uids = max(mailbox.last_uid, uid), sorted(left)
    mailbox.save(update_fields=["last_uid", "left_uids"])


def _move(mailbox: Mailbox, server: BaseMailBox) -> int:
    """Put what is stored where the company wants it, be it stored by a reading that was killed."""
    found = (int(uid) for uid in server.uids(AND(date_gte=mailbox.since), charset=None))
    stored = [uid for uid in found if uid <= mailbox.last_uid and uid not in mailbox.left_uids]
    if stored and not server.folder.exists(mailbox.move_to):
        server.folder.create(mailbox.move_to)
    for start in range(0, len(stored), AT_ONCE):
        server.move([str(uid) for uid in stored[start : start + AT_ONCE]], mailbox.move_to)
    return len(stored)


def _note(mailbox: Mailbox, report: FetchReport) -> None:
    """Keep with the mailbox how the reading ended."""
    values: dict[str, Any] = {"problem": report.problem, "said": report.said[:300]}
    if report.problem:
        values["failing_since"] = mailbox.failing_since or timezone.now()
        log.warning("mailbox not read", company=mailbox.company_id, why=report.problem, said=report.said)
    else:
        values |= {"failing_since": None, "checked_at": timezone.now()}
    Mailbox.objects.filter(pk=mailbox.pk).update(**values)
    mailbox.refresh_from_db()


def password_name(company: Company) -> str:
    """The variable of the environment that gives the password of a company's mailbox."""
    return "EXIGIBLE_IMAP_PASSWORD_" + re.sub(r"[^A-Z0-9]", "_", company.code.upper())


def password_of(company: Company) -> str:
    """The password; empty where none is given."""
    return os.environ.get(password_name(company), "")


def alarm_of(mailbox: Mailbox | None, now: datetime | None = None) -> str:
    """Why a person must look after the mailbox, as a code; empty while it is read, or for half an hour."""
    if mailbox is None or not mailbox.is_active:
        return ""
    late = (now or timezone.now()) - ALARM_AFTER
    if mailbox.failing_since is not None:
        return mailbox.problem if mailbox.failing_since <= late else ""
    if mailbox.left_uids:
        return "left"
    return "not-read" if mailbox.checked_at is not None and mailbox.checked_at <= late else ""
