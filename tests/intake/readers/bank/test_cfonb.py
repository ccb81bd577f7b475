"""A statement of 120 characters (CFONB) is read with what completes its movements; its order is checked."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.intake.readers.bank.cfonb import is_cfonb, read_cfonb
from exigible.intake.readers.bank.model import BankFile, BankLine
from exigible.intake.readers.problems import UnreadableFile, english

ACCOUNT = "98765432100"


def signed(minor: int) -> str:
    """An amount with its sign in the last character."""
    letters = "{ABCDEFGHI" if minor >= 0 else "}JKLMNOPQR"
    return f"{abs(minor) // 10:013d}{letters[abs(minor) % 10]}"


def record(
    code: str,
    *,
    day: str = "160519",
    minor: int | None = None,
    operation: str = "  ",
    rest: str = "",
    account: str = ACCOUNT,
    currency: str = "EUR",
    decimals: str = "2",
    bank: str = "15589",
) -> str:
    """A record of 120 characters; `rest` stands from the 41st."""
    head = f"{code}{bank}    00000{currency}{decimals} {account}{operation}{day}"
    return f"{head}{rest:<50}{'' if minor is None else signed(minor)}".ljust(120)


def opening(minor: int = 0, **parts: str) -> str:
    return record("01", day="150519", minor=minor, **parts)


def movement(
    minor: int,
    label: str = "VIR SEPA DURAND SA",
    *,
    operation: str = "05",
    reason: str = "  ",
    value: str = "170519",
    number: str = "0000000",
    reference: str = "",
    **parts: str,
) -> str:
    rest = f"{reason}{value}{label:<31}  {number}00"
    text = record("04", minor=minor, operation=operation, rest=rest, **parts)
    return text[:104] + f"{reference:<16}"


def detail(qualifier: str, text: str, operation: str = "05") -> str:
    return record("05", operation=operation, rest=f"     {qualifier}").rstrip().ljust(48) + f"{text:<72}"


def closing(minor: int, **parts: str) -> str:
    return record("07", minor=minor, **parts)


def read(folder: Path, *records: str, newline: str = "\n", encoding: str = "utf-8") -> BankFile:
    path = folder / "releve.txt"
    path.write_bytes(newline.join(records).encode(encoding))
    return read_cfonb(path)


def line_of(folder: Path, minor: int, *details: str, **parts: str) -> BankLine:
    """The line of one movement with what completes it."""
    return read(folder, opening(), movement(minor, **parts), *details, closing(minor)).statements[0].lines[0]


def told(folder: Path, *records: str) -> list[tuple[str, int | None]]:
    with pytest.raises(UnreadableFile) as caught:
        read(folder, *records)
    assert all(english(problem) for problem in caught.value.problems)
    return [(problem.code, problem.line) for problem in caught.value.problems]


def test_a_statement(tmp_path: Path) -> None:
    file = read(tmp_path, opening(10000), movement(25000, reference="B1"), closing(35000))
    statement = file.statements[0]
    assert (file.format, file.findings.problems) == ("cfonb120", [])
    assert (statement.account, statement.bank, statement.currency) == (
        "FR7615589000009876543210088", "15589", "EUR",
    )  # fmt: skip
    assert (statement.starts_on, statement.ends_on) == (date(2019, 5, 16), date(2019, 5, 16))
    assert (statement.opening_minor, statement.closing_minor, statement.difference_minor) == (10000, 35000, 0)
    assert statement.lines == (
        BankLine(
            2,
            "B1",
            date(2019, 5, 16),
            date(2019, 5, 17),
            25000,
            "EUR",
            nature="transfer",
            bank_code="05",
            payer_name="DURAND SA",
            bank_text="VIR SEPA DURAND SA",
        ),
    )


@pytest.mark.parametrize(
    "newline", ["\n", "\r\n", "", "\n\n"], ids=["unix", "windows", "glued", "blank lines"]
)
def test_how_records_follow_each_other(tmp_path: Path, newline: str) -> None:
    file = read(tmp_path, opening(), movement(25000), movement(-700), closing(24300), newline=newline)
    assert [line.amount_minor for line in file.statements[0].lines] == [25000, -700]


def test_records_without_the_spaces_at_their_ends(tmp_path: Path) -> None:
    records = [opening(), movement(25000), detail("LCC", "FACTURE 12"), closing(25000)]
    assert read(tmp_path, *(each.rstrip() for each in records)).statements[0].lines[0].text == "FACTURE 12"


def test_in_a_file_on_one_line_the_place_is_the_rank_of_the_record(tmp_path: Path) -> None:
    file = read(tmp_path, opening(), movement(1), detail("LCC", "X"), movement(2), closing(3), newline="")
    assert [line.place for line in file.statements[0].lines] == [2, 4]


def test_several_accounts_in_a_file(tmp_path: Path) -> None:
    other = {"account": "00012345603", "bank": "10278"}
    file = read(tmp_path, opening(5), closing(5), opening(7, **other), closing(7, **other))
    assert [(each.account[4:9], each.closing_minor) for each in file.statements] == [
        ("15589", 5),
        ("10278", 7),
    ]


@given(st.integers(-(10**12), 10**12))
@settings(max_examples=40, deadline=None)
def test_every_amount_comes_out_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, minor: int) -> None:
    file = read(tmp_path_factory.mktemp("cfonb"), opening(), movement(minor), closing(minor))
    assert (file.statements[0].lines[0].amount_minor, file.findings.problems) == (minor, [])


@pytest.mark.parametrize(
    ("written", "minor"),
    [("0000000000012{", 120), ("0000000000012}", -120), ("0000000000012é", 120), ("0000000000012è", -120)],
)
def test_the_sign_in_the_last_figure(tmp_path: Path, written: str, minor: int) -> None:
    text = movement(0).replace(signed(0), written)
    assert read(tmp_path, opening(), text, closing(minor)).statements[0].lines[0].amount_minor == minor


@pytest.mark.parametrize(
    ("currency", "decimals", "written", "minor"),
    [("EUR", "2", 12345, 12345), ("EUR", "0", 12, 1200), ("EUR", "3", 12340, 1234), ("JPY", "0", 500, 500),
     ("TND", "3", 1234, 1234), ("EUR", " ", 12, 12)],
)  # fmt: skip
def test_each_record_says_how_many_decimals_its_amount_has(
    tmp_path: Path, currency: str, decimals: str, written: int, minor: int
) -> None:
    text = movement(written, currency=currency, decimals=decimals)
    file = read(tmp_path, opening(currency=currency), text, closing(0, currency=currency))
    assert file.statements[0].lines[0].amount_minor == minor


def test_balances_without_a_currency_take_that_of_the_movements(tmp_path: Path) -> None:
    blank = {"currency": "   ", "decimals": " "}
    file = read(tmp_path, opening(0, **blank), movement(100, currency="USD"), closing(100, **blank))
    assert (file.statements[0].currency, file.findings.problems) == ("USD", [])


def test_an_account_in_ariary_is_a_malagasy_one(tmp_path: Path) -> None:
    file = read(tmp_path, opening(currency="MGA"), closing(0, currency="MGA"))
    assert file.statements[0].account.startswith("MG46")


def test_what_completes_a_transfer(tmp_path: Path) -> None:
    line = line_of(
        tmp_path,
        25000,
        detail("NPY", "DURAND ET FILS SA"),
        detail("NBE", "NOTRE SOCIETE"),
        detail("NPO", "DURAND HOLDING"),
        detail("LCC", "F" * 69 + "4"),
        detail("LC2", "56 ET 789"),
        detail("LCS", "RF18539007547034"),
        detail("RCN", f"{'E2E-12':<35}SUPP"),
        detail("LIB", "VIREMENT RECU"),
    )
    assert (line.payer_name, line.ultimate_name) == ("DURAND ET FILS SA", "DURAND HOLDING")
    assert line.text == "F" * 69 + "456 ET 789"
    assert line.bank_text == "VIR SEPA DURAND SA\nVIREMENT RECU"
    assert (line.creditor_reference, line.end_to_end) == ("RF18539007547034", "E2E-12")


def test_the_label_goes_on_in_the_text_where_the_payer_gave_none(tmp_path: Path) -> None:
    line = line_of(tmp_path, 25000, detail("LIB", "FACTURE 12"), detail("LIB", "ET 13"))
    assert (line.text, line.bank_text) == ("FACTURE 12\nET 13", "VIR SEPA DURAND SA")


def test_the_other_side_of_what_goes_out_is_the_beneficiary(tmp_path: Path) -> None:
    line = line_of(tmp_path, -25000, detail("NPY", "NOUS"), detail("NBE", "EDF"), detail("CBE", "FR76 1"))
    assert (line.payer_name, line.payer_iban) == ("EDF", "FR761")


def test_an_unpaid_direct_debit_is_a_return_of_its_payer(tmp_path: Path) -> None:
    line = line_of(
        tmp_path,
        -25000,
        detail("NPY", "DURAND SA", "B3"),
        detail("RUM", f"{'MANDAT-1':<35}RCUR", "B3"),
        detail("REF", f"{'REMISE-9':<35}TX-1", "B3"),
        operation="B3",
        reason="20",
    )
    assert (line.nature, line.is_return, line.return_reason) == ("direct_debit", True, "AM04")
    assert (line.payer_name, line.mandate, line.returned_reference) == ("DURAND SA", "MANDAT-1", "REMISE-9")


@pytest.mark.parametrize(
    ("operation", "reason", "said", "expected"),
    [
        ("B3", "59", "", "MS03"),
        ("33", "70", "", "Tirage contesté"),
        ("B3", "  ", "AC04 COMPTE CLOS", "AC04"),
        ("10", "ZZ", "", "ZZ"),
        ("03", "  ", "", ""),
    ],
)
def test_the_reason_of_a_return(
    tmp_path: Path, operation: str, reason: str, said: str, expected: str
) -> None:
    details = [detail("RET", said)] if said else []
    line = line_of(tmp_path, -100, *details, operation=operation, reason=reason)
    assert (line.is_return, line.return_reason) == (True, expected)


@pytest.mark.parametrize(
    ("operation", "nature"),
    [("05", "transfer"), ("18", "transfer"), ("C2", "transfer"), ("08", "direct_debit"),
     ("A1", "direct_debit"), ("02", "cheque"), ("30", "card"), ("04", "cash"),
     ("62", "charge"), ("61", "interest"), ("31", "other")],
)  # fmt: skip
def test_the_nature_of_an_operation(tmp_path: Path, operation: str, nature: str) -> None:
    assert line_of(tmp_path, 100, operation=operation).nature == nature


def test_the_number_of_a_cheque(tmp_path: Path) -> None:
    assert line_of(tmp_path, -100, operation="01", number="7654321").end_to_end == "7654321"


def test_the_amount_in_another_currency_with_its_rate(tmp_path: Path) -> None:
    line = line_of(tmp_path, 10000, detail("MMO", "USD2" + "00000000011050" + "05" + "00000110500"))
    assert (line.instructed_minor, line.instructed_currency) == (11050, "USD")
    assert line.exchange_rate == "1.10500"


def test_what_the_bank_kept(tmp_path: Path) -> None:
    assert line_of(tmp_path, 10000, detail("FEE", "EUR200000000000150")).charges_minor == 150


def test_an_amount_in_another_currency_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    file = read(tmp_path, opening(), movement(1), detail("MMO", "ZZZ2"), closing(1))
    assert [problem.code for problem in file.findings.problems] == ["foreign-amount-ignored"]


@pytest.mark.parametrize("value", ["      ", "000000"])
def test_a_movement_without_a_value_date(tmp_path: Path, value: str) -> None:
    assert line_of(tmp_path, 100, value=value).value_on is None


def test_a_value_date_of_30_february_is_the_end_of_the_month(tmp_path: Path) -> None:
    file = read(tmp_path, opening(), movement(1, value="300219"), closing(1))
    assert file.statements[0].lines[0].value_on == date(2019, 2, 28)
    assert [(problem.code, problem.line) for problem in file.findings.problems] == [
        ("value-date-adjusted", 2)
    ]


def test_a_gap_between_balances_and_movements_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, opening(10000), movement(25000), closing(34999))
    assert [(problem.code, problem.severity, problem.found) for problem in file.findings.problems] == [
        ("balance-gap", "warning", "-0.01 EUR")
    ]


def test_the_code_of_another_bank_on_the_same_account_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, opening(), movement(1, bank="15489"), closing(1))
    assert [(problem.code, problem.severity) for problem in file.findings.problems] == [
        ("account-differs", "warning")
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-15"])
def test_accents_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = movement(100, label="REÇU DE LA SOCIÉTÉ")
    file = read(tmp_path, opening(), text, closing(100), encoding=encoding)
    assert file.statements[0].lines[0].bank_text == "REÇU DE LA SOCIÉTÉ"


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([""], [("empty-file", None)]),
        (["\n"], [("no-statement", None)]),
        ([movement(1), detail("LIB", "X"), closing(1)], [("no-beginning", 1)]),
        ([opening(), movement(1)], [("missing-field", 1)]),
        ([opening(), opening(), closing(0)], [("missing-field", 1)]),
        ([opening(), closing(0), closing(0)], [("no-beginning", 3)]),
        ([opening(), detail("LIB", "X"), closing(0)], [("field-out-of-place", 2)]),
        ([opening(), movement(1, account="00000000000"), closing(1)], [("account-differs", 2)]),
        ([opening(), movement(1, currency="USD"), closing(1)], [("currency-conflict", 2)]),
        ([opening(currency="FRF"), closing(0, currency="FRF")], [("unknown-currency", 1)]),
        ([opening(), movement(1, day="310419"), closing(1)], [("bad-date", 2)]),
        ([opening(), movement(1, day="  CART"), closing(1)], [("bad-date", 2)]),
        ([opening(), movement(1, value="310419"), closing(1)], [("bad-date", 2)]),
        ([opening(), movement(1, decimals="3"), closing(1)], [("bad-amount", 2)]),
        ([opening(), movement(12).replace(signed(12), "00000000000012"), closing(1)], [("bad-amount", 2)]),
        ([opening(), movement(1)[:90], closing(1)], [("record-too-short", 2)]),
        ([opening(), "31" + movement(1)[2:], closing(0)], [("unknown-record", 2)]),
    ],
)
def test_what_makes_a_file_unreadable(
    tmp_path: Path, records: list[str], expected: list[tuple[str, int | None]]
) -> None:
    assert told(tmp_path, *records) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (opening().encode(), True),
        (b"\r\n" + opening().encode(), True),
        (opening(currency="   ", decimals=" ").encode(), True),
        (b"01;Ch\xe8ques;D", False),
        (b"01012024;12,00;EUR;a quite common line of a sheet", False),
        (b"", False),
    ],
)
def test_what_is_a_cfonb_statement(head: bytes, expected: bool) -> None:
    assert is_cfonb(head) is expected


@given(st.integers(0, 600), st.text(max_size=6), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, inserted: str, removed: int
) -> None:
    details = [detail("MMO", "USD2" + "00000000011050" + "05" + "00000110500"), detail("LCC", "FACTURE")]
    text = "\n".join([opening(), movement(25000), *details, closing(25000)])
    path = tmp_path_factory.getbasetemp() / "damaged.txt"
    path.write_bytes((text[:at] + inserted + text[at + removed :]).encode("utf-8", "surrogatepass"))
    with suppress(UnreadableFile):
        read_cfonb(path)
