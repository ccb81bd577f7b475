"""MT940 files of banks and of other programs: read, or refused for the true reason.

Most of those that are refused are fragments by which other programs test one field: they begin in the middle.
"""

from __future__ import annotations

import base64
import re
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from tests.intake.readers.samples import shared_data

from exigible.intake.readers.bank.mt940 import is_mt940, read_mt940
from exigible.intake.readers.problems import UnreadableFile
from exigible.kernel.money import parse_amount

# By file: the statements, their movements, and what lacks (minor units) where the balances do not agree.
READ: Final[dict[str, tuple[int, int, list[int]]]] = {
    "jejik/abnamro.txt": (2, 10, [-203800, -100260]),
    "jejik/bug-core-5401.txt": (1, 1, [-5000]),
    "jejik/commerzbank.txt": (1, 1, [1235]),
    "jejik/deutschebank.txt": (1, 1, [1235]),
    "jejik/generic.txt": (2, 2, []),
    "jejik/knab.txt": (2, 3, [450000]),
    "jejik/lbbw.txt": (1, 2, []),
    "jejik/oldenburgischelandesbank.txt": (1, 1, [-10450]),
    "jejik/oldenburgischelandesbankmitbindestrich.txt": (1, 1, [-28172557]),
    "jejik/postfinance.txt": (1, 4, [20]),  # two pages
    "jejik/rabobank-iban.txt": (2, 4, []),
    "jejik/rabobank.txt": (4, 5, [113593, 23656]),
    "jejik/sns.txt": (2, 2, []),
    "jejik/sparkasse2.txt": (1, 1, [-77504]),
    "jejik/sparkasse3.txt": (1, 1, [127946]),
    "jejik/sparkasse_interim_balance.txt": (3, 2, []),
    "jejik/volksbankenraiffeisenbanken.txt": (8, 12, []),
    "oca10/test-ing.940": (1, 8, []),
    "oca10/test-wrong-file.940": (1, 1, []),  # only the heading before it is odd
    "wolph/ASNB/mt940.txt": (31, 8, []),
    "wolph/betterplace/sepa_mt9401.sta": (20, 97, []),  # 26 pages, two reversals
    "wolph/betterplace/sepa_snippet.sta": (2, 11, [30008]),
    "wolph/betterplace/with_binary_character.sta": (2, 4, []),
    "wolph/citi/mt940.txt": (1, 5, []),
    "wolph/jejik/abnamro.sta": (2, 10, [-203800, -100260]),
    "wolph/jejik/generic.sta": (2, 2, []),
    "wolph/jejik/ing.sta": (1, 7, [4906]),
    "wolph/jejik/knab.sta": (2, 3, [450000]),
    "wolph/jejik/postfinance.sta": (1, 4, [20]),
    "wolph/jejik/rabobank-iban.sta": (2, 4, []),
    "wolph/jejik/rabobank.sta": (4, 5, [113593, 23656]),
    "wolph/jejik/sns.sta": (2, 2, []),
    "wolph/mBank/with_newline_in_tnr.sta": (1, 2, [77071]),
    "wolph/sberbank/171011_01234945.sta": (1, 3, []),
    "wolph/self-provided/details_60-63.sta": (1, 1, [23401]),
    "wolph/self-provided/february_30.sta": (1, 1, []),
    "wolph/self-provided/long_statement_number.sta": (1, 0, []),
    "wolph/self-provided/malformed_details.sta": (1, 1, [23401]),
    "wolph/self-provided/mt942.sta": (1, 1, []),
    "wolph/self-provided/overly_long_details.sta": (1, 1, [23401]),
    "wolph/self-provided/raiffeisen-cmi.sta": (1, 7, [112326400]),
    "wolph/self-provided/whitespace.sta": (1, 1, [23401]),
    "wolph/self-provided/wrapped_timestamp.sta": (1, 1, []),
}

# By file: the first problem, its line and its field.
REFUSED: Final[dict[str, tuple[str, int | None, str | None]]] = {
    "jejik/K4262927_20200905-080000-952.txt": ("missing-field", 1, ":62F:"),
    "jejik/oldenburgischelandesbank2.txt": ("missing-field", 1, ":62F:"),
    "oca10/test-sns.940": ("missing-field", 60, ":62F:"),  # cut in the middle of a statement
    "wolph/betterplace/amount_formats.sta": ("no-beginning", 1, ":60F:"),
    "wolph/betterplace/currency_in_25.sta": ("no-beginning", 1, ":25:"),
    "wolph/betterplace/empty_86.sta": ("no-beginning", 1, ":86:"),
    "wolph/betterplace/empty_entry_date.sta": ("no-beginning", 1, ":61:"),
    "wolph/betterplace/missing_crlf_at_end.sta": ("no-beginning", 1, ":62F:"),
    "wolph/betterplace/sepa_snippet_broken.sta": ("field-out-of-place", 6, ":25:"),  # :25: in place of :86:
    "wolph/cmxl/account_balance_credit.sta": ("no-beginning", 1, ":60F:"),
    "wolph/cmxl/account_balance_debit.sta": ("no-beginning", 1, ":60F:"),
    "wolph/cmxl/account_identification_iban.sta": ("no-beginning", 1, ":25:"),
    "wolph/cmxl/account_identification_legacy.sta": ("no-beginning", 1, ":25:"),
    "wolph/cmxl/available_balance.sta": ("no-beginning", 1, ":64:"),
    "wolph/cmxl/closing_balance.sta": ("no-beginning", 1, ":62F:"),
    "wolph/cmxl/mt940.sta": ("unknown-currency", 4, ":60F:"),  # German marks
    "wolph/cmxl/statement_line.sta": ("no-beginning", 1, ":61:"),
    "wolph/self-provided/account_identification.sta": ("missing-field", 1, ":60F:"),
    "wolph/self-provided/empty_non_swift.sta": ("no-beginning", 1, ":NS:"),
    "wolph/self-provided/gv_codes.sta": ("missing-field", 1, ":62F:"),
    "wolph/self-provided/invalid_statement.sta": ("no-statement", None, None),
    "wolph/self-provided/raphaelm.sta": ("unknown-currency", 13, ":60F:"),  # German marks, a balance without
    "wolph/self-provided/sparkassen.sta": ("no-beginning", 1, ":61:"),
}

_VALUE_DATE: Final = re.compile(r"\n    date: !!python/\S+\n    - !!binary \|\n +(\S+)")
_AMOUNT: Final = re.compile(r"\n    amount: !!python/\S+\n      amount: !!python/\S+\n      - '-?([0-9.]+)'")
COMPARED: Final = sorted(name for name in READ if name.startswith("wolph/") and name.endswith(".sta"))


@pytest.mark.parametrize("name", sorted(READ))
def test_what_is_read(name: str) -> None:
    path = shared_data("bank", "mt940", *name.split("/"))
    file = read_mt940(path)
    assert is_mt940(path.read_bytes()[:4096])
    statements = file.statements
    differences = [each.difference_minor for each in statements if each.difference_minor]
    assert (len(statements), sum(len(each.lines) for each in statements), differences) == READ[name]
    gaps = file.findings.counts["warning", "balance-gap"]
    assert (gaps, file.findings.error_count) == (len(differences), 0)


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_refused(name: str) -> None:
    path = shared_data("bank", "mt940", *name.split("/"))
    with pytest.raises(UnreadableFile) as caught:
        read_mt940(path)
    first = caught.value.problems[0]
    assert (first.code, first.line, first.column) == REFUSED[name]


def test_every_file_has_its_verdict() -> None:
    root = shared_data("bank", "mt940")
    names = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.suffix in (".sta", ".txt", ".940")
    }
    assert names == READ.keys() | REFUSED.keys()


def expected_of(path: Path) -> tuple[list[date], list[int]]:
    """Value dates and amounts without sign, in hundredths, as another program found them."""
    _, _, text = path.read_text(encoding="utf-8").partition("\ntransactions:")
    days = [base64.b64decode(found) for found in _VALUE_DATE.findall(text)]
    return (
        [date(day[0] * 256 + day[1], day[2], day[3]) for day in days],
        [parse_amount(found, exponent=2, decimal_mark=".") for found in _AMOUNT.findall(text)],
    )


@pytest.mark.parametrize("name", COMPARED)
def test_dates_and_amounts_are_those_that_another_program_finds(name: str) -> None:
    path = shared_data("bank", "mt940", *name.split("/"))
    lines = [line for _, line in read_mt940(path).lines()]
    days, amounts = expected_of(path.with_suffix(".yml"))
    assert [line.value_on for line in lines] == days
    assert [abs(line.amount_minor) for line in lines] == amounts


def test_a_file_of_one_movement_that_balances() -> None:
    file = read_mt940(shared_data("bank", "mixed_sebastienrousseau", "sample.mt940"))
    statement = file.statements[0]
    assert (statement.account, statement.currency) == ("NL91ABNA0417164300", "EUR")
    assert [line.amount_minor for line in statement.lines] == [125050, -8025]
    assert file.findings.problems == []


def test_a_return_of_commerzbank_with_its_charges() -> None:
    line = read_mt940(shared_data("bank", "mt940", "jejik", "commerzbank.txt")).statements[0].lines[0]
    assert (line.amount_minor, line.instructed_minor, line.charges_minor) == (-1235, 1185, 50)
    assert (line.is_return, line.mandate, line.nature) == (True, "20852HW2723821", "direct_debit")
    assert line.returned_reference == "SEPA-DA20200601221740-34972000-P1"
    assert "500106875" in line.text
