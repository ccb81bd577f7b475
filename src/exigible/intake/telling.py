"""Problems and figures of an import in the reader's language: what the pages and the downloads say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exigible.documents.sheets import Cell, Column
from exigible.intake.wording import word_problem
from exigible.kernel.errors import ExigibleError, UserMistake
from exigible.kernel.money import exponent, parse_amount
from exigible.language import formats

FOUND_SENTENCES = {
    "a PDF", "a spreadsheet or another zip archive", "an empty zip archive", "a gzip archive",
    "a 7-Zip archive", "a RAR archive", "a bzip2 archive", "an old Office document", "a picture",
    "a word processor's document", "a web page", "an XML document", "a file of binary data",
}  # fmt: skip
EXPECTED_SENTENCES: Final = {
    "text": gettext_lazy("a text file"),
    "cells": gettext_lazy("at least one line"),
    "date": gettext_lazy("a date, such as 2026-11-21 or 21/11/2026"),
    "amount": gettext_lazy("an amount, such as 1234.56 or 1 234,56"),
    "tab": gettext_lazy("a tab or |"),
    "one of them": gettext_lazy("one of the two"),
    "one address": gettext_lazy("one address"),
    "one date": gettext_lazy("one date"),
    "day first": gettext_lazy("the day first"),
    "name@domain": gettext_lazy("an address, such as name@company.com"),
    "account": gettext_lazy("an account number, such as 411000"),
    "quoted cells": gettext_lazy("pairs of quotation marks"),
    "pairs of quotation marks": gettext_lazy("pairs of quotation marks"),
    "D or C": gettext_lazy("D or C"),
    "entries": gettext_lazy("at least one entry"),
    "invoice": gettext_lazy("invoice"),
    "credit_note": gettext_lazy("credit note"),
    "payment": gettext_lazy("payment"),
    "0": gettext_lazy("a balance of 0"),
}
_AMOUNT_IN_FOUND: Final = frozenset(
    {"unbalanced-entry", "unbalanced-file", "amount-differs", "open-amount-differs"}
)
_ISO_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MONEY: Final = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_DECIMAL: Final = re.compile(r"-?\d+(\.\d+)?")

FIELD_NAMES: Final = {
    "code": gettext_lazy("Customer code"),
    "name": gettext_lazy("Name"),
    "country": gettext_lazy("Country"),
    "siren": gettext_lazy("SIREN"),
    "siret": gettext_lazy("SIRET"),
    "vat_number": gettext_lazy("VAT number"),
    "tax_id": gettext_lazy("Tax number"),
    "language": gettext_lazy("Language"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "address": gettext_lazy("Address"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("City"),
    "payment_terms": gettext_lazy("Payment terms"),
    "credit_limit": gettext_lazy("Credit limit"),
    "iban": gettext_lazy("IBAN"),
    "group_code": gettext_lazy("Group (code of the parent)"),
    "collector": gettext_lazy("Collector"),
    "segment": gettext_lazy("Segment"),
    "customer_code": gettext_lazy("Customer code"),
    "customer_name": gettext_lazy("Customer name"),
    "document_type": gettext_lazy("Type of document"),
    "document_number": gettext_lazy("Document number"),
    "issue_date": gettext_lazy("Issue date"),
    "due_date": gettext_lazy("Due date"),
    "currency": gettext_lazy("Currency"),
    "amount": gettext_lazy("Amount"),
    "debit": gettext_lazy("Debit"),
    "credit": gettext_lazy("Credit"),
    "sense": gettext_lazy("Debit or credit (D/C)"),
    "open_amount": gettext_lazy("Open amount"),
    "reference": gettext_lazy("Reference"),
    "order_number": gettext_lazy("Order number"),
    "booked_on": gettext_lazy("Booking date"),
    "value_on": gettext_lazy("Value date"),
    "balance": gettext_lazy("Balance after the movement"),
    "payer_name": gettext_lazy("Name of the other side"),
    "payer_iban": gettext_lazy("IBAN of the other side"),
    "text": gettext_lazy("Text of the payment"),
    "bank_text": gettext_lazy("Text of the bank"),
    "end_to_end": gettext_lazy("End-to-end reference"),
    "account": gettext_lazy("Our account"),
    "charges": gettext_lazy("Charges kept back"),
    "original_amount": gettext_lazy("Amount ordered"),
    "original_currency": gettext_lazy("Currency ordered"),
}


def word_error(error: ExigibleError) -> str:
    """What is wrong and what to do, in the reader's language."""
    return str(ExigibleError(error.code, _(error.sentence), **error.params)) if error.sentence else str(error)


def counted(number: int) -> str:
    """A number of things, in groups of three figures."""
    return f"{number:,}".replace(",", "\u202f" if formats.language() == "fr" else ",")


def field_name(field: str) -> str:
    return str(FIELD_NAMES.get(field, field))


def minor_of(text: str, currency: str) -> int:
    """The minor units of an amount as results hold it: 1234.56."""
    return parse_amount(text, exponent=exponent(currency), decimal_mark=".")


def tell(problem: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """A kept problem as a person reads it: line, column, what was found and expected, and the sentence."""
    params = dict(problem["params"])
    if problem["code"] == "lettering-unbalanced":  # which side is larger does not matter for "differ by"
        params["amount"] = params["amount"].removeprefix("-")
    worded = dict(problem) | {
        "found": _readable(problem["code"], str(problem["found"]), currency),
        "expected": _expected(problem["code"], str(problem["expected"]), currency),
        "column": field_name(problem["column"]) if problem["column"] else problem["column"],
        "params": {key: _readable(key, value, currency) for key, value in params.items()},
    }
    return worded | {"sentence": word_problem(worded)}


@dataclass(frozen=True, slots=True)
class Told:
    """Problems in words, and which of the columns of their table say anything."""

    rows: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def has_line(self) -> bool:
        return any(row["line"] for row in self.rows)

    @property
    def has_column(self) -> bool:
        return any(row["column"] for row in self.rows)

    @property
    def has_expected(self) -> bool:
        """Where nothing is, what was found is left out as well: the sentence says it."""
        return any(row["expected"] for row in self.rows)


def tell_all(problems: Iterable[Mapping[str, Any]], currency: str) -> Told:
    return Told([tell(problem, currency) for problem in problems])


def _readable(what: str, text: str, currency: str) -> str:
    """Amounts, dates and the readers' own words as the language writes them; anything else is the file's."""
    if what in _AMOUNT_IN_FOUND or what == "amount":
        return _amount(text, currency)
    if money := _MONEY.fullmatch(text):
        return _amount(money[1], money[2])
    if _ISO_DATE.fullmatch(text):
        with suppress(ValueError):
            return formats.day(date.fromisoformat(text))
    return _(text) if text in FOUND_SENTENCES else text


def _expected(code: str, text: str, currency: str) -> str:
    if text in EXPECTED_SENTENCES:
        return str(EXPECTED_SENTENCES[text])
    return field_name(text) if text in FIELD_NAMES else _readable(code, text, currency)


def _amount(text: str, currency: str) -> str:
    if not _DECIMAL.fullmatch(text):
        return text
    try:
        return formats.money(minor_of(text, currency), currency, with_symbol=True)
    except UserMistake:
        return text


def problem_table(told: Told) -> tuple[list[Column], list[list[Cell]]]:
    """The problems as a table to take away, for whoever mends the file."""
    columns = [
        Column(_("Severity"), key="severity"),
        Column(_("Line"), "integer", "line"),
        Column(_("Column"), key="column"),
        Column(_("Found"), key="found"),
        Column(_("Expected"), key="expected"),
        Column(_("What is said"), key="sentence"),
        Column(_("Code"), key="code"),
    ]
    severities = {"error": _("error"), "warning": _("warning")}
    worded = [row | {"severity": severities.get(row["severity"], row["severity"])} for row in told.rows]
    return columns, [[row[column.key] for column in columns] for row in worded]
