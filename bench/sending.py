"""A run of 10,000 customers, from proposal to PDF and to a mail server of this machine, beside WeasyPrint.

`python -m bench.sending 1000` runs it for that many customers, ten items each.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.common import clock, line, open_house, peak_megabytes, title
from bench.letters import time_the_reference
from bench.morning_run import make_books

CUSTOMERS = 10_000


def main(customers: int = CUSTOMERS) -> None:
    with _mail_server() as taken:
        open_house()
        _measure(customers)
        title(f"The mail server took {taken():,} messages")


@contextmanager
def _mail_server() -> Iterator[Callable[[], int]]:
    """A server in a process of its own. It gives what ends it and tells how many messages it took."""
    command = [sys.executable, "-m", "bench.sink"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        os.environ |= {
            "EXIGIBLE_SMTP_HOST": "127.0.0.1",
            "EXIGIBLE_SMTP_PORT": server.stdout.readline().strip(),
            "EXIGIBLE_SMTP_TLS": "none",
            "EXIGIBLE_FROM": "relances@example.net",
        }
        try:
            yield lambda: int(server.communicate()[0])
        finally:
            server.kill()


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
