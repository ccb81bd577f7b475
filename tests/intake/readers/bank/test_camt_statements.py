"""CAMT statements: account, balances that agree with the movements, days, currencies, versions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.intake.readers.bank.camt_text import (
    ACCOUNT,
    NAMESPACE,
    amount,
    at,
    balance,
    document,
    entry,
    line_of,
    lines_of,
    statement,
    write,
)

from exigible.intake.readers.bank.camt import is_camt, read_camt
from exigible.intake.readers.bank.model import BankFile
from exigible.kernel.money import to_decimal_string


def read(folder: Path, *parts: str) -> BankFile:
    return read_camt(write(folder, document(statement(*parts))))


def warnings(file: BankFile) -> list[tuple[str, int | None, str]]:
    return [(problem.code, problem.line, problem.found) for problem in file.findings.problems]


def test_a_statement_has_its_account_its_days_and_its_balances(tmp_path: Path) -> None:
    holder = at("Ownr/Nm", "Durand SA") + at("Svcr/FinInstnId/BICFI", "AGRIFRPPXXX")
    days = at("FrToDt", at("FrDtTm", "2024-02-29T00:00:00"), at("ToDtTm", "2024-02-29T23:59:59+01:00"))
    text = document(
        statement(
            days,
            balance("OPBD", "1000"),
            balance("CLBD", "1100.00"),
            entry("100.00"),
            account=at("Id/IBAN", "FR76 3000 6000 0112 3456 7890 189") + at("Ccy", "EUR") + holder,
        )
    )
    file = read_camt(write(tmp_path, text))
    found = file.statements[0]
    assert file.format == "camt.053.001.08"
    assert (found.account, found.currency, found.number) == (ACCOUNT, "EUR", "S1")
    assert (found.holder, found.bank) == ("Durand SA", "AGRIFRPPXXX")
    assert (found.starts_on, found.ends_on) == (date(2024, 2, 29), date(2024, 2, 29))
    assert (found.opening_minor, found.closing_minor, found.difference_minor) == (100000, 110000, 0)
    assert found.is_final
    assert file.findings.problems == []


def test_a_statement_that_does_not_add_up_is_read_and_the_gap_is_told(tmp_path: Path) -> None:
    file = read(tmp_path, balance("OPBD", "10"), balance("CLBD", "10", "DBIT"), entry("5", "DBIT"))
    assert file.statements[0].difference_minor == -1500
    assert warnings(file) == [("balance-gap", 2, "-15.00 EUR")]


def test_the_closing_balance_of_the_day_before_opens_where_no_other_does(tmp_path: Path) -> None:
    kind = at("Bal", at("Tp/CdOrPrtry/Prtry", "PRCD"), amount("7"), at("CdtDbtInd", "DBIT"))
    found = read(tmp_path, kind, balance("CLBD", "93"), entry("100")).statements[0]
    assert (found.opening_minor, found.difference_minor) == (-700, 0)


def test_the_first_opening_and_the_last_closing_of_several_days_count(tmp_path: Path) -> None:
    days = [
        balance("OPBD", "100", on="2024-02-28"),
        balance("CLBD", "200", on="2024-02-28"),
        balance("OPBD", "200", on="2024-02-29"),
        balance("CLBD", "300", on="2024-02-29"),
    ]
    found = read(tmp_path, *days, entry("100"), entry("100", reference="BANK2")).statements[0]
    assert (found.opening_minor, found.closing_minor, found.difference_minor) == (10000, 30000, 0)


def test_available_and_forward_balances_are_no_balances_of_the_books(tmp_path: Path) -> None:
    found = read(tmp_path, balance("OPAV", "1"), balance("CLAV", "2"), balance("FWAV", "3")).statements[0]
    assert (found.opening_minor, found.closing_minor, found.lines) == (None, None, ())


def test_a_number_of_the_bank_stands_for_an_account_without_iban(tmp_path: Path) -> None:
    text = document(statement(entry(), account=at("Id/Othr/Id", "0035 2915203")))
    assert read_camt(write(tmp_path, text)).statements[0].account == "00352915203"


def test_a_statement_of_no_account_is_told(tmp_path: Path) -> None:
    file = read_camt(write(tmp_path, document(statement(entry(), account=""))))
    assert warnings(file) == [("no-account", 2, "S1")]


def test_a_file_holds_several_accounts(tmp_path: Path) -> None:
    other = at("Id/IBAN", "DE89370400440532013000")
    text = document(statement(entry("1")), statement(entry("2"), entry("3", reference="B"), account=other))
    file = read_camt(write(tmp_path, text))
    assert [(found.account, len(found.lines)) for found in file.statements] == [
        (ACCOUNT, 1),
        ("DE89370400440532013000", 2),
    ]


def test_an_account_of_two_currencies_makes_two_statements_and_no_sum_mixes_them(tmp_path: Path) -> None:
    file = read(
        tmp_path,
        balance("OPBD", "0"),
        balance("CLBD", "10"),
        balance("OPBD", "1000", currency="JPY"),
        balance("CLBD", "900", currency="JPY"),
        entry("10"),
        entry("100", "DBIT", currency="JPY", reference="B"),
    )
    assert [(found.currency, found.opening_minor, found.difference_minor) for found in file.statements] == [
        ("EUR", 0, 0),
        ("JPY", 1000, 0),
    ]
    assert warnings(file) == [("several-currencies", 2, "EUR, JPY")]


@pytest.mark.parametrize(
    ("message", "name", "kind"),
    [("BkToCstmrAcctRpt", "Rpt", "camt.052"), ("BkToCstmrDbtCdtNtfctn", "Ntfctn", "camt.054")],
)
def test_a_report_of_the_day_and_a_notice_are_not_final(
    tmp_path: Path, message: str, name: str, kind: str
) -> None:
    namespace = NAMESPACE.replace("camt.053", kind)
    text = document(statement(entry(), name=name), namespace=namespace, message=message)
    file = read_camt(write(tmp_path, text))
    assert (file.format, file.statements[0].is_final) == (f"{kind}.001.08", False)


@pytest.mark.parametrize("version", [f"{number:02d}" for number in range(1, 14)])
def test_all_versions_are_read(tmp_path: Path, version: str) -> None:
    text = document(statement(entry()), namespace=NAMESPACE[:-2] + version)
    file = read_camt(write(tmp_path, text))
    assert (file.format[-2:], len(file.statements[0].lines), warnings(file)) == (version, 1, [])


@pytest.mark.parametrize(
    ("namespace", "code"),
    [
        ("", "no-namespace"),
        ("urn:other", "unknown-namespace"),
        (NAMESPACE.replace("053", "054"), "unknown-namespace"),
        (NAMESPACE[:-2] + "27", "unknown-version"),
    ],
)
def test_a_file_of_an_unknown_standard_is_read_by_its_names(
    tmp_path: Path, namespace: str, code: str
) -> None:
    file = read_camt(write(tmp_path, document(statement(entry()), namespace=namespace)))
    assert (file.statements[0].lines[0].amount_minor, file.format[:8]) == (10000, "camt.053")
    assert [problem.code for problem in file.findings.problems] == [code]


def test_a_business_header_may_come_first(tmp_path: Path) -> None:
    header = at("AppHdr", at("BizMsgIdr", "1"))
    text = f"<message>{header}{document(statement(entry())).partition('?>')[2]}</message>"
    assert len(read_camt(write(tmp_path, text)).statements[0].lines) == 1


def test_entries_that_are_not_booked_are_counted_and_left_out(tmp_path: Path) -> None:
    pending = [entry("5", status=at("Cd", "PDNG"), reference=f"P{rank}") for rank in range(2)]
    file = read(tmp_path, *pending, entry("6", status="INFO", reference="I"), entry("7", status="BOOK"))
    assert [line.amount_minor for line in file.statements[0].lines] == [700]
    assert warnings(file) == [("entries-not-booked", 2, "1 INFO, 2 PDNG")]


def test_an_entry_that_is_not_booked_needs_no_day(tmp_path: Path) -> None:
    pending = entry("5", status=at("Cd", "PDNG"), booked="", value="")
    assert warnings(read(tmp_path, pending)) == [("entries-not-booked", 2, "1 PDNG")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (at("Dt", "2024-02-29"), date(2024, 2, 29)),
        (at("Dt", "2024-02-29+01:00"), date(2024, 2, 29)),
        (at("DtTm", "2024-02-29T23:30:00-05:00"), date(2024, 2, 29)),
        (at("DtTm", "2024-02-29T00:30:00.000000000+14:00"), date(2024, 2, 29)),
        (at("Dt", "2024-02-29T23:30:00Z"), date(2024, 2, 29)),
        ("2024-02-29", date(2024, 2, 29)),
    ],
)
def test_a_moment_is_of_the_day_that_it_has_at_the_bank(tmp_path: Path, text: str, day: date) -> None:
    assert line_of(tmp_path, entry(booked=text)).booked_on == day


def test_the_value_date_stands_for_a_booking_date_that_the_bank_left_out(tmp_path: Path) -> None:
    file = read(tmp_path, entry(booked=""))
    assert file.statements[0].lines[0].booked_on == date(2024, 3, 1)
    assert warnings(file) == [("value-date-taken", 4, "2024-03-01")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "iso-8859-15", "cp1252"]
)
def test_any_encoding_that_the_file_declares_is_read(tmp_path: Path, encoding: str) -> None:
    told = {"utf-8-sig": "utf-8", "utf-16-le": "utf-16", "cp1252": "windows-1252"}.get(encoding, encoding)
    name = at("TxDtls/RltdPties/Dbtr/Nm", "Société d'Épicerie")
    text = document(statement(entry("1", "CRDT", name))).replace("UTF-8", told)
    path = write(tmp_path, text.encode(encoding))
    assert is_camt(path.read_bytes()[:1000])
    assert read_camt(path).statements[0].lines[0].payer_name == "Société d'Épicerie"


def test_a_line_is_found_again_at_its_place_in_the_file(tmp_path: Path) -> None:
    lines = lines_of(tmp_path, entry("1"), entry("2", reference="B"), entry("3", reference="C"))
    assert [line.place for line in lines] == [4, 5, 6]


def test_a_long_batch_of_many_entries_is_read_to_the_last(tmp_path: Path) -> None:
    entries = (entry("0.01", reference=f"R{number}") for number in range(3_000))
    found = read(tmp_path, balance("OPBD", "0"), balance("CLBD", "30.00"), *entries).statements[0]
    assert (len(found.lines), found.difference_minor, found.lines[-1].place) == (3000, 0, 3005)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    amounts=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6),
    opening=st.integers(-(10**12), 10**12),
    currency=st.sampled_from(["EUR", "JPY", "TND"]),
)
def test_every_amount_comes_out_as_it_went_in(
    tmp_path: Path, amounts: list[int], opening: int, currency: str
) -> None:
    def told(minor: int) -> tuple[str, str]:
        return to_decimal_string(abs(minor), currency), "DBIT" if minor < 0 else "CRDT"

    file = read(
        tmp_path,
        balance("OPBD", *told(opening), currency=currency),
        balance("CLBD", *told(opening + sum(amounts)), currency=currency),
        *(entry(*told(minor), currency=currency, reference=f"{n}") for n, minor in enumerate(amounts)),
    )
    found = next(found for found in file.statements if found.currency == currency)
    assert [line.amount_minor for line in found.lines] == amounts
    assert found.difference_minor == 0
