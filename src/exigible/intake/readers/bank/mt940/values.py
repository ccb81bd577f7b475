"""The fields of an MT940 that hold values: account, balances, and the line of a movement (:61:)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from exigible.intake.readers.bank.mt940.message import Field
from exigible.intake.readers.bank.parts import (
    compact,
    day_of,
    looks_like_iban,
    meant_reference,
    value_day,
    words,
)
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import EXPONENTS, exponent
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import parse_amount

_ACCOUNT_CURRENCY: Final = re.compile(r"(?<![A-Z])\s?([A-Z]{3})\Z")
_AMOUNT: Final = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_BALANCE: Final = re.compile(
    rf"(?P<mark>[CD])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<currency>[A-Z]{{3}})\s?(?P<amount>{_AMOUNT})\s*\Z"
)
_MOVEMENT: Final = re.compile(
    rf"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)(?P<entry>\d{{4}})?\s*"
    rf"(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?\s?(?P<amount>{_AMOUNT})"
    r"\s?(?P<code>[NFS][A-Z0-9 ]{3})?(?P<references>.*)\Z"
)
_REFERENCE_LENGTH: Final = 16


@dataclass(frozen=True, slots=True)
class Account:
    number: str
    bank: str
    currency: str


@dataclass(frozen=True, slots=True)
class Balance:
    minor: int
    currency: str
    day: date


@dataclass(frozen=True, slots=True)
class Movement:
    """A field :61:. `name` is what some Dutch banks write behind the 16 characters of the reference."""

    line: int
    booked_on: date
    value_on: date
    minor: int
    is_reversal: bool
    code: str
    customer_reference: str
    bank_reference: str
    name: str
    supplement: str


def account_of(field: Field) -> Account:
    """:25: is an IBAN, or bank / account, either with the currency behind it; :25P: has the BIC below."""
    text = " ".join(field.value.split())
    currency = ""
    found = _ACCOUNT_CURRENCY.search(text)
    if found is not None and found[1] in EXPONENTS:
        currency, text = found[1], text[: found.start()].rstrip("/ ")
    below = field.rows[1].strip() if field.tag == "25P" and len(field.rows) > 1 else ""
    bank, slash, number = text.partition("/")
    if not slash or looks_like_iban(compact(text)):
        return Account(compact(text), below, currency)
    return Account(compact(number), below or compact(bank), currency)


def minor_of(field: Field, amount: str, currency: str, findings: Findings) -> int | None:
    """The amount in minor units; an error, and None, where it does not fit the currency."""
    try:
        return parse_amount(amount.replace(".", ","), exponent=exponent(currency), decimal_mark=",")
    except UserMistake as error:
        findings.error(error.code, field.line, f":{field.tag}:", amount)
        return None


def known_currency(field: Field, currency: str, findings: Findings) -> bool:
    if currency in EXPONENTS:
        return True
    findings.error("unknown-currency", field.line, f":{field.tag}:", currency)
    return False


def balance_of(field: Field, findings: Findings) -> Balance | None:
    """:60F:, :60M:, :62F: or :62M:, signed: credit is positive. None with an error."""
    found = _BALANCE.match(field.value)
    column = f":{field.tag}:"
    if found is None:
        findings.error("bad-field", field.line, column, field.value, "C240131EUR1234,56")
        return None
    try:
        day = day_of(found["year"], found["month"], found["day"])
    except ValueError:
        findings.error("bad-date", field.line, column, found["year"] + found["month"] + found["day"])
        return None
    if not known_currency(field, found["currency"], findings):
        return None
    minor = minor_of(field, found["amount"], found["currency"], findings)
    if minor is None:
        return None
    return Balance(minor if found["mark"] == "C" else -minor, found["currency"], day)


def movement_of(field: Field, currency: str, findings: Findings) -> Movement | None:
    """The movement that a :61: says. None with an error."""
    found, rest = _match_movement(field)
    if found is None:
        findings.error("bad-field", field.line, ":61:", field.value, "2401310131C1234,56NTRFNONREF")
        return None
    value_on = value_day((found["year"], found["month"], found["day"]), field.line, ":61:", findings)
    booked_on = _entry_day(field, found["entry"], value_on, findings)
    minor = minor_of(field, found["amount"], currency, findings)
    if value_on is None or booked_on is None or minor is None:
        return None
    comes_in = found["mark"] in ("C", "RD", "EC")
    customer, bank, name = _references(found["references"])
    bank, supplement = _supplement(bank, rest)
    return Movement(
        field.line,
        booked_on,
        value_on,
        minor if comes_in else -minor,
        found["mark"].startswith("R"),
        (found["code"] or "").strip(),
        meant_reference(customer),
        meant_reference(bank),
        words(name),
        supplement,
    )


def _match_movement(field: Field) -> tuple[re.Match[str] | None, tuple[str, ...]]:
    """The line and the rows after it. Some banks break the line before the amount."""
    found = _MOVEMENT.match(field.rows[0].rstrip())
    if found is not None or len(field.rows) == 1:
        return found, field.rows[1:]
    return _MOVEMENT.match(field.rows[0].rstrip() + field.rows[1].rstrip()), field.rows[2:]


def _entry_day(field: Field, figures: str | None, value_on: date | None, findings: Findings) -> date | None:
    """The day of entry (month and day), in the year that brings it nearest to the value date."""
    if not figures or value_on is None:
        return value_on
    days = []
    for year in (value_on.year - 1, value_on.year, value_on.year + 1):
        try:
            days.append(date(year, int(figures[:2]), int(figures[2:])))
        except ValueError:
            continue
    if not days:
        findings.error("bad-date", field.line, ":61:", figures)
        return None
    return min(days, key=lambda day: abs(day - value_on))


def _references(text: str) -> tuple[str, str, str]:
    """The customer's reference, the bank's, and a name on the same line."""
    customer, slashes, bank = text.partition("//")
    if slashes:
        return customer, bank.strip(), ""
    return customer[:_REFERENCE_LENGTH], "", customer[_REFERENCE_LENGTH:]


def _supplement(bank: str, rows: tuple[str, ...]) -> tuple[str, str]:
    """The bank's reference and the rows below. Where these are two, the first is what was cut from it."""
    if len(rows) > 1 and bank and not rows[0].startswith("/") and rows[1].startswith("/"):
        glued = bank + rows[0].strip()
        if len(glued) <= _REFERENCE_LENGTH:
            bank, rows = glued, rows[1:]
    return bank, words("\n".join(rows))
