"""Handing text messages to a gateway: what a gateway is, and which ones there are.

A gateway of a kind of its own is added without touching this room: `register` its maker from the `ready` of
an app, and set `kind` of the company's gateway to its name. The one that comes with the program speaks HTTP
and is set by the company, field by field (`http.py`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from exigible.dunning.mailing import Delivery
from exigible.dunning.models import SmsGateway
from exigible.ledger.models import Company


@dataclass(frozen=True, slots=True)
class TextMessage:
    """One text message to one number in E.164; `reference` is the same when it is handed over again."""

    to: str
    text: str
    reference: str


class GatewayDown(Exception):
    """The gateway cannot be reached or does not let us in: no message was handed over. `code` says which."""

    def __init__(self, said: str, code: str = "sms-gateway-unreachable") -> None:
        super().__init__(said)
        self.code = code


class Gateway(Protocol):
    """What sends text messages."""

    def deliver(self, message: TextMessage) -> Delivery:
        """Hand over one message and say what is known of it then.

        SENT only when the gateway said that it took it, with its own id for it; UNSURE whenever the request
        may have arrived and no answer says what came of it. Raises GatewayDown where nothing was handed over.
        """


Maker = Callable[[SmsGateway, str], Gateway]
"""Makes a gateway of a company's settings and its secret."""

_makers: dict[str, Maker] = {}


def register(kind: str, maker: Maker) -> None:
    """Have gateways of a kind made by `maker`; told again, it changes nothing."""
    _makers[kind] = maker


def gateway_of(settings: SmsGateway) -> Gateway:
    """The gateway of these settings. Raises GatewayDown for a kind that nobody registered."""
    maker = _makers.get(settings.kind)
    if maker is None:
        raise GatewayDown(settings.kind, "sms-gateway-unknown")
    return maker(settings, secret_of(settings.company))


def secret_name(company: Company) -> str:
    """The variable of the environment that gives the secret of a company's gateway."""
    return "EXIGIBLE_SMS_SECRET_" + re.sub(r"[^A-Z0-9]", "_", company.code.upper())


def secret_of(company: Company) -> str:
    """The secret: a key, or user:password; empty where none is given."""
    return os.environ.get(secret_name(company), "")
