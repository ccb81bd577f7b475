"""What customers promised and contest, as the rules of reminders read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from exigible.disputes.queries import disputed_amounts
from exigible.dunning.rules import ItemFacts, Promised
from exigible.ledger.models import Company
from exigible.negotiation.queries import Account, Standings, promise_standings
from exigible.negotiation.rules import OpenDebt, Standing, State, covered


@dataclass(frozen=True, slots=True)
class Answers:
    """What stood on a day, of the whole company or of some customers."""

    disputed: Mapping[int, int] = field(default_factory=dict)
    standings: Standings = field(default_factory=dict)

    def apply(self, account: Account, items: Sequence[ItemFacts]) -> list[ItemFacts]:
        """The items of a customer in one currency, each with what is contested and promised of it."""
        found = [self._contested(item) for item in items]
        running = self._open(account)
        cover = covered(running, [_debt(item) for item in found]) if running else {}
        return [_promised(item, cover.get(item.item_id, 0)) for item in found]

    def _contested(self, item: ItemFacts) -> ItemFacts:
        disputed = min(item.open_minor, self.disputed.get(item.item_id, 0))
        return item if disputed == item.disputed_minor else item._replace(disputed_minor=disputed)

    def still_open(self, on: date) -> Answers:
        """As on a later day if nothing came in: promises whose days have passed cover nothing."""
        lasting = {
            account: [found for found in known if found.last_on >= on]
            for account, known in self.standings.items()
        }
        return Answers(self.disputed, lasting)

    def promised(self, account: Account) -> Promised | None:
        """The open promise of a customer that falls due first."""
        first = next(iter(self._open(account)), None)
        return Promised(first.promise.due_on, first.left_minor, first.last_on) if first else None

    def _open(self, account: Account) -> list[Standing]:
        return [found for found in self.standings.get(account, ()) if found.state is State.OPEN]


def read_answers(company: Company, on: date, customers: Sequence[int] | None = None) -> Answers:
    """What was promised and contested as of a day; `customers` limits it to some."""
    return Answers(disputed_amounts(company, on, customers), promise_standings(company, on, customers))


def _promised(item: ItemFacts, minor: int) -> ItemFacts:
    return item if minor == item.promised_minor else item._replace(promised_minor=minor)


def _debt(item: ItemFacts) -> OpenDebt:
    return OpenDebt(item.item_id, item.due_on, item.open_minor - item.disputed_minor)
