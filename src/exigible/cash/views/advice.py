"""The remittance advice of a payment: what it lists, what of that was found, and what it differs by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.cash.advised import Register, advices_of, gross_of
from exigible.cash.models import RemittanceAdvice
from exigible.cash.queries import lines_of
from exigible.intake.wording import word_problem
from exigible.language import formats
from exigible.ledger.models import BankLine, Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class AdviceRow:
    """One document of the list. `is_found`: it is open for what is paid on it; else `words` say why not."""

    number: str
    amount_minor: int | None
    currency: str
    is_found: bool
    words: str


@dataclass(frozen=True, slots=True)
class AdviceShown:
    """The list as the pane shows it; amounts are in the payment's currency."""

    name: str
    file_url: str
    rows: Sequence[AdviceRow]
    listed_minor: int | None
    """None where a document has no amount, or one in another currency."""
    difference_minor: int
    """What was paid beyond the list; negative: what lacks."""
    warnings: Sequence[str]
    more: int

    @property
    def found_words(self) -> str:
        found = sum(row.is_found for row in self.rows)
        count = len(self.rows)
        said = ngettext(
            "%(found)s of %(count)s document found", "%(found)s of %(count)s documents found", count
        )
        return said % {"found": found, "count": count}


def advice_shown(scope: Scope, line: BankLine, customer: Customer | None) -> AdviceShown | None:
    """The list that the payment has, against the open items of the customer; None without one."""
    advice = advices_of([line]).get(line.pk)
    if advice is None:
        return None
    listed = advice.documents[:MOST_SHOWN]
    known = _Known(scope, line, customer, listed)
    amounts = [one["amount_minor"] for one in advice.documents if one["currency"] == advice.currency]
    is_whole = len(amounts) == len(advice.documents) and None not in amounts
    total = sum(amount for amount in amounts if amount is not None) if is_whole else None
    return AdviceShown(
        advice.name or _("pasted text"),
        reverse("cash-advice-file", args=[scope.company.code, line.pk, advice.pk]),
        [known.row(one, advice.currency) for one in listed],
        total,
        line.left_minor - total if total is not None else 0,
        [word_problem(problem) for problem in advice.warnings],
        len(advice.documents) - len(listed),
    )


class _Known:
    """What the ledger has of the documents listed: open ones of the customer, then any of that number."""

    def __init__(
        self, scope: Scope, line: BankLine, customer: Customer | None, listed: Sequence[Mapping[str, Any]]
    ) -> None:
        items = scope.items().filter(is_reversed=False, currency=line.currency).select_related("customer")
        self.customer = customer
        self.open: dict[str, int] = {}
        own = items.filter(customer=customer).exclude(open_minor=0) if customer else items.none()
        for number, minor in own.values_list("document_number", "open_minor"):
            self.open[number] = self.open.get(number, 0) + minor
        self.register = Register(self.open)
        numbers = [one["number"] for one in listed if not self.register.find(one["number"])]
        others = items.filter(document_number__in=numbers) if numbers else items.none()
        self.others = {item.document_number: item for item in others.order_by("open_minor")}

    def row(self, one: Mapping[str, Any], currency: str) -> AdviceRow:
        number = self.register.find(one["number"])
        amount = one["amount_minor"]
        words = self._elsewhere(one["number"], one["currency"], currency)
        if number:
            words = self._short(self.open[number], gross_of(one), currency)
        return AdviceRow(number or one["number"], amount, one["currency"], not words, words)

    def _short(self, open_minor: int, paid: int | None, currency: str) -> str:
        if paid is None or ((paid > 0) == (open_minor > 0) and abs(paid) <= abs(open_minor)):
            return ""
        return _("open for %(amount)s only") % {"amount": formats.money(open_minor, currency)}

    def _elsewhere(self, number: str, stated: str, currency: str) -> str:
        if stated != currency:
            return _("in another currency")
        item = self.others.get(number)
        if item is None:
            return _("not found")
        if not item.open_minor:
            return _("settled already")
        return _("of %(customer)s") % {"customer": item.customer.name}


@company_view(Right.LETTER)
def advice_file(request: HttpRequest, line: int, advice: int) -> FileResponse:
    """The file of a list as it came."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    found = get_object_or_404(RemittanceAdvice, pk=advice, line=get_object_or_404(lines_of(scope), pk=line))
    name = found.name or "advice.txt"
    return FileResponse(
        found.file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
