"""A real IMAP server on the loopback, with one mailbox that the tests put mail in."""

from __future__ import annotations

import asyncio
import imaplib
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imap_tools import BaseMailBox, MailBoxUnencrypted
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer

USER, PASSWORD, FOLDER = "relances@aco.example", "a mailbox's own word", "Replies"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class ImapServer:
    """Mail is put in, counted and looked at through IMAP itself, as another program would."""

    port: int = 0

    @contextmanager
    def signed_in(self) -> Iterator[BaseMailBox]:
        with MailBoxUnencrypted("127.0.0.1", self.port, timeout=20).login(USER, PASSWORD) as box:
            yield box

    def deliver(self, *mails: bytes, folder: str = FOLDER, at: datetime | None = None) -> None:
        with self.signed_in() as box:
            if not box.folder.exists(folder):
                box.folder.create(folder)
            for mail in mails:
                moment = imaplib.Time2Internaldate(at or datetime.now(UTC))
                status, said = box.client.append(folder, "", moment, mail.replace(b"\n", b"\r\n"))
                assert status == "OK", said

    def make_anew(self, folder: str = FOLDER) -> None:
        """The folder is made anew with the same mail in it: its numbers mean something else."""
        with self.signed_in() as box:
            box.folder.set(folder)
            kept = [box.client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] for uid in box.uids()]
            box.folder.set("INBOX")
            box.folder.delete(folder)
        self.deliver(*(mail.replace(b"\r\n", b"\n") for mail in reversed(kept)), folder=folder)

    def subjects(self, folder: str = FOLDER) -> list[str]:
        with self.signed_in() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder, readonly=True)
            return [mail.subject for mail in box.fetch(mark_seen=False)]

    def flags(self, folder: str = FOLDER) -> list[tuple[str, ...]]:
        with self.signed_in() as box:
            box.folder.set(folder, readonly=True)
            return [tuple(f for f in mail.flags if f != r"\Recent") for mail in box.fetch(mark_seen=False)]


@contextmanager
def imap_server() -> Iterator[ImapServer]:
    """A server on a free port of 127.0.0.1 for as long as the block runs."""
    server, loop, is_ready, told_to_stop = ImapServer(), asyncio.new_event_loop(), threading.Event(), []

    async def serve() -> None:
        stop = asyncio.Event()
        told_to_stop.append(stop)
        backend, config = await DictBackend.init(_arguments())
        config.apply_context()
        imap = IMAPServer(backend.login, config)
        async with AsyncExitStack() as stack:
            await backend.start(stack)

            async def answer(reader: Any, writer: Any) -> None:
                await imap(reader, writer, SocketInfoLocal(writer))

            listening = await asyncio.start_server(answer, "127.0.0.1", 0)
            server.port = listening.sockets[0].getsockname()[1]
            is_ready.set()
            await stop.wait()
            listening.close()

    def run() -> None:
        loop.run_until_complete(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert is_ready.wait(20)
        yield server
    finally:
        loop.call_soon_threadsafe(told_to_stop[0].set)
        thread.join(20)


def _arguments() -> Namespace:
    return Namespace(
        debug=False, host=["127.0.0.1"], port="0", cert=None, key=None, tls=False, insecure_login=True,
        proxy_protocol=None, inherited_sockets=None, passlib_cfg=None,
        demo_data=False, demo_user=USER, demo_password=PASSWORD, skip_services=[],
    )  # fmt: skip
