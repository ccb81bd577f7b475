from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

    from exigible.ledger.models import Company
    from exigible.team.models import User


@pytest.fixture(autouse=True)
def _addresses_of_the_tests(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.web.urls"


@pytest.fixture
def company(db: None) -> Company:
    from tests.books import make_company

    return make_company("MNSAM", country="MC")


@pytest.fixture
def collector(company: Company) -> User:
    from exigible.team.services import add_user

    return add_user(
        company=company,
        email="c.blanc@example.org",
        role="collector",
        by=None,
        password="a-long-password",
        name="Camille Blanc",
    )


@pytest.fixture
def signed_in(client: Client, collector: User) -> Client:
    client.force_login(collector)
    return client
