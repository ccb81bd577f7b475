"""A message as it was received, kept as one file by its digest: kept twice, it is the same file."""

from __future__ import annotations

import hashlib
from email import message_from_bytes
from email.policy import compat32
from typing import Any, Final

from exigible.dunning.services.storing import full_path, keep
from exigible.inbox.models import Attachment, Mail
from exigible.inbox.rules.message import LARGEST
from exigible.inbox.rules.parts import Part, parts_of, visible
from exigible.kernel.errors import Refused

MOST_ATTACHMENTS: Final = 50
LARGEST_ATTACHMENT: Final = 20_000_000
PROGRAMS: Final = frozenset(
    (
        "app", "bat", "cmd", "com", "cpl", "dll", "exe", "gadget", "hta", "htm", "html", "iso", "img", "jar",
        "js", "jse", "lnk", "mht", "mhtml", "msi", "msp", "pif", "ps1", "reg", "scf", "scr", "sh", "shtml",
        "svg", "url", "vb", "vbe", "vbs", "vhd", "ws", "wsf", "wsh", "xhtml",
    )
)  # fmt: skip
"""Endings of files that run, or lead elsewhere, when they are opened: they stay in the mail."""


def digest_of(raw: bytes) -> str:
    """SHA-256 of a text whatever its line ends: the same mail comes with one kind or the other."""
    return hashlib.sha256(raw.replace(b"\r\n", b"\n").strip()).hexdigest()


def body_of(raw: bytes) -> bytes:
    """What stands under the headers, which change on the way."""
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def keep_raw(company_id: int, raw: bytes) -> str:
    """Keep a message as received; gives its place under the files' folder."""
    digest = hashlib.sha256(raw).hexdigest()
    path = f"inbox/{company_id}/{digest[:2]}/{digest}.eml"
    if not full_path(path).exists():
        keep(path, raw)
    return path


def raw_of(mail: Mail) -> bytes:
    """The message as received. Raises Refused("file-missing") where the file is gone."""
    path = full_path(mail.file)
    if not path.is_file():
        raise Refused("file-missing", "The file of this mail is missing: {file}.", file=mail.file)
    return path.read_bytes()


def leaves_of(raw: bytes) -> list[Part]:
    """The parts of a message, in their order; none of one that the library cannot take apart."""
    try:
        return parts_of(message_from_bytes(raw[:LARGEST], policy=compat32))[0]
    except (RecursionError, TypeError, ValueError, LookupError):
        return []


def attachments_in(raw: bytes) -> list[Attachment]:
    """What came with a message, not saved yet."""
    found: list[Attachment] = []
    for place, part in enumerate(leaves_of(raw)):
        if part.is_attachment and not _is_decoration(part) and len(found) < MOST_ATTACHMENTS:
            size = len(_bytes_of(part))
            name = part.filename or _unnamed(part)
            found.append(
                Attachment(
                    place=place,
                    name=name,
                    content_type=visible(part.content_type)[:100],
                    size=size,
                    is_withheld=_is_program(name) or size > LARGEST_ATTACHMENT,
                )
            )
    return found


def content_of(attachment: Attachment) -> bytes:
    """The bytes of an attachment. Raises Refused where they are withheld, or not there any more."""
    if attachment.is_withheld:
        raise Refused("attachment-withheld", "This file is not handed out: it may do harm, or is too large.")
    parts = leaves_of(raw_of(attachment.mail))
    if attachment.place >= len(parts):
        raise Refused("attachment-missing", "This file cannot be found in its mail any more.")
    return _bytes_of(parts[attachment.place])


def _bytes_of(part: Part) -> bytes:
    try:
        payload = part.body.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    if isinstance(payload, bytes):
        return payload
    inner: Any = part.body.get_payload()
    try:
        return bytes(inner[0].as_bytes()) if isinstance(inner, list) and len(inner) == 1 else b""
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return b""


def _is_decoration(part: Part) -> bool:
    """A picture that stands within the text: a logo under a signature."""
    is_placed = any(name.lower() == "content-id" for name, _ in part.body.raw_items())
    return part.content_type.startswith("image/") and is_placed


def _is_program(name: str) -> bool:
    return name.rpartition(".")[2].lower().strip() in PROGRAMS


def _unnamed(part: Part) -> str:
    return "message.eml" if part.content_type == "message/rfc822" else "file"
