"""What a person gives at the import desk: a file, the customers' accounts, what the columns are."""

from __future__ import annotations

from collections.abc import Mapping as Values
from typing import Any, Final, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from exigible.intake.accounts import also_selected, choice_of, is_chosen
from exigible.intake.bank.accounts import assumed_accounts
from exigible.intake.books.guard import IS_OURS, foreign_siren
from exigible.intake.models import FileKind, Import
from exigible.intake.readers.mapping import REQUIRED, ColumnChoice, Mapping, mapping_of
from exigible.intake.readers.vocabulary import FIELDS, Kind
from exigible.intake.telling import field_name

GUESS: Final = "guess"


class UploadForm(forms.Form):
    """A file, and what is in it."""

    file = forms.FileField(label=gettext_lazy("File"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is in it"),
        choices=[(GUESS, gettext_lazy("Recognise it")), *FileKind.choices],
        initial=GUESS,
        required=False,
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or GUESS


class AccountsForm(forms.Form):
    """Which accounts of the books are customers'; `cleaned_data["accounts"]` are their first digits."""

    other = forms.CharField(
        label=gettext_lazy("Other accounts that are customers', by their first digits"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Separated by commas, such as 4671, 4672."),
    )

    def __init__(self, job: Import, data: Values[str, Any] | None = None) -> None:
        self.rows: list[dict[str, Any]] = job.description["look"]["accounts"]
        self.known: list[str] = job.options["receivable_accounts"]
        self.foreign = foreign_siren(job)
        found = [row["start"] for row in self.rows]
        outside = [start for start in self.known if not start.startswith("41")]
        super().__init__(data, initial={"other": ", ".join(outside)})
        self.fields["account"] = forms.MultipleChoiceField(
            choices=[(start, start) for start in found],
            required=False,
            initial=[start for start in found if is_chosen(start, self.known)],
            label=_("Customers' accounts"),
        )

        if self.foreign:
            self.fields[IS_OURS] = forms.BooleanField(
                label=_("These are the books of this company"),
                error_messages={
                    "required": _("Tick that the books are this company’s, or put the file aside.")
                },
            )

    def ticked(self) -> list[dict[str, Any]]:
        """The accounts found, each with whether it is chosen."""
        chosen = self["account"].value() or []
        return [row | {"ticked": row["start"] in chosen} for row in self.rows]

    def clean_other(self) -> list[str]:
        starts = [part.strip() for part in self.cleaned_data["other"].replace(";", ",").split(",")]
        wrong = [start for start in starts if start and not start.isalnum()]
        if wrong:
            raise forms.ValidationError(
                _("“%(found)s” is not the beginning of an account number."), params={"found": wrong[0]}
            )
        return [start[:20] for start in starts if start]

    def clean(self) -> dict[str, Any]:
        ticked, other = self.cleaned_data.get("account", []), self.cleaned_data.get("other", [])
        found = [row["start"] for row in self.rows]
        known = [start for start in self.known if start.startswith("41")]
        accounts = [*choice_of(known, found, ticked), *other]
        if not ticked and not other:
            raise forms.ValidationError(
                _("Choose at least one account: without any, no customer would come in.")
            )
        also = also_selected(accounts, found, ticked)
        if also:
            raise forms.ValidationError(
                _("%(account)s begins like an account that is ticked: tick both or none."),
                params={"account": also[0]},
            )
        self.cleaned_data["accounts"] = list(dict.fromkeys(accounts))
        return self.cleaned_data


DOCUMENT_TYPES: Final = [
    ("", gettext_lazy("as their sign tells")),
    ("invoice", gettext_lazy("invoices")),
    ("credit_note", gettext_lazy("credit notes")),
    ("payment", gettext_lazy("payments")),
    ("other", gettext_lazy("other entries")),
]
DATE_ORDERS: Final = [
    ("", gettext_lazy("as each date tells")),
    ("dmy", gettext_lazy("day first (21/11/2026)")),
    ("mdy", gettext_lazy("month first (11/21/2026)")),
    ("ymd", gettext_lazy("year first (2026-11-21)")),
]
DECIMAL_MARKS: Final = [
    ("", gettext_lazy("as each amount tells")),
    (",", gettext_lazy("comma (1 234,56)")),
    (".", gettext_lazy("dot (1,234.56)")),
]


_NOT_ASKED: Final[dict[Kind, tuple[str, ...]]] = {
    "customers": (
        "default_type", "credits_are_positive", "date_order", "outgoing_is_positive", "account",
    ),
    "items": ("outgoing_is_positive", "account"),
    "bank": ("default_type", "credits_are_positive"),
    "advice": (),
}  # fmt: skip


class MappingForm(forms.Form):
    """What each column of a table is. After `is_valid`, `mapping` holds the answer."""

    date_order = forms.ChoiceField(label=gettext_lazy("Dates"), choices=DATE_ORDERS, required=False)
    decimal_mark = forms.ChoiceField(label=gettext_lazy("Decimals"), choices=DECIMAL_MARKS, required=False)
    default_type = forms.ChoiceField(
        label=gettext_lazy("Documents without a type are"), choices=DOCUMENT_TYPES, required=False
    )
    credits_are_positive = forms.BooleanField(
        label=gettext_lazy("Credit notes and payments are written without a minus sign"), required=False
    )
    outgoing_is_positive = forms.BooleanField(
        label=gettext_lazy("What went out is written without a minus sign"), required=False
    )
    account = forms.CharField(
        label=gettext_lazy("Our account"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Its IBAN or number. Needed where no column tells it."),
    )
    remember = forms.CharField(
        label=gettext_lazy("Remember these columns as"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("The next file with the same columns is then read the same way."),
    )

    def __init__(
        self,
        kind: Kind,
        headers: list[str],
        guess: Mapping,
        data: Values[str, Any] | None = None,
        account: str = "",
    ) -> None:
        self.kind, self.headers, self.guess = kind, headers, guess
        self.mapping = guess
        super().__init__(data, initial=_forms_of(guess) | _columns_of(guess) | {"account": account})
        choices = [("", _("— not used —")), *((name, field_name(name)) for name in FIELDS[kind])]
        for at, header in enumerate(headers):
            self.fields[f"column-{at}"] = forms.ChoiceField(label=header, choices=choices, required=False)
        for name in _NOT_ASKED[kind]:
            del self.fields[name]

    @property
    def columns(self) -> list[forms.BoundField]:
        return [self[f"column-{at}"] for at in range(len(self.headers))]

    @property
    def settings(self) -> list[forms.BoundField]:
        others = ("remember", "account")
        return [self[name] for name in self.fields if not name.startswith("column-") and name not in others]

    def clean(self) -> dict[str, Any]:
        chosen: dict[str, ColumnChoice] = {}
        for at, header in enumerate(self.headers):
            name = self.cleaned_data.get(f"column-{at}", "")
            if name in chosen:
                self.add_error(f"column-{at}", _("Another column has this already."))
            elif name:
                chosen[name] = self._choice(name, at, header)
        given = {name: self.cleaned_data[name] for name in _forms_of(self.guess) if name in self.cleaned_data}
        forms_ = _forms_of(self.guess) | given
        self.mapping = mapping_of(
            self.kind, chosen, self.headers, **{name: value or None for name, value in forms_.items()} | {
                "credits_are_positive": bool(forms_["credits_are_positive"]),
                "credit_column_is_negative": self.guess.credit_column_is_negative,
                "debit_column_is_negative": self.guess.debit_column_is_negative,
                "outgoing_is_positive": bool(forms_["outgoing_is_positive"]),
            }
        )  # fmt: skip
        return self.cleaned_data

    def _choice(self, name: str, at: int, header: str) -> ColumnChoice:
        guessed = self.guess.columns.get(name)
        return guessed if guessed and guessed.column == at else ColumnChoice(at, header, 100, ("chosen",))

    def account_chosen(self) -> dict[str, str]:
        """The option of the import that a bank's table needs where no column tells its account."""
        return {"account": self.cleaned_data["account"]} if self.kind == "bank" else {}

    def missing(self) -> list[str]:
        """What no column says and is needed, in words."""
        known = self.mapping.columns.keys()
        return [
            _(" or ").join(field_name(name) for name in names)
            for names in REQUIRED[self.kind]
            if not known & set(names)
        ]


def _forms_of(mapping: Mapping) -> dict[str, Any]:
    return {
        "date_order": mapping.date_order or "",
        "decimal_mark": mapping.decimal_mark or "",
        "default_type": mapping.default_type or "",
        "credits_are_positive": mapping.credits_are_positive,
        "outgoing_is_positive": mapping.outgoing_is_positive,
    }


def _columns_of(mapping: Mapping) -> dict[str, str]:
    return {f"column-{choice.column}": name for name, choice in mapping.columns.items()}


def mapping_form(job: Import, data: Values[str, Any] | None = None) -> MappingForm:
    """The form of a table that was looked at."""
    found = job.description["look"]
    chosen = job.options.get("mapping")
    guess = Mapping.from_dict(chosen or found["mapping"])
    kind = cast("Kind", job.kind)
    return MappingForm(kind, found["headers"], guess, data, _likely_account(job, guess))


def _likely_account(job: Import, mapping: Mapping) -> str:
    """The account that a bank's table is likely of; "" where that is not clear, or not asked."""
    if job.kind != FileKind.BANK:
        return ""
    numbers = assumed_accounts(job, mapping.fingerprint)
    return numbers[0] if len(numbers) == 1 else ""
