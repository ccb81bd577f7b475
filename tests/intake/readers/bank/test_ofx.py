"""OFX: both its forms are read with the lines of the file, and nothing in it is taken on trust."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.intake.readers.bank.model import BankFile, BankLine
from exigible.intake.readers.bank.ofx import is_ofx, read_ofx
from exigible.intake.readers.problems import UnreadableFile
from exigible.kernel.money import to_decimal_string

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
ACCOUNT = "<BANKACCTFROM><BANKID>10907<BRANCHID>00001<ACCTID>00012345678<ACCTTYPE>CHECKING</BANKACCTFROM>"
PAYMENT = "<DTPOSTED>20240115\n<TRNAMT>120.00\n<FITID>A1\n"


def movement(content: str = PAYMENT, kind: str = "CREDIT") -> str:
    return f"<STMTTRN>\n<TRNTYPE>{kind}\n{content}</STMTTRN>\n"


def statement(
    movements: str = "", *, account: str = ACCOUNT, currency: str = "EUR", balance: str = "", dates: str = ""
) -> str:
    return (
        f"<STMTTRNRS><STMTRS>\n<CURDEF>{currency}\n{account}\n<BANKTRANLIST>\n{dates}{movements}"
        f"</BANKTRANLIST>{balance}</STMTRS></STMTTRNRS>\n"
    )


def read(folder: Path, body: str, header: str = SGML, encoding: str = "cp1252") -> BankFile:
    path = folder / "statement.ofx"
    path.write_bytes(f"{header}<OFX>\n<BANKMSGSRSV1>\n{body}</BANKMSGSRSV1>\n</OFX>\n".encode(encoding))
    return read_ofx(path)


def lines(folder: Path, movements: str, **changes: str) -> list[BankLine]:
    return [line for _, line in read(folder, statement(movements, **changes)).lines()]


def faults(file: BankFile | UnreadableFile) -> list[tuple[str, int | None, str | None, str]]:
    problems = file.problems if isinstance(file, UnreadableFile) else file.findings.problems
    return [(one.code, one.line, one.column, one.found) for one in problems]


def refusal(folder: Path, body: str, header: str = SGML) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        read(folder, body, header)
    return refused.value


def test_a_transfer_received(tmp_path: Path) -> None:
    body = PAYMENT + "<NAME>VIR SEPA DURAND & FILS\n<MEMO>FACTURE FA12\n"
    file = read(tmp_path, statement(movement(body), dates="<DTSTART>20240101<DTEND>20240131\n"))
    (found,) = file.statements
    assert (file.format, found.account, found.bank) == ("ofx1", "FR7610907000010001234567829", "10907")
    assert (found.currency, found.starts_on, found.ends_on) == ("EUR", date(2024, 1, 1), date(2024, 1, 31))
    assert (found.opening_minor, found.closing_minor, found.difference_minor) == (None, None, None)
    assert found.lines == (
        BankLine(
            place=18,
            reference="A1",
            booked_on=date(2024, 1, 15),
            value_on=None,
            amount_minor=12000,
            currency="EUR",
            bank_code="CREDIT",
            payer_name="DURAND & FILS",
            text="FACTURE FA12",
            bank_text="VIR SEPA DURAND & FILS",
        ),
    )
    assert file.findings.problems == []


def test_the_xml_form_reads_the_same(tmp_path: Path) -> None:
    body = (
        "<STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20240115</DTPOSTED><TRNAMT>120.00</TRNAMT>"
        "<FITID>A1</FITID><NAME>Durand &amp; Fils</NAME><MEMO><![CDATA[<FA12> & FA13]]></MEMO></STMTTRN>"
    )
    file = read(tmp_path, statement(body, currency="EUR</CURDEF>"), XML, "utf-8")
    (found,) = file.statements[0].lines
    assert file.format == "ofx2"
    assert (found.payer_name, found.text, found.amount_minor) == ("Durand & Fils", "<FA12> & FA13", 12000)


def test_values_left_empty_do_not_swallow_what_follows(tmp_path: Path) -> None:
    body = "<NAME>\n<MEMO></MEMO><CHECKNUM/>" + PAYMENT + "<REFNUM>\n"
    (found,) = lines(tmp_path, movement(body))
    assert (found.payer_name, found.text, found.amount_minor) == ("", "", 12000)


def test_a_movement_that_is_not_closed_ends_where_the_next_begins(tmp_path: Path) -> None:
    open_one = movement().replace("</STMTTRN>", "")
    second = movement(PAYMENT.replace("A1", "A2"))
    assert [line.reference for line in lines(tmp_path, open_one + second)] == ["A1", "A2"]


@pytest.mark.parametrize(
    ("header", "encoding"),
    [(SGML, "cp1252"), (SGML, "utf-8"), (XML, "utf-8"), (XML, "utf-16"), (SGML, "utf-8-sig")],
)
def test_accents_whatever_the_header_says_of_them(tmp_path: Path, header: str, encoding: str) -> None:
    file = read(tmp_path, statement(movement(PAYMENT + "<NAME>Société Générale d’Été\n")), header, encoding)
    assert file.statements[0].lines[0].payer_name == "Société Générale d’Été"


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("120.00", 12000), ("120,00", 12000), ("+120.5", 12050), ("-1234.56", -123456), ("120", 12000),
        ("1,234.56", 123456), ("-.5", -50), ("120.0000", 12000),
    ],
)  # fmt: skip
def test_amounts_with_comma_or_dot(tmp_path: Path, text: str, minor: int) -> None:
    body = f"<DTPOSTED>20240115<TRNAMT>{text}<FITID>A1"
    assert [line.amount_minor for line in lines(tmp_path, movement(body))] == [minor]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$120", "bad-amount"), ("12..3", "bad-amount"), ("", "missing-value"), ("1e5", "bad-amount"),
        ("1.234", "too-many-decimals"), ("NaN", "bad-amount"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_told_with_its_line(tmp_path: Path, text: str, code: str) -> None:
    body = f"<DTPOSTED>20240115\n<FITID>A1\n<TRNAMT>{text}\n"
    refused = refusal(tmp_path, statement(movement(body) + movement()))
    assert faults(refused) == [(code, 21, "TRNAMT", text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20240229", date(2024, 2, 29)),
        ("20231231235959.999[-5:EST]", date(2023, 12, 31)),
        ("20240101000000[+1:CET]", date(2024, 1, 1)),
        ("202401011120", date(2024, 1, 1)),
    ],
)
def test_the_day_is_the_one_it_was_at_the_bank(tmp_path: Path, text: str, expected: date) -> None:
    body = f"<DTPOSTED>{text}<TRNAMT>1<FITID>A1"
    assert [line.booked_on for line in lines(tmp_path, movement(body))] == [expected]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("20230229", "bad-date"),
        ("20240230", "bad-date"),
        ("15/01/2024", "bad-date"),
        ("", "missing-value"),
        ("00000000", "missing-value"),
    ],
)
def test_an_impossible_day(tmp_path: Path, text: str, code: str) -> None:
    refused = refusal(tmp_path, statement(movement(f"<TRNAMT>1\n<DTPOSTED>{text}\n<FITID>A1")))
    assert faults(refused) == [(code, 20, "DTPOSTED", text)]


def test_the_date_of_the_order_stands_in_with_a_warning(tmp_path: Path) -> None:
    file = read(tmp_path, statement(movement("<DTUSER>20240115<TRNAMT>1<FITID>A1")))
    assert file.statements[0].lines[0].booked_on == date(2024, 1, 15)
    assert faults(file) == [("order-date-taken", 17, "DTUSER", "2024-01-15")]
    assert file.findings.error_count == 0


@pytest.mark.parametrize(
    ("kind", "nature"),
    [
        ("CREDIT", "other"), ("XFER", "transfer"), ("DIRECTDEBIT", "direct_debit"), ("CHECK", "cheque"),
        ("POS", "card"), ("ATM", "cash"), ("FEE", "charge"), ("SRVCHG", "charge"), ("INT", "interest"),
    ],
)  # fmt: skip
def test_the_type_tells_the_nature(tmp_path: Path, kind: str, nature: str) -> None:
    (found,) = lines(tmp_path, movement(kind=kind))
    assert (found.nature, found.bank_code) == (nature, kind)


def test_two_honest_payments_of_the_same_day_and_amount_are_two(tmp_path: Path) -> None:
    twins = movement() + movement(PAYMENT.replace("A1", "A2"))
    assert [line.reference for line in lines(tmp_path, twins)] == ["A1", "A2"]


def test_a_reference_that_the_bank_gives_twice_loses_no_payment(tmp_path: Path) -> None:
    file = read(tmp_path, statement(movement() + movement()))
    assert [line.reference for _, line in file.lines()] == ["A1", "A1/2"]
    assert faults(file) == [("duplicate-reference", 23, "FITID", "A1")]
    assert file.findings.problems[0].params == {"first_line": 17}


def test_a_movement_without_reference_has_none(tmp_path: Path) -> None:
    twins = movement(PAYMENT.replace("<FITID>A1\n", "")) * 2
    assert [line.reference for line in lines(tmp_path, twins)] == ["", ""]


@pytest.mark.parametrize("action", ["DELETE", "REPLACE"])
def test_a_movement_corrected_in_the_same_file_is_left_out(tmp_path: Path, action: str) -> None:
    fix = PAYMENT.replace("A1", "A2").replace("120", "110")
    fix += f"<CORRECTFITID>A1\n<CORRECTACTION>{action}\n"
    found = lines(tmp_path, movement() + movement(fix))
    expected = [] if action == "DELETE" else [("A2", 11000, "")]
    assert [(line.reference, line.amount_minor, line.returned_reference) for line in found] == expected


def test_a_movement_deleted_after_an_earlier_file_is_given_back(tmp_path: Path) -> None:
    file = read(tmp_path, statement(movement(PAYMENT + "<CORRECTFITID>OLD\n<CORRECTACTION>DELETE\n")))
    (found,) = file.statements[0].lines
    assert (found.amount_minor, found.is_return, found.returned_reference) == (-12000, True, "OLD")
    assert faults(file) == [("corrected-line", 17, "CORRECTFITID", "OLD")]


def test_who_is_on_the_other_side(tmp_path: Path) -> None:
    other = "<BANKACCTTO><BANKID>30004<BRANCHID>00001<ACCTID>FR7630006000011234567890189</BANKACCTTO>"
    payee = "<PAYEE><NAME>Durand<CITY>Nice</PAYEE>"
    (found,) = lines(tmp_path, movement(PAYMENT + payee + other))
    assert (found.payer_name, found.payer_iban) == ("Durand", "FR7630006000011234567890189")


@pytest.mark.parametrize(
    ("parts", "currency", "account"),
    [
        ("<ACCTID>FR76 3000 6000 0112 3456 7890 189", "EUR", "FR7630006000011234567890189"),
        ("<BANKID>10907<BRANCHID>00001<ACCTID>00012345678", "EUR", "FR7610907000010001234567829"),
        ("<BANKID>10907<BRANCHID>00001<ACCTID>00012345678", "USD", "00012345678"),
        ("<BANKID>00000<BRANCHID>00000<ACCTID>99999999999", "EUR", "99999999999"),
        ("<BANKID>121099999<ACCTID>9999 88", "USD", "999988"),
    ],
)
def test_the_account_is_an_iban_where_that_can_be_told(
    tmp_path: Path, parts: str, currency: str, account: str
) -> None:
    holder = f"<BANKACCTFROM>{parts}</BANKACCTFROM>"
    file = read(tmp_path, statement(movement(), account=holder, currency=currency))
    assert file.statements[0].account == account


def test_a_card_statement(tmp_path: Path) -> None:
    body = statement(movement()).replace("STMTRS", "CCSTMTRS").replace("BANKACCTFROM", "CCACCTFROM")
    assert len(read(tmp_path, body).statements[0].lines) == 1


def test_several_accounts(tmp_path: Path) -> None:
    savings = "<BANKACCTFROM><ACCTID>42</BANKACCTFROM>"
    file = read(tmp_path, statement(movement()) + statement(movement(), account=savings, currency="USD"))
    assert [(one.account[-4:], one.currency) for one in file.statements] == [("7829", "EUR"), ("42", "USD")]
    assert file.findings.problems == []


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"account": ""}, "missing-value"),
        ({"currency": ""}, "missing-value"),
        ({"currency": "EUX"}, "unknown-currency"),
    ],
)
def test_a_statement_of_nothing_known(tmp_path: Path, parts: dict[str, str], fault: str) -> None:
    refused = refusal(tmp_path, statement(movement(), **parts))
    assert [one.code for one in refused.problems] == [fault]


@pytest.mark.parametrize(("day", "closing"), [("20240131", 5000), ("20240201", 5000), ("20240215", None)])
def test_a_balance_counts_if_it_is_that_of_the_last_day(
    tmp_path: Path, day: str, closing: int | None
) -> None:
    balance = f"<LEDGERBAL><BALAMT>50,00<DTASOF>{day}120000</LEDGERBAL>"
    file = read(tmp_path, statement(movement(), balance=balance, dates="<DTEND>20240131"))
    assert file.statements[0].closing_minor == closing
    assert [one.code for one in file.findings.problems] == ([] if closing else ["later-balance"])


def test_an_amount_in_another_currency_than_the_account(tmp_path: Path) -> None:
    changed = "<CURRENCY><CURRATE>1.08<CURSYM>USD</CURRENCY>"
    (found,) = lines(tmp_path, movement(PAYMENT + changed))
    assert (found.currency, found.exchange_rate, found.instructed_currency) == ("USD", "1.08", "")
    (found,) = lines(tmp_path, movement(PAYMENT + changed.replace("CURRENCY", "ORIGCURRENCY")))
    assert (found.currency, found.exchange_rate, found.instructed_currency) == ("EUR", "1.08", "USD")


@pytest.mark.parametrize(
    "trap",
    [
        '<!DOCTYPE OFX [<!ENTITY a "x">]>',
        '<!DOCTYPE OFX SYSTEM "http://example.org/ofx.dtd">',
        '<!ENTITY xxe SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_of_its_own_are_refused(tmp_path: Path, trap: str) -> None:
    refused = refusal(tmp_path, statement(movement()), XML + trap)
    assert (refused.code, refused.problems[0].line) == ("hostile-xml", 3)


def test_an_unknown_entity_stays_as_it_is_written(tmp_path: Path) -> None:
    (found,) = lines(tmp_path, movement(PAYMENT + "<NAME>&xxe; &#233;t&#xE9; AT&T\n"))
    assert found.payer_name == "&xxe; été AT&T"


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("", "no-statement", None),
        ("<INVSTMTRS><CURDEF>EUR</INVSTMTRS>", "investment-statement", 13),
        ("<STATUS><CODE>0<SEVERITY>INFO</STATUS>", "no-statement", None),
        ("\n<STATUS><CODE>15500<SEVERITY>ERROR<MESSAGE>Signon invalid</STATUS>", "bank-error", 14),
        ("<!-- for ever", "damaged-file", 13),
        ("".join(f"<A{n}>" for n in range(50)), "damaged-file", 13),
    ],
)
def test_what_is_refused(tmp_path: Path, body: str, code: str, line: int | None) -> None:
    refused = refusal(tmp_path, body)
    assert (refused.code, refused.problems[0].line) == (code, line)


def test_one_account_that_the_bank_refuses_among_others(tmp_path: Path) -> None:
    unknown = "<STMTTRNRS><STATUS><CODE>2003<SEVERITY>ERROR<MESSAGE>No account</STATUS></STMTTRNRS>"
    file = read(tmp_path, statement(movement()) + unknown)
    assert len(file.statements) == 1
    assert faults(file) == [("bank-error", 24, "STATUS", "2003 No account")]
    assert file.findings.error_count == 0


def test_a_file_that_was_cut(tmp_path: Path) -> None:
    path = tmp_path / "cut.ofx"
    path.write_text(f"{SGML}<OFX><BANKMSGSRSV1>{statement(movement())}")
    with pytest.raises(UnreadableFile) as refused:
        read_ofx(path)
    assert refused.value.code == "cut-statement"


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        (SGML.encode() + b"<OFX>", True),
        (XML.encode() + b"<OFX>", True),
        (b"\xef\xbb\xbf<OFX>\n<SIGNONMSGSRSV1>", True),
        (f"{XML}<OFX>".encode("utf-16"), True),
        (b"\n\n<OFX>", True),
        (b'<?xml version="1.0"?><!DOCTYPE OFX><OFX>', True),
        (b'<?xml version="1.0"?><Document>', False),
        (b"Date;Libelle;Montant\n01/01/2024;<OFX>;1", False),
        (b"%PDF-1.7", False),
        (b"", False),
    ],
)
def test_it_is_told_by_its_content(head: bytes, verdict: bool) -> None:
    assert is_ofx(head) is verdict


@given(amounts=st.lists(st.integers(-(10**12), 10**12), max_size=20))
def test_amounts_written_out_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, amounts: list[int]
) -> None:
    movements = "".join(
        movement(f"<DTPOSTED>20240115<TRNAMT>{to_decimal_string(minor, 'EUR')}<FITID>{n}\n")
        for n, minor in enumerate(amounts)
    )
    found = lines(tmp_path_factory.mktemp("ofx"), movements)
    assert [line.amount_minor for line in found] == amounts
