"""What a template is made of: one text for each way of writing, and whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final

from exigible.dunning.texts.marks import as_text, read_body
from exigible.dunning.wording import Wording

TONES: Final = (
    "courtesy", "reminder", "firm", "broken_promise", "formal_notice", "last_before_action",
    "thank_you", "dispute_received",
)  # fmt: skip
"""What there are words for. The steps of a policy have their own; a broken promise takes the place of the
reminder's and the firm one's; the last two are written by a person, when there is a reason to."""

WITHOUT_ITEMS: Final = frozenset({"thank_you", "dispute_received"})
"""Tones that claim nothing: they carry no table of items, and go by e-mail alone."""

NO_LETTER: Final = WITHOUT_ITEMS
LANGUAGES: Final = ("fr", "en")
KINDS: Final = ("business", "public", "individual")


@dataclass(frozen=True, slots=True)
class Key:
    """Which template: a tone in a language, for the customers of a country and of a kind (empty: all)."""

    tone: str
    language: str
    country: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """The texts as they are typed. An empty letter says what the e-mail says; an empty SMS: there is none."""

    email_subject: str = ""
    email_body: str = ""
    letter_subject: str = ""
    letter_body: str = ""
    sms: str = ""

    def as_dict(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in PARTS}

    @classmethod
    def of(cls, typed: Mapping[str, str]) -> Words:
        """From a form: the line ends of browsers become line feeds, spaces at the ends go."""
        return cls(**{name: str(typed.get(name, "")).replace("\r\n", "\n").strip() for name in PARTS})


PARTS: Final = tuple(field.name for field in fields(Words))


def words_of(wording: Wording) -> Words:
    """A wording of ours as one would have typed it."""
    return Words(email_subject=wording.subject, email_body=as_text(wording), sms=wording.sms)


@lru_cache(maxsize=512)
def email_wording(words: Words) -> Wording:
    body, closing = read_body(words.email_body)
    return Wording(words.email_subject, body, closing, words.sms)


@lru_cache(maxsize=512)
def letter_wording(words: Words) -> Wording:
    """What the letter says: its own words where it has some, else the e-mail's."""
    body, closing = read_body(words.letter_body or words.email_body)
    return Wording(words.letter_subject or words.email_subject, body, closing, words.sms)
