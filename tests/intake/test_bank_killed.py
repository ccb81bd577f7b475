"""A bank import that is killed at any moment leaves nothing half-written, and can be done again."""

from __future__ import annotations

import os
import random
import time

import pytest
from tests.books import make_company
from tests.intake.bank_files import camt, receive_bank
from tests.intake.test_killed import _wait_until_the_server_noticed, start_in_a_process

from exigible.intake.models import Import
from exigible.intake.services import apply, preview, recover_interrupted
from exigible.ledger.models import BankAccount, BankLine, BankStatement

KILLS = int(os.environ.get("EXIGIBLE_KILLS", "3"))
LINES = 3_000


def counts():
    return BankAccount.objects.count(), BankStatement.objects.count(), BankLine.objects.count()


@pytest.mark.django_db(transaction=True)
def test_killed_at_random_moments_it_is_whole_or_not_at_all():
    content = camt("".join(f"2026-03-{1 + n % 28:02d} 1.00 R{n} | N{n}\n" for n in range(LINES)))
    chance = random.Random(7)
    job = receive_bank(make_company(), content)
    for _ in range(KILLS):
        process = start_in_a_process(job)
        assert process.stdout is not None
        assert process.stdout.readline() == "begins\n"
        time.sleep(chance.uniform(0, 2))
        process.kill()
        process.wait()
        _wait_until_the_server_noticed(job)
        job.refresh_from_db()
        assert counts() == ((1, 1, LINES) if job.state == Import.State.APPLIED else (0, 0, 0))
        recover_interrupted()
        job.refresh_from_db()
        if job.state == Import.State.APPLIED:
            break
    else:
        preview(job)
        apply(job)
    assert counts() == (1, 1, LINES)
