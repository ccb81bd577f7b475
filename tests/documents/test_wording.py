"""The fixed words, dates and rates of documents in each language."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from exigible.documents.layout import BREAK_HERE, grouped_iban, line, paragraphs, readable
from exigible.documents.wording import (
    bucket_name,
    date_in_text,
    days_late,
    long_date,
    rate,
    short_date,
    words,
)


def test_a_document_speaks_its_reader_s_language_not_the_user_s() -> None:
    with translation.override("fr"):
        assert words("en")["net"] == "Net to pay"
    with translation.override("en"):
        assert words("fr")["net"] == "Net à payer"


def test_both_languages_have_every_word() -> None:
    assert words("fr").keys() == words("en").keys()
    assert all(words("fr").values())


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 11, 21), "21 novembre 2026", "21 November 2026"),
        (date(2026, 12, 1), "1er décembre 2026", "1 December 2026"),
        (date(2026, 8, 11), "11 août 2026", "11 August 2026"),
    ],
)
def test_dates_are_written_out(day: date, french: str, english: str) -> None:
    assert long_date(day, "fr") == french
    assert long_date(day, "en") == english


def test_short_dates_cannot_be_taken_for_another_day() -> None:
    assert short_date(date(2026, 5, 4), "fr") == "04/05/2026"
    assert short_date(date(2026, 5, 4), "en") == "04 May 2026"


def test_rates_have_two_decimals() -> None:
    assert rate(1240, "fr") == "12,40\u202f%"
    assert rate(1240, "en") == "12.40%"
    assert rate(-5, "en") == "−0.05%"


def test_only_what_is_late_has_days() -> None:
    assert (days_late(91, "fr"), days_late(1, "en"), days_late(0, "fr"), days_late(-3, "en")) == (
        "91 j",
        "1 d",
        "",
        "",
    )


def test_buckets_are_named_in_words() -> None:
    assert [bucket_name(key, "fr") for key in ("not_due", "1-30", "90+")] == [
        "Non échu",
        "1–30 jours",
        "Plus de 90 jours",
    ]
    assert bucket_name("90+", "en") == "Over 90 days"


def test_numbers_stay_with_their_words_and_french_signs_with_theirs() -> None:
    assert paragraphs(["Les 8 factures : le 21 novembre 2026 ?"]) == [
        "Les 8\u00a0factures\u00a0: le 21\u00a0novembre\u00a02026\u00a0?"
    ]


def test_a_date_in_an_english_sentence_has_no_nought_before_it() -> None:
    assert date_in_text(date(2026, 12, 1), "en") == "1 Dec 2026"
    assert date_in_text(date(2026, 12, 1), "fr") == "01/12/2026"


def test_thousands_stay_together_and_groups_of_other_figures_may_part() -> None:
    assert paragraphs(["12 345 678,90 € au 04 93 12 34 56"]) == [
        "12\u00a0345\u00a0678,90\u00a0€ au 04 93 12 34 56"
    ]


def test_a_long_address_breaks_after_its_signs_and_a_long_number_where_it_must() -> None:
    assert line("comptabilite@monaco-negoce.example").split(BREAK_HERE) == [
        "comptabilite", "@monaco-negoce.", "example",
    ]  # fmt: skip
    assert line("comptabilite@negoce.mc").split(BREAK_HERE) == ["comptabilite@negoce.mc"]
    assert line("F" * 30).split(BREAK_HERE) == ["F" * 24, "F" * 6]


def test_no_break_spaces_stay_where_they_were_put() -> None:
    assert line("1\u202f234,56\u00a0€") == "1\u202f234,56\u00a0€"


def test_paragraphs_keep_their_line_breaks_and_lose_empty_ones() -> None:
    assert paragraphs(["a\nb", "", "  "]) == ["a\nb"]


@pytest.mark.parametrize(
    ("given", "shown"), [("#1f4e79", "#1f4e79"), ("red", "#1b1f24"), ("#12345", "#1b1f24")]
)
def test_a_dark_colour_stays_and_what_is_none_becomes_ink(given: str, shown: str) -> None:
    assert readable(given) == shown


def test_a_pale_colour_is_darkened_until_it_reads() -> None:
    assert readable("#ffee00") != "#ffee00"
    assert int(readable("#ffee00")[1:3], 16) < 0x90


def test_ibans_are_grouped_in_fours() -> None:
    assert grouped_iban("mc5811222000010123456789030") == "MC58 1122 2000 0101 2345 6789 030"
