"""What a customer promised and contests, as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from exigible.disputes.models import Dispute
from exigible.disputes.queries import awaited_credits
from exigible.dunning.answers import Answers, read_answers
from exigible.ledger.models import Customer
from exigible.negotiation.models import Promise
from exigible.negotiation.rules import OpenDebt, Standing, State, covered
from exigible.negotiation.wording import COLOURS, state_words
from exigible.team.rules import Right
from exigible.team.scope import Scope

REMEMBERED = timedelta(days=365)
"""How long what is over stays on the page; the history keeps it."""


def answers_of(scope: Scope, customer: Customer) -> Answers:
    """What stood on the day that is looked at."""
    return read_answers(scope.company, scope.as_of, [customer.pk])


def promised_of(found: Iterable[Standing], debts: Sequence[OpenDebt]) -> Mapping[int, tuple[int, date]]:
    """By item: what open promises cover of it, in minor units, and the day the first of them is for."""
    promised: dict[int, tuple[int, date]] = {}
    left = list(debts)
    for standing in found:
        cover = covered([standing], left)
        for item, minor in cover.items():
            before, on = promised.get(item, (0, standing.promise.due_on))
            promised[item] = before + minor, on
        left = [debt._replace(amount_minor=debt.amount_minor - cover.get(debt.item_id, 0)) for debt in left]
    return promised


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise and how it stands on the day that is looked at."""

    promise: Promise
    standing: Standing
    documents: list[str]
    """The numbers of the items it names; none: the oldest ones."""

    @property
    def state(self) -> str:
        return state_words(self.standing)

    @property
    def colour(self) -> str:
        return COLOURS[self.standing.state]

    @property
    def is_over(self) -> bool:
        """Whether it was kept, be it late: nothing is to be taken back."""
        return self.standing.state in (State.KEPT, State.LATE)


def promise_rows(answers: Answers) -> list[PromiseRow]:
    """The promises of the last year or so, the open ones first, then the last one first; in two queries."""
    found = {one.promise.promise_id: one for each in answers.standings.values() for one in each}
    promises = Promise.objects.filter(pk__in=found).select_related("by")
    rows = [
        PromiseRow(promise, found[promise.pk], [each.item.document_number for each in promise.items.all()])
        for promise in promises.prefetch_related("items__item")
    ]
    last_first = sorted(rows, key=lambda row: (row.promise.due_on, row.promise.pk), reverse=True)
    return sorted(last_first, key=lambda row: row.standing.state is not State.OPEN)


def open_promises(answers: Answers) -> int:
    """How many promises run."""
    return sum(one.state is State.OPEN for found in answers.standings.values() for one in found)


@dataclass(frozen=True, slots=True)
class DisputeRow:
    """A dispute on the day that is looked at, for the person who looks."""

    dispute: Dispute
    is_open: bool
    is_late: bool
    """Whether the customer should have had an answer by that day."""
    awaited_minor: int
    """What was found right and no credit note has come for."""
    may_resolve: bool


def dispute_rows(scope: Scope, customer: Customer) -> list[DisputeRow]:
    """What was contested on the day, the oldest first, then what was resolved in the year before it."""
    on = scope.as_of
    awaited = awaited_credits(scope.company, on, customer.pk)
    is_shown = Q(resolved_on__isnull=True) | Q(resolved_on__gt=on - REMEMBERED) | Q(item__in=awaited)
    found = Dispute.objects.filter(is_shown, company=scope.company, customer=customer, opened_on__lte=on)
    people = found.select_related("item", "owner", "resolved_by")
    rows = [_dispute_row(scope, dispute, awaited) for dispute in people.order_by("opened_on", "pk")]
    return sorted(rows, key=lambda row: not (row.is_open or row.awaited_minor))


def _dispute_row(scope: Scope, dispute: Dispute, awaited: Mapping[int, int]) -> DisputeRow:
    is_open = dispute.resolved_on is None or dispute.resolved_on > scope.as_of
    is_late = is_open and dispute.answer_by is not None and dispute.answer_by < scope.as_of
    was_right = not is_open and dispute.outcome == Dispute.Outcome.CREDIT
    awaited_minor = awaited.get(dispute.item_id, 0) if was_right else 0
    may_resolve = scope.may(Right.COLLECT) or dispute.owner_id == scope.user.pk
    may_end = (is_open or awaited_minor > 0) and may_resolve and not scope.is_past
    return DisputeRow(dispute, is_open, is_late, awaited_minor, may_end)
