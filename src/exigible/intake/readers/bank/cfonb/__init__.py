"""The French statement of account in records of 120 characters (CFONB, relevé de compte, 2004 and 2010).

01 opens with the balance before, 04 is a movement, 05 completes it (a qualifier and 70 characters), 07 closes
with the balance after. Amounts have no decimal mark: each record gives its own number of decimals, and the
last character holds both a figure and the sign.
"""

from exigible.intake.readers.bank.cfonb.reader import is_cfonb, read_cfonb

__all__ = ["is_cfonb", "read_cfonb"]
