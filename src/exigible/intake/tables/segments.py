"""What the name of a segment says of its customers, where it says it plainly."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from exigible.kernel.text import fold

_PUBLIC: Final = re.compile(
    r"\b(public|publics|publique|publiques|collectivites?|mairies?|administrations?)\b"
)
_INDIVIDUAL: Final = re.compile(r"\b(particuliers?|individuals?|consumers?|b2c)\b")
_KEY_ACCOUNT: Final = re.compile(r"\b(grands? comptes?|key accounts?|comptes? cles?)\b")


@lru_cache(maxsize=1000)
def kind_of_segment(segment: str) -> str:
    """ "public" or "individual", the values of `Customer.Kind`; "" where the words tell nothing."""
    words = fold(segment)
    if _INDIVIDUAL.search(words):
        return "individual"
    return "public" if _PUBLIC.search(words) else ""


@lru_cache(maxsize=1000)
def is_key_account(segment: str) -> bool:
    return _KEY_ACCOUNT.search(fold(segment)) is not None
