"""Answers against the truth: what was posted, what of it is false, how sure the matcher said it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.cash.answers import Answer, Guess
from bench.cash.world import Line, Truth, World

ADJUSTMENTS = ("charge", "discount", "withholding", "write_off")
Document = tuple[int, str]
"""A customer and a number."""
Documents = Mapping[int, Document]
"""By item."""
_MADE: Document = (0, "")
"""An item that the matcher has made itself, such as money on account."""
BANDS = (0, 5000, 8000, 9000, 9500, 9900, 9950, 9990, 9999)
"""Probabilities in hundredths of a percent: each band begins here and ends at the next one."""


def verdict(guess: Guess | None, truth: Truth, documents: Documents) -> str:
    """right, remainder (the right items, the difference taken for something else), items, customer, nothing.

    Whether a short payment keeps the rest open is said by the amounts; an adjustment or money on account must
    be what it is, to the cent.
    """
    if guess is None:
        return "nothing"
    if truth.customer_id is None:
        return "customer"
    said, true = paid(guess.allocations, documents), paid(truth.allocations, documents)
    if {document for document, _ in said} != {document for document, _ in true}:
        is_other = guess.customer_id != truth.customer_id and bool(said)
        return "customer" if is_other and not said & true else "items"
    if not said and guess.customer_id != truth.customer_id:
        return "customer"
    return "right" if said == true and _fate(guess) == _fate(truth) else "remainder"


def paid(allocations: Mapping[int, int], documents: Documents) -> Counter[tuple[Document, int]]:
    """So much of each document: which of its due dates of one amount is paid makes no difference."""
    return Counter((documents.get(item, _MADE), amount) for item, amount in allocations.items())


def _fate(one: Guess | Truth) -> tuple[str, int]:
    told = one.remainder_as in (*ADJUSTMENTS, "on_account")
    return (one.remainder_as, one.remainder_minor) if told else ("", 0)


@dataclass
class Group:
    """The payments of one kind: how many, what was made of them."""

    count: int = 0
    known: int = 0
    """Those that somebody can know."""
    first_right: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    posted: Counter[str] = field(default_factory=Counter)
    """Verdicts of what was posted."""
    first: Counter[str] = field(default_factory=Counter)

    def add(self, answer: Answer, truth: Truth, found: str) -> None:
        self.count += 1
        self.statuses[answer.status] += 1
        self.first[found] += 1
        if answer.status == "posted":
            self.posted[found] += 1
        if truth.is_knowable:
            self.known += 1
            self.first_right += found == "right"

    @property
    def false(self) -> int:
        return sum(self.posted.values()) - self.posted["right"]


@dataclass
class Score:
    """Everything that the tables show. Payments are those of customers; lines of others stand apart."""

    payments: Group = field(default_factory=Group)
    others: Group = field(default_factory=Group)
    posted_items: int = 0
    false_items: int = 0
    invoices: int = 0
    invoices_right: int = 0
    unknowable: Group = field(default_factory=Group)
    ambiguous_called: int = 0
    ambiguous_truly: int = 0
    rivals_called: int = 0
    """Of the payments that another set explains as well, those that are called ambiguous."""
    rivals: int = 0
    bands: dict[int, list[int]] = field(default_factory=lambda: {band: [0, 0, 0] for band in BANDS})
    """By lower bound: how many first proposals, the sum of what was said, how many were right."""
    classes: dict[str, Group] = field(default_factory=dict)
    held: dict[str, Counter[bool]] = field(default_factory=dict)
    """Why a payment that can be known was not posted, and whether its first proposal is right."""
    mistakes: list[tuple[Line, Truth, Answer, str]] = field(default_factory=list)
    """Everything that is posted and false."""


def score(world: World, answers: Sequence[Answer]) -> Score:
    """Answers may lack lines: nothing was said of these."""
    by_line = {answer.line_id: answer for answer in answers}
    documents = documents_of(world)
    made = Score()
    for line, truth in zip(world.lines, world.truths, strict=True):
        if line.amount_minor <= 0:
            continue
        answer = by_line.get(line.id, Answer(line.id, "unmatched"))
        found = verdict(answer.first, truth, documents)
        _add(made, answer, truth, found)
        _add_items(made, answer, truth, documents)
        if answer.status == "posted" and (found != "right" or not truth.is_knowable):
            made.mistakes.append((line, truth, answer, found))
    return made


def _add(made: Score, answer: Answer, truth: Truth, found: str) -> None:
    (made.others if truth.customer_id is None else made.payments).add(answer, truth, found)
    for name in classes_of(truth):
        made.classes.setdefault(name, Group()).add(answer, truth, found)
    if answer.first and answer.status != "unmatched":
        band = made.bands[max(bound for bound in BANDS if bound <= answer.probability)]
        band[0] += 1
        band[1] += answer.probability
        band[2] += found == "right"
    if truth.customer_id is not None:
        _add_ambiguity(made, answer, truth, found)
        if answer.status != "posted" and truth.is_knowable:
            made.held.setdefault(", ".join(answer.held) or answer.status, Counter())[found == "right"] += 1


def _add_ambiguity(made: Score, answer: Answer, truth: Truth, found: str) -> None:
    has_rival = not truth.is_knowable and truth.rivals != "nobody knows who paid"
    made.rivals += has_rival
    if not truth.is_knowable:
        made.unknowable.add(answer, truth, found)
    if answer.status == "ambiguous":
        made.ambiguous_called += 1
        made.ambiguous_truly += not truth.is_knowable
        made.rivals_called += has_rival


def _add_items(made: Score, answer: Answer, truth: Truth, documents: Documents) -> None:
    is_posted = answer.first is not None and answer.status == "posted"
    posted = paid(answer.first.allocations if answer.first and is_posted else {}, documents)
    true = paid(truth.allocations, documents)
    made.posted_items += posted.total()
    made.false_items += (posted - true).total()
    made.invoices += true.total()
    made.invoices_right += (true & posted).total()


def documents_of(world: World) -> Documents:
    return {item.id: (item.customer_id, item.number) for item in world.items}


def classes_of(truth: Truth) -> list[str]:
    """The kinds of messiness that a payment has."""
    names = [f"paid: {truth.scenario}"]
    if truth.customer_id is None:
        return names
    kind = f"named: {'several' if len(truth.allocations) > 1 else 'one'}, {truth.naming}"
    names += [kind, f"payer: {truth.payer_name}", f"account: {truth.account}"]
    if not truth.is_knowable:
        known = truth.rivals if truth.rivals == "nobody knows who paid" else "another set explains it as well"
        names.append(f"cannot be known: {known}")
    return names
