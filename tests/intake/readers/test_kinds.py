"""What a table is taken for where nobody says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.kinds import likeliest_kind
from exigible.intake.readers.table.opening import open_table


def kind_of(folder: Path, names: str, line: str) -> str:
    path = folder / "table.csv"
    path.write_bytes(f"{names}\n{line}\n{line}\n".encode("cp1252"))
    return likeliest_kind(open_table(path))


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ("Date;Libellé;Débit;Crédit;Référence", "21/11/2026;VIR DURAND;;12,00;R1"),
        ("Date;Description;Debit;Credit;Reference", "21/11/2026;TRF DURAND;;12.00;R1"),
        ("Date;Nom;Montant;Référence", "21/11/2026;DURAND;12,00;R1"),
        ("Date;Date de valeur;Débit;Crédit;Libellé;Solde", "21/11/2026;21/11/2026;;12,00;VIR DURAND;12,00"),
    ],
)
def test_dates_texts_and_amounts_are_a_bank_statement_and_no_customers(tmp_path, names, line):
    assert kind_of(tmp_path, names, line) == "bank"


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ("Compte;Date;Pièce;Libellé;Débit;Crédit;Solde", "411DUR;21/11/2026;F1;Facture;12,00;;12,00"),
        ("Client;Facture;Date;Montant", "Durand;F1;21/11/2026;12,00"),
        (
            "Code;Nom;Adresse;CP;Ville;Tél;E-mail;Facture;Date;Échéance;Montant",
            "C1;Durand;1 rue;06000;Nice;0493000000;a@x.fr;F1;21/11/2026;21/12/2026;12,00",
        ),
    ],
)
def test_documents_of_customers_are_open_items_be_there_addresses_or_debits(tmp_path, names, line):
    assert kind_of(tmp_path, names, line) == "items"


@pytest.mark.parametrize(
    ("names", "line"),
    [
        ("Code;Nom;Adresse;CP;Ville;Tél;E-mail", "C1;Durand;1 rue;06000;Nice;0493000000;a@x.fr"),
        ("Code;Nom;Plafond;Encours;Solde", "C1;Durand;1000,00;500,00;200,00"),
        ("Référence;Libellé", "C1;Durand"),
    ],
)
def test_codes_and_names_are_customers(tmp_path, names, line):
    assert kind_of(tmp_path, names, line) == "customers"


def test_codes_and_names_beside_as_many_sums_that_customers_have_no_place_for_are_no_customers(tmp_path):
    assert kind_of(tmp_path, "Code;Libellé;Débit;Crédit", "C1;Durand;10,00;3,00") == "items"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("bank/mixed_sebastienrousseau/golden/csv_french_headers.csv", "bank"),
        ("bank/mixed_sebastienrousseau/golden/csv_european_decimals.csv", "bank"),
        ("bank/mixed_sebastienrousseau/golden/csv_spanish_headers.csv", "bank"),
        ("bank/mixed_sebastienrousseau/sample_statement.csv", "bank"),
        ("bank/csv_xlsx/oca16/balance.csv", "bank"),
        ("bank/csv_xlsx/oca16/meta_data_separated_credit_debit.xlsx", "bank"),
        ("bank/csv_xlsx/oca13_psp/statement_en.csv", "bank"),
        ("bank/csv_xlsx/oca13_psp/activity_en.csv", "bank"),
        ("ar_history/poulomi8/Customer_Master.csv", "customers"),
        ("ar_history/poulomi8/Invoices.csv", "items"),
        ("ar_history/xuruomeng/clients.csv", "customers"),
        ("ar_history/xuruomeng/invoices.csv", "items"),
        ("ar_history/xuruomeng/payments.csv", "items"),
        ("ar_history/split/handover/highradius_posted_before_20190901_asof_20190901.csv", "items"),
        ("aged_balance/saurav/sample_AR_aging_report.xlsx", "items"),
        ("aged_balance/saurav/invoices_sample.csv", "items"),
    ],
)
def test_tables_of_others_are_taken_for_what_they_are(path, kind):
    assert likeliest_kind(open_table(shared_data(*path.split("/")))) == kind
