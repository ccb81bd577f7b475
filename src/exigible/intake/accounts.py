"""Which accounts of the books are customers': the choice that a person makes before the import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from exigible.intake.readers.fec import AccountSummary

_MOST_ROWS: Final = 40
_GROUP_DIGITS: Final = 4


def group_accounts(accounts: Sequence[AccountSummary], chosen: Sequence[str]) -> list[dict[str, Any]]:
    """The accounts of class 41 to choose from, as rows with the account's first digits.

    Books without auxiliary accounts have one account a customer: where there are many, a row stands for all
    that begin alike. `minor` is the balance, in minor units.
    """
    one_each = len(accounts) <= _MOST_ROWS
    rows: dict[str, dict[str, Any]] = {}
    for account in accounts:
        start = account.account if one_each else _common_start(account.account, chosen)
        row = rows.setdefault(
            start,
            {"start": start, "label": account.label, "accounts": 0, "lines": 0, "customers": 0, "minor": 0},
        )
        row["accounts"] += 1
        row["lines"] += account.lines
        row["customers"] += account.customers
        row["minor"] += account.debit_minor - account.credit_minor
    return [rows[start] for start in sorted(rows)]


def _common_start(account: str, chosen: Sequence[str]) -> str:
    fitting = [start for start in chosen if account.startswith(start)]
    return max(fitting, key=len, default=account[:_GROUP_DIGITS])


def is_chosen(start: str, chosen: Iterable[str]) -> bool:
    return start.startswith(tuple(chosen))


def choice_of(known: Sequence[str], found: Iterable[str], ticked: Iterable[str]) -> list[str]:
    """The first digits that select the ticked ones of the accounts found.

    What was set before stays as far as it selects nothing else, so that an account that only next year's
    books have is not forgotten.
    """
    found, ticked = set(found), set(ticked)
    unticked = found - ticked
    kept = [start for start in known if not any(account.startswith(start) for account in unticked)]
    rest = sorted(account for account in ticked if not is_chosen(account, kept))
    return [*kept, *rest]


def also_selected(choice: Sequence[str], found: Iterable[str], ticked: Iterable[str]) -> list[str]:
    """The accounts that were not ticked and yet begin like one that was: 411000 where 411 is ticked."""
    return sorted(account for account in set(found) - set(ticked) if is_chosen(account, choice))
