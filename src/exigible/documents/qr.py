"""The code that a debtor scans to pay: European Payments Council guideline EPC069-12, version 2.1."""

from __future__ import annotations

import re
from typing import Final

import zint
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import clean

_LARGEST_MINOR: Final = 999_999_999_99
_CORRECTION_M: Final = 2
_ROW_BYTES: Final = 144
"""In Zint's picture of a symbol, the square of the lowest bit on the left."""
_MASK: Final = 4
"""Any of the eight masks can be read; choosing the prettiest takes six times the work of the rest."""
_QUIET: Final = 4
_DARK: Final = re.compile("1+")


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
    rows = modules_of(payload)
    side = len(rows) + 2 * _QUIET
    dark = "".join(
        f"M{run.start() + _QUIET} {place + _QUIET}h{run.end() - run.start()}v1H{run.start() + _QUIET}z"
        for place, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{dark}"/></svg>'
    )


def modules_of(payload: str) -> list[str]:
    """The squares of the code without its quiet zone: a text of 1 (dark) and 0 a row."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.QRCODE
    symbol.input_mode = zint.InputMode(0)  # the bytes as they are, without a word on their encoding
    symbol.option_1, symbol.option_3 = _CORRECTION_M, (_MASK + 1) << 8
    symbol.encode(payload.encode())
    packed = symbol.encoded_data.tobytes()
    numbers = (
        int.from_bytes(packed[at : at + _ROW_BYTES], "little")
        for at in range(0, symbol.rows * _ROW_BYTES, _ROW_BYTES)
    )
    return [f"{number:0{symbol.width}b}"[::-1] for number in numbers]
