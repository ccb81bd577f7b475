"""The columns of a printed table are as wide as what stands in them, found without setting the page twice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typst

from exigible.documents import columns, typesetting

TEXTS = [
    "12/06/2026",
    "1\u202f234\u202f567,89",
    "−600,00",
    "1 234.50 €",
    "83 j",
    "Reste à payer (EUR)",
    "FA26-00077-0",
    "AVOIR N° 12/B",
    "Échéance",
]


def measured(text: str, size: float, weight: int, folder: Path) -> float:
    """How wide Typst sets a text, in points."""
    (folder / "main.typ").write_text(
        f'#set text(font: "Inter Exigible", size: {size}pt, weight: {weight}, number-width: "tabular")\n'
        f"#context [#metadata(measure({json.dumps(text, ensure_ascii=False)}).width.pt()) <width>]",
        encoding="utf-8",
    )
    found = typst.query(
        str(folder / "main.typ"),
        "<width>",
        field="value",
        one=True,
        font_paths=[str(typesetting.HERE / "fonts")],
        ignore_system_fonts=True,
    )
    return float(json.loads(found))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("weight", [400, 600])
def test_a_text_is_as_wide_as_it_is_set(text: str, weight: int, tmp_path: Path) -> None:
    set_width = measured(text, 8.5, weight, tmp_path)
    known = columns._width(text, 8.5, is_bold=weight == 600)
    assert set_width - columns._KERNING < known < set_width * 1.04 + columns._KERNING


def row(*texts: str, kind: str = "item", detail: str = "") -> dict[str, object]:
    return {"kind": kind, "cells": [(text, 1) for text in texts], "detail": detail, "running": ""}


def test_a_column_takes_its_widest_text_and_the_wide_one_what_is_left() -> None:
    narrow, wide = row("F-1", "rent", "1,00"), row("F-1", "rent", "1 000 000,00")
    first = columns.table_data("lwr", ["Item", "Label", "Left"], [narrow])["widths"]
    second = columns.table_data("lwr", ["Item", "Label", "Left"], [narrow, wide])["widths"]
    assert first[1] is second[1] is None
    assert first[0] == second[0]
    assert first[2] < second[2]


def test_a_label_over_several_columns_widens_none_but_its_amount_does() -> None:
    total = {"kind": "net", "cells": [("a long name for the sum", 2), ("10 000,00", 1)], "detail": ""}
    alone = columns.table_data("wlr", ["Item", "Due", "Left"], [row("F-1", "x", "1,00")])["widths"]
    summed = columns.table_data("wlr", ["Item", "Due", "Left"], [row("F-1", "x", "1,00"), total])["widths"]
    assert (alone[1] == summed[1], alone[2] < summed[2]) == (True, True)


def test_long_texts_share_the_room_and_amounts_keep_theirs() -> None:
    long, amount = "FACTURE/2026/DEPARTEMENT-MAINTENANCE/000108", "123 456 789 012,00"
    head = ["Item", "Label", "Due", "Left"]
    texts = row(long, "Maintenance of the lifts, residence of the Port Terraces", "12/06/2026", amount)
    document, label, due, left = columns.table_data("twlr", head, [texts])["widths"]
    assert label is None
    assert left == columns.table_data("wr", ["Item", "Left"], [row("F", amount)])["widths"][1]
    room = columns._TEXT_WIDTH - due - left
    assert document == pytest.approx(room / 2)


def test_a_short_text_takes_what_it_needs_and_the_wide_one_what_is_left() -> None:
    texts = row("F-1", "Maintenance of the lifts, residence of the Port Terraces " * 4, "1,00")
    assert columns.table_data("twr", ["Item", "Label", "Left"], [texts])["widths"][0] < 30


@pytest.mark.parametrize("document", ["F" * 90, "漢字", "نص"])
def test_foreign_letters_and_endless_numbers_leave_room_for_the_others(document: str) -> None:
    first, label, left = columns.table_data(
        "twr", ["Item", "Label", "Left"], [row(document, "Maintenance of the lifts", "1,00")]
    )["widths"]
    assert label is None
    assert columns._TEXT_WIDTH - first - left > columns._width("Maintenance of", 8.5, is_bold=False)


def test_rows_in_which_nothing_breaks_are_known_to_be_one_line_high() -> None:
    head, total = ["Item", "Due", "Left"], {"kind": "net", "cells": [("Net", 2), ("1,00", 1)], "detail": ""}
    assert columns.table_data("wlr", head, [row("F-1", "x", "1,00"), total])["has_low_rows"]
    assert not columns.table_data("wlr", head, [row("F-1" * 60, "x", "1,00"), total])["has_low_rows"]
    assert not columns.table_data("wlr", head, [total | {"cells": [("Net " * 60, 2), ("1,00", 1)]}])[
        "has_low_rows"
    ]


def test_they_look_as_if_that_had_been_found_out_by_setting_them() -> None:
    head = ["Item", "Due", "Left"]
    rows = [row("FA26-10412", "12/06/2026", "1 000,00", detail="rent"), row("Épée", "x", "1,00", kind="net")]
    data = columns.table_data("wlr", head, rows)
    assert data["has_low_rows"]
    assert page_with(data) == page_with(data | {"has_low_rows": False})


def page_with(table: dict[str, Any]) -> bytes:
    main = """#import "common.typ": *
#let table-alone(data) = sheet(data.page, ledger-table("items", data.table, data.page))"""
    templates = typesetting.Templates(
        {**typesetting.load_templates().files, "table-alone.typ": main.encode()}
    )
    page = {
        "title": "T", "sender": {"name": "A", "legal_lines": []}, "language": "fr", "region": "FR",
        "is_tight": False, "is_long": False,
    }  # fmt: skip
    return typesetting.typeset(
        "table-alone", {"page": page, "table": table}, {}, templates, date(2026, 11, 23)
    )
