"""Bank files of others: each is read or refused with a reason, and a second time changes nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.intake.bank_files import import_bank

from exigible.intake.models import Import
from exigible.intake.wording import word_problem
from exigible.kernel.money import parse_amount
from exigible.ledger.models import BankLine

BANK = Path(os.environ.get("EXIGIBLE_SHARED_DATA") or Path(__file__).parents[3] / "shared" / "data") / "bank"
NO_STATEMENTS = {".pdf", ".json", ".md", ".yml"}  # what stands beside the files
FILES = sorted(path for path in BANK.rglob("*") if path.is_file() and path.suffix not in NO_STATEMENTS)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES, reason="the shared files are not here"),
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(BANK)))
def test_is_imported_once_or_refused_with_a_reason(company, path):
    job = import_bank(company, path.read_bytes(), path.name)
    if job.state == Import.State.REFUSED:
        said = word_problem(job.result["errors"][0])
        assert " " in said
        assert "{" not in said
        assert not BankLine.objects.exists()
        return
    assert job.state == Import.State.APPLIED
    assert job.result["rows"] == job.result["created"]["bank_lines"] == BankLine.objects.count()
    again = import_bank(company, path.read_bytes(), path.name)
    assert not any([*again.result["created"].values(), *again.result["changed"].values()])
    assert again.result["unchanged"] == again.result["rows"]
    assert _differences(job) <= _told(job), "a balance that differs is not told"


def _differences(job: Import) -> set[str]:
    """The accounts whose lines do not lead to their balance."""
    return {
        one["account"] for one in job.result["accounts"] if one["difference"] and _minor(one["difference"])
    }


def _minor(text: str) -> int:
    return parse_amount(text, exponent=3, decimal_mark=".")


def _told(job: Import) -> set[str]:
    """The accounts of which a warning may speak: all, where one tells of a balance."""
    codes = {problem["code"] for problem in job.result["warnings"]}
    balances = {"balance-gap", "statement-gap", "balance-differs"}
    return {one["account"] for one in job.result["accounts"]} if codes & balances else set()
