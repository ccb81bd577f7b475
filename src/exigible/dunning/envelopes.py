"""An e-mail as it leaves: the letter's words, its attachments, and the very bytes of it. No database here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.mime.image import MIMEImage
from email.utils import format_datetime, formataddr, make_msgid
from secrets import token_hex

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents.email import inline_logo, render_email
from exigible.documents.letters import merge, render_letters
from exigible.documents.statement import render_statements
from exigible.dunning.composing import Message
from exigible.dunning.readiness import email_of_sender
from exigible.kernel.errors import Refused
from exigible.kernel.text import clean


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message to one recipient, and its very text, with CRLF."""

    email: EmailMultiAlternatives
    content: bytes

    @property
    def message_id(self) -> str:
        return self.email.extra_headers["Message-ID"]

    @property
    def recipient(self) -> str:
        return self.email.to[0]


def seal(message: Message) -> Envelope:
    """The e-mail of a message, with the statement of account, and the letter itself where it is formal.

    With a test address set, it goes there and nowhere else. Raises UserMistake where an attachment cannot be
    made, ValueError for an address that is none, and Refused("no-sender").
    """
    email = _email(message)
    for name, pdf in _attachments(message):
        email.attach(name, pdf, "application/pdf")
    return Envelope(email, _as_bytes(email))


def _as_bytes(email: EmailMultiAlternatives) -> bytes:
    """The very text, with CRLF. Its boundaries are drawn by lot: the library searches all of it for each."""
    message = email.message()
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"={token_hex(16)}=")
    return message.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's has it


def _email(message: Message) -> EmailMultiAlternatives:
    action, company = message.action, message.action.run.company
    body = render_email(message.letter)
    sender = email_of_sender(company)
    if not sender:
        raise Refused("no-sender", "The company has no e-mail address to write from: see its settings.")
    email = EmailMultiAlternatives(
        subject=body.subject,
        body=body.text,
        from_email=formataddr((clean(company.name, 120), sender)),
        to=[company.test_recipient or action.recipient],
        headers={
            "Message-ID": action.message_id or make_msgid("reminder", sender.rpartition("@")[2]),
            "Date": format_datetime(timezone.localtime()),
        }
        | _thread(message),
    )
    email.attach_alternative(body.html, "text/html")
    logo = inline_logo(message.letter.sender)
    if logo is not None:
        email.attach(_inline(logo.content_id, logo.content))
    return email


def _thread(message: Message) -> dict[str, str]:
    """What joins the reminders to one address into one conversation (RFC 5322, section 3.6.4).

    There is no List-Unsubscribe: a reminder is about a contract that runs, and neither prospecting nor a list
    that one subscribes to.
    """
    if not message.thread:
        return {}
    return {"In-Reply-To": message.thread[-1], "References": " ".join(message.thread)}


def _inline(content_id: str, content: bytes) -> MIMEImage:
    image = MIMEImage(content)
    image.add_header("Content-ID", f"<{content_id}>")
    image.add_header("Content-Disposition", "inline")
    return image


def _attachments(message: Message) -> Iterator[tuple[str, bytes]]:
    if message.is_formal:
        yield _file_name(_letter_word, message), render_letters([message.enclosed])[0]
    yield _file_name(_statement_word, message), statement_pdf(message)


def statement_pdf(message: Message) -> bytes:
    """The statement of account; of a group, each member's in turn."""
    statements = [part.statement for part in message.parts] or [message.statement]
    pdfs = render_statements(statements)
    return pdfs[0] if len(pdfs) == 1 else merge(pdfs, titles=[one.recipient[0] for one in statements])


def _letter_word() -> str:
    return _("letter")


def _statement_word() -> str:
    return _("statement")


def _file_name(word: Callable[[], str], message: Message) -> str:
    with override(message.letter.language):
        return f"{word()}-{message.letter.dated:%Y-%m-%d}.pdf"
