"""Saying how messages leave: limits an hour, the gateway of text messages and its trial."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from exigible.dunning.models import SendingPolicy, SmsGateway
from exigible.team.models import Membership, Role, User
from exigible.timeline.models import Event
from tests.dunning.gateway import GatewayServer, gateway_server
from tests.dunning.reminders import make_sender

pytestmark = pytest.mark.django_db

FIELDS = {
    "url": "https://sms.example/send", "method": "POST", "content": "form", "body": "to={to}\nmsg={text}",
    "headers": "", "token_url": "", "id_path": "id", "ok_path": "", "ok_values": "", "sender": "ACO",
    "opens": "09:00", "closes": "18:00", "test_number": "", "is_active": "on",
}  # fmt: skip


@pytest.fixture
def admin() -> Client:
    company = make_sender()
    user = User.objects.create_user(email="admin@aco.example", password="a-long-password", name="Ada")
    Membership.objects.create(company=company, user=user, role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def server() -> Iterator[GatewayServer]:
    with gateway_server() as known:
        yield known


def post(client: Client, path: str, **fields: Any) -> Any:
    return client.post(f"/ACO/settings/sending/{path}", fields)


def test_limits_are_empty_until_they_are_said(admin: Client) -> None:
    assert b"emails_an_hour" in admin.get("/ACO/settings/sending/").content
    post(admin, "", emails_an_hour="200", emails_an_hour_to_a_domain="", texts_an_hour="")
    policy = SendingPolicy.objects.get()
    assert (policy.emails_an_hour, policy.emails_an_hour_to_a_domain) == (200, None)
    assert Event.objects.filter(kind="sending-limits-changed").count() == 1


def test_a_gateway_is_set_field_by_field(admin: Client) -> None:
    assert post(admin, "text-messages/", **FIELDS).status_code == 302
    assert SmsGateway.objects.get().sender == "ACO"


def test_the_hours_are_never_guessed(admin: Client) -> None:
    page = admin.get("/ACO/settings/sending/text-messages/?like=orange").content.decode()
    assert "outboundSMSMessageRequest" in page
    assert post(admin, "text-messages/", **FIELDS | {"opens": "", "closes": ""}).status_code == 422


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "http://sms.example/send"),
        ("body", "to={to}"),
        ("body", "msg={text}"),
        ("closes", "09:00"),
        ("headers", "no colon"),
        ("ok_path", "status"),
        ("test_number", "12"),
    ],
)
def test_what_cannot_work_is_refused_with_its_reason(admin: Client, field: str, value: str) -> None:
    assert post(admin, "text-messages/", **FIELDS | {field: value}).status_code == 422


def test_fields_that_are_no_json_are_refused(admin: Client) -> None:
    assert post(admin, "text-messages/", **FIELDS | {"content": "json"}).status_code == 422


def test_a_trial_message_goes_to_the_number_for_trials(admin: Client, server: GatewayServer) -> None:
    post(admin, "text-messages/", **FIELDS | {"url": server.url, "test_number": "06 12 34 56 78"})
    post(admin, "text-messages/try/")
    assert server.requests[0].fields["to"] == "+33612345678"
    assert "m-1" in admin.get("/ACO/settings/sending/text-messages/").content.decode()


def test_a_trial_says_what_the_gateway_answered(admin: Client, server: GatewayServer) -> None:
    server.answers = [(400, "no credit", {})]
    post(admin, "text-messages/", **FIELDS | {"url": server.url, "test_number": "06 12 34 56 78"})
    post(admin, "text-messages/try/")
    assert "no credit" in admin.get("/ACO/settings/sending/text-messages/").content.decode()
