"""Statement of account as PDF: what is open, or all that moved, each currency by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from exigible.documents import layout, typesetting
from exigible.documents.ages import bucket_colours, sums_by_bucket
from exigible.documents.columns import table_data
from exigible.documents.layout import Assets, ToPay
from exigible.documents.model import Language, Sender
from exigible.documents.rows import Rows
from exigible.documents.typesetting import Templates
from exigible.documents.wording import bucket_name, days_late, long_date, short_date, words
from exigible.kernel.ageing import Buckets
from exigible.kernel.money import format_amount

_BUCKETS: Final = Buckets()


@dataclass(frozen=True, slots=True)
class StatementItem:
    """An open item: `open_minor` is positive when the customer owes it, negative for a credit.

    `days_late` is 0 or less before the due date. `label` says what it is (invoice, credit note, payment).
    """

    document: str
    label: str
    issued_on: date | None
    due_on: date | None
    days_late: int
    amount_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class StatementMovement:
    """One movement of the account: positive for a debit (invoice), negative for a credit (payment)."""

    dated: date
    document: str
    label: str
    amount_minor: int
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class OpenItemsSection:
    """What is open in one currency."""

    currency: str
    items: tuple[StatementItem, ...]

    @property
    def gross_minor(self) -> int:
        return sum(item.open_minor for item in self.items if item.open_minor > 0)

    @property
    def credits_minor(self) -> int:
        return sum(item.open_minor for item in self.items if item.open_minor < 0)

    @property
    def net_minor(self) -> int:
        return self.gross_minor + self.credits_minor

    @property
    def overdue_minor(self) -> int:
        return sum(item.open_minor for item in self.items if item.open_minor > 0 and item.days_late > 0)

    @property
    def payable_minor(self) -> int:
        """What should be paid now: the overdue items, less the credits; 0 when the credits cover them."""
        return max(0, self.overdue_minor + self.credits_minor)


@dataclass(frozen=True, slots=True)
class MovementsSection:
    """All that moved in one currency from `starts_on`, after `opening_minor`."""

    currency: str
    starts_on: date
    opening_minor: int
    movements: tuple[StatementMovement, ...]

    @property
    def closing_minor(self) -> int:
        return self.opening_minor + sum(movement.amount_minor for movement in self.movements)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for one customer as of a day: sections of one form, each in a currency of its own."""

    sender: Sender
    recipient: tuple[str, ...]
    language: Language
    place: str
    dated: date
    as_of: date
    reference: str
    customer_code: str
    sections: tuple[OpenItemsSection | MovementsSection, ...]
    buckets: Buckets = _BUCKETS
    notes: tuple[str, ...] = ()


def render_statements(statements: Sequence[Statement], *, templates: Path | None = None) -> list[bytes]:
    """A PDF for each statement, in order. `templates` is a folder whose files stand before ours.

    Raises UserMistake("template-failed") or UserMistake("unusable-picture"): then none is made.
    """
    loaded = typesetting.load_templates(templates)

    return typesetting.in_parallel(lambda statement: _render(statement, loaded), statements)


def _render(statement: Statement, templates: Templates) -> bytes:
    """At ease, or a little tighter where that saves a page."""
    assets: Assets = {}
    data = statement_data(statement, assets)

    def compose(**changes: object) -> bytes:
        return typesetting.typeset("statement", data | changes, assets, templates, statement.dated)

    if sum(len(section["table"]["rows"]) for section in data["sections"]) <= typesetting.ROWS_OF_ONE_PAGE:
        alone = typesetting.on_one_page(lambda is_tight: compose(is_tight=is_tight))
        if alone is not None:
            return alone[0]
    at_ease = compose(is_long=True)
    if typesetting.page_count(at_ease) == 1:
        return at_ease
    tight = compose(is_long=True, is_tight=True)
    return tight if typesetting.page_count(tight) < typesetting.page_count(at_ease) else at_ease


def statement_data(statement: Statement, assets: Assets) -> dict[str, Any]:
    """All that `statement.typ` places, as finished text; pictures are put in `assets`."""
    title = _title(statement)
    sections = [
        _open_items(section, statement)
        if isinstance(section, OpenItemsSection)
        else _movements(section, statement)
        for section in statement.sections
    ]
    return layout.page_data(statement, assets) | {
        "title": title,
        "heading": title,
        "sections": sections,
        "notes": layout.paragraphs(statement.notes),
    }


def _title(statement: Statement) -> str:
    said = words(statement.language)
    last = long_date(statement.as_of, statement.language)
    firsts = [section.starts_on for section in statement.sections if isinstance(section, MovementsSection)]
    if not firsts:
        return said["statement"].format(date=last)
    return said["statement_movements"].format(start=long_date(min(firsts), statement.language), end=last)


def _open_items(section: OpenItemsSection, statement: Statement) -> dict[str, Any]:
    said = words(statement.language)
    names = ("document", "label", "issued_on", "due_on", "days_late", "amount", "open")
    rows = Rows(section.currency, statement.language, span=6)
    ordered = sorted(section.items, key=lambda item: (item.open_minor < 0, item.due_on or date.max))
    for item in ordered:
        rows.add("item", _open_item(item, section.currency, statement.language), item.open_minor)
    if section.credits_minor:
        rows.add_line("subtotal", said["gross"], section.gross_minor)
        rows.add_line("subtotal", said["credits"], section.credits_minor)
    rows.add_sum("net", said["account_balance"], with_symbol=True)
    if section.overdue_minor > 0:
        name = "overdue_before_credits" if section.credits_minor else "of_which_overdue"
        rows.add_line("item", said[name], section.overdue_minor)
    return {
        "currency": said["in_currency"].format(currency=section.currency),
        "table": table_data("twllrrr", _head(names, section.currency, statement.language), rows.done),
        "empty": "" if section.items else said["nothing_open"],
        "ageing": _ageing(section, statement),
        "payment": layout.payment_data(_to_pay(section, statement)),
    }


def _head(names: Sequence[str], currency: str, language: str) -> list[str]:
    said = [words(language)[name] for name in names]
    return [*said[:-1], f"{said[-1]} ({currency})"]


def _to_pay(section: OpenItemsSection, statement: Statement) -> ToPay:
    return ToPay(
        statement.sender,
        section.payable_minor,
        section.currency,
        statement.reference,
        statement.language,
        words(statement.language)["payable"],
    )


def _open_item(item: StatementItem, currency: str, language: str) -> list[str]:
    return [
        item.document,
        item.label,
        short_date(item.issued_on, language) if item.issued_on else "",
        short_date(item.due_on, language) if item.due_on else "",
        days_late(item.days_late, language) if item.open_minor > 0 else "",
        format_amount(item.amount_minor, currency, locale=language),
        "",
    ]


def _ageing(section: OpenItemsSection, statement: Statement) -> list[dict[str, Any]]:
    """The debt by age, with what is not allocated apart: together they are the balance."""
    aged = ((item.days_late, item.open_minor) for item in section.items if item.open_minor > 0)
    sums = sums_by_bucket(aged, statement.buckets)
    cells = [
        {
            "name": bucket_name(key, statement.language),
            "amount": format_amount(minor, section.currency, locale=statement.language),
            "share": minor * 10_000 // section.gross_minor if section.gross_minor else 0,
            "colour": colour,
        }
        for key, minor, colour in zip(
            statement.buckets.keys, sums, bucket_colours(statement.buckets), strict=True
        )
    ]
    if section.credits_minor:
        amount = format_amount(section.credits_minor, section.currency, locale=statement.language)
        name = words(statement.language)["unallocated"]
        cells.append({"name": name, "amount": amount, "share": 0, "colour": None})
    return cells if section.gross_minor else []


def _movements(section: MovementsSection, statement: Statement) -> dict[str, Any]:
    said = words(statement.language)
    names = ("issued_on", "document", "label", "due_on", "debit", "credit", "balance")
    rows = Rows(section.currency, statement.language, span=6)
    rows.add_spanning("subtotal", said["opening_balance"], section.opening_minor)
    for movement in section.movements:
        rows.add(
            "item",
            _movement(movement, section.currency, statement.language),
            movement.amount_minor,
            shows_sum=True,
        )
    rows.add_sum("net", said["closing_balance"], with_symbol=True)
    return {
        "currency": said["in_currency"].format(currency=section.currency),
        "table": table_data("ltwlrrr", _head(names, section.currency, statement.language), rows.done),
        "empty": "" if section.movements else said["no_movement"],
        "ageing": [],
        "payment": None,
    }


def _movement(movement: StatementMovement, currency: str, language: str) -> list[str]:
    amount = format_amount(abs(movement.amount_minor), currency, locale=language)
    return [
        short_date(movement.dated, language),
        movement.document,
        movement.label,
        short_date(movement.due_on, language) if movement.due_on else "",
        amount if movement.amount_minor >= 0 else "",
        amount if movement.amount_minor < 0 else "",
        "",
    ]
