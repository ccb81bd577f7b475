"""Banks cut names, people forget legal forms, and two firms may differ by them alone."""

from __future__ import annotations

import pytest

from exigible.cash.rules.names import NameIndex, likeness, payer_in_label


@pytest.mark.parametrize(
    ("payer", "customer", "least"),
    [
        ("Hôtel Belle Époque SARL", "HOTEL BELLE EPOQUE SARL", 100),
        ("STE HOTEL BELLE EPOQUE", "Hôtel Belle Époque SARL", 99),
        ("ETABLISSEMENTS RAKOTONDRAMANANA ET ", "Établissements Rakotondramanana et Fils", 97),
        ("DUPONT JEAN", "M. Jean Dupont", 96),
        ("RIVIERA CHARTER", "Riviera-Charter SAM", 99),
        ("RIVIERA CHATER", "Riviera Charter SAM", 85),
        ("BTP ANKORONDRANO AGENCE 2", "BTP Ankorondrano", 90),
    ],
)
def test_a_name_is_recognised(payer: str, customer: str, least: int) -> None:
    assert likeness(payer, customer) >= least


@pytest.mark.parametrize(
    ("label", "payer"),
    [
        ("VIR SEPA HOTEL LE CHATEAU", "HOTEL LE CHATEAU"),
        ("VIREMENT SEPA RECU /DE ACME SARL /MOTIF FACT 12", "ACME SARL"),
        ("Virement reçu de Société du Bois - facture 12", "Société du Bois"),
        ("VIR INST DE M. JEAN RABE REF 1234", "M. JEAN RABE"),
        ("VIR.BTP ANKORONDRANO", "BTP ANKORONDRANO"),
        ("TRANSFER FROM Smith & Co Ltd INV 12", "Smith & Co Ltd"),
        ("VIR SEPA FACTURE 10412", ""),
        ("VIREMENT SEPA RECU", ""),
        ("VIRGIN MOBILE", ""),
        ("PRLV SEPA ACME", ""),
        ("ACME FACTURE 10412", ""),
    ],
)
def test_the_label_of_a_bank_tells_who_paid(label: str, payer: str) -> None:
    assert payer_in_label(label) == payer


@pytest.mark.parametrize(
    ("payer", "customer"),
    [("DURAND SA", "Dupont SA"), ("SARL MARTIN", "SARL MOREAU"), ("", "X"), ("SA", "SARL")],
)
def test_another_name_is_not(payer: str, customer: str) -> None:
    assert likeness(payer, customer) < 80


def test_the_legal_form_tells_two_firms_apart() -> None:
    index = NameIndex([(1, "Durand SA"), (2, "Durand SARL"), (3, "Durant Frères")])
    assert index.alike("DURAND SARL")[0] == (2, 100)
    assert dict(index.alike("DURAND"))[1] == dict(index.alike("DURAND"))[2] == 99


def test_a_wrong_letter_does_not_hide_a_customer() -> None:
    index = NameIndex([(1, "Rakotomalala Import"), (2, "Razafindrakoto Export")])
    assert [customer for customer, _ in index.alike("RAKOTOMALLALA IMPORT")] == [1]
