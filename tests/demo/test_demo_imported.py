"""The demo's files, imported through the same door as anyone's, give what the generator knows to be true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.books import new_moment
from tests.demo.reading import Group

from exigible.demo.manifest import CompanyTruth, DemoFile, read_truth
from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive
from exigible.kernel.ageing import Buckets
from exigible.kernel.money import to_decimal_string
from exigible.ledger.check import run_checks
from exigible.ledger.models import Company
from exigible.positions.queries import AgedRow, aged_balance
from exigible.positions.rules import Ageing
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ledger_is_sound(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    yield
    assert [finding for finding in run_checks() if finding.broken] == []


def open_books(group: Group, truth: CompanyTruth) -> Company:
    """A company of the group, its people, and all its files imported in the order of the manifest."""
    company = open_company(truth)
    for person in group.manifest.users:
        if truth.code in person.companies:
            add_user(company=company, email=person.email, role=person.role, by=None)
    for file in files_of(group, truth.code):
        assert bring_in(group, company, file).state == "applied"
    return company


def open_company(truth: CompanyTruth) -> Company:
    return Company.objects.create(
        code=truth.code, name=truth.name, country=truth.country, currency=truth.currency, siren=truth.siren,
        payment_terms=truth.default_terms,
    )  # fmt: skip


def files_of(group: Group, code: str) -> list[DemoFile]:
    return [file for file in group.manifest.files_of(code) if file.kind in ("customers", "fec", "items")]


def bring_in(group: Group, company: Company, file: DemoFile) -> Import:
    new_moment()
    path = group.folder / file.path
    with path.open("rb") as content:
        job = receive(company=company, kind=file.kind, content=content, name=path.name, by=None)
    preview(job)
    assert job.state == "ready", job.problems[:3]
    return apply(job)


NOTHING = AgedRow("", "", "", Ageing.zero(Buckets()))


def position_of(row: AgedRow, currency: str) -> dict[str, str]:
    ageing = row.ageing
    amounts = (ageing.total, *ageing.amounts, ageing.unallocated, ageing.overdue)
    names = ("balance", "not_due", "1-30", "31-60", "61-90", "90+", "unallocated", "overdue")
    return {name: to_decimal_string(minor, currency) for name, minor in zip(names, amounts, strict=True)}


@pytest.mark.parametrize("code", ["MNS", "TDI"])
def test_each_customer_owes_what_the_generator_knows_and_a_second_import_changes_nothing(
    group: Group, code: str
) -> None:
    truth = group.manifest.company(code)
    company = open_books(group, truth)
    balance = aged_balance(company, as_of=group.today)
    total = balance.totals[truth.currency]
    assert to_decimal_string(total.total, truth.currency) == truth.balance
    assert to_decimal_string(total.overdue, truth.currency) == truth.overdue
    check_each_customer(group, truth, balance.rows)
    for file in files_of(group, code):
        again = bring_in(group, company, file)
        assert not any([*again.result["created"].values(), *again.result["changed"].values()]), file.path


def check_each_customer(group: Group, truth: CompanyTruth, rows: list[AgedRow]) -> None:
    found = {row.key: position_of(row, truth.currency) for row in rows}
    for code, known in read_truth(group.folder / truth.truth).items():
        mine = found.get(code, position_of(NOTHING, truth.currency))
        assert mine == {name: known[name] for name in mine}, code
