"""`exigible demo` says who can sign in, whether or not it goes on to serve."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from tests.books import make_company

from exigible.demo.commands import PASSWORD, demo
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db


def test_without_serving_it_says_who_signs_in_with_which_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exigible.demo.group.migrate", lambda: None)
    company = make_company()
    add_user(company=company, email="claire@aco.example", role="senior", by=None, password=PASSWORD)
    add_user(company=company, email="paul@aco.example", role="collector", by=None, password="one-of-his-own")
    said = " ".join(CliRunner().invoke(demo, ["--no-serve"]).stderr.split())
    assert f"Sign in as: claire@aco.example senior {PASSWORD}" in said
    assert "paul@aco.example collector (a password of their own)" in said


def test_while_it_serves_it_says_the_same_beside_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("exigible.demo.group.migrate", lambda: None)
    monkeypatch.setattr(
        "exigible.runtime.server.serve", lambda _host, _port, on_ready: on_ready("http://127.0.0.1:8000")
    )
    add_user(company=make_company(), email="claire@aco.example", role="senior", by=None, password=PASSWORD)
    said = " ".join(CliRunner().invoke(demo, []).stderr.split())
    assert "The site is up: http://127.0.0.1:8000" in said
    assert "claire@aco.example senior" in said
