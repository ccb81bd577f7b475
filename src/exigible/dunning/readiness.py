"""What a company must have set before its messages can leave, and what they would lack without it."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext as _

from exigible.dunning.models import SmsGateway
from exigible.dunning.rules import Reason
from exigible.ledger.models import Company

NO_ADDRESS = "no-sender-address"
NO_EMAIL = "no-sender"
NO_GATEWAY = "no-sms-gateway"
NO_TEST_NUMBER = "no-test-number"


def lacks(company: Company) -> tuple[str, ...]:
    """What is not set of "address", "email" and "iban": who writes, from where, and how to pay.

    Without the address (or the name) no letter leaves, without the e-mail address no e-mail; without the IBAN
    they leave and do not say where to pay.
    """
    known = {
        "address": company.name.strip() and company.address.strip(),
        "email": email_of_sender(company),
        "iban": company.iban.strip(),
    }
    return tuple(name for name, value in known.items() if not value)


def email_of_sender(company: Company) -> str:
    """The address that e-mails are written from; empty where none is set."""
    return company.email.strip() or str(settings.DEFAULT_FROM_EMAIL)


def what_it_waits_for(
    company: Company, *, is_email: bool, has_letter: bool, is_sms: bool = False
) -> Reason | None:
    """Why a message cannot leave before the company's settings are completed; None where it can."""
    if is_sms:
        return _sms_waits_for(company)
    missing = lacks(company)
    if is_email and "email" in missing:
        return Reason(NO_EMAIL)
    if has_letter and "address" in missing:
        return Reason(NO_ADDRESS)
    return None


def gateway_in_use(company: Company) -> SmsGateway | None:
    """The gateway that a company's text messages go through; None where none is set, or it is at rest."""
    try:
        found = company.sms_gateway
    except SmsGateway.DoesNotExist:
        return None
    return found if found.is_active else None


def _sms_waits_for(company: Company) -> Reason | None:
    """On trial, text messages wait for a number to try them on: none reaches a customer."""
    gateway = gateway_in_use(company)
    if gateway is None:
        return Reason(NO_GATEWAY)
    return Reason(NO_TEST_NUMBER) if company.test_recipient and not gateway.test_number else None


def lack_sentences(missing: Iterable[str]) -> list[str]:
    """What is missing and what follows from it, in the reader's language."""
    sentences = {
        "address": _("The company's postal address is not set: letters wait until it is."),
        "email": _("The company's e-mail address is not set: e-mails wait until it is."),
        "iban": _("No IBAN is set: customers are not told where to pay."),
    }
    return [sentences[name] for name in missing]
