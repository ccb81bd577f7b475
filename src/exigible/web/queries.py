"""Reads of the shell: the companies of a person, the people of a company."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from exigible.kernel.text import fold
from exigible.ledger.models import Company
from exigible.team.queries import members_of
from exigible.team.rules import Right, may


def who_may(company: Company, right: Right) -> list[str]:
    """The names of the people who hold a right in the company."""
    return [str(member.user) for member in members_of(company) if may(member.role, right)]


def companies_of(request: HttpRequest) -> Sequence[Company]:
    """The companies the signed-in person works for, by name; none when signed out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    found = Company.objects.filter(memberships__user=user.pk).only("code", "name", "currency")
    return sorted(found, key=lambda company: fold(company.name))
