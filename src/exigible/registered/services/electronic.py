"""Electronic registered letters: each is handed to the provider once, whatever is killed in between.

A letter is queued, then claimed by a conditional update that is committed before anything leaves, and marked
as posted after. What a killed process leaves claimed may have left: a person decides, it is not sent again by
itself.
"""

from __future__ import annotations

from typing import Final

import structlog
from django.db import transaction
from django.utils import timezone

from exigible.dunning.models import Action
from exigible.dunning.views.very import kept_file
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.text import is_email
from exigible.ledger.locks import alone
from exigible.ledger.models import Contact, Customer
from exigible.ledger.services import lock_books
from exigible.registered.carriers import Carrier, Deposit, NotDeposited, Unsure
from exigible.registered.models import Kind, Proof, RegisteredLetter, StatusEvent
from exigible.registered.rules.statuses import ENDS, HEARD
from exigible.registered.services.consents import needs_consent
from exigible.registered.services.following import note_status
from exigible.registered.services.numbering import letter_for
from exigible.registered.services.posting import Postage, mark_posted
from exigible.registered.services.proofs import file_proof
from exigible.registered.services.telling import tell

LOCK: Final = 70544
"""Held on a letter, for as long as it lives, by the one process that hands it over."""
HandOver = RegisteredLetter.HandOver

log = structlog.get_logger(__name__)


@transaction.atomic
def queue(*, action: Action, carrier: Carrier, by: int | None) -> RegisteredLetter:
    """Have a letter go electronically: it waits for a worker.

    Raises Refused("posted-already"), ("handed-over"), ("test-address") while the company's messages go to a
    test address, ("no-consent") for an addressee who is no professional and did not agree, ("no-email").
    """
    lock_books(action.company_id)
    letter = letter_for(action, by)
    who = action.customer.name
    if letter.status != RegisteredLetter.Status.TO_POST:
        raise Refused("posted-already", "The letter to {customer} was posted already.", customer=who)
    if letter.hand_over not in RegisteredLetter.FREE:
        raise Refused("handed-over", "The letter to {customer} goes electronically.", customer=who)
    if action.customer.company.test_recipient:
        raise Refused("test-address", "Messages go to a test address: nothing is sent registered meanwhile.")
    if needs_consent(action.customer):
        raise Refused(
            "no-consent", "{customer} is no professional, and has not agreed to electronic letters.",
            customer=who,
        )  # fmt: skip
    if not email_of(action.customer):
        raise Refused("no-email", "{customer} has no e-mail address.", customer=who)
    letter.kind, letter.carrier, letter.problem = Kind.ELECTRONIC, carrier.name[:40], ""
    letter.number, letter.hand_over = "", HandOver.QUEUED
    letter.save()
    return letter


def email_of(customer: Customer) -> str:
    """Where an electronic letter goes: whoever receives reminders, else the customer's own address."""
    receives = Contact.objects.filter(customer=customer, receives_reminders=True, left_on=None)
    written = [*receives.order_by("pk").values_list("email", flat=True), customer.email]
    return next((email for email in written if is_email(email)), "")


def hand_over(letter: RegisteredLetter, carrier: Carrier, by: int | None) -> str:
    """Hand a queued letter to the provider; gives what became of it, a `HandOver`.

    Can be called again at any point: a letter that is not queued is left as it is.
    """
    with alone(LOCK, letter.pk) as is_ours:
        claimed = is_ours and RegisteredLetter.objects.filter(pk=letter.pk, hand_over=HandOver.QUEUED).update(
            hand_over=HandOver.RESERVED, reserved_at=timezone.now()
        )
        if claimed:
            _deposit(letter, carrier, by)
    letter.refresh_from_db()
    return letter.hand_over


def _deposit(letter: RegisteredLetter, carrier: Carrier, by: int | None) -> None:
    letter.refresh_from_db()
    try:
        deposit_id = carrier.deposit(_deposit_of(letter))
    except (NotDeposited, Refused, UserMistake) as error:
        _settle(letter, HandOver.REFUSED, str(error), "registered-not-taken")
    except Unsure as error:
        _settle(letter, HandOver.AMBIGUOUS, str(error), "registered-unsure")
    else:
        _deposited(letter, deposit_id, by)


def _deposit_of(letter: RegisteredLetter) -> Deposit:
    action, customer = letter.action, letter.customer
    return Deposit(
        reference=reference_of(letter),
        recipient=customer.name,
        email=email_of(customer),
        is_professional=customer.kind == Customer.Kind.BUSINESS,
        subject=letter.company.name,
        pdf=kept_file(action),
    )


def reference_of(letter: RegisteredLetter) -> str:
    """Our reference of a letter: the same at each try."""
    return f"{letter.company.code}-{letter.action_id}"


@transaction.atomic
def _deposited(letter: RegisteredLetter, deposit_id: str, by: int | None) -> None:
    lock_books(letter.company_id)
    letter.hand_over, letter.deposit_id, letter.problem = HandOver.DONE, deposit_id, ""
    mark_posted(letter, letter.action, Postage(timezone.localdate()), by)


@transaction.atomic
def _settle(letter: RegisteredLetter, state: str, said: str, kind: str) -> None:
    """Keep that a letter was not taken, or that it cannot be known."""
    lock_books(letter.company_id)
    changed = RegisteredLetter.objects.filter(pk=letter.pk, hand_over=HandOver.RESERVED)
    if changed.update(hand_over=state, problem=said[:300]):
        tell(letter, kind, None, {"carrier": letter.carrier}, text=said[:300])


def recover(company_id: int) -> int:
    """Show to a person what a killed process left claimed. Gives how many letters."""
    count = 0
    for letter in RegisteredLetter.objects.filter(company_id=company_id, hand_over=HandOver.RESERVED):
        with alone(LOCK, letter.pk) as is_ours:
            if is_ours:
                _settle(letter, HandOver.AMBIGUOUS, "interrupted", "registered-unsure")
                count += 1
    return count


def ask_whether_deposited(*, letter: RegisteredLetter, carrier: Carrier, by: int | None) -> bool:
    """Ask the provider for an unsure letter by our reference; it is posted if the provider has it.

    Raises Refused("not-unsure"), and Refused("provider-silent") where it gives no answer.
    """
    _refuse_unless_unsure(letter)
    try:
        found = carrier.find(reference_of(letter))
    except Unsure as error:
        raise Refused(
            "provider-silent", "The provider gives no answer: {said}", said=str(error)[:200]
        ) from error
    if found:
        _deposited(letter, found, by)
    return bool(found)


@transaction.atomic
def say_not_deposited(*, letter: RegisteredLetter, by: int | None) -> None:
    """A person knows that an unsure letter did not leave: it may go again. Raises Refused("not-unsure")."""
    lock_books(letter.company_id)
    letter.refresh_from_db()
    _refuse_unless_unsure(letter)
    RegisteredLetter.objects.filter(pk=letter.pk).update(hand_over=HandOver.REFUSED)
    tell(letter, "registered-not-taken", by, {"carrier": letter.carrier})


def _refuse_unless_unsure(letter: RegisteredLetter) -> None:
    if letter.hand_over != HandOver.AMBIGUOUS:
        raise Refused("not-unsure", "It is known what became of this letter.")


def poll(letter: RegisteredLetter, carrier: Carrier) -> int:
    """Ask the provider where a letter stands, and keep its proof at the end. Gives how much was new.

    What it says and this room does not know, or cannot be, is left out of the books and told in the log.
    """
    try:
        said = carrier.statuses(letter.deposit_id)
    except Unsure as error:
        log.warning("a provider gave no answer", letter=letter.pk, reason=str(error))
        return 0
    RegisteredLetter.objects.filter(pk=letter.pk).update(checked_at=timezone.now())
    count = 0
    for one in sorted(said, key=lambda one: one.on):
        try:
            count += one.status in HEARD and (
                note_status(
                    letter=letter, status=one.status, on=one.on, said=one.said,
                    source=StatusEvent.Source.CARRIER, by=None,
                )
                is not None
            )  # fmt: skip
        except Refused as refusal:
            log.warning("a provider says what cannot be", letter=letter.pk, reason=refusal.code)
    _keep_proof(letter, carrier)
    return count


def _keep_proof(letter: RegisteredLetter, carrier: Carrier) -> None:
    """The provider keeps its proof for a year (CPCE, R. 53-2): ours is a copy of it."""
    letter.refresh_from_db()
    if letter.status not in ENDS or letter.proofs.filter(kind=Proof.Kind.ELECTRONIC).exists():
        return
    try:
        content = carrier.proof(letter.deposit_id)
        if content:
            file_proof(letter=letter, kind=Proof.Kind.ELECTRONIC, name="proof.pdf", content=content, by=None)
    except (Unsure, UserMistake) as error:
        log.warning("the proof of a letter could not be kept", letter=letter.pk, reason=str(error))
