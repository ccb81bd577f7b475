"""Customers from a table: identifiers are checked, and what a spreadsheet has spoilt is restored."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.problems import Findings
from exigible.intake.readers.records import CustomerRecord, read_customers
from exigible.intake.readers.records.words import country_of, payment_terms_of
from exigible.intake.readers.table import open_table


def read_path(path: Path) -> tuple[list[CustomerRecord], Findings]:
    table = open_table(path)
    customers, findings = read_customers(table, guess_mapping("customers", table), currency="EUR")
    return list(customers), findings


def read(folder: Path, header: str, *rows: str) -> tuple[list[CustomerRecord], Findings]:
    path = folder / "customers.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_path(path)


def test_a_customer_with_everything(tmp_path: Path) -> None:
    customers, findings = read(
        tmp_path,
        "code,name,country,siren,siret,vat_number,tax_id,language,email,phone,address,postcode,city,"
        "payment_terms,credit_limit,iban,group_code,collector,segment",
        "C1,Durand SA,France,732 829 320,73282932000074,FR 40 303265045,,Français,compta@durand.fr,"
        "04 93 00 00 00,1 rue X,06000,Nice,45 jours fin de mois,10000.00,FR14 2004 1010 0505 0001 3M02 606,"
        "G1,marie,PME",
    )
    assert customers == [
        CustomerRecord(
            line=2,
            code="C1",
            name="Durand SA",
            country="FR",
            siren="732829320",
            siret="73282932000074",
            vat_number="FR40303265045",
            tax_id="",
            language="fr",
            email="compta@durand.fr",
            phone="04 93 00 00 00",
            address="1 rue X",
            postcode="06000",
            city="Nice",
            payment_terms="45EOM",
            credit_limit_minor=1000000,
            iban="FR1420041010050500013M02606",
            group_code="G1",
            collector="marie",
            segment="PME",
        )
    ]
    assert findings.problems == []


def test_only_code_and_name_are_needed(tmp_path: Path) -> None:
    customers, findings = read(tmp_path, "code;name", "C1;Durand", ";Martin", "C3;")
    assert [customer.code for customer in customers] == ["C1"]
    assert [(problem.code, problem.line, problem.column) for problem in findings.problems] == [
        ("missing-value", 3, "code"),
        ("missing-value", 4, "name"),
    ]


def test_a_code_twice(tmp_path: Path) -> None:
    customers, findings = read(tmp_path, "code;name", "C1;Durand", "C1;Martin")
    assert [customer.name for customer in customers] == ["Durand"]
    assert (findings.problems[0].code, findings.problems[0].params) == (
        "duplicate-customer", {"first_line": 2},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("siren", "732829321", "bad-siren"),
        ("siret", "73282932000075", "bad-siret"),
        ("vat_number", "FR41303265045", "bad-vat-number"),
        ("iban", "FR1420041010050500013M02607", "bad-iban"),
    ],
)
def test_an_identifier_that_fails_its_check_is_kept_with_a_warning(
    tmp_path: Path, field: str, text: str, code: str
) -> None:
    customers, findings = read(tmp_path, f"code;name;{field}", f"C1;Durand;{text}")
    assert getattr(customers[0], field) == text
    assert [(problem.severity, problem.code, problem.found) for problem in findings.problems] == [
        ("warning", code, text)
    ]


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("country", "Atlantide", "unknown-country"),
        ("language", "Klingon", "unknown-language"),
        ("payment_terms", "quand il veut", "bad-payment-terms"),
    ],
)
def test_words_that_mean_nothing_are_left_out_with_a_warning(
    tmp_path: Path, field: str, text: str, code: str
) -> None:
    customers, findings = read(tmp_path, f"code;name;{field}", f"C1;Durand;{text}")
    assert getattr(customers[0], field) == ""
    assert [problem.code for problem in findings.problems] == [code]


@pytest.mark.parametrize(
    "text", ["pas d'email", "durand.fr", "néant", "a@b", "pas, aucun", "@x.fr", "à@x.fr"]
)
def test_what_is_no_address_is_left_out_and_told_once_as_it_is_written(tmp_path: Path, text: str) -> None:
    customers, findings = read(tmp_path, "code|name|email", f"C1|Durand|{text}")
    assert customers[0].email == ""
    assert [(one.code, one.found) for one in findings.problems] == [("bad-email", text)]


@pytest.mark.parametrize("text", ["Compta <a@x.fr>", "voir a@x.fr", "(a@x.fr)", "a@x.fr;"])
def test_an_address_is_found_among_words(tmp_path: Path, text: str) -> None:
    customers, findings = read(tmp_path, "code|name|email", f"C1|Durand|{text}")
    assert (customers[0].email, findings.problems) == ("a@x.fr", [])


def test_of_several_addresses_the_first_is_kept(tmp_path: Path) -> None:
    customers, findings = read(tmp_path, "code|name|email", "C1|Durand|a@x.fr; b@x.fr")
    assert customers[0].email == "a@x.fr"
    assert [problem.code for problem in findings.problems] == ["several-emails"]


def test_zeros_that_a_spreadsheet_has_dropped(tmp_path: Path) -> None:
    path = tmp_path / "customers.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "name", "country", "postcode", "phone", "siren", "credit_limit"])
        sheet.write_row(1, 0, [12, "Durand", "FR", 6000, 493000000, 5520242, 1234.5])
        sheet.write_row(2, 0, [13, "Rakoto", "Madagascar", 101, 340000000, None, "beaucoup"])
    customers, findings = read_path(path)
    first = customers[0]
    assert (first.code, first.postcode, first.phone, first.credit_limit_minor) == (
        "12", "06000", "0493000000", 123450,
    )  # fmt: skip
    assert findings.counts["warning", "zeros-restored"] == 2
    assert [problem.code for problem in findings.errors] == ["bad-amount"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("France", "FR"), ("FRANCE", "FR"), ("fr", "FR"), ("FRA", "FR"), ("Monaco", "MC"),
        ("Madagascar", "MG"), ("Belgique", "BE"), ("Belgium", "BE"),
        ("États-Unis", "US"), ("Atlantide", ""), ("", ""),
    ],
)  # fmt: skip
def test_countries_in_french_english_or_code(text: str, code: str) -> None:
    assert country_of(text) == code


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("30", "30"), ("45EOM", "45EOM"), ("EOM45", "EOM45"), ("30 jours", "30"), ("30 j net", "30"),
        ("Net 30", "30"), ("à 30 jours date de facture", "30"), ("45 jours fin de mois", "45EOM"),
        ("30J FDM", "30EOM"), ("fin de mois 45 jours", "EOM45"), ("Fin de mois + 45 j", "EOM45"),
        ("fin de mois", "0EOM"), ("Comptant", "0"), ("à réception de facture", "0"), ("Due on receipt", "0"),
        ("30 jours fin de mois le 10", ""), ("", ""),
    ],
)  # fmt: skip
def test_payment_terms_in_words(text: str, terms: str) -> None:
    assert payment_terms_of(text) == terms
