"""Names of payers beside names of customers: legal forms, accents, initials, names cut by the bank."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz, process

from exigible.kernel.text import fold

_LEGAL_FORMS: Final = frozenset(
    """sa sas sasu sarl sarlu eurl eirl ei sci scp scm scop snc sam scs selarl selas gie gip asso association
    gmbh ag kg ohg ug ltd limited llc llp inc incorporated corp corporation co company plc pty bv nv spa srl
    sl slu oy ab as aps sprl bvba""".split()  # noqa: SIM905  more readable than so many quotation marks
)
_EMPTY_WORDS: Final = frozenset(
    """ste societe ets etablissement etablissements m mr mme mlle monsieur madame de la le les du des et and
    the d l of aux au a""".split()  # noqa: SIM905
)
_SEPARATORS: Final = re.compile(r"[^a-z0-9]+")
_BANK_LENGTHS: Final = frozenset((27, 30, 31, 32, 33, 34, 35, 69, 70))
"""Lengths at which banks cut a name: CFONB, MT940 and SEPA have 31 to 35 or 70 characters."""
_TRANSFER: Final = r"\s*(?:virements?|virt?|vrt|transfer|credit transfer|payment from)\b"
_KIND: Final = r"sepa|inst(?:antan[ée])?|re[çc]u|europ[ée]en|[ée]tranger|permanent|credit|in|from|frm|de|du"
_TRANSFER_FROM: Final = re.compile(rf"{_TRANSFER}(?:[\s:/.-]*\b(?:{_KIND})\b)*(?:[\s:/.-]+|$)", re.IGNORECASE)
_NO_NAME: Final = r"ref|r[ée]f[ée]rence|motif|factures?|fact?|inv(?:oice)?|n[°o]|id|e2e|libell[ée]"
_END_OF_NAME: Final = re.compile(rf"\s{{2,}}|[/:;|]|\s-\s|\b(?:{_NO_NAME})\b|\S*\d{{2}}", re.IGNORECASE)
_LEAST_ALIKE: Final = 80
_MOST_COMMON: Final = 400
_PROMISING: Final = (
    (fuzz.ratio, _LEAST_ALIKE),
    (fuzz.token_sort_ratio, _LEAST_ALIKE),
    (fuzz.token_set_ratio, 100),
)
"""The last one is 100 where all words of one name stand in the other."""


@lru_cache(maxsize=300_000)
def core_of(name: str) -> str:
    """The words of a name that tell it from others, folded; the name itself where nothing else is left."""
    words = [word for word in _SEPARATORS.split(fold(name).replace(".", "")) if word]
    kept = [word for word in words if word not in _LEGAL_FORMS and word not in _EMPTY_WORDS]
    return " ".join(kept or words)


def payer_in_label(label: str) -> str:
    """The name that follows the bank's word for a transfer ("VIR SEPA RECU DE ACME SARL REF 12"), or nothing.

    For statements that say who paid nowhere else: those that a bank's site gives as a table.
    """
    begin = _TRANSFER_FROM.match(label)
    if begin is None:
        return ""
    return _END_OF_NAME.split(label[begin.end() :], maxsplit=1)[0].strip(" .,-")


def likeness(payer: str, customer: str) -> int:
    """0 to 100. 100 is the same name, 99 the same but for its legal form, 97 the same but cut by the bank."""
    if not payer or not customer:
        return 0
    if fold(payer) == fold(customer):
        return 100
    ours, theirs = core_of(customer), core_of(payer)
    if ours == theirs:
        return 99
    if _is_cut(payer, theirs, ours):
        return 97
    if ours.replace(" ", "") == theirs.replace(" ", ""):
        return 96
    by_words = fuzz.token_sort_ratio(ours, theirs)
    if by_words == 100:  # the same words in another order
        return 96
    return min(int(max(fuzz.ratio(ours, theirs), by_words, _within(ours, theirs))), 95)


def _is_cut(payer: str, theirs: str, ours: str) -> bool:
    return len(payer) in _BANK_LENGTHS and len(theirs) >= 12 and ours.startswith(theirs)


def _within(ours: str, theirs: str) -> float:
    """A name of two words or more that stands whole in the other one, with something added."""
    one, other = ours.split(), theirs.split()
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    return 90.0 if len(short) >= 2 and set(short).issubset(long) else 0.0


class NameIndex:
    """Finds the customers whose names are alike, by the words that few of them share."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        self._names: dict[int, str] = dict(names)
        self._cores: dict[int, str] = {customer: core_of(name) for customer, name in self._names.items()}
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_core: dict[str, list[int]] = defaultdict(list)
        self._by_glued: dict[str, set[int]] = defaultdict(set)
        self._found: dict[str, list[tuple[int, int]]] = {}
        for customer, core in self._cores.items():
            self._by_core[core].append(customer)
            self._by_glued[core.replace(" ", "")].add(customer)
            for key in {key for word in core.split() for key in _keys(word)}:
                self._by_word[key].append(customer)

    def alike(self, payer: str, *, most: int = 5) -> list[tuple[int, int]]:
        """(customer, likeness) from 80 on, the likeliest first."""
        if payer not in self._found:
            self._found[payer] = self._alike(payer)
        return self._found[payer][:most]

    def _alike(self, payer: str) -> list[tuple[int, int]]:
        core = core_of(payer)
        if not core:
            return []
        candidates = self._by_core.get(core) or self._promising(core)
        scored = [(customer, likeness(payer, self._names[customer])) for customer in candidates]
        good = [pair for pair in scored if pair[1] >= _LEAST_ALIKE]
        return sorted(good, key=lambda pair: (-pair[1], pair[0]))

    def _promising(self, core: str) -> set[int]:
        """Those of which `likeness` may say enough, told in bulk: nearly all that share a word are not."""
        cores = {customer: self._cores[customer] for customer in self._sharing_a_word(core)}
        found = {customer for customer, ours in cores.items() if ours.startswith(core)}
        for scorer, least in _PROMISING:
            near = process.extract(core, cores, scorer=scorer, limit=None, score_cutoff=least)
            found.update(customer for _, _, customer in near)
        found.update(cores.keys() & self._by_glued.get(core.replace(" ", ""), ()))
        return found

    def _sharing_a_word(self, core: str) -> set[int]:
        lists = (self._by_word.get(key, []) for word in core.split() for key in _keys(word))
        found: set[int] = set()
        for customers in sorted(lists, key=len):
            if len(customers) > _MOST_COMMON and found:
                break
            found.update(customers[:_MOST_COMMON])
        return found


def _keys(word: str) -> tuple[str, ...]:
    """A word with a letter wrong still shares its beginning or its end."""
    return (word,) if len(word) < 4 else ("^" + word[:4], word[-4:] + "$")
