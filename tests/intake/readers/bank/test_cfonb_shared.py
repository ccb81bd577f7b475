"""CFONB 120 files of other programs: read, or refused for the true reason."""

from __future__ import annotations

from typing import Final

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.cfonb import is_cfonb, read_cfonb
from exigible.intake.readers.problems import UnreadableFile

# By file: the statements, their movements, and what lacks (minor units) where the balances do not agree.
READ: Final[dict[str, tuple[int, int, list[int]]]] = {
    "akretion/bank_statement.cfo": (1, 4, [1387106]),  # the amounts were made up
    "pennylane/example.txt": (2, 6, []),
    "silarhi/simple-test.txt": (1, 0, []),
    "silarhi/test-unused-parts.txt": (8, 0, []),
}
REFUSED: Final = {
    "pennylane/end_of_statement_without_beginning.txt": [("no-beginning", 9, "07")],
    "pennylane/invalid_date.txt": [("bad-date", 1, "01 35-40"), ("no-beginning", 9, "07")],
    "pennylane/operation.txt": [("no-beginning", 1, "04")],
}


@pytest.mark.parametrize("name", sorted(READ))
def test_what_is_read(name: str) -> None:
    path = shared_data("bank", "cfonb", *name.split("/"))
    file = read_cfonb(path)
    assert is_cfonb(path.read_bytes()[:4096])
    statements = file.statements
    differences = [each.difference_minor for each in statements if each.difference_minor]
    assert (len(statements), sum(len(each.lines) for each in statements), differences) == READ[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused(name: str) -> None:
    path = shared_data("bank", "cfonb", *name.split("/"))
    with pytest.raises(UnreadableFile) as caught:
        read_cfonb(path)
    found = [(problem.code, problem.line, problem.column) for problem in caught.value.problems]
    assert (is_cfonb(path.read_bytes()[:4096]), found) == (True, REFUSED[name])


def test_every_file_has_its_verdict() -> None:
    root = shared_data("bank", "cfonb")
    names = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.suffix in (".txt", ".cfo")}
    assert names == READ.keys() | REFUSED.keys()


def test_what_completes_the_movements_of_the_example() -> None:
    file = read_cfonb(shared_data("bank", "cfonb", "pennylane", "example.txt"))
    debit, *_ = file.statements[0].lines
    assert (debit.amount_minor, debit.nature, debit.payer_name) == (-3221, "direct_debit", "TEST CABINET")
    assert (debit.text, debit.end_to_end) == ("MENSUEAUHTR13133\nMENSUEAUHTR13DUP", "OTHER REFERENCE")
    rejected = file.statements[1].lines[0]
    assert (rejected.amount_minor, rejected.is_return) == (9749, True)
    # Within one statement some records bear another bank's code.
    assert file.findings.counts == {("warning", "account-differs"): 2}
