"""Who speaks for whom: the heads through whom the friendly reminders of groups go, and their members."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection
from psycopg.sql import SQL

from exigible.dunning.models import GroupVoice
from exigible.ledger.models import Customer
from exigible.positions.filters import GROUP_KEY, IN_GROUP

SPOKEN_FOR: Final = SQL("""
    SELECT c.id, v.customer_id
    FROM ledger_customer c
    LEFT JOIN ledger_customer p ON p.id = c.parent_id
    JOIN dunning_groupvoice v ON v.company_id = c.company_id AND v.group_code = {key}
    WHERE c.company_id = %(company)s AND (%(customers)s::bigint[] IS NULL OR c.id = ANY (%(customers)s))
    ORDER BY c.id
""").format(key=GROUP_KEY)

MEMBERS: Final = SQL("SELECT c.id FROM ledger_customer c WHERE c.company_id = %(company)s AND {}").format(
    IN_GROUP
)


@dataclass(frozen=True, slots=True)
class GroupOf:
    """The group of a customer: its key, its members by name, and the voice through which it is told."""

    key: str
    members: list[Customer]
    voice: GroupVoice | None

    @property
    def is_alone(self) -> bool:
        return len(self.members) < 2

    @property
    def head(self) -> Customer | None:
        """Who speaks for the group; None where nobody does, or whoever did has left it."""
        heads = {self.voice.customer_id} if self.voice else set()
        return next((member for member in self.members if member.pk in heads), None)


def spoken_for(company_id: int, customers: Iterable[int] | None = None) -> dict[int, int]:
    """Member → the head through which it is told, the head among them; of these customers, or of all.

    A head that has left its group speaks for nobody: what the others owe is not its business.
    """
    heads = list(GroupVoice.objects.filter(company=company_id).values_list("customer", flat=True))
    if not heads:
        return {}
    asked = {"company": company_id, "customers": None if customers is None else [*customers, *heads]}
    with connection.cursor() as cursor:
        cursor.execute(SPOKEN_FOR, asked)
        found: dict[int, int] = dict(cursor.fetchall())
    return {member: head for member, head in found.items() if found.get(head) == head}


def group_of(customer: Customer) -> GroupOf:
    """The group of a customer as the aged balance by group has it."""
    parent = customer.parent
    key = customer.group_code or (parent and (parent.group_code or parent.code)) or customer.code
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, {"company": customer.company_id, "group": key})
        ids = [row[0] for row in cursor.fetchall()]
    if len(ids) < 2:
        return GroupOf(key, [customer], None)
    members = Customer.objects.filter(pk__in=ids).order_by("sort_name", "pk")
    voice = GroupVoice.objects.filter(company=customer.company_id, group_code=key)
    return GroupOf(key, list(members), voice.select_related("customer", "by").first())
