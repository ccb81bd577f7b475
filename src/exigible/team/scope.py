"""The company a request is about, as the person who asks may see it.

A person outside the company gets the same 404 as for a company that does not exist; a person inside who lacks
the right gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from exigible.ledger.models import Company, Customer, OpenItem
from exigible.team.models import Membership, User
from exigible.team.rules import Right, may


@dataclass(frozen=True)
class Scope:
    """What one person may see of one company, as of a date and as known at a moment."""

    company: Company
    user: User
    membership: Membership
    as_of: date
    known_at: datetime | None

    @property
    def is_past(self) -> bool:
        return self.as_of < timezone.localdate() or self.known_at is not None

    def may(self, right: Right) -> bool:
        return may(self.membership.role, right)

    @property
    def portfolio_of(self) -> int | None:
        """Id of the collector to whose customers the view is limited; None: the whole company."""
        return self.user.pk if self.membership.portfolio_only else None

    def customers(self) -> QuerySet[Customer]:
        customers = Customer.objects.filter(company=self.company)
        return customers.filter(collector=self.user) if self.membership.portfolio_only else customers

    def items(self) -> QuerySet[OpenItem]:
        items = OpenItem.objects.filter(company=self.company)
        return items.filter(customer__collector=self.user) if self.membership.portfolio_only else items


def _asked_date(request: HttpRequest) -> date:
    try:
        asked = parse_date(request.GET.get("as_of", ""))
    except ValueError:
        asked = None
    return asked or timezone.localdate()


def _asked_moment(request: HttpRequest) -> datetime | None:
    try:
        moment = parse_datetime(request.GET.get("known_at", ""))
    except ValueError:
        moment = None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def find_scope(request: HttpRequest, code: str) -> Scope:
    """The scope of the signed-in person in the company `code`; raises Http404 outside of it."""
    membership = (
        Membership.objects.select_related("company").filter(company__code=code, user=request.user.pk).first()
    )
    if membership is None:
        raise Http404
    assert isinstance(request.user, User)
    return Scope(membership.company, request.user, membership, _asked_date(request), _asked_moment(request))


def company_view(
    right: Right = Right.READ,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Give the view `request.company_scope` for the company of its address, to those who hold `right`."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def scoped(request: HttpRequest, company: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            scope = find_scope(request, company)
            if not scope.may(right):
                raise PermissionDenied
            request.company_scope = scope  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        scoped.right = right  # type: ignore[attr-defined]
        return scoped

    return decorate
