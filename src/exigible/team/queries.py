"""Who works in a company."""

from __future__ import annotations

from exigible.kernel.text import fold
from exigible.ledger.models import Company
from exigible.team.models import Membership, User


def people_of(company: Company) -> list[User]:
    """The people of a company as a reader looks them up: accents and capitals do not count."""
    return sorted(User.objects.filter(memberships__company=company), key=lambda user: fold(str(user)))


def members_of(company: Company) -> list[Membership]:
    """What each of the company's people is in it, in the same order."""
    found = Membership.objects.filter(company=company).select_related("user")
    return sorted(found, key=lambda membership: fold(str(membership.user)))
