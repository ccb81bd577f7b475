"""A mail server that takes every message and keeps none, and says at its end how many it took.

`python -m bench.sink` prints its port, then a number when its standard input ends. It reads in blocks, not
line by line, so that what is measured has the processor to itself.
"""

from __future__ import annotations

import socketserver
import sys
import threading
from itertools import count

ANSWERS = {b"QUIT": b"221 bye", b"DATA": b"354 go on"}
END = b"\r\n.\r\n"


class _Session(socketserver.StreamRequestHandler):
    taken = count()

    def handle(self) -> None:
        self.wfile.write(b"220 sink\r\n")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            self.wfile.write(ANSWERS.get(verb, b"250 fine") + b"\r\n")
            if verb == b"QUIT":
                return
            if verb == b"DATA":
                self._skip_text()

    def _skip_text(self) -> None:
        tail = b"\r\n"
        while not tail.endswith(END):  # the client waits for the answer, so nothing follows the end
            block = self.rfile.read1()  # type: ignore[attr-defined]  # of a buffered reader
            if not block:
                return
            tail = (tail + block)[-len(END) :]
        next(self.taken)
        self.wfile.write(b"250 taken\r\n")


def main() -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(server.server_address[1], flush=True)
        sys.stdin.read()
        print(next(_Session.taken), flush=True)
        server.shutdown()


if __name__ == "__main__":
    main()
