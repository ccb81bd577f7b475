"""A movement (04) and the records that complete it (05) as a line of a bank statement."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from exigible.intake.readers.bank.cfonb.codes import NATURES, REASONS, RETURNS
from exigible.intake.readers.bank.cfonb.records import Record, booking_day, scaled, signed_minor, valued_on
from exigible.intake.readers.bank.labels import read_label
from exigible.intake.readers.bank.model import BankLine
from exigible.intake.readers.bank.parts import compact, meant_reference, words
from exigible.intake.readers.problems import Findings
from exigible.kernel.currencies import EXPONENTS

_LENGTH: Final = 70
_HALF: Final = 35  # of two parts in one record
_ISO_REASON: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{2}")


class Completion:
    """What the records 05 of a movement say, by qualifier."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._values: dict[str, list[str]] = {}
        for record in records:
            self._values.setdefault(record.at(46, 3), []).append(record.at(49, _LENGTH))

    def first(self, qualifier: str) -> str:
        """The 70 characters as they stand; "" without such a record."""
        return self._values.get(qualifier, [""])[0]

    def name(self, qualifier: str) -> str:
        return words(self.first(qualifier))

    def left(self, qualifier: str) -> str:
        return meant_reference(self.first(qualifier)[:_HALF])

    def all(self, *qualifiers: str) -> str:
        """The texts one under the other; a full record goes on in the next one."""
        parts = [part for qualifier in qualifiers for part in self._values.get(qualifier, [])]
        return words("".join(part if part[-1] != " " else part.rstrip() + "\n" for part in parts))


def bank_line(record: Record, completion: Completion, currency: str, findings: Findings) -> BankLine | None:
    """The line of a statement in `currency`. None with an error."""
    booked_on = booking_day(record, findings)
    value_on = valued_on(record, findings)
    amount = signed_minor(record, currency, findings)
    if booked_on is None or amount is None:
        return None
    operation = record.at(33, 2).strip()
    is_return = operation in RETURNS or record.at(41, 2).strip() not in ("", "00")
    label = words(record.at(49, 31))
    told = read_label(label)
    text = completion.all("LCC", "LC2")
    more = completion.all("LIB")
    # The other side is the payer of what came in, and of what we are to give back to him.
    is_from_payer = (amount > 0) != is_return
    instructed = _instructed(record, completion, findings)
    return BankLine(
        record.line,
        meant_reference(record.at(105, 16)),
        booked_on,
        value_on,
        amount,
        currency,
        nature=NATURES.get(operation, "other"),
        bank_code=operation,
        payer_name=completion.name("NPY" if is_from_payer else "NBE") or told.name,
        payer_iban=compact(completion.first("CPY" if is_from_payer else "CBE")[:_HALF]),
        ultimate_name=completion.name("NPO" if is_from_payer else "NBU"),
        text=text or more or told.text,
        bank_text=words(f"{label}\n{more}") if text else label,
        end_to_end=completion.left("RCN") or _cheque_number(record, operation) or told.end_to_end,
        mandate=completion.left("RUM"),
        creditor_reference=compact(completion.first("LCS")[:_HALF]),
        is_return=is_return,
        return_reason=_reason(record, completion) if is_return else "",
        returned_reference=completion.left("REF") if is_return else "",
        instructed_minor=instructed[0] if instructed else None,
        instructed_currency=instructed[1] if instructed else "",
        exchange_rate=_exchange_rate(completion.first("MMO")),
        charges_minor=_charges(record, completion, currency, findings),
    )


def _cheque_number(record: Record, operation: str) -> str:
    number = record.at(82, 7).strip()
    return number if NATURES.get(operation) == "cheque" and number.strip("0") else ""


def _reason(record: Record, completion: Completion) -> str:
    """The code of rejection, else what the qualifier RET says, which begins with an ISO code."""
    code = record.at(41, 2).strip()
    if code not in ("", "00"):
        return REASONS.get(code, code)
    told = completion.name("RET")
    iso = _ISO_REASON.match(told)
    return iso[0] if iso else told


def _instructed(record: Record, completion: Completion, findings: Findings) -> tuple[int, str] | None:
    """MMO: currency 3, decimals 1, amount 14 without a sign. What cannot be read is left out, and told."""
    return _amount_beside(record, completion.first("MMO"), findings)


def _charges(record: Record, completion: Completion, currency: str, findings: Findings) -> int | None:
    """FEE: currency 3, decimals 1, amount 14."""
    charges = _amount_beside(record, completion.first("FEE"), findings)
    return charges[0] if charges and charges[1] == currency else None


def _amount_beside(record: Record, text: str, findings: Findings) -> tuple[int, str] | None:
    if not text.strip():
        return None
    currency = text[:3]
    amount = scaled(text[4:18].strip(), text[3], currency) if currency in EXPONENTS else None
    if amount is None:
        findings.warn("foreign-amount-ignored", record.line, None, text.strip())
        return None
    return amount, currency


def _exchange_rate(text: str) -> str:
    """MMO from its 19th character: number of decimals 2, rate 11."""
    decimals, rate = text[18:20].strip(), text[20:31].strip()
    if not rate.isdecimal() or not rate.strip("0"):
        return ""
    places = int(decimals) if decimals.isdecimal() else 0
    figures = rate.lstrip("0").rjust(places + 1, "0")
    return f"{figures[:-places]}.{figures[-places:]}" if places else figures
