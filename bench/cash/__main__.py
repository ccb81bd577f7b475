"""Lettering against a known truth: `python -m bench cash 20000`; `--rules` for the rules without a database.

--seed N makes another world; --all shows all that was posted and false, --kind WORDS what was not posted
rightly of a kind of the last table; --markdown prints the tables as the documentation has them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping

from bench.cash import database, memory, reference, table
from bench.cash.answers import Answer
from bench.cash.make import make_world
from bench.cash.score import classes_of, documents_of, score, verdict
from bench.cash.world import Line, Truth, World
from bench.common import clock, open_house, peak_megabytes, title

PAYMENTS = 20_000


def main() -> None:
    asked = _asked()
    times: dict[str, float] = {}
    with clock(times, "make"):
        world = make_world(asked.payments, asked.seed)
    title(
        f"Lettering: {asked.payments:,} payments, {len(world.items):,} items of {len(world.customers):,}"
        f" customers (seed {asked.seed}, made in {times['make']:.0f} s)"
    )
    found = {"exact rules": _timed(reference.match, world)}
    if asked.rules:
        found["Exigible's rules"] = _timed(memory.match, world)
    else:
        found["Exigible"] = _in_database(world)
    _show(world, asked, found)


def _timed(match: Callable[[World], list[Answer]], world: World) -> tuple[list[Answer], float]:
    """The answers, and the seconds of one processor: others may be busy on the machine."""
    start = time.process_time()
    return match(world), time.process_time() - start


def _in_database(world: World) -> tuple[list[Answer], float]:
    open_house()
    times: dict[str, float] = {}
    with clock(times, "load"):
        company = database.load(world)
    found, seconds, busy = database.match(company)
    print(
        f"loaded in {times['load']:.0f} s, matched in {seconds:.0f} s ({busy:.0f} s of a processor),"
        f" peak {peak_megabytes()} MB in Python\n"
    )
    return found, seconds


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench cash", description=__doc__)
    parser.add_argument("payments", nargs="?", type=int, default=PAYMENTS)
    parser.add_argument("--rules", action="store_true", help="the rules alone, without a database")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", default="", help="show payments of this kind that were not posted rightly")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    return parser.parse_args()


def _show(world: World, asked: argparse.Namespace, answers: dict[str, tuple[list[Answer], float]]) -> None:
    scores = {name: (score(world, found), seconds) for name, (found, seconds) in answers.items()}
    printed = table.markdown if asked.markdown else table.text
    print(printed(table.summary(scores)))
    name, (ours, _) = list(scores.items())[-1]
    title(f"{name}: how sure, and how right")
    print(printed(table.reliability(ours)))
    title(f"{name}: by what is messy")
    print(printed(table.confusion(ours.classes)))
    title(f"{name}: why not posted, what can be known")
    print(printed(table.held(ours)))
    if asked.all:
        title(f"Posted and false, or posted where nobody can know: {len(ours.mistakes)}")
        for mistake in ours.mistakes:
            _print_one(world, *mistake)
    if asked.kind:
        _show_class(world, list(answers.values())[-1][0], asked.kind)


def _show_class(world: World, answers: list[Answer], words: str, most: int = 15) -> None:
    """Payments of one kind that were not posted rightly, to mend the rules by."""
    by_line = {answer.line_id: answer for answer in answers}
    documents = documents_of(world)
    shown = 0
    for line, truth in zip(world.lines, world.truths, strict=True):
        if line.amount_minor <= 0 or not any(words in name for name in classes_of(truth)):
            continue
        answer = by_line[line.id]
        found = verdict(answer.first, truth, documents)
        if shown < most and (answer.status != "posted" or found != "right"):
            _print_one(world, line, truth, answer, found)
            shown += 1


def _print_one(world: World, line: Line, truth: Truth, answer: Answer, found: str) -> None:
    items = {item.id: item for item in world.items}

    def _name(item: int) -> str:
        return f"{items[item].customer_id}:{items[item].number}" if item in items else "made by the matcher"

    def words(allocations: Mapping[int, int]) -> str:
        return " ".join(f"{_name(item)}={amount}" for item, amount in allocations.items())

    print(f"\n{line.id} {line.day} {line.amount_minor} {line.payer_name!r} {line.words!r}")
    kind = f"named: {truth.naming}; payer: {truth.payer_name}; account: {truth.account}"
    print(f"  {answer.status} {answer.probability} {answer.held}: {found}; {kind}; {truth.rivals}")
    print(
        f"  true {truth.customer_id} {words(truth.allocations)} {truth.remainder_as} {truth.remainder_minor}"
    )
    for guess in answer.guesses[:3]:
        rest = f"{guess.remainder_as} {guess.remainder_minor} {guess.reasons}"
        print(f"  said {guess.customer_id} {words(guess.allocations)} {rest}")


if __name__ == "__main__":
    main()
