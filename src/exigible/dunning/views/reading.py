"""What the pages of reminders show, read by a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from django.db import connection
from django.db.models import Count, Min, QuerySet, Sum
from django.shortcuts import get_object_or_404

from exigible.dunning.models import Action, ActionItem, HeldBack, Run
from exigible.ledger.models import Company
from exigible.team.scope import Scope

State = Action.State

GOES_OUT: Final = tuple(state for state in State.values if state != State.EXCLUDED)
CLAIMED: Final = Action.LIVE
NOT_SENT: Final = (State.FAILED, State.REFUSED, State.SUPERSEDED)
SETTLED: Final = (State.TO_DO, State.SENT, State.AMBIGUOUS, *NOT_SENT)
"""States after which a message is no longer under way."""


class Total(NamedTuple):
    """Messages of one currency, and what they claim, in minor units."""

    currency: str
    messages: int
    gross_minor: int
    credits_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the messages of a run are: how many in each state, by currency, channel and policy."""

    groups: Sequence[Mapping[str, Any]]

    def count(self, *states: str, channel: str = "") -> int:
        return sum(
            group["count"]
            for group in self.groups
            if group["state"] in states and channel in ("", group["channel"])
        )

    def totals(self, states: Iterable[str]) -> list[Total]:
        """By currency; two currencies are never one sum."""
        sums: dict[str, list[int]] = {}
        wanted = tuple(states)
        for group in self.groups:
            if group["state"] in wanted:
                known = sums.setdefault(group["currency"], [0, 0, 0, 0])
                for at, name in enumerate(("count", "gross", "credits", "net")):
                    known[at] += group[name]
        return [Total(currency, *values) for currency, values in sorted(sums.items())]

    @property
    def percent(self) -> int:
        """How much of what was approved is settled."""
        done, left = self.count(*SETTLED), self.count(State.APPROVED, State.RESERVED)
        return 100 * done // (done + left) if done + left else 100


def find_run(scope: Scope, pk: int) -> Run:
    """A run of the company, or a 404."""
    return get_object_or_404(Run.objects.select_related("proposed_by"), company=scope.company, pk=pk)


def messages_of(scope: Scope, run: Run) -> QuerySet[Action]:
    """The messages of a run that this person may see."""
    return _seen(scope, Action.objects.filter(company=scope.company, run=run))


def all_messages(scope: Scope) -> QuerySet[Action]:
    """Every message of the company that this person may see."""
    return _seen(scope, Action.objects.filter(company=scope.company))


def renewed_run(company: Company, key: int) -> Run | None:
    """Where to look for a message whose key was given out and is gone: the company's last run.

    Who brings a run up to date has its proposals written anew, under new keys, so that nobody approves what
    nobody has read. None for a message that is there, be it another company's, and for a key never given out.
    """
    if key > _last_key() or Action.objects.filter(pk=key).exists():
        return None
    runs = Run.objects.filter(company=company).exclude(state=Run.State.CANCELLED)
    return runs.order_by("-day").first()


def _last_key() -> int:
    table = Action._meta.db_table  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)", [table]
        )
        return int(cursor.fetchone()[0])


def held_back_of(scope: Scope, run: Run) -> QuerySet[HeldBack]:
    """Whom a run held back, among the customers that this person may see."""
    return _seen(scope, HeldBack.objects.filter(company=scope.company, run=run))


def _seen(scope: Scope, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if scope.portfolio_of is None else rows.filter(customer__collector=scope.portfolio_of)


def read_standing(scope: Scope, run: Run) -> Standing:
    """Where a run stands, in one query."""
    return standing_of(messages_of(scope, run))


def standing_of(messages: QuerySet[Action]) -> Standing:
    """Where some messages stand, in one query."""
    groups = messages.order_by().values("state", "currency", "channel", "policy_id", "step")
    counted: Iterable[Any] = groups.annotate(
        count=Count("pk"), gross=Sum("gross_minor"), credits=Sum("credits_minor"), net=Sum("net_minor")
    )
    return Standing(list(counted))


def count_by_run(scope: Scope, runs: Sequence[Run]) -> dict[int, dict[str, int]]:
    """Run → state → messages; "held" counts those held back."""
    counts: dict[int, dict[str, int]] = {run.pk: {} for run in runs}
    actions = all_messages(scope).filter(run__in=runs).order_by().values_list("run", "state")
    for run, state, count in actions.annotate(count=Count("pk")):
        counts[run][state] = count
    held = _seen(scope, HeldBack.objects.filter(company=scope.company, run__in=runs))
    for run, count in held.order_by().values_list("run").annotate(count=Count("pk")):
        counts[run]["held"] = count
    return counts


def repeated(run: Run, state: str) -> Counter[str]:
    """By way, how many reminders of a run leave in a message with others: what counting them has too much."""
    grouped = Action.objects.filter(company=run.company_id, run=run, state=state, through__isnull=False)
    rows = grouped.order_by().values_list("channel", "through", "currency", "step")
    found: Counter[str] = Counter()
    for channel, *_message, count in rows.annotate(count=Count("pk")):
        found[channel] += count - 1
    return found


def items_of(actions: Sequence[Action]) -> dict[int, tuple[int, date]]:
    """Message → how many items it speaks of, and the oldest due date among them."""
    rows = ActionItem.objects.filter(action__in=actions).order_by().values_list("action")
    return {
        action: (count, oldest)
        for action, count, oldest in rows.annotate(count=Count("pk"), oldest=Min("item__due_on"))
    }
