"""What accounting programs call the columns, in French and in English.

The first names of a field are as good as its own; those after the bar are looser: they fit another field as
well, and content or the other columns must decide. Names are compared plain: "N° Client", "no_client" and
"Numéro du client" are all `no client`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from exigible.intake.readers.bank import columns
from exigible.kernel.text import fold

Kind = Literal["customers", "items", "bank", "advice"]

CUSTOMER_FIELDS: Final = (
    "code", "name", "country", "siren", "siret", "vat_number", "tax_id", "language", "email", "phone",
    "address", "postcode", "city", "payment_terms", "credit_limit", "iban", "group_code", "collector",
    "segment",
)  # fmt: skip
ITEM_FIELDS: Final = (
    "customer_code", "customer_name", "document_type", "document_number", "issue_date", "due_date",
    "currency", "amount", "debit", "credit", "sense", "open_amount", "reference", "order_number",
)  # fmt: skip
BANK_FIELDS: Final = (
    "booked_on", "value_on", "amount", "debit", "credit", "sense", "currency", "balance", "reference",
    "payer_name", "payer_iban", "text", "bank_text", "end_to_end", "account", "charges", "original_amount",
    "original_currency",
)  # fmt: skip
ADVICE_FIELDS: Final = (
    "document_number", "issue_date", "document_type", "amount", "discount", "paid_amount", "currency",
)  # fmt: skip
FIELDS: Final[dict[Kind, tuple[str, ...]]] = {
    "customers": CUSTOMER_FIELDS,
    "items": ITEM_FIELDS,
    "bank": BANK_FIELDS,
    "advice": ADVICE_FIELDS,
}

_CODE: Final = """
code client, no client, code tiers, no tiers, compte tiers, compte client, compte auxiliaire,
no compte client, customer code, customer no, customer id, customer account, client no, client code,
client id, account no,
compauxnum, comp aux num, debtor no, debitor, kunnr, bp code, cardcode, id client, identifiant client,
ref client, reference client, auxiliaire, code auxiliaire, code compte, cust number
| code, no compte, compte, account, client, customer, tiers, debtor, partner, contact
"""
_NAME: Final = """
raison sociale, denomination sociale, denomination, nom client, nom tiers, nom societe, intitule compte,
intitule tiers, intitule client, libelle compte, libelle tiers, customer name, client name, company name,
account name, debtor name, display name, invoice partner display name, partner name,
nom affichage partenaire facture, nom partenaire, nom complet, full name, compauxlib, comp aux lib,
name 1, name1, name customer, bp name, cardname, business name
| name, nom, intitule, societe, company, client, customer, tiers, contact, partner, debtor
"""
_SYNONYMS: Final[dict[Kind, dict[str, str]]] = {
    "customers": {
        "code": _CODE + ", no, id, ref, reference",
        "name": _NAME + ", libelle",
        "country": "country, pays, code pays, country code, country key, pays region, country region",
        "siren": "siren, no siren, code siren | siret",
        "siret": "siret, no siret, code siret, siren siret | siren",
        "vat_number": (
            "vat no, no tva, tva intracommunautaire, no tva intracommunautaire, tva intracom, vat id, "
            "no tva intracom, no tva intra, tva intra, vat registration no, identifiant tva, vat | "
            "tva, tax id"
        ),
        "tax_id": (
            "tax id, nif, no nif, nis, identifiant fiscal, no fiscal, tax no, no identification fiscale"
        ),
        "language": "language, langue, code langue, lang, language key",
        "email": (
            "email, mail, courriel, adresse mail, adresse email, adresse electronique, email address, "
            "e mail, adresse e mail, email facturation, mail comptabilite, email comptabilite"
        ),
        "phone": (
            "phone, telephone, tel, no telephone, phone no, telephone 1, tel 1, tel fixe, telephone "
            "fixe, main phone, work phone | mobile, portable, telephone mobile"
        ),
        "address": (
            "address, adresse, adresse 1, rue, street, address 1, address line 1, adresse "
            "facturation, billing address, street address, voie, adresse ligne 1, bill to 1 | adresse "
            "complete"
        ),
        "postcode": "postcode, postal code, code postal, cp, zip, zip code, post code",
        "city": "city, ville, localite, commune, town",
        "payment_terms": (
            "payment terms, conditions paiement, condition paiement, conditions reglement, condition "
            "reglement, modalites paiement, modalite paiement, delai paiement, delai reglement, terms "
            "payment, terms, zterm, customer payment terms, conditions | mode reglement, echeance"
        ),
        "credit_limit": (
            "credit limit, limite credit, plafond, plafond encours, plafond credit, encours autorise, "
            "encours maximum, encours max, encours maxi, plafond autorise, limite encours"
        ),
        "iban": "iban, no iban, iban client, code iban | compte bancaire, bank account, rib",
        "group_code": (
            "group code, code groupe, maison mere, societe mere, parent company, parent account, "
            "compte payeur, groupe client | group, groupe, parent"
        ),
        "collector": (
            "collector, gestionnaire, charge recouvrement, gestionnaire recouvrement, charge relance, "
            "credit controller, charge compte, agent recouvrement | responsable, representant, "
            "salesperson"
        ),
        "segment": (
            "segment, categorie client, famille client, categorie tarifaire, customer group, type "
            "client | categorie, famille, category, classe, grade"
        ),
    },
    "items": {
        "customer_code": _CODE,
        "customer_name": _NAME,
        "document_type": (
            "document type, type document, type piece, nature piece, doc type, transaction type, "
            "invoice type, type facture, nature document | type, nature, journal, code journal, jnl, "
            "jal"
        ),
        "document_number": columns.DOCUMENT_NUMBER,
        "issue_date": (
            "issue date, date facture, date piece, date document, date emission, invoice date, "
            "document date, bill date, piecedate, bldat, doc date, date facturation, invoice bill "
            "date, date of issue | date, date ecriture, posting date, ecrituredate, date comptable, "
            "transaction date, date operation, created"
        ),
        "due_date": (
            "due date, date echeance, echeance, net due date, maturity date, date exigibilite, "
            "invoice due date, payment due date, date limite paiement, due on, date echeance facture, "
            "echeance nette, due in date, date due "
            "| due, echeances, net due dt, maturity"
        ),
        "currency": (
            "currency, devise, code devise, monnaie, currency code, document currency, waers, curr, "
            "idevise, invoice currency, devise piece | local currency, devise interne"
        ),
        "amount": (
            "amount, montant ttc, total ttc, montant facture, montant initial, montant origine, "
            "invoice amount, original amount, total amount, amount total, amount local currency, "
            "amount doc curr, amount document currency, total currency, montant total, amount total "
            "signed, total signed, total signe, wrbtr, dmbtr, montant devise interne, "
            "montant devise piece | montant, total, ttc, montant devise, net a payer, montant signe"
        ),
        "debit": "debit, montant debit, debit amount, mouvement debit, debit eur",
        "credit": "credit, montant credit, credit amount, mouvement credit, credit eur",
        "sense": (
            "sens, sens ecriture, debit credit ind, debit credit indicator, debit credit, d c, dc, shkzg"
        ),
        "open_amount": (
            "open amount, reste du, solde ouvert, montant dû signé, reste a payer, restant du, "
            "montant restant, montant restant du, "
            "montant du, solde du, amount due, amount residual, residual amount, outstanding amount, "
            "open balance, outstanding, montant ouvert, remaining amount, balance due, solde restant "
            "du, restant a payer, amount due signed, solde facture, solde piece, balance amount | "
            "solde, balance, encours, total due"
        ),
        "reference": (
            "your reference, votre reference, vos references, libelle ecriture, designation, objet, "
            "text, ecriturelib, invoice ref, memo | reference, ref, libelle, description, assignment, "
            "communication, customer reference, memo description"
        ),
        "order_number": (
            "order no, no commande, bon commande, no bon commande, po no, purchase order, no bc, "
            "commande client, ref commande, reference commande, purchase order no | commande, bc, po, "
            "order, customer reference, source document, origin"
        ),
    },
    "bank": columns.BANK,
    "advice": columns.ADVICE,
}

_NUMBER_WORDS: Final = frozenset({"n", "no", "num", "numero", "number", "nr", "nbr", "nb"})
_EMPTY_WORDS: Final = frozenset(
    {
        "de",
        "du",
        "des",
        "d",
        "la",
        "le",
        "l",
        "les",
        "en",
        "of",
        "the",
        "in",
        "a",
        "eur",
        "euro",
        "euros",
        "mga",
    }
)
_CAMEL: Final = re.compile(r"(?<=[a-zà-ÿ])(?=[A-Z])")
_OWED: Final = re.compile(r"\bdû\b|\bdu\s*(?=$|\()", re.IGNORECASE)  # "montant dû", not "date du compte"

STRONG: Final = 90
LOOSE: Final = 60
PARTIAL: Final = 45


@lru_cache(maxsize=4_096)
def plain_words(header: str) -> tuple[str, ...]:
    """The words of a column's name, without accents, case, articles, currency; "N°" and "number" are `no`."""
    spaced = _CAMEL.sub(" ", header) if not header.isupper() else header
    spaced = _OWED.sub("owed", spaced.replace("°", " ").replace("º", " "))
    words = re.findall(r"[a-z0-9]+", fold(spaced))
    return tuple("no" if word in _NUMBER_WORDS else word for word in words if word not in _EMPTY_WORDS)


def plain_name(header: str) -> str:
    return " ".join(plain_words(header))


def _read(synonyms: str) -> dict[str, int]:
    """Plain names with how well each fits."""
    strong, _, loose = synonyms.partition("|")
    fits = {plain_name(name): LOOSE for name in loose.split(",") if name.strip()}
    return fits | {plain_name(name): STRONG for name in strong.split(",") if name.strip()}


_FITS: Final[dict[Kind, dict[str, dict[str, int]]]] = {
    kind: {field: _read(synonyms) | {plain_name(field): 100} for field, synonyms in _SYNONYMS[kind].items()}
    for kind in _SYNONYMS
}
_ALL_NAMES: Final = frozenset(name for kind in _FITS.values() for fits in kind.values() for name in fits)


def is_known_name(header: str) -> bool:
    """Whether some program calls a column so."""
    return plain_name(header) in _ALL_NAMES


def name_fit(kind: Kind, field: str, header: str) -> int:
    """How well a column's name fits a field, from 0 to 100.

    A name that only contains a good synonym ("Date d'échéance initiale") fits a little.
    """
    fits = _FITS[kind][field]
    name = plain_name(header)
    if name in fits:
        return fits[name]
    padded = f" {name} "
    inside = [
        known for known, fit in fits.items() if fit >= STRONG and len(known) >= 4 and f" {known} " in padded
    ]
    return max((PARTIAL + 3 * known.count(" ") for known in inside), default=0)
