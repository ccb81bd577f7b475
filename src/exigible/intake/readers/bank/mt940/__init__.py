"""SWIFT statements: MT940 (end of day) and MT942 (in the course of it).

Written for this project: the packages at hand keep no line numbers, give the balances of the last statement
of a file only, and refuse real files over the length of a reference.
"""

from exigible.intake.readers.bank.mt940.reader import is_mt940, read_mt940

__all__ = ["is_mt940", "read_mt940"]
