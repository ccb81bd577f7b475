"""Our lettering for the books: each group of items that settle each other under one code, as a FEC has them.

A group that leaves nothing open has a code in capitals, one that is not yet whole in small letters, as
accounting programs write them.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import guard_formula
from exigible.ledger.models import Allocation, Company, OpenItem

Form = Literal["fec", "csv"]
HEADER: Final = (
    "CompteNum", "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet",
)  # fmt: skip
_CSV_HEADER: Final = (
    "account", "customer_code", "customer_name", "document_number", "issue_date", "label", "currency",
    "amount", "open_amount", "lettering_code", "lettering_date",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Items that settle each other. `lettered_on` is the day from which the last of its lettering counts."""

    code: str
    lettered_on: date
    items: tuple[OpenItem, ...]


def lettering_groups(company: Company, *, since: date | None = None) -> list[Group]:
    """The groups that were lettered here, not in the books; `since` a day, those lettered from it on."""
    standing = list(
        Allocation.objects.filter(company=company, reverses=None, reversed_by=None).values_list(
            "pk", "debit_item_id", "credit_item_id", "source", "effective_on"
        )
    )
    joined = _joined((debit, credit) for _, debit, credit, _, _ in standing)
    made_here = {joined[debit] for _, debit, _, source, _ in standing if source != "fec"}
    firsts: dict[int, int] = {}
    days: dict[int, date] = {}
    members: dict[int, set[int]] = defaultdict(set)
    for pk, debit, credit, _, day in standing:
        root = joined[debit]
        if root in made_here:
            firsts[root] = min(pk, firsts.get(root, pk))
            days[root] = max(day, days.get(root, day))
            members[root] |= {debit, credit}
    wanted = [root for root in members if since is None or days[root] >= since]
    items = OpenItem.objects.select_related("customer").in_bulk(
        [item for root in wanted for item in members[root]]
    )
    groups = [_group(firsts[root], days[root], [items[item] for item in members[root]]) for root in wanted]
    return sorted(groups, key=lambda group: (group.items[0].customer.code, group.lettered_on, group.code))


def _joined(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """One item for each connected set, the same for all of its members."""
    root: dict[int, int] = {}

    def find(item: int) -> int:
        while root.setdefault(item, item) != item:
            root[item] = root[root[item]]
            item = root[item]
        return item

    for one, other in pairs:
        root[find(one)] = find(other)
    return {item: find(item) for item in list(root)}


def _group(first: int, day: date, items: Sequence[OpenItem]) -> Group:
    is_whole = not any(item.open_minor for item in items)
    code = letters(first)
    ordered = sorted(items, key=lambda item: (item.customer_id, item.issued_on, item.pk))
    return Group(code if is_whole else code.lower(), day, tuple(ordered))


def letters(number: int) -> str:
    """1 is AAA, 2 is AAB… 17577 is AAAA: a lettering code that stays the same from one export to the next."""
    number += 26 * 26 + 26  # the codes of one and two letters are left to the books
    code = ""
    while number > 0:
        number, digit = divmod(number - 1, 26)
        code = chr(ord("A") + digit) + code
    return code


def export_lettering(groups: Iterable[Group], form: Form) -> Iterator[str]:
    """The lines of the export: tab-separated with the columns of a FEC, or CSV."""
    if form == "fec":
        yield "\t".join(HEADER) + "\r\n"
        for group in groups:
            account = next((item.account for item in group.items if item.account), "")
            for item in group.items:
                yield "\t".join(_fec_row(group, item, item.account or account)) + "\r\n"
        return
    yield _csv_line(_CSV_HEADER)
    for group in groups:
        for item in group.items:
            yield _csv_line(_csv_row(group, item))


def _fec_row(group: Group, item: OpenItem, account: str) -> tuple[str, ...]:
    amount = to_decimal_string(abs(item.amount_minor), item.currency).replace(".", ",")
    is_debit = item.amount_minor > 0
    texts = (account, item.customer.code, item.customer.name, item.document_number)
    return (
        *(_one_cell(text) for text in texts),
        f"{item.issued_on:%Y%m%d}",
        _one_cell(item.label),
        amount if is_debit else "0,00",
        "0,00" if is_debit else amount,
        group.code,
        f"{group.lettered_on:%Y%m%d}",
    )


def _one_cell(text: str) -> str:
    return text.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _csv_row(group: Group, item: OpenItem) -> tuple[str, ...]:
    return (
        item.account,
        guard_formula(item.customer.code),
        guard_formula(item.customer.name),
        guard_formula(item.document_number),
        item.issued_on.isoformat(),
        guard_formula(item.label),
        item.currency,
        to_decimal_string(item.amount_minor, item.currency),
        to_decimal_string(item.open_minor, item.currency),
        group.code,
        group.lettered_on.isoformat(),
    )


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
