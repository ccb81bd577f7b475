"""The lines of a history, in words."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from exigible.ledger.edits import edit_customer
from exigible.timeline.models import Event
from exigible.web.events import describe
from tests.books import write_books

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", ("Nature Entreprise → Particulier", "Pays — → Allemagne", "Langue Français → Anglais")),
        ("en", ("Kind Business → Individual", "Country — → Germany", "Language French → English")),
    ],
)
def test_a_choice_that_changed_is_said_by_its_label(company, language, said):
    books = write_books("2026-09-01 invoice F-1 ACME 100.00 due 2026-10-01", company=company)
    acme = books.customer("ACME")
    acme.country = ""
    acme.save()
    changes = {"kind": "individual", "country": "DE", "language": "en"}
    edit_customer(customer=acme, fields=changes, version=acme.version, by=None)
    with override(language):
        words = " ".join(describe(Event.objects.get(kind="customer-changed")))
    for one in said:
        assert one in words


def test_a_value_of_no_list_is_said_as_it_stands(company):
    books = write_books("2026-09-01 invoice F-1 ACME 100.00 due 2026-10-01", company=company)
    acme = books.customer("ACME")
    edit_customer(customer=acme, fields={"segment": "business"}, version=acme.version, by=None)
    with override("fr"):
        assert "business" in " ".join(describe(Event.objects.get(kind="customer-changed")))
