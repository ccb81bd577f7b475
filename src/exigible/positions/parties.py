"""A company and its customers as the documents that leave the house name them."""

from __future__ import annotations

from babel import Locale

from exigible.documents.model import Sender
from exigible.ledger.models import Company, Customer


def sender_of(company: Company) -> Sender:
    """The company as its letters show it."""
    logo = None
    if company.logo:
        with company.logo.open("rb") as file:
            logo = file.read()
    return Sender(
        name=company.name,
        address=_lines(company.address, company.postcode, company.city),
        legal_lines=tuple(filter(None, (company.registration, company.siren and f"SIREN {company.siren}"))),
        logo=logo,
        colour=company.colour,
        iban=company.iban,
        bic=company.bic,
        signature=tuple(company.signatory.splitlines()),
        phone=company.phone,
        email=company.email,
    )


def recipient_of(customer: Customer, company: Company, language: str) -> tuple[str, ...]:
    """The lines in the window of the envelope; the country, in capitals, when it is not the sender's."""
    lines = (customer.name, *_lines(customer.address, customer.postcode, customer.city))
    if not customer.country or customer.country == company.country:
        return lines
    country = Locale.parse(language).territories.get(customer.country, customer.country)
    return (*lines, country.upper())


def _lines(address: str, postcode: str, city: str) -> tuple[str, ...]:
    place = f"{postcode} {city}".strip()
    return tuple(filter(None, (*(line.strip() for line in address.splitlines()), place)))
