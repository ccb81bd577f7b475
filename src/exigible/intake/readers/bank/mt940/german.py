"""The German :86: (DFÜ-Abkommen, annex 3, chapter 8): a code, then ?00 to ?63; also used in Poland.

?20 to ?29 and ?60 to ?63 hold 27 characters each of the remittance text, in which the SEPA parts are marked
by EREF+, SVWZ+ and the like. A part and its mark may be cut anywhere between two of them.
"""

from __future__ import annotations

import re
from typing import Final

from exigible.intake.readers.bank.mt940.said import Said
from exigible.intake.readers.bank.parts import compact, looks_like_iban, marked_parts, meant_reference, words

_START: Final = re.compile(r"\s?(?P<code>[0-9]{3})(?P<mark>[?@<>~^|+#!&])(?=[0-9]{2})")
_WIDTH: Final = 27
_TEXT_NUMBERS: Final = (*range(20, 30), *range(60, 64))
_MARKS: Final = "EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|BREF|RREF|COAM|OAMT|ORCR|PURP|SQTP|MDAT"
_MARK: Final = re.compile(rf"(?P<mark>{_MARKS})\+|(?P<told>MTLG):")
_BIC: Final = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_RETURNS: Final = frozenset({"009", "059", "108", "109", "159"})
_REASONS: Final = {"901": "AC01", "903": "AC06", "914": "MS03"}  # as the banks' own words beside them say


def is_german(text: str) -> bool:
    return _START.match(text) is not None


def read_german(text: str) -> Said:
    """What a German field says. `text` is the field without its line breaks; `is_german` must hold."""
    start = _START.match(text)
    assert start is not None
    pieces = re.split(re.escape(start["mark"]) + r"([0-9]{2})", text[start.end("code") :])
    fields: dict[int, str] = {}
    for number, value in zip(pieces[1::2], pieces[2::2], strict=True):
        fields.setdefault(int(number), value)
    account = compact(fields.get(38) or fields.get(31, ""))
    bic = compact(fields.get(30, ""))
    said = Said(
        transaction_code=start["code"],
        bank_text=words(fields.get(0, "")),
        name=words(_joined([fields[number] for number in (32, 33) if number in fields], " ")),
        account=account,
        bic=bic if _BIC.fullmatch(bic) else "",
        is_return=start["code"] in _RETURNS,
    )
    parts = [fields[number].lstrip("\n") for number in _TEXT_NUMBERS if number in fields]
    _read_marks(said, _joined(parts, "\n"))
    _explain_return(said, compact(fields.get(34, "")))
    return said


def _joined(parts: list[str], between: str) -> str:
    """A part of full width goes on in the next one; after a shorter one the bank began a new line."""
    width = max([_WIDTH, *map(len, parts)])
    return "".join(
        part + ("" if len(part) >= width else between) if rank < len(parts) - 1 else part
        for rank, part in enumerate(parts)
    )


def _read_marks(said: Said, text: str) -> None:
    marked = marked_parts(_MARK, text)
    values: dict[str, str] = {}
    for mark, value in marked:
        values.setdefault(mark["mark"] or mark["told"], value)
    said.account = said.account or compact(values.get("IBAN", ""))
    said.bic = said.bic or compact(values.get("BIC", ""))
    before = text[: marked[0][0].start()] if marked else text
    said.text = words(before + "\n" + _without_account(values.get("SVWZ", ""), said.account))
    said.bank_text = words(said.bank_text + "\n" + _in_one(values.get("MTLG", "")))
    said.end_to_end = meant_reference(_in_one(values.get("EREF", "")))
    said.customer_reference = meant_reference(_in_one(values.get("RREF") or values.get("KREF", "")))
    said.mandate = meant_reference(_in_one(values.get("MREF", "")))
    said.ultimate_name = words(_in_one(values.get("ABWA") or values.get("ABWE", "")))
    said.instructed = compact(values.get("OAMT", ""))
    said.return_reason = words(_in_one(values.get("MTLG", ""))) if said.is_return else ""


def _in_one(value: str) -> str:
    return value.replace("\n", "")


def _without_account(text: str, account: str) -> str:
    """The payment's words without the account that cooperative banks repeat behind them."""
    written, mark, repeated = text.partition("IBAN: ")
    if mark and looks_like_iban(account) and compact(repeated).startswith(account):
        return written
    return text


def _explain_return(said: Said, addition: str) -> None:
    """?34 holds the reason of a return, as a code over 900."""
    if said.is_return and addition[:1] == "9":
        said.return_reason = _REASONS.get(addition) or said.return_reason or addition
