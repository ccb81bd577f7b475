"""An MT940 is read to its last field, whatever stands around it; what is wrong is told with its line."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.intake.readers.bank.model import BankFile, BankLine, BankStatement
from exigible.intake.readers.bank.mt940 import is_mt940, read_mt940
from exigible.intake.readers.problems import UnreadableFile, english

HEAD = ":20:STARTUMS\n:25:DE02120300000000202051\n:28C:00012/001\n:60F:C240130EUR1000,00\n"
SALE = ":61:2401310131C250,00NTRFNONREF//B4E07XM00J000023\n:86:Invoice 12\n"
TAIL = ":62F:C240131EUR1250,00\n"


def read(folder: Path, text: str, encoding: str = "utf-8") -> BankFile:
    path = folder / "statement.sta"
    path.write_bytes(text.encode(encoding))
    return read_mt940(path)


def statement_of(folder: Path, movement: str, closing: str = "1250,00") -> BankStatement:
    return read(folder, f"{HEAD}{movement}:62F:C240131EUR{closing}\n").statements[0]


def line_of(folder: Path, movement: str) -> BankLine:
    return statement_of(folder, movement).lines[0]


def told(folder: Path, text: str) -> list[tuple[str, int | None, str | None]]:
    """Code, line and column of each error."""
    with pytest.raises(UnreadableFile) as caught:
        read(folder, text)
    assert all(english(problem) for problem in caught.value.problems)
    return [(problem.code, problem.line, problem.column) for problem in caught.value.problems]


def test_a_statement(tmp_path: Path) -> None:
    file = read(tmp_path, HEAD + SALE + TAIL + ":64:C240131EUR1250,00\n-\n")
    assert (file.format, file.findings.problems) == ("mt940", [])
    assert file.statements == [
        BankStatement(
            1,
            "DE02120300000000202051",
            "EUR",
            (
                BankLine(
                    5,
                    "B4E07XM00J000023",
                    date(2024, 1, 31),
                    date(2024, 1, 31),
                    25000,
                    "EUR",
                    nature="transfer",
                    bank_code="NTRF",
                    text="Invoice 12",
                ),
            ),
            number="00012",
            starts_on=date(2024, 1, 30),
            ends_on=date(2024, 1, 31),
            opening_minor=100000,
            closing_minor=125000,
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        "{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:\n" + HEAD + SALE + TAIL + "-}\n",
        "\x01{1:F01POFICHBEAXXX}{2:I940XXXXXXXXXXXXN}{3:{108:14CH00}}{4:\n"
        + HEAD + SALE + TAIL + "-}{5:{MAC:00000000}}\x03\n",
        "ABNANL2A\n940\nABNANL2A\n" + HEAD + SALE + TAIL + "-\n",
        ":940:\n" + HEAD + SALE + TAIL,
        "0000 01INGBNL2AXXXX00001\n940 00\n" + HEAD + SALE + TAIL + "-XXX",
        "\n\n" + HEAD.replace("\n", "\r\n") + SALE + TAIL + "-",
        "\ufeff" + HEAD + SALE + TAIL,
    ],
    ids=["swift", "swift with trailer", "abn amro", "rabobank", "ing", "windows", "byte-order mark"],
)  # fmt: skip
def test_what_banks_put_around_a_statement(tmp_path: Path, text: str) -> None:
    file = read(tmp_path, text)
    assert is_mt940(text.encode()[:200])
    assert [(each.closing_minor, len(each.lines)) for each in file.statements] == [(125000, 1)]
    assert file.findings.problems == []


def test_several_statements_of_several_accounts(tmp_path: Path) -> None:
    other = (HEAD + SALE + TAIL).replace("DE02120300000000202051", "50880050/0194774600888")
    statements = read(tmp_path, HEAD + SALE + TAIL + "-\n" + other).statements
    assert [(each.account, each.bank, each.place) for each in statements] == [
        ("DE02120300000000202051", "", 1), ("0194774600888", "50880050", 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "account", "bank"),
    [
        (":25:NL77INGB0574908765EUR", "NL77INGB0574908765", ""),
        (":25:NL34RABO0142623393 EUR", "NL34RABO0142623393", ""),
        (":25:51210600/9223382012EUR", "9223382012", "51210600"),
        (":25:UBRTHUHB/123456789150ABCDEF002/EUR", "123456789150ABCDEF002", "UBRTHUHB"),
        (":25P:FR7630006000011234567890189\nAGRIFRPPXXX", "FR7630006000011234567890189", "AGRIFRPPXXX"),
    ],
)
def test_how_an_account_is_named(tmp_path: Path, field: str, account: str, bank: str) -> None:
    text = HEAD.replace(":25:DE02120300000000202051", field)
    statement = read(tmp_path, text + SALE + TAIL).statements[0]
    assert (statement.account, statement.bank) == (account, bank)


def test_the_pages_of_a_statement_are_joined(tmp_path: Path) -> None:
    first = HEAD + SALE + ":62M:C240131EUR1250,00\n-\n"
    second = HEAD.replace("/001", "/002").replace(":60F:C240130EUR1000", ":60M:C240131EUR1250")
    file = read(tmp_path, first + second + SALE.replace("0023", "0024") + ":62F:C240131EUR1500,00\n")
    assert [(len(each.lines), each.opening_minor, each.closing_minor) for each in file.statements] == [
        (2, 100000, 150000)
    ]
    assert file.findings.problems == []


def test_a_statement_that_goes_on_in_another_file(tmp_path: Path) -> None:
    file = read(tmp_path, HEAD + SALE + ":62M:C240131EUR1250,00\n")
    assert [(problem.code, problem.severity) for problem in file.findings.problems] == [
        ("statement-continues", "warning")
    ]


def test_an_mt942_is_not_final_and_has_no_balance(tmp_path: Path) -> None:
    text = (
        ":20:CGNGHKLI0290980\n:25:GJB0291077111\n:28C:03917/00001\n:34F:EURD0,00\n:13D:1610301730+0000\n"
        ":61:1610301031D0,42MCI0NONREF\n:86:Costs\n:90D:1EUR0,42\n"
    )
    file = read(tmp_path, text)
    statement = file.statements[0]
    assert (file.format, statement.is_final, statement.opening_minor) == ("mt942", False, None)
    assert (statement.currency, statement.ends_on) == ("EUR", date(2016, 10, 31))


@pytest.mark.parametrize(
    ("mark", "minor", "is_return"),
    [("C", 25000, False), ("D", -25000, False), ("RC", -25000, True), ("RD", 25000, True)],
)
@pytest.mark.parametrize("funds", ["", "R"])
def test_debit_credit_and_reversals_with_the_letter_of_the_currency(
    tmp_path: Path, mark: str, minor: int, is_return: bool, funds: str
) -> None:
    line = line_of(tmp_path, f":61:2401310131{mark}{funds}250,00NTRFNONREF\n")
    assert (line.amount_minor, line.is_return) == (minor, is_return)


@pytest.mark.parametrize(
    ("written", "minor"),
    [("1,", 100), (",5", 50), ("0,12", 12), ("000000001213,28", 121328), ("500", 50000), ("7,5", 750)],
)
def test_amounts_as_banks_write_them(tmp_path: Path, written: str, minor: int) -> None:
    assert line_of(tmp_path, f":61:2401310131C{written}NTRFNONREF\n").amount_minor == minor


@given(st.integers(0, 10**13))
@settings(max_examples=30, deadline=None)
def test_every_amount_comes_out_as_it_went_in(tmp_path_factory: pytest.TempPathFactory, minor: int) -> None:
    movement = f":61:240131D{minor // 100},{minor % 100:02d}NTRFNONREF\n"
    assert line_of(tmp_path_factory.mktemp("mt940"), movement).amount_minor == -minor


@pytest.mark.parametrize(
    ("dates", "value_on", "booked_on"),
    [
        ("2401310130", date(2024, 1, 31), date(2024, 1, 30)),
        ("240131", date(2024, 1, 31), date(2024, 1, 31)),
        ("240131    ", date(2024, 1, 31), date(2024, 1, 31)),
        ("2401011229", date(2024, 1, 1), date(2023, 12, 29)),
        ("2312310102", date(2023, 12, 31), date(2024, 1, 2)),
        ("2402290301", date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_the_year_of_an_entry_is_the_nearest(
    tmp_path: Path, dates: str, value_on: date, booked_on: date
) -> None:
    line = line_of(tmp_path, f":61:{dates}C250,00NTRFNONREF\n")
    assert (line.value_on, line.booked_on) == (value_on, booked_on)


@pytest.mark.parametrize(
    ("figures", "taken"),
    [("230230", date(2023, 2, 28)), ("230229", date(2023, 2, 28)), ("240230", date(2024, 2, 29))],
)
def test_a_value_date_of_30_february_is_the_end_of_the_month(
    tmp_path: Path, figures: str, taken: date
) -> None:
    file = read(tmp_path, f"{HEAD}:61:{figures}0301C250,00NTRFNONREF\n{TAIL}")
    assert file.statements[0].lines[0].value_on == taken
    assert [(problem.code, problem.line, problem.expected) for problem in file.findings.problems] == [
        ("value-date-adjusted", 5, taken.isoformat())
    ]


@pytest.mark.parametrize("dates", ["2404310430", "2413010101", "2401310230", "2401311301", "240100"])
def test_an_impossible_date_is_an_error(tmp_path: Path, dates: str) -> None:
    assert told(tmp_path, f"{HEAD}:61:{dates}C250,00NTRFNONREF\n{TAIL}") == [("bad-date", 5, ":61:")]


@pytest.mark.parametrize(
    ("rows", "reference", "end_to_end", "bank_text"),
    [
        ("NTRFNONREF//NONREF", "", "", ""),
        ("NTRFRE 2024 17//B1", "B1", "RE 2024 17", ""),
        ("NTRFKREF+//B1\nCard transaction", "B1", "", "Card transaction"),
        ("NTRFEREF//00000000001\n005\n/TRCD/00100/", "00000000001005", "", ""),
        ("NCHK16703074", "", "16703074", ""),
    ],
)
def test_the_references_of_a_movement(
    tmp_path: Path, rows: str, reference: str, end_to_end: str, bank_text: str
) -> None:
    line = line_of(tmp_path, f":61:2401310131C250,00{rows}\n")
    assert (line.reference, line.end_to_end, line.bank_text) == (reference, end_to_end, bank_text)


def test_a_line_broken_before_the_amount(tmp_path: Path) -> None:
    assert line_of(tmp_path, ":61:2401310131CR\n250,00N062NONREF\n").amount_minor == 25000


def test_what_the_payer_ordered_and_what_the_bank_kept(tmp_path: Path) -> None:
    line = line_of(tmp_path, ":61:2401310131C250,00NTRFNONREF//B1\n/OCMT/USD275,//CHGS/EUR2,50/\n")
    assert (line.instructed_minor, line.instructed_currency, line.charges_minor) == (27500, "USD", 250)


def test_a_gap_between_balances_and_movements_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, HEAD + SALE + TAIL.replace("1250,00", "1249,00"))
    assert [(problem.code, problem.severity, problem.found) for problem in file.findings.problems] == [
        ("balance-gap", "warning", "-1.00 EUR")
    ]
    assert file.statements[0].difference_minor == -100


def test_pages_whose_balances_do_not_follow_each_other_are_told(tmp_path: Path) -> None:
    first = HEAD + SALE + ":62M:C240131EUR1250,00\n-\n"
    second = HEAD.replace(":60F:C240130EUR1000", ":60M:C240131EUR1200")
    file = read(tmp_path, first + second + ":62F:C240131EUR1200,00\n")
    assert {problem.code for problem in file.findings.problems} == {"balance-gap"}


def test_one_reference_on_two_lines_is_told_and_both_are_kept(tmp_path: Path) -> None:
    file = read(tmp_path, HEAD + SALE + SALE + TAIL.replace("1250", "1500"))
    assert [(problem.code, problem.line) for problem in file.findings.problems] == [
        ("duplicate-reference", 7)
    ]
    assert [line.amount_minor for line in file.statements[0].lines] == [25000, 25000]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-15"])
def test_accents_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    text = HEAD + SALE.replace("Invoice 12", "Müller à Orléans, 3 €") + TAIL
    assert read(tmp_path, text, encoding).statements[0].lines[0].text == "Müller à Orléans, 3 €"


def test_control_characters_in_a_text_are_dropped(tmp_path: Path) -> None:
    assert line_of(tmp_path, SALE.replace("Invoice 12", "Invoice\x03 12\x1b")).text == "Invoice 12"


def test_binary_data_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + "\0" + SALE + TAIL)[0][0] == "not-a-text-file"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [("empty-file", None, None)]),
        ("1\n2\n3\n", [("no-statement", None, None)]),
        (":61:2401310131C1,00NTRF\n", [("no-beginning", 1, ":61:")]),
        (HEAD + SALE, [("missing-field", 1, ":62F:")]),
        (":20:X\n:25:1\n" + TAIL, [("missing-field", 1, ":60F:")]),
        (":20:X\n:60F:C240130EUR1000,00\n" + TAIL, [("missing-field", 1, ":25:")]),
        (HEAD + SALE + ":25:166?00GUTSCHRIFT\n" + TAIL, [("field-out-of-place", 7, ":25:")]),
        (HEAD + TAIL + SALE, [("field-out-of-place", 6, ":61:")]),
        (HEAD + TAIL + TAIL, [("field-out-of-place", 6, ":62F:")]),
        (HEAD.replace("EUR", "DEM") + TAIL, [("unknown-currency", 4, ":60F:")]),
        (HEAD + TAIL.replace("EUR", "USD"), [("currency-conflict", 5, ":62F:")]),
        (HEAD + TAIL.replace("EUR", ""), [("bad-field", 5, ":62F:")]),
        (HEAD + TAIL.replace("240131", "240230"), [("bad-date", 5, ":62F:")]),
        (HEAD + ":61:2401310131X1,00NTRF\n" + TAIL, [("bad-field", 5, ":61:")]),
        (HEAD + ":61:2401310131C1,005NTRF\n" + TAIL, [("too-many-decimals", 5, ":61:")]),
        (
            HEAD + ":61:2413010131C1,00NTRF\n" + SALE + ":61:2401310131C1,005NTRF\n" + TAIL,
            [("bad-date", 5, ":61:"), ("too-many-decimals", 8, ":61:")],
        ),
    ],
)
def test_what_makes_a_file_unreadable(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert told(tmp_path, text) == expected


@pytest.mark.parametrize(
    "head", [b"", b"OFXHEADER:100", b"<?xml version='1.0'?>", b"Date;Montant\n31/01;12:20:30\n"]
)
def test_what_is_not_an_mt940(head: bytes) -> None:
    assert not is_mt940(head)


@given(st.integers(0, len(HEAD + SALE + TAIL)), st.text(max_size=6), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, inserted: str, removed: int
) -> None:
    text = HEAD + SALE + TAIL
    damaged = (text[:at] + inserted + text[at + removed :]).encode("utf-8", "surrogatepass")
    path = tmp_path_factory.getbasetemp() / "damaged.sta"
    path.write_bytes(damaged)
    with suppress(UnreadableFile):
        read_mt940(path)
