"""A gateway of text messages for the tests: a real HTTP server that answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def fields(self) -> dict[str, str]:
        text = self.body or urlsplit(self.path).query
        return {name: values[0] for name, values in parse_qs(text).items()}


@dataclass
class GatewayServer:
    """`answers` are given in turn, the last one again and again; "die" takes the request and says nothing."""

    url: str
    requests: list[Request] = field(default_factory=list)
    answers: list[Any] = field(default_factory=lambda: [(201, {"id": "m-1"}, {})])

    def next_answer(self) -> Any:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def gateway_server() -> Iterator[GatewayServer]:
    known = GatewayServer("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode()
            known.requests.append(Request(self.command, self.path, dict(self.headers), body))
            answer = known.next_answer()
            if answer == "die":
                self.close_connection = True
                return
            if answer == "sleep":
                time.sleep(1)
                return
            status, told, headers = answer
            text = (told if isinstance(told, str) else json.dumps(told)).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST  # noqa: N815  names that the library looks for
        do_PUT = do_POST  # noqa: N815

        def log_message(self, *words: object) -> None:
            """Nothing on the screen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    known.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
