"""The rows of one printed table in one currency, each with the sum down to it."""

from __future__ import annotations

from typing import Any

from exigible.documents.layout import line
from exigible.kernel.money import format_amount


class Rows:
    """Collects rows as the templates take them: kind, cells of (text, columns spanned), detail, running sum.

    `span` is the number of columns before the last one, which holds the amounts.
    """

    def __init__(self, currency: str, language: str, span: int) -> None:
        self.done: list[dict[str, Any]] = []
        self._currency = currency
        self._language = language
        self._span = span
        self._sum = 0

    def add(
        self, kind: str, texts: list[str], minor: int, *, detail: str = "", shows_sum: bool = False
    ) -> None:
        """A row of single cells, the last of which becomes the amount, or the sum so far."""
        self._sum += minor
        last = self._text(self._sum if shows_sum else minor)
        self._append(kind, [(line(text), 1) for text in (*texts[:-1], last)], detail)

    def add_head(self, label: str) -> None:
        """A label over the rows that follow, without an amount."""
        self._append("head", [(line(label), self._span), ("", 1)])

    def add_spanning(self, kind: str, label: str, minor: int) -> None:
        """A label over all columns but the last, and an amount that counts in the sum."""
        self._sum += minor
        self.add_line(kind, label, minor)

    def add_line(self, kind: str, label: str, minor: int) -> None:
        """A label and an amount that is already counted."""
        self._append(kind, [(line(label), self._span), (self._text(minor), 1)])

    def add_sum(self, kind: str, label: str, *, with_symbol: bool = False) -> None:
        """A label and the sum so far."""
        self._append(kind, [(line(label), self._span), (self._text(self._sum, with_symbol=with_symbol), 1)])

    def _text(self, minor: int, *, with_symbol: bool = False) -> str:
        return format_amount(minor, self._currency, locale=self._language, with_symbol=with_symbol)

    def _append(self, kind: str, cells: list[tuple[str, int]], detail: str = "") -> None:
        row = {"kind": kind, "cells": cells, "detail": line(detail), "running": self._text(self._sum)}
        self.done.append(row)
