"""One line of a FEC, as the importer takes it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple

Nature = Literal["sale", "bank", "opening", "other"]


class FecLine(NamedTuple):
    """A line of an entry. Amounts are in minor units: debit positive, credit negative.

    `nature` tells what the rest of its entry makes of the line: the customer was invoiced or credited
    ("sale"), paid or was repaid ("bank"), it was carried over from the year before ("opening"), or anything
    else (transfers, bills of exchange, losses).
    """

    line: int
    journal_code: str
    journal_label: str
    entry_number: str
    entry_date: date
    account: str
    account_label: str
    aux: str
    aux_label: str
    piece_ref: str
    piece_date: date | None
    label: str
    amount_minor: int
    lettering: str
    lettered_on: date | None
    validated_on: date | None
    foreign_minor: int | None
    foreign_currency: str | None
    nature: Nature
