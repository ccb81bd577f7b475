"""A mail comes in: read, sorted, put to its customer's file, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone

from exigible.inbox.finding import Found, find_customer
from exigible.inbox.models import DeadAddress, Mail, Mailbox
from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.details import Details, details_of
from exigible.inbox.rules.message import Reply, read_bytes
from exigible.inbox.rules.parts import visible
from exigible.inbox.rules.sorting import Verdict, sort_reply
from exigible.inbox.storing import attachments_in, body_of, digest_of, keep_raw
from exigible.kernel.money import Money
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

TOLD: Final = 600
"""Characters of a reply that stand in the customer's history; all of it stands in the mail."""
OLDEST: Final = datetime(1990, 1, 1, tzinfo=UTC)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that was handed in, and whether it was not known before."""

    mail: Mail
    is_new: bool


@transaction.atomic
def receive(
    *,
    company: Company,
    raw: bytes,
    by: int | None,
    received_at: datetime | None = None,
    size: int | None = None,
    problems: tuple[str, ...] = (),
) -> Received:
    """Store a mail with its line on the customer's timeline, unless it is known: the same mail is one.

    `received_at` is the server's; without it, what the mail says of its date. `size` (bytes) and `problems`
    are told of a mail that was not fetched whole.
    """
    lock_books(company.pk)
    reply = _read(raw, problems)
    body, identity = digest_of(body_of(raw)), reply.message_id or f"sha256:{digest_of(raw)}"
    known = Mail.objects.filter(company=company, identity=identity).first()
    if known is not None and _is_another(known, reply, body):
        identity = f"{identity} {body[:16]}"
        known = Mail.objects.filter(company=company, identity=identity).first()
    if known is not None:
        return Received(known, is_new=False)
    mail = _mail(company, raw, reply, find_customer(company, reply), received_at)
    mail.identity, mail.body_sha256, mail.size = identity, body, size or len(raw)
    mail.save()
    _keep_attachments(mail, raw)
    tell_received(mail, by)
    if mail.bounce:
        _mark_address(mail)
    elif not mail.is_automatic:
        _revive_address(mail)
    return Received(mail, is_new=True)


def _read(raw: bytes, problems: tuple[str, ...]) -> Reply:
    """The reply. What the reader was not made for is kept unread rather than lost."""
    try:
        reply = read_bytes(raw)
    except Exception:
        log.exception("mail not understood", bytes=len(raw))
        reply = Reply(problems=("unreadable",))
    return replace(reply, problems=tuple(dict.fromkeys((*reply.problems, *problems))))


def _is_another(known: Mail, reply: Reply, body: str) -> bool:
    """Whether a mail that bears a known Message-ID is not that mail: some programs give one ID to many."""
    is_of_same_moment = (known.sender, known.sent_at) == (reply.sender, _aware(reply.sent_at))
    return known.body_sha256 != body and not is_of_same_moment


def _mail(company: Company, raw: bytes, reply: Reply, found: Found, received_at: datetime | None) -> Mail:
    """The mail with what was read in it, not saved yet."""
    arrived = min(max(received_at or _aware(reply.sent_at) or timezone.now(), OLDEST), timezone.now())
    today = timezone.localdate(arrived)
    verdict, details = _sorted(company, reply, found, today)
    return Mail(
        company=company, message_id=reply.message_id[:255], received_at=arrived,
        sent_at=_aware(reply.sent_at), sender=reply.sender, sender_name=reply.sender_name,
        subject=reply.subject, words=reply.words, signature=reply.signature, quoted=reply.quoted,
        kind=verdict.kind, percent=round(100 * verdict.confidence), is_unsure=_is_unsure(verdict, details),
        also=list(verdict.also), why=[_hit(hit) for hit in verdict.why], details=_plain(details),
        problems=list(reply.problems), is_automatic=reply.is_automatic, bounce=_bounce(reply),
        customer=found.customer, found_by=found.by, action=found.action, holds=_holds(reply, verdict),
        file=keep_raw(company.pk, raw),
    )  # fmt: skip


def _is_unsure(verdict: Verdict, details: Details) -> bool:
    """Of several payments promised in one mail, a person says which is noted."""
    return verdict.is_unsure or (verdict.kind is Kind.PROMISE and len(details.instalments) > 1)


def _sorted(company: Company, reply: Reply, found: Found, today: date) -> tuple[Verdict, Details]:
    """What it is and what it names; what the rules fall over is left to a person."""
    language = found.customer.language if found.customer else None
    region = (found.customer.country if found.customer else "") or company.country
    own = own_addresses(company)
    try:
        verdict = sort_reply(reply, today=today, language_hint=language)
        return verdict, details_of(
            reply, verdict, today=today, currency=company.currency, region=region, language_hint=language,
            own_addresses=own,
        )  # fmt: skip
    except Exception:
        log.exception("mail not sorted", company=company.code)
        return Verdict(Kind.OTHER, 0.0, is_unsure=True), Details()


def own_addresses(company: Company) -> Collection[str]:
    """The company's, in small letters: never those of a customer."""
    users = Mailbox.objects.filter(company=company).values_list("user", flat=True)
    return {one.lower() for one in (company.email, company.test_recipient, *users) if "@" in one}


def _holds(reply: Reply, verdict: Verdict) -> bool:
    """A machine's answer, or someone's absence, says nothing of the debt: reminders go on."""
    return not reply.is_automatic and (verdict.kind is not Kind.OUT_OF_OFFICE or verdict.is_unsure)


def _hit(hit: Any) -> dict[str, Any]:
    return {"code": hit.code, "kind": str(hit.kind), "words": hit.words[:300], "place": hit.place}


def _plain(details: Details) -> dict[str, Any]:
    """The details as they are kept: ISO dates, minor units."""

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    return {
        "promised_on": iso(details.promised_on),
        "promised": _money(details.promised),
        "instalments": [
            {"on": iso(one.on), "money": _money(one.money), "words": list(one.words), "is_rest": one.is_rest}
            for one in details.instalments
        ],
        "paid_on": iso(details.paid_on),
        "absent_until": iso(details.absent_until),
        "amounts": [[money.minor, money.currency] for money in details.amounts if _fits(money.minor)],
        "documents": list(details.documents),
        "contact": asdict(details.contact) if details.contact else None,
    }


def _money(money: Money | None) -> list[Any] | None:
    return [money.minor, money.currency] if money and _fits(money.minor) else None


def _fits(minor: int) -> bool:
    return 0 < minor < 2**62


def _bounce(reply: Reply) -> dict[str, Any] | None:
    bounce = reply.bounce
    if bounce is None:
        return None
    return {
        "recipient": visible(bounce.recipient)[:254],
        "status": bounce.status,
        "said": visible(bounce.diagnostic)[:300],
        "is_permanent": bounce.is_permanent,
        "is_delivered": bounce.action in ("delivered", "relayed", "expanded"),
    }


def _aware(moment: datetime | None) -> datetime | None:
    """A date header as a moment the database can keep; None for one that no calendar has."""
    if moment is None:
        return None
    try:
        found = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return found.astimezone(UTC) if OLDEST - timedelta(days=1) < found else None
    except (OverflowError, ValueError):
        return None


def _keep_attachments(mail: Mail, raw: bytes) -> None:
    for attachment in attachments_in(raw):
        attachment.company_id, attachment.mail = mail.company_id, mail
        attachment.save()


def _mark_address(mail: Mail) -> None:
    """From a permanent failure on, no reminder is written to that address; it is said once."""
    bounce: Mapping[str, Any] = mail.bounce or {}
    address = bounce["recipient"] or (mail.action.recipient.lower() if mail.action else "")
    if not bounce["is_permanent"] or not address or address in own_addresses(mail.company):
        return
    DeadAddress.objects.get_or_create(
        company=mail.company,
        address=address,
        lifted_on=None,
        defaults={"mail": mail, "since": timezone.localdate(mail.received_at), "said": bounce["said"]},
    )


def _revive_address(mail: Mail) -> None:
    """Who writes from an address reads what is sent there: it is written to again."""
    today = timezone.localdate(mail.received_at)
    dead = DeadAddress.objects.filter(company=mail.company, address=mail.sender, lifted_on=None)
    if not dead.filter(since__lte=today).update(lifted_on=today):
        return
    record_event(
        company_id=mail.company_id, customer_id=mail.customer_id, kind="address-works", by=None,
        data={"recipient": mail.sender, "mail": mail.pk},
    )  # fmt: skip


def tell_received(mail: Mail, by: int | None) -> None:
    """Put the mail on its customer's timeline; without one it stands in the inbox alone."""
    if mail.customer_id is None:
        return
    bounce = mail.bounce or {}
    kind = "message-bounced" if bounce else "auto-reply-received" if mail.is_automatic else "reply-received"
    record_event(
        company_id=mail.company_id,
        customer_id=mail.customer_id,
        kind=kind,
        by=by,
        text=(bounce.get("said") or mail.words or mail.subject)[:TOLD],
        data={
            "mail": mail.pk,
            "sender": mail.sender,
            "subject": mail.subject,
            "sorted_as": mail.kind,
            "recipient": bounce.get("recipient", ""),
        },
        happened_at=mail.received_at,
    )
