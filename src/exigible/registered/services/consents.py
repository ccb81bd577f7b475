"""Consent to electronic registered letters, which an addressee who is no professional gives beforehand.

France: CPCE (postal part), L. 100. Elsewhere no text is known here; the consent is asked for all the same.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from exigible.kernel.errors import UserMistake
from exigible.kernel.text import clean
from exigible.ledger.models import Customer
from exigible.ledger.services import lock_books
from exigible.registered.models import ElectronicConsent
from exigible.timeline.services import record_event


def needs_consent(customer: Customer) -> bool:
    """Whether an electronic registered letter waits for the consent of this customer."""
    return customer.kind != Customer.Kind.BUSINESS and consent_of(customer) is None


def consent_of(customer: Customer) -> ElectronicConsent | None:
    """The consent that stands, if one does."""
    return ElectronicConsent.objects.filter(
        company_id=customer.company_id, customer=customer, withdrawn_on=None
    ).first()


@transaction.atomic
def record_consent(*, customer: Customer, given_on: date, how: str, by: int | None) -> ElectronicConsent:
    """Note that a customer agreed, when, and where that stands.

    Raises UserMistake("future-consent") and ("unproved-consent").
    """
    lock_books(customer.company_id)
    how = clean(how, 200)
    if given_on > timezone.localdate():
        raise UserMistake("future-consent", "A consent cannot have been given on a day to come.")
    if not how:
        raise UserMistake("unproved-consent", "Say where the consent stands: a contract, an e-mail.")
    known = consent_of(customer)
    if known is not None:
        return known
    consent = ElectronicConsent.objects.create(
        company_id=customer.company_id, customer=customer, given_on=given_on, how=how, by_id=by
    )
    _tell(consent, "registered-consent", by)
    return consent


@transaction.atomic
def withdraw_consent(*, consent: ElectronicConsent, by: int | None) -> None:
    """Note that a customer agrees no more; what left before stays as it is."""
    lock_books(consent.company_id)
    ours = ElectronicConsent.objects.filter(pk=consent.pk, withdrawn_on=None)
    if ours.update(withdrawn_on=timezone.localdate()):
        _tell(consent, "registered-consent-withdrawn", by)


def _tell(consent: ElectronicConsent, kind: str, by: int | None) -> None:
    record_event(
        company_id=consent.company_id,
        customer_id=consent.customer_id,
        kind=kind,
        by=by,
        text=consent.how,
        data={"given_on": consent.given_on.isoformat()},
    )
