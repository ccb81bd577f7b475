"""Amounts, dates and ages as each language writes them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import translation

from exigible.kernel.money import Money
from exigible.language import formats
from exigible.web import ages
from exigible.web.wording import payment_terms

DAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "style", "expected"),
    [
        ("fr", "", "21/11/2026"),
        ("en", "", "21 Nov 2026"),
        ("fr", "short", "21/11"),
        ("fr", "long", "21 novembre 2026"),
        ("fr", "Y-m-d", "2026-11-21"),
    ],
)
def test_a_date_is_written_as_the_language_has_it(language: str, style: str, expected: str) -> None:
    with translation.override(language):
        assert formats.day(DAY, style) == expected


def test_a_moment_is_told_in_the_time_of_the_site() -> None:
    with translation.override("fr"):
        assert formats.moment(dt.datetime(2026, 7, 1, 22, 30, tzinfo=dt.UTC)) == "02/07/2026 00:30"


def test_nothing_is_written_for_what_is_missing() -> None:
    assert (formats.day(None), formats.moment(None), formats.money(None, "EUR")) == ("", "", "")


def test_an_amount_comes_as_minor_units_with_their_currency_or_as_money() -> None:
    with translation.override("fr"):
        assert formats.money(123456, "EUR") == formats.money(Money(123456, "EUR")) == "1\u202f234,56"
        assert formats.money(-60000, "EUR", with_symbol=True) == "\u2212600,00\u00a0€"


@pytest.mark.parametrize(("days", "expected"), [(62, "62\u00a0j"), (0, "aujourd’hui"), (-5, "dans 5\u00a0j")])
def test_an_age_is_told_in_days(days: int, expected: str) -> None:
    with translation.override("fr"):
        assert ages.days_words(days) == expected


def test_a_bucket_is_told_in_words() -> None:
    with translation.override("fr"):
        assert ages.bucket_words("1-30") == "1–30 jours de retard"
        assert ages.bucket_words("90+") == "plus de 90 jours de retard"
        assert ages.bucket_label("not_due") == "Non échu"


@pytest.mark.parametrize(
    ("code", "french", "english"),
    [
        ("30", "30 jours", "30 days"),
        ("45EOM", "45 jours, fin de mois", "45 days, end of month"),
        ("EOM45", "fin de mois, puis 45 jours", "end of month, then 45 days"),
        ("0EOM", "fin de mois", "end of month"),
        ("0", "à réception", "on receipt"),
        ("1", "1 jour", "1 day"),
        ("à voir", "à voir", "à voir"),
    ],
)
def test_payment_terms_are_said_as_people_say_them(code: str, french: str, english: str) -> None:
    assert payment_terms(code) == french
    with translation.override("en"):
        assert payment_terms(code) == english


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("FR7630006000011234567890189", "FR76 3000 6000 0112 3456 7890 189"),
        ("MC58 9991 4100 3294 2562 0474602", "MC58 9991 4100 3294 2562 0474 602"),
        ("Compte courant Nice", "Compte courant Nice"),
        ("00012345678", "00012345678"),
        ("", ""),
    ],
)
def test_an_iban_is_shown_in_groups_of_four_and_any_other_account_as_it_is(written: str, shown: str) -> None:
    assert formats.iban(written) == shown
