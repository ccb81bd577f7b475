"""A gateway spoken to by HTTP, set by the company: where, with which fields, and where the answer says what.

What matters is the moment when it breaks: before the request has begun to leave, nothing was sent; after it,
and before the answer, nobody can know.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from exigible.dunning.mailing import Delivery, Fate
from exigible.dunning.models import SmsGateway
from exigible.dunning.sms import GatewayDown, TextMessage
from exigible.kernel.text import clean

NAMES: Final = ("to", "to_00", "to_digits", "text", "sender", "reference", "secret", "basic", "token")
"""What the address, the headers and the fields may name between braces."""

TIMEOUT_SECONDS: Final = 20
LONGEST_ANSWER: Final = 65536
LONGEST_WAIT: Final = timedelta(hours=2)

_NAME: Final = re.compile("{(" + "|".join(NAMES) + ")}")
_NOT_LET_IN: Final = (401, 403, 407)
_FOR_LATER: Final = (408, 425, 429, 503)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway answered."""

    status: int
    text: str
    retry_after: str = ""


class _NoAnswer(Exception):
    """The request may have arrived, and nothing says what came of it."""


class HttpGateway:
    """The gateway that a company set."""

    def __init__(self, settings: SmsGateway, secret: str) -> None:
        self._settings = settings
        self._secret = secret
        self._token, self._token_until = "", 0.0

    def deliver(self, message: TextMessage) -> Delivery:
        """As `Gateway.deliver`. A refusal (4xx) is FAILED with the gateway's words; no answer is UNSURE."""
        values = self._values(message)
        url, headers, body = request_of(self._settings, values)
        try:
            answer = _exchange(self._settings.method, url, headers, body)
        except _NoAnswer as error:
            return Delivery(Fate.UNSURE, self._hidden(str(error)))
        if answer.status in _NOT_LET_IN:
            raise GatewayDown(self._hidden(words_of(answer)), "sms-gateway-refuses")
        delivery = judge(answer, self._settings)
        return Delivery(delivery.fate, self._hidden(delivery.said), delivery.message_id, delivery.again_in)

    def _values(self, message: TextMessage) -> dict[str, str]:
        digits = message.to.removeprefix("+")
        return {
            "to": message.to,
            "to_00": "00" + digits,
            "to_digits": digits,
            "text": message.text,
            "sender": self._settings.sender,
            "reference": message.reference,
            "secret": self._secret,
            "basic": base64.b64encode(self._secret.encode()).decode(),
            "token": self._token_now() if self._settings.token_url else "",
        }

    def _token_now(self) -> str:
        """The token of OAuth 2 (client credentials, RFC 6749 section 4.4), asked for again when it ends."""
        if time.monotonic() < self._token_until:
            return self._token
        basic = base64.b64encode(self._secret.encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        try:
            answer = _exchange("POST", self._settings.token_url, headers, b"grant_type=client_credentials")
        except _NoAnswer as error:
            raise GatewayDown(self._hidden(str(error))) from error
        found = _read(answer.text)
        token = at_path(found, "access_token")
        if answer.status >= 300 or not token:
            raise GatewayDown(self._hidden(words_of(answer)), "sms-gateway-refuses")
        lasts = at_path(found, "expires_in")
        self._token = token
        self._token_until = time.monotonic() + (int(lasts) - 60 if lasts.isdigit() else 60)
        return token

    def _hidden(self, said: str) -> str:
        """Words that are kept do not hold the secret."""
        for hidden in filter(None, (self._secret, self._token)):
            said = said.replace(hidden, "…")
        return said


def request_of(settings: SmsGateway, values: Mapping[str, str]) -> tuple[str, dict[str, str], bytes | None]:
    """Address, headers and body of the request for a message."""
    quoted = {name: quote(value, safe="") for name, value in values.items()}
    url = fill(settings.url, quoted)
    headers = {name: _one_line(fill(value, values)) for name, value in header_lines(settings.headers)}
    if settings.content == SmsGateway.Content.JSON:
        body = json.dumps(_filled(json.loads(settings.body), values)).encode()
        return url, {"Content-Type": "application/json", "Accept": "application/json"} | headers, body
    fields = urlencode([(name, fill(value, values)) for name, value in field_lines(settings.body)])
    if settings.content == SmsGateway.Content.QUERY:
        return f"{url}{'&' if '?' in url else '?'}{fields}", headers, None
    return url, {"Content-Type": "application/x-www-form-urlencoded"} | headers, fields.encode()


def judge(answer: Answer, settings: SmsGateway) -> Delivery:
    """What is known of a message by the gateway's answer."""
    said = words_of(answer)
    if answer.status in _FOR_LATER:
        return Delivery(Fate.LATER, said, again_in=_wait(answer.retry_after))
    if answer.status >= 500:
        return Delivery(Fate.UNSURE, said)
    if not 200 <= answer.status < 300:
        return Delivery(Fate.FAILED, said)
    found = _read(answer.text)
    if settings.ok_path:
        told = at_path(found, settings.ok_path)
        if not told:
            return Delivery(Fate.UNSURE, said)
        if told not in settings.ok_values.split():
            return Delivery(Fate.FAILED, said)
    return Delivery(Fate.SENT, message_id=at_path(found, settings.id_path)[:120])


def at_path(found: Any, path: str) -> str:
    """What stands at a path such as messages.0.id of an answer; empty where there is nothing."""
    for name in path.split(".") if path else ():
        if isinstance(found, list) and name.isdigit() and int(name) < len(found):
            found = found[int(name)]
        elif isinstance(found, dict):
            found = found.get(name)
        else:
            return ""
    return "" if not path or found is None or isinstance(found, list | dict) else str(found)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its {names} replaced; other braces stay."""
    return _NAME.sub(lambda name: values[name[1]], text)


def header_lines(text: str) -> list[tuple[str, str]]:
    """Headers as they were typed, one a line: name, colon, value."""
    return _pairs(text, ":")


def field_lines(text: str) -> list[tuple[str, str]]:
    """Fields as they were typed, one a line: name, equals sign, value."""
    return _pairs(text, "=")


def _pairs(text: str, sign: str) -> list[tuple[str, str]]:
    lines = [line.partition(sign) for line in text.splitlines() if line.strip()]
    return [(name.strip(), value.strip()) for name, _, value in lines]


def _filled(found: Any, values: Mapping[str, str]) -> Any:
    if isinstance(found, str):
        return fill(found, values)
    if isinstance(found, list):
        return [_filled(one, values) for one in found]
    if isinstance(found, dict):
        return {name: _filled(one, values) for name, one in found.items()}
    return found


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _read(text: str) -> Any:
    """An answer in JSON; None for another one."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def words_of(answer: Answer) -> str:
    """The gateway's own words, short enough to show."""
    return clean(f"{answer.status} {answer.text}", 240)


def _wait(retry_after: str) -> timedelta | None:
    return min(timedelta(seconds=int(retry_after)), LONGEST_WAIT) if retry_after.isdigit() else None


def _exchange(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """One request and its answer; redirections are not followed. Raises GatewayDown, _NoAnswer."""
    link, path = _opened(url)
    try:
        try:
            link.request(method, path, body=body, headers=dict(headers))
        except (ValueError, http.client.InvalidURL) as error:  # told before anything leaves
            raise GatewayDown(str(error), "sms-gateway-refuses") from error
        response = link.getresponse()
        text = response.read(LONGEST_ANSWER).decode("utf-8", errors="replace")
        return Answer(response.status, text, response.getheader("Retry-After") or "")
    except (OSError, http.client.HTTPException) as error:
        raise _NoAnswer(str(error) or type(error).__name__) from error
    finally:
        link.close()


def _opened(url: str) -> tuple[http.client.HTTPConnection, str]:
    """A connection to the gateway, and the path to ask it for. Raises GatewayDown."""
    try:
        parts = urlsplit(url)
        link = _link(parts.scheme, parts.hostname or "", parts.port)
        link.connect()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise GatewayDown(str(error)) from error
    return link, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _link(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)
