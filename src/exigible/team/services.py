"""Adding people to a company."""

from __future__ import annotations

from django.db import transaction

from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.team.models import Membership, Role, User
from exigible.timeline.services import record_event


@transaction.atomic
def add_user(
    *,
    company: Company,
    email: str,
    role: str,
    by: int | None,
    password: str | None = None,
    name: str = "",
    portfolio_only: bool = False,
) -> User:
    """Give a person a role in a company, creating the person if new; a second call changes the role.

    The password is set for a new person only. Raises UserMistake("unknown-role").
    """
    if role not in Role.values:
        raise UserMistake(
            "unknown-role", "“{found}” is no role: use {expected}.", found=role, expected=", ".join(Role.values)
        )
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(
        email, password=password, name=name
    )
    Membership.objects.update_or_create(
        company=company, user=user, defaults={"role": role, "portfolio_only": portfolio_only}
    )
    record_event(
        company_id=company.pk,
        customer_id=None,
        kind="user-added",
        by=by,
        text=f"{user.email}: {role}",
        data={"email": user.email, "role": role},
    )
    return user


@transaction.atomic
def remove_member(*, membership: Membership, by: int | None) -> None:
    """Take a person's role in a company away, and the customers assigned to them there."""
    company = membership.company
    company.customers.filter(collector=membership.user).update(collector=None)
    membership.delete()
    record_event(
        company_id=company.pk, customer_id=None, kind="user-removed", by=by, text=membership.user.email
    )
