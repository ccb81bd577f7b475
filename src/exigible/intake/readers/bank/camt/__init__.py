"""ISO 20022 account statements: CAMT.053 (statement), .052 (report of the day), .054 (notice of movements).

Elements are found by their local names, so that a version yet unknown, or a file without its namespace, is
read as well. What the elements mean is in the Message Definition Report "Bank-to-Customer Cash Management".
"""

from exigible.intake.readers.bank.camt.message import is_camt
from exigible.intake.readers.bank.camt.reader import read_camt

__all__ = ["is_camt", "read_camt"]
