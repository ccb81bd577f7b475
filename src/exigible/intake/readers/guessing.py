"""Guessing a mapping: every column is weighed for every field, and the best fits are taken first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from exigible.intake.readers.cells import amount_of, split_currency, text_of
from exigible.intake.readers.content import Profile, profile_of
from exigible.intake.readers.documents import document_type_of
from exigible.intake.readers.mapping import ColumnChoice, Mapping, mapping_of
from exigible.intake.readers.table.model import Cell, Table
from exigible.intake.readers.vocabulary import FIELDS, LOOSE, PARTIAL, STRONG, Kind, name_fit, plain_words
from exigible.kernel.dates import DateOrder, parse_date
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import detect_decimal_mark

_CONTENT: Final = {
    "issue_date": "date", "due_date": "date", "amount": "amount", "debit": "amount", "credit": "amount",
    "open_amount": "amount", "credit_limit": "amount", "email": "email", "iban": "iban", "siren": "siren",
    "siret": "siret", "vat_number": "vat", "currency": "currency", "sense": "sense", "name": "letters",
    "customer_name": "letters", "booked_on": "date", "value_on": "date", "balance": "amount",
    "charges": "amount", "original_amount": "amount", "original_currency": "currency",
    "payer_name": "letters", "payer_iban": "iban", "text": "letters", "discount": "amount",
    "paid_amount": "amount",
}  # fmt: skip
# Fields that content alone can tell, and how surely.
_BY_CONTENT_ALONE: Final = {
    "email": 55, "iban": 55, "siret": 55, "siren": 50, "vat_number": 50, "currency": 50, "issue_date": 42,
    "due_date": 41, "amount": 41, "booked_on": 42, "payer_iban": 55, "text": 41,
}  # fmt: skip
_SPARED: Final = (
    "due_date", "open_amount", "credit_limit", "value_on", "balance", "charges", "original_amount",
    "discount",
)  # fmt: skip
_ENOUGH: Final = 3
_DOUBTFUL: Final = 50
_LEAST: Final = 40
_ORDERS: Final[tuple[DateOrder, ...]] = ("dmy", "mdy")
_AGREES: Final = 0.7
_DISAGREES: Final = 0.3
_MOST: Final = 0.8
_AMOUNTS: Final = (
    "amount", "debit", "credit", "open_amount", "credit_limit", "balance", "charges", "original_amount",
    "discount", "paid_amount",
)  # fmt: skip
_DATES: Final = ("issue_date", "due_date", "booked_on", "value_on")
_EXPONENT: Final = 4

_Weighed = tuple[int, tuple[str, ...]]


def guess_mapping(kind: Kind, table: Table) -> Mapping:
    """The likeliest mapping of a table; `missing` says what the user must still choose."""
    sample = table.sample()
    columns = [[row[at] for row in sample] for at in range(len(table.headers))]
    profiles = [profile_of(cells) for cells in columns]
    chosen = _choose(kind, table, profiles)
    if kind == "items":
        _order_guessed_dates(chosen, profiles)
        _drop_doubtful_amounts(chosen, columns)
        _pair_amount_and_currency(chosen, table.headers)
    elif kind == "bank":
        _drop_doubtful_amounts(chosen, columns)
        _settle_bank_columns(chosen, columns)
    return mapping_of(
        kind,
        chosen,
        table.headers,
        decimal_mark=_decimal_mark(chosen, columns),
        date_order=_date_order(chosen, columns),
        credits_are_positive=_credits_are_positive(chosen, columns),
        credit_column_is_negative=_is_negative(chosen, columns, "credit"),
        debit_column_is_negative=kind == "bank" and _is_negative(chosen, columns, "debit"),
        outgoing_is_positive=kind == "bank" and _outgoing_is_positive(chosen, columns),
    )


def _choose(kind: Kind, table: Table, profiles: Sequence[Profile]) -> dict[str, ColumnChoice]:
    headers = table.headers
    # The letters that columns without names were given are no names: "C" is not for credit.
    names = headers if table.facts.header_line is not None else [""] * len(headers)
    weighed = [
        (*_weigh(kind, field, name, profile), field, at)
        for field in FIELDS[kind]
        for at, (name, profile) in enumerate(zip(names, profiles, strict=True))
    ]
    weighed.sort(key=lambda one: -one[0])
    chosen: dict[str, ColumnChoice] = {}
    taken: set[int] = set()
    for weight, reasons, field, at in weighed:
        if weight >= _LEAST and field not in chosen and at not in taken:
            chosen[field] = ColumnChoice(at, headers[at], min(weight, 99), reasons)
            taken.add(at)
    return chosen


def _weigh(kind: Kind, name: str, header: str, profile: Profile) -> _Weighed:
    """The weight of one column for one field, from 0 to about 110, and its reasons."""
    fit = name_fit(kind, name, header)
    expected = _CONTENT.get(name)
    share = profile.share[expected] if expected else 0.0
    if not fit:
        alone = _BY_CONTENT_ALONE.get(name, 0) if share >= 0.9 else 0
        return (alone, (f"content-{expected}",)) if alone else (0, ())
    reason = "name-exact" if fit >= STRONG else "name-loose" if fit >= LOOSE else "name-similar"
    if name in ("code", "customer_code", "name", "customer_name"):
        return _weigh_party(name, fit, reason, profile)
    if not expected or not profile.filled:
        return fit, (reason,)
    if share >= _AGREES:
        return fit + 8, (reason, f"content-{expected}")
    if share >= _DISAGREES:
        return fit, (reason,)
    return _despite_content(name, fit, profile), (reason, "content-disagrees")


def _despite_content(name: str, fit: int, profile: Profile) -> int:
    """A good name holds against cells that are wrong, so that they are reported; not if it can be spared."""
    spared = name in _SPARED and profile.filled >= _ENOUGH
    return _DOUBTFUL if fit >= STRONG and not spared else fit // 3


def _weigh_party(name: str, fit: int, reason: str, profile: Profile) -> _Weighed:
    """A column called "Client" holds codes or names: codes have figures, names have letters and spaces."""
    share = profile.share
    if share["date"] >= _AGREES and not share["letters"]:
        return fit // 3, (reason, "content-disagrees")
    looks_like_code = share["digits"] >= _AGREES and share["words"] < 0.5
    if not profile.filled or fit >= STRONG:
        return fit, (reason,)
    if looks_like_code == name.endswith("code"):
        return fit + 8, (reason, "content-code" if looks_like_code else "content-letters")
    return fit - 15, (reason,)


def _order_guessed_dates(chosen: dict[str, ColumnChoice], profiles: Sequence[Profile]) -> None:
    """Of two date columns that only their content tells, the earlier is the date of issue."""
    issue, due = chosen.get("issue_date"), chosen.get("due_date")
    if issue is None or due is None or max(issue.confidence, due.confidence) > PARTIAL:
        return
    first, second = profiles[issue.column].median, profiles[due.column].median
    if first and second and second < first:
        chosen["issue_date"], chosen["due_date"] = due, issue


def _drop_doubtful_amounts(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> None:
    """Debit and credit say more than an amount beside them; a running balance is not what is open."""
    if "debit" in chosen and "credit" in chosen:
        chosen.pop("amount", None)
    elif chosen.keys() & {"debit", "credit"} and "amount" in chosen:
        chosen.pop("debit", None)
        chosen.pop("credit", None)
    if "open_amount" in chosen and _is_running_balance(chosen, columns):
        del chosen["open_amount"]


def _pair_amount_and_currency(chosen: dict[str, ColumnChoice], headers: Sequence[str]) -> None:
    """SAP gives the amount in the company's currency and in the document's, each with a currency column."""
    amount, currency = chosen.get("amount"), chosen.get("currency")
    if amount is None or currency is None or _is_local(amount.header) == _is_local(currency.header):
        return
    taken = {choice.column for choice in chosen.values()}
    for at, header in enumerate(headers):
        fits = name_fit("items", "currency", header) >= LOOSE
        if at not in taken and fits and _is_local(header) == _is_local(amount.header):
            chosen["currency"] = ColumnChoice(at, header, LOOSE, ("name-loose",))
            return
    if _is_local(amount.header):
        del chosen["currency"]


def _is_local(header: str) -> bool:
    return not {"local", "interne", "company"}.isdisjoint(plain_words(header))


def _is_running_balance(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> bool:
    balances = _numbers(chosen, columns, "open_amount")
    sides = _numbers(chosen, columns, "debit"), _numbers(chosen, columns, "credit")
    amounts = _numbers(chosen, columns, "amount")
    moves = amounts or [debit - credit for debit, credit in zip(*sides, strict=False)]
    steps = [after - before for before, after in pairwise(balances)]
    follows = sum(step == move for step, move in zip(steps, moves[1:], strict=False))
    return len(steps) >= 2 and follows > _MOST * len(steps)


def _numbers(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]], name: str) -> list[int]:
    """The amounts of a field, 0 where there is none; an empty list without the field."""
    choice = chosen.get(name)
    if choice is None:
        return []
    mark = _decimal_mark(chosen, columns)
    return [_number(cell, mark) for cell in columns[choice.column]]


def _number(cell: Cell, mark: str | None) -> int:
    try:
        return amount_of(cell, _EXPONENT, mark) if cell is not None else 0
    except UserMistake:
        return 0


def _decimal_mark(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> str | None:
    """The mark of most amounts that show one."""
    texts = [
        split_currency(cell)[0]
        for name in _AMOUNTS
        if name in chosen
        for cell in columns[chosen[name].column]
        if isinstance(cell, str)
    ]
    marks = Counter(mark for mark in (detect_decimal_mark([text]) for text in texts) if mark)
    return max(marks, key=marks.__getitem__, default=None)


def _date_order(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> DateOrder | None:
    """Day or month first, as most dates show that can be read one way only."""
    texts = [
        text_of(cell)
        for name in _DATES
        if name in chosen
        for cell in columns[chosen[name].column]
        if isinstance(cell, str)
    ]
    orders: Counter[DateOrder] = Counter()
    for text in set(texts):
        fitting: list[DateOrder] = [order for order in _ORDERS if _is_date(text, order)]
        if len(fitting) == 1:
            orders[fitting[0]] += 1
    return max(orders, key=orders.__getitem__, default=None)


def _is_date(text: str, order: DateOrder) -> bool:
    try:
        parse_date(text, order=order)
    except UserMistake:
        return False
    return True


def _credits_are_positive(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> bool:
    """Whether the types alone tell credits, all amounts being written without sign."""
    types, amounts = chosen.get("document_type"), _numbers(chosen, columns, "amount")
    if types is None or not amounts or "sense" in chosen:
        return False
    pairs = zip(columns[types.column], amounts, strict=True)
    signs = [
        amount > 0
        for cell, amount in pairs
        if amount and document_type_of(text_of(cell)) in ("credit_note", "payment")
    ]
    return bool(signs) and all(signs)


def _is_negative(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]], name: str) -> bool:
    """Whether a column has its own minus signs."""
    amounts = [amount for amount in _numbers(chosen, columns, name) if amount]
    return bool(amounts) and all(amount < 0 for amount in amounts)


def _settle_bank_columns(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> None:
    """What only cells tell: whose account a column has, and what is no reference and no running balance."""
    _tell_accounts_apart(chosen, columns)
    if "bank_text" in chosen and ("text" not in chosen or chosen["text"].confidence < PARTIAL):
        chosen["text"] = chosen.pop("bank_text")
    reference = chosen.get("reference")
    if reference and not _differ(columns[reference.column]):
        del chosen["reference"]  # "NONREF", or the number of a cheque book: it would make two payments one
        chosen.setdefault("bank_text", reference)
    balances = set(_numbers(chosen, columns, "balance"))
    if len(balances) == 1 and len(columns[0]) > 1:
        del chosen["balance"]  # today's balance on every line
    # An account has one currency: where there is one such column beside an original amount, it is of that.
    if {"original_amount", "currency"} <= chosen.keys() and "original_currency" not in chosen:
        chosen["original_currency"] = chosen.pop("currency")


def _tell_accounts_apart(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> None:
    """A column "IBAN" with the same number all along is of the account itself, else of the other side."""
    payer, own = chosen.get("payer_iban"), chosen.get("account")
    if payer and not own and _is_one(columns[payer.column]):
        chosen["account"] = chosen.pop("payer_iban")
    elif own and not payer and own.confidence <= LOOSE and not _is_one(columns[own.column]):
        chosen["payer_iban"] = chosen.pop("account")


def _is_one(cells: Sequence[Cell]) -> bool:
    return len(cells) > 1 and None not in cells and len(set(cells)) == 1


def _differ(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if cell is not None]
    return len(set(filled)) == len(filled)


def _outgoing_is_positive(chosen: dict[str, ColumnChoice], columns: Sequence[Sequence[Cell]]) -> bool:
    """Whether the balance goes down by the amounts, be the lines oldest or newest first."""
    balances, amounts = (_numbers(chosen, columns, name) for name in ("balance", "amount"))
    if "sense" in chosen or len(balances) < 3 or len(amounts) < 3:
        return False
    steps = [after - before for before, after in pairwise(balances)]
    follows = {
        sign: max(
            sum(step == sign * amount for step, amount in zip(steps, amounts[1:], strict=False)),
            sum(step == -sign * amount for step, amount in zip(steps, amounts, strict=False)),
        )
        for sign in (1, -1)
    }
    return follows[-1] > max(follows[1], _MOST * len(steps))
