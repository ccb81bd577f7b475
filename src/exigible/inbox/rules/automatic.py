"""Whether a machine answered: an automatic reply (RFC 3834), or a server that did not deliver (RFC 3464)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from typing import Any, Final, Literal

from exigible.inbox.rules.parts import Part, header, headers
from exigible.kernel.text import fold

BounceAction = Literal["failed", "delayed", "delivered", "relayed", "expanded", ""]

_STATUS: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_SMTP_CODE: Final = re.compile(r"\b([45]\d\d)[ -](?:#?\d\.\d{1,3}\.\d{1,3}\b|\D)")
_ADDRESS: Final = re.compile(r"[\w.+'=\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){1,6}")
_MESSAGE_ID: Final = re.compile(r"<[^<>\s]{3,250}>")
_ROBOT: Final = re.compile(
    r"\b(?:mailer-daemon|postmaster|mail delivery (?:sub)?system|microsoftexchange\w*)\b"
)
_FAILED: Final = re.compile(
    r"undeliver(?:able|ed)|delivery (?:status notification|has failed|failure|failed|incomplete)"
    r"|failure notice"
    r"|returned mail|mail delivery failed|non remis|echec de (?:la )?(?:remise|distribution)"
    r"|non distribu|retour a l'expediteur"
    r"|remise (?:du message )?(?:impossible|retardee|echouee)|warning: (?:could not send|message)"
    r"|delayed|retarde"
    r"|message non (?:remis|delivre)|address not found|adresse introuvable"
)
_DELAYED: Final = re.compile(
    r"delay|retard|still trying|nouvelle tentative|warning: could not send|incomplete"
)
_PERMANENT: Final = re.compile(
    r"user (?:unknown|doesn't exist|not found)|unknown (?:user|recipient|address)|no such (?:user"
    r"|mailbox|recipient)"
    r"|does(?:n't| not) exist|mailbox (?:unavailable|not found|is disabled|disabled)|address (?:rejected"
    r"|not found)"
    r"|account (?:that you tried to reach )?(?:does not exist|is disabled|has been disabled)"
    r"|recipient rejected"
    r"|(?:adresse|boite|utilisateur|destinataire)\b.{0,40}(?:introuvable|inconnue?|n'existe pas"
    r"|inexistante?)"
    r"|domain (?:not found|does not exist)|host (?:or domain )?(?:unknown|name not found)"
)
_FULL: Final = re.compile(
    r"(?:mailbox|boite|quota|inbox)\b.{0,60}\b(?:full|pleine|exceeded|depasse|over quota)|over ?quota"
)
_AUTO_SUBJECT: Final = re.compile(
    r"(?:re ?: ?)?(?:auto(?:matic|mated|-)? ?(?:reply|response|answer|reponse)"
    r"|reponse auto(?:matique)?\b|auto ?:"
    r"|message automatique|out of (?:the )?office|absen(?:ce|t)\b.{0,20}(?:bureau|office)?"
    r"|accuse (?:de )?reception automatique"
    r"|autoreply|autoresponse|ooo\b|abwesen|notification d'absence|absence du bureau)"
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail server says of one message that it could not, or not yet, deliver."""

    recipient: str
    """The address that failed, in small letters; "" where the report does not tell."""
    status: str
    """The enhanced status code of RFC 3463 ("5.1.1"); "" where there is none."""
    action: BounceAction
    diagnostic: str
    original_message_id: str
    """The Message-ID of what could not be delivered, with its angle brackets; "" where it is not told."""

    @property
    def is_permanent(self) -> bool:
        """Whether another try to that address is in vain."""
        return self.action == "failed" and not self.status.startswith("4")


def automatic_signs(message: Message[Any, Any]) -> tuple[str, ...]:
    """The headers and the beginning of a subject that say that no person wrote this."""
    found = [
        f"{name}: {value[:80]}"
        for name, is_sign in _SIGNS.items()
        for value in headers(message, name)
        if is_sign(value.lower())
    ]
    subject = header(message, "Subject")
    if _AUTO_SUBJECT.match(fold(subject[:200])):
        found.append(f"Subject: {subject[:80]}")
    return tuple(found)


_SIGNS: Final[dict[str, Callable[[str], bool]]] = {
    "Auto-Submitted": lambda value: not value.startswith("no"),
    "X-Auto-Response-Suppress": lambda value: "all" in value or "autoreply" in value,
    "Precedence": lambda value: value in ("auto_reply", "auto-reply", "bulk", "junk"),
    "X-Autoreply": lambda value: value not in ("no", "false", "0"),
    "X-Autorespond": bool,
    "X-Autoresponder": bool,
    "X-Auto-Reply": bool,
    "X-Vacation": bool,
}


def bounce_of(message: Message[Any, Any], parts: list[Part], body: str) -> Bounce | None:
    """The report of a mail server, in the form of RFC 3464 or in words; None for anything else."""
    report = next((part for part in parts if part.content_type == "message/delivery-status"), None)
    kind = header(message, "Content-Type").lower()
    if report is not None and (kind.startswith("multipart/report") or _is_from_robot(message)):
        return _reported(report, parts, body)
    if _is_from_robot(message) and (
        _FAILED.search(fold(header(message, "Subject")[:300])) or _FAILED.search(fold(body[:2_000]))
    ):
        return _told(message, parts, body)
    return None


def _is_from_robot(message: Message[Any, Any]) -> bool:
    sender = fold(header(message, "From")[:300])
    return _ROBOT.search(sender) is not None or header(message, "Return-Path").strip() == "<>"


def _reported(report: Part, parts: list[Part], body: str) -> Bounce:
    fields = _fields(report)
    recipient = (fields.get("final-recipient") or fields.get("original-recipient", "")).rpartition(";")[2]
    action = fields.get("action", "").split()[:1]
    status = _STATUS.search(fields.get("status", "") + " " + fields.get("diagnostic-code", ""))
    known = {"failed", "delayed", "delivered", "relayed", "expanded"}
    said: Any = action[0].lower() if action and action[0].lower() in known else ""
    found = _ADDRESS.search(recipient)
    return Bounce(
        (found[0] if found else "").lower(),
        status[1] if status else "",
        said or _action_of(status[1] if status else "", body),
        fields.get("diagnostic-code", "")[:500],
        _original_id(parts, body),
    )


def _fields(report: Part) -> dict[str, str]:
    """The fields of the report; of several recipients, those of the first that failed."""
    payload = report.body.get_payload()
    blocks = payload if isinstance(payload, list) else []
    groups = [_block(block) for block in blocks[:50]] if blocks else [_block_of_text(report.text())]
    told = [group for group in groups if "final-recipient" in group or "status" in group]
    failed = [group for group in told if group.get("action", "").lower().startswith("fail")]
    return (failed or told or [{}])[0]


def _block(block: Any) -> dict[str, str]:
    return {name.lower(): " ".join(str(value)[:1_000].split()) for name, value in block.raw_items()}


def _block_of_text(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in re.sub(r"\n[ \t]+", " ", text[:8_000]).split("\n"))
    return {name.strip().lower(): value.strip() for name, sep, value in pairs if sep}


def _told(message: Message[Any, Any], parts: list[Part], body: str) -> Bounce:
    """A report in words: the first address that is not the robot's, the first code, the words around it."""
    told = body[:8_000]
    status, code = _STATUS.search(told), _SMTP_CODE.search(told)
    found = status[1] if status else ""
    folded = fold(told)
    subject = fold(header(message, "Subject"))
    if not found and (_FULL.search(folded) or _PERMANENT.search(folded)):
        found = "5.2.2" if _FULL.search(folded) else "5.1.1"
    named = header(message, "X-Failed-Recipients")
    addresses = [a for a in _ADDRESS.findall(named or told) if not _ROBOT.search(a.lower())]
    permanent = found.startswith("5") or (code is not None and code[1].startswith("5"))
    action: BounceAction = "delayed" if _DELAYED.search(subject) and not permanent else "failed"
    around = status or code
    diagnostic = told[max(0, around.start() - 100) : around.end() + 200] if around else told[:300]
    return Bounce(
        addresses[0].lower() if addresses else "",
        found,
        action,
        " ".join(diagnostic.split()),
        _original_id(parts, body),
    )


def _action_of(status: str, body: str) -> BounceAction:
    if status:
        return "failed" if status.startswith("5") else "delayed" if status.startswith("4") else "delivered"
    return "delayed" if _DELAYED.search(fold(body[:1_000])) else "failed"


def _original_id(parts: list[Part], body: str) -> str:
    """The Message-ID in the headers of the original, which come attached or under the report."""
    for part in parts:
        if part.content_type == "message/rfc822":
            inner = part.body.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                return header(inner[0], "Message-ID")[:250]
        if part.content_type in ("text/rfc822-headers", "message/rfc822-headers"):
            return _labelled_id(part.text())
    return _labelled_id(body)


def _labelled_id(text: str) -> str:
    found = re.search(
        r"^\s*>?\s*Message-ID:\s*(<[^<>\s]{3,250}>)", text[:20_000], re.IGNORECASE | re.MULTILINE
    )
    return found[1] if found else ""
