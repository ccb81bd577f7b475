"""Documents paid, in lines of text: a number and an amount beside it, as people and programs write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum.eu import vat
from stdnum.fr import siren, siret

from exigible.intake.readers.bank.model import AdvisedDocument
from exigible.intake.readers.documents import document_type_of
from exigible.kernel.currencies import USED_IN_WHOLE_UNITS
from exigible.kernel.dates import parse_date
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import detect_decimal_mark, exponent, parse_amount
from exigible.kernel.text import clean, fold

_SPACES: Final = " \u00a0\u202f\u2009"
_UNITS: Final = rf"(?:\d{{1,3}}(?:[{_SPACES}.,']\d{{3}})+|\d+)"
_BEFORE: Final = r"(?<![\w.,/-])(?:[-+−(] ?)?"
_AFTER: Final = r"(?![\d.,/]*\d)(?:\)|-(?!\w))?"
_WHOLE: Final = re.compile(rf"{_BEFORE}{_UNITS}(?![\w.,/-]*\w)(?:\)|-(?!\w))?")
_DATE: Final = re.compile(r"(?<!\d)(?:\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})|\d{4}-\d\d-\d\d)(?!\d)")
_RATE: Final = re.compile(r"\d+(?:[.,]\d+)? ?%")
_TOKEN: Final = re.compile(
    r"(?:\b(?:FA|FAC|FACT|FC|FV|F|AV|AVR|INV|IN|CN|RE) ?)?[A-Za-z0-9][\w/.-]*\w|\d", re.ASCII
)
_LABEL: Final = re.compile(
    r"\b(?:factures?|fact|invoices?|avoirs?|credit notes?|notes? de credit|bills?|rechnung(?:en)?"
    r"|facturas?)\b"
)
_LABEL_BEFORE: Final = re.compile(rf"{_LABEL.pattern}\W*(?:(?:n|no|num|numero|number|nr)\b\W*)?\Z")
_TOTAL: Final = re.compile(
    r"\b(?:total|totaux|net (?:paye|regle|a payer)|(?:amount|total) paid|payment amount|"
    r"(?:montant|somme)(?: total)?(?: d[eu]s?| de (?:votre|notre|ce))? ?"
    r"(?:virement|reglement|paiement|cheque|viree?))\b"
)
_NOT_DOCUMENTS: Final = re.compile(
    r"\b(?:iban|bic|swift|siren|siret|rcs|capital|tel|telephone|fax|page|naf|ape|tva intra\w*|vat)\b"
)
_PAYER: Final = re.compile(
    r"\s*(?:de|emetteur|émetteur|donneur d['’]ordre|payeur|société|societe|from|payer|payor|remitter|sender|"
    r"debtor|client|customer)\s*:\s*(\S.*)",
    re.IGNORECASE,
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_VAT: Final = re.compile(r"\b[A-Z]{2} ?[A-Z0-9]{2} ?\d{3} ?\d{3} ?\d{3}\b")
_COMPANY: Final = re.compile(r"\b\d{3} ?\d{3} ?\d{3}(?: ?\d{5})?\b")
_MOST_LINES: Final = 20_000
_LONGEST_LINE: Final = 2_000
_LABEL_REACH: Final = 40


@dataclass(frozen=True, slots=True)
class FoundDocuments:
    documents: tuple[AdvisedDocument, ...]
    total_minor: int | None


@dataclass(frozen=True, slots=True)
class _Token:
    """What may be a document's number. `rank`: 3 it is called one, 2 letters and figures, 1 figures."""

    text: str
    rank: int

    @property
    def shape(self) -> str:
        return re.sub(r"\d+", "9", self.text.upper())


@dataclass(frozen=True, slots=True)
class _Line:
    tokens: tuple[_Token, ...]
    amounts: tuple[int, ...]
    issued_on: date | None
    is_labelled: bool
    is_credit_note: bool


_Reading = Callable[[tuple[int, ...]], tuple[int, int | None]]


def documents_in(lines: Sequence[str], currency: str, decimal_mark: str | None) -> FoundDocuments:
    """The documents and the total in lines of text; none where no number of a document is found.

    A line with several amounts holds the gross amount, a discount and what is paid, or a sum that runs: the
    reading is taken that leads to the total, else the last amount. A line with several numbers and one amount
    gives the numbers without amounts.
    """
    kept = [line[:_LONGEST_LINE] for line in lines[:_MOST_LINES]]
    amounts = _amount_pattern(kept, currency)
    mark = decimal_mark or _mark_of(kept, amounts)
    total: int | None = None
    read: list[_Line] = []
    for line in kept:
        found = _read(line, amounts, currency, mark)
        if found.amounts and _TOTAL.search(fold(line)) and all(token.rank < 2 for token in found.tokens):
            total = found.amounts[-1]
        elif found.tokens and (found.amounts or found.is_labelled) and not _NOT_DOCUMENTS.search(fold(line)):
            read.append(found)
    distinct: dict[str, set[str]] = defaultdict(set)
    for one in read:
        for token in one.tokens:
            distinct[token.shape].add(token.text)
    numbered = [(one, _numbers(one, distinct)) for one in read]
    reading = _reading_that_fits([one for one, numbers in numbered if len(numbers) == 1], total)
    documents = [each for one, numbers in numbered for each in _documents(one, numbers, reading, currency)]
    return FoundDocuments(tuple(documents), total)


def total_in(lines: Sequence[str], currency: str, decimal_mark: str | None) -> int | None:
    """The total that lines of text give, None without one."""
    return documents_in(lines, currency, decimal_mark).total_minor


def payer_in(lines: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The name after "From:" or the like, and all valid identifiers of companies and accounts."""
    names = (match[1] for line in lines[:_MOST_LINES] if (match := _PAYER.match(line)))
    found: list[str] = []
    for line in lines[:_MOST_LINES]:
        found += [iban for text in _IBAN.findall(line) if (iban := _iban(text))]
        found += [text.replace(" ", "") for text in _VAT.findall(line) if vat.is_valid(text)]
        numbers = [text.replace(" ", "") for text in _COMPANY.findall(line)]
        found += [text for text in numbers if siren.is_valid(text) or siret.is_valid(text)]
    return clean(next(names, ""), 200), tuple(dict.fromkeys(found))


def _iban(text: str) -> str:
    try:
        return str(IBAN(text).compact)
    except SchwiftyException:
        return ""


def _amount_pattern(lines: Sequence[str], currency: str) -> re.Pattern[str]:
    """Amounts have the currency's decimals; without any in the text, in a currency that has or uses none,
    they are whole numbers."""
    digits = exponent(currency)
    pattern = re.compile(rf"{_BEFORE}{_UNITS}[.,]\d{{{digits}}}{_AFTER}") if digits else _WHOLE
    if currency in USED_IN_WHOLE_UNITS and not any(pattern.search(line) for line in lines):
        return _WHOLE
    return pattern


def _mark_of(lines: Sequence[str], pattern: re.Pattern[str]) -> str | None:
    texts = [match[0].replace(" ", "") for line in lines for match in pattern.finditer(_blanked(line)[0])]
    return detect_decimal_mark(texts)


def _blanked(line: str) -> tuple[str, date | None]:
    """The line without its dates and rates, and the first date."""
    found = _DATE.search(line)
    try:
        issued = parse_date(found[0]) if found else None
    except UserMistake:
        issued = None
    return _RATE.sub(" ", _DATE.sub(" ", line)), issued


def _read(line: str, pattern: re.Pattern[str], currency: str, mark: str | None) -> _Line:
    rest, issued = _blanked(line)
    spans = list(pattern.finditer(rest))
    if pattern is _WHOLE:
        spans = spans[-1:] if len(spans) > 1 or _TOTAL.search(fold(line)) else spans[1:]
    minors = [_minor(span[0], currency, mark) for span in spans]
    for span in reversed(spans):
        rest = rest[: span.start()] + "  " + rest[span.end() :]
    tokens = tuple(token for match in _TOKEN.finditer(rest) if (token := _token(match, rest)))
    label = fold(line)
    return _Line(
        tokens,
        tuple(minor for minor in minors if minor is not None),
        issued,
        _LABEL.search(label) is not None,
        re.search(r"\b(?:avoirs?|credit notes?|notes? de credit)\b", label) is not None,
    )


def _minor(text: str, currency: str, mark: str | None) -> int | None:
    try:
        return parse_amount(text.replace("( ", "("), exponent=exponent(currency), decimal_mark=mark)
    except UserMistake:
        return None


def _token(match: re.Match[str], line: str) -> _Token | None:
    """The number that a word may be: it has figures, and is no year, no single figure."""
    text = match[0].strip(" .-/")
    figures = sum(letter.isdigit() for letter in text)
    is_called = (
        _LABEL_BEFORE.search(fold(line[max(match.start() - _LABEL_REACH, 0) : match.start()])) is not None
    )
    if not figures or (figures < 3 and not is_called and text.isdigit()):
        return None
    if is_called:
        return _Token(text, 3)
    if not text.isdigit():
        return _Token(text, 2)
    return None if re.fullmatch(r"(?:19|20)\d\d", text) else _Token(text, 1)


def _numbers(line: _Line, distinct: dict[str, set[str]]) -> tuple[str, ...]:
    """The numbers of documents in a line: those of one shape, the one that differs most from line to line."""
    best = max(line.tokens, key=lambda token: (token.rank, len(distinct[token.shape])))
    same = [token.text for token in line.tokens if token.shape == best.shape]
    return tuple(dict.fromkeys(same))


def _last(amounts: tuple[int, ...]) -> tuple[int, int | None]:
    """What is paid, and the discount where the amounts before it give one: gross, discount, net."""
    if len(amounts) >= 3:
        gross, discount, net = amounts[-3:]
        if discount and gross - abs(discount) == net:
            return net, abs(discount)
    return amounts[-1], None


def _first(amounts: tuple[int, ...]) -> tuple[int, int | None]:
    return amounts[0], None


def _first_less_second(amounts: tuple[int, ...]) -> tuple[int, int | None]:
    if len(amounts) < 2:
        return amounts[0], None
    return amounts[0] - abs(amounts[1]), abs(amounts[1]) or None


def _reading_that_fits(lines: Sequence[_Line], total: int | None) -> _Reading:
    """How amounts of a line are to be read so that they add up to the total."""
    readings: tuple[_Reading, ...] = (_last, _first, _first_less_second)
    filled = [line for line in lines if line.amounts]
    for reading in readings:
        if total is not None and sum(_signed(line, reading(line.amounts)[0]) for line in filled) == total:
            return reading
    return _last


def _signed(line: _Line, minor: int) -> int:
    return -abs(minor) if line.is_credit_note or _is_credit_number(line) else minor


def _is_credit_number(line: _Line) -> bool:
    return len(line.tokens) == 1 and _type_of(line.tokens[0].text) == "credit_note"


def _type_of(number: str) -> str | None:
    return document_type_of("".join(letter if letter.isalpha() else " " for letter in number))


def _documents(
    line: _Line, numbers: tuple[str, ...], reading: _Reading, currency: str
) -> list[AdvisedDocument]:
    if len(numbers) != 1 or not line.amounts:
        return [AdvisedDocument(number, None, currency) for number in numbers]
    paid, discount = reading(line.amounts)
    return [AdvisedDocument(numbers[0], _signed(line, paid), currency, discount, line.issued_on)]
