"""`exigible import …` from a terminal and from scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import override
from tests.intake.fec_text import fec_bytes, item, parse_lines
from tests.intake.readers.samples import shared_data
from tests.intake.tables import ITEMS

from exigible.cli import run
from exigible.intake.mappings import remember_mapping
from exigible.intake.models import Import
from exigible.intake.readers.mapping import ColumnChoice, mapping_of
from exigible.intake.wording import word_problem
from exigible.ledger.models import Customer, OpenItem

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for files, and a terminal in English."""
    settings.MEDIA_ROOT = tmp_path / "kept"
    monkeypatch.setattr("exigible.runtime.setup.prepare", lambda: None)
    with override("en"):
        yield tmp_path


def write(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def test_json_is_one_document_with_what_was_done(company, files, capsys):
    path = write(files, "books.txt", fec_bytes(parse_lines("2025-01-10 sale F-1 ACME 120.00")))
    assert run(["import", "fec", path, "--company", company.code, "--json"]) == 0
    said = capsys.readouterr()
    result = json.loads(said.out)
    assert (result["file"], result["format"], result["rows"]) == (path, "fec", 2)
    assert result["created"] == {"customers": 1, "items": 1, "allocations": 0}
    assert (result["control"]["books"], result["control"]["difference"]) == ("120.00", "0.00")
    assert (result["unchanged"], result["errors"]) == (0, [])
    assert "Reading the file" in said.err


def test_a_dry_run_shows_the_same_and_leaves_no_trace(company, files, capsys):
    path = write(files, "c.csv", "code,name\nC1,Durand")
    assert run(["import", "customers", path, "--company", company.code, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["created"]["customers"] == 1
    assert not Customer.objects.filter(company=company).exists()
    assert not Import.objects.filter(company=company).exists()


def test_a_refused_file_ends_with_1_and_tells_file_line_and_column(company, files, capsys):
    path = write(files, "i.csv", f"{ITEMS}\nC1,invoice,F-1,2025-13-45,,EUR,10.00,,,")
    assert run(["import", "items", path, "--company", company.code]) == 1
    assert f"{path}:2: issue_date: " in capsys.readouterr().out
    assert not OpenItem.objects.exists()


def test_problems_are_worded_in_json(company, files, capsys):
    path = write(files, "i.csv", f"{ITEMS}\nC1,invoice,F-1,2025-01-10,,EUR,10.00,,,")
    assert run(["import", "items", path, "--company", company.code, "--json"]) == 0
    [warning] = json.loads(capsys.readouterr().out)["warnings"]
    assert (warning["line"], warning["column"]) == (2, "customer_code")
    assert "C1" in warning["message"]


def test_people_read_counts_and_the_control(company, files, capsys):
    path = write(files, "i.csv", f"{ITEMS}\nC1,invoice,F-1,2025-01-10,,EUR,10.00,4.00,,")
    assert run(["import", "items", path, "--company", company.code]) == 0
    told = capsys.readouterr().out
    assert "1 new customer\n" in told
    assert "1 new open item\n" in told
    assert "Control: 4.00 in the file, 4.00 here, difference 0.00 EUR" in told


def test_a_named_mapping_is_used(company, files):
    columns = {"customer_code": "Qui", "document_number": "No", "issue_date": "Du", "amount": "Combien"}
    headers = list(columns.values())
    chosen = {name: ColumnChoice(headers.index(header), header, 100) for name, header in columns.items()}
    remember_mapping(company=company, name="Sage", mapping=mapping_of("items", chosen, headers))
    path = write(files, "i.csv", "Qui;No;Du;Combien\nC1;F-1;10/01/2025;10,00")
    assert run(["import", "items", path, "--company", company.code, "--mapping", "Sage"]) == 0
    assert item(company, "F-1").amount_minor == 1000


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["fec", "missing.txt", "--company", "ACO"], 2),
        (["fec"], 2),
        (["customers", "{path}", "--company", "NONE"], 1),
        (["customers", "{path}", "--company", "ACO", "--mapping", "unknown"], 1),
    ],
)
def test_wrong_usage_is_2_and_what_is_unknown_is_1(company, files, arguments, status):
    path = write(files, "c.csv", "code,name\nC1,Durand")
    assert run(["import", *(part.replace("{path}", path) for part in arguments)]) == status


def test_a_dry_run_says_that_nothing_was_written(company, files, capsys):
    path = write(files, "c.csv", "code,name\nC1,Durand")
    assert run(["import", "customers", path, "--company", company.code, "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith("This was a trial: nothing was written.\n")
    assert run(["import", "customers", path, "--company", company.code]) == 0
    assert "nothing was written" not in capsys.readouterr().out


def test_a_refusal_begins_with_what_is_wrong_and_says_how_many_errors_are_not_listed(company, files, capsys):
    wrong = "\n".join(f"C1,invoice,F-{n},2025-13-45,,EUR,10.00,,," for n in range(250))
    path = write(files, "i.csv", f"{ITEMS}\n{wrong}")
    assert run(["import", "items", path, "--company", company.code]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{path}:2: issue_date: ")
    assert lines[-2:] == [f"{path}: … and 50 more errors.", "The file is refused: nothing was written."]
    assert len(lines) == 202


def test_an_entry_without_a_number_is_called_so():
    problem = {"code": "entry-dates-differ", "line": 3, "column": "EcritureDate", "found": "", "expected": ""}
    with override("en"):
        said = word_problem(problem | {"params": {"number": "", "journal": "AD"}})
    assert said == "The lines of entry without a number in journal AD bear different dates."


def test_what_is_said_of_a_line_does_not_repeat_its_place(company, files, capsys):
    path = write(files, "items.csv", f"{ITEMS}\nC1,invoice,F-1,2026-02-31,,EUR,,12,,")
    run(["import", "items", path, "--company", company.code])
    said = capsys.readouterr().out.splitlines()
    assert said[0] == f"{path}:2: issue_date: “2026-02-31” is not a date."


def test_a_dirty_file_of_others_is_told_in_french_each_place_once(company, capsys):
    path = str(shared_data("fec", "adams43360", "fec_sale.txt"))
    with override("fr"):
        assert run(["import", "fec", path, "--company", company.code]) == 1
    said = capsys.readouterr().out
    assert f"{path}:5: CompteNum: «\xa0ACH001\xa0» n’est pas un numéro de compte." in said
    assert not re.search(r":(\d+): .*[Ll]igne \1\b", said)


def test_a_column_is_called_as_the_file_calls_it(company, files, capsys):
    path = write(files, "c.csv", "Code client;Raison sociale;Gestionnaire\nC1;Durand;nobody@x.fr")
    run(["import", "customers", path, "--company", company.code])
    assert f"{path}:2: Gestionnaire: nobody@x.fr is no member" in capsys.readouterr().out
    path = write(files, "i.csv", "Code client;N° facture;Date facture;Montant TTC\nC9;F1;2026-01-02;12,00")
    run(["import", "items", path, "--company", company.code])
    assert f"{path}:2: Code client: the customer C9" in capsys.readouterr().out


def test_a_cell_too_many_is_told_as_such_and_not_as_a_wrong_amount(company, files, capsys):
    lines = [f"C{n};Durand;1 rue;500,00" for n in range(5)]
    path = write(files, "c.csv", "\n".join(["Code;Nom;Adresse;Plafond", *lines, "C9;Zed;1;rue Haute;500,00"]))
    assert run(["import", "customers", path, "--company", company.code]) == 1
    assert capsys.readouterr().out.splitlines()[0] == f"{path}:7: 5 columns, where 4 are expected."


def test_a_refusal_in_french_names_no_field_of_another_kind_and_no_english():
    from exigible.intake.telling import tell

    told = {"code": "bad-account", "line": 5, "column": "CompteNum", "found": "ACH001", "params": {}}
    with override("fr"):
        expected = {
            word: tell({**told, "expected": word}, "EUR")["expected"]
            for word in ("account", "one date", "name@domain", "day first", "quoted cells", "credit_note")
        }
    assert expected["account"] == "un numéro de compte, tel que 411000"
    assert not set(expected) & set(expected.values())
