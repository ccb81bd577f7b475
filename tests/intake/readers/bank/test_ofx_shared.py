"""OFX files of banks and of other programs: read, or refused for the true reason."""

from __future__ import annotations

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.ofx import is_ofx, read_ofx
from exigible.intake.readers.problems import UnreadableFile

Verdict = list[tuple[str, str, int, int, int | None]]
BRAZILIAN = "11111111-UUID-UUID-UUID-111111111111"
FRENCH = "FR7610907000019999999999926"


@pytest.mark.parametrize(
    ("name", "statements"),
    [
        (
            "ofx/bpaca_fr_pseudonymised/BPACA_OP_20220717.ofx",
            [(FRENCH, "EUR", 61, -70216, 151881), ("99999999999", "EUR", 2, 0, 755642)],
        ),
        (
            "ofx/bpaca_fr_pseudonymised/BPACA_OP_20220717-2.ofx",
            [(FRENCH, "EUR", 13, -15089, 13944), ("99999999999", "EUR", 1, 20000, 176000)],
        ),
        ("ofx/kresus/checking.ofx", [("1234567-00", "NZD", 5, -17311, 422579)]),
        ("ofx/ofxparse/anzcc.ofx", [("1234123412341234", "AUD", 1, -550, -12345)]),
        ("ofx/ofxparse/bank_medium.ofx", [("12300000012345678", "CAD", 3, -34527, 38234)]),
        ("ofx/ofxparse/checking.ofx", [("1452687~7", "USD", 3, -5950, 10099)]),
        ("ofx/ofxstatement/ofx_spec201_stmtrs_example.xml", [("999988", "USD", 2, -50000, 20029)]),
        ("ofx/ofxtools/br_nubank_cc.ofx", [(BRAZILIAN, "BRL", 6, -128091, -128091)]),
        ("ofx/ofxtools/stmtrs.ofx", [("999988", "USD", 2, -50000, 20029)]),
        ("ofx/ofxtools/stmtrs_euro.ofx", [("999988", "USD", 2, -50000, 20029)]),
        ("mixed_sebastienrousseau/sample.ofx", [("BE4455667788", "EUR", 2, 117025, None)]),
        ("mixed_sebastienrousseau/sample.qfx", [("123456789", "USD", 1, -1500, None)]),
    ],
)  # fmt: skip
def test_what_is_read(name: str, statements: Verdict) -> None:
    path = shared_data("bank", *name.split("/"))
    file = read_ofx(path)
    assert is_ofx(path.read_bytes()[:4096])
    assert file.findings.error_count == 0
    sums = [sum(line.amount_minor for line in one.lines) for one in file.statements]
    assert [
        (one.account, one.currency, len(one.lines), total, one.closing_minor)
        for one, total in zip(file.statements, sums, strict=True)
    ] == statements


@pytest.mark.parametrize(
    ("name", "code", "line"),
    [
        ("bank_small.ofx", "no-statement", None),
        ("signon_success.ofx", "no-statement", None),
        ("error_message.ofx", "bank-error", 22),
        ("fidelity.ofx", "investment-statement", 11),
        ("investment_401k.ofx", "investment-statement", 36),
        ("td_ameritrade.ofx", "investment-statement", 36),
        ("vanguard401k.ofx", "investment-statement", 11),
        ("../ofxtools/invstmtrs.ofx", "investment-statement", 28),
        ("../ofxtools/profrs.ofx", "bank-error", 146),
    ],
)
def test_what_is_refused(name: str, code: str, line: int | None) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_ofx(shared_data("bank", "ofx", "ofxparse", *name.split("/")))
    assert (refusal.value.code, refusal.value.problems[0].line) == (code, line)


@pytest.mark.parametrize(
    ("name", "faults"),
    [
        (
            "date_missing.ofx",
            [
                ("missing-value", 33, "DTPOSTED"),
                ("missing-value", 42, "DTPOSTED"),
                ("bad-date", 50, "DTPOSTED"),
            ],
        ),
        ("decimal_error.ofx", [("bad-date", 36, "DTPOSTED"), ("bad-amount", 37, "TRNAMT")]),
    ],
)
def test_movements_that_are_wrong(name: str, faults: list[tuple[str, int, str]]) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        read_ofx(shared_data("bank", "ofx", "ofxparse", "fail_nice", name))
    assert [(one.code, one.line, one.column) for one in refusal.value.problems] == faults
