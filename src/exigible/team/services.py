"""People of a company: their roles, their passwords, and the slowing down of who guesses one."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Company
from exigible.team.models import Membership, Role, SignInFailure, User
from exigible.team.rules import seconds_to_wait
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

    The password is set for a new person only. Raises UserMistake("unknown-role"), and
    Refused("last-administrator") where no one else administers the company.
    """
    if role not in Role.values:
        raise UserMistake(
            "unknown-role",
            "“{found}” is no role: use {expected}.",
            found=role,
            expected=", ".join(Role.values),
        )
    user = User.objects.filter(email=email.lower()).first() or User.objects.create_user(
        email, password=password, name=name
    )
    if role != Role.ADMINISTRATOR:
        _refuse_if_last_administrator(company, user)
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
    """Take a person's role in a company away, and the customers assigned to them there.

    Raises Refused("last-administrator").
    """
    company = membership.company
    _refuse_if_last_administrator(company, membership.user)
    company.customers.filter(collector=membership.user).update(collector=None)
    membership.delete()
    record_event(
        company_id=company.pk, customer_id=None, kind="user-removed", by=by, text=membership.user.email
    )


def _refuse_if_last_administrator(company: Company, user: User) -> None:
    administrators = Membership.objects.select_for_update().filter(company=company, role=Role.ADMINISTRATOR)
    if [found.user_id for found in administrators] == [user.pk]:
        raise Refused(
            "last-administrator", "Nobody else administers this company: give that role to someone first."
        )


@transaction.atomic
def set_password(*, membership: Membership, password: str, by: User) -> None:
    """Give a person a new password. Raises Refused("works-elsewhere").

    An administrator of one company cannot so enter another company in someone's name.
    """
    user = membership.user
    mine = Membership.objects.filter(user=by, role=Role.ADMINISTRATOR).values("company")
    if Membership.objects.filter(user=user).exclude(company__in=mine).exists():
        raise Refused(
            "works-elsewhere",
            "This person also works for a company that you do not administer: "
            "they change the password themselves.",
        )
    user.set_password(password)
    user.save(update_fields=["password"])
    record_event(
        company_id=membership.company_id, customer_id=None, kind="password-reset", by=by.pk, text=user.email
    )


WATCHED = timedelta(hours=1)


def wait_before_sign_in(*, email: str, address: str | None) -> int:
    """Seconds to wait before another try, after wrong passwords for this e-mail or from this address."""
    since = timezone.now() - WATCHED
    wait = 0
    recent = SignInFailure.objects.filter(at__gt=since)
    for free, failures in ((5, recent.filter(email=email.lower())), (50, recent.filter(address=address))):
        times = list(failures.order_by("-at").values_list("at", flat=True)[: free + 10])
        if times:
            waited = int((timezone.now() - times[0]).total_seconds())
            wait = max(wait, seconds_to_wait(len(times), free) - waited)
    return wait


def note_sign_in_failure(*, email: str, address: str | None) -> None:
    """Remember a wrong password; those of days ago are forgotten."""
    SignInFailure.objects.filter(at__lt=timezone.now() - 24 * WATCHED).delete()
    SignInFailure.objects.create(email=email.lower()[:254], address=address)


def forget_sign_in_failures(*, email: str) -> None:
    """Who signed in starts again with a clean slate."""
    SignInFailure.objects.filter(email=email.lower()).delete()
