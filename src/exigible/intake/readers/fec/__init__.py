"""The French accounting-entries file (fichier des écritures comptables, LPF art. A47 A-1)."""

from exigible.intake.readers.fec.line import FecLine, Nature
from exigible.intake.readers.fec.reader import FecFile, open_fec, siren_in_name
from exigible.intake.readers.fec.reading import FecTotals
from exigible.intake.readers.fec.summary import (
    DEFAULT_CUSTOMER_ACCOUNTS,
    AccountSummary,
    FecSummary,
    JournalSummary,
    customer_account_test,
    describe,
)

__all__ = [
    "DEFAULT_CUSTOMER_ACCOUNTS",
    "AccountSummary",
    "FecFile",
    "FecLine",
    "FecSummary",
    "FecTotals",
    "JournalSummary",
    "Nature",
    "customer_account_test",
    "describe",
    "open_fec",
    "siren_in_name",
]
