"""What banks and customers' programs call the columns of a statement and of a remittance advice.

In French, English, German and Spanish; written as `vocabulary` has it, the looser names after the bar.
"""

from __future__ import annotations

from typing import Final

DOCUMENT_NUMBER: Final = """
document no, no document, no piece, no facture, invoice no, num facture, numero piece, invoice id, pieceref,
piece ref, ref piece, reference piece, facture no, doc no, bill no, belnr, no doc, invoice, facture, id
facture, reference facture, ref facture, document number invoice, doc id, document id, ref interne,
reference interne | num, no, piece, document, reference, ref, id, assignment, affectation, no ecriture,
payment id, payment no, no reglement, external document no
"""
BANK: Final = {
    "booked_on": """
booking date, date comptabilisation, date comptable, date ecriture, posting date, posted date, buchungstag,
buchungsdatum, fecha contable, fecha operacion, booking date utc, date completed utc | date, fecha, datum,
date operation, operation date, date op, transaction date, date transaction, date mouvement, completed date,
date completed, date operation utc, date heure
""",
    "value_on": """
value date, date valeur, date val, valuta, valutadatum, wertstellung, wertstellungsdatum, fecha valor, date
valeur utc | valeur
""",
    "amount": """
amount, montant, montant operation, betrag, importe, umsatz, transaction amount, montant transaction, net
amount, net, montant net, montant total ttc | gross, gross amount, montant brut, total, montant ttc, somme
""",
    "debit": """
debit, debits, montant debit, debit amount, mouvement debit, soll, belastung, cargo, cargos, paid out, money
out, withdrawal, withdrawals, sortie, sorties, depense, depenses, net debit nc | retrait
""",
    "credit": """
credit, credits, montant credit, credit amount, mouvement credit, haben, gutschrift, abono, abonos, ingreso,
ingresos, deposit, deposits, entree, entrees, recette, recettes, net credit nc | money in, paid in
""",
    "sense": """
sens, sens operation, sens ecriture, sens mouvement, debit credit, credit debit, d c, c d, dc, cd, debit or
credit, credit debit indicator, soll haben, signe
""",
    "currency": """
currency, devise, code devise, monnaie, currency code, ccy, wahrung, waehrung, moneda, divisa, account
currency, devise compte, payment currency, net currency | curr, devise operation
""",
    "balance": """
balance, solde, running balance, saldo, solde courant, solde progressif, account balance, solde compte,
solde apres operation, kontostand, balance after, accountbalance
""",
    "reference": """
bank reference, reference bancaire, reference operation, ref operation, no operation, operation no,
transaction id, id transaction, transaction reference, reference transaction, no transaction, reference,
ref, referencia, referenz, fitid, psp reference, entry reference, transferwise id, id operation, id | no,
txn id
""",
    "payer_name": """
payer name, counterparty, counterparty name, partner name, nom contrepartie, contrepartie, nom tiers, tiers,
payee, payer, payee name, beneficiaire, nom beneficiaire, donneur ordre, nom donneur ordre, emetteur, nom
emetteur, auftraggeber, auftraggeber empfanger, auftraggeber beguenstigter, beguenstigter
zahlungspflichtiger, begunstigter zahlungspflichtiger, name zahlungsbeteiligter, empfanger, ordenante,
beneficiario, sender, remitter, nom payeur, payeur, partenaire, debtor name | name, nom, client, customer,
partner, merchant
""",
    "payer_iban": """
payer iban, iban contrepartie, counterparty iban, partner iban, counterparty account, compte contrepartie,
iban emetteur, iban tiers, bank account, kontonummer iban, iban zahlungsbeteiligter, compte bancaire, iban
debiteur, iban donneur ordre, iban beneficiaire | iban, account no
""",
    "text": """
libelle, label, description, communication, motif, libelle operation, libelle ecriture, verwendungszweck,
concepto, payment reference, message, remittance information, narrative, objet, reference paiement, motif
paiement, libelle complet, descripcion, memo, transaction description, subject, unstructured remittance |
details, intitule, designation, comment, note
""",
    "bank_text": """
detail, details, detail ecriture, detail operation, libelle complementaire, information complementaire,
informations complementaires, informations, complement, buchungstext, additional information, observaciones,
libelle court | libelle simplifie, type operation, transaction type, type, nature, categorie, category,
note, comment
""",
    "end_to_end": """
end to end id, endtoendid, reference bout bout, ende zu ende referenz, customer reference, client reference,
kundenreferenz, kundenreferenz end to end, reference client, reference donneur ordre, merchant reference,
invoice id, invoice no, no facture
""",
    "account": """
account, no compte, compte, account no, account iban, iban compte, konto, kontonummer, cuenta,
auftragskonto, iban auftragskonto, own account, no cuenta, company account, account id, compte interne |
iban
""",
    "charges": "| fee, fees, frais, charges, commission",
    "original_amount": """
amount currency, montant devise, orig amount, montant devise origine, amount foreign currency, montant
origine, foreign amount
""",
    "original_currency": """
orig currency, devise origine, type foreign currency, foreign currency, devise initiale
""",
}
ADVICE: Final = {
    "document_number": DOCUMENT_NUMBER
    + ", your reference, votre reference, vos references, invoice reference",
    "issue_date": """
issue date, date facture, date piece, date document, invoice date, document date, bill date, doc date |
date, fecha, datum
""",
    "document_type": "document type, type document, type piece, nature piece, doc type | type, nature",
    "amount": """
amount, gross amount, gross, montant brut, brut, montant facture, invoice amount, montant ttc, document
amount, montant piece, montant document, original amount, montant initial, total ttc | montant, total, ttc
""",
    "discount": """
discount, cash discount, escompte, deduction, deductions, remise, retenue, skonto, discount amount, montant
escompte, discount taken, montant remise, montant deduit, withholding | adjustment, ajustement, avoir
""",
    "paid_amount": """
paid, amount paid, net, net amount, montant net, net paye, net a payer, montant paye, montant regle, payment
amount, montant reglement, regle, paye, net payment, montant vire, montant paiement | paiement, reglement
""",
    "currency": "currency, devise, code devise, monnaie, currency code, ccy, invoice currency",
}
