"""What the fields of forms offer."""

from __future__ import annotations

import pytest
from babel import Locale
from django.utils.translation import override

from exigible.intake.readers.records.words import country_of
from exigible.kernel.countries import COUNTRIES, ISO_COUNTRIES
from exigible.web.fields import country_choices


@pytest.mark.parametrize("language", ["fr", "en"])
def test_forms_offer_countries_and_nothing_else_that_a_library_calls_a_territory(language: str) -> None:
    with override(language):
        offered = dict(country_choices()[1:])
    assert offered.keys() == COUNTRIES
    assert {"UN", "EZ", "EU", "ZZ", "XA", "XB", "QO", "AC"}.isdisjoint(offered)
    assert len(ISO_COUNTRIES) == 249
    assert all(name == Locale(language).territories[code] for code, name in offered.items())


def test_those_of_the_house_stand_first_the_others_by_name() -> None:
    with override("fr"):
        names = [name for _code, name in country_choices()]
    assert names[:5] == ["—", "France", "Monaco", "Madagascar", "Afghanistan"]
    assert names.index("Égypte") < names.index("Espagne")


def test_a_file_names_no_country_that_forms_do_not_offer() -> None:
    assert (country_of("Madagascar"), country_of("zone euro"), country_of("pseudo-bidi")) == ("MG", "", "")
