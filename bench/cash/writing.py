"""What a payer writes, and what the banks leave of it: numbers, words around them, names."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from bench.cash import rates
from bench.cash.people import FORMS
from bench.cash.world import Customer, Item, Line, draw, one_in

_TEXT_LENGTH = 140
"""SEPA's unstructured remittance information."""
_LEAST_READABLE = 3
_LEADS = (
    "FACTURE ",
    "FACT ",
    "REGLT FACTURE ",
    "VIR FACT ",
    "PAIEMENT ",
    "",
    "REF ",
    "N/REF ",
    "INVOICE ",
    "FAC.",
)
_LEADS_OF_SEVERAL = ("FACTURES ", "REGLT FACT ", "FACT. ", "", "VOS FACTURES ", "INVOICES ", "FA ")
_SAYS_NOTHING = (
    "VIREMENT",
    "",
    "REGLEMENT",
    "REGLEMENT FACTURE",
    "VIR SEPA",
    "PAIEMENT FOURNISSEUR",
    "FACTURE",
    "PAYMENT",
    "SELON FACTURES",
    "VIREMENT NOVEMBRE",
    "REGLEMENT NOV 2026",
)
_WORDS_BEFORE = ("STE", "SOCIETE", "ETS", "M.")
READABLE = frozenset(("exact", "spaced otherwise", "last digits", "order number", "zeros lost", "glued"))


def plain(text: str) -> str:
    """As banks print: capitals, without accents, the characters that SEPA allows."""
    folded = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("&", "ET"))
    kept = folded.encode("ascii", "ignore").decode().upper()
    return " ".join(re.sub(r"[^A-Z0-9/\-?:().,'+ ]", " ", kept).split())


def name_documents(rng: random.Random, documents: Sequence[Item], how: str) -> tuple[str, frozenset[int]]:
    """The words that name the documents, cut where the bank cuts them, and the items that can be read."""
    if how == "nothing":
        return rng.choice(_SAYS_NOTHING), frozenset()
    if how == "another number":
        return f"{rng.choice(_LEADS)}{rng.randrange(10**6, 10**7)}", frozenset()
    numbers = {item.number: item for item in documents}
    written = {number: _written(rng, item, how) for number, item in numbers.items()}
    text = rng.choice(_LEADS if len(written) == 1 else _LEADS_OF_SEVERAL)
    between = "" if how == "glued" else rng.choice((" ", " ", ", ", "/", " + ", " ET ", "-"))
    readable = set()
    for place, (number, words) in enumerate(written.items()):
        text += (between if place else "") + words
        is_read = how in READABLE and len(text) <= _TEXT_LENGTH and len(_digits(words)) >= _LEAST_READABLE
        if is_read:
            readable.add(number)
    return text[:_TEXT_LENGTH], frozenset(item.id for item in documents if item.number in readable)


def _digits(words: str) -> str:
    runs = re.findall(r"\d+", words)
    return runs[-1].lstrip("0") if runs else ""


def _written(rng: random.Random, item: Item, how: str) -> str:
    number = item.number
    tail = re.findall(r"\d+", number)[-1]
    if how == "order number":
        return item.reference or number
    if how == "spaced otherwise":
        return re.sub(r"[-/]", rng.choice(("", " ", ".", "/" if "-" in number else "-")), number)
    if how == "last digits":
        return tail
    if how == "zeros lost":
        return tail.lstrip("0")
    if how == "cut":
        return number[:-1] if one_in(rng, 500) else tail[-2:]
    if how == "glued":
        return tail
    return _with_wrong_digit(rng, number) if how == "wrong digit" else number


def _with_wrong_digit(rng: random.Random, number: str) -> str:
    place = rng.randrange(len(number) - 3, len(number))
    return (
        number[:place]
        + rng.choice([digit for digit in "0123456789" if digit != number[place]])
        + number[place + 1 :]
    )


def add_noise(rng: random.Random, line: Line, customer: Customer, documents: Sequence[Item]) -> None:
    """What else stands there: dates, amounts, codes, the payer's own number."""
    kind = draw(rng, rates.NOISE)
    words = ""
    if kind == "date":
        day = documents[0].issued_on if documents else line.day - timedelta(days=30)
        words = f" DU {day:%d/%m/%Y}"
    elif kind == "amount":
        words = f" {line.amount_minor // 100} {line.amount_minor % 100:02} EUR".replace(" ", ",", 2).replace(
            ",", " ", 1
        )
    elif kind == "customer code":
        words = f" CLT {customer.code}"
    elif kind == "contract":
        words = f" CTR {rng.randrange(10**5, 10**6)}"
    elif kind == "payer's own number":
        words = f" NOS REF {line.day:%y%m}{rng.randrange(10**4):04}"
    if len(line.text) + len(words) <= _TEXT_LENGTH:
        line.text = (line.text + words).strip()
    line.end_to_end = _end_to_end(rng, line, documents)


def _end_to_end(rng: random.Random, line: Line, documents: Sequence[Item]) -> str:
    kind = draw(rng, rates.END_TO_END)
    if kind == "payer's own number":
        return f"{line.day:%Y%m%d}{rng.randrange(10**6):06}"
    if kind == "document" and len(documents) == 1 and documents[0].number in line.text:
        return documents[0].number
    return "NOTPROVIDED" if kind == "NOTPROVIDED" else ""


def name_payer(rng: random.Random, customer: Customer, how: str) -> str:
    """The payer's name as the statement gives it."""
    if how == "missing" or not customer.name:
        return ""
    if how == "alias":
        return customer.alias
    name = _without_form(customer) if how == "without legal form" else customer.name
    if how == "another legal form":
        name = f"{_without_form(customer)} {rng.choice(FORMS[customer.country])}"
    if how == "with a word before":
        name = f"{rng.choice(_WORDS_BEFORE)} {name}"
    if how == "misspelt":
        name = _misspelt(rng, name)
    name = plain(name)
    return name[:35] if one_in(rng, rates.CUT_AT_35) else name[:70]


def _without_form(customer: Customer) -> str:
    form = next((form for form in FORMS[customer.country] if customer.name.endswith(f" {form}")), "")
    return customer.name[: -len(form) - 1] if form else customer.name


def _misspelt(rng: random.Random, name: str) -> str:
    places = [
        place for place in range(1, len(name) - 1) if name[place].isalpha() and name[place + 1].isalpha()
    ]
    place = rng.choice(places)
    kind = rng.randrange(3)
    if kind == 0:
        return name[:place] + name[place + 1 :]
    if kind == 1:
        return name[:place] + name[place] + name[place:]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
