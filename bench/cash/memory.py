"""Exigible's rules alone, without a database: the facts are gathered here as the service gathers them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from bench.cash import rates
from bench.cash.answers import Answer, Guess
from bench.cash.world import CURRENCY, Item, Line, World
from exigible.cash.rules.explain import explain
from exigible.cash.rules.facts import Claim, Closed, Outcome, Payer, Policy, Receipt
from exigible.cash.rules.names import NameIndex, likeness
from exigible.cash.rules.numbers import key_of, keys_of
from exigible.cash.rules.payers import SURE_NAME, narrowed
from exigible.kernel.terms import DiscountTerms

MOST_CUSTOMERS = 12
MOST_NAMED = 30
LEAST_ALIKE = 80
POLICY = Policy(withholding_rates=(rates.WITHHOLDING_RATE,))


class Ledger:
    """What the service would read of the ledger, kept up to date as payments are posted."""

    def __init__(self, world: World) -> None:
        self.names = {customer.id: customer.name for customer in world.customers}
        self.index = NameIndex(self.names.items())
        self.accounts: dict[str, list[int]] = defaultdict(list)
        self.kin: dict[int, tuple[int, ...]] = _relations(world)
        self.items = {item.id: item for item in world.items}
        self.left = {item.id: item.open_minor for item in world.items}
        self.claims: dict[int, dict[int, Claim]] = defaultdict(dict)
        self.by_key: dict[str, list[Item]] = defaultdict(list)
        for customer in world.customers:
            for account in customer.ibans:
                self.accounts[account].append(customer.id)
        terms = {
            customer.id: DiscountTerms.parse(customer.discount_terms)
            for customer in world.customers
            if customer.discount_terms
        }
        for item in world.items:
            self._add(item, terms.get(item.customer_id))

    def _add(self, item: Item, terms: DiscountTerms | None) -> None:
        if item.open_minor:
            self.claims[item.customer_id][item.id] = Claim(
                item.id, item.customer_id, item.number, item.issued_on, item.due_on, item.open_minor,
                item.amount_minor, item.reference, terms.rate if terms else 0,
                terms.until(item.issued_on) if terms else None,
            )  # fmt: skip
        if item.amount_minor > 0:
            for number in filter(None, (item.number, item.reference)):
                self.by_key[key_of(number)].append(item)

    def named(self, line: Line) -> list[Item]:
        found: list[Item] = []
        for key in sorted(keys_of(line.words), key=len, reverse=True):
            items = self.by_key.get(key, ())
            if len(items) <= MOST_NAMED:
                found += items
        return found

    def payers(self, line: Line, named: Sequence[Item]) -> list[Payer]:
        """The customers worth looking at: by account, by name, by documents, and their kin."""
        by_account = self.accounts.get(line.payer_iban, [])
        alike = dict(self.index.alike(line.payer_name)) if line.payer_name else {}
        same = sum(score >= 99 for score in alike.values())
        evident = dict.fromkeys((*by_account, *alike))
        kin = dict.fromkeys(other for customer in evident for other in self.kin.get(customer, ()))
        certain = {customer for customer, score in alike.items() if score >= SURE_NAME} | set(by_account)
        by_number = [item.customer_id for item in named][:MOST_CUSTOMERS]
        wanted = dict.fromkeys((*evident, *by_number, *list(kin)[:MOST_CUSTOMERS]))
        payers = [
            Payer(
                customer,
                has_iban=customer in by_account,
                iban_customers=max(len(by_account), 1),
                name_score=alike.get(customer)
                or self._likeness(line.payer_name, customer, customer in evident),
                same_name_customers=max(same, 1),
                is_group=customer in kin and customer not in certain,
            )
            for customer in wanted
        ]
        return narrowed(payers, line.words, ((item.customer_id, item.number) for item in named))

    def _likeness(self, name: str, customer: int, is_evident: bool) -> int:
        score = likeness(name, self.names[customer]) if name and is_evident else 0
        return score if score >= LEAST_ALIKE else 0

    def settle(self, allocations: Iterable[tuple[int, int]]) -> None:
        """What a posting takes is no more there for the next payment."""
        for item, amount in allocations:
            self.left[item] -= amount
            owned = self.claims[self.items[item].customer_id]
            if self.left[item]:
                owned[item] = owned[item]._replace(open_minor=self.left[item])
            else:
                del owned[item]


def _relations(world: World) -> dict[int, tuple[int, ...]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for customer in world.customers:
        if customer.group:
            groups[customer.group].append(customer.id)
    return {
        member: tuple(other for other in group if other != member)
        for group in groups.values()
        for member in group
    }


def match(world: World) -> list[Answer]:
    """Every receipt in the order of the days, each posting settled before the next one is looked at.

    What was in question is looked at once more after the last one, as the service does.
    """
    ledger = Ledger(world)
    answers = {line.id: _match_one(ledger, line) for line in world.lines if line.amount_minor > 0}
    for line in world.lines:
        if line.id in answers and answers[line.id].status in ("ambiguous", "proposed"):
            answers[line.id] = _match_one(ledger, line)
    return list(answers.values())


def _match_one(ledger: Ledger, line: Line) -> Answer:
    named = ledger.named(line)
    payers = ledger.payers(line, named)
    claims = [
        claim
        for payer in payers
        for claim in ledger.claims[payer.customer_id].values()
        if payer.documents is None or claim.number in payer.documents
    ]
    closed = [
        Closed(item.customer_id, item.number, item.amount_minor) for item in named if not ledger.left[item.id]
    ]
    receipt = Receipt(
        line.id, line.amount_minor, CURRENCY, line.day, line.payer_name, line.payer_iban, line.words,
        charges_minor=line.charges_minor, instructed_minor=line.instructed_minor,
    )  # fmt: skip
    outcome = explain(receipt, claims, payers, POLICY, closed=closed)
    if outcome.status == "posted":
        ledger.settle(outcome.explanations[0].allocations)
    return _answer(outcome)


def _answer(outcome: Outcome) -> Answer:
    guesses = tuple(
        Guess(one.customer_id, dict(one.allocations), one.remainder_minor, one.remainder_as,
              tuple(reason.code for reason in one.reasons))
        for one in outcome.explanations
    )  # fmt: skip
    held = tuple(reason.code for reason in outcome.reasons)
    return Answer(outcome.receipt_id, outcome.status, outcome.probability, guesses, held)
