"""What `cash match --json` prints: CONTRACT names, amounts as decimal strings, codes that people know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from exigible.cash.models import Match
from exigible.cash.wording import reason_sentence
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import BankLine, Company, Customer, OpenItem


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
        self.documents = dict(OpenItem.objects.filter(pk__in=items).values_list("pk", "document_number"))

    def line(self, match: Match) -> dict[str, Any]:
        line = match.line
        first: Mapping[str, Any] = match.explanations[0] if match.explanations else {}
        remainder = first.get("remainder_minor", 0)
        currency = first.get("currency", line.currency)
        return {
            "line": line.reference,
            "date": line.booked_on.isoformat(),
            "amount": to_decimal_string(line.amount_minor, line.currency),
            "currency": line.currency,
            "status": match.status,
            "customer": self.customers.get(first.get("customer", 0)),
            "confidence": f"{match.probability / 10_000:.4f}",
            "allocations": self._allocations(first, line),
            "remainder": to_decimal_string(remainder, currency),
            "remainder_as": first.get("remainder_as") or None,
            "reasons": [reason["code"] for reason in self._reasons(match, first)],
            "explained": [
                reason_sentence(reason["code"], reason["params"], currency)
                for reason in self._reasons(match, first)
            ],
            "alternatives": [self._allocations(other, line) for other in match.explanations[1:]],
        }

    def _allocations(self, explanation: Mapping[str, Any], line: BankLine) -> list[dict[str, str]]:
        currency = explanation.get("currency", line.currency)
        return [
            {"document": self.documents[item], "amount": to_decimal_string(amount, currency)}
            for item, amount in explanation.get("allocations", ())
        ]

    def _reasons(self, match: Match, first: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        yield from first.get("reasons", ())
        yield from match.reasons
