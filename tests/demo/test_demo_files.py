"""The files beside the books: what an accounting program and a bank would hand over, the same every time."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from tests.demo.conftest import TODAY
from tests.demo.reading import Group, minor

from exigible.demo.generate import generate
from exigible.demo.lettering import letter_code
from exigible.demo.manifest import read_manifest


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes(group: Group, tmp_path: Path) -> None:
    generate(tmp_path, today=TODAY)
    assert digests(tmp_path) == digests(group.folder)


def test_another_seed_gives_other_books(group: Group, tmp_path: Path) -> None:
    generate(tmp_path, seed=2, today=TODAY)
    mine, theirs = digests(tmp_path), digests(group.folder)
    assert all(mine[name] != theirs[name] for name in mine)


def test_the_manifest_can_be_read_back(group: Group) -> None:
    assert read_manifest(group.folder) == group.manifest


def test_files_come_in_the_order_in_which_they_are_to_be_imported(group: Group) -> None:
    for truth in group.companies():
        kinds = [file.kind for file in group.manifest.files_of(truth.code)]
        assert kinds == ["customers", "fec", "fec", "fec", "items", "bank", "bank", "bank"]
    assert group.manifest.files[-1].kind == "notes"
    assert all((group.folder / file.path).is_file() for file in group.manifest.files)


def test_people_of_every_role_work_for_the_group(group: Group) -> None:
    roles = {(person.role, company) for person in group.manifest.users for company in person.companies}
    for role in ("collector", "senior", "accountant", "legal", "sales", "administrator"):
        assert (role, "MNS") in roles
    assert {company for _, company in roles} == {"MNS", "TDI"}
    collectors = {person.email for person in group.manifest.users if person.role == "collector"}
    for truth in group.companies():
        rows = group.customers(truth.code).values()
        assert {row["Chargé de recouvrement"] for row in rows} <= collectors


def test_one_customers_list_has_a_title_above_its_header(group: Group) -> None:
    first_rows = {}
    for code in ("MNS", "TDI"):
        path = group.folder / group.manifest.files_of(code, "customers")[0].path
        first_rows[code] = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()[:3]
    assert first_rows["MNS"][0][0] == "Monaco Négoce SAM — Liste des clients au 21/11/2026"
    assert first_rows["MNS"][2][0] == "Code client"
    assert first_rows["TDI"][0][0] == "Code"


def test_codes_keep_their_leading_zeros(group: Group) -> None:
    assert "000001" in group.customers("TDI")


def elements(path: Path) -> ET.Element:
    root = ET.parse(path).getroot()
    for element in root.iter():
        element.tag = element.tag.split("}")[1]
    return root


def amount_of(element: ET.Element) -> int:
    sign = 1 if element.findtext("CdtDbtInd") == "CRDT" else -1
    return sign * minor(element.findtext("Amt") or "")


@pytest.mark.parametrize("company", ["MNS", "TDI"])
def test_bank_statements_foot_and_follow_each_other(group: Group, company: str) -> None:
    closing = None
    for file in group.manifest.files_of(company, "bank"):
        root = elements(group.folder / file.path)
        first, last = [amount_of(balance) for balance in root.iter("Bal")]
        entries = [amount_of(entry) for entry in root.iter("Ntry")]
        assert first + sum(entries) == last
        assert closing in (None, first)
        assert len(entries) == file.rows > 0
        references = [entry.findtext("AcctSvcrRef") for entry in root.iter("Ntry")]
        assert len(set(references)) == len(references)
        closing = last


@pytest.mark.parametrize("company", ["MNS", "TDI"])
def test_the_bank_knows_of_money_that_the_books_do_not_know_yet(group: Group, company: str) -> None:
    booked = {line.ref for line in group.books(company)}
    late = [
        entry
        for file in group.manifest.files_of(company, "bank")
        for entry in elements(group.folder / file.path).iter("Ntry")
        if entry.findtext(".//EndToEndId") not in booked
    ]
    days = {date.fromisoformat(entry.findtext("BookgDt/Dt") or "") for entry in late}
    assert days
    assert min(days) > date(2026, 11, 14)


@pytest.mark.parametrize("company", ["MNS", "TDI"])
def test_what_the_books_know_of_the_bank_stands_on_its_statements(group: Group, company: str) -> None:
    total = 0
    for file in group.manifest.files_of(company, "bank"):
        for entry in elements(group.folder / file.path).iter("Ntry"):
            if (entry.findtext("BookgDt/Dt") or "") <= "2026-11-14":
                total += amount_of(entry)
    booked = sum(
        line.amount
        for line in group.books(company)
        if line.account == "512100" and line.day >= "20260901" and not line.is_opening
    )
    assert total == booked


def test_letters_go_from_two_to_three_places_after_the_last_pair() -> None:
    assert [letter_code(rank) for rank in (0, 1, 26, 675, 676, 677, 676 + 26**3)] == [
        "AA",
        "AB",
        "BA",
        "ZZ",
        "AAA",
        "AAB",
        "AAAA",
    ]
