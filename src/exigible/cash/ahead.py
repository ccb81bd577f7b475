"""The next lines explained by another process, while this one posts those before.

What it finds holds on the books of the moment at which it read them. Whoever posts explains again each line
of which something was touched since: what comes out is what one process alone would have found, line after
line.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Collection, Mapping, Sequence, Set
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import TracebackType
from typing import Any, Final, NamedTuple

import structlog
from django.db import connection, transaction

from exigible.cash import booked
from exigible.cash.deciding import decide, pending, policy_of, settle
from exigible.cash.facts import Directory, read_directory, read_facts
from exigible.cash.rules.facts import Outcome, Payer
from exigible.ledger.models import BankLine, Company
from exigible.runtime.helpers import helpers, without_collections

_AHEAD: Final = 3
"""How many chunks wait for a process, so that it never waits for its work."""
_MOST_PROCESSES: Final = 3
"""More would only wait for the one that posts."""
_OWN_REMEMBERED: Final = 16
"""More transactions than can pass while a chunk is explained."""

_SINCE: Final = """
    SELECT
        ARRAY(SELECT own FROM unnest(%(own)s::bigint[]) own
              WHERE NOT pg_visible_in_snapshot(own::text::xid8, %(seen)s::pg_snapshot)),
        EXISTS (
            SELECT FROM ledger_change
            WHERE company_id = %(company)s
              AND transaction >= pg_snapshot_xmin(%(seen)s::pg_snapshot)::text::bigint
              AND transaction <> ALL (%(own)s::bigint[])
              AND NOT pg_visible_in_snapshot(transaction::text::xid8, %(seen)s::pg_snapshot)
        )
"""

log = structlog.get_logger(__name__)


class Known(NamedTuple):
    """What a run reads once."""

    company: Company
    directory: Directory
    until: date | None
    """The day up to which the books hold all payments."""


def read_known(company_id: int) -> Known:
    company = Company.objects.get(pk=company_id)
    return Known(company, read_directory(company), booked.books_until(company))


class Changed(NamedTuple):
    """For whom something was posted, and the items that were taken."""

    customers: Set[int]
    items: Set[int]


@dataclass(frozen=True)
class Guess:
    """What was made of some lines, one after the other, on the books of one moment."""

    seen: str = ""
    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    payers: Mapping[int, Sequence[Payer]] = field(default_factory=dict)
    looked_at: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """The customers on whose items the outcome of each line stands."""

    def to_explain_again(
        self, lines: Sequence[BankLine], changed: Changed, told: Collection[int]
    ) -> list[BankLine]:
        """Those whose outcome may be another by now: see `holds`; and what the outcome of these may change.

        So may that of the lines of `told`, of which people said something; and what is written off, for that
        has a limit for the day, which only the one who posts knows.
        """
        customers, items = set(changed.customers), set(changed.items)
        again = []
        for line in lines:
            if line.pk in told or self._is_written_off(line.pk) or not self.holds(line.pk, customers, items):
                again.append(line)
                customers.update(self.looked_at.get(line.pk, ()))
                items |= self._named_items(line.pk)
        return again

    def holds(self, line: int, customers: Set[int], items: Set[int]) -> bool:
        """Whether the outcome stands, after something was posted for these customers that took these items.

        What was sure stays so while none of the items of its explanations was touched: fewer items leave
        fewer ways to explain it. What waits for a person is told as the books are now.
        """
        outcome = self.outcomes.get(line)
        if outcome is None:
            return False
        if outcome.status == "posted":
            return items.isdisjoint(self._named_items(line))
        return customers.isdisjoint(self.looked_at.get(line, ()))

    def _named_items(self, line: int) -> set[int]:
        """The items of all its explanations."""
        outcome = self.outcomes.get(line)
        return {item for one in outcome.explanations for item, _ in one.allocations} if outcome else set()

    def _is_written_off(self, line: int) -> bool:
        outcome = self.outcomes.get(line)
        if outcome is None or outcome.status != "posted":
            return False
        return outcome.explanations[0].remainder_as == "write_off"


NOTHING: Final = Guess()


class Ahead:
    """`with Ahead(known) as ahead:`, `ahead.begin(chunks)`, and then, for each chunk, `ahead.guess(number)`.

    `chunks` are the ids of lines. Where there are few of them, one core, or a transaction whose rows another
    process cannot see, no process is started and nothing is guessed.
    """

    def __init__(self, known: Known) -> None:
        self._known = known
        self._chunks: Sequence[Sequence[int]] = ()
        self._waiting: deque[int] = deque()
        self._under_way: dict[int, Future[Guess]] = {}
        self._guessed_here: dict[int, Guess] = {}
        self._own: deque[tuple[int, Changed]] = deque(maxlen=_OWN_REMEMBERED)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def begin(self, chunks: Sequence[Sequence[int]]) -> None:
        """Let the processes go at these; those of the chunks before are done with."""
        self._chunks, self._waiting = chunks, deque(range(1, len(chunks)))
        processes = min((os.cpu_count() or 1) - 1, len(chunks) - 2, _MOST_PROCESSES)
        if self._pool is None and processes > 0 and not connection.in_atomic_block:
            self._pool = helpers(processes, connection.settings_dict)
        for _ in range(processes * _AHEAD):
            self._ask()

    def _ask(self) -> None:
        if self._pool is not None and self._waiting:
            number = self._waiting.popleft()
            asked = self._known.company.pk, list(self._chunks[number])
            self._under_way[number] = self._pool.submit(_guess_for, *asked)

    def guess(self, number: int) -> Guess:
        """What was made of a chunk, or NOTHING.

        While a process is still at it, this one helps with a later one.
        """
        if number in self._guessed_here:
            return self._guessed_here.pop(number)
        future = self._under_way.pop(number, None)
        if future is None:
            return NOTHING
        try:
            if not future.done() and self._waiting:
                later = self._waiting.popleft()
                self._guessed_here[later] = _guess(self._known, self._chunks[later])
            found = future.result()
            self._ask()
        except BrokenProcessPool as error:
            log.warning("a process that explains bank lines ended; this one goes on alone", reason=str(error))
            self._pool, self._under_way = None, {}
            return NOTHING
        return found

    def changed_since(self, guess: Guess) -> Changed | None:
        """What this run posted since; None where someone else wrote in the books."""
        own = dict(self._own)
        asked: dict[str, Any] = {"own": list(own), "seen": guess.seen, "company": self._known.company.pk}
        with connection.cursor() as cursor:
            cursor.execute(_SINCE, asked)
            unseen, is_by_others = cursor.fetchone()
        if is_by_others:
            return None
        none: frozenset[int] = frozenset()
        return Changed(
            none.union(*(own[one].customers for one in unseen)),
            none.union(*(own[one].items for one in unseen)),
        )

    def has_posted(self, changed: Changed) -> None:
        """Remember what the transaction under way writes."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            self._own.append((cursor.fetchone()[0], changed))


@lru_cache(maxsize=1)
def _known(company_id: int) -> Known:
    """Read once by a process, for the whole run."""
    known = read_known(company_id)
    gc.freeze()  # it stays to the end: nobody need search it for cycles
    return known


@without_collections()
def _guess_for(company_id: int, ids: Sequence[int]) -> Guess:
    return _guess(_known(company_id), ids)


def _guess(known: Known, ids: Sequence[int]) -> Guess:
    """Explain lines one after the other, each on what those before it leave."""
    company = known.company
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_current_snapshot()::text")
            [seen] = cursor.fetchone()
        lines = list(pending(company, ids))
        facts = read_facts(company, lines, known.directory)
        policy = policy_of(company)
    outcomes = {}
    for line in lines:
        outcome = outcomes[line.pk] = decide(line, None, facts, policy, known.until)
        if outcome.status == "posted":
            settle(outcome.explanations[0], facts.payers[line.pk], line.currency, facts)
    looked_at = {line: facts.looked_at(line) for line in facts.payers}
    return Guess(seen, outcomes, facts.payers, looked_at)
