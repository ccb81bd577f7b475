"""Parts that the forms share."""

from __future__ import annotations

from typing import Any, cast

from babel import Locale
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from exigible.kernel.countries import COUNTRIES
from exigible.kernel.dates import PaymentTerms
from exigible.kernel.errors import UserMistake
from exigible.kernel.terms import DiscountTerms
from exigible.kernel.text import fold
from exigible.language.formats import iban, language
from exigible.language.inputs import parse_typed
from exigible.ledger.models import Country


class IbanField(forms.CharField):
    """An IBAN, shown in groups of four and kept without spaces."""

    def prepare_value(self, value: Any) -> Any:
        return iban(value) if value else value

    def to_python(self, value: Any) -> str:
        return "".join(str(super().to_python(value) or "").split()).upper()


def checked_terms(text: str) -> str:
    """Payment terms as they are kept; a form error for what is none."""
    if not text.strip():
        return ""
    try:
        return str(PaymentTerms.parse(text.strip()))
    except UserMistake as mistake:
        raise forms.ValidationError(
            _("Write terms such as 30, 45EOM (45 days, end of month) or EOM45")
        ) from mistake


def checked_discount(text: str) -> str:
    """Terms of an early-payment discount as they are kept; a form error for what is none."""
    try:
        return str(DiscountTerms.parse(text.strip())) if text.strip() else ""
    except UserMistake as mistake:
        raise forms.ValidationError(_("Write a discount such as 2/10: 2 % within 10 days")) from mistake


def parsed_amount(text: str, currency: str) -> int | None:
    """An amount as people type it, with a comma or a dot; None for nothing; a form error for what is none."""
    if not text.strip():
        return None
    try:
        return parse_typed(text, currency)
    except UserMistake as mistake:
        raise forms.ValidationError(_("Write an amount such as 1 234,56")) from mistake


def country_choices() -> list[tuple[str, str]]:
    """Every country by name in the reader's language, those of the house first."""
    names = Locale(language()).territories
    known = [(code, str(names[code])) for code in COUNTRIES]
    first = [(code, names[code]) for code in Country.values]
    rest = sorted((pair for pair in known if pair[0] not in Country.values), key=lambda pair: fold(pair[1]))
    return [("", "—"), *first, *rest]


def keep_what_was_read(form: forms.ModelForm) -> None:
    """Let each field carry what it held when it was read, so that two people's changes can be told apart."""
    for field in form.fields.values():
        field.show_hidden_initial = not isinstance(field, forms.FileField) and not field.widget.is_hidden


def merged_data(posted: forms.ModelForm, fresh: forms.ModelForm) -> QueryDict:
    """The form after someone else saved first: what is known now, and over it what this person changed."""
    data = QueryDict(mutable=True)
    changed, typed = set(posted.changed_data), cast(QueryDict, posted.data)
    for name, field in fresh.fields.items():
        known = fresh[name].value()
        mine = (
            typed.getlist(name) if name in changed and not field.widget.is_hidden else _as_typed(field, known)
        )
        data.setlist(name, mine)
        if field.show_hidden_initial:
            data.setlist(fresh[name].html_initial_name, _as_typed(field, known))
    return data


def _as_typed(field: forms.Field, value: Any) -> list[str]:
    if isinstance(field, forms.BooleanField):
        return ["on"] if value else []
    return ["" if value is None else str(field.prepare_value(value))]
