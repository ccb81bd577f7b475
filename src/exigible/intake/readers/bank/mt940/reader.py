"""Reading a file of MT940 or MT942 messages into statements."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from exigible.intake.readers.bank.model import BankFile, BankLine, BankStatement
from exigible.intake.readers.bank.mt940.lines import bank_line, numbered_rows
from exigible.intake.readers.bank.mt940.message import Field, cut_fields
from exigible.intake.readers.bank.mt940.values import (
    Account,
    Balance,
    account_of,
    balance_of,
    known_currency,
    movement_of,
)
from exigible.intake.readers.bank.parts import check_statement, words
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.intake.readers.textfile import inspect_text, open_text

_HEAD: Final = re.compile(
    rb"(?:\A|[\r\n]|\{4:)[\x00-\x20\xef\xbb\xbf]*:(?:20|25P?|28C?|60[FM]|61|62[FM]|64):"
)
_ENVELOPE: Final = re.compile(rb"\{2:[IO]94[02]")

_RANKS: Final = {
    "21": 1, "25": 2, "28": 3, "13": 4, "34": 4, "60": 5, "61": 6, "86": 6, "NS": 6, "62": 7, "64": 8,
    "65": 8, "90": 8,
}  # fmt: skip
_ONCE: Final = frozenset({"25", "60", "62"})


def is_mt940(head: bytes) -> bool:
    """Whether the first bytes of a file are those of SWIFT statements, in their envelope or without."""
    return _HEAD.search(head) is not None or _ENVELOPE.search(head) is not None


def read_mt940(path: Path) -> BankFile:
    """The statements of a file. Raises UnreadableFile naming each error with its line."""
    facts = inspect_text(path)
    findings = Findings()
    findings.extend(facts.problems)
    with open_text(path, facts) as stream:
        fields = cut_fields([row.rstrip("\r\n") for row in stream])
    drafts = _drafts(fields, findings)
    if not fields:
        raise refuse("no-statement", expected="MT940")
    pages = [page for draft in drafts if (page := _page(draft, findings)) is not None]
    if findings.error_count:
        errors = sorted(findings.errors, key=lambda problem: problem.line or 0)
        raise UnreadableFile(errors, findings.error_count)
    statements = _joined(pages, findings)
    for statement in statements:
        check_statement(statement, findings)
    kinds = {draft.is_interim for draft in drafts}
    return BankFile("mt942" if kinds == {True} else "mt940", statements, findings)


@dataclass
class _Draft:
    """The fields of a message, sorted. `movements` are pairs of a :61: and what follows it."""

    start: Field
    fields: dict[str, Field] = field(default_factory=dict)
    movements: list[tuple[Field, list[Field]]] = field(default_factory=list)
    rank: int = 0

    @property
    def is_interim(self) -> bool:
        """MT942: by its envelope, else by the fields that only it has and the balances that it lacks."""
        if self.start.kind:
            return self.start.kind == "942"
        return "60" not in self.fields and bool({"34", "13", "90"} & self.fields.keys())

    def take(self, field: Field, findings: Findings) -> None:
        group = field.tag[:2]
        if group in ("86", "NS"):
            self._take_information(field)
            return
        if _RANKS[group] < self.rank or (group in _ONCE and group in self.fields):
            findings.error("field-out-of-place", field.line, f":{field.tag}:", field.value)
            return
        self.rank = _RANKS[group]
        if group == "61":
            self.movements.append((field, []))
        else:
            self.fields.setdefault(group, field)

    def _take_information(self, field: Field) -> None:
        """What follows a movement is about it; what precedes the first, about the statement."""
        if self.rank == _RANKS["61"]:
            self.movements[-1][1].append(field)
        else:
            self.fields.setdefault(field.tag, field)


def _drafts(fields: list[Field], findings: Findings) -> list[_Draft]:
    drafts: list[_Draft] = []
    is_lost = False
    for each in fields:
        if each.tag == "20":
            drafts.append(_Draft(each))
        elif drafts:
            drafts[-1].take(each, findings)
        elif not is_lost:
            is_lost = True
            findings.error("no-beginning", each.line, f":{each.tag}:", each.value, ":20:")
    return drafts


@dataclass(frozen=True, slots=True)
class _Page:
    """A message as a statement. A long statement comes in pages, joined by intermediate balances."""

    statement: BankStatement
    goes_on: bool
    continues: bool


def _page(draft: _Draft, findings: Findings) -> _Page | None:
    """The statement of one message; None with an error."""
    needed = {"25": ":25:"} if draft.is_interim else {"25": ":25:", "60": ":60F:", "62": ":62F:"}
    missing = [name for group, name in needed.items() if group not in draft.fields]
    for name in missing:
        findings.error("missing-field", draft.start.line, name, "", name)
    opening, closing = (_balance(draft, group, findings) for group in ("60", "62"))
    if missing:
        return None
    account = account_of(draft.fields["25"])
    currency = _currency(draft, account, opening, findings)
    if not currency:
        return None
    if opening and closing and closing.currency != opening.currency:
        line, tag = draft.fields["62"].line, draft.fields["62"].tag
        findings.error("currency-conflict", line, f":{tag}:", closing.currency, opening.currency)
    lines = _lines(draft, currency, findings)
    statement = BankStatement(
        draft.start.line,
        account.number,
        currency,
        lines,
        number=_number(draft),
        starts_on=opening.day if opening else min((line.booked_on for line in lines), default=None),
        ends_on=closing.day if closing else max((line.booked_on for line in lines), default=None),
        opening_minor=opening.minor if opening else None,
        closing_minor=closing.minor if closing else None,
        is_final=not draft.is_interim,
        holder=_holder(draft),
        bank=account.bank,
    )
    return _Page(statement, _is_intermediate(draft, "62"), _is_intermediate(draft, "60"))


def _balance(draft: _Draft, group: str, findings: Findings) -> Balance | None:
    return balance_of(draft.fields[group], findings) if group in draft.fields else None


def _is_intermediate(draft: _Draft, group: str) -> bool:
    return group in draft.fields and draft.fields[group].tag.endswith("M")


def _currency(draft: _Draft, account: Account, opening: Balance | None, findings: Findings) -> str:
    """That of the opening balance; of an MT942, that of its floor limit or of the account."""
    if opening is not None:
        return opening.currency
    if not draft.is_interim:  # its balance has been found wrong
        return ""
    limit = draft.fields.get("34")
    currency = limit.value[:3] if limit else account.currency
    if not currency:
        findings.error("missing-field", draft.start.line, ":34F:", "", ":34F:")
        return ""
    return currency if known_currency(limit or draft.fields["25"], currency, findings) else ""


def _lines(draft: _Draft, currency: str, findings: Findings) -> tuple[BankLine, ...]:
    lines = []
    for field_61, information in draft.movements:
        movement = movement_of(field_61, currency, findings)
        if movement is not None:
            lines.append(bank_line(movement, information, currency, findings))
    return tuple(lines)


def _number(draft: _Draft) -> str:
    """:28C: without the number of the page. Banks that do not number their statements write zeros."""
    text = draft.fields["28"].value.partition("/")[0].strip() if "28" in draft.fields else ""
    return text if text.strip("0") else ""


def _holder(draft: _Draft) -> str:
    rows = numbered_rows(draft.fields["NS"]) if "NS" in draft.fields else []
    return words(next((value for number, value in rows if number == 22), ""))


def _joined(pages: list[_Page], findings: Findings) -> list[BankStatement]:
    """The statements, those in several pages put together; a page whose next is not there is told."""
    statements: list[BankStatement] = []
    before: _Page | None = None
    for page in pages:
        if before is not None and before.goes_on and _is_next(before, page):
            statements[-1] = _put_together(statements[-1], page.statement, findings)
        else:
            _tell_open_end(before, findings)
            statements.append(page.statement)
        before = page
    _tell_open_end(before, findings)
    return statements


def _is_next(before: _Page, page: _Page) -> bool:
    one, other = before.statement, page.statement
    return page.continues and (one.account, one.bank, one.currency, one.number) == (
        other.account, other.bank, other.currency, other.number,
    )  # fmt: skip


def _put_together(first: BankStatement, second: BankStatement, findings: Findings) -> BankStatement:
    if first.closing_minor != second.opening_minor:
        check_statement(replace(second, opening_minor=first.closing_minor), findings)
    return replace(
        first,
        lines=first.lines + second.lines,
        ends_on=second.ends_on,
        closing_minor=second.closing_minor,
    )


def _tell_open_end(page: _Page | None, findings: Findings) -> None:
    if page is not None and page.goes_on:
        findings.warn("statement-continues", page.statement.place, None, page.statement.number)
