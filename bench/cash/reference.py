"""The reference: exact rules of reference and amount, as the ledgers that firms use have them.

1. Document numbers that stand as whole words in the text, of one customer, whose open items sum to the
   amount: these are paid. (Ledgers often ask for one document only; several are allowed here.)
   A number whose document has several due dates stands for the whole of it, or for its first one.
2. Else, the payer known by its account, or by its exact name: its only open item of that amount is paid.
3. Else it is left to a person. Nothing is proposed, nothing called ambiguous.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bench.cash.answers import Answer, Guess
from bench.cash.world import Item, Line, World
from bench.cash.writing import plain


class Books:
    """Open items by number, by customer and amount; customers by account and by name."""

    def __init__(self, world: World) -> None:
        self.left = {item.id: item.open_minor for item in world.items}
        self.by_number: dict[str, list[Item]] = defaultdict(list)
        self.by_amount: dict[tuple[int, int], list[Item]] = defaultdict(list)
        self.by_account: dict[str, list[int]] = defaultdict(list)
        self.by_name: dict[str, list[int]] = defaultdict(list)
        for customer in world.customers:
            self.by_name[plain(customer.name)].append(customer.id)
            for account in customer.ibans:
                self.by_account[account].append(customer.id)
        for item in world.items:
            self.by_number[item.number.upper()].append(item)
            self.by_amount[item.customer_id, item.open_minor].append(item)


def match(world: World) -> list[Answer]:
    """Every receipt in the order of the days."""
    books = Books(world)
    answers = []
    for line in world.lines:
        if line.amount_minor <= 0:
            continue
        chosen = _by_numbers(books, line) or _by_amount(books, line)
        if not chosen:
            answers.append(Answer(line.id, "unmatched"))
            continue
        allocations = {item.id: books.left[item.id] for item in chosen}
        for item in chosen:
            books.left[item.id] = 0
        answers.append(Answer(line.id, "posted", 10_000, (Guess(chosen[0].customer_id, allocations),)))
    return answers


def _by_numbers(books: Books, line: Line) -> Sequence[Item]:
    numbers = dict.fromkeys(word for word in _words(line.words) if word in books.by_number)
    items = [item for number in numbers for item in books.by_number[number] if books.left[item.id]]
    if not items or len({item.customer_id for item in items}) > 1:
        return ()
    if sum(books.left[item.id] for item in items) == line.amount_minor:
        return items
    same = [item for item in items if books.left[item.id] == line.amount_minor]
    return same[:1] if len(numbers) == 1 else ()


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"[A-Z0-9/\-]+", text.upper())
    yield from re.findall(r"[A-Z0-9\-]+", text.upper())


def _by_amount(books: Books, line: Line) -> Sequence[Item]:
    payers = books.by_account.get(line.payer_iban) or books.by_name.get(line.payer_name) or ()
    same = [
        item
        for customer in payers
        for item in books.by_amount.get((customer, line.amount_minor), ())
        if books.left[item.id] == line.amount_minor
    ]
    return same if len(same) == 1 else ()
