"""What came in from customers and stands in the way of a reminder.

The rooms that hear of it (their mail, letters that came back, calls) stand above this one: at its start each
says how it is asked, and is asked whenever facts are read. Without them nothing was heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exigible.ledger.models import Company


@dataclass(frozen=True, slots=True)
class Heard:
    """As of a day. `unread`: by customer, when the first reply that nobody has read came in.

    `dead`: e-mail addresses, in small letters, from which messages came back for good. `nowhere`: customers
    from whose postal address a letter came back. `wrong_numbers`: customers, each with a number in E.164 at
    which someone else answers.
    """

    unread: Mapping[int, date] = field(default_factory=dict)
    dead: frozenset[str] = frozenset()
    nowhere: frozenset[int] = frozenset()
    wrong_numbers: frozenset[tuple[int, str]] = frozenset()


Ask = Callable[[Company, date, Sequence[int] | None], Heard]
"""Company, day, and the customers to limit it to (None: all)."""

_asked: list[Ask] = []


def hear_from(ask: Ask) -> None:
    """Have `ask` answer from now on; told again, it changes nothing."""
    if ask not in _asked:
        _asked.append(ask)


def read_heard(company: Company, on: date, customers: Sequence[int] | None = None) -> Heard:
    """What stood on a day, of the whole company or of some customers."""
    known = [ask(company, on, customers) for ask in _asked]
    unread = {customer: day for heard in known for customer, day in heard.unread.items()}
    dead = frozenset[str]().union(*(heard.dead for heard in known))
    nowhere = frozenset[int]().union(*(heard.nowhere for heard in known))
    wrong = frozenset[tuple[int, str]]().union(*(heard.wrong_numbers for heard in known))
    return Heard(unread, dead, nowhere, wrong)
