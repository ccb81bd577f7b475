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

    It is the address that the letter bears: one that was changed since is another one, and is left alone.
    """
    _, is_new = WrongAddress.objects.get_or_create(
        company_id=letter.company_id,
        customer_id=letter.customer_id,
        address=letter.address,
        lifted_on=None,
        defaults={"letter": letter, "since": on, "by_id": by},
    )
    if is_new:
        tell(letter, "address-wrong", by, {"address": _in_a_line(letter.address)}, on=on)


def _in_a_line(address: str) -> str:
    """Address, postcode and city, as far as they are known, beside each other."""
    return ", ".join(filter(None, map(str.strip, address.splitlines())))


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
        tell(one.letter, "address-right", by, {"address": _in_a_line(one.address)})
    standing.update(lifted_on=timezone.localdate())


def wrong_address_of(customer: Customer) -> WrongAddress | None:
    """The mark on the address that a customer has now, if it has one."""
    marks = WrongAddress.objects.filter(company_id=customer.company_id, customer=customer, lifted_on=None)
    return marks.filter(address=address_of(customer)).select_related("letter").first()
