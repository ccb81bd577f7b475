"""Excel and CSV: what is written is what is read back, to the cent, and nothing of it runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from tests.documents.test_statement import OPEN, statement

from exigible.documents import spreadsheet
from exigible.documents.sheets import (
    AgedLine,
    AgedReport,
    AgedRow,
    AgedSection,
    Cell,
    Column,
    Sheet,
    aged_balance_workbook,
    csv_for_reader,
    csv_lines,
    csv_text,
    statement_workbook,
    table_workbook,
    workbook,
    write_workbook,
)
from exigible.documents.statement import MovementsSection, StatementMovement
from exigible.kernel.ageing import Buckets
from exigible.kernel.errors import UserMistake
from exigible.kernel.money import exponent, to_decimal_string

HOSTILE = (
    '=HYPERLINK("http://x")', "+33 1 23", "-1+1|cmd", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|' /C calc'!A0",
    " =1+1", "＝1",
)  # fmt: skip
MONEY = Column("Amount", "money", currency="EUR", has_total=True)


def rows_of(content: bytes, sheet: int = 0) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(sheet).to_python()


def part(content: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(f"xl/{name}").decode()


def table(columns: list[Column], rows: Any, language: str = "fr") -> bytes:
    return table_workbook(columns, rows, title="Essai", language=language)


class TestAnyTable:
    def test_dates_numbers_and_texts_come_back_as_such(self) -> None:
        columns = [
            Column("Nom"),
            Column("Date", "date"),
            MONEY,
            Column("Jours", "integer"),
            Column("Taux", "percent"),
        ]
        content = table(
            columns, [["Société Azur", date(2026, 11, 21), -123_456, 12, 1240], ["B", None, None, None, None]]
        )
        found = rows_of(content)
        assert found[0][0] == "Essai"
        assert found[2] == ["Nom", "Date", "Amount", "Jours", "Taux"]
        assert found[3] == ["Société Azur", date(2026, 11, 21), -1234.56, 12, 0.124]
        assert found[4] == ["B", "", "", "", ""]

    @given(minor=st.integers(-spreadsheet.LARGEST_EXACT_MINOR, spreadsheet.LARGEST_EXACT_MINOR))
    @settings(max_examples=30)
    def test_every_amount_of_15_digits_comes_back_to_the_cent(self, minor: int) -> None:
        value = rows_of(table([MONEY], [[minor]]))[3][0]
        assert Decimal(f"{value:.15g}") == Decimal(to_decimal_string(minor, "EUR"))

    def test_a_larger_amount_is_written_exactly_as_text(self) -> None:
        assert rows_of(table([MONEY], [[10**15 + 1]]))[3][0] == "10000000000000.01"

    def test_each_currency_has_its_decimals_and_whole_ariary_none(self) -> None:
        columns = [Column(code, "money", currency=code) for code in ("EUR", "JPY", "TND", "MGA", "MGA")]
        content = table(columns, [[150, 150, 1500, 15_000, 15_050]])
        assert rows_of(content)[3] == [1.5, 150, 1.5, 150, 150.5]
        sheet, styles = part(content, "worksheets/sheet1.xml"), part(content, "styles.xml")
        assert len({*re.findall(r'<c r="[A-E]4" s="(\d+)"', sheet)}) == 3  # 2, 0 and 3 decimals
        assert 'formatCode="#,##0.000"' in styles

    def test_dates_have_the_format_that_excel_shows_in_the_reader_s_language(self) -> None:
        content = table([Column("Date", "date")], [[date(2026, 11, 21)]])
        assert 'numFmtId="14"' in part(content, "styles.xml")

    def test_a_date_before_excel_s_calendar_is_a_text(self) -> None:
        assert rows_of(table([Column("Date", "date")], [[date(1899, 1, 1)]]))[3][0] == "1899-01-01"

    def test_the_head_is_frozen_and_filters_and_the_total_is_live(self) -> None:
        content = table([Column("Nom"), MONEY], [["A", 100], ["B", 250], ["C", None]])
        sheet = part(content, "worksheets/sheet1.xml")
        assert '<pane xSplit="1" ySplit="3"' in sheet
        assert '<autoFilter ref="A3:B6"/>' in sheet
        assert "<f>SUBTOTAL(109,B4:B1048576)</f><v>3.5</v>" in sheet
        assert rows_of(content)[1] == ["Total des lignes affichées", 3.5]

    def test_no_text_becomes_a_formula_or_a_link(self) -> None:
        content = table([Column(text) for text in HOSTILE], [HOSTILE, ["http://a.example"] * len(HOSTILE)])
        sheet = part(content, "worksheets/sheet1.xml")
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert rows_of(content)[3][0] == HOSTILE[0]

    def test_heads_and_labels_speak_the_language_asked_for(self) -> None:
        content = table([Column("Name"), MONEY], [["A", 1]], "en")
        assert rows_of(content)[1][0] == "Total of the lines shown"

    def test_sheet_names_are_made_fit_and_different(self) -> None:
        names = ["a/b:c*?[x]", "A B C   X", "x" * 40, "x" * 40, "'", ""]
        sheets = [Sheet(name, "t", [Column("c")], []) for name in names]
        content = workbook(sheets, language="fr")
        found = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
        assert len({name.casefold() for name in found}) == len(names)
        assert max(map(len, found)) <= 31

    def test_more_rows_than_excel_holds_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spreadsheet, "ROWS_OF_EXCEL", 10)
        with pytest.raises(UserMistake) as refusal:
            table([Column("c")], [["x"]] * 20)
        assert refusal.value.code == "too-many-rows"

    def test_many_rows_go_to_a_file_without_being_held(self, tmp_path: Path) -> None:
        path = tmp_path / "many.xlsx"
        rows = ([f"C{number}", number] for number in range(3_000))
        write_workbook(
            path, [Sheet("s", "t", [Column("Code"), MONEY], rows, totals={1: 4_498_500})], language="fr"
        )
        found = rows_of(path.read_bytes())
        assert len(found) == 3 + 3_000
        assert found[1][1] == 44_985
        assert found[-1] == ["C2999", 29.99]


def aged_report(**changes: Any) -> AgedReport:
    rows = [
        AgedRow("C1", "Hôtel Belle Époque", (10_000, 0, 5_000, 0, 250_050), -2_400),
        AgedRow("C2", "=cmd()", (0, 1, 0, 0, 0), 0, disputed=1),
    ]
    name = "Hôtel Belle Époque"
    may, june, september = date(2026, 5, 1), date(2026, 6, 1), date(2026, 9, 1)
    lines = [
        AgedLine("C1", name, "Facture", "FA26-1", may, june, 173, "90+", 250_050, 250_050),
        AgedLine("C1", name, "Avoir", "AV26-1", september, None, 0, "", -2_400, -2_400),
    ]
    values: dict[str, Any] = {
        "company": "Monaco Négoce SAM",
        "as_of": date(2026, 11, 21),
        "buckets": Buckets(),
        "sections": [
            AgedSection("EUR", rows, lines),
            AgedSection("MGA", [AgedRow("C9", "X", (100, 0, 0, 0, 0), 0)]),
        ],
    }
    return AgedReport(**values | changes)


class TestAgedBalance:
    def test_has_the_columns_of_the_screen_and_totals(self) -> None:
        found = rows_of(aged_balance_workbook(aged_report(), language="fr"))
        assert found[0][0] == "Balance âgée de Monaco Négoce SAM en EUR"
        assert found[1][0] == "Au 21/11/2026, selon la date d’échéance"
        assert found[3] == [
            "Code", "Client", "Non échu", "1–30 jours", "31–60 jours", "61–90 jours", "Plus de 90 jours",
            "Non lettré", "Total", "Total échu", "En litige",
        ]  # fmt: skip
        assert found[4] == ["C1", "Hôtel Belle Époque", 100, 0, 50, 0, 2500.5, -24, 2626.5, 2550.5, 0]
        assert found[2][2:] == [100, 0.01, 50, 0, 2500.5, -24, 2626.51, 2550.51, 0.01]

    def test_totals_of_rows_are_live_formulas(self) -> None:
        sheet = part(aged_balance_workbook(aged_report(), language="fr"), "worksheets/sheet1.xml")
        assert "<f>SUM(C5:H5)</f><v>2626.5</v>" in sheet
        assert "<f>SUM(D5:G5)</f><v>2550.5</v>" in sheet

    def test_each_currency_has_its_balance_and_its_lines(self) -> None:
        content = aged_balance_workbook(aged_report(), language="fr")
        names = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
        assert names == ["Balance EUR", "Lignes EUR", "Balance MGA", "Lignes MGA"]
        line = rows_of(content, 1)[4]
        assert line[:10] == [
            "C1", "Hôtel Belle Époque", "Facture", "FA26-1", date(2026, 5, 1), date(2026, 6, 1), 173,
            "Plus de 90 jours", 2500.5, 2500.5,
        ]  # fmt: skip
        assert rows_of(content, 1)[5][7] == "Non lettré"

    def test_says_as_of_when_known_when_and_what_was_chosen(self) -> None:
        report = aged_report(
            basis="issue",
            known_at=datetime(2026, 11, 20, 18, 5, tzinfo=UTC),
            chosen="Portefeuille : C. Blanc",
            by="group",
        )
        found = rows_of(aged_balance_workbook(report, language="fr"))
        assert [row[0] for row in found[1:4]] == [
            "Au 21/11/2026, selon la date de facture",
            "Telle que connue le 20/11/2026 18:05",
            "Portefeuille : C. Blanc",
        ]
        assert found[5][1] == "Groupe"

    def test_speaks_english_too(self) -> None:
        found = rows_of(aged_balance_workbook(aged_report(), language="en"))
        assert found[3][2:5] == ["Not due", "1–30 days", "31–60 days"]


class TestStatement:
    def test_open_items_have_a_sheet_for_their_currency(self) -> None:
        found = rows_of(statement_workbook(statement(OPEN)))
        assert found[0][0] == "Relevé de compte au 21/11/2026"
        assert found[5][0] == "FA26-1"
        assert found[5][5:] == [2400, 1200]
        assert found[3][6] == 1900

    def test_movements_have_a_running_balance_that_excel_works_out(self) -> None:
        moves = (
            StatementMovement(date(2026, 2, 1), "FA26-1", "Facture", 12_000),
            StatementMovement(date(2026, 3, 1), "VIR-1", "Virement", -7_000),
        )
        content = statement_workbook(statement(MovementsSection("EUR", date(2026, 1, 1), 1_000, moves)))
        assert [row[6] for row in rows_of(content)[5:]] == [10, 130, 60]
        assert "<f>N(G6)+E7-F7</f><v>130.0</v>" in part(content, "worksheets/sheet1.xml")


class TestCsv:
    def test_heads_are_keys_dates_are_iso_and_amounts_have_a_dot(self) -> None:
        columns = [
            Column("Client", key="customer"),
            Column("Date", "date", "date"),
            Column("Montant", "money", "amount", "EUR"),
        ]
        assert csv_text(columns, [["Société", date(2026, 11, 21), -123_456], ["X", None, None]]) == (
            "customer,date,amount\r\nSociété,2026-11-21,-1234.56\r\nX,,\r\n"
        )

    @pytest.mark.parametrize("text", HOSTILE)
    def test_no_cell_starts_a_formula(self, text: str) -> None:
        cell = next(csv.reader(io.StringIO(list(csv_lines([Column("c")], [[text]]))[1], newline="")))[0]
        assert cell == "'" + text

    @given(
        rows=st.lists(
            st.tuples(
                st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
                st.integers(-(10**17), 10**17),
            ),
            max_size=10,
        ),
        delimiter=st.sampled_from(",;\t"),
    )
    def test_what_is_written_is_read_back(self, rows: list[tuple[str, int]], delimiter: str) -> None:
        columns = [Column("name"), Column("amount", "money", currency="EUR")]
        text = csv_text(columns, rows, delimiter=delimiter)
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]
        assert [amount for _, amount in found] == [to_decimal_string(minor, "EUR") for _, minor in rows]
        for (name, _), (given_name, _) in zip(found, rows, strict=True):
            assert name.removeprefix("'") == given_name.removeprefix("'")

    def test_a_french_reader_opens_it_by_a_double_click(self) -> None:
        columns = [
            Column("Client", key="customer"),
            Column("Échéance", "date", "date"),
            Column("Retard", "integer", "days"),
            Column("Montant", "money", "amount", "EUR"),
        ]
        rows: list[list[Cell]] = [
            ["Société ; Fils", date(2026, 11, 3), 1200, -123_456],
            ["=X", None, None, None],
        ]
        assert "".join(csv_for_reader(columns, rows, language="fr")) == (
            '\ufeffClient;Échéance;Retard;Montant\r\n"Société ; Fils";03/11/2026;1200;-1234,56\r\n\'=X;;;\r\n'
        )
        assert "".join(csv_for_reader(columns, rows, language="en")) == (
            "\ufeffClient,Échéance,Retard,Montant\r\nSociété ; Fils,2026-11-03,1200,-1234.56\r\n'=X,,,\r\n"
        )

    def test_amounts_keep_every_digit_of_their_currency(self) -> None:
        columns = [Column(code, "money", code, code) for code in ("JPY", "EUR", "TND")]
        assert [exponent(code) for code in ("JPY", "EUR", "TND")] == [0, 2, 3]
        assert csv_text(columns, [[10**17, 10**17, 10**17]]).splitlines()[1] == (
            "100000000000000000,1000000000000000.00,100000000000000.000"
        )
