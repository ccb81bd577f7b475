from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.kernel.text import clean, fold, guard_formula


class TestFold:
    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("  Société   GÉNÉRALE\u00a0", "societe generale"),
            ("Œuvres & Cie", "oeuvres & cie"),
            ("L’Étoile d´Argent", "l'etoile d'argent"),
            ("Straße – Łódź", "strasse - lodz"),
            ("Durand S.A.R.L.", "durand s.a.r.l."),
            ("ﬁn", "fin"),
        ],
    )
    def test_leaves_case_accents_and_odd_spaces_out(self, name: str, key: str) -> None:
        assert fold(name) == key

    def test_keeps_the_legal_form(self) -> None:
        assert fold("Durand SA") != fold("Durand SARL")

    @given(st.text())
    def test_of_a_key_is_the_key(self, name: str) -> None:
        assert fold(fold(name)) == fold(name)

    @given(st.text())
    def test_does_not_depend_on_how_accents_are_encoded(self, name: str) -> None:
        assert fold(unicodedata.normalize("NFD", name)) == fold(unicodedata.normalize("NFC", name))


class TestClean:
    @pytest.mark.parametrize(
        ("text", "cleaned"),
        [
            (" Durand\r\n\tSARL ", "Durand SARL"),
            ("Du\x00rand\x1b[0m", "Durand[0m"),
            ("e\u0301te\u0301", "été"),
            ("\u202eevil\u2066", "evil"),
            ("Dur\u00adand\ufeff", "Durand"),
            ("a\ud800b", "ab"),
        ],
    )
    def test_gives_one_line_with_nothing_hidden(self, text: str, cleaned: str) -> None:
        assert clean(text, 100) == cleaned

    def test_cuts_to_the_length_and_leaves_no_space_at_the_end(self) -> None:
        assert clean("Durand et fils", 7) == "Durand"

    @given(st.text(), st.integers(0, 50))
    def test_of_a_clean_text_is_the_same_text(self, text: str, length: int) -> None:
        once = clean(text, length)
        assert len(once) <= length
        assert clean(once, length) == once
        assert not any(unicodedata.category(letter) == "Cc" for letter in once)


class TestGuardFormula:
    @pytest.mark.parametrize(
        "text",
        ["=1+1", "+33 1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|'/c calc'!A0", "\n=1", "＝1+1"],
    )
    def test_makes_a_formula_harmless(self, text: str) -> None:
        assert guard_formula(text) == "'" + text

    @pytest.mark.parametrize("text", ["", "Durand", "F-101", "'=1", "a=b", "12"])
    def test_leaves_other_text_alone(self, text: str) -> None:
        assert guard_formula(text) == text

    @given(st.text())
    def test_a_guarded_text_needs_no_second_guard(self, text: str) -> None:
        assert guard_formula(guard_formula(text)) == guard_formula(text)
