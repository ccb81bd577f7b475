"""What people attached to payments as remittance advice, as the matcher and the desk read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from exigible.cash.models import RemittanceAdvice
from exigible.cash.rules.numbers import form_of
from exigible.ledger.models import BankLine

_LEAST_DIGITS: Final = 4
"""As many last digits of a number tell a document, where only one ends with them."""


@dataclass(frozen=True, slots=True)
class Advised:
    """The documents of one list, each with the amount before a discount that the payer kept back."""

    documents: tuple[tuple[str, int | None], ...]
    discount_minor: int = 0

    def as_known(self, numbers: Iterable[str]) -> Advised:
        """The same with the numbers as the ledger writes them; a document that comes twice comes once."""
        register = Register(numbers)
        found: dict[str, int | None] = {}
        for number, amount in self.documents:
            known = register.find(number) or number
            before = found.get(known)
            found[known] = amount if before is None or amount is None else before + amount
        return replace(self, documents=tuple(found.items()))


class Register:
    """Document numbers, to be found however a payer writes them."""

    def __init__(self, numbers: Iterable[str]) -> None:
        self._by_compact: dict[str, str] = {}
        self._by_digits: dict[str, set[str]] = defaultdict(set)
        for number in numbers:
            form = form_of(number)
            self._by_compact[form.compact] = number
            for digits in {form.digits.lstrip("0"), form.tail}:
                self._by_digits[digits].add(number)

    def find(self, number: str) -> str:
        """The one that is meant: of the same letters and digits, else the only one of these last digits."""
        form = form_of(number)
        if form.compact in self._by_compact:
            return self._by_compact[form.compact]
        for digits in (form.digits.lstrip("0"), form.tail):
            found = self._by_digits.get(digits, set())
            if len(digits) >= _LEAST_DIGITS and len(found) == 1:
                return next(iter(found))
        return ""


def advices_of(lines: Sequence[BankLine]) -> dict[int, RemittanceAdvice]:
    """The list that each line has now."""
    found = RemittanceAdvice.objects.filter(line__in=[line.pk for line in lines], is_withdrawn=False)
    return {advice.line_id: advice for advice in found}


def read_advised(lines: Sequence[BankLine]) -> dict[int, Advised]:
    """What the lists say in the currency of their payment, by line."""
    return {line: advised_of(advice) for line, advice in advices_of(lines).items()}


def advised_of(advice: RemittanceAdvice) -> Advised:
    listed = [one for one in advice.documents if one["currency"] == advice.currency]
    return Advised(
        tuple((one["number"], gross_of(one)) for one in listed),
        sum(one["discount_minor"] or 0 for one in listed if one["amount_minor"] is not None),
    )


def gross_of(document: Mapping[str, Any]) -> int | None:
    """What is settled of a document: what is paid, and the discount kept back."""
    paid: int | None = document["amount_minor"]
    return None if paid is None else paid + (document["discount_minor"] or 0)
