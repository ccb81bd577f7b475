"""What a field :86: says, whatever its dialect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WIDTH: Final = 65
"""Characters of a full row of :86:."""


@dataclass
class Said:
    """Amounts are as the bank writes them: EUR11,85, or 11,85 in the account's currency."""

    text: str = ""
    bank_text: str = ""
    name: str = ""
    account: str = ""
    bic: str = ""
    ultimate_name: str = ""
    end_to_end: str = ""
    mandate: str = ""
    creditor_reference: str = ""
    customer_reference: str = ""
    return_reason: str = ""
    is_return: bool = False
    transaction_code: str = ""
    """The German code of the transaction (Geschäftsvorfallcode), three figures."""
    kind: str = ""
    """The Dutch words for the kind of transaction."""
    instructed: str = ""
    charges: str = ""
    exchange_rate: str = ""
