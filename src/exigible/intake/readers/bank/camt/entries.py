"""An entry (Ntry) and the lines that it makes: one, or one for each transaction of a batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from exigible.intake.readers.bank.camt.codes import gives_back, nature_of
from exigible.intake.readers.bank.camt.details import Details, Party, entry_details_of
from exigible.intake.readers.bank.camt.values import (
    Amount,
    booked_amount,
    date_at,
    side_of,
    words,
)
from exigible.intake.readers.bank.camt.xml import Node
from exigible.intake.readers.bank.model import BankLine
from exigible.intake.readers.bank.parts import meant_reference
from exigible.intake.readers.problems import Findings
from exigible.kernel.money import to_decimal_string

BOOKED: Final = "BOOK"
_YES: Final = ("true", "1")
# A batch is split by the first kind of amount of which all its transactions add up to it.
_KINDS_OF_AMOUNT: Final[tuple[Callable[[Details], tuple[Amount | None, ...]], ...]] = (
    lambda details: (details.own, details.settled, details.instructed),
    lambda details: (details.settled, details.own, details.instructed),
    lambda details: (details.instructed, details.counter),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the bank booked. `minor` has its side."""

    line: int
    minor: int
    currency: str
    booked_on: date
    value_on: date | None
    account_reference: str
    entry_reference: str
    is_reversal: bool
    details: Details


def status_of(node: Node) -> str:
    """BOOK, PDNG, INFO…; "" where the entry has none."""
    return node.first_text(("Sts", "Cd"), ("Sts", "Prtry"), ("Sts",))


def entry_of(node: Node, findings: Findings) -> Entry | None:
    """The booked entry, None if something in it is wrong (which `findings` then tells).

    CdtDbtInd is the side on which the money moved, of a reversal too: RvslInd only says that it takes an
    earlier movement back (Message Definition Report, ReversalIndicator).
    """
    is_booked = status_of(node) == BOOKED
    if not is_booked:
        findings.error("missing-value", node.line, "Sts", "")
    amount, side = booked_amount(node.find("Amt"), node, findings), side_of(node, findings)
    value_on = date_at(node, "ValDt", findings)
    booked_on = date_at(node, "BookgDt", findings) or _value_date(node, value_on, findings)
    if not is_booked or amount is None or side is None or booked_on is None:
        return None
    return Entry(
        line=node.line,
        minor=side * amount.minor,
        currency=amount.currency,
        booked_on=booked_on,
        value_on=value_on,
        account_reference=meant_reference(node.text_at("AcctSvcrRef")),
        entry_reference=meant_reference(node.text_at("NtryRef")),
        is_reversal=node.text_at("RvslInd") in _YES,
        details=entry_details_of(node, findings),
    )


def _value_date(node: Node, value_on: date | None, findings: Findings) -> date | None:
    """The value date in place of a booking date, which the standard lets banks leave out."""
    if node.find("BookgDt") is not None:
        return None
    if value_on is None:
        findings.error("missing-value", node.line, "BookgDt", "")
    else:
        findings.warn("value-date-taken", node.line, "BookgDt", value_on.isoformat())
    return value_on


def lines_of(
    entry: Entry, transactions: list[Details], account: str, findings: Findings
) -> Iterator[BankLine]:
    """The lines of a booked entry of an account: they add up to it, whatever the details say."""
    if len(transactions) < 2:
        details = _completed(transactions[0], entry.details) if transactions else entry.details
        _compare(entry, details, findings)
        yield _line(entry, details, entry.minor, details.reference or _reference(entry), account)
        return
    amounts = _amounts(entry, transactions)
    if amounts is None:
        _tell_unsplit(entry, transactions, findings)
        merged = _completed(_merged(transactions), entry.details)
        yield _line(entry, merged, entry.minor, _reference(entry), account)
        return
    references = _references(entry, transactions)
    for details, minor, own in zip(transactions, amounts, references, strict=True):
        completed = _completed(details, entry.details, alone=False)
        yield _line(entry, completed, minor, own, account, is_part=True)


def _reference(entry: Entry) -> str:
    return entry.account_reference or entry.entry_reference


def _references(entry: Entry, transactions: list[Details]) -> list[str]:
    """A reference for each: its own if no other of the batch has it, else with the rank; or the entry's."""
    times = Counter(details.reference for details in transactions)
    common = _reference(entry)
    found = []
    for rank, details in enumerate(transactions, start=1):
        stem = details.reference or common
        is_unique = details.reference and times[details.reference] == 1
        found.append(stem if is_unique or not stem else f"{stem}/{rank}")
    return found


def _amounts(entry: Entry, transactions: list[Details]) -> list[int] | None:
    """What each transaction moved, if that adds up to the entry.

    Where all of them bear the same side, it is the entry's: banks also write that of the original order.
    """
    sides = {details.side for details in transactions}
    side = 1 if entry.minor >= 0 else -1
    for amounts_of in _KINDS_OF_AMOUNT:
        found = []
        for details in transactions:
            minor = _first_in(entry.currency, amounts_of(details))
            if minor is None:
                break
            found.append(minor * (side if len(sides) == 1 else details.side or side))
        if len(found) == len(transactions) and sum(found) == entry.minor:
            return found
    return None


def _first_in(currency: str, amounts: tuple[Amount | None, ...]) -> int | None:
    return next((amount.minor for amount in amounts if amount and amount.currency == currency), None)


def _tell_unsplit(entry: Entry, transactions: list[Details], findings: Findings) -> None:
    first, count = _KINDS_OF_AMOUNT[0], len(transactions)
    found = [_first_in(entry.currency, first(details)) for details in transactions]
    whole = to_decimal_string(abs(entry.minor), entry.currency)
    if None in found:
        findings.warn("batch-without-amounts", entry.line, None, str(count), entry.currency)
        return
    parts = zip(found, transactions, strict=True)
    total = sum(minor * (details.side or 1) for minor, details in parts if minor)
    told = to_decimal_string(abs(total), entry.currency)
    findings.warn("batch-differs", entry.line, None, told, whole, count=count)


def _compare(entry: Entry, details: Details, findings: Findings) -> None:
    """Warns where the only transaction has another amount than its entry, and charges do not explain it."""
    own = details.own or details.settled
    if own is None or own.currency != entry.currency:
        return
    charges = details.charges
    kept = charges.minor if charges is not None and charges.currency == entry.currency else 0
    if abs(entry.minor) not in (own.minor, own.minor - kept, own.minor + kept):
        told = to_decimal_string(own.minor, own.currency)
        whole = to_decimal_string(abs(entry.minor), entry.currency)
        findings.warn("details-differ", details.line, None, told, whole)


def _completed(details: Details, entry: Details, *, alone: bool = True) -> Details:
    """The details with what only the entry tells; its amounts are those of one transaction `alone`."""
    names = ("code", "instructed", "counter", "rate", "charges") if alone else ("code",)
    found = {name: getattr(entry, name) for name in names if not getattr(details, name)}
    missing = {name: value for name, value in found.items() if value}
    if entry.bank_text:
        missing["bank_text"] = words([*details.bank_text.split("\n"), *entry.bank_text.split("\n")])
    return replace(details, **missing) if missing else details


def _merged(transactions: list[Details]) -> Details:
    """One for all: what they have in common, and all that they say that they pay."""
    first = transactions[0]
    shared = {
        name: getattr(first, name)
        for name in ("code", "mandate", "debtor", "creditor", "is_return", "return_reason")
        if len({getattr(details, name) for details in transactions}) == 1
    }
    return Details(
        line=first.line,
        text=words([line for details in transactions for line in details.text.split("\n")]),
        bank_text=words([line for details in transactions for line in details.bank_text.split("\n")]),
        advice=tuple(document for details in transactions for document in details.advice),
        **shared,
    )


def _line(
    entry: Entry, details: Details, minor: int, own_reference: str, account: str, *, is_part: bool = False
) -> BankLine:
    code = details.code
    is_return = entry.is_reversal or details.is_return or gives_back(code)
    party = _other_side(details, minor, is_return, account)
    instructed = _instructed(entry, details, minor)
    charges = details.charges
    has_charges = charges is not None and charges.currency == entry.currency and charges.minor > 0
    return BankLine(
        place=details.line if is_part else entry.line,
        reference=own_reference,
        booked_on=entry.booked_on,
        value_on=entry.value_on,
        amount_minor=minor,
        currency=entry.currency,
        nature=nature_of(code),
        bank_code=code,
        payer_name=party.name,
        payer_iban=party.account,
        payer_bic=party.bic,
        ultimate_name=party.ultimate,
        text=details.text,
        bank_text=details.bank_text,
        end_to_end=details.end_to_end,
        mandate=details.mandate,
        creditor_reference=details.creditor_reference,
        advice=details.advice,
        is_return=is_return,
        return_reason=details.return_reason,
        returned_reference=_returned_reference(details) if is_return else "",
        instructed_minor=instructed.minor if instructed else None,
        instructed_currency=instructed.currency if instructed else "",
        exchange_rate=details.rate,
        charges_minor=charges.minor if charges is not None and has_charges else None,
        entry_reference=_reference(entry) if is_part else "",
        entry_minor=entry.minor if is_part else None,
    )


def _returned_reference(details: Details) -> str:
    return details.instruction if details.instruction != details.end_to_end else ""


def _instructed(entry: Entry, details: Details, minor: int) -> Amount | None:
    """What was ordered, if it is not what was booked: in another currency, or before charges."""
    booked = Amount(abs(minor), entry.currency)
    told = (details.instructed, details.own, details.settled, details.counter)
    return next((amount for amount in told if amount is not None and amount != booked and amount.minor), None)


def _other_side(details: Details, minor: int, is_return: bool, account: str) -> Party:
    """The debtor of money that came in, the creditor of money that went out.

    What is given back keeps the roles of the original payment. A bank that puts our own account in the
    expected role has turned them round.
    """
    came_in = (minor > 0) != is_return
    expected, opposite = (details.debtor, details.creditor) if came_in else (details.creditor, details.debtor)
    is_told = bool(expected.name or expected.account)
    if is_told and (not expected.account or expected.account != account):
        return expected
    if is_told or (opposite.account and opposite.account != account):
        return opposite
    return expected
