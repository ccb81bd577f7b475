"""Columns are guessed from the names that programs give them, and from what is in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from exigible.intake.readers.guessing import guess_mapping
from exigible.intake.readers.mapping import Mapping, fingerprint
from exigible.intake.readers.table import Table, open_table
from exigible.intake.readers.vocabulary import CUSTOMER_FIELDS, FIELDS, ITEM_FIELDS, Kind, plain_name
from exigible.kernel.errors import UserMistake


def table_of(folder: Path, text: str) -> Table:
    path = folder / "file.csv"
    path.write_text(text, encoding="utf-8")
    return open_table(path)


def guess(folder: Path, kind: Kind, text: str) -> Mapping:
    return guess_mapping(kind, table_of(folder, text))


def headers(mapping: Mapping) -> dict[str, str]:
    return {name: choice.header for name, choice in mapping.columns.items()}


@pytest.mark.parametrize("kind", ["customers", "items"])
def test_the_canonical_names_are_all_known(tmp_path: Path, kind: Kind) -> None:
    names = [name for name in FIELDS[kind] if name not in ("debit", "credit", "sense", "customer_name")]
    mapping = guess(tmp_path, kind, ",".join(names) + "\n" + ",".join("x" for _ in names) + "\n")
    assert headers(mapping) == {name: name for name in names}
    assert mapping.missing == ()


def test_sage_tiers_ledger(tmp_path: Path) -> None:
    """Its last column is a running balance, which is not what is open on the line."""
    mapping = guess(
        tmp_path,
        "items",
        "N° compte;Intitulé;Date;C.j;N° pièce;Libellé écriture;Échéance;Débit;Crédit;Solde\n"
        "411DURAND;Durand SA;15/01/24;VTE;FA001;Facture;14/02/24;1 200,00;;1 200,00\n"
        "411DURAND;Durand SA;20/02/24;BQ;VIR12;Virement;;;1 000,00;200,00\n"
        "411DURAND;Durand SA;25/02/24;VTE;FA009;Facture;31/03/24;50,50;;250,50\n",
    )
    assert headers(mapping) == {
        "customer_code": "N° compte",
        "customer_name": "Intitulé",
        "document_number": "N° pièce",
        "issue_date": "Date",
        "due_date": "Échéance",
        "debit": "Débit",
        "credit": "Crédit",
        "reference": "Libellé écriture",
    }
    assert (mapping.amount_form, mapping.decimal_mark, mapping.date_order) == ("debit_credit", ",", "dmy")
    assert mapping.unused == ("C.j", "Solde")


def test_sap_fbl5n_with_two_currencies(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "items",
        "Account\tDocument Number\tDocument Type\tDocument Date\tNet due date\tAmount in local currency"
        "\tLocal Currency\tAmount in doc. curr.\tDocument currency\tText\n"
        "100023\t1800000012\tRV\t31.01.2024\t01.03.2024\t1.234,56\tEUR\t1.350,00\tUSD\tOrder 7\n",
    )
    assert headers(mapping) == {
        "customer_code": "Account",
        "document_number": "Document Number",
        "document_type": "Document Type",
        "issue_date": "Document Date",
        "due_date": "Net due date",
        "amount": "Amount in local currency",
        "currency": "Local Currency",
        "reference": "Text",
    }


def test_odoo_invoices(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "items",
        "Number,Invoice Partner Display Name,Invoice Date,Due Date,Total Signed,Amount Due Signed\n"
        "FAC/2024/0001,Azur Interior,2024-01-05,2024-02-04,1200.00,200.00\n",
    )
    assert headers(mapping) == {
        "document_number": "Number",
        "customer_name": "Invoice Partner Display Name",
        "issue_date": "Invoice Date",
        "due_date": "Due Date",
        "amount": "Total Signed",
        "open_amount": "Amount Due Signed",
    }


def test_quickbooks_open_invoices(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "items",
        "Customer,Date,Transaction Type,Num,Terms,Due Date,Amount,Open Balance\n"
        "Amy's Bird Sanctuary,04/13/2024,Invoice,1021,Net 30,05/13/2024,459.00,239.00\n",
    )
    found = headers(mapping)
    assert (found["customer_name"], found["document_number"], found["open_amount"]) == (
        "Customer", "Num", "Open Balance",
    )  # fmt: skip
    assert mapping.date_order == "mdy"


def test_ebp_customers(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "customers",
        "Code (tiers);Nom;Adresse 1 (facturation);Code postal (facturation);Ville (facturation)"
        ";N° TVA intracommunautaire;E-mail;Encours autorisé;Conditions de règlement\n"
        "CL001;Durand SA;1 rue X;06000;Nice;FR40303265045;a@durand.fr;10 000,00;30 jours fin de mois\n",
    )
    assert headers(mapping) == {
        "code": "Code (tiers)",
        "name": "Nom",
        "address": "Adresse 1 (facturation)",
        "postcode": "Code postal (facturation)",
        "city": "Ville (facturation)",
        "vat_number": "N° TVA intracommunautaire",
        "email": "E-mail",
        "credit_limit": "Encours autorisé",
        "payment_terms": "Conditions de règlement",
    }


@pytest.mark.parametrize(
    ("cells", "field"), [(("C001", "C002"), "customer_code"), (("Durand SA", "Petit Jean"), "customer_name")]
)
def test_a_column_called_client_holds_codes_or_names(
    tmp_path: Path, cells: tuple[str, str], field: str
) -> None:
    rows = "".join(f"{cell};FA{n};2024-01-05;1,00\n" for n, cell in enumerate(cells))
    mapping = guess(tmp_path, "items", "Client;Facture;Date;Montant\n" + rows)
    assert mapping.columns[field].header == "Client"


def test_content_tells_columns_whose_names_do_not(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "items",
        "Facture;Client;X1;X2;X3;X4\nFA1;C1;2024-03-01;2024-01-15;EUR;12,50\nFA2;C2;2024-04-01;2024-02-15;EUR;8,00\n",
    )
    assert headers(mapping) | {} == {
        "document_number": "Facture",
        "customer_code": "Client",
        "issue_date": "X2",
        "due_date": "X1",
        "currency": "X3",
        "amount": "X4",
    }
    assert mapping.columns["issue_date"].reasons == ("content-date",)
    assert mapping.columns["issue_date"].confidence < mapping.columns["document_number"].confidence


def test_content_contradicts_a_name(tmp_path: Path) -> None:
    """A column "Échéance" with "30 jours" in it is no due date."""
    rows = "".join(f"C1;FA{n};05/01/2024;30 jours;1,00\n" for n in range(3))
    mapping = guess(tmp_path, "items", "Client;Facture;Date;Échéance;Montant\n" + rows)
    assert "due_date" not in mapping.columns


def test_credit_notes_without_a_sign_are_noticed(tmp_path: Path) -> None:
    mapping = guess(
        tmp_path,
        "items",
        "Client;Type;Facture;Date;Montant\nC1;Facture;FA1;05/01/2024;10,00\nC1;Avoir;AV1;06/01/2024;4,00\n",
    )
    assert mapping.credits_are_positive


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    mapping = guess(tmp_path, "items", "Client;Montant\nC1;12,00\n")
    assert mapping.missing == ("document_number", "issue_date")
    assert guess(tmp_path, "customers", "Ville\nNice\n").missing == ("code", "name")


def test_the_user_corrects_a_guess(tmp_path: Path) -> None:
    table = table_of(tmp_path, "Client;Facture;Date;Montant;Solde\nC1;FA1;05/01/2024;10,00;4,00\n")
    mapping = guess_mapping("items", table)
    corrected = mapping.with_column("amount", 4, table.headers)
    assert (corrected.columns["amount"].header, corrected.columns["amount"].confidence) == ("Solde", 100)
    assert "open_amount" not in corrected.columns
    assert corrected.unused == ("Montant",)
    assert "amount" not in corrected.with_column("amount", None, table.headers).columns
    with pytest.raises(UserMistake):
        mapping.with_column("amount", 5, table.headers)


def test_a_mapping_is_remembered_as_json(tmp_path: Path) -> None:
    mapping = guess(tmp_path, "items", "Client;Facture;Date;Montant\nC1;FA1;05/01/2024;10,00\n")
    assert Mapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping


@pytest.mark.parametrize("damage", [{"kind": "x"}, {"columns": {"nonsense": {}}}, {"columns": None}])
def test_a_damaged_memory_is_refused(tmp_path: Path, damage: dict[str, object]) -> None:
    mapping = guess(tmp_path, "items", "Client;Facture;Date;Montant\nC1;FA1;05/01/2024;10,00\n")
    with pytest.raises(UserMistake):
        Mapping.from_dict(mapping.to_dict() | damage)


def test_the_next_file_of_the_same_program_is_recognised(tmp_path: Path) -> None:
    mapping = guess(tmp_path, "items", "Client;Facture;Date;Montant\nC1;FA1;05/01/2024;10,00\n")
    assert mapping.fits(["CLIENT", "facture", "Date ", "Montant"])
    assert not mapping.fits(["Facture", "Client", "Date", "Montant"])
    assert fingerprint(["a b", "c"]) != fingerprint(["a", "b c"])


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("N° Client", "no client"),
        ("no_client", "no client"),
        ("Numéro du client", "no client"),
        ("MontantTTC (€)", "montant ttc"),
        ("Montant dû", "montant owed"),
        ("Reste du", "reste owed"),
        ("DateEcheance", "date echeance"),
        ("RAISON SOCIALE", "raison sociale"),
    ],
)
def test_names_are_compared_plain(header: str, plain: str) -> None:
    assert plain_name(header) == plain


def test_every_canonical_field_of_the_contract_is_there() -> None:
    assert len(CUSTOMER_FIELDS) == 19
    assert {"customer_code", "document_number", "open_amount", "order_number"} <= set(ITEM_FIELDS)
