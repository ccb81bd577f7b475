"""A movement (:61:) and its information (:86:) as a line of a bank statement."""

from __future__ import annotations

import re
from typing import Final

from exigible.intake.readers.bank.model import BankLine, Nature
from exigible.intake.readers.bank.mt940.details import read_details
from exigible.intake.readers.bank.mt940.message import Field
from exigible.intake.readers.bank.mt940.said import Said
from exigible.intake.readers.bank.mt940.slashes import has_codes, values_of
from exigible.intake.readers.bank.mt940.values import Movement
from exigible.intake.readers.bank.parts import looks_like_iban, words
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import EXPONENTS, exponent
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import parse_amount

_MONEY: Final = re.compile(r"(?P<currency>[A-Z]{3})?(?P<amount>[0-9]+(?:,[0-9]*)?)\Z")
_POINTERS: Final = frozenset({"EREF", "EREF+", "KREF", "KREF+", "PREF", "MREF+", "N"})

# By the last three letters of the SWIFT code, then by the German code, then by the Dutch words.
_BY_SWIFT: Final[dict[str, Nature]] = {
    "TRF": "transfer", "STO": "transfer", "DDT": "direct_debit", "CHK": "cheque", "CLR": "cheque",
    "TCK": "cheque", "CHG": "charge", "COM": "charge", "INT": "interest",
}  # fmt: skip
_GERMAN: Final[dict[Nature, str]] = {
    "transfer": "008 015 020 051 052 053 054 056 059 116 117 118 119 152 153 154 156 159 160 161 166 168 169 "
    "177 191 194",
    "direct_debit": "004 005 009 071 104 105 108 109 171 174 192",
    "cheque": "001 002 003 070 101 102 170",
    "card": "006 106 107",
    "cash": "082 083",
    "charge": "805 808",
    "interest": "814",
}
_BY_GERMAN: Final = {code: nature for nature, codes in _GERMAN.items() for code in codes.split()}
_BY_DUTCH: Final[dict[str, Nature]] = {
    "OVERBOEKING": "transfer", "IDEAL": "transfer", "INCASSO": "direct_debit", "BETAALPAS": "card",
}  # fmt: skip
_NON_SWIFT: Final = re.compile(r"(?P<number>[0-9]{2})(?P<value>.*)\Z")


def bank_line(movement: Movement, information: list[Field], currency: str, findings: Findings) -> BankLine:
    """The line of a statement in `currency`; `information` are the fields that follow the movement."""
    said = _say(information)
    customer = "" if movement.customer_reference in _POINTERS else movement.customer_reference
    account, customer = (customer, "") if looks_like_iban(customer) else ("", customer)
    supplement, codes = _supplement(movement)
    if looks_like_iban(supplement):
        account, supplement = supplement, ""
    if supplement == said.name:
        supplement = ""
    instructed = _money(codes.get("OCMT") or said.instructed, currency, movement.line, findings)
    charges = _money(codes.get("CHGS") or said.charges, currency, movement.line, findings)
    is_return = movement.is_reversal or said.is_return or movement.code.endswith("RTI")
    return BankLine(
        movement.line,
        movement.bank_reference,
        movement.booked_on,
        movement.value_on,
        movement.minor,
        currency,
        nature=_nature(movement, said),
        bank_code="/".join(filter(None, (movement.code, said.transaction_code))),
        payer_name=said.name or movement.name,
        payer_iban=said.account or account,
        payer_bic=said.bic,
        ultimate_name=said.ultimate_name,
        text=said.text,
        bank_text=words(said.bank_text + "\n" + supplement),
        end_to_end=said.end_to_end or customer,
        mandate=said.mandate,
        creditor_reference=said.creditor_reference,
        is_return=is_return,
        return_reason=said.return_reason if is_return else "",
        returned_reference=said.customer_reference if is_return else "",
        instructed_minor=instructed[0] if instructed else None,
        instructed_currency=instructed[1] if instructed else "",
        exchange_rate=(codes.get("EXCH") or said.exchange_rate).replace(",", "."),
        charges_minor=charges[0] if charges and charges[1] == currency else None,
    )


def _supplement(movement: Movement) -> tuple[str, dict[str, str]]:
    """What supplements a :61: as words, or as values by code: /OCMT/EUR11,85//CHGS/EUR0,50/."""
    unbroken = movement.supplement.replace("\n", "")
    return ("", values_of(unbroken)) if has_codes(unbroken) else (movement.supplement, {})


def _nature(movement: Movement, said: Said) -> Nature:
    by_words = (nature for word, nature in _BY_DUTCH.items() if word in said.kind.upper())
    return (
        _BY_GERMAN.get(said.transaction_code)
        or _BY_SWIFT.get(movement.code[-3:])
        or next(by_words, None)
        or ("direct_debit" if said.mandate else "other")
    )


def _money(text: str, currency: str, line: int, findings: Findings) -> tuple[int, str] | None:
    """An amount beside the movement's own. What cannot be read is left out, with a warning."""
    if not text:
        return None
    found = _MONEY.match(text.strip("/"))
    its_currency = (found["currency"] or currency) if found else ""
    if found is None or its_currency not in EXPONENTS:
        findings.warn("foreign-amount-ignored", line, None, text)
        return None
    try:
        minor = parse_amount(found["amount"], exponent=exponent(its_currency), decimal_mark=",")
    except UserMistake:
        findings.warn("foreign-amount-ignored", line, None, text)
        return None
    return minor, its_currency


def _say(information: list[Field]) -> Said:
    texts = [field.rows for field in information if field.tag == "86"]
    if texts:
        return read_details(texts)
    numbered = [field for field in information if field.tag == "NS"]
    return _read_non_swift(numbered[0]) if numbered else Said()


def numbered_rows(field: Field) -> list[tuple[int, str]]:
    """The rows of a field :NS:, which begin with two figures that say what each is."""
    found = (_NON_SWIFT.match(row) for row in field.rows)
    return [(int(row["number"]), row["value"]) for row in found if row]


def _read_non_swift(field: Field) -> Said:
    """:NS: in place of :86: has the text in 01 to 14, the name in 15 and 16, the bank's words in 17."""
    rows = numbered_rows(field)
    return Said(
        text=words("\n".join(value for number, value in rows if number <= 14)),
        name=words("".join(value for number, value in rows if number in (15, 16))),
        bank_text=words("\n".join(value for number, value in rows if number == 17)),
    )
