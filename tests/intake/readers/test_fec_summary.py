"""Before the import, the user sees which accounts are taken for customers'."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.intake.readers.samples import fec_line, payment, sale, write_fec

from exigible.intake.readers.fec import AccountSummary, describe


def test_accounts_of_class_41_with_their_totals(tmp_path: Path) -> None:
    accrued = [
        fec_line("41810000", debit="7,00", EcritureNum="3", EcritureDate="20241231"),
        fec_line("70700000", credit="7,00", EcritureNum="3", EcritureDate="20241231"),
    ]
    summary = describe(write_fec(tmp_path, sale() + payment("20,00") + accrued), currency="EUR")
    assert summary.accounts == [
        AccountSummary("41100000", "Compte", 2, 12000, 2000, customers=1, is_default=True),
        AccountSummary("41810000", "Compte", 1, 700, 0, customers=0, is_default=False),
    ]
    assert (summary.first_date, summary.last_date) == (date(2024, 1, 15), date(2024, 12, 31))
    assert (summary.lines, summary.unusable_lines) == (7, 0)
    assert [(journal.code, journal.lines, journal.is_opening) for journal in summary.journals] == [
        ("VE", 5, False),
        ("BQ", 2, False),
    ]


def test_lines_that_cannot_be_read_do_not_stop_it(tmp_path: Path) -> None:
    summary = describe(write_fec(tmp_path, sale() + sale(EcritureDate="hier")), currency="EUR")
    assert (summary.lines, summary.unusable_lines) == (3, 3)
