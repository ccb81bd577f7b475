"""People, their roles, and the customers that they see."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.urls import reverse
from tests.books import make_company, write_books

from exigible.kernel.errors import Refused, UserMistake
from exigible.team.commands import user_group
from exigible.team.models import Membership, User
from exigible.team.queries import members_of, people_of
from exigible.team.rules import RIGHTS, Right, may
from exigible.team.services import add_user, remove_member

pytestmark = pytest.mark.django_db


def test_sales_read_and_comment_and_no_more():
    assert RIGHTS["sales"] == {Right.READ, Right.COMMENT}


def test_only_a_senior_or_an_administrator_approves_reminders():
    assert {role for role in RIGHTS if may(role, Right.APPROVE)} == {"senior", "administrator"}


def test_an_unknown_role_holds_no_right():
    assert not any(may("boss", right) for right in Right)


def test_a_person_is_added_once_and_a_second_time_changes_the_role():
    company = write_books("").company
    add_user(
        company=company, email="C.Blanc@aco.example", role="collector", by=None, password="a long password"
    )
    add_user(company=company, email="c.blanc@aco.example", role="senior", by=None, password="another")
    assert User.objects.get().check_password("a long password")
    assert Membership.objects.get().role == "senior"


def told_by_user_add(*arguments: str) -> dict[str, str]:
    result = CliRunner().invoke(user_group, ["add", "c.blanc@aco.example", "--json", *arguments])
    assert (result.exit_code, result.stderr) == (0, "")
    told: dict[str, str] = json.loads(result.stdout)
    return told


def test_who_adds_a_person_by_command_gets_a_password_once():
    company = write_books("").company
    asked = ("--role", "senior", "--company", company.code, "--name", "Camille Blanc")
    first = told_by_user_add(*asked)
    assert User.objects.get().check_password(first.pop("password"))
    assert first == {
        "email": "c.blanc@aco.example",
        "name": "Camille Blanc",
        "role": "senior",
        "company": company.code,
    }
    assert told_by_user_add(*asked) == first


def test_an_unknown_role_is_refused():
    with pytest.raises(UserMistake):
        add_user(company=write_books("").company, email="x@aco.example", role="boss", by=None)


def test_a_collector_limited_to_a_portfolio_sees_no_other_customer(client):
    books = write_books(
        """
        2026-03-01 invoice F-1 MINE 100.00
        2026-03-01 invoice F-2 THEIRS 100.00
        """
    )
    user = add_user(
        company=books.company, email="c@aco.example", role="collector", by=None, password="a long password",
        portfolio_only=True,
    )  # fmt: skip
    mine = books.customer("MINE")
    mine.collector = user
    mine.save()
    client.force_login(user)
    code = books.company.code
    assert client.get(reverse("customer", args=[code, "MINE"])).status_code == 200
    assert client.get(reverse("customer", args=[code, "THEIRS"])).status_code == 404
    found = client.get(reverse("customers", args=[code])).content.decode()
    assert "MINE" in found
    assert "THEIRS" not in found


def test_who_leaves_keeps_what_they_did_and_loses_the_portfolio():
    books = write_books("2026-03-01 invoice F-1 ACME 100.00")
    user = add_user(company=books.company, email="c@aco.example", role="collector", by=None)
    customer = books.customer("ACME")
    customer.collector = user
    customer.save()
    remove_member(membership=Membership.objects.get(), by=None)
    customer.refresh_from_db()
    assert customer.collector is None
    assert User.objects.filter(pk=user.pk).exists()


def test_the_navigation_shows_what_one_may_open(client):
    company = write_books("2026-03-01 invoice F-1 ACME 100.00").company
    for role, shown in (("sales", False), ("accountant", True)):
        user = add_user(company=company, email=f"{role}@aco.example", role=role, by=None)
        client.force_login(user)
        page = client.get(reverse("customers", args=[company.code])).content.decode()
        assert (reverse("imports", args=[company.code]) in page) is shown


def test_people_are_listed_as_a_reader_looks_them_up():
    company = make_company()
    for name in ("Yannick", "Élodie", "", "eva"):
        add_user(company=company, email=f"m{len(name)}@example.org", role="sales", by=None, name=name)
    expected = ["Élodie", "eva", "m0@example.org", "Yannick"]
    assert [str(user) for user in people_of(company)] == expected
    assert [str(member.user) for member in members_of(company)] == expected


def test_a_company_keeps_an_administrator():
    company = make_company()
    only = {"company": company, "email": "a@aco.example", "by": None}
    add_user(**only, role="administrator")
    with pytest.raises(Refused, match="Nobody else administers"):
        add_user(**only, role="collector")
    with pytest.raises(Refused, match="Nobody else administers"):
        remove_member(membership=Membership.objects.get(), by=None)
    add_user(company=company, email="b@aco.example", role="administrator", by=None)
    add_user(**only, role="collector")
    assert {str(member.user): member.role for member in members_of(company)} == {
        "a@aco.example": "collector",
        "b@aco.example": "administrator",
    }
