"""Types of documents as programs write them."""

from __future__ import annotations

from typing import Final, Literal

from exigible.intake.readers.vocabulary import plain_words

DocumentType = Literal["invoice", "credit_note", "payment", "other"]

# Short codes are those of Sage and Cegid (FA, AV, RG), of SAP (RV, DR, DG, DZ, AB) and of Odoo's moves.
_WORDS: Final[dict[DocumentType, str]] = {
    "invoice": "invoice facture factures fa fac fact inv ve vt vte vente ventes rv dr bill fc si"
    " sale sales debours",
    "credit_note": "avoir avoirs av avr cn cm dg refund avc",
    "payment": "reglement reglements rglt paiement payment rgl reg rg bq bque banque bank virement vir"
    " cheque chq dz encaissement pay pmt receipt prelevement remise cb dp acompte",
    "other": "autre other od operations ab journal misc entry an nouveau nouveaux ecart lcr effet traite",
}
_BY_WORD: Final = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_CREDIT_NOTE_PHRASES: Final = ("credit note", "credit memo", "note credit", "note avoir", "facture avoir")
_DEBIT_NOTE_PHRASES: Final = ("debit note", "note debit", "facture acompte")


def document_type_of(text: str) -> DocumentType | None:
    """The type that a cell names; None for words of no known type."""
    words = plain_words(text.replace("_", " "))
    phrase = " ".join(words)
    if any(known in phrase for known in _CREDIT_NOTE_PHRASES):
        return "credit_note"
    if any(known in phrase for known in _DEBIT_NOTE_PHRASES):
        return "invoice"
    found = [_BY_WORD[word] for word in words if word in _BY_WORD]
    return "credit_note" if "credit_note" in found else found[0] if found else None


def type_by_sign(amount: int, number: str, reference: str) -> DocumentType:
    """The type where no column says it: a debit was invoiced, a credit is what its words say."""
    if amount >= 0:
        return "invoice"
    letters = "".join(letter if letter.isalpha() else " " for letter in f"{number} {reference}")
    named = document_type_of(letters)
    return named if named in ("credit_note", "payment") else "other"
