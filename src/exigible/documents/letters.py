"""Letters as PDF: one file each, or one file of all for the printing house."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pikepdf

from exigible.documents import layout, typesetting
from exigible.documents.columns import table_data
from exigible.documents.layout import Assets, ToPay
from exigible.documents.model import InterestAnnex, Letter, LetterCredit, LetterItem
from exigible.documents.rows import Rows
from exigible.documents.typesetting import Templates
from exigible.documents.wording import (
    days_late,
    items_listed,
    rate,
    short_date,
    words,
)
from exigible.kernel.money import format_amount

_A4: Final = (595, 842)


def render_letters(letters: Sequence[Letter], *, templates: Path | None = None) -> list[bytes]:
    """A PDF for each letter, in order. `templates` is a folder whose files stand before ours.

    Raises UserMistake("template-failed") or UserMistake("unusable-picture"): then none is made.
    """
    loaded = typesetting.load_templates(templates)
    return typesetting.in_parallel(lambda letter: _render(letter, loaded), letters)


def render_batch(
    letters: Sequence[Letter], *, templates: Path | None = None, start_on_front: bool = False
) -> bytes:
    """One PDF of all the letters for the printing house, with a bookmark for each.

    It holds the very pages that `render_letters` gives. `start_on_front` adds a blank page after a letter
    with an odd number of pages, for printing on both sides.
    """
    return merge(
        render_letters(letters, templates=templates),
        titles=[_title(letter) for letter in letters],
        start_on_front=start_on_front,
    )


def merge(pdfs: Sequence[bytes], *, titles: Sequence[str], start_on_front: bool = False) -> bytes:
    """Documents one after another in one PDF, each under a bookmark with its title."""
    with pikepdf.new() as batch:
        firsts = []
        for pdf in pdfs:
            with pikepdf.open(io.BytesIO(pdf)) as document:
                firsts.append(len(batch.pages))
                batch.pages.extend(document.pages)
                if start_on_front and len(document.pages) % 2:
                    batch.add_blank_page(page_size=_A4)
        with batch.open_outline() as outline:
            outline.root.extend(map(pikepdf.OutlineItem, titles, firsts))
        output = io.BytesIO()
        batch.save(output, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _title(letter: Letter) -> str:
    return " · ".join(layout.lines((*letter.recipient[:1], letter.reference)))


def _render(letter: Letter, templates: Templates) -> bytes:
    """On one page where it fits. Else its sums stand on the first page, with the signature, and its lines on
    the next, unless that takes a page more.
    """
    assets: Assets = {}
    data = letter_data(letter, assets)
    may_fit_one_page = not data["table"] or len(data["table"]["rows"]) <= typesetting.ROWS_OF_ONE_PAGE

    def compose(**changes: object) -> bytes:
        return typesetting.typeset("letter", data | changes, assets, templates, letter.dated)

    if not may_fit_one_page:
        return compose(is_long=True, is_summarised=True)
    alone = typesetting.on_one_page(lambda is_tight: compose(is_tight=is_tight, annex=None))
    if alone is not None:
        page, is_tight = alone
        return compose(is_tight=is_tight, is_long=True) if letter.annex else page
    summarised = compose(is_long=True, is_summarised=True)
    in_one_go = compose(is_long=True)
    saves_a_page = typesetting.page_count(in_one_go) < typesetting.page_count(summarised)
    return in_one_go if saves_a_page else summarised


def letter_data(letter: Letter, assets: Assets) -> dict[str, Any]:
    """All that `letter.typ` places, as finished text; pictures are put in `assets`."""
    table = Table.of(letter)
    rows = table.rows(letter)
    return layout.page_data(letter, assets) | {
        "title": " · ".join(layout.lines((letter.subject, letter.reference))),
        "dispatch": layout.line(letter.dispatch),
        "subject": layout.line(letter.subject),
        "body": layout.paragraphs(letter.body),
        "table": table_data(table.columns, table.head(letter), rows) if rows else None,
        "summary": summary_data(letter),
        "payment": layout.payment_data(to_pay(letter), letter.payment_lines),
        "closing": layout.paragraphs(letter.closing),
        "mentions": layout.paragraphs(letter.mentions),
        "annex": annex_data(letter.annex, letter) if letter.annex else None,
        "is_summarised": False,
    }


def to_pay(letter: Letter) -> ToPay:
    """The net of the letter, to the account of its sender."""
    return ToPay(letter.sender, letter.net_minor, letter.currency, letter.reference, letter.language)


@dataclass(frozen=True, slots=True)
class Table:
    """Which columns the items need: no column that would be empty or repeat another."""

    has_dates: bool
    has_delays: bool
    has_amounts: bool

    @classmethod
    def of(cls, letter: Letter) -> Table:
        return cls(
            has_dates=any(item.issued_on for item in letter.items) or any(c.dated for c in letter.credits),
            has_delays=any(item.days_late > 0 for item in letter.items),
            has_amounts=any(item.amount_minor != item.open_minor for item in letter.items),
        )

    @property
    def columns(self) -> str:
        """A letter a column: w wide, l left, r right."""
        return "w" + "l" * self.has_dates + "l" + "r" * self.has_delays + "r" * self.has_amounts + "r"

    def _chosen(self, document: str, issued: str, due: str, late: str, amount: str, left: str) -> list[str]:
        return [
            document,
            *([issued] if self.has_dates else []),
            due,
            *([late] if self.has_delays else []),
            *([amount] if self.has_amounts else []),
            left,
        ]

    def head(self, letter: Letter) -> list[str]:
        said = words(letter.language)
        names = ("document", "issued_on", "due_on", "days_late", "amount", "open")
        document, issued, due, late, amount, left = (said[name] for name in names)
        unit = f" ({letter.currency})"
        return self._chosen(document, issued, due, late, amount + unit, left + unit)

    def rows(self, letter: Letter) -> list[dict[str, Any]]:
        """Items, their total, credits, charges, the net; each with the sum down to it."""
        if not letter.items and not letter.credits and not letter.charges:
            return []
        rows = Rows(letter.currency, letter.language, span=len(self.columns) - 1)
        for debtor in letter.debtors:
            rows.add_head(debtor.name)
            self._add_items(rows, debtor.items, letter)
            self._add_credits(rows, debtor.credits, letter)
            rows.add_line("subtotal", _subtotal_of(debtor.name, letter.language), debtor.net_minor)
        if not letter.debtors:
            self._add_items(rows, letter.items, letter)
            if letter.credits or letter.charges:
                rows.add_sum("subtotal", words(letter.language)["items_total"])
            self._add_credits(rows, letter.credits, letter)
        for charge in letter.charges:
            rows.add_spanning("charge", charge.label, charge.amount_minor)
        rows.add_sum("net", _net_name(letter), with_symbol=True)
        return rows.done

    def _add_items(self, rows: Rows, items: Sequence[LetterItem], letter: Letter) -> None:
        for item in items:
            rows.add("item", self._item(item, letter), item.open_minor, detail=item.detail)

    def _add_credits(self, rows: Rows, taken_off: Sequence[LetterCredit], letter: Letter) -> None:
        for credit in taken_off:
            dated = short_date(credit.dated, letter.language) if credit.dated else ""
            texts = self._chosen(credit.document, dated, "", "", "", "")
            rows.add("credit", texts, credit.open_minor, detail=credit.detail)

    def _item(self, item: LetterItem, letter: Letter) -> list[str]:
        return self._chosen(
            item.document,
            short_date(item.issued_on, letter.language) if item.issued_on else "",
            short_date(item.due_on, letter.language),
            days_late(item.days_late, letter.language),
            format_amount(item.amount_minor, letter.currency, locale=letter.language),
            "",
        )


def summary_data(letter: Letter) -> dict[str, Any]:
    """The sums of a letter whose lines stand on the pages that follow."""
    said = words(letter.language)
    rows = Rows(letter.currency, letter.language, span=1)
    for debtor in letter.debtors:
        rows.add_spanning("item", debtor.name, debtor.net_minor)
    if not letter.debtors:
        rows.add_spanning("item", items_listed(len(letter.items), letter.language), letter.claimed_minor)
    if letter.credits and not letter.debtors:
        rows.add_spanning("credit", said["credits"], sum(credit.open_minor for credit in letter.credits))
    for charge in letter.charges:
        rows.add_spanning("charge", charge.label, charge.amount_minor)
    rows.add_sum("net", _net_name(letter), with_symbol=True)
    return table_data("wr", ["", f"{said['amount']} ({letter.currency})"], rows.done)


def _subtotal_of(name: str, language: str) -> str:
    said = words(language)
    return f"{said['subtotal']}{said['colon']}{name}"


def _net_name(letter: Letter) -> str:
    return words(letter.language)["net" if letter.net_minor > 0 else "credit_balance"]


def annex_data(annex: InterestAnnex, letter: Letter) -> dict[str, Any]:
    """The page that shows how each line of late interest was worked out."""
    said = words(letter.language)
    rows = Rows(letter.currency, letter.language, span=5)
    for row in annex.rows:
        dates = (short_date(day, letter.language) for day in (row.starts_on, row.ends_on))
        texts = [
            row.document,
            format_amount(row.base_minor, letter.currency, locale=letter.language),
            " – ".join(dates),
            str(row.days),
            rate(row.rate, letter.language),
            "",
        ]
        rows.add("item", texts, row.interest_minor)
    rows.add_sum("net", said["interest_total"], with_symbol=True)
    unit = f" ({letter.currency})"
    head = [
        said["document"], said["base"] + unit, said["period"], said["days"], said["rate"],
        said["interest"] + unit,
    ]  # fmt: skip
    return {
        "title": said["annex"],
        "notes": layout.paragraphs(annex.notes),
        "table": table_data("wrlrrr", head, rows.done),
    }
