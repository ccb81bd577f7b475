"""Which payments nobody could explain for certain, however clever: what else explains them as well.

The truth is what the payer meant, but a payer who names nothing and owes the same amount twice has told
nobody. Each payment is looked at as the books stood on its day, and once more after the last one, for what
others have paid by name is no more in question. Where the text names all that is paid, the
payment can be known. Where it does not, its amount speaks, and is weighed as an accountant would: one item,
all that is due, all that is open, the oldest ones and a month are what people pay; any other set counts as
much as it has items, and a pair as one. Another set that counts no more than the true one explains the
payment as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from bench.cash.till import DUE_SOON
from bench.cash.world import Customer, Item, Line, Truth, World

_ISSUED_AFTER = timedelta(days=3)
_MOST_FOR_THREE = 200
"""Among more items than that, a set of three that nobody names can never be known."""
_MOST_FOR_ALL = 22
_ADJUSTED = ("charge", "discount", "withholding", "write_off", "on_account")


def judge(world: World) -> None:
    """Fill `rivals` of every truth, replaying the payments by day, then once more those in question."""
    books = _Books(world)
    paid = [pair for pair in zip(world.lines, world.truths, strict=True) if pair[1].customer_id is not None]
    for line, truth in paid:
        books.look_at(line, truth)
    for line, truth in paid:
        if not truth.is_knowable:
            books.look_at(line, truth)


class _Books:
    """What is open of every item: what a payment that can be known has paid is in question no more."""

    def __init__(self, world: World) -> None:
        self.customers = {customer.id: customer for customer in world.customers}
        self.families: dict[str, list[int]] = defaultdict(list)
        self.items: dict[int, list[Item]] = defaultdict(list)
        self.left = {item.id: item.open_minor for item in world.items}
        for customer in world.customers:
            if customer.group:
                self.families[customer.group].append(customer.id)
        for item in sorted(world.items, key=lambda item: (item.due_on, item.id)):
            self.items[item.customer_id].append(item)

    def look_at(self, line: Line, truth: Truth) -> None:
        owners = _who_it_could_be(self.customers[truth.customer_id or 0], truth, self.families)
        owed = [
            item
            for owner in owners
            for item in self.items[owner]
            if self.left[item.id] and item.issued_on <= line.day + _ISSUED_AFTER
        ]
        truth.rivals = _rivals(line, truth, owed, self.left)
        if truth.is_knowable:
            for item_id, amount in truth.allocations.items():
                self.left[item_id] -= amount


def _who_it_could_be(customer: Customer, truth: Truth, families: Mapping[str, Sequence[int]]) -> list[int]:
    """The payer, its twin where only the name tells, its family where one account or name pays for all."""
    found = [customer.id]
    by_name = truth.account != "known"
    if customer.twin_id and by_name and truth.payer_name in ("without legal form", "another legal form"):
        found.append(customer.twin_id)
    if truth.scenario == "parent for subsidiary":
        found += [other for other in families[customer.group] if other != customer.id]
    return found


def _rivals(line: Line, truth: Truth, owed: Sequence[Item], left: Mapping[int, int]) -> str:
    meant = set(truth.allocations)
    if meant and meant <= truth.named:
        return _beside_the_named(line, truth, owed, left)
    if not truth.is_payer_known:
        return "" if truth.named else "nobody knows who paid"
    if truth.naming in ("exact", "last digits", "spaced otherwise", "zeros lost") and not meant:
        return ""  # it names a document that is closed
    rest = meant - truth.named
    free = [item for item in owed if item.id not in truth.named]
    if truth.remainder_as in _ADJUSTED:
        target = line.amount_minor - sum(left[item] for item in truth.named & meant)
        return _another_set(free, left, target, set(), line.day)
    return _another_set(free, left, sum(truth.allocations[item] for item in rest), rest, line.day)


def _beside_the_named(line: Line, truth: Truth, owed: Sequence[Item], left: Mapping[int, int]) -> str:
    """All that is paid is named, but what is missing or too much may be another item that is not."""
    told = line.instructed_minor is not None or truth.remainder_as in ("", "discount", "withholding")
    difference = line.amount_minor - sum(left[item] for item in truth.allocations)
    same = [item for item in owed if item.id not in truth.named and left[item.id] == difference]
    return "" if told or not same else "another item makes the difference"


def _another_set(
    free: Sequence[Item], left: Mapping[int, int], target: int, meant: set[int], day: date
) -> str:
    """In words, a set of other documents of the same sum that counts no more than the one that is meant."""
    usual = {frozenset(places): words for places, words in _usual(free, left, target, day)}
    true = frozenset(meant)
    documents = {item.id: item.number for item in free}
    same = sorted(documents[item] for item in true if item in documents)
    cost = 1 if not true or true in usual else len(true)
    for other, words in usual.items():
        if other != true and sorted(documents[item] for item in other) != same:
            return words
    for other in _sets_of(free, left, target, 3 if cost >= 3 else 2):
        if other != true and sorted(documents[item] for item in other) != same:
            return f"another set of {len(other)}"
    return (
        _larger_sets(free, left, target, true)
        if cost > 3 or (cost == 3 and len(free) > _MOST_FOR_THREE)
        else ""
    )


def _larger_sets(free: Sequence[Item], left: Mapping[int, int], target: int, true: frozenset[int]) -> str:
    """Whether any other set at all makes the sum; where there are too many to look at, surely some do."""
    if len(free) > _MOST_FOR_ALL:
        return "too many sets"
    middle = len(free) // 2
    sums: dict[int, list[frozenset[int]]] = defaultdict(list)
    for chosen in _all_sets(free[:middle]):
        sums[sum(left[item] for item in chosen)].append(chosen)
    for chosen in _all_sets(free[middle:]):
        rest = target - sum(left[item] for item in chosen)
        if any(chosen | other != true for other in sums.get(rest, ())):
            return "another set"
    return ""


def _all_sets(items: Sequence[Item]) -> Iterator[frozenset[int]]:
    for size in range(len(items) + 1):
        for chosen in combinations(items, size):
            yield frozenset(item.id for item in chosen)


def _usual(
    free: Sequence[Item], left: Mapping[int, int], target: int, day: date
) -> Iterator[tuple[list[int], str]]:
    """Single items, all that is due, all, the oldest ones, a month, where they make the sum."""
    for item in free:
        if left[item.id] == target:
            yield [item.id], "another item of the same amount"
    months: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    oldest: dict[int, list[int]] = defaultdict(list)
    totals: dict[int, int] = defaultdict(int)
    for item in free:
        months[item.customer_id, item.issued_on.year, item.issued_on.month].append(item.id)
        oldest[item.customer_id].append(item.id)
        totals[item.customer_id] += left[item.id]
        if totals[item.customer_id] == target and len(oldest[item.customer_id]) > 1:
            yield list(oldest[item.customer_id]), "the oldest items"
    due = [item.id for item in free if item.due_on <= day]
    soon = [item.id for item in free if item.due_on <= day + DUE_SOON]
    for words, places in [("a month", month) for month in months.values()] + [
        ("all that is due", due),
        ("all that is due soon", soon),
    ]:
        if len(places) > 1 and sum(left[item] for item in places) == target:
            yield places, words


def _sets_of(
    free: Sequence[Item], left: Mapping[int, int], target: int, size: int
) -> Iterator[frozenset[int]]:
    """Pairs of one customer's items, and threes where these are asked for, that make the sum."""
    owner = {item.id: item.customer_id for item in free}
    by_amount: dict[int, list[int]] = defaultdict(list)
    for item in free:
        by_amount[left[item.id]].append(item.id)
    for item in free:
        for other in by_amount.get(target - left[item.id], ()):
            if other > item.id and owner[other] == item.customer_id:
                yield frozenset((item.id, other))
    if size < 3 or len(free) > _MOST_FOR_THREE:
        return
    for place, item in enumerate(free):
        for second in free[place + 1 :]:
            for third in by_amount.get(target - left[item.id] - left[second.id], ()):
                if third not in (item.id, second.id) and owner[third] == item.customer_id:
                    yield frozenset((item.id, second.id, third))
