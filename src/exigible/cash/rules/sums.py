"""Which sets of amounts sum to a target exactly: all of them, within bounds that are stated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, gcd, pi, prod, sqrt
from typing import Final

ALL_SETS_OF: Final = 20
"""Up to so many amounts every set is looked at (two halves of a thousand sums each)."""
SMALL_SETS_OF: Final = 400
"""Up to so many amounts every set of at most three is looked at, and every run of neighbours."""
MOST_STATES: Final = 60_000
"""How many different partial sums are kept at most where every set is sought among many amounts."""
MOST_FOUND: Final = 12
"""So many sets are given at most, unless more are asked for."""
_STEPS: Final = (1, 100, 1_000, 5_000, 10_000)
_LARGEST: Final = 16
_TRIPLES_OF: Final = 150


@dataclass(frozen=True, slots=True)
class Found:
    """The sets, as places in the amounts, small ones first. `is_complete` says that there is no other."""

    sets: tuple[tuple[int, ...], ...]
    is_complete: bool


def sets_summing_to(amounts: Sequence[int], target: int, *, most: int = MOST_FOUND) -> Found:
    """At most `most` sets of `amounts` (signed, none zero) whose sum is `target`, without the empty one."""
    places = _within_reach(amounts, target)
    found = _sets_of([amounts[place] for place in places], target, most)
    return Found(tuple(tuple(places[one] for one in chosen) for chosen in found.sets), found.is_complete)


def _within_reach(amounts: Sequence[int], target: int) -> list[int]:
    """The places of what can be part of a set at all: not more than the target, all credits deducted."""
    below = sum(amount for amount in amounts if amount < 0)
    above = sum(amount for amount in amounts if amount > 0)
    return [
        place
        for place, amount in enumerate(amounts)
        if (amount + below <= target if amount > 0 else amount + above >= target)
    ]


def _sets_of(amounts: Sequence[int], target: int, most: int) -> Found:
    if not amounts:
        return Found((), is_complete=True)
    if len(amounts) <= ALL_SETS_OF:
        return _chosen(_by_halves(amounts, target), most)
    small = set(_small_sets(amounts[:SMALL_SETS_OF], target))
    every = _by_partial_sums(amounts, target, most) if _has_few_sums(amounts) else None
    if every is None:
        found = _chosen(iter(small), most)
        return Found(found.sets, is_complete=False)
    return _chosen(iter(small | every.sets_as_set), most, is_complete=every.is_complete)


def _has_few_sums(amounts: Sequence[int]) -> bool:
    """Whether the sums that can be reached are few: many equal amounts, or round ones."""
    ways = prod(times + 1 for times in Counter(amounts).values())
    steps = sum(map(abs, amounts)) // gcd(*amounts) + 1
    return min(ways, steps) <= MOST_STATES


def chance_of_larger_sets(amounts: Sequence[int], target: int) -> float:
    """How likely it is that four or more of the amounts, drawn at random, sum to the target.

    Each item more makes a set half as likely. Sums are spread about as a bell
    curve; where many amounts are round, the sums of these are, and meet a round target far more often.
    """
    centre = sum(amounts) / len(amounts)
    spread = max(sum((amount - centre) ** 2 for amount in amounts) / len(amounts), 1.0)
    chance = 0.0
    for step in (step for step in _STEPS if target % step == 0):
        share = sum(amount % step == 0 for amount in amounts) / len(amounts)
        for size in range(4, min(len(amounts), _LARGEST) + 1):
            off = (target - size * centre) ** 2 / (2 * size * spread)
            density = min(1.0, step * exp(-off) / sqrt(2 * pi * size * spread))
            chance += share**size * density * 0.5 ** (size - 2)
    return chance


def _chosen(sets: Iterator[tuple[int, ...]], most: int, *, is_complete: bool = True) -> Found:
    ordered = sorted(sets, key=lambda chosen: (len(chosen), chosen))
    return Found(tuple(ordered[:most]), is_complete and len(ordered) <= most)


def _by_halves(amounts: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Every set: the sums of one half are looked up from the other."""
    middle = len(amounts) // 2
    ones, others = _sums(amounts[:middle]), _sums(amounts[middle:])
    if set(ones).isdisjoint(map(target.__sub__, others)):
        return
    left: dict[int, list[int]] = defaultdict(list)
    for mask, total in enumerate(ones):
        left[total].append(mask)
    for mask, total in enumerate(others):
        for other in left.get(target - total, ()):
            both = other | mask << middle
            if both:
                yield tuple(place for place in range(len(amounts)) if both >> place & 1)


def _sums(amounts: Sequence[int]) -> list[int]:
    """The sum of each set, at the place whose binary digits tell the set."""
    sums = [0]
    for amount in amounts:
        sums += [total + amount for total in sums]
    return sums


def _small_sets(amounts: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    """Sets of one, two and three, and runs of neighbours, the whole among them."""
    places: dict[int, list[int]] = defaultdict(list)
    for place, amount in enumerate(amounts):
        places[amount].append(place)
    yield from ((place,) for place in places.get(target, ()))
    for first, amount in enumerate(amounts):
        yield from ((first, place) for place in places.get(target - amount, ()) if place > first)
    if len(amounts) <= _TRIPLES_OF:
        yield from _triples(amounts, target, places)
    yield from _runs(amounts, target)


def _triples(
    amounts: Sequence[int], target: int, places: Mapping[int, Sequence[int]]
) -> Iterator[tuple[int, ...]]:
    """Sets of three. Most amounts are in none, which is found out for all of their pairs at once."""
    known = places.keys()
    for first, amount in enumerate(amounts):
        rest = target - amount
        after = amounts[first + 1 :]
        if known.isdisjoint(map(rest.__sub__, after)):
            continue
        for second, other in enumerate(after, first + 1):
            for place in places.get(rest - other, ()):
                if place > second:
                    yield first, second, place


def _runs(amounts: Sequence[int], target: int) -> Iterator[tuple[int, ...]]:
    starts: dict[int, list[int]] = defaultdict(list)
    total = 0
    for end, amount in enumerate(amounts):
        starts[total].append(end)
        total += amount
        for start in starts.get(total - target, ()):
            yield tuple(range(start, end + 1))


@dataclass(frozen=True, slots=True)
class _Every:
    sets_as_set: set[tuple[int, ...]]
    is_complete: bool


def _by_partial_sums(amounts: Sequence[int], target: int, most: int) -> _Every | None:
    """Every set by the sums that can be reached, place by place; None where these are too many to keep."""
    below = sum(amount for amount in amounts if amount < 0)
    above = sum(amount for amount in amounts if amount > 0)
    layers: list[set[int]] = [{0}]
    states, rest_below, rest_above = 1, below, above
    for amount in amounts:
        rest_below, rest_above = rest_below - min(amount, 0), rest_above - max(amount, 0)
        reached = {
            total
            for before in layers[-1]
            for total in (before, before + amount)
            if target - rest_above <= total <= target - rest_below
        }
        states += len(reached)
        if states > MOST_STATES:
            return None
        layers.append(reached)
    if target not in layers[-1]:
        return _Every(set(), is_complete=True)
    return _walk_back(amounts, layers, target, most)


def _walk_back(amounts: Sequence[int], layers: list[set[int]], target: int, most: int) -> _Every:
    sets: set[tuple[int, ...]] = set()
    paths: list[tuple[int, int, tuple[int, ...]]] = [(len(amounts), target, ())]
    while paths:
        place, total, chosen = paths.pop()
        if place == 0:
            if chosen:
                sets.add(chosen)
            if len(sets) > most:
                return _Every(sets, is_complete=False)
            continue
        without, amount = layers[place - 1], amounts[place - 1]
        if total in without:
            paths.append((place - 1, total, chosen))
        if total - amount in without:
            paths.append((place - 1, total - amount, (place - 1, *chosen)))
    return _Every(sets, is_complete=True)
