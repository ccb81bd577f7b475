"""A real mail server on the loopback, which can be told to behave badly."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass
class MailServer:
    """What arrived, in order. `refuse`: answers by recipient; `die_after_text`: hangs up, not answering."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    refuse_text: str = ""
    die_after_text: int = 0
    connections: int = 0
    port: int = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse_text:
            return self.refuse_text
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        self.recipients += envelope.rcpt_tos
        if self.die_after_text:
            self.die_after_text -= 1
            server.transport.abort()
        return "250 Taken"

    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.messages]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A server on a free port of 127.0.0.1 for as long as the block runs."""
    mail, loop, is_ready = MailServer(), asyncio.new_event_loop(), threading.Event()

    async def listen() -> None:
        server = await loop.create_server(lambda: SMTP(mail, loop=loop), "127.0.0.1", 0)
        mail.port = server.sockets[0].getsockname()[1]
        is_ready.set()

    def run() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert is_ready.wait(20)
        yield mail
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)
        loop.close()
