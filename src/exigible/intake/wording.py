"""What is wrong in a file, and how far an import has come, in the reader's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from exigible.intake.readers.problems import SENTENCES as READER_SENTENCES
from exigible.kernel.errors import Problem

IMPORT_SENTENCES = {
    # books against the ledger
    "other-siren": "The name of the file bears the SIREN {found}; the company's is {expected}: these may be "
    "another company's books.",
    "reverses-many": "Of the {held} open items that the books have brought here for this period, {removed} "
    "are not in the file and would be reversed: it may be another company's, or a part only.",
    "lettering-unbalanced": "Customer {customer}: the lines lettered {found} differ by {amount}; they were "
    "allocated up to the smaller side.",
    "lettering-one-side": "Customer {customer}: the lines lettered {found} are all on one side ({amount}); "
    "they "
    "stay open.",
    "lettering-conflict": "Customer {customer}: the lettering {found} was left out for {amount}, which is "
    "allocated otherwise.",
    "opening-difference": "Customer {found}: the balance brought forward differs from ours by {amount}; an "
    "item “Opening balance difference” makes it up.",
    "no-opening": "The file brings no balances forward: what was owed before {found} is taken as it is here.",
    "older-books": "Books that go further than {found} are already imported: lettering that is missing here "
    "was kept, except on lines that are no longer in the books.",
    "later-books": "Later years are already imported: import them again, so that their opening balances are "
    "compared anew.",
    "allocations-lost": "{found} allocations were undone, because the lines they settled are no longer "
    "in the "
    "books.",
    # bank statements against the ledger
    "account-assumed": "The file does not tell its account: it was taken as {found}.",
    "account-without-number": "The file does not tell its account: its lines stand on an account without a "
    "number.",
    "interim-left-out": "{found} interim reports were left out: the bank may still change what they say.",
    "statement-twice": "Line {line}: the statement {found} is twice in the file; it was taken once.",
    "other-iban": "The account {found} is new and is not the company's IBAN, {expected}: check whose it is.",
    "statement-contradicted": "Line {line}: the statement {statement} of {day} on the account {account} is "
    "already imported with a closing balance of {expected}; this file says {found}. One of the two is wrong: "
    "ask the bank which, before you import.",
    "statement-opening-contradicted": "Line {line}: the statement {statement} of {day} on the account "
    "{account} is already imported with an opening balance of {expected}; this file says {found}. One of the "
    "two is wrong: ask the bank which, before you import.",
    "statement-gap": "Line {line}: on the account {account} the statement begins at {found}; the last one "
    "known, of {day}, ended at {expected}. {difference} lie between: a statement is missing.",
    "lines-not-recognised": "Account {account}, from {first} to {last}: {known} lines known on these days "
    "({known_amount}) are not in this file, and {new} lines of the file ({new_amount}) are not known. They "
    "may be the same movements, told otherwise by another file: check before you import.",
    "lines-not-in-file": "Account {account}, from {first} to {last}: {known} lines known on these days "
    "({known_amount}) are not in this file.",
    "batch-known": "Line {line}: the batch {found} of {amount} is known already, payment by payment; it "
    "was not counted again.",
    "batch-known-in-parts": "Line {line}: {found} of {amount} is a batch of {count} payments that are known "
    "already; it was not counted again.",
    "batch-detailed": "Line {line}: {found} of {amount} was known as one movement; its {count} payments take "
    "its place.",
    "batch-posted": "Line {line}: {found} of {amount} is known as one movement, which is allocated already; "
    "its {count} payments were left out.",
    "reference-reused": "Line {line}: the bank's reference {found} is known on another movement, of "
    "{expected} on {day}; this one was taken as new.",
    # tables against the ledger
    "unknown-collector": "Line {line}: {found} is no member of the company; the collector was left as it is.",
    "customer-created": "Line {line}: the customer {found} was not known; it is created.",
    "amount-differs": "Line {line}: {document} of {customer} comes to {found} in the file and to "
    "{expected} here; "
    "it is left as it is.",
    "other-currency": "Line {line}: {document} of {customer} is known in another currency; it is left "
    "as it is.",
    "due-dates-left": "Line {line}: {document} of {customer} cannot take several due dates any more, "
    "for it was "
    "lettered and unlettered, or its parts come from several lines of the books.",
    "open-amount-differs": "Line {line}: of {document} of {customer}, {found} is open by the file and "
    "{expected} "
    "here.",
}
STEP_SENTENCES = {
    "reading": "Reading the file",
    "comparing": "Comparing with what is known",
    "lettering": "Working out the lettering",
    "writing-customers": "Writing customers",
    "writing-corrections": "Writing corrections",
    "writing-items": "Writing open items",
    "writing-allocations": "Writing allocations",
    "writing-bank-lines": "Writing bank lines",
    "checking": "Checking the totals",
    "resumed": "The server had stopped, and nothing was written: the work begins again by itself",
}
EXPECTED_SENTENCES: dict[str, str] = {}


_PLACE: Final = re.compile(r"^\w+ \{line\}(?:, \{column\})?\s?: ")


class _Values(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def as_json(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept with its import: unworded, for whoever reads it later chooses the language."""
    return {
        "code": problem.code,
        "line": problem.line,
        "column": problem.column,
        "found": problem.found,
        "expected": problem.expected,
        "params": {key: str(value) for key, value in problem.params.items()},
        "severity": problem.severity,
    }


def word_problem(problem: Mapping[str, Any], *, is_placed: bool = False) -> str:
    """The sentence of a kept problem. `is_placed`: without the line and column it begins with."""
    code, params = problem["code"], problem["params"]
    sentence = IMPORT_SENTENCES.get(code) or READER_SENTENCES.get(code) or params.get("sentence") or code
    values = {key: problem[key] for key in ("line", "column", "found", "expected")}
    if params.get("number") == "":
        values["number"] = _("without a number")
        params = {key: value for key, value in params.items() if key != "number"}
    worded = _(sentence)
    if is_placed:
        worded = _PLACE.sub("", worded)
    return worded.format_map(_Values({**params, **values}))


def word_step(code: str) -> str:
    return _(STEP_SENTENCES[code]) if code in STEP_SENTENCES else ""


def public_problem(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem as commands and downloads give it."""
    return {
        "line": problem["line"],
        "column": problem["column"],
        "message": word_problem(problem),
        "code": problem["code"],
        "found": problem["found"],
        "expected": problem["expected"],
    }
