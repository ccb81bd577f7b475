"""What the readers say about a file: the sentences, the list of problems, and the refusal to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final, Literal

from exigible.kernel.errors import Problem, UserMistake

Severity = Literal["error", "warning"]

SENTENCES: Final[dict[str, str]] = {
    # the file as a whole
    "empty-file": "The file is empty.",
    "no-lines": "The file has its line of column names, and no line after it.",
    "not-a-text-file": "This is not a text file: it is {found}.",
    "not-a-spreadsheet": "This is neither a text file nor a spreadsheet: it is {found}.",
    "damaged-file": "The file is damaged and cannot be opened: {found}.",
    "encrypted-file": "The file is protected by a password: remove it and try again.",
    "zip-bomb": "The file unpacks to {found}; {expected} is the most accepted.",
    "too-many-cells": "The sheets, {found} on disk, do not fit in {expected} of memory.",
    "line-too-long": "Line {line} is over a million characters long.",
    "bad-encoding": "The file mixes encodings: “{found}” on line {line} is not {expected}.",
    "encoding-guessed": "The file was read as {found}, an old encoding: check the accented letters.",
    "bad-quotes": "The quotation marks do not pair up from line {line} on.",
    "unknown-sheet": "There is no sheet “{found}” in the file.",
    "several-sheets": "The file has several sheets; “{found}” was read.",
    # its columns
    "missing-header": "The first line does not hold the names of the columns: “{found}”.",
    "header-guessed": "No line holds the names of the columns: they were given letters.",
    "missing-column": "The column {column} is missing.",
    "missing-optional-column": "The file has no column for {column}: what it says will be missing.",
    "duplicate-column": "There are two columns {column}.",
    "columns-reordered": "The columns are not in the legal order: they were read by their names.",
    "unusual-separator": "The columns are separated by “{found}” instead of a tab or |.",
    "unmapped-field": "No column was found for {column}.",
    "repeated-header": "The line of column names comes again on line {line}: it was skipped.",
    "total-line": "Line {line}: a total (“{found}”), which was skipped.",
    # its lines
    "too-few-columns": "Line {line}: {found} columns, where {expected} are expected.",
    "too-many-columns": "Line {line}: {found} columns, where {expected} are expected.",
    "short-lines": "Some lines lack their last, empty columns; the first is line {line}.",
    "truncated-line": "Line {line}, the last one, is cut: {found} columns of {expected}.",
    # its cells
    "missing-value": "Line {line}: {column} is empty.",
    "bad-date": "Line {line}, {column}: “{found}” is not a date.",
    "date-form": "Dates are written like “{found}” instead of AAAAMMJJ.",
    "date-order-assumed": "Dates were read day first: nothing in the file tells {found} otherwise.",
    "date-out-of-range": "Line {line}, {column}: {found} is not a likely date.",
    "due-before-issue": "Line {line}: the due date {found} is before the issue date.",
    "bad-amount": "Line {line}, {column}: “{found}” is not an amount.",
    "ambiguous-amount": "Line {line}, {column}: “{found}” can be read in two ways.",
    "amount-too-large": "Line {line}, {column}: {found} is too large an amount.",
    "too-many-decimals": "Line {line}, {column}: “{found}” has more decimals than the currency.",
    "missing-amount": "Line {line}: no amount.",
    "zero-amount": "Line {line}: the amount is 0.",
    "debit-and-credit": "Line {line}: both a debit and a credit ({found}).",
    "bad-sense": "Line {line}, {column}: “{found}” is neither debit nor credit.",
    "bad-account": "Line {line}, {column}: “{found}” is not an account number.",
    "text-too-long": "Line {line}, {column}: “{found}” is longer than {expected} characters.",
    "unknown-currency": "Line {line}, {column}: “{found}” is not an ISO 4217 currency code.",
    "foreign-amount-ignored": "Line {line}: the amount in foreign currency “{found}” was left out.",
    "unknown-document-type": "Line {line}, {column}: “{found}” is not a known type of document.",
    "sign-unexpected": "Line {line}, {column}: {found} has not the sign that its type of document has.",
    "open-exceeds-amount": "Line {line}: the open amount {found} is not between 0 and the amount {expected}.",
    "unknown-country": "Line {line}, {column}: “{found}” is not a country.",
    "unknown-language": "Line {line}, {column}: “{found}” is not a language of the program.",
    "bad-payment-terms": "Line {line}, {column}: “{found}” are not payment terms.",
    "bad-iban": "Line {line}, {column}: “{found}” is not a valid IBAN.",
    "bad-siren": "Line {line}, {column}: “{found}” is not a valid SIREN.",
    "bad-siret": "Line {line}, {column}: “{found}” is not a valid SIRET.",
    "bad-vat-number": "Line {line}, {column}: “{found}” is not a valid VAT number.",
    "several-emails": "Line {line}, {column}: of “{found}” only the first address was kept.",
    "bad-email": "Line {line}, {column}: “{found}” is not an e-mail address; it was left out.",
    "zeros-restored": "Line {line}, {column}: {found} had lost the zeros before it.",
    "duplicate-customer": "Line {line}: the customer {found} is already on line {first_line}.",
    "ambiguous-customer": "Line {line}: several customers are called “{found}”; a column with their codes "
    "is needed.",
    "duplicate-document": "Line {line}: {found} is already on line {first_line}, with the same due date.",
    "currency-conflict": "Line {line}, {column}: “{found}” is not in {expected}.",
    # the entries of the books
    "unbalanced-entry": "The entry {number} of {date} in journal {journal} is out of balance by {found}.",
    "unbalanced-file": "Debits and credits of the file differ by {found}.",
    "entry-dates-differ": "The lines of entry {number} in journal {journal} bear different dates.",
    # bank statements
    "not-a-bank-statement": "This is no bank statement that can be read: it is {found}.",
    "unknown-xml": "This XML file is no bank statement: it is “{found}”.",
    "hostile-xml": "Line {line}: the file declares entities or a document type of its own; it was not read.",
    "cut-statement": "The file is cut: “{found}” is missing at its end.",
    "no-statement": "The file holds no bank statement.",
    "bank-error": "Line {line}: in place of a statement the bank answered with the error {found}.",
    "investment-statement": "Line {line}: this is a statement of investments, not of a bank account.",
    "several-files": "The archive holds {found} files; one is expected.",
    "duplicate-reference": "Line {line}: the bank's reference {found} is already on line {first_line}; both "
    "movements were kept.",
    "corrected-line": "Line {line}: the bank corrects its movement {found} ({expected}).",
    "order-date-taken": "Line {line} has no booking date; that of the order, {found}, was taken.",
    "later-balance": "Line {line}: the balance is of {found}, after the end of the statement on {expected}; "
    "it was left out.",
    "balance-differs": "Line {line}: the balance is {found}, where the movements lead to {expected}.",
    "balance-gap": "Line {line}: opening balance and movements do not lead to the closing balance: {found} "
    "is missing.",
    "missing-field": "The statement that begins on line {line} lacks {column}.",
    "no-beginning": "Line {line}: {column} comes before the beginning of a statement ({expected}).",
    "field-out-of-place": "Line {line}: {column} is out of its place.",
    "bad-field": "Line {line}, {column}: “{found}” cannot be read.",
    "unknown-record": "Line {line}: “{found}” does not begin like a record of a bank statement ({expected}).",
    "record-too-short": "Line {line}: the record {column} has {found} characters of {expected}.",
    "account-differs": "Line {line}: the account {found} is not that of the statement, {expected}.",
    "value-date-adjusted": "Line {line}: the value date {found} does not exist; {expected} was taken.",
    "statement-continues": "Line {line}: the statement goes on in another file.",
    # bank statements in CAMT
    "payment-order": "This is a payment order ({found}), not a bank statement.",
    "collection-order": "This is an order to collect direct debits ({found}), not a bank statement.",
    "status-report": "This is a report on orders given to the bank ({found}), not a bank statement.",
    "broken-xml": "Line {line}: the XML is broken at character {position} of the line; ask for the file "
    "again.",
    "cut-xml": "Line {line}: the file ends at character {position} of the line, in the middle of its XML; it "
    "did not come whole, fetch it again.",
    "outsized-xml": "Line {line}: the XML goes beyond all measure ({found}); it was not read.",
    "unknown-encoding": "Line {line}: the encoding {found} is not known.",
    "misplaced-element": "Line {line}: the element {column} is out of its place, in {found}.",
    "too-many-movements": "The file has more than {expected} movements: ask the bank for shorter periods.",
    "no-namespace": "The file does not name its standard; it was read as {found}.",
    "unknown-namespace": "“{found}” is not the name of a known standard; the file was read as {expected}.",
    "unknown-version": "{found} is later than the versions known ({expected}); it was read as those.",
    "no-account": "Line {line}: the statement “{found}” does not tell its account.",
    "several-currencies": "Line {line}: the statement is in {found}; it was taken as one for each currency.",
    "entries-not-booked": "Line {line}: entries that are not booked yet were left out ({found}).",
    "value-date-taken": "Line {line} has no booking date; the value date {found} was taken.",
    "batch-differs": "Line {line}: the {count} payments of the batch add up to {found}, the batch is "
    "{expected}; it was kept whole.",
    "batch-without-amounts": "Line {line}: the {found} payments of the batch have no amounts in {expected}; "
    "it was kept whole.",
    "details-differ": "Line {line}: the details say {found}, the entry {expected}; the entry counts.",
    "guess-unsure": "No name tells what the column “{column}” holds: confirm the columns first.",
    # remittance advice
    "no-text": "The PDF holds no text: it is a picture of a page.",
    "no-documents": "No number of a document was found.",
    "advice-total-differs": "The documents add up to {found}, the total says {expected}.",
}
"""An English sentence for each code, with places for the problem's fields and params. Also the keys of the
translations."""


class Findings:
    """What a reader found wrong, in the order of the file.

    The first `cap` errors and the first `cap` warnings are kept, all are counted: a file with a wrong column
    has as many errors as lines, and the user needs to see the kinds and the first of each.
    """

    def __init__(self, cap: int = 200) -> None:
        self.cap = cap
        self.problems: list[Problem] = []
        self.counts: Counter[tuple[Severity, str]] = Counter()
        self._severities: Counter[Severity] = Counter()
        self._said: set[tuple[str, str | None]] = set()

    @property
    def error_count(self) -> int:
        return self._severities["error"]

    @property
    def warning_count(self) -> int:
        return self._severities["warning"]

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]

    def add(self, problem: Problem) -> None:
        self.counts[problem.severity, problem.code] += 1
        self._severities[problem.severity] += 1
        if self._severities[problem.severity] <= self.cap:
            self.problems.append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(problem)

    def error(
        self, code: str, line: int | None, column: str | None, found: str, expected: str = "", **case: object
    ) -> None:
        self.add(problem_of(code, line, column, found, expected, **case))

    def warn(
        self, code: str, line: int | None, column: str | None, found: str, expected: str = "", **case: object
    ) -> None:
        self.add(replace(problem_of(code, line, column, found, expected, **case), severity="warning"))

    def warn_once(
        self, code: str, line: int | None, column: str | None, found: str, expected: str = "", **case: object
    ) -> None:
        """Warns of the first case in a column; the later ones are counted only."""
        if (code, column) in self._said:
            self.counts["warning", code] += 1
            return
        self._said.add((code, column))
        self.warn(code, line, column, found, expected, **case)


def problem_of(
    code: str,
    line: int | None,
    column: str | None,
    found: str,
    expected: str = "",
    **params: object,
) -> Problem:
    """An error whose code has a sentence; what was found is cut to what fits on a screen."""
    if code not in SENTENCES:
        raise KeyError(f"no sentence for the problem {code}")
    shown = found if len(found) <= 80 else found[:79] + "…"
    return Problem(code, line, column, shown, expected, dict(params))


def english(problem: Problem) -> str:
    """The problem as an English sentence, for logs, tests and the command line."""
    values = {
        "line": problem.line,
        "column": problem.column,
        "found": problem.found,
        "expected": problem.expected,
        **problem.params,
    }
    return SENTENCES[problem.code].format(**values)


class UnreadableFile(UserMistake):
    """The file cannot be read at all; `problems` says why, the first one gives `code`.

    `count`: how many there are, where not all are kept.
    """

    def __init__(self, problems: list[Problem], count: int = 0) -> None:
        first = problems[0]
        super().__init__(
            first.code,
            SENTENCES[first.code],
            line=first.line,
            column=first.column,
            found=first.found,
            expected=first.expected,
            **first.params,
        )
        self.problems = problems
        self.count = max(count, len(problems))


def refuse(
    code: str, found: str = "", expected: str = "", *, line: int | None = None, **params: object
) -> UnreadableFile:
    """The refusal to raise when one thing makes the whole file unreadable."""
    return UnreadableFile([problem_of(code, line, None, found, expected, **params)])
