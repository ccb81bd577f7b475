"""Countries, languages and payment terms as people write them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale

from exigible.kernel.countries import COUNTRIES
from exigible.kernel.dates import PaymentTerms
from exigible.kernel.errors import UserMistake
from exigible.kernel.text import fold

_THREE_LETTERS: Final = {
    "fra": "FR", "mco": "MC", "mdg": "MG", "bel": "BE", "che": "CH", "ita": "IT", "deu": "DE", "esp": "ES",
    "lux": "LU", "gbr": "GB", "usa": "US", "mus": "MU", "nld": "NL", "prt": "PT", "uk": "GB",
}  # fmt: skip
_LANGUAGES: Final = {
    "fr": "fr", "francais": "fr", "french": "fr", "fra": "fr", "fre": "fr", "fr_fr": "fr", "fr-fr": "fr",
    "en": "en", "anglais": "en", "english": "en", "eng": "en", "en_us": "en", "en-us": "en", "en_gb": "en",
    "en-gb": "en", "gb": "en", "uk": "en",
}  # fmt: skip

_DAYS: Final = r"(?P<days>\d{1,3})"
_UNIT: Final = r"(?: ?(?:jours?|jrs?|j|days?|d))?"
_MONTH_END: Final = r"(?:fin de mois|fin du mois|fdm|f\.d\.m\.?|fin mois|end of (?:the )?month|eom)"
_NET: Final = re.compile(
    rf"(?:a )?(?:net )?{_DAYS}{_UNIT}(?: nets?)?(?: (?:date )?(?:de |d')?(?:la )?(?:facture|emission))?\Z"
)
_DAYS_THEN_MONTH_END: Final = re.compile(rf"(?:a )?{_DAYS}{_UNIT} ?,? ?{_MONTH_END}\Z")
_MONTH_END_THEN_DAYS: Final = re.compile(rf"{_MONTH_END} ?(?:\+|plus)? ?{_DAYS}{_UNIT}\Z")
_AT_ONCE: Final = re.compile(
    r"(?:au )?comptant|(?:paiement )?a reception(?: (?:de )?facture)?|due on receipt|(?:paiement )?immediat"
    r"|immediate(?: payment)?|cash"
)


def country_of(text: str) -> str:
    """The ISO 3166 code of a country given by code or by its French or English name; "" if there is none."""
    return _countries().get(fold(text), "")


@cache
def _countries() -> dict[str, str]:
    known = dict(_THREE_LETTERS)
    for language in ("en", "fr"):
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                known |= {fold(name): code, code.lower(): code}
    return known


def language_of(text: str) -> str:
    """ "fr" or "en", the languages of letters; "" for any other."""
    return _LANGUAGES.get(fold(text), "")


def payment_terms_of(text: str) -> str:
    """The terms in the kernel's form ("30", "45EOM", "EOM45"); "" for what cannot be said so.

    "45 jours fin de mois" is taken in the order of its words, the days first; the contract may say otherwise.
    """
    try:
        return str(PaymentTerms.parse(text))
    except UserMistake:
        words = fold(text)
    if found := _NET.match(words):
        return str(int(found["days"]))
    if found := _DAYS_THEN_MONTH_END.match(words):
        return f"{int(found['days'])}EOM"
    if found := _MONTH_END_THEN_DAYS.match(words):
        return f"EOM{int(found['days'])}"
    if re.fullmatch(_MONTH_END, words):
        return "0EOM"
    return "0" if _AT_ONCE.fullmatch(words) else ""
