"""What a template may hold: every fault is told with its place, and what has none can be sent to anyone."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from exigible.dunning.texts.checks import FORBIDDEN, UNREADABLE, Fault, Law, find_faults
from exigible.dunning.texts.marks import as_text, paragraphs, read_body
from exigible.dunning.texts.parts import LANGUAGES, PARTS, TONES, Key, Words, email_wording, words_of
from exigible.dunning.wording import VARIABLES, fill, fill_line, find_wording

FRANCE, MONACO = Law("FR"), Law("MC")
KEY = Key("reminder", "fr")
GOOD = Words("Rappel : {total}", "Bonjour,\n\nIl reste {total}.\n\n{items}\n\nMerci,", sms="{total} à payer")
VALUES = {name: f"<{name}>" for name in VARIABLES}


def faults(words: Words = GOOD, key: Key = KEY, law: Law = FRANCE, **changes: str) -> list[Fault]:
    return find_faults(key, replace(words, **changes), law)


def codes(**changes: str) -> list[str]:
    return [fault.code for fault in faults(**changes)]


def only(**changes: str) -> tuple[str, str, int, int]:
    [fault] = faults(**changes)
    return fault.code, fault.part, fault.line, fault.column


def body(text: str) -> str:
    return f"Bonjour,\n\n{text}\n\nIl reste {{total}}.\n\n{{items}}\n\nMerci,"


@pytest.mark.parametrize("country", ["FR", "MC", "MG"])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("tone", TONES)
def test_our_own_words_have_no_fault_and_read_the_same_once_typed(
    tone: str, language: str, country: str
) -> None:
    wording = find_wording(tone, language, country)
    assert find_faults(Key(tone, language), words_of(wording), Law(country)) == []
    assert email_wording(words_of(wording)) == wording


def test_a_good_template_has_no_fault() -> None:
    assert faults() == []


def test_an_unknown_value_is_told_with_its_place_and_the_one_that_was_meant() -> None:
    [fault] = faults(email_body=body("Vous devez\nencore {totla} ici."))
    assert (fault.code, fault.line, fault.column) == ("unknown-variable", 4, 8)
    assert fault.params == {"found": "totla", "near": "total"}


@pytest.mark.parametrize("text", ["{", "a } b", "{total", "{to\ntal}", "{{{"])
def test_a_brace_alone_is_told(text: str) -> None:
    assert "lone-brace" in codes(email_body=body(text))


@pytest.mark.parametrize("name", ["total!r", "total:>99999999", "customer.__class__", "0", ""])
def test_nothing_but_a_name_may_stand_in_braces(name: str) -> None:
    assert codes(email_body=body(f"{{{name}}}")) == ["unknown-variable"]


def test_a_brace_that_is_meant_is_typed_twice() -> None:
    assert faults(email_body=body("Clé {{A}} et {{B}}")) == []
    worded = fill(email_wording(replace(GOOD, email_body=body("Clé {{A}}"))), VALUES)
    assert worded.body[1] == "Clé {A}"


def test_the_subject_and_the_sms_name_only_what_is_always_known() -> None:
    assert only(email_subject="Rappel du {previous_on}") == ("not-always-known", "email_subject", 1, 11)
    assert only(sms="Promis le {promised_on}") == ("not-always-known", "sms", 1, 11)
    assert only(email_subject="a {items}")[:2] == ("not-here", "email_subject")


def test_the_table_of_items_stands_once_by_itself_after_something() -> None:
    assert codes(email_body="Bonjour, {total}") == ["no-items"]
    assert "items-twice" in codes(email_body=f"{GOOD.email_body}\n\n{{items}}")
    assert "items-misplaced" in codes(email_body="Il reste {total} : {items}")
    assert "nothing-before-items" in codes(email_body="{items}\n\nIl reste {total}.")
    assert only(words=Words("Merci", "Merci\n\n{items}"), key=Key("thank_you", "fr"))[0] == "no-items-here"


def test_else_follows_a_paragraph() -> None:
    assert "else-misplaced" in codes(email_body="{else}Il reste {total}.\n\n{items}")
    assert "else-misplaced" in codes(email_body=body("Ceci {else}cela"))
    assert faults(email_body=body("Depuis le {previous_on}.\n\n{else}Depuis longtemps.")) == []


def test_what_must_be_said_is_said_to_everyone() -> None:
    assert [f.params for f in faults(email_body="Bonjour,\n\n{items}", email_subject="Rappel")] == [
        {"name": "total"}
    ]
    known_only_to_some = "Au {previous_on}, {total}.\n\n{items}"
    assert codes(email_body=known_only_to_some, email_subject="Rappel") == ["missing"]


def test_a_formal_notice_calls_itself_one_and_gives_a_sum_and_a_date() -> None:
    words = Words("Dernière lettre", "Payez {total} avant le {pay_by}.\n\n{items}\n\nMerci")
    [fault] = find_faults(Key("formal_notice", "fr"), words, FRANCE)
    assert fault.code == "no-formal-words"
    named = replace(words, email_subject="Mise en demeure")
    assert find_faults(Key("formal_notice", "fr"), named, FRANCE) == []
    without_date = replace(named, email_body="Payez {total}.\n\n{items}")
    assert [f.params["name"] for f in find_faults(Key("formal_notice", "fr"), without_date, FRANCE)] == [
        "pay_by"
    ]


@pytest.mark.parametrize(
    "mention", ["l’indemnité forfaitaire de 40 €", "article L441-10", "pénalités de retard"]
)
def test_interest_by_right_and_the_forty_euros_are_for_professionals_in_france(mention: str) -> None:
    assert codes(email_body=body(f"Nous rappelons {mention}.")) == ["charges-of-professionals"]
    assert faults(email_body=body(f"{{if_professional}}Nous rappelons {mention}.")) == []
    assert faults(email_body=body(f"Nous rappelons {mention}."), key=replace(KEY, kind="business")) == []
    individual = replace(KEY, kind="individual")
    assert [f.code for f in faults(email_body=body(f"Rappel : {mention}."), key=individual)] == [
        "charges-of-professionals"
    ]


def test_elsewhere_only_what_the_contract_gives_is_said() -> None:
    text = body("{if_professional}Selon l’article L441-10, des pénalités de retard sont dues.")
    assert [f.code for f in faults(email_body=text, law=MONACO)] == ["charges-not-given"]
    text = body("Selon nos conditions, les pénalités de retard sont de {contract_rate}.")
    assert faults(email_body=text, law=MONACO) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_may_look_like_an_act_of_a_court(language: str) -> None:
    for word in FORBIDDEN[language]:
        found = find_faults(Key("reminder", language), replace(GOOD, sms=f"Ici {word} !"), FRANCE)
        assert [(f.code, f.part, f.column) for f in found] == [("forbidden", "sms", 5)], word
    assert find_faults(Key("reminder", "en"), replace(GOOD, sms="Please write to us."), FRANCE) == []


def test_a_company_bans_words_of_its_own() -> None:
    law = Law("FR", ("cordialement", " "))
    assert [f.code for f in faults(sms="Cordialement", law=law)] == ["forbidden"]


def test_empty_parts_long_ones_and_two_lines_are_told() -> None:
    assert only(email_subject="  ") == ("empty", "email_subject", 1, 1)
    assert "empty" in codes(email_body="")
    assert only(letter_subject="Lettre") == ("empty", "letter_body", 1, 1)
    assert only(email_subject="x" * 151) == ("too-long", "email_subject", 1, 151)
    assert only(email_subject="a\nb") == ("two-lines", "email_subject", 1, 2)
    assert only(email_body=body("x" * 50_000))[0] == "too-long"


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\u202e", "\u2066", "\ud800"])
def test_what_cannot_be_seen_is_told(sign: str) -> None:
    [fault] = faults(email_body=body(f"ab{sign}c"))
    assert (fault.code, fault.line, fault.column) == ("unseen", 3, 3)


ANYTHING = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc",)) | st.sampled_from("{}\n \t{}*<>&#$\\"),
    max_size=80,
)
TYPED = st.lists(
    ANYTHING | st.sampled_from([f"{{{name}}}" for name in (*VARIABLES, "else", "items")]), max_size=8
)


@given(TYPED.map("".join))
@example("{" * 200)
@example("مرحبا {total} 😀👩‍👩‍👧")
@settings(max_examples=150)
def test_any_text_can_be_said_to_anyone_or_is_refused_with_a_place(typed: str) -> None:
    words = replace(GOOD, email_body=f"Bonjour {{total}}\n\n{typed}\n\n{{items}}")
    found = find_faults(KEY, words, FRANCE)
    for fault in found:
        text = getattr(words, fault.part)
        assert 1 <= fault.line <= text.count("\n") + 1
        assert 1 <= fault.column <= len(text.split("\n")[fault.line - 1]) + 1
    if not any(fault.code in UNREADABLE for fault in found):
        fill(email_wording(words), VALUES)
        fill(email_wording(words), {k: v for k, v in VALUES.items() if k in ("total", "customer")})


@given(st.sets(st.sampled_from(sorted(VARIABLES))))
@settings(max_examples=60)
def test_a_value_that_is_not_known_leaves_no_double_space_and_no_lone_sign(known: set[str]) -> None:
    values = dict.fromkeys(known, "x")
    said = fill_line(
        "{company} : {total} ({reference}), dû {due_span}, « {iban} ». Merci {customer}, oui", values
    )
    assert "  " not in said
    assert not re.search(r"\(\s*\)|«\s*»|,\s*,|^[,;:]|\s,", said)


def test_a_paragraph_without_its_value_is_left_out_whole() -> None:
    words = replace(
        GOOD, email_body=body("Chez {collector}, tout va.\n\nDepuis {previous_on}.\n\n{else}Depuis peu.")
    )
    worded = fill(email_wording(words), {"total": "10 €"})
    assert worded.body == ("Bonjour,", "Depuis peu.", "Il reste 10 €.")


@given(st.lists(st.text(st.characters(codec="ascii", categories=("L", "Nd", "Zs")), max_size=20), max_size=6))
def test_paragraphs_are_found_where_they_stand(texts: list[str]) -> None:
    text = "\n\n".join(texts)
    for paragraph in paragraphs(text):
        assert text[paragraph.start :].startswith(paragraph.text)


def test_what_is_read_can_be_typed_again() -> None:
    wording = email_wording(replace(GOOD, email_body=body("A {previous_on}\n\n{else}B\n\n{else}C")))
    assert read_body(as_text(wording)) == (wording.body, wording.closing)
    assert wording.body[1] == ("A {previous_on}", "B", "C")
    assert PARTS == ("email_subject", "email_body", "letter_subject", "letter_body", "sms")
