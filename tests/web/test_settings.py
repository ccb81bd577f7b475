"""Settings of a company, its people and their passwords; and the slowing down of who guesses one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.team.models import Membership, SignInFailure, User
from exigible.team.rules import seconds_to_wait
from exigible.team.services import add_user
from exigible.web.forms_company import CompanyForm
from tests.books import make_company

pytestmark = pytest.mark.django_db
SETTINGS = "/MNSAM/settings/"


@pytest.fixture
def administrator(company) -> User:
    return add_user(
        company=company, email="admin@x.example", role="administrator", by=None, password="a-long-password"
    )


@pytest.fixture
def admin(client, administrator) -> Client:
    client.force_login(administrator)
    return client


def typed(client: Client, **changes) -> dict[str, str]:
    """The settings' form as it stands on the page, with changes."""
    form = client.get(SETTINGS).context["form"]
    data = {}
    for bound in form:
        if bound.name != "logo":
            value = bound.field.prepare_value(bound.value())
            data[bound.html_name] = data[bound.html_initial_name] = "" if value is None else str(value)
    return data | changes


def test_an_administrator_changes_the_settings(admin, company):
    assert (
        admin.post(f"{SETTINGS}company/", typed(admin, city="Monaco", bucket_bounds="15,30,45")).status_code
        == 302
    )
    company.refresh_from_db()
    assert (company.city, company.bucket_bounds) == ("Monaco", [15, 30, 45])


def test_an_iban_is_shown_in_groups_of_four_and_kept_without_spaces(admin, company):
    iban = "FR76 3000 6000 0112 3456 7890 189"
    assert admin.post(f"{SETTINGS}company/", typed(admin, iban=iban)).status_code == 302
    company.refresh_from_db()
    assert company.iban == "FR7630006000011234567890189"
    assert f'value="{iban}"' in admin.get(SETTINGS).content.decode()
    assert not CompanyForm(typed(admin), instance=company).changed_data


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bucket_bounds", "90,30"), ("payment_terms", "someday"), ("iban", "FR00"), ("colour", "red"),
        ("receivable_accounts", "41%"), ("email", "nobody"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(admin, field, value):
    response = admin.post(f"{SETTINGS}company/", typed(admin, **{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_two_administrators_at_once_lose_nothing_of_each_other(admin, company):
    other = Client()
    other.force_login(add_user(company=company, email="b@x.example", role="administrator", by=None))
    mine = typed(admin, phone="93 10")
    assert other.post(f"{SETTINGS}company/", typed(other, city="Nice")).status_code == 302
    refused = admin.post(f"{SETTINGS}company/", mine)
    assert refused.status_code == 422
    assert admin.post(f"{SETTINGS}company/", refused.context["form"].data.dict()).status_code == 302
    company.refresh_from_db()
    assert (company.city, company.phone) == ("Nice", "93 10")


def test_the_others_see_the_settings_and_change_nothing(signed_in):
    page = signed_in.get(SETTINGS)
    assert all(field.disabled for field in page.context["form"].fields.values())
    assert signed_in.post(f"{SETTINGS}company/", {}).status_code == 403


def test_a_person_added_gets_a_password_that_is_shown_once(admin):
    data = {"email": "new@x.example", "role": "collector"}
    page = admin.post(f"{SETTINGS}people/", data, follow=True)
    said = str(next(iter(page.context["messages"])))
    password = said.split("mot de passe ")[1].split()[0]
    assert User.objects.get(email="new@x.example").check_password(password)
    assert password not in admin.get(SETTINGS).content.decode()


def test_a_person_who_forgot_the_password_gets_another(admin, company):
    user = add_user(company=company, email="u@x.example", role="collector", by=None, password="forgotten-one")
    member = Membership.objects.get(user=user)
    admin.post(reverse("settings-password", args=["MNSAM", member.pk]))
    user.refresh_from_db()
    assert not user.check_password("forgotten-one")


def test_nobody_takes_over_an_account_that_also_works_elsewhere(admin, company):
    user = add_user(company=company, email="u@x.example", role="collector", by=None, password="untouched-one")
    add_user(company=make_company("ELSE"), email="u@x.example", role="administrator", by=None)
    response = admin.post(
        reverse("settings-password", args=["MNSAM", Membership.objects.get(user=user, company=company).pk])
    )
    assert response.status_code == 422
    user.refresh_from_db()
    assert user.check_password("untouched-one")


class TestOwnPassword:
    def change(self, client: Client, old: str, new: str):
        return client.post("/password/", {"old_password": old, "new_password1": new, "new_password2": new})

    def test_it_is_changed_and_this_session_stays(self, signed_in, collector):
        assert self.change(signed_in, "a-long-password", "quatre chevaux verts").status_code == 302
        collector.refresh_from_db()
        assert collector.check_password("quatre chevaux verts")
        assert signed_in.get("/MNSAM/customers/").status_code == 200

    @pytest.mark.parametrize(
        ("old", "new"), [("wrong", "quatre chevaux verts"), ("a-long-password", "short")]
    )
    def test_a_wrong_one_or_a_weak_one_is_refused(self, signed_in, old, new):
        assert self.change(signed_in, old, new).status_code == 422


class TestGuessing:
    def sign_in(self, client: Client, password: str):
        return client.post("/sign-in/", {"username": "c.blanc@example.org", "password": password})

    def test_after_five_wrong_passwords_even_the_right_one_waits(self, client, collector):
        for _ in range(5):
            assert self.sign_in(client, "wrong").status_code == 200
        response = self.sign_in(client, "a-long-password")
        assert "Trop de mots de passe erronés" in response.content.decode()

    def test_once_one_has_waited_one_may_try_again(self, client, collector):
        for _ in range(5):
            self.sign_in(client, "wrong")
        SignInFailure.objects.update(at=timezone.now() - timedelta(seconds=10))
        assert self.sign_in(client, "a-long-password").status_code == 302
        assert not SignInFailure.objects.exists()

    def test_an_address_that_guesses_at_many_people_waits_too(self, client, collector):
        SignInFailure.objects.bulk_create(
            SignInFailure(email=f"{n}@x.example", address="127.0.0.1") for n in range(60)
        )
        assert "Trop de mots de passe erronés" in self.sign_in(client, "a-long-password").content.decode()

    def test_the_wait_doubles_and_ends_at_five_minutes(self):
        assert [seconds_to_wait(n, 5) for n in (0, 4, 5, 6, 7, 100)] == [0, 0, 2, 4, 8, 300]
