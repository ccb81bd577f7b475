"""Telephone numbers of three countries, as one reads and dials them, and what time it is there."""

from __future__ import annotations

import pytest

from exigible.calls.phones import read_number, zone_of


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("typed", "country", "home", "shown", "dialled"),
    [
        ("04.93.12.34.56", "FR", "FR", "04 93 12 34 56", "tel:+33493123456"),
        ("0493123456", "FR", "MC", "+33 4 93 12 34 56", "tel:+33493123456"),
        ("93 15 12 34", "MC", "MC", "93 15 12 34", "tel:+37793151234"),
        ("+377 93.15.12.34", "FR", "FR", "+377 93 15 12 34", "tel:+37793151234"),
        ("034 12 345 67", "MG", "MG", "034 12 345 67", "tel:+261341234567"),
        ("020 22 123 45", "MG", "FR", "+261 20 22 123 45", "tel:+261202212345"),
    ],
)
def test_a_number_is_written_as_at_home_and_dialled_from_anywhere(typed, country, home, shown, dialled):
    number = read_number(typed, country, home)
    assert number is not None
    assert (plain(number.shown), number.href) == (shown, dialled)


def test_what_is_no_number_is_shown_as_it_was_written_and_not_dialled():
    number = read_number("demander  le poste 12", "FR", "FR")
    assert number is not None
    assert (number.shown, number.href, number.is_valid) == ("demander le poste 12", "", False)


def test_nothing_is_no_number():
    assert read_number("  ", "FR", "FR") is None


@pytest.mark.parametrize(
    ("country", "zone"),
    [("FR", "Europe/Paris"), ("MC", "Europe/Monaco"), ("MG", "Indian/Antananarivo"), ("", "Europe/Paris")],
)
def test_the_time_is_that_of_the_customers_country(country, zone):
    assert str(zone_of(country, "FR")) == zone


def test_elsewhere_it_is_that_of_where_the_number_rings():
    assert str(zone_of("US", "FR", read_number("+1 212 555 0100", "US", "FR"))) == "America/New_York"
