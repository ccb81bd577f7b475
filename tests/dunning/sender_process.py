"""A process that sends a run each time it is told to, in a child that a test may kill at any moment.

`python -m tests.dunning.sender_process RUN`: for each line on standard input it begins to send, says the
child's number, and says "ended" when the child is gone.
"""

from __future__ import annotations

import os
import sys

import django


def main() -> None:
    django.setup()
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            send(int(sys.argv[1]))
        print(child, flush=True)  # noqa: T201
        os.waitpid(child, 0)
        print("ended", flush=True)  # noqa: T201


def send(run: int) -> None:
    from exigible.dunning.models import Run
    from exigible.dunning.services import send_run
    from exigible.kernel.errors import Refused

    try:
        send_run(run=Run.objects.get(pk=run), by=None, early=True)
    except Refused as refusal:
        if refusal.code != "run-is-sending":  # the database has not yet seen that the one before was killed
            raise
    os._exit(0)


if __name__ == "__main__":
    main()
