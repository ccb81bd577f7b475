"""Invented identifiers pass every check of form, and belong to no one."""

from __future__ import annotations

import re

import phonenumbers
import pytest
import schwifty
from hypothesis import given
from hypothesis import strategies as st
from schwifty.exceptions import SchwiftyException
from stdnum.fr import siren as siren_rule
from stdnum.fr import siret as siret_rule
from stdnum.fr import tva as french_vat
from stdnum.mc import tva as monaco_vat
from tests.demo.reading import Group

from exigible.demo import identifiers
from exigible.demo.profiles import PROFILES

SERIALS = st.integers(min_value=0, max_value=300_005)


@given(serial=SERIALS, establishment=st.integers(min_value=1, max_value=9_999))
def test_siren_siret_and_vat_number_have_their_check_digits(serial: int, establishment: int) -> None:
    siren = identifiers.siren(serial)
    assert siren_rule.is_valid(siren)
    assert siret_rule.is_valid(identifiers.siret(siren, establishment))
    assert french_vat.is_valid(identifiers.vat_number(siren))


@given(serial=SERIALS)
def test_siren_comes_from_a_range_that_is_not_given_out(serial: int) -> None:
    assert identifiers.siren(serial)[:3] in ("996", "997", "998", "999")


@given(serial=SERIALS)
def test_a_monegasque_vat_number_has_its_check_digits(serial: int) -> None:
    number = identifiers.vat_number(identifiers.monaco_tax_number(serial))
    assert monaco_vat.is_valid(number)


@given(country=st.sampled_from(["FR", "MC", "MG"]), serial=SERIALS)
def test_iban_has_its_check_digits_and_its_bank_does_not_exist(country: str, serial: int) -> None:
    account = schwifty.IBAN(identifiers.iban(country, serial), validate_bban=country != "MG")
    assert account.country_code == country
    assert not account.bank


@pytest.mark.parametrize("country", ["FR", "MC", "MG"])
def test_bic_is_well_formed_and_of_no_bank(country: str) -> None:
    bic = schwifty.BIC(identifiers.BICS[country])
    assert bic.country_code == country
    assert not bic.exists


def test_serials_give_different_identifiers() -> None:
    serials = range(30_000)
    assert len({identifiers.siren(serial) for serial in serials}) == len(serials)
    assert len({identifiers.iban("MG", serial) for serial in serials}) == len(serials)


def test_telephone_numbers_can_be_written_but_reach_no_one() -> None:
    fiction = identifiers.phone("FR", 42)
    assert fiction.startswith("+33 4 65 71 ")  # a block that the regulator keeps for works of fiction
    for country in ("MC", "MG"):
        number = phonenumbers.parse(identifiers.phone(country, 42))
        assert phonenumbers.is_possible_number(number)
        assert not phonenumbers.is_valid_number(number)


def test_every_identifier_in_the_customers_lists_is_valid(group: Group) -> None:
    checked = 0
    for truth in group.companies():
        for row in group.customers(truth.code).values():
            assert not row["SIREN"] or siren_rule.is_valid(row["SIREN"])
            assert not row.get("SIRET") or siret_rule.is_valid(row["SIRET"])
            vat = row.get("N° TVA intracommunautaire") or row.get("N° TVA") or ""
            assert not vat or french_vat.is_valid(vat) or monaco_vat.is_valid(vat)
            try:
                schwifty.IBAN(row["IBAN"])
            except SchwiftyException as error:
                raise AssertionError(row["IBAN"]) from error
            checked += 1
    assert checked == 148


def test_the_group_s_own_accounts_are_valid() -> None:
    for profile in PROFILES.values():
        assert schwifty.IBAN(profile.iban).country_code == profile.country
        assert profile.bic == identifiers.BICS[profile.country]


def test_every_address_of_the_web_is_an_example(group: Group) -> None:
    for path in sorted(group.folder.rglob("*.*")):
        if path.suffix in (".txt", ".json", ".csv", ".xml"):
            for address in re.findall(rb"[\w.-]+@[\w.-]+", path.read_bytes()):
                assert address.endswith(b".example"), (path.name, address)
    for truth in group.companies():
        for row in group.customers(truth.code).values():
            mail = row.get("E-mail compta", row.get("Email", ""))
            assert not mail or mail.endswith(".example")
