"""E-mails as customers send them, and the books of those customers."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

from tests.books import Books
from tests.dunning.reminders import books_with, make_sender
from tests.inbox.imap_server import FOLDER, USER, ImapServer

from exigible.inbox.models import Mail, Mailbox
from exigible.inbox.receiving import receive
from exigible.ledger.models import Company

BOOKS = """
    2026-09-01 invoice F-1001 ACME 1200.00 due 2026-10-01
    2026-09-05 invoice F-1002 ACME  300.00 due 2026-10-05
    2026-09-01 invoice F-2001 BETA  800.00 due 2026-10-10
"""
PROMISE = "Bonjour,\n\nNous réglerons la facture F-1001 par virement vendredi 27 novembre.\n\nCordialement"
PAID = "Bonjour,\n\nCette facture F-1001 a été réglée par virement le 18 novembre.\n"
DISPUTE = (
    "Bonjour,\n\nNous contestons la facture F-1001 : il manque 300,00 € de marchandise, non livrée.\n"
    "Merci de nous établir un avoir.\n"
)
ABSENT = "Je suis absent du bureau jusqu'au 4 décembre 2026."
QUOTED = "\n\nLe lun. 16 nov. 2026 à 09:12, Company ACO <compta@aco.example> a écrit :\n> Merci de payer.\n"


def written(
    body: str = PROMISE, *, sender: str = "acme@example.net", message_id: str | None = "<1@acme.example>",
    subject: str = "RE: Relance", **headers: str,
) -> bytes:  # fmt: skip
    """An e-mail as it arrives."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "compta@aco.example", subject
    message["Date"] = "Mon, 23 Nov 2026 07:30:00 +0100"
    if message_id:
        message["Message-ID"] = message_id
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message.as_bytes()


def bounced(recipient: str, original_id: str = "", *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A mail server's report of a message that it could not bring."""
    return f"""From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: compta@aco.example
Subject: Undelivered Mail Returned to Sender
Date: Mon, 23 Nov 2026 07:30:00 +0100
Message-ID: <bounce-{recipient}-{status}@mx.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mx.example said: 550 {status} No such user

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} No such user here

--b
Content-Type: text/rfc822-headers

Message-ID: {original_id}

--b--
""".encode()


def late_books(code: str = "ACO", *, country: str = "FR") -> Books:
    """A company with two late customers, ACME and BETA."""
    return books_with(BOOKS, company=make_sender(code, country=country))


def mailbox_of(company: Company, server: ImapServer, **fields: Any) -> Mailbox:
    known = {
        "host": "127.0.0.1", "port": server.port, "security": "none", "user": USER, "folder": FOLDER,
        "since": "2026-11-01",
    }  # fmt: skip
    mailbox = Mailbox.objects.create(company=company, **known | fields)
    mailbox.refresh_from_db()
    return mailbox


def received(company: Company, raw: bytes) -> Mail:
    return receive(company=company, raw=raw, by=None).mail
