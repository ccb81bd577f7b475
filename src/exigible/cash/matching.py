"""Matching a company's bank lines: read, explain, post what is sure, keep the rest as proposals."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from exigible.cash import booked, refunds, returns
from exigible.cash.advised import read_advised
from exigible.cash.ahead import Ahead, Changed, Guess, Known, read_known
from exigible.cash.deciding import decide, explanation_json, held, policy_of, reasons_json, settle
from exigible.cash.deciding import pending as pending_lines
from exigible.cash.facts import Facts, read_directory, read_facts, read_refusals
from exigible.cash.models import Adjustment, CashPolicy, Match
from exigible.cash.posting import Entry, post
from exigible.cash.rows import among
from exigible.cash.rules.facts import Explanation, Outcome, Reason
from exigible.ledger.models import Allocation, BankLine, Company, OpenItem, PayerAccount
from exigible.ledger.services import lock_books
from exigible.runtime.helpers import without_collections

CHUNK: Final = 1000
"""Lines matched in one transaction, with the books locked for about a second."""

Tell = Callable[[int, int], None]
Status = Match.Status


@dataclass
class Summary:
    """How many lines came to what."""

    counts: dict[str, int] = field(default_factory=dict)


def match_company(
    company_id: int, *, lines: Collection[int] | None = None, tell: Tell | None = None
) -> Summary:
    """Match the lines that nobody lettered yet, or those of `lines`; what is sure is posted.

    Each thousand lines are one transaction: a run that is killed goes on where it was. Lines that could be
    several things are looked at once more when the sure ones are lettered, where these took something of the
    same customers: that is no longer in question. `tell` is given the number of lines done and their whole
    number.
    """
    company = Company.objects.get(pk=company_id)
    with transaction.atomic():
        lock_books(company_id)
        _set_aside(company, lines)
    returns.undo_returned(company, lines)
    known = read_known(company_id)
    _propose_refunds(known, lines)
    pending = list(pending_lines(company, lines).values_list("pk", flat=True))
    with Ahead(known) as ahead:
        doubts = _match_all(known, pending, ahead, tell)
        _match_all(known, doubts.to_look_at_again(), ahead, None)
    return _summary(pending)


def _propose_refunds(known: Known, lines: Collection[int] | None) -> None:
    with transaction.atomic():
        lock_books(known.company.pk)
        found = list(refunds.refunds_of(known.company, lines))
        facts = read_facts(known.company, found, known.directory)
        _keep(known.company, [(line, refunds.explain_refund(line, facts)) for line in found])


@dataclass
class _Doubts:
    """Lines that could be several things, and for whom others were posted since."""

    looked_at: dict[int, tuple[int, frozenset[int]]] = field(default_factory=dict)
    """By line, the number of its chunk, and the customers on whose items its outcome stands."""
    posted: dict[int, int] = field(default_factory=dict)
    """By customer, the number of the last chunk in which something was posted."""

    def to_look_at_again(self) -> list[int]:
        return [
            line
            for line, (number, customers) in self.looked_at.items()
            if any(self.posted.get(customer, -1) >= number for customer in customers)
        ]


@without_collections()
def _match_all(known: Known, pending: Sequence[int], ahead: Ahead, tell: Tell | None) -> _Doubts:
    """Match these lines a thousand at a time; gives what stays in doubt."""
    doubts, done = _Doubts(), 0
    policy = policy_of(known.company)
    chunks = [pending[start : start + CHUNK] for start in range(0, len(pending), CHUNK)]
    ahead.begin(chunks)
    for number, chunk in enumerate(chunks):
        guess = ahead.guess(number)
        with transaction.atomic():
            lock_books(known.company.pk)
            lines = list(pending_lines(known.company, chunk))
            _match_chunk(_Chunk(known, policy, lines, number), ahead, guess, doubts)
        done += len(chunk)
        if tell is not None:
            tell(done, len(pending))
    return doubts


def _summary(pending: Sequence[int]) -> Summary:
    found = Match.objects.filter(line__in=among(pending)).values_list("status").annotate(count=Count("pk"))
    return Summary(dict(found.order_by("status")))


def propose(company_id: int, line_id: int) -> None:
    """Look at one line anew for the person who is at it: whatever is found is proposed, nothing is posted."""
    company = Company.objects.get(pk=company_id)
    directory = read_directory(company)
    with transaction.atomic():
        lock_books(company_id)
        lines = list(pending_lines(company, [line_id]))
        facts = read_facts(company, lines, directory)
        policy = policy_of(company)
        policy.posts_alone = True  # that it asks always need not be said to who is asked
        outcomes = [(line, decide(line, None, facts, policy, until=None)) for line in lines]
        _keep(company, [(line, _offered(outcome)) for line, outcome in outcomes])


def _offered(outcome: Outcome) -> Outcome:
    return outcome._replace(status="proposed") if outcome.status == "posted" else outcome


def _set_aside(company: Company, lines: Collection[int] | None) -> None:
    """Put aside what is not for a customer: the bank's own charges, and what went out to anyone else."""
    found = BankLine.objects.filter(company=company, set_aside="").exclude(left_minor=0)
    if lines is not None:
        found = found.filter(pk__in=among(lines))
    known = PayerAccount.objects.filter(company=company).values("iban")
    sent = found.filter(left_minor__lt=0, is_return=False, match=None)  # not what a person took back
    sent.exclude(payer_iban__in=known).update(set_aside="outgoing")
    found.filter(nature__in=[BankLine.Nature.CHARGE, BankLine.Nature.INTEREST]).update(set_aside="bank")


_Decided = tuple[BankLine, OpenItem | None, Explanation]


@dataclass(frozen=True)
class _Chunk:
    """Lines matched in one transaction."""

    known: Known
    policy: CashPolicy
    lines: Sequence[BankLine]
    number: int

    @property
    def company(self) -> Company:
        return self.known.company

    @property
    def until(self) -> date | None:
        return self.known.until

    def facts_of(self, lines: Sequence[BankLine]) -> Facts:
        return read_facts(self.company, lines, self.known.directory)


def _match_chunk(chunk: _Chunk, ahead: Ahead, guess: Guess, doubts: _Doubts) -> None:
    """Decide and post; lines of which a guess still holds are not explained again."""
    again = _to_explain(chunk, ahead, guess)
    facts = chunk.facts_of(again)
    held_by_books = booked.link(chunk.company, chunk.lines, {**guess.payers, **facts.payers}, chunk.until)
    if held_by_books and len(again) < len(chunk.lines):  # these take from their customers what no guess knew
        facts = chunk.facts_of(chunk.lines)
    outcomes, decided = _decide_all(chunk, held_by_books, facts, guess)
    customers = post(_entries(decided))
    ahead.has_posted(Changed(customers, {item for _, _, found in decided for item in found.items}))
    _keep(chunk.company, outcomes)
    doubts.posted.update(dict.fromkeys(customers, chunk.number))
    for line, outcome in outcomes:
        if outcome.status in ("ambiguous", "proposed"):
            looked_at = guess.looked_at.get(line.pk, frozenset()) | facts.looked_at(line.pk)
            doubts.looked_at[line.pk] = chunk.number, looked_at


def _decide_all(
    chunk: _Chunk, held_by_books: Mapping[int, OpenItem], facts: Facts, guess: Guess
) -> tuple[list[tuple[BankLine, Outcome]], list[_Decided]]:
    """What is made of each line, one after the other, and which of them are sure."""
    outcomes: list[tuple[BankLine, Outcome]] = []
    decided: list[_Decided] = []
    taken_anew: set[int] = set()
    cap = _DailyCap(chunk.company, chunk.policy)
    for line in chunk.lines:
        payment = held_by_books.get(line.pk)
        if line.pk not in facts.payers and guess.holds(line.pk, frozenset(), taken_anew):
            outcome, payers = guess.outcomes[line.pk], guess.payers[line.pk]
        else:
            known = facts if line.pk in facts.payers else _facts_after(chunk, line, decided)
            outcome, payers = decide(line, payment, known, chunk.policy, chunk.until), known.payers[line.pk]
            outcome = cap.hold(outcome)
            taken_anew.update(item for one in outcome.explanations[:1] for item in one.items)
        outcomes.append((line, outcome if payment is None else _in_the_books(line, payment, outcome)))
        if outcome.status == "posted":
            decided.append((line, payment, outcome.explanations[0]))
            settle(outcome.explanations[0], payers, line.currency, facts)
    return outcomes, decided


def _facts_after(chunk: _Chunk, line: BankLine, decided: Sequence[_Decided]) -> Facts:
    """What is known of a line when others of its chunk, not yet written, took what it was thought to pay."""
    facts = chunk.facts_of([line])
    for before, _, explanation in decided:
        settle(explanation, facts.payers[line.pk], before.currency, facts)
    return facts


def _to_explain(chunk: _Chunk, ahead: Ahead, guess: Guess) -> Sequence[BankLine]:
    """The lines of which nothing is guessed, or no more true."""
    changed = ahead.changed_since(guess) if guess.outcomes else None
    if changed is None:
        return chunk.lines
    told = {*read_refusals(chunk.lines), *read_advised(chunk.lines)}
    return guess.to_explain_again(chunk.lines, changed, told)


class _DailyCap:
    """What the program may still write off today by itself."""

    def __init__(self, company: Company, policy: CashPolicy) -> None:
        spent = Adjustment.objects.filter(
            company=company,
            kind=Adjustment.Kind.WRITE_OFF,
            is_automatic=True,
            made_on=timezone.localdate(),
            item__amount_minor__lt=0,
        ).aggregate(total=Sum("item__amount_minor"))["total"]
        self.left = policy.daily_write_off_minor + (spent or 0)

    def hold(self, outcome: Outcome) -> Outcome:
        if outcome.status != "posted" or outcome.explanations[0].remainder_as != "write_off":
            return outcome
        amount = outcome.explanations[0].remainder_minor
        if amount <= self.left:
            self.left -= amount
            return outcome
        return held(outcome, Reason("daily-cap"))


def _in_the_books(line: BankLine, payment: OpenItem, outcome: Outcome) -> Outcome:
    """The line is accounted for; what it letters is what was sure, or what the books say."""
    why = Reason("in-the-books", {"document": payment.document_number})
    found = outcome.explanations[0] if outcome.status == "posted" else None
    allocations = found.allocations if found else _lettered(payment)
    said = Explanation(payment.customer_id, allocations, reasons=(why, *(found.reasons if found else ())))
    return Outcome(line.pk, "posted", 9999, (said,))


def _lettered(payment: OpenItem) -> tuple[tuple[int, int], ...]:
    standing = Allocation.objects.filter(credit_item=payment, reverses=None, reversed_by=None)
    return tuple(standing.order_by("pk").values_list("debit_item_id", "amount_minor"))


def _entries(decided: Sequence[_Decided]) -> Iterator[Entry]:
    items = _items({item for _, _, found in decided for item in found.items})
    for line, payment, found in decided:
        yield Entry(
            line,
            found.customer_id,
            [(items[item], amount) for item, amount in found.allocations],
            found.remainder_minor,
            found.remainder_as,
            amount_minor=-payment.open_minor if payment else None,
            payment=payment,
            reasons=reasons_json(found.reasons),
        )


def _items(wanted: Collection[int]) -> dict[int, OpenItem]:
    return {item.pk: item for item in OpenItem.objects.filter(pk__in=among(wanted))}


_KEEP: Final = """
    INSERT INTO cash_match
        (company_id, line_id, status, probability, customer_id, explanations, reasons, made_at)
    SELECT %s, line, status, probability, customer, explanations, reasons, %s
    FROM jsonb_to_recordset(%s::jsonb) AS made
        (line bigint, status text, probability smallint, customer bigint, explanations jsonb, reasons jsonb)
    ON CONFLICT (line_id) DO UPDATE SET
        status = excluded.status, probability = excluded.probability, customer_id = excluded.customer_id,
        explanations = excluded.explanations, reasons = excluded.reasons, made_at = excluded.made_at
"""


def _keep(company: Company, outcomes: Sequence[tuple[BankLine, Outcome]]) -> None:
    made = [
        {
            "line": line.pk,
            "status": outcome.status,
            "probability": outcome.probability,
            "customer": outcome.explanations[0].customer_id if outcome.explanations else None,
            "explanations": [explanation_json(one) for one in outcome.explanations],
            "reasons": reasons_json(outcome.reasons),
        }
        for line, outcome in outcomes
    ]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [company.pk, timezone.now(), json.dumps(made)])
