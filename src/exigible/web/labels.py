"""What the fields of a customer and of a company are called, in forms and in the history."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

CUSTOMER_LABELS = {
    "code": _("Code"), "name": _("Name"), "kind": _("Kind"), "siren": _("SIREN"), "siret": _("SIRET"),
    "vat_number": _("VAT number"), "tax_id": _("Tax identifier (NIF, NIS)"),
    "statistics_id": _("Statistics identifier (STAT)"), "trade_register": _("Trade register (RCS, RCI)"),
    "parent": _("Parent company"), "group_code": _("Group"), "segment": _("Segment"),
    "is_key_account": _("Key account"), "collector": _("Collector"), "language": _("Language"),
    "email": _("E-mail"), "phone": _("Telephone"), "address": _("Address"), "postcode": _("Postcode"),
    "city": _("City"), "country": _("Country"), "payment_terms": _("Payment terms"),
    "discount_terms": _("Early-payment discount"),
    "credit_limit_minor": _("Credit limit"), "is_insolvent": _("Insolvency opened"),
}  # fmt: skip

COMPANY_LABELS = {
    "name": _("Name"), "country": _("Country"), "siren": _("SIREN or register number"),
    "registration": _("Legal lines under letters"), "address": _("Address"), "postcode": _("Postcode"),
    "city": _("City"), "phone": _("Telephone"), "email": _("Sender of reminders"), "iban": _("IBAN"),
    "bic": _("BIC"), "signatory": _("Signatory"), "colour": _("Colour of letters"), "logo": _("Logo"),
    "payment_terms": _("Usual payment terms"), "discount_terms": _("Early-payment discount"),
    "late_interest_rate": _("Late interest agreed (% a year)"),
    "receivable_accounts": _("Customers' accounts (first digits)"),
    "bucket_bounds": _("Ageing buckets (days)"),
    "test_recipient": _("Test: all e-mails to this address"),
}  # fmt: skip

CASH_LABELS = {
    "posts_alone": _("letters by itself"), "threshold": _("least certainty"),
    "small_difference_minor": _("small difference"), "daily_write_off_minor": _("written off in a day"),
    "charge_cap_minor": _("bank charges"), "exchange_cap": _("exchange difference"),
    "discount_grace_days": _("days of grace for a discount"), "withholding_rates": _("tax kept back"),
}  # fmt: skip

KINDS = [("business", _("Business")), ("public", _("Public body")), ("individual", _("Individual"))]
"""The natures of customers."""
