"""Who may do what. Sales read and comment; the rest act within their trade."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing that a person may or may not do in a company."""

    READ = "read"
    COMMENT = "comment"
    COLLECT = "collect"  # propose reminders, note calls and promises, edit contacts
    APPROVE = "approve"  # approve and send a run of reminders
    IMPORT = "import"  # bring in books and files
    LETTER = "letter"  # allocate and undo
    ADMINISTER = "administer"  # company settings, users


RIGHTS: dict[str, frozenset[Right]] = {
    "collector": frozenset({Right.READ, Right.COMMENT, Right.COLLECT}),
    "senior": frozenset(
        {Right.READ, Right.COMMENT, Right.COLLECT, Right.APPROVE, Right.IMPORT, Right.LETTER}
    ),
    "accountant": frozenset({Right.READ, Right.COMMENT, Right.IMPORT, Right.LETTER}),
    "legal": frozenset({Right.READ, Right.COMMENT, Right.COLLECT}),
    "sales": frozenset({Right.READ, Right.COMMENT}),
    "administrator": frozenset(Right),
}


def may(role: str, right: Right) -> bool:
    """Whether a role holds a right; an unknown role holds none."""
    return right in RIGHTS.get(role, frozenset())


LONGEST_WAIT = 300


def seconds_to_wait(failures: int, free: int) -> int:
    """How long to wait after so many wrong passwords: none for the first `free`, then twice as long each."""
    if failures < free:
        return 0
    return min(LONGEST_WAIT, 1 << min(failures - free + 1, 9))
