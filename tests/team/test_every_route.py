"""Every address of a company, asked by everyone: nothing leaks to another company, nor past a role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.books import make_company, write_books

from exigible.team.models import Membership, Role, User
from exigible.team.rules import Right, may

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "sign-in",
    "password",
    "healthz",
    "sign-out",
    "home",
    "preferences",
    "keys",
    "favicon",
    "styleguide",
    "styleguide-part",
}
VALUES: dict[str, Any] = {"company": "ACO", "code": "ACME", "pk": 1}


def all_routes(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_routes(entry)
        elif entry.name and entry.name not in OPEN_TO_ALL:
            yield entry


def address(route: URLPattern) -> str:
    """An address of the route: the company's own code, its one customer, and 1 or "x" for the rest."""
    parameters = get_resolver().reverse_dict.getlist(route.name)[0][0][0][1]
    converters = get_resolver().reverse_dict.getlist(route.name)[0][3]
    kinds = {name: type(converters[name]).__name__ for name in parameters}
    others = {name: 1 if kind == "IntConverter" else "x" for name, kind in kinds.items()}
    return reverse(route.name, kwargs=others | {k: v for k, v in VALUES.items() if k in parameters})


ROUTES = sorted({route.name: route for route in all_routes()}.values(), key=lambda route: str(route.name))


@pytest.fixture
def company():
    books = write_books("2026-03-01 invoice F-1 ACME 100.00", company=make_company("ACO"))
    return books.company


def signed_in(company, role: str) -> Client:
    user = User.objects.create_user(f"{role}@{company.code.lower()}.example")
    Membership.objects.create(company=company, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def test_every_company_address_says_which_right_it_needs():
    silent = [route.name for route in ROUTES if not hasattr(route.callback, "right")]
    assert silent == []


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_a_stranger_is_asked_to_sign_in(route, company):
    response = Client().get(address(route))
    assert response.status_code in (302, 405)
    if response.status_code == 302:
        assert response.headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
@pytest.mark.parametrize("role", Role.values)
def test_a_user_of_another_company_finds_nothing(route, role, company):
    client = signed_in(make_company("OTHER"), role)
    for ask in (client.get, client.post):
        assert ask(address(route)).status_code in (404, 405)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: str(route.name))
def test_each_role_does_what_it_may_and_no_more(route, company):
    right: Right = route.callback.right
    for role in Role.values:
        response = signed_in(company, role).get(address(route))
        if may(role, right):
            assert response.status_code in (200, 302, 404, 405, 422), role
        else:
            assert response.status_code in (403, 405), role


def test_a_user_without_any_company_is_told_whom_to_ask(client):
    user = User.objects.create_user("new@aco.example", password="a long password")
    client.force_login(user)
    assert client.get("/").status_code == 403
