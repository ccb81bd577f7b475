"""Remittance advice: the documents that a payer says a payment is for, from whatever the list was sent in."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from exigible.intake.readers.advicetext import documents_in, payer_in, total_in
from exigible.intake.readers.bank.model import AdvisedDocument
from exigible.intake.readers.cells import amount_of, currency_of, date_of, text_of
from exigible.intake.readers.documents import document_type_of
from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.pdftext import text_of_pdf
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.records.line import Line, lines_of
from exigible.intake.readers.table import Table, open_table
from exigible.intake.readers.textfile import inspect_text, open_text
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, to_decimal_string


@dataclass(frozen=True)
class Advice:
    """What a payer says that he pays.

    Amounts are in `currency` where a document has no other. `total_minor` is the sum that the paper gives
    itself, None without one. `payer_name` and `identifiers` (IBAN, SIREN, SIRET, VAT numbers) are as the
    paper has them: the payee's, ours, may be among them.
    """

    documents: tuple[AdvisedDocument, ...]
    currency: str
    total_minor: int | None = None
    payer_name: str = ""
    identifiers: tuple[str, ...] = ()
    name: str = ""
    """Of the file it came in."""
    findings: Findings = field(default_factory=Findings)


def read_advice(content: bytes, name: str, *, currency: str, decimal_mark: str | None = None) -> Advice:
    """The advice in a file or in pasted text: CSV, a spreadsheet, a PDF with text, or plain text.

    What it is, is told by its content; `name` is only kept. A table whose columns have known names is read by
    them, all else line by line, numbers beside amounts. Lines with an error are left out and told in
    `findings`; a total that the documents do not reach is a warning, for the payer may have added wrong.

    Raises UnreadableFile: neither text, spreadsheet nor PDF, or no document in it;
    UserMistake("unknown-currency").
    """
    exponent(currency)
    if not content.strip():
        raise refuse("empty-file", expected="text")
    if content.lstrip()[:5] == b"%PDF-":
        advice = _from_text(text_of_pdf(content).splitlines(), currency, decimal_mark)
    else:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "advice"
            path.write_bytes(content)
            advice = _from_file(path, currency, decimal_mark)
    if not advice.documents:
        raise UnreadableFile(advice.findings.errors) if advice.findings.errors else refuse("no-documents")
    _check_total(advice)
    return replace(advice, name=name)


def _from_file(path: Path, currency: str, decimal_mark: str | None) -> Advice:
    try:
        table = open_table(path)
    except UnreadableFile as refusal:
        if refusal.code == "bad-quotes":  # a letter that cites someone is no table
            return _from_text(_lines_of_text(path), currency, decimal_mark)
        raise
    mapping = guess_mapping("advice", table)
    if not mapping.missing and _is_named(mapping):
        if decimal_mark is not None:
            mapping = replace(mapping, decimal_mark=decimal_mark)
        return _from_table(table, mapping, currency)
    if table.facts.kind == "csv":
        return _from_text(_lines_of_text(path), currency, decimal_mark)
    return _from_text(list(_lines_of_sheet(table)), currency, decimal_mark or ".")


def _is_named(mapping: Mapping) -> bool:
    """Whether the names of the columns, not their content alone, tell numbers and amounts."""
    return all(
        choice.reasons[0].startswith("name-")
        for field_name, choice in mapping.columns.items()
        if field_name in ("document_number", "amount", "paid_amount")
    )


def _lines_of_text(path: Path) -> list[str]:
    with open_text(path, inspect_text(path)) as stream:
        return [line.rstrip("\r\n") for line in stream]


def _lines_of_sheet(table: Table) -> Iterator[str]:
    for _, cells in table.raw_rows(Findings()):
        yield "   ".join(
            f"{cell:.2f}" if isinstance(cell, Decimal) else text_of(cell)
            for cell in cells
            if cell is not None
        )


def _from_text(lines: Sequence[str], currency: str, decimal_mark: str | None) -> Advice:
    found = documents_in(lines, currency, decimal_mark)
    payer, identifiers = payer_in(lines)
    return Advice(found.documents, currency, found.total_minor, payer, identifiers)


def _from_table(table: Table, mapping: Mapping, currency: str) -> Advice:
    findings, of_rows = Findings(), Findings()
    documents: list[AdvisedDocument] = []
    total: int | None = None
    for line in lines_of(table, mapping, of_rows):
        told = replace(line, findings=findings)
        if text_of(line.cell("document_number")).casefold().startswith("tota"):
            total = _paid_in(line.cells, mapping, currency)
        else:
            document = _document(told, currency)
            if document is not None:
                documents.append(document)
    totals = {problem.line for problem in of_rows.problems if problem.code == "total-line"}
    for number, cells in table.raw_rows(Findings()):
        if number in totals:
            total = _paid_in(cells, mapping, currency)
    findings.extend(problem for problem in of_rows.problems if problem.code != "total-line")
    if total is None:
        total = total_in(table.facts.titles, currency, mapping.decimal_mark)
    payer, identifiers = payer_in(table.facts.titles)
    return Advice(tuple(documents), currency, total, payer, identifiers, findings=findings)


def _paid_in(cells: Sequence[object], mapping: Mapping, currency: str) -> int | None:
    """The amount of a line of total, in the column of what is paid."""
    for name in ("paid_amount", "amount"):
        choice = mapping.columns.get(name)
        cell = cells[choice.column] if choice and choice.column < len(cells) else None
        try:
            if isinstance(cell, (str, int, Decimal)):
                return amount_of(cell, exponent(currency), mapping.decimal_mark)
        except UserMistake:
            continue  # a count of documents, or words: it is no total
    return None


def _document(line: Line, currency: str) -> AdvisedDocument | None:
    """The document of a line; None, perhaps reported, without a number or with a wrong amount."""
    number = line.code("document_number", 80)
    if not number:
        if line.cell("paid_amount") is not None or line.cell("amount") is not None:
            line.warn("missing-value", "document_number", "", "document_number")
        return None
    before = line.findings.error_count
    code = currency_of(text_of(line.cell("currency"))) or line.currency_in("paid_amount") or currency
    if code not in EXPONENTS:
        line.error("unknown-currency", "currency", code, "ISO 4217")
        return None
    digits = exponent(code)
    gross, paid = line.amount("amount", digits), line.amount("paid_amount", digits)
    discount = line.amount("discount", digits)
    if line.findings.error_count > before:
        return None
    discount = abs(discount) if discount else None
    if paid is None and gross is not None:
        paid = gross - (discount or 0)
    if paid is not None and _is_credit_note(line, number):
        paid = -abs(paid)
    return AdvisedDocument(number, paid, code, discount, _issued_on(line))


def _issued_on(line: Line) -> date | None:
    """The date of the document, None for what is none: a wrong one must not lose the document."""
    cell = line.cell("issue_date")
    try:
        return date_of(cell, line.mapping.date_order) if cell is not None else None
    except UserMistake:
        return None


def _is_credit_note(line: Line, number: str) -> bool:
    written = line.text("document_type", 80)
    letters = "".join(letter if letter.isalpha() else " " for letter in number)
    return (document_type_of(written) if written else document_type_of(letters)) == "credit_note"


def _check_total(advice: Advice) -> None:
    amounts = [one.amount_minor for one in advice.documents if one.currency == advice.currency]
    known = [amount for amount in amounts if amount is not None]
    if advice.total_minor is None or len(known) < len(advice.documents) or sum(known) == advice.total_minor:
        return
    found, expected = (
        to_decimal_string(minor, advice.currency) for minor in (sum(known), advice.total_minor)
    )
    advice.findings.warn("advice-total-differs", None, None, found, expected)
