"""Electronic registered letters: handed over by a worker, and asked after each hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone
from procrastinate.contrib.django import app

from exigible.registered.carriers import carrier
from exigible.registered.models import Kind, Proof, RegisteredLetter
from exigible.registered.rules.statuses import ENDS
from exigible.registered.services.electronic import hand_over, poll, recover

DAYS_OF_ACCESS: Final = 365
"""For which a sender has access to the provider's proofs (CPCE, postal part, R. 53-2 and R. 53-3)."""


@app.task(name="registered.hand_over")
def hand_over_job(letter_id: int, by: int | None) -> None:
    """Hand one queued letter to the provider; one that was handed over is left alone."""
    letter = (
        RegisteredLetter.objects.select_related("company", "customer", "action").filter(pk=letter_id).first()
    )
    provider = carrier()
    if letter is not None and provider is not None:
        hand_over(letter, provider, by)


def hand_over_later(letter: RegisteredLetter, by: int | None) -> None:
    """Ask a worker to hand a queued letter over."""
    hand_over_job.configure(lock=f"registered/{letter.pk}").defer(letter_id=letter.pk, by=by)


@app.periodic(cron="17 * * * *", periodic_id="registered-poll")
@app.task(name="registered.poll_all", queueing_lock="registered-poll")
def poll_all(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Ask after each electronic letter on its way, and show what a killed worker left unsure."""
    provider = carrier()
    electronic = RegisteredLetter.objects.filter(kind=Kind.ELECTRONIC)
    reserved = electronic.filter(hand_over=RegisteredLetter.HandOver.RESERVED)
    for company in set(reserved.values_list("company_id", flat=True)):
        recover(company)
    if provider is None:
        return
    since = timezone.localdate() - timedelta(days=DAYS_OF_ACCESS)
    deposited = electronic.filter(hand_over=RegisteredLetter.HandOver.DONE, posted_on__gte=since)
    for letter in deposited.exclude(status__in=ENDS, proofs__kind=Proof.Kind.ELECTRONIC):
        poll(letter, provider)
