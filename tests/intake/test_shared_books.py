"""Other people's books, where they are at hand: each imports to the cent, twice as once, or is refused."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from django.db.models import Sum
from tests.intake.fec_text import codes, import_books, nothing_changed

from exigible.kernel.money import parse_amount
from exigible.ledger.models import OpenItem

SHARED_DATA = Path(os.environ.get("EXIGIBLE_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data")
FEC = SHARED_DATA / "fec"
BOOKS = sorted(
    path for path in FEC.rglob("*") if path.suffix in {".txt", ".csv"} and path.parent.name != "oracle_41x"
)
REFUSED = {"fec_sale.txt": {"bad-date", "bad-amount", "bad-account", "unbalanced-entry"}}
ORACLES = sorted((FEC / "oracle_41x").glob("*.csv"))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FEC.is_dir(), reason="the shared files are not here"),
]


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.name)
def test_imports_to_the_cent_and_twice_as_once_or_is_refused_with_its_reasons(company, path: Path):
    job = import_books(company, path.read_bytes(), name=path.name)
    if path.name in REFUSED:
        assert job.state == "refused"
        assert set(codes(job)) == REFUSED[path.name]
        assert not OpenItem.objects.exists()
        return
    assert job.state == "applied"
    assert job.result["control"]["difference"] == "0.00"
    assert job.result["control"]["customers"] == []
    assert nothing_changed(import_books(company, path.read_bytes(), name=path.name))


@pytest.mark.parametrize("path", ORACLES, ids=lambda path: path.name)
def test_each_customer_owes_what_an_independent_count_says(company, path: Path):
    books = FEC / "pseudonymised" / path.name.replace(".oracle.csv", ".txt")
    import_books(company, books.read_bytes(), name=books.name)
    found = {
        (account, code): (total, still_open)
        for account, code, total, still_open in OpenItem.objects.filter(company=company)
        .values_list("account", "customer__code")
        .annotate(total=Sum("amount_minor"), still_open=Sum("open_minor"))
    }
    with path.open(encoding="utf-8") as lines:
        expected = {
            (row["CompteNum"], row["CompAuxNum"] or row["CompteNum"]): (_cents(row["balance"]), _open(row))
            for row in csv.DictReader(lines, delimiter=";")
        }
    assert found == expected


def _cents(text: str) -> int:
    return parse_amount(text, exponent=2, decimal_mark=".")


def _open(row: dict[str, str]) -> int:
    """What is not lettered, and what is left of groups that do not sum to zero."""
    return _cents(row["unlettered_balance"]) + _cents(row["sum_of_nonzero_groups"])
