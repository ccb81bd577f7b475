"""A run of 10,000 customers, from proposal to PDF and to a mail server of this machine, beside WeasyPrint.

`python -m bench.sending 1000` runs it for that many customers, ten items each.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench.common import clock, line, open_house, peak_megabytes, title
from bench.letters import time_the_reference
from bench.morning_run import make_books

CUSTOMERS = 10_000


def main(customers: int = CUSTOMERS) -> None:
    with _mail_server():
        open_house()
        _measure(customers)


@contextmanager
def _mail_server() -> Iterator[None]:
    """A server that takes every message and keeps none, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", "aiosmtpd.handlers.Sink"]
    server = subprocess.Popen([sys.executable, *command])
    os.environ |= {
        "EXIGIBLE_SMTP_HOST": "127.0.0.1",
        "EXIGIBLE_SMTP_PORT": str(port),
        "EXIGIBLE_SMTP_TLS": "none",
        "EXIGIBLE_FROM": "relances@example.net",
    }
    try:
        _wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the mail server of the benchmark does not start")


def _measure(customers: int) -> None:
    from exigible.dunning.services import approve, propose_run, send_run
    from exigible.ledger.models import Company

    company, today = make_books(customers)
    Company.objects.filter(pk=company.pk).update(address="2 rue Basse", city="Nice")
    title(f"A run of {customers:,} customers, from proposal to mail server and printed letter")
    times: dict[str, float] = {}
    with clock(times, "proposed"):
        run = propose_run(company=company, on=today, by=None)
    with clock(times, "approved"):
        approve(run=run, by=None)
    with clock(times, "sent"):
        report = send_run(run=run, by=None, early=True)
    sent = report.states["sent"]
    reference = time_the_reference(sent)
    line(f"WeasyPrint, {sent:,} such letters one at a time (from a few)", reference)
    line("proposed", times["proposed"])
    line("approved", times["approved"])
    rate = f"{sent / times['sent']:,.0f} messages a second, {dict(report.states)}"
    line("sent", times["sent"], reference=reference, note=rate)
    line("from proposal to handed over", sum(times.values()), note=f"peak {peak_megabytes()} MB in Python")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
