"""Which column of a table is which field: guessed from names and content, corrected by the user, remembered.

A mapping is kept by the fingerprint of the columns' names, so that the next file of the same program needs no
question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal, cast

from exigible.intake.readers.documents import DocumentType
from exigible.intake.readers.vocabulary import FIELDS, Kind, plain_name
from exigible.kernel.dates import DateOrder
from exigible.kernel.errors import UserMistake

AmountForm = Literal["signed", "debit_credit", "amount_sense", "open_only"]

REQUIRED: Final[dict[Kind, tuple[tuple[str, ...], ...]]] = {
    "customers": (("code",), ("name",)),
    "items": (
        ("customer_code", "customer_name"),
        ("document_number",),
        ("issue_date",),
        ("amount", "debit", "credit", "open_amount"),
    ),
    "bank": (("booked_on",), ("amount", "debit", "credit")),
    "advice": (("document_number",), ("paid_amount", "amount")),
}
"""For each kind, the fields of which one at least is needed."""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """`confidence` goes from 0 to 100; `reasons` are codes such as "name-exact" or "content-date"."""

    column: int
    header: str
    confidence: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """The columns of the fields, and how their texts are to be read.

    `decimal_mark`, `date_order`: None where the file leaves it open. `credits_are_positive`: credit notes and
    payments are written without sign. `credit_column_is_negative`: the credit column has its own minus signs.
    `default_type`: what all documents without a type are, such as "payment" for a list of payments.
    Of a bank: `debit_column_is_negative` as for credits; `outgoing_is_positive`: the statement of a card,
    where what is spent has no sign.
    """

    kind: Kind
    columns: dict[str, ColumnChoice]
    fingerprint: str
    decimal_mark: str | None = None
    date_order: DateOrder | None = None
    credits_are_positive: bool = False
    credit_column_is_negative: bool = False
    default_type: DocumentType | None = None
    unused: tuple[str, ...] = field(default=())
    debit_column_is_negative: bool = False
    outgoing_is_positive: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        """The required fields that no column was found for; the first name of each set of alternatives."""
        return tuple(names[0] for names in REQUIRED[self.kind] if not self.columns.keys() & set(names))

    @property
    def amount_form(self) -> AmountForm | None:
        """How lines tell debit from credit; None without any amount."""
        known = self.columns.keys()
        if "debit" in known or "credit" in known:
            return "debit_credit"
        if "amount" in known:
            return "amount_sense" if "sense" in known else "signed"
        return "open_only" if "open_amount" in known else None

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether a table has the columns that this mapping was made for, in the same order."""
        return self.fingerprint == fingerprint(headers)

    def with_column(self, name: str, column: int | None, headers: Sequence[str]) -> Mapping:
        """The mapping with the user's choice for one field; None takes the field out.

        A column serves one field: another one that had it loses it. Raises UserMistake("bad-mapping").
        """
        if name not in FIELDS[self.kind] or (column is not None and not 0 <= column < len(headers)):
            raise UserMistake("bad-mapping", "There is no field {field} or no such column.", field=name)
        kept = {other: choice for other, choice in self.columns.items() if other != name}
        if column is not None:
            kept = {other: choice for other, choice in kept.items() if choice.column != column}
            kept[name] = ColumnChoice(column, headers[column], 100, ("chosen",))
        return replace(self, columns=kept, unused=_unused(kept, headers))

    def to_dict(self) -> dict[str, Any]:
        """A form for JSON, that `from_dict` reads back."""
        return {
            "kind": self.kind,
            "fingerprint": self.fingerprint,
            "decimal_mark": self.decimal_mark,
            "date_order": self.date_order,
            "credits_are_positive": self.credits_are_positive,
            "credit_column_is_negative": self.credit_column_is_negative,
            "default_type": self.default_type,
            "unused": list(self.unused),
            "debit_column_is_negative": self.debit_column_is_negative,
            "outgoing_is_positive": self.outgoing_is_positive,
            "columns": {
                name: {
                    "column": choice.column,
                    "header": choice.header,
                    "confidence": choice.confidence,
                    "reasons": list(choice.reasons),
                }
                for name, choice in self.columns.items()
            },
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Mapping:
        """Raises UserMistake("bad-mapping") for what `to_dict` did not write."""
        try:
            kind = cast("Kind", data["kind"])
            if not data["columns"].keys() <= set(FIELDS[kind]):
                raise KeyError("columns")
            columns = {
                name: ColumnChoice(
                    int(choice["column"]),
                    str(choice["header"]),
                    int(choice["confidence"]),
                    tuple(choice["reasons"]),
                )
                for name, choice in data["columns"].items()
            }
            return cls(
                kind,
                columns,
                str(data["fingerprint"]),
                data["decimal_mark"],
                data["date_order"],
                bool(data["credits_are_positive"]),
                bool(data["credit_column_is_negative"]),
                data["default_type"],
                tuple(data["unused"]),
                bool(data.get("debit_column_is_negative")),
                bool(data.get("outgoing_is_positive")),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserMistake(
                "bad-mapping", "The mapping cannot be read: {found}.", found=str(error)
            ) from error


def fingerprint(headers: Sequence[str]) -> str:
    """The same for the same names in the same order, whatever their case and accents."""
    joined = "\x1f".join(plain_name(header) for header in headers)
    return hashlib.sha256(joined.encode()).hexdigest()[:32]


def _unused(columns: dict[str, ColumnChoice], headers: Sequence[str]) -> tuple[str, ...]:
    taken = {choice.column for choice in columns.values()}
    return tuple(header for at, header in enumerate(headers) if at not in taken)


def mapping_of(kind: Kind, columns: dict[str, ColumnChoice], headers: Sequence[str], **forms: Any) -> Mapping:
    """A mapping for a table with these columns."""
    return Mapping(kind, columns, fingerprint(headers), unused=_unused(columns, headers), **forms)
