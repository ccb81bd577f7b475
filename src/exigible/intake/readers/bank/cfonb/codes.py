"""The interbank codes of CFONB 120: what moved the money, and why a payment came back."""

from __future__ import annotations

from typing import Final

from exigible.intake.readers.bank.model import Nature

_OPERATIONS: Final[dict[Nature, str]] = {
    "transfer": "05 06 12 13 14 18 21 39 41 44 45 90 C1 C2 C3 C4 C5",
    "direct_debit": "08 09 10 22 24 26 27 96 97 98 A1 A2 A3 A4 A5 A6 B1 B2 B3 B4 B5 B6",
    "cheque": "01 02 03 15",
    "card": "11 28 30 36 38",
    "cash": "04 29",
    "charge": "62 64 65 66 88",
    "interest": "61 63 70",
}
NATURES: Final = {code: nature for nature, codes in _OPERATIONS.items() for code in codes.split()}
"""Bills of exchange (07, 31 to 37), securities and pooling are "other"."""

_RETURNS: Final = "03 10 12 26 27 33 34 38 98 A3 A4 A5 A6 B3 B4 B5 B6 C3 C4 C5"
RETURNS: Final = frozenset(_RETURNS.split())
"""Operations that give back an earlier one: unpaid, rejected, returned, recalled, paid back."""

REASONS: Final = {
    "12": "AC01", "14": "AC04", "16": "BE06", "18": "BE05", "20": "AM04", "31": "MD01", "34": "AC06",
    "35": "MD07", "52": "AG02", "54": "BE04", "57": "FF01", "58": "MS02", "59": "MS03", "60": "RC01",
    "61": "TM01", "62": "RR04", "63": "SL01", "64": "AM05", "65": "FOCR", "66": "MD02", "80": "MD06",
    "99": "AG01",
    "01": "Endos erroné", "02": "Échéance hors limite", "03": "Date incohérente",
    "04": "Réclamation partielle", "05": "Réclamation totale",
    "06": "Non retour d'acceptation", "11": "Annulation bancaire",
    "13": "Créance non identifiable", "19": "Créance cédée à une autre banque", "32": "Décision judiciaire",
    "39": "Ne paie que LCR acceptée ou BOR", "70": "Tirage contesté", "71": "Reçu à tort ou déjà réglé",
    "72": "Code acceptation erroné", "73": "Montant contesté", "74": "Date d'échéance contestée",
    "75": "Demande de prorogation", "76": "Réclamation tardive", "88": "Banque hors échanges",
    "90": "Paiement partiel du tiré",
}  # fmt: skip
"""Reasons of rejection (positions 41, 42): the ISO 20022 code of the same meaning, else the CFONB's words."""
