"""How messy the account is: every rate that the generator follows, of a thousand unless said otherwise.

No set of real bank lines with the accountant's own lettering is public, so the mix is set by judgement, for
the account of a French company of middle size that sells to firms on 30 to 60 days. It was written down
before any matcher was run on it, and it is not changed to suit one.

- Almost all receipts of such a company that a program has to explain are transfers. Its own direct debits,
  bills of exchange and card takings come with a file that says what they are: they are left out, on both
  sides.
- Most transfers pay one invoice, or a payment run of several, in full: firms pay by runs twice a month, and
  what is short is rare, for French invoices carry no discount unless agreed and SEPA transfers bear no
  charges. Charges come with money from abroad, tax kept back with services to a few countries.
- A payer's accounting program writes the number as the invoice shows it; a person at the bank's site writes
  what seems enough: the last digits, no zeros, or "facture" alone. About one transfer in six names nothing
  that helps.
- The payer's name is what the bank holds: capitals, no accents, cut at 35 characters by some, without its
  legal form or with another one, at times a trade name that the ledger has never seen. Public bodies pay
  through a treasury that pays for many.
- Cheques are still paid in by batches whose line names nobody; advances have no invoice yet; some pay
  twice. No rule can post these, whoever writes it: they are about one line in twenty.
"""

from __future__ import annotations

from typing import Final

SCENARIOS: Final[dict[str, int]] = {
    "one invoice": 576,
    "one due date of several": 35,
    "several invoices": 165,
    "all that is due": 40,
    "part payment": 24,
    "part payment of several": 5,
    "one invoice in several payments": 10,
    "credit note deducted": 35,
    "charges told by the bank": 6,
    "charges not told": 7,
    "discount within its terms": 14,
    "discount taken too late": 3,
    "tax kept back": 4,
    "cents short": 12,
    "overpaid": 6,
    "paid twice": 5,
    "invoice already closed": 2,
    "in advance": 10,
    "round sum on account": 6,
    "parent for subsidiary": 14,
    "factor for many": 4,
    "payment provider": 2,
    "cheques paid in": 8,
    "two invoices of the same amount": 4,
    "sets of the same sum": 3,
}
"""What a payment is of; of a thousand payments."""

NOT_CUSTOMERS: Final = 15
"""Lines that come in from others (tax refunded, an insurer, a supplier), for a thousand payments."""
GOING_OUT: Final = 5
"""Refunds to customers and debits returned unpaid, for a thousand payments."""

NAMING_ONE: Final[dict[str, int]] = {
    "exact": 500,
    "spaced otherwise": 110,
    "last digits": 120,
    "order number": 25,
    "zeros lost": 30,
    "cut": 15,
    "glued": 10,
    "wrong digit": 10,
    "another number": 15,
    "nothing": 165,
}
"""How the text of a payment of one document names it."""

NAMING_SEVERAL: Final[dict[str, int]] = {
    "exact": 430,
    "spaced otherwise": 80,
    "last digits": 210,
    "zeros lost": 40,
    "glued": 20,
    "wrong digit": 10,
    "nothing": 210,
}

PAYER_NAMES: Final[dict[str, int]] = {
    "as registered": 690,
    "without legal form": 120,
    "another legal form": 40,
    "with a word before": 30,
    "misspelt": 25,
    "alias": 55,
    "missing": 40,
}
CUT_AT_35: Final = 400
"""Lines whose bank cuts the payer's name at 35 characters."""

ACCOUNTS: Final[dict[str, int]] = {"known": 720, "unknown": 220, "missing": 60}
"""Whether the ledger knows the account that a payment comes from."""

NOISE: Final[dict[str, int]] = {
    "nothing": 620,
    "date": 110,
    "amount": 50,
    "customer code": 60,
    "contract": 60,
    "payer's own number": 100,
}
"""What else the text holds."""
END_TO_END: Final[dict[str, int]] = {
    "nothing": 200,
    "NOTPROVIDED": 350,
    "payer's own number": 400,
    "document": 50,
}

NUMBERING: Final[dict[str, int]] = {"FA26-10412": 700, "2026/000123": 80, "INV-2026-0451": 80, "F260451": 70,
                                    "10045": 70}  # fmt: skip
"""One style for most; the others are of other journals and of the program used before."""

MEAN_ITEMS: Final = 20
"""Open items of a customer on average: two payments each in these three weeks, ten items for a payment."""
GROUPED: Final = 80
"""Customers that belong to a group; half of the groups pay from one account."""
NEAR_TWINS: Final = 15
"""Customers whose name differs from another's by its legal form alone."""
PUBLIC: Final = 60
ABROAD: Final = 60
WITH_DISCOUNT: Final = 80
SUBSCRIBERS: Final = 40
"""Customers invoiced the same amount every month."""
ROUND_AMOUNTS: Final = 120
CREDIT_NOTES: Final = 35
IN_INSTALMENTS: Final = 40
PART_PAID: Final = 25
"""Open items of which a part was paid before."""
CLOSED: Final = 60
"""Documents settled before, for a thousand open items; those that may be paid again."""

WITHHOLDING_RATE: Final = 10_000
"""Thousandths of a percent: the tax that the customers of some countries keep back from services."""
WRITTEN_OFF: Final = 100
"""Cents that the company lets go, whatever they lack for."""
DISCOUNT_TERMS: Final = "2/10"
CHARGES: Final = (500, 800, 1000, 1200, 1500, 1850, 2000, 2500)
"""What banks keep from a transfer from abroad, cents."""
