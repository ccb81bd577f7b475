"""What is wrong with a template, and where: told before it is saved, never found out by a customer.

Sources: Code de commerce L441-10 II and D441-5 (interest by right and 40 €, between professionals, France);
Code civil 1344 (a formal notice is a sufficient demand) and 1231-6; Code pénal 433-13 (nothing may look like
an act of a court or of its officers). No such rule of interest by right is known in Monaco and Madagascar.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from exigible.dunning.texts.marks import ITEMS, Paragraph, Token, paragraphs, tokens
from exigible.dunning.texts.parts import PARTS, WITHOUT_ITEMS, Key, Words, email_wording, letter_wording
from exigible.dunning.wording import VARIABLES, Worded, Wording, fill

LONGEST: Final = {
    "email_subject": 150, "letter_subject": 150, "email_body": 12_000, "letter_body": 12_000, "sms": 600,
}  # fmt: skip
ALWAYS_KNOWN: Final = frozenset(
    {
        "customer", "customer_code", "company", "total", "principal", "item_count", "due_span", "pay_by",
        "dated", "reference",
    }
)  # fmt: skip
"""Values that every case which claims something has: a subject and an SMS may name these alone."""

KNOWN_WITHOUT_ITEMS: Final = frozenset({"customer", "customer_code", "company", "dated"})
NEEDED: Final = {
    "courtesy": ("total", "due_span"),
    "reminder": ("total",),
    "firm": ("total", "pay_by"),
    "broken_promise": ("total",),
    "formal_notice": ("total", "pay_by"),
    "last_before_action": ("total", "pay_by"),
}
"""Values without which a message of that tone does not say what it must, whoever the customer is."""

FORMAL_WORDS: Final = {"fr": ("mise en demeure", "mettons en demeure"), "en": ("formal notice",)}
FORBIDDEN: Final = {
    "fr": (
        "huissier", "commissaire de justice", "commandement de payer", "sommation de payer", "saisie",
        "au nom de la loi", "république française", "signification", "poursuites pénales",
        "casier judiciaire",
    ),
    "en": (
        "bailiff", "writ", "summons", "seizure", "in the name of the law", "court order", "criminal",
        "blacklist",
    ),
}  # fmt: skip
"""Words that make a letter look like an act of a court or of its officers, or threaten what cannot be."""

FR_CHARGES: Final = re.compile(
    r"L\.?\s?441-10|D\.?\s?441-5|indemnité forfaitaire|fixed recovery c\w+|40\s?€|€\s?40"
)
FR_RIGHT: Final = re.compile(r"pénalités de retard|late-payment interest")
_UNSEEN: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONDITIONS: Final = frozenset({"if_professional", "if_individual", "if_charges", "if_indemnity"})


UNREADABLE: Final = frozenset(
    {
        "too-long", "unseen", "lone-brace", "unknown-variable", "not-here", "not-always-known",
        "else-misplaced", "items-misplaced",
    }
)  # fmt: skip
"""Faults with which a text cannot even be shown."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: a code and its values, in which part, at which line and column (from 1)."""

    code: str
    part: str
    line: int = 1
    column: int = 1
    params: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Law:
    """By which law a template is checked: that of the creditor's country; and the company's own bans."""

    country: str
    banned: tuple[str, ...] = ()


def find_faults(key: Key, words: Words, law: Law) -> list[Fault]:
    """All that forbids saving a template, in the order of its parts and lines; nothing when it is right.

    What is required is looked for only in texts that can be read.
    """
    readable = [*_empty(words)]
    for part in PARTS:
        text = getattr(words, part)
        readable += [
            *_length(part, text),
            *_unseen(part, text),
            *_names(part, text),
            *_marks(key, part, text),
        ]
    if readable:
        return _in_order(readable)
    return _in_order([*_missing(key, words), *_forbidden(key, words, law), *_not_given(key, words, law)])


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both from 1, counted in characters."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def _at(code: str, part: str, text: str, position: int, **params: str | int) -> Fault:
    return Fault(code, part, *place(text, position), params)


def _in_order(faults: Iterable[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: (PARTS.index(fault.part), fault.line, fault.column))


def _empty(words: Words) -> Iterator[Fault]:
    for part in ("email_subject", "email_body"):
        if not getattr(words, part).strip():
            yield Fault("empty", part)
    if words.letter_subject.strip() and not words.letter_body.strip():
        yield Fault("empty", "letter_body")


def _length(part: str, text: str) -> Iterator[Fault]:
    most = LONGEST[part]
    if len(text) > most:
        yield _at("too-long", part, text, most, most=most, length=len(text))
    if part.endswith("subject") and "\n" in text:
        yield _at("two-lines", part, text, text.index("\n"))


def _unseen(part: str, text: str) -> Iterator[Fault]:
    """Control characters, halves of pairs, and marks that turn the direction of what is read."""
    for position, sign in enumerate(text):
        if sign in _UNSEEN or (sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs")):
            yield _at("unseen", part, text, position, found=f"U+{ord(sign):04X}")
            return


def _names(part: str, text: str) -> Iterator[Fault]:
    for token in tokens(text):
        if token.name is None:
            yield _at("lone-brace", part, text, token.start)
        elif token.name not in VARIABLES and token.name not in ("items", "else"):
            close = difflib.get_close_matches(token.name, VARIABLES, 1, 0.6)
            params = {"found": token.name, "near": close[0] if close else ""}
            yield _at("unknown-variable", part, text, token.start, **params)


def _marks(key: Key, part: str, text: str) -> Iterator[Fault]:
    if part.endswith("body"):
        yield from _marks_of_body(key, part, text)
        return
    known = KNOWN_WITHOUT_ITEMS if key.tone in WITHOUT_ITEMS else ALWAYS_KNOWN
    for token in tokens(text):
        if token.name in ("items", "else"):
            yield _at("not-here", part, text, token.start, found=token.name)
        elif token.name in VARIABLES and token.name not in known:
            yield _at("not-always-known", part, text, token.start, found=token.name)


def _marks_of_body(key: Key, part: str, text: str) -> Iterator[Fault]:
    found = paragraphs(text)
    starts = {paragraph.start: rank for rank, paragraph in enumerate(found)}
    tables = [p.start for p in found if p.text == ITEMS]
    for token in tokens(text):
        code = _misplaced(token, starts, found)
        if code:
            yield _at(code, part, text, token.start, found=str(token.name))
    for extra in tables[1:]:
        yield _at("items-twice", part, text, extra)
    if tables and key.tone in WITHOUT_ITEMS:
        yield _at("no-items-here", part, text, tables[0])
    if found and not tables and key.tone not in WITHOUT_ITEMS:
        yield _at("no-items", part, text, len(text))
    if tables and tables[0] == found[0].start:
        yield _at("nothing-before-items", part, text, tables[0])


def _misplaced(token: Token, starts: Mapping[int, int], found: list[Paragraph]) -> str:
    """Why a mark cannot stand where it does; empty when it can."""
    rank = starts.get(token.start)
    if token.name == "else":
        return "" if rank and found[rank - 1].text != ITEMS else "else-misplaced"
    if token.name == "items" and (rank is None or found[rank].text != ITEMS):
        return "items-misplaced"
    return ""


# --- what must be said ---


def _cases() -> Iterator[dict[str, str]]:
    """Every kind of customer and situation, with each value as a word of its own."""
    known = {name: "" if name in _CONDITIONS else f"\x00{name}\x00" for name in VARIABLES}
    kinds = (("if_professional",), ("if_individual",), ())
    charges = ((), ("if_charges", "interest"), ("if_charges", "interest", "if_indemnity", "indemnity"))
    others = tuple(known.keys() - ALWAYS_KNOWN - _CONDITIONS - {"interest", "indemnity"})
    for kind, charge, has in product(kinds, charges, (others, ())):
        yield {name: known[name] for name in {*ALWAYS_KNOWN, *kind, *charge, *has}}


def _missing(key: Key, words: Words) -> Iterator[Fault]:
    """Values and words that a message of this tone must hold in every case."""
    for part, wording in _channels(words):
        text = getattr(words, part)
        said = [_all_said(fill(wording, case)) for case in _cases()]
        for name in NEEDED.get(key.tone, ()):
            if not all(f"\x00{name}\x00" in each for each in said):
                yield _at("missing", part, text, len(text), name=name)
        wanted = FORMAL_WORDS[key.language] if key.tone == "formal_notice" else ()
        if wanted and not all(any(word in each.casefold() for word in wanted) for each in said):
            yield _at("no-formal-words", part, text, len(text), words=wanted[0])


def _channels(words: Words) -> Iterator[tuple[str, Wording]]:
    yield "email_body", email_wording(words)
    if words.letter_body:
        yield "letter_body", letter_wording(words)


def _all_said(worded: Worded) -> str:
    return "\n".join((worded.subject, *worded.body, *worded.closing))


# --- what may not be said ---


def _forbidden(key: Key, words: Words, law: Law) -> Iterator[Fault]:
    banned = [*FORBIDDEN[key.language], *(word for word in law.banned if word.strip())]
    for part in PARTS:
        text = getattr(words, part)
        for word in banned:
            found = re.search(rf"(?<!\w){re.escape(word.strip())}s?(?!\w)", text, re.IGNORECASE)
            if found:
                yield _at("forbidden", part, text, found.start(), found=found.group())


def _not_given(key: Key, words: Words, law: Law) -> Iterator[Fault]:
    """Mentions of interest by right and of the 40 €, where the law does not give them."""
    for part in PARTS:
        text = getattr(words, part)
        for paragraph in paragraphs(text):
            found = FR_CHARGES.search(paragraph.text) or FR_RIGHT.search(paragraph.text)
            if found and not _is_given(
                key, law, paragraph.text, FR_CHARGES.search(paragraph.text) is not None
            ):
                code = "charges-not-given" if law.country != "FR" else "charges-of-professionals"
                yield _at(code, part, text, paragraph.start + found.start(), found=found.group())


def _is_given(key: Key, law: Law, text: str, of_french_law: bool) -> bool:
    named = {token.name for token in tokens(text)}
    if law.country != "FR":
        return not of_french_law and bool(named & {"contract_rate", "if_charges", "interest"})
    if key.kind == "public":  # what public buyers owe stands in another code (CCP L2192-10 and following)
        return "2192" in text
    return key.kind == "business" or bool(named & _CONDITIONS - {"if_individual"})
