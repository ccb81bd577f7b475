"""The code to scan: EPC069-12, line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.documents.qr import epc_payload, is_payable_by_code, svg_of

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


def test_the_picture_has_its_quiet_zone_on_white() -> None:
    picture = svg_of(epc_payload(name="A", iban=IBAN, bic="", amount_minor=1, remittance=""))
    assert picture.startswith("<svg")
    assert 'fill="#fff"' in picture
