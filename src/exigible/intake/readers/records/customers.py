"""Customers from a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import exceptions as stdnum_errors
from stdnum.eu import vat
from stdnum.fr import siren, siret

from exigible.intake.readers.cells import text_of
from exigible.intake.readers.mapping import Mapping
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.records.line import Line, lines_of, require_fields
from exigible.intake.readers.records.words import country_of, language_of, payment_terms_of
from exigible.intake.readers.table.model import Table
from exigible.kernel.money import exponent
from exigible.kernel.text import is_email


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer as a file gives it; "" and None where it says nothing.

    `payment_terms` are in the form of the kernel ("45EOM"), `country` and `language` are ISO codes.
    Identifiers that fail their check are kept as they were written, with a warning; an e-mail address is left
    out.
    """

    line: int
    code: str
    name: str
    country: str
    siren: str
    siret: str
    vat_number: str
    tax_id: str
    language: str
    email: str
    phone: str
    address: str
    postcode: str
    city: str
    payment_terms: str
    credit_limit_minor: int | None
    iban: str
    group_code: str
    collector: str
    segment: str


def read_customers(
    table: Table, mapping: Mapping, *, currency: str
) -> tuple[Iterator[CustomerRecord], Findings]:
    """The customers of a table, and what is found wrong while they are taken.

    Credit limits are in `currency`. Lines with an error are left out: look at `findings.error_count` after
    the last customer. Raises UnreadableFile when a required field has no column, and
    UserMistake("unknown-currency").
    """
    digits = exponent(currency)
    require_fields(table, mapping)
    findings = Findings()
    findings.extend(table.findings.problems)
    return _records(table, mapping, findings, digits), findings


def _records(table: Table, mapping: Mapping, findings: Findings, digits: int) -> Iterator[CustomerRecord]:
    first_lines: dict[str, int] = {}
    for line in lines_of(table, mapping, findings):
        before = findings.error_count
        record = _record(line, digits)
        first = first_lines.setdefault(record.code, line.number)
        if record.code and first != line.number:
            line.error("duplicate-customer", "code", record.code, "", first_line=first)
        if findings.error_count == before:
            yield record


def _record(line: Line, digits: int) -> CustomerRecord:
    country = _country(line)
    french = country in ("", "FR", "MC")
    return CustomerRecord(
        line=line.number,
        code=line.code("code", 40, required=True),
        name=line.code("name", 200, required=True),
        country=country,
        siren=_identifier(line, "siren", siren, width=9),
        siret=_identifier(line, "siret", siret, width=14),
        vat_number=_identifier(line, "vat_number", vat),
        tax_id=line.text("tax_id", 40),
        language=_language(line),
        email=_email(line),
        phone=_with_zeros(line, "phone", 10, 40) if french else line.text("phone", 40),
        address=line.text("address", 400),
        postcode=_with_zeros(line, "postcode", 5, 12) if french else line.text("postcode", 12),
        city=line.text("city", 80),
        payment_terms=_terms(line),
        credit_limit_minor=line.amount("credit_limit", digits),
        iban=_iban(line),
        group_code=line.code("group_code", 40),
        collector=line.text("collector", 150),
        segment=line.text("segment", 40),
    )


def _country(line: Line) -> str:
    text = line.text("country", 80)
    found = country_of(text)
    if text and not found:
        line.warn("unknown-country", "country", text, "ISO 3166")
    return found


def _language(line: Line) -> str:
    text = line.text("language", 40)
    found = language_of(text)
    if text and not found:
        line.warn("unknown-language", "language", text, "fr, en")
    return found


def _terms(line: Line) -> str:
    text = line.text("payment_terms", 80)
    found = payment_terms_of(text)
    if text and not found:
        line.warn("bad-payment-terms", "payment_terms", text, "30, 45EOM, EOM45")
    return found


def _email(line: Line) -> str:
    """The first address of the cell; what is no address is told and left out, for it would be written to."""
    text = line.text("email", 300)
    addresses = [word.strip("<>()'\"") for word in re.split(r"[\s;,]+", text)]
    addresses = [address for address in addresses if is_email(address)]
    if text and not addresses:
        line.warn("bad-email", "email", text, "name@domain")
    if len(addresses) > 1:
        line.warn("several-emails", "email", text, "one address")
    return addresses[0] if addresses else ""


def _with_zeros(line: Line, name: str, width: int, longest: int) -> str:
    """A number of which a spreadsheet has dropped the zero before it: a French postcode, telephone, SIREN."""
    cell = line.cell(name)
    text = line.text(name, longest)
    if isinstance(cell, int) and len(text) == width - 1:
        line.warn_once("zeros-restored", name, text, text.zfill(width))
        return text.zfill(width)
    return text


def _identifier(line: Line, name: str, module: object, width: int = 0) -> str:
    text = _with_zeros(line, name, width, 40) if width else line.text(name, 40)
    if not text:
        return ""
    try:
        return str(module.validate(text))  # type: ignore[attr-defined]
    except stdnum_errors.ValidationError:
        line.warn(f"bad-{name.replace('_', '-')}", name, text, name)
        return text


def _iban(line: Line) -> str:
    text = text_of(line.cell("iban"), 60)
    if not text:
        return ""
    try:
        return str(IBAN(text).compact)
    except SchwiftyException:
        line.warn("bad-iban", "iban", text, "ISO 13616")
        return text
