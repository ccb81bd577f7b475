"""The code to scan: EPC069-12, line by line."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from exigible.documents.qr import epc_payload, is_payable_by_code, modules_of, svg_of

_VERSION_13 = 69
"""Squares a side of the largest code that the guideline allows."""
IBAN = "MC58 1122 2000 0101 2345 6789 030"


def test_the_text_is_that_of_the_guideline() -> None:
    payload = epc_payload(
        name="Monaco Négoce SAM", iban=IBAN, bic="CMCI FR2A", amount_minor=12_824_507, remittance="C00042 R2"
    )
    assert payload.split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "CMCIFR2A",
        "Monaco Négoce SAM",
        "MC5811222000010123456789030",
        "EUR128245.07",
        "",
        "",
        "C00042 R2",
    ]


def test_lines_after_the_last_one_used_are_left_out() -> None:
    payload = epc_payload(name="A", iban=IBAN, bic="", amount_minor=1, remittance="")
    assert payload == "BCD\n002\n1\nSCT\n\nA\nMC5811222000010123456789030\nEUR0.01"


@given(name=st.text(max_size=300), remittance=st.text(max_size=300), amount=st.integers(1, 99_999_999_999))
def test_it_never_exceeds_what_the_guideline_allows(name: str, remittance: str, amount: int) -> None:
    payload = epc_payload(name=name, iban=IBAN, bic="CMCIFR2AXXX", amount_minor=amount, remittance=remittance)
    assert len(payload.encode()) <= 331
    assert len(payload.split("\n")) <= 11
    assert payload.split("\n")[7] == f"EUR{amount // 100}.{amount % 100:02d}"


@pytest.mark.parametrize(
    ("iban", "currency", "minor", "can"),
    [
        (IBAN, "EUR", 1, True),
        ("FR76 3000 6000 0112 3456 7890 189", "EUR", 99_999_999_999, True),
        (IBAN, "EUR", 0, False),
        (IBAN, "EUR", -5, False),
        (IBAN, "EUR", 100_000_000_000, False),
        (IBAN, "MGA", 100, False),
        ("MG46 0000 5030 0712 8942 1016 045", "EUR", 100, False),
        ("MC58 1122 2000 0101 2345 6789 031", "EUR", 100, False),
        ("", "EUR", 100, False),
        ("nonsense", "EUR", 100, False),
    ],
)
def test_only_euros_to_a_valid_sepa_account(iban: str, currency: str, minor: int, can: bool) -> None:
    assert is_payable_by_code(iban, currency, minor) is can


def scanned(rows: list[str], scale: int = 4) -> zxingcpp.Barcode:
    """What a scanner reads of these squares, printed with their quiet zone."""
    blank = "0" * (len(rows) + 8)
    page = [*[blank] * 4, *(f"0000{row}0000" for row in rows), *[blank] * 4]
    dots = bytes(
        255 * (square == "0") for row in page for _ in range(scale) for square in row for _ in range(scale)
    )
    side = len(page) * scale
    found = zxingcpp.read_barcode(memoryview(dots).cast("B", (side, side)))
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["A", "Société des Hôtels de l'Océan SARL", "Ravinala " * 12, "東京支店"])
@pytest.mark.parametrize("remittance", ["", "C00001", "Facture FA26-10412 " * 9])
def test_a_scanner_reads_the_very_text_and_corrects_as_the_guideline_asks(name: str, remittance: str) -> None:
    payload = epc_payload(name=name, iban=IBAN, bic="CMCIFRPP", amount_minor=1_234_56, remittance=remittance)
    code = scanned(modules_of(payload))
    assert code.bytes == payload.encode()
    assert code.text == payload
    assert code.ec_level == "M"
    assert len(modules_of(payload)) <= _VERSION_13


def test_the_picture_shows_these_squares_with_their_quiet_zone_on_white() -> None:
    payload = epc_payload(name="A", iban=IBAN, bic="", amount_minor=1, remittance="")
    picture, rows = svg_of(payload), modules_of(payload)
    assert picture.startswith("<svg")
    assert f'viewBox="0 0 {len(rows) + 8} {len(rows) + 8}"' in picture
    assert 'fill="#fff"' in picture
    shown = [["0"] * len(rows) for _ in rows]
    for left, top, width in re.findall(r"M(\d+) (\d+)h(\d+)v1H\1z", picture):
        shown[int(top) - 4][int(left) - 4 : int(left) - 4 + int(width)] = ["1"] * int(width)
    assert ["".join(row) for row in shown] == rows
