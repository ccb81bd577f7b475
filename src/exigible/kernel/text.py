"""Text from files and people, made fit to store, to compare and to hand to a spreadsheet."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

# Letters that Unicode does not decompose, and the typographer's forms of what a keyboard has.
_PLAIN_LETTERS: Final = str.maketrans(
    {
        "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
        "’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
    }
)  # fmt: skip

# Direction marks can make a name read as another one; the rest of these are invisible.
_UNSEEN: Final = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_EMAIL: Final = re.compile(
    r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,63}"
)
_LONGEST_EMAIL: Final = 254
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@lru_cache(maxsize=65_536)
def fold(name: str) -> str:
    """The key under which a name is sorted and searched.

    Lower case, without accents, single spaces; the legal form stays, for "Durand SA" and "Durand SARL" are
    two companies.
    """
    # Before the decomposition, which turns a spacing acute accent into a space and a mark.
    plain = name.translate(_PLAIN_LETTERS)
    if not plain.isascii():
        # Twice, for the plain form of a letter may be a capital, and a small one may have an accent.
        plain = _unaccented(_unaccented(plain).casefold()).translate(_PLAIN_LETTERS)
    return " ".join(plain.casefold().split())


def _unaccented(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def is_email(text: str) -> bool:
    """Whether a text is one e-mail address that a message can be sent to, and nothing else.

    Addresses that no customer gives are none: quoted names, a machine for a domain, accents before the @.
    """
    mailbox = text.partition("@")[0]
    return len(text) <= _LONGEST_EMAIL and mailbox.isascii() and _EMAIL.fullmatch(text) is not None


def clean(text: str, max_length: int) -> str:
    """One line of at most `max_length` characters, single spaces, nothing invisible in it.

    Line breaks and tabs become spaces; control characters, direction marks and lone surrogates (which no
    database stores) are dropped.
    """
    one_line = " ".join(text.split())
    if not one_line.isascii() or not one_line.isprintable():
        one_line = " ".join(_visible(unicodedata.normalize("NFC", one_line)).split())
    return one_line[:max_length].rstrip()


def _visible(text: str) -> str:
    return "".join(
        letter
        for letter in text
        if letter not in _UNSEEN and unicodedata.category(letter) not in ("Cc", "Cs")
    )


def guard_formula(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet could take it for a formula.

    For text alone (names, references): an amount goes out as a number and needs no guard. Spaces in front
    are looked through, since some programs trim them.
    """
    if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS):
        return "'" + text
    return text
