"""Addresses from which letters come back: marked, told to dunning, lifted when they are right after all."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exigible.ledger.models import Customer
from exigible.ledger.services import lock_books
from exigible.registered.heard import address_of
from exigible.registered.models import RegisteredLetter, WrongAddress
from exigible.registered.services.telling import tell


def mark_wrong_address(letter: RegisteredLetter, on: date, by: int | None) -> None:
    """Note that the addressee is unknown where the letter went. The caller holds the books.

    An address that was changed since the letter was posted is another one, and is left alone.
    """
    customer = Customer.objects.get(pk=letter.customer_id)
    _, is_new = WrongAddress.objects.get_or_create(
        company_id=letter.company_id,
        customer=customer,
        address=address_of(customer),
        lifted_on=None,
        defaults={"letter": letter, "since": on, "by_id": by},
    )
    if is_new:
        tell(letter, "address-wrong", by, {"address": ", ".join(_lines(customer))}, on=on)


def _lines(customer: Customer) -> list[str]:
    lines = [*customer.address.splitlines(), f"{customer.postcode} {customer.city}".strip()]
    return [line for line in lines if line]


@transaction.atomic
def lift_wrong_address(*, wrong: WrongAddress, by: int | None) -> None:
    """Say that an address is right after all: letters are written to it again."""
    lock_books(wrong.company_id)
    _lift(WrongAddress.objects.filter(pk=wrong.pk), by)


def lift_of_letter(letter: RegisteredLetter, by: int | None) -> None:
    """Lift what a letter had marked, for that was a mistake."""
    _lift(WrongAddress.objects.filter(company_id=letter.company_id, letter=letter), by)


def _lift(wrong: QuerySet[WrongAddress], by: int | None) -> None:
    standing = wrong.filter(lifted_on=None).select_related("letter")
    for one in standing:
        tell(one.letter, "address-right", by, {"address": one.address.replace("\n", ", ")})
    standing.update(lifted_on=timezone.localdate())


def wrong_address_of(customer: Customer) -> WrongAddress | None:
    """The mark on the address that a customer has now, if it has one."""
    marks = WrongAddress.objects.filter(company_id=customer.company_id, customer=customer, lifted_on=None)
    return marks.filter(address=address_of(customer)).select_related("letter").first()
