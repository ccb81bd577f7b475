"""Identifiers: what is mistyped is told while it can still be asked for again."""

from __future__ import annotations

import pytest
from django import forms

from exigible.web.identifiers import check_identifiers, checked_iban


@pytest.mark.parametrize(
    ("country", "field", "typed", "kept"),
    [
        ("FR", "siren", "732 829 320", "732829320"),
        ("FR", "siret", "732 829 320 00074", "73282932000074"),
        ("FR", "vat_number", "FR 44 732829320", "FR44732829320"),
        ("DE", "vat_number", "DE 136 695 976", "DE136695976"),
        ("MC", "trade_register", "12 S 05678", "12S05678"),
        ("MG", "tax_id", "90 0012 3456", "9000123456"),
        ("MG", "statistics_id", "46101 11 2015 0 05678", "46101112015005678"),
        ("US", "siren", "12-345", "12-345"),
        ("US", "vat_number", "none", "NONE"),
    ],
)
def test_a_good_identifier_is_kept_without_its_spaces(country, field, typed, kept):
    cleaned, wrong = check_identifiers({field: typed}, country)
    assert (cleaned[field], wrong) == (kept, {})


@pytest.mark.parametrize(
    ("country", "field", "typed"),
    [
        ("FR", "siren", "732829321"),
        ("FR", "siren", "73282932"),
        ("FR", "siret", "73282932000075"),
        ("FR", "vat_number", "FR45732829320"),
        ("MC", "vat_number", "FR00000123456"),
        ("DE", "vat_number", "DE136695977"),
        ("MG", "tax_id", "12345"),
        ("MG", "statistics_id", "1234"),
        ("MC", "trade_register", "S05678"),
    ],
)
def test_a_digit_that_does_not_fit_is_told_at_its_field(country, field, typed):
    assert list(check_identifiers({field: typed}, country)[1]) == [field]


def test_the_siren_is_taken_from_the_siret():
    assert check_identifiers({"siret": "73282932000074"}, "FR")[0]["siren"] == "732829320"


def test_siret_and_vat_number_are_those_of_the_siren():
    given = {"siren": "552100554", "siret": "73282932000074", "vat_number": "FR44732829320"}
    assert set(check_identifiers(given, "FR")[1]) == {"siret", "vat_number"}


def test_an_iban_with_two_digits_exchanged_is_refused():
    assert checked_iban("FR76 3000 6000 0112 3456 7890 189") == "FR7630006000011234567890189"
    with pytest.raises(forms.ValidationError):
        checked_iban("FR76 3000 6000 0112 3456 7890 198")
