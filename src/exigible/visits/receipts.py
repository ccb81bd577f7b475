"""Receipts: issued with a number that leaves no gap, announced to accounting, sent by e-mail once."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime, formataddr, make_msgid
from typing import Final

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents.model import Language
from exigible.documents.receipt import ReceiptPaper, render_receipt
from exigible.dunning.mailing import Delivery, Fate, Mailer, MailServerDown
from exigible.dunning.readiness import email_of_sender
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import clean
from exigible.language import formats
from exigible.ledger.calendars import calendar_of
from exigible.ledger.edits import rest_at_least
from exigible.ledger.models import Customer
from exigible.ledger.services import lock_books
from exigible.negotiation.models import Request
from exigible.negotiation.requests import take_request, who_may_answer
from exigible.positions.parties import recipient_of, sender_of
from exigible.team.models import Membership, User
from exigible.team.rules import Right, may
from exigible.timeline.services import record_event
from exigible.visits.models import Receipt, Visit
from exigible.visits.queries import policy_of

MOST_MINOR: Final = 10**14


@dataclass(frozen=True, slots=True)
class Handed:
    """What a customer handed over, in minor units; `signature` is a PNG that was verified, or nothing."""

    means: str
    amount_minor: int
    currency: str
    cheque_number: str = ""
    cheque_bank: str = ""
    signer: str = ""
    signature: bytes = b""
    email: str = ""


@transaction.atomic
def issue_receipt(*, visit: Visit, customer: Customer, handed: Handed, by: int) -> Receipt:
    """Write the receipt for what was handed over on a visit. Its number follows the company's last one.

    Raises UserMistake for an amount that cannot be, and for a cheque without its number.
    """
    lock_books(visit.company_id)
    if not 0 < handed.amount_minor < MOST_MINOR:
        raise UserMistake("receipt-amount", "A receipt is for an amount above zero.")
    if handed.means == Receipt.Means.CHEQUE and not handed.cheque_number.strip():
        raise UserMistake("cheque-number", "Write the number of the cheque.")
    last = Receipt.objects.filter(company_id=visit.company_id).aggregate(last=Max("number"))["last"] or 0
    receipt = Receipt(
        company_id=visit.company_id, number=last + 1, visit=visit, customer=customer, means=handed.means,
        amount_minor=handed.amount_minor, currency=handed.currency,
        cheque_number=handed.cheque_number.strip(), cheque_bank=handed.cheque_bank.strip(),
        received_on=timezone.localdate(visit.noted_at), signer=handed.signer.strip(),
        signature=handed.signature, issued_at=timezone.now(), email=handed.email,
    )  # fmt: skip
    receipt.pdf = render_receipt(_paper(receipt, User.objects.get(pk=by)))
    receipt.save()
    if handed.email:
        send_later(receipt)
    return receipt


def _paper(receipt: Receipt, collector: User) -> ReceiptPaper:
    customer, company = receipt.customer, receipt.customer.company
    language: Language = "en" if customer.language == "en" else "fr"
    return ReceiptPaper(
        sender=sender_of(company),
        language=language,
        number=receipt.number,
        received_on=receipt.received_on,
        customer=recipient_of(customer, company, language),
        customer_code=customer.code,
        amount_minor=receipt.amount_minor,
        currency=receipt.currency,
        cheque=_cheque(receipt, language),
        received_by=str(collector),
        signer=receipt.signer,
        signature=bytes(receipt.signature),
    )


def _cheque(receipt: Receipt, language: str) -> str:
    if receipt.means != Receipt.Means.CHEQUE:
        return ""
    with override(language):
        return means_words(receipt)


def means_words(receipt: Receipt) -> str:
    """How the money was handed over: cash, or a cheque with its number and its bank."""
    if receipt.means == Receipt.Means.CASH:
        return _("cash")
    said = _("cheque no. %(number)s") % {"number": receipt.cheque_number}
    return f"{said}, {receipt.cheque_bank}" if receipt.cheque_bank else said


def announce(receipt: Receipt, by: int) -> None:
    """Tell accounting that money was collected, for it to be found and written; reminders rest meanwhile.

    Nothing is booked: what is owed stays until the payment is in the books or on the bank.
    """
    customer = receipt.customer
    said = _("%(amount)s collected on a visit (%(means)s), receipt no. %(number)s") % {
        "amount": formats.money(receipt.amount_minor, receipt.currency, with_symbol=True),
        "means": means_words(receipt),
        "number": receipt.number,
    }
    take_request(
        customer=customer, kind=Request.Kind.PAYMENT_SEARCH, text=said, owner=_who_keeps_books(customer, by),
        by=by,
    )  # fmt: skip
    company = customer.company
    days = policy_of(company).hold_days
    until = calendar_of(company.country, company).add_business_days(timezone.localdate(), days)
    rest_at_least(customer=customer, until=until, reason=said, by=by)


def _who_keeps_books(customer: Customer, by: int) -> int:
    """Someone who letters and may see the customer; else whoever collected."""
    people = {user.pk for user in who_may_answer(customer)}
    members = Membership.objects.filter(company=customer.company_id, user__in=people).order_by("pk")
    letters = [member.user_id for member in members if may(member.role, Right.LETTER)]
    return by if by in letters or not letters else letters[0]


@transaction.atomic
def mail_receipt(*, receipt: Receipt, email: str, by: int | None) -> None:
    """Have a receipt sent to an address, again where it was sent before.

    Raises Refused("receipt-leaving") while it is on its way already.
    """
    lock_books(receipt.company_id)
    changed = Receipt.objects.filter(pk=receipt.pk).exclude(mail=Receipt.Mail.WAITING)
    if not changed.update(email=email, mail_problem=""):
        raise Refused("receipt-leaving", "This receipt is about to be sent already.")
    receipt.email = email
    record_event(
        company_id=receipt.company_id, customer_id=receipt.customer_id, kind="receipt-to-send", by=by,
        data={"number": receipt.number, "recipient": email},
    )  # fmt: skip
    send_later(receipt)


def send_later(receipt: Receipt, minutes: int = 0, attempt: int = 1) -> None:
    """Ask a worker to send the receipt; in the caller's transaction."""
    from exigible.visits.jobs import send_receipt_job  # which needs this module

    Receipt.objects.filter(pk=receipt.pk).update(mail=Receipt.Mail.WAITING)
    send_receipt_job.configure(schedule_in={"minutes": minutes}).defer(receipt_id=receipt.pk, attempt=attempt)


def send_receipt(receipt_id: int, *, is_last: bool = False) -> Delivery | None:
    """Send a receipt that waits for it; None where it does not wait (any more).

    It is reserved before it leaves: whoever is stopped in between leaves it uncertain, never sent twice.
    `is_last`: a mail server that is not there makes it fail, rather than wait for another time.
    """
    waiting = Receipt.objects.filter(pk=receipt_id, mail=Receipt.Mail.WAITING)
    if not waiting.update(mail=Receipt.Mail.RESERVED):
        return None
    receipt = Receipt.objects.select_related("customer__company").get(pk=receipt_id)
    try:
        message = _message(receipt)
        with Mailer() as mailer:
            content = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's has it
            delivery = mailer.deliver(message, content)
    except MailServerDown as down:
        delivery = Delivery(Fate.LATER, str(down))
    except Refused as refusal:
        delivery = Delivery(Fate.FAILED, str(refusal))
    if is_last and delivery.fate is Fate.LATER:
        delivery = Delivery(Fate.FAILED, delivery.said)
    _settle(receipt, delivery)
    return delivery


_STATES: Final = {
    Fate.SENT: Receipt.Mail.SENT,
    Fate.LATER: Receipt.Mail.WAITING,
    Fate.UNSURE: Receipt.Mail.RESERVED,
    Fate.REFUSED: Receipt.Mail.FAILED,
    Fate.FAILED: Receipt.Mail.FAILED,
}


@transaction.atomic
def _settle(receipt: Receipt, delivery: Delivery) -> None:
    lock_books(receipt.company_id)
    is_sent = delivery.fate is Fate.SENT
    Receipt.objects.filter(pk=receipt.pk).update(
        mail=_STATES[delivery.fate], mail_problem="" if is_sent else delivery.said[:300],
        mailed_at=timezone.now() if is_sent else None,
    )  # fmt: skip
    if delivery.fate is not Fate.LATER:
        kinds = {Fate.SENT: "receipt-sent", Fate.UNSURE: "receipt-unsure"}
        record_event(
            company_id=receipt.company_id, customer_id=receipt.customer_id,
            kind=kinds.get(delivery.fate, "receipt-failed"), by=None,
            data={"number": receipt.number, "recipient": receipt.email, "why": delivery.said[:300]},
        )  # fmt: skip


def _message(receipt: Receipt) -> EmailMessage:
    company = receipt.customer.company
    sender = email_of_sender(company)
    if not sender:
        raise Refused("no-sender", "Give the company an address to write from: see its settings.")
    with override(receipt.customer.language):
        subject = _("Receipt no. %(number)s") % {"number": receipt.number}
        amount = formats.money(receipt.amount_minor, receipt.currency, with_symbol=True)
        body = _(
            "Good day,\n\nPlease find attached our receipt no. %(number)s for %(amount)s (%(means)s), "
            "received on %(day)s.\n\nKind regards,\n%(company)s\n"
        ) % {
            "number": receipt.number, "amount": amount, "means": means_words(receipt),
            "day": formats.day(receipt.received_on, "long"), "company": company.name,
        }  # fmt: skip
        name = file_name(receipt)
    message = EmailMessage(
        subject=f"{subject} · {clean(company.name, 120)}",
        body=body,
        from_email=formataddr((clean(company.name, 120), sender)),
        to=[company.test_recipient or receipt.email],
        headers={
            "Message-ID": make_msgid("receipt", sender.rpartition("@")[2]),
            "Date": format_datetime(timezone.localtime()),
        },
    )
    message.attach(name, bytes(receipt.pdf), "application/pdf")
    return message


def file_name(receipt: Receipt) -> str:
    """What the PDF of a receipt is called, in the language that is spoken."""
    return f"{_('receipt')}-{receipt.number}.pdf"
