"""A provider of electronic registered letters, as a real HTTP server that can fail as one does."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Provider:
    """What the server was given, and how it is to behave: "takes", "refuses", "breaks", "breaks-first"."""

    def __init__(self) -> None:
        self.behaviour = "takes"
        self.letters: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.keys: list[str] = []
        self.events: list[dict[str, str]] = []
        self.proof = b""
        self.url = ""

    def take(self, body: dict[str, Any]) -> str:
        """The id of a letter: the same for the same reference, as the key promises."""
        for known, letter in self.letters.items():
            if letter["reference"] == body["reference"]:
                return known
        found = f"LRE-{len(self.letters) + 1}"
        self.letters[found] = body | {"content": base64.b64decode(body["pdf"])}
        return found

    def post(self, body: dict[str, Any], key: str, reference: str) -> tuple[int, dict[str, Any]]:
        """The answer to a deposit; status 0: the line breaks without one."""
        self.posts += 1
        if key != "Bearer secret":
            return 401, {"error": "who are you"}
        self.keys.append(reference)
        if self.behaviour == "refuses":
            return 422, {"error": "no such mailbox"}
        taken = "" if self.behaviour == "breaks-first" else self.take(body)
        return (201, {"id": taken}) if self.behaviour == "takes" else (0, {})

    def get(self, path: str, query: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """The answer about a letter, by our reference or by its id."""
        if path != "/v1/letters":
            return 200, {"events": self.events}
        found = [known for known, one in self.letters.items() if [one["reference"]] == query["reference"]]
        return (200, {"id": found[0]}) if found else (404, {})


@contextmanager
def provider() -> Iterator[Provider]:
    """The provider on a port of this machine."""
    state = Provider()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state))
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def _handler(state: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = state.post(body, self.headers["Authorization"], self.headers["Idempotency-Key"])
            if status:
                self._answer(status, answer)
            else:
                self._break()

        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if asked.path.endswith("/proof"):
                self._send(200 if state.proof else 404, state.proof)
            else:
                self._answer(*state.get(asked.path, parse_qs(asked.query)))

        def _break(self) -> None:
            """Close the line without a word, as a server that dies does."""
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            self._send(status, json.dumps(body).encode())

        def _send(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    return Handler
