"""From an e-mail to a reply: what its sender wrote, what it answers, and whether a person wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from exigible.inbox.rules.automatic import Bounce, automatic_signs, bounce_of
from exigible.inbox.rules.hypertext import text_of_html
from exigible.inbox.rules.parts import Part, header, headers, parts_of
from exigible.inbox.rules.quoting import own_words

LARGEST: Final = 30_000_000
"""Bytes of a message that are read; what is beyond is left in the mailbox."""
_MOST_REFERENCES: Final = 50
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{3,250}>")
_COMMENT: Final = re.compile(r"\([^()]*\)")
_NO_PLAIN: Final = re.compile(
    r"\s*(?:this (?:message|e-?mail) (?:is|requires).{0,40}html|.{0,40}html.{0,60}$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Reply:
    """An e-mail that came in, as far as it matters here."""

    words: str = ""
    """What the sender wrote themselves, with its line ends."""
    subject: str = ""
    sender: str = ""
    """The address it comes from, in small letters; "" when there is none that can be read."""
    sender_name: str = ""
    sent_at: datetime | None = None
    """As its Date header has it; anything may stand there."""
    message_id: str = ""
    answers: tuple[str, ...] = ()
    """Message-IDs with their angle brackets: In-Reply-To, then References from the nearest to the oldest."""
    attachments: tuple[str, ...] = ()
    """Names of the files that came with it."""
    signature: str = ""
    quoted: str = ""
    automatic: tuple[str, ...] = ()
    """The headers that say that a machine wrote it; empty for a person."""
    bounce: Bounce | None = None
    problems: tuple[str, ...] = field(default=())
    """Codes: "cut" (larger, deeper or in more parts than is read), "unreadable" (headers alone were read)."""

    @property
    def is_automatic(self) -> bool:
        return bool(self.automatic) or self.bounce is not None


def read_bytes(raw: bytes) -> Reply:
    """The reply in a message as it came from the mail server. Raises nothing, whatever it is given."""
    is_cut = len(raw) > LARGEST
    try:
        message: Message[Any, Any] = message_from_bytes(raw[:LARGEST], policy=compat32)
        return _read(message, ("cut",) if is_cut else ())
    except (RecursionError, TypeError, ValueError, LookupError):
        # Nested deeper than the library's parser goes, or with parameters that it raises on.
        bare = BytesHeaderParser(policy=compat32).parsebytes(raw[:100_000])
        bare.set_payload("")
        return _read(bare, ("unreadable",))


def read_message(message: EmailMessage | Message[Any, Any]) -> Reply:
    """The reply in a message that was parsed already."""
    return _read(message, ())


def _read(message: Message[Any, Any], problems: tuple[str, ...]) -> Reply:
    parts, is_cut = parts_of(message)
    body = _body(parts)
    own = own_words(body)
    name, address = _sender(message)
    return Reply(
        words=own.text,
        subject=header(message, "Subject")[:500],
        sender=address,
        sender_name=name,
        sent_at=_sent_at(message),
        message_id="".join(_MESSAGE_ID.findall(header(message, "Message-ID"))[:1]),
        answers=_answers(message),
        attachments=tuple(part.filename for part in parts if part.filename and part.is_attachment)[:100],
        signature=own.signature,
        quoted=own.quoted,
        automatic=automatic_signs(message),
        bounce=bounce_of(message, parts, body),
        problems=tuple(dict.fromkeys((*problems, *(("cut",) if is_cut else ())))),
    )


def _body(parts: list[Part]) -> str:
    """The texts that are shown: of alternatives the plain one, unless it says nothing."""
    shown = [part for part in parts if not part.is_attachment and part.content_type.startswith("text/")]
    plain = [part.text() for part in shown if part.content_type == "text/plain"]
    told = "\n".join(text for text in plain[:20] if text.strip())
    if told and not (len(told) < 200 and _NO_PLAIN.match(told)):
        return told
    html = [text_of_html(part.text()) for part in shown[:20] if part.content_type == "text/html"]
    return "\n".join(text for text in html if text) or told


def _sender(message: Message[Any, Any]) -> tuple[str, str]:
    # Comments are read by recursion, and few parsers agree on what they are: they are taken out first.
    told = _COMMENT.sub(" ", header(message, "From") or header(message, "Sender")).replace("(", " ")
    try:
        found = getaddresses([told])
    except (ValueError, IndexError):
        found = []
    name, address = next(((n, a) for n, a in found if "@" in a), ("", ""))
    return name.strip()[:200], address.strip().lower()[:254]


def _sent_at(message: Message[Any, Any]) -> datetime | None:
    try:
        return parsedate_to_datetime(header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _answers(message: Message[Any, Any]) -> tuple[str, ...]:
    nearest = [found for value in headers(message, "In-Reply-To") for found in _MESSAGE_ID.findall(value)]
    older = [found for value in headers(message, "References") for found in _MESSAGE_ID.findall(value)]
    return tuple(dict.fromkeys([*nearest, *reversed(older)]))[:_MOST_REFERENCES]
