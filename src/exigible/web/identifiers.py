"""Identifiers of a business by country, cleaned and checked: form and check digits, where there are any."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from stdnum import exceptions
from stdnum.eu import vat
from stdnum.fr import siren, siret, tva

NIF = re.compile(r"\d{10}")  # Madagascar, tax number
STAT = re.compile(r"\d{17}")  # Madagascar: activity, region, year, rank
RCI = re.compile(r"\d{2}[A-Z]\d{5}")  # Monaco, Répertoire du commerce et de l'industrie
FRENCH_VAT = ("FR", "MC")

Given = dict[str, Any]


def check_identifiers(given: Given, country: str) -> tuple[Given, dict[str, Any]]:
    """The identifiers cleaned, and what is wrong with them, by field; `country` is the customer's.

    A SIREN left empty is taken from the SIRET. Sources of the check digits: SIREN and SIRET, Luhn formula
    (ISO/IEC 7812-1); VAT numbers, the algorithm of each member state.
    """
    cleaned, wrong = dict(given), {}
    for field, check in _CHECKS.items():
        text = str(given.get(field) or "").strip()
        if not text:
            cleaned[field] = ""
            continue
        try:
            cleaned[field] = check(text, country)
        except (exceptions.ValidationError, ValueError):
            wrong[field] = _MESSAGES[field]
    if not wrong:
        _agree(cleaned, wrong)
    return cleaned, wrong


def _agree(cleaned: Given, wrong: dict[str, Any]) -> None:
    """SIRET and French VAT number both hold the SIREN."""
    if cleaned.get("siret"):
        cleaned["siren"] = cleaned.get("siren") or cleaned["siret"][:9]
        if not cleaned["siret"].startswith(cleaned["siren"]):
            wrong["siret"] = _("This SIRET is not one of this SIREN's establishments.")
    number = str(cleaned.get("vat_number") or "")
    is_french = number.startswith("FR") and not number[4:].startswith("000")
    if is_french and cleaned.get("siren") and not number.endswith(str(cleaned["siren"])):
        wrong["vat_number"] = _("This VAT number is not the one of this SIREN.")


def _siren(text: str, country: str) -> str:
    return text if country not in ("", "FR") else str(siren.validate(text))


def _siret(text: str, country: str) -> str:
    return text if country not in ("", "FR") else str(siret.validate(text))


def _vat(text: str, country: str) -> str:
    number = re.sub(r"[\s.\-]", "", text).upper()
    if number[:2] == "FR" or (number[:2].isdigit() and country in FRENCH_VAT):
        return f"FR{tva.validate(number)}"
    return str(vat.validate(number)) if number[:2].lower() in vat.MEMBER_STATES else number


def _tax_id(text: str, country: str) -> str:
    return _formed(NIF, text) if country == "MG" else text


def _statistics_id(text: str, country: str) -> str:
    return _formed(STAT, text) if country == "MG" else text


def _trade_register(text: str, country: str) -> str:
    return _formed(RCI, text) if country == "MC" else text


def _formed(form: re.Pattern[str], text: str) -> str:
    squeezed = re.sub(r"[\s.\-]", "", text).upper()
    if not form.fullmatch(squeezed):
        raise ValueError(text)
    return squeezed


_CHECKS: dict[str, Callable[[str, str], str]] = {
    "siren": _siren,
    "siret": _siret,
    "vat_number": _vat,
    "tax_id": _tax_id,
    "statistics_id": _statistics_id,
    "trade_register": _trade_register,
}
_MESSAGES: dict[str, Any] = {
    "siren": _("This is no SIREN: it has 9 digits, the last of which checks the others."),
    "siret": _("This is no SIRET: it has 14 digits, the last of which checks the others."),
    "vat_number": _("This is no VAT number of that country: its check digits do not fit."),
    "tax_id": _("A NIF of Madagascar has 10 digits."),
    "statistics_id": _("A STAT number of Madagascar has 17 digits."),
    "trade_register": _("An RCI number of Monaco looks like 12S05678."),
}


def checked_iban(text: str) -> str:
    """An IBAN without spaces; a form error when its check digits, length or bank part do not fit."""
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return str(IBAN(text))
    except SchwiftyException as refusal:
        raise forms.ValidationError(_("This is no IBAN: check it digit by digit.")) from refusal
