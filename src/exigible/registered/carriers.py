"""Providers of electronic registered delivery (eIDAS, art. 44): what is asked of one, and one over HTTP.

A deposit that surely did not arrive may be tried again; one of which it cannot be known is shown to a person.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Protocol
from urllib.parse import quote, urlsplit

from django.conf import settings

from exigible.kernel.dates import parse_date
from exigible.kernel.errors import UserMistake

SECONDS: Final = 30
LARGEST_ANSWER: Final = 20 * 2**20
LOCAL: Final = ("127.0.0.1", "localhost", "::1")


class NotDeposited(Exception):
    """The provider surely did not take the letter; the text is what it said."""


class Unsure(Exception):
    """The provider may have taken the letter, and may not."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A letter as a provider takes it. `reference` is ours: the same letter has it at each try."""

    reference: str
    recipient: str
    email: str
    is_professional: bool
    subject: str
    pdf: bytes


@dataclass(frozen=True, slots=True)
class CarrierStatus:
    """One thing that a provider says of a letter; `status` is one of this room's own words."""

    status: str
    on: date
    said: str = ""


class Carrier(Protocol):
    """A provider of electronic registered delivery."""

    name: str

    def deposit(self, deposit: Deposit) -> str:
        """Hand a letter over; gives the provider's id of it. Raises NotDeposited or Unsure."""

    def find(self, reference: str) -> str:
        """The id of the letter with our reference; empty where the provider has none. Raises Unsure."""

    def statuses(self, deposit_id: str) -> Sequence[CarrierStatus]:
        """What is known of a letter. Raises Unsure."""

    def proof(self, deposit_id: str) -> bytes:
        """The proof of how a letter ended, as PDF; empty where there is none yet. Raises Unsure."""


class HttpCarrier:
    """A provider with a plain JSON interface, or a gateway that speaks it for one.

    POST /letters deposits, GET /letters?reference= finds, GET /letters/ID tells the events, GET
    /letters/ID/proof gives the proof. The key goes along as a bearer token. Raises UserMistake("lre-url")
    unless the address is https (or this machine).
    """

    def __init__(self, url: str, token: str, name: str) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in LOCAL)):
            raise UserMistake("lre-url", "EXIGIBLE_LRE_URL is to be an address that begins with https://.")
        self.name = name
        self._is_tls, self._host, self._port = parts.scheme == "https", host, parts.port
        self._base = parts.path.rstrip("/")
        self._token = token

    def deposit(self, deposit: Deposit) -> str:
        body = {
            "reference": deposit.reference,
            "recipient": {
                "name": deposit.recipient, "email": deposit.email, "is_professional": deposit.is_professional,
            },
            "subject": deposit.subject,
            "pdf": base64.b64encode(deposit.pdf).decode("ascii"),
        }  # fmt: skip
        status, content = self._ask("POST", "/letters", body, deposit.reference)
        if 400 <= status < 500 and status not in (408, 409):
            raise NotDeposited(_words(status, content))
        if not 200 <= status < 300:
            raise Unsure(_words(status, content))
        found = _json(content).get("id")
        if not isinstance(found, str) or not 0 < len(found) <= 120:
            raise Unsure("the answer names no letter")
        return found

    def find(self, reference: str) -> str:
        status, content = self._ask_again("GET", f"/letters?reference={quote(reference, safe='')}")
        if status == 404:
            return ""
        return str(_ok(status, content).get("id") or "")

    def statuses(self, deposit_id: str) -> Sequence[CarrierStatus]:
        events = _ok(*self._ask_again("GET", f"/letters/{quote(deposit_id, safe='')}")).get("events", [])
        return [found for event in events if (found := _status(event)) is not None]

    def proof(self, deposit_id: str) -> bytes:
        status, content = self._ask_again("GET", f"/letters/{quote(deposit_id, safe='')}/proof")
        if status == 404:
            return b""
        if status != 200:
            raise Unsure(_words(status, content))
        return content

    def _ask_again(self, method: str, path: str) -> tuple[int, bytes]:
        """A question may be asked twice: that it did not arrive is no more than not knowing."""
        try:
            return self._ask(method, path)
        except NotDeposited as error:
            raise Unsure(str(error)) from error

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, key: str = ""
    ) -> tuple[int, bytes]:
        connection = self._connection()
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json, application/pdf"}
        if body is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        try:
            connection.connect()
        except OSError as error:
            raise NotDeposited(f"cannot be reached: {error}") from error
        try:
            sent = None if body is None else json.dumps(body).encode()
            connection.request(method, self._base + path, sent, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(LARGEST_ANSWER)
        except (OSError, http.client.HTTPException) as error:
            raise Unsure(f"the connection broke: {error}") from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._is_tls:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=SECONDS, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=SECONDS)


def carrier() -> Carrier | None:
    """The provider that the settings name; None without one."""
    if not settings.LRE_URL:
        return None
    return HttpCarrier(settings.LRE_URL, settings.LRE_TOKEN, settings.LRE_NAME)


def _ok(status: int, content: bytes) -> dict[str, Any]:
    if status != 200:
        raise Unsure(_words(status, content))
    return _json(content)


def _json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Unsure("the answer cannot be read") from error
    return found if isinstance(found, dict) else {}


def _words(status: int, content: bytes) -> str:
    return f"{status} {content[:200].decode('utf-8', 'replace')}".strip()


def _status(event: Any) -> CarrierStatus | None:
    """An event as it came; None where it lacks a status or a day."""
    if not isinstance(event, dict):
        return None
    try:
        on = parse_date(str(event.get("on", "")))
    except UserMistake:
        return None
    return CarrierStatus(str(event.get("status", "")), on, str(event.get("said", ""))[:200])
