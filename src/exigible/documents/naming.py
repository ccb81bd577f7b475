"""Which documents their numbers do not tell apart, so that their labels are printed beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final, NamedTuple

_SHORTEST: Final = 2
"""A number of fewer letters and figures ("x", "-") is a filler."""


class Document(NamedTuple):
    """What a document is known by; its due dates share all of it."""

    kind: str
    number: str
    issued_on: date | None
    label: str


def says_nothing(number: str) -> bool:
    """Whether a number is a filler, in books that hold one word in place of every number."""
    return sum(map(str.isalnum, number)) < _SHORTEST


def unclear_numbers(documents: Iterable[Document]) -> frozenset[tuple[str, str]]:
    """(kind, number) where the number says nothing: too short, or borne by several documents of a customer.

    Books often hold one word in place of every number and say what the document is in the label. `documents`
    are those of one customer, with or without their several due dates.
    """
    bearers: dict[tuple[str, str], set[Document]] = defaultdict(set)
    for document in documents:
        bearers[document.kind, document.number].add(document)
    return frozenset(
        known for known, borne_by in bearers.items() if len(borne_by) > 1 or says_nothing(known[1])
    )


def telling_label(document: Document, unclear: frozenset[tuple[str, str]]) -> str:
    """The label of a document that its number does not name; empty where the number does."""
    is_needed = (document.kind, document.number) in unclear and document.label != document.number
    return document.label if is_needed else ""
