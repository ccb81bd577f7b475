"""Bank and card statements in OFX 1 and 2, and QFX, which is OFX with another name.

Tags and codes are those of OFX 1.6 and 2.2, chapters 3 (status, dates, amounts) and 11 (banking). The
packages that read OFX tell no lines of the file, and a refusal has to point at one; hence `ofxtree`.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from exigible.intake.readers.bank.model import BankFile, BankLine, BankStatement, Nature
from exigible.intake.readers.bank.ofxtree import Element, parse_ofx
from exigible.intake.readers.bank.parts import meant_reference
from exigible.intake.readers.problems import Findings, UnreadableFile, refuse
from exigible.kernel.currencies import EXPONENTS
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, parse_amount
from exigible.kernel.text import clean

_HEADERS: Final = re.compile(rb"\s*(?:[A-Z]+\s*:[^\r\n<]*\s+)*(?:OFXHEADER\s*:|<\?OFX\b|<OFX[\s>])")
_XML: Final = re.compile(rb"\s*<\?xml\b.{0,4000}?<(?:\?OFX\b|OFX[\s>])", re.DOTALL)
_CHARSET: Final = re.compile(rb"(?:CHARSET\s*:|encoding\s*=\s*[\"'])\s*([A-Za-z0-9_-]+)")
_DATE: Final = re.compile(
    r"(\d{4})(\d\d)(\d\d)(?:[0-2]\d[0-5]\d(?:[0-6]\d(?:\.\d*)?)?)?(?: *\[[^\]]*\])?\Z", re.ASCII
)
_NATURES: Final[dict[str, Nature]] = {
    "INT": "interest", "FEE": "charge", "SRVCHG": "charge", "ATM": "cash", "CASH": "cash", "POS": "card",
    "XFER": "transfer", "CHECK": "cheque", "PAYMENT": "transfer", "DIRECTDEP": "transfer",
    "DIRECTDEBIT": "direct_debit", "REPEATPMT": "transfer",
}  # fmt: skip
# French banks put the kind of movement before the name: "VIR SEPA RECU DE DURAND", "PRLV SEPA EDF".
_KIND_BEFORE_NAME: Final = re.compile(
    r"(?:VIR(?:EMENT)?S?|PRLV|PRELEVEMENT)\b"
    r"(?: (?:SEPA|INST(?:ANTANE)?|RECU|EMIS|EUROPEEN|CORE|B2B|DE|POUR))*[ :]+(?=\S)",
    re.IGNORECASE,
)
_FRENCH_RIB: Final = {"BANKID": r"(?!0{5})\d{5}", "BRANCHID": r"\d{5}", "ACCTID": r"[0-9A-Z]{11}"}
_WITH_FRENCH_RIB: Final = ("EUR", "XPF")
_STATEMENTS: Final = ("STMTRS", "CCSTMTRS")
_INVESTMENTS: Final = "INVSTMTRS"
_LATEST_BALANCE: Final = timedelta(days=1)  # DTEND may be the last day or the one after it
_LONGEST_TEXT: Final = 1000


def is_ofx(head: bytes) -> bool:
    """Whether a file that begins so is OFX, by its content."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        head = head.decode("utf-16", "ignore").encode()
    head = head.removeprefix(BOM_UTF8)
    return bool(_HEADERS.match(head) or _XML.match(head))


def read_ofx(path: Path) -> BankFile:
    """The statements of a file, with warnings in `findings`.

    The opening balance is never in OFX. The account is an IBAN where the file has one or the parts of a
    French RIB, which is taken to be of France: an account in Monaco has the same parts.

    Raises UnreadableFile with every error found, for half a statement would be taken for a whole one; also
    for entities of the file's own, a missing end, and where there is no statement but investments or errors.
    """
    data = path.read_bytes()
    if not data.strip():
        raise refuse("empty-file", expected="text")
    root = parse_ofx(_decode(data))
    findings = Findings()
    found = [element for element in root.walk() if element.tag in _STATEMENTS]
    _tell_what_is_missing(root, findings, is_fatal=not found)
    statements = [_Statement(element, findings).read() for element in found]
    if findings.error_count:
        raise UnreadableFile(findings.errors, findings.error_count)
    kept = [statement for statement in statements if statement is not None]
    if not kept:
        raise refuse("no-statement")
    return BankFile("ofx2" if b"<?OFX" in data[:4000] else "ofx1", kept, findings)


def _decode(data: bytes) -> str:
    """The text. What is declared is often wrong: what reads as UTF-8 is, then the file's word is taken."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise refuse("not-a-bank-statement", "a file of binary data")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:4000])
        latin = declared is not None and b"8859-15" in declared[1]
        return data.decode("iso8859-15" if latin else "cp1252", "replace")


def _tell_what_is_missing(root: Element, findings: Findings, *, is_fatal: bool) -> None:
    """What the file has instead of a statement, or beside one: the bank's errors, investments.

    A status is an error when it is not 0 and says so: a failed sign-on, an account that the bank has not.
    """
    tell = findings.error if is_fatal else findings.warn
    for status in root.all("STATUS"):
        if status.text("SEVERITY").upper() == "ERROR" and status.text("CODE") != "0":
            words = f"{status.text('CODE')} {status.text('MESSAGE')}".strip()
            tell("bank-error", status.line, "STATUS", words)
    for element in root.all(_INVESTMENTS):
        tell("investment-statement", element.line, None, "")


class _Statement:
    """One statement: an account, its movements, its balance."""

    def __init__(self, element: Element, findings: Findings) -> None:
        self.element = element
        self.findings = findings
        self.currency = element.text("CURDEF").upper()
        self.movements = element.all("STMTTRN")
        self.references = {movement.text("FITID") for movement in self.movements}
        corrections = [(one.text("CORRECTFITID"), one.text("FITID")) for one in self.movements]
        self.corrected = {earlier for earlier, own in corrections if earlier not in ("", own)}

    def read(self) -> BankStatement | None:
        """The statement; None, reported, without its currency or its account."""
        element = self.element
        holder = element.first("BANKACCTFROM", "CCACCTFROM")
        account, bank = account_of(holder, self.currency) if holder else ("", "")
        if not account:
            self.findings.error("missing-value", element.line, "ACCTID", "", "account")
        if self.currency not in EXPONENTS:
            code = "unknown-currency" if self.currency else "missing-value"
            self.findings.error(code, element.line, "CURDEF", self.currency, "ISO 4217")
        if not account or self.currency not in EXPONENTS:
            return None
        lines = self._with_own_references(self._lines())
        starts, ends = self._date(element, "DTSTART"), self._date(element, "DTEND")
        closing, balance_on = self._balance(ends)
        return BankStatement(
            element.line, account, self.currency, tuple(lines), starts_on=starts,
            ends_on=ends or balance_on, closing_minor=closing, bank=bank,
        )  # fmt: skip

    def _lines(self) -> Iterator[BankLine]:
        for movement in self.movements:
            if movement.text("FITID") not in self.corrected:
                line = self._line(movement)
                if line is not None:
                    yield line

    def _line(self, movement: Element) -> BankLine | None:
        """The movement; None, reported, when its date or its amount is wrong."""
        before = self.findings.error_count
        currency, original, rate = self._currencies(movement)
        booked, value_on = self._booked_on(movement), self._date(movement, "DTAVAIL")
        amount = self._amount(movement, "TRNAMT", currency)
        if booked is None or amount is None or self.findings.error_count > before:
            return None
        other = movement.first("BANKACCTTO", "CCACCTTO")
        name, label = _name_and_label(movement)
        code = movement.text("TRNTYPE").upper()
        line = BankLine(
            movement.line, meant_reference(movement.text("FITID")), booked, value_on, amount, currency,
            nature=_NATURES.get(code, "other"), bank_code=code,
            payer_name=name, payer_iban=account_of(other, self.currency)[0] if other else "",
            text=clean(movement.text("MEMO"), _LONGEST_TEXT), bank_text=label,
            instructed_currency=original, exchange_rate=rate,
        )  # fmt: skip
        return self._corrected(line, movement)

    def _corrected(self, line: BankLine, movement: Element) -> BankLine | None:
        """A movement that takes back or replaces an earlier one of the bank.

        Where the earlier one is in this statement it is left out, and there is nothing to take back.
        """
        corrected, action = movement.text("CORRECTFITID"), movement.text("CORRECTACTION").upper()
        if not corrected:
            return line
        self.findings.warn("corrected-line", movement.line, "CORRECTFITID", corrected, action)
        is_here = corrected in self.references and corrected != line.reference
        if action != "DELETE":
            return line if is_here else replace(line, returned_reference=corrected)
        if is_here:
            return None
        back = -line.amount_minor
        return replace(line, amount_minor=back, is_return=True, returned_reference=corrected)

    def _currencies(self, movement: Element) -> tuple[str, str, str]:
        """The currency of the amount, the one the payer ordered in if it was changed, and the rate.

        CURRENCY: the amount is in that currency; ORIGCURRENCY: the bank has changed it into its own.
        """
        own, original = movement.first("CURRENCY"), movement.first("ORIGCURRENCY")
        changed = own or original
        code = changed.text("CURSYM").upper() if changed else ""
        if changed is None or not code:
            return self.currency, "", ""
        if code not in EXPONENTS:
            self.findings.error("unknown-currency", changed.line, "CURSYM", code, "ISO 4217")
            return self.currency, "", ""
        rate = changed.text("CURRATE")
        return (code, "", rate) if own is not None else (self.currency, code, rate)

    def _booked_on(self, movement: Element) -> date | None:
        if movement.text("DTPOSTED") or not movement.text("DTUSER"):
            return self._date(movement, "DTPOSTED", required=True)
        ordered = self._date(movement, "DTUSER")
        if ordered is not None:
            self.findings.warn("order-date-taken", movement.line, "DTUSER", ordered.isoformat(), "date")
        return ordered

    def _date(self, element: Element, tag: str, *, required: bool = False) -> date | None:
        """The day as it is where the bank is: the time and the zone after it are left out."""
        found = element.first(tag)
        text, line = (found.value, found.line) if found else ("", element.line)
        if not text:
            if required:
                self.findings.error("missing-value", line, tag, "", "date")
            return None
        figures = _DATE.match(text)
        try:
            if figures is not None:
                return date(int(figures[1]), int(figures[2]), int(figures[3]))
        except ValueError:
            pass  # the thirty-first of February: told below
        if not set(text) <= set("0"):  # banks write 00000000 for a date they do not know
            self.findings.error("bad-date", line, tag, text, "date")
        elif required:
            self.findings.error("missing-value", line, tag, text, "date")
        return None

    def _amount(self, element: Element, tag: str, currency: str) -> int | None:
        """Minor units. The mark of the decimals may be either, and thousands are not grouped."""
        found = element.first(tag)
        if found is None or not found.value:
            self.findings.error("missing-value", found.line if found else element.line, tag, "", "amount")
            return None
        marks = [letter for letter in found.value if letter in ",."]
        try:
            mark = marks[0] if len(marks) == 1 else None
            return parse_amount(found.value, exponent=exponent(currency), decimal_mark=mark)
        except UserMistake as error:
            self.findings.error(error.code, found.line, tag, found.value, "amount")
            return None

    def _balance(self, ends: date | None) -> tuple[int | None, date | None]:
        """The closing balance with its day. One of a later day counts movements that are not here."""
        balance = self.element.first("LEDGERBAL")
        if balance is None:
            return None, None
        on = self._date(balance, "DTASOF")
        if on and ends and on > ends + _LATEST_BALANCE:
            self.findings.warn("later-balance", balance.line, "DTASOF", on.isoformat(), ends.isoformat())
            return None, on
        return self._amount(balance, "BALAMT", self.currency), on

    def _with_own_references(self, lines: Iterator[BankLine]) -> Iterator[BankLine]:
        """A reference is the bank's word that two movements are one. Where it gives two the same, both are
        kept, the second with its rank after it: no payment may get lost."""
        first_lines: dict[str, int] = {}
        ranks: Counter[str] = Counter()
        for line in lines:
            ranks[line.reference] += 1
            first = first_lines.setdefault(line.reference, line.place)
            if not line.reference or ranks[line.reference] == 1:
                yield line
                continue
            self.findings.warn(
                "duplicate-reference", line.place, "FITID", line.reference, "", first_line=first
            )
            yield replace(line, reference=f"{line.reference}/{ranks[line.reference]}")


def account_of(element: Element, currency: str) -> tuple[str, str]:
    """The account (an IBAN where it can be told) and the bank's code."""
    parts = {tag: element.text(tag).replace(" ", "").upper() for tag in _FRENCH_RIB}
    number, bank = parts["ACCTID"], parts["BANKID"]
    try:
        return str(IBAN(number).compact), bank
    except SchwiftyException:
        pass  # it is the bank's own number, as OFX has it
    is_rib = all(re.fullmatch(shape, parts[tag]) for tag, shape in _FRENCH_RIB.items())
    if currency in _WITH_FRENCH_RIB and is_rib:
        iban = IBAN.generate("FR", bank_code=bank, branch_code=parts["BRANCHID"], account_code=number)
        return str(iban.compact), bank
    return number, bank


def _name_and_label(movement: Element) -> tuple[str, str]:
    """The other side's name, and the bank's label where it says more, with the number of a cheque."""
    label = clean(movement.text("EXTDNAME") or movement.text("NAME"), 200)
    name = _KIND_BEFORE_NAME.sub("", label, count=1) if _KIND_BEFORE_NAME.match(label) else label
    cheque = movement.text("CHECKNUM") if movement.text("TRNTYPE").upper() == "CHECK" else ""
    return name, " ".join(filter(None, (label if label != name else "", cheque)))
