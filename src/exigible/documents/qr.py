"""The code that a debtor scans to pay: European Payments Council guideline EPC069-12, version 2.1."""

from __future__ import annotations

import io
from typing import Final

import segno
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import clean

_LARGEST_MINOR: Final = 999_999_999_99
_MASK: Final = 4
"""Any of the eight masks can be read; choosing the prettiest takes four times the work of the rest."""


def is_payable_by_code(iban: str, currency: str, amount_minor: int) -> bool:
    """Whether such a code can be made: euros, from 0.01 to 999,999,999.99, a valid IBAN in the SEPA zone."""
    if currency != "EUR" or not 1 <= amount_minor <= _LARGEST_MINOR:
        return False
    try:
        return bool(IBAN(iban).in_sepa_zone)
    except SchwiftyException:
        return False


def epc_payload(*, name: str, iban: str, bic: str, amount_minor: int, remittance: str) -> str:
    """The text inside the code: a SEPA credit transfer of `amount_minor` cents to `iban`.

    Lines end with LF; lines after the last one used are left out. The guideline allows a name of 70
    characters, a free remittance text of 140, and 331 bytes in all: longer texts are cut.
    """
    lines = (
        "BCD",
        "002",
        "1",  # UTF-8
        "SCT",
        clean(bic, 11).replace(" ", "").upper(),
        _fit(name, characters=70, size=100),
        "".join(iban.split()).upper(),
        "EUR" + to_decimal_string(amount_minor, "EUR"),
        "",  # purpose
        "",  # structured reference
        _fit(remittance, characters=140, size=140),
    )
    return "\n".join(lines).rstrip("\n")


def _fit(text: str, *, characters: int, size: int) -> str:
    return clean(text, characters).encode()[:size].decode(errors="ignore")


def svg_of(payload: str) -> str:
    """The code as an SVG picture with its quiet zone. Error correction M, as the guideline asks."""
    code = segno.make(
        payload, error="m", mode="byte", encoding="utf-8", mask=_MASK, micro=False, boost_error=False
    )
    picture = io.BytesIO()
    code.save(picture, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True)
    return picture.getvalue().decode("ascii")
