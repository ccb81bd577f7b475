"""The letters of a company as a person may see them: what is to be done about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from exigible.dunning.models import Action, Channel
from exigible.ledger.models import Customer
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.rules.statuses import ENDS, ON_THE_WAY, Heard, Status, Todo, standing, todo
from exigible.team.scope import Scope

QUIET_DAYS: Final = 5
"""So long without news, and a letter on its way is to be looked up at the carrier's."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message that goes registered, its letter if it has one yet, and what is to be done about it."""

    action: Action
    letter: RegisteredLetter | None
    todo: Todo

    @property
    def is_with_provider(self) -> bool:
        """Whether it goes electronically, or may have gone."""
        return self.letter is not None and self.letter.hand_over not in RegisteredLetter.FREE

    @property
    def number(self) -> str:
        return self.letter.number if self.letter else ""


def actions_of(scope: Scope) -> QuerySet[Action]:
    """The messages that go registered, of the customers that this person may see."""
    return (
        Action.objects.filter(company=scope.company, customer__in=scope.customers())
        .select_related("customer", "run", "registered", "customer__company")
        .order_by("customer__sort_name", "pk")
    )


def letters_of(scope: Scope) -> QuerySet[RegisteredLetter]:
    """The registered letters of the customers that this person may see."""
    return RegisteredLetter.objects.filter(
        company=scope.company, customer__in=scope.customers()
    ).select_related("customer", "action__run", "action__customer__company", "company")


def to_post(scope: Scope) -> list[Row]:
    """Letters that were made and are not posted, in the order in which they are printed."""
    actions = actions_of(scope)
    waiting = actions.filter(channel=Channel.REGISTERED, state=Action.State.TO_DO)
    begun = actions.filter(registered__status=RegisteredLetter.Status.TO_POST)
    plain = begun.filter(channel=Channel.LETTER)
    with_provider = begun.exclude(registered__hand_over__in=RegisteredLetter.FREE)
    found = (waiting | plain | with_provider).distinct()
    return [Row(action, letter_of(action), "post") for action in found]


def letter_of(action: Action) -> RegisteredLetter | None:
    """The registered letter of a message, if it has one."""
    return getattr(action, "registered", None)


def to_see_to(scope: Scope, today: date) -> list[Row]:
    """Letters that were posted and want someone: without news, come back, or not filed; the latest first."""
    quiet_since = today - timedelta(days=QUIET_DAYS)
    wanting = Q(status__in=ON_THE_WAY, status_on__lte=quiet_since) | Q(status__in=ENDS, is_filed=False)
    return _rows(_posted(scope).filter(wanting), today)


URGENCY: Final = (Status.UNKNOWN_ADDRESS, Status.REFUSED, Status.UNCLAIMED, Status.RETURNED)
"""Which letter that came back is seen to first: while the address is wrong, nothing more is written to it."""


def wanting_a_person(scope: Scope, today: date) -> list[Row]:
    """Letters that came back and are not filed, the worst first, then the ones without news, oldest first."""
    rows = [row for row in to_see_to(scope, today) if row.todo in ("returned", "no-news")]
    return sorted(rows, key=_urgency)


def _urgency(row: Row) -> tuple[int, date]:
    assert row.letter is not None
    assert row.letter.status_on is not None
    status = Status(row.letter.status)
    return URGENCY.index(status) if status in URGENCY else len(URGENCY), row.letter.status_on


def posted(scope: Scope, today: date, most: int) -> tuple[list[Row], int]:
    """The letters that were posted, the last heard of first, at most so many; and how many there are."""
    found = _posted(scope)
    return _rows(found[:most], today), found.count()


def _posted(scope: Scope) -> QuerySet[RegisteredLetter]:
    filed = Proof.objects.filter(letter=OuterRef("pk"), kind__in=Proof.ENDS)
    letters = letters_of(scope).exclude(status=RegisteredLetter.Status.TO_POST)
    return letters.annotate(is_filed=Exists(filed)).order_by("-status_on", "-pk")


def _rows(letters: Iterable[RegisteredLetter], today: date) -> list[Row]:
    return [Row(letter.action, letter, _todo(letter, letter.is_filed, today)) for letter in letters]  # type: ignore[attr-defined]


def _todo(letter: RegisteredLetter, is_filed: bool, today: date) -> Todo:
    return todo(
        Status(letter.status), letter.status_on, is_filed=is_filed, today=today, quiet_days=QUIET_DAYS
    )


def chosen(scope: Scope, written: Sequence[str]) -> list[Action]:
    """The messages whose ids were sent from a screen, in the order of printing; what is not theirs is not."""
    ids = [int(one) for one in written if one.isascii() and one.isdecimal() and len(one) < 19]
    return list(actions_of(scope).filter(pk__in=ids))


def letters_of_customer(customer: Customer, on: date) -> list[tuple[RegisteredLetter, Heard]]:
    """The registered letters of a customer that were posted by a day, the last one first.

    Each with where it stood on that day, and its proofs read ahead.
    """
    letters = RegisteredLetter.objects.filter(
        company_id=customer.company_id, customer=customer, posted_on__lte=on
    ).prefetch_related("proofs", "events__taken_back_by")
    found = []
    for letter in letters.order_by("-posted_on", "-pk"):
        stood = standing(_heard_by(letter, on))
        assert stood is not None, "a letter that was posted was heard of"
        found.append((letter, stood))
    return found


def _heard_by(letter: RegisteredLetter, on: date) -> list[Heard]:
    return [
        Heard(Status(event.status), event.on)
        for event in letter.events.all()
        if event.on <= on and event.takes_back_id is None and not hasattr(event, "taken_back_by")
    ]
