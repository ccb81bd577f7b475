"""Bank statements: each movement once, whichever files tell of it, and balances that are held against them."""

from __future__ import annotations

import pytest
from tests.intake.bank_files import amounts, camt, import_bank, preview_bank

from exigible.ledger.models import BankAccount, BankLine, BankStatement

pytestmark = pytest.mark.django_db

MARCH = """
    2026-03-02  120.00 B1 | ACME SARL | F-101
    2026-03-02  120.00 B2 | ACME SARL | F-101
    2026-03-05  -30.00 B3 | EDF | contrat 12
"""


class TestOneFile:
    def test_makes_the_account_the_statement_and_its_lines(self, company):
        job = import_bank(company, camt(MARCH))
        assert job.state == "applied", job.result
        assert job.result["created"] == {"bank_lines": 3, "statements": 1, "accounts": 1}
