"""The answers of a payment that outlive its lettering: what else it may be, for whoever undoes it.

They are kept and not found anew, for finding reads every customer's name: too long for who waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exigible.cash.models import Match, Refusal
from exigible.cash.rules.facts import ADJUSTMENTS
from exigible.ledger.models import BankLine, OpenItem

Answer = Mapping[str, Any]
"""An explanation as `Match` keeps it."""


def fits(answer: Answer, left_minor: int) -> bool:
    """Whether an answer is of all that is left of a payment; below 0, of money that went out."""
    used = sum(amount for _, amount in answer["allocations"])
    way = 1 if left_minor >= 0 else -1
    if answer["remainder_as"] == "on_account":
        used += way * answer["remainder_minor"]
    elif answer["remainder_as"] in ADJUSTMENTS:
        used -= way * answer["remainder_minor"]
    return bool(used == left_minor)


def others(line: BankLine, done: Answer | None = None) -> list[Answer]:
    """The answers of a line but the one that is done with it."""
    match = Match.objects.filter(line=line).first()
    found = match.explanations if match else []
    return [one for one in found if done is None or _key(one) != _key(done)]


def _key(answer: Answer) -> tuple[int, frozenset[int]]:
    return answer["customer"], frozenset(item for item, _ in answer["allocations"])


def offer_again(line: BankLine, **changes: Any) -> None:
    """Show what else an undone line may be; what was lettered is refused by now, and is not among it.

    Of answers as good as each other none is chosen for the person.
    """
    match = Match.objects.filter(line=line).first()
    if match is None:
        return
    kept = match.explanations[1:] if match.status == Match.Status.POSTED else match.explanations
    standing = sorted(_standing(line, kept), key=lambda one: one["customer"] != match.customer_id)
    is_something = any(one["allocations"] for one in standing)
    Match.objects.filter(pk=match.pk).update(
        status=Match.Status.AMBIGUOUS if is_something else Match.Status.UNMATCHED,
        probability=0,
        customer_id=standing[0]["customer"] if standing else match.customer_id,
        explanations=standing,
        reasons=[{"code": "undone", "params": {}}],
        **changes,
    )


def _standing(line: BankLine, answers: Sequence[Answer]) -> list[Answer]:
    """Those of the whole line that nobody refused, and whose items are open for as much."""
    no = {
        (customer, frozenset(items))
        for customer, items in Refusal.objects.filter(line=line).values_list("customer_id", "items")
    }
    open_now = _open_items(item for one in answers for item, _ in one["allocations"])
    return [
        one
        for one in answers
        if fits(one, line.amount_minor)
        and _key(one) not in no
        and (one["customer"], frozenset()) not in no
        and all(_is_open(open_now.get(item, 0), amount) for item, amount in one["allocations"])
    ]


def _open_items(items: Iterable[int]) -> dict[int, int]:
    return dict(OpenItem.objects.filter(pk__in=set(items)).values_list("pk", "open_minor"))


def _is_open(open_minor: int, amount: int) -> bool:
    return (amount > 0) == (open_minor > 0) and abs(amount) <= abs(open_minor)
