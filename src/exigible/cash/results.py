"""What `cash match --json` prints: CONTRACT names, amounts as decimal strings, codes that people know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from exigible.cash.answers import Answer, fits
from exigible.cash.models import Match
from exigible.cash.wording import reason_sentence
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import BankLine, Company, Customer, OpenItem

Reason = Mapping[str, Any]


def matches_json(company: Company, *, since: datetime) -> dict[str, Any]:
    """The lines matched since a moment, and those still to letter, with the totals of each status."""
    found = list(
        Match.objects.filter(company=company)
        .filter(Q(made_at__gte=since) | ~Q(line__left_minor=0))
        .filter(line__set_aside="")
        .select_related("line")
        .order_by("line__booked_on", "line_id")
    )
    names = _Names(found)
    lines = [names.line(match) for match in found]
    counts = Counter(line["status"] for line in lines)
    return {
        "lines": lines,
        "summary": {status: counts.get(status, 0) for status in Match.Status.values} | {"lines": len(lines)},
    }


class _Names:
    """Codes of customers and numbers of documents for ids, read once."""

    def __init__(self, matches: Sequence[Match]) -> None:
        said = [one for match in matches for one in match.explanations]
        items = {item for one in said for item, _ in one["allocations"]}
        self.customers = dict(
            Customer.objects.filter(pk__in={one["customer"] for one in said}).values_list("pk", "code")
        )
        self.items = OpenItem.objects.only("document_number", "label", "due_on").in_bulk(items)

    def line(self, match: Match) -> dict[str, Any]:
        line = match.line
        answers = [one for one in match.explanations if not line.left_minor or fits(one, line.left_minor)]
        first = answers[0] if answers else {}
        return {
            "line": line.reference,
            "date": line.booked_on.isoformat(),
            "amount": to_decimal_string(line.amount_minor, line.currency),
            "currency": line.currency,
            "status": match.status,
            "confidence": f"{match.probability / 10_000:.4f}",
            **self._answer(first, line, match.reasons),
            "alternatives": [self._allocations(other, line) for other in answers[1:]],
            "other_answers": [self._answer(other, line) for other in answers[1:]],
        }

    def _answer(self, answer: Answer, line: BankLine, waits: Sequence[Reason] = ()) -> dict[str, Any]:
        """What a line may be, or was lettered as; `waits`: why it was not posted alone."""
        currency = answer.get("currency", line.currency)
        reasons = [*answer.get("reasons", ()), *waits]
        remainder, as_ = answer.get("remainder_minor", 0), answer.get("remainder_as") or None
        return {
            "customer": self.customers.get(answer.get("customer", 0)),
            "allocations": self._allocations(answer, line),
            "remainder": to_decimal_string(remainder, currency),
            "remainder_as": as_,
            "on_account": to_decimal_string(remainder if as_ == "on_account" else 0, currency),
            "reasons": [reason["code"] for reason in reasons],
            "explained": [reason_sentence(reason["code"], reason["params"], currency) for reason in reasons],
        }

    def _allocations(self, answer: Answer, line: BankLine) -> list[dict[str, Any]]:
        currency = answer.get("currency", line.currency)
        return [
            {
                "document": self.items[item].document_number,
                "amount": to_decimal_string(amount, currency),
                "label": self.items[item].label,
                "due_on": self.items[item].due_on.isoformat(),
                "id": item,
            }
            for item, amount in answer.get("allocations", ())
        ]
