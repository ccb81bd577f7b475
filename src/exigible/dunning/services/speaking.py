"""Saying through whom the reminders of a group speak, and ending it."""

from __future__ import annotations

from django.db import transaction

from exigible.dunning.group_voices import GroupOf, group_of
from exigible.dunning.models import GroupVoice
from exigible.kernel.errors import Refused
from exigible.ledger.models import Customer
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


@transaction.atomic
def set_group_voice(*, customer: Customer, by: int | None) -> GroupVoice:
    """Have the friendly reminders of a customer's group speak through it, from the next proposal on.

    Whoever spoke for the group before does so no more. Raises Refused("no-group") where it is alone in it.
    """
    lock_books(customer.company_id)
    group = group_of(customer)
    if group.is_alone:
        raise Refused("no-group", "{name} is in no group of several customers.", name=customer.name)
    if group.voice is not None and group.voice.customer_id == customer.pk:
        return group.voice
    if group.voice is not None:
        _end(group, by)
    voice = GroupVoice.objects.create(
        company_id=customer.company_id, group_code=group.key, customer=customer, by_id=by
    )
    _tell(voice, "group-voice-set", by, len(group.members))
    return voice


@transaction.atomic
def end_group_voice(*, customer: Customer, by: int | None) -> bool:
    """Have each member of a customer's group be told by itself again; whether somebody spoke for it."""
    lock_books(customer.company_id)
    group = group_of(customer)
    if group.voice is None:
        return False
    _end(group, by)
    return True


def _end(group: GroupOf, by: int | None) -> None:
    assert group.voice is not None
    _tell(group.voice, "group-voice-ended", by, len(group.members))
    group.voice.delete()


def _tell(voice: GroupVoice, kind: str, by: int | None, members: int) -> None:
    record_event(
        company_id=voice.company_id,
        customer_id=voice.customer_id,
        kind=kind,
        by=by,
        data={"group": voice.group_code, "members": members},
    )
