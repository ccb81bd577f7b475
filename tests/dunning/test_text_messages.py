"""Text messages: through a gateway that the company sets, each once, to mobile numbers, at decent hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from exigible.dunning.models import Action, Run, SmsGateway
from exigible.dunning.numbers import e164, is_mobile, parse_number
from exigible.dunning.services import resolve_ambiguous, texts
from exigible.dunning.services.storing import full_path
from exigible.dunning.sms import http
from exigible.dunning.sms.presets import PRESETS
from exigible.ledger.models import Company
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.gateway import GatewayServer, gateway_server
from tests.dunning.reminders import MONDAY, approve_all, books_with, only_action, propose, send
from tests.dunning.reminders import morning as run_of
from tests.dunning.test_by_hand import LATE, policy_by

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

MOBILE = "06 12 34 56 78"


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayServer]:
    monkeypatch.setenv("EXIGIBLE_SMS_SECRET_ACO", "key-7")
    with gateway_server() as server:
        yield server


def set_gateway(company: Company, server: GatewayServer, **fields: Any) -> SmsGateway:
    known: dict[str, Any] = {
        "url": f"{server.url}/messages", "headers": "Authorization: Key {secret}",
        "body": '{"to": "{to}", "from": "{sender}", "text": "{text}", "ref": "{reference}"}',
        "id_path": "id", "sender": "ACO", "opens": time(9), "closes": time(18),
    }  # fmt: skip
    return SmsGateway.objects.create(company=company, **known | fields)


def late_by_sms(server: GatewayServer | None, text: str = LATE, **gateway: Any) -> Books:
    books = books_with(text, phone=MOBILE)
    policy_by(books.company, "sms")
    if server is not None:
        set_gateway(books.company, server, **gateway)
    return books


def state_of(run: Run) -> tuple[str, str]:
    action = Action.objects.get(run=run)
    return action.state, action.problem


def test_a_text_message_goes_to_the_mobile_number_with_the_companys_words(gateway: GatewayServer) -> None:
    action = only_action(run_of(late_by_sms(gateway), MONDAY))
    [request] = gateway.requests
    assert (action.state, action.recipient, action.message_id) == ("sent", "+33612345678", "m-1")
    assert request.headers["Authorization"] == "Key key-7"
    assert request.json["to"] == "+33612345678"
    assert "1 000,00" in request.json["text"]
    assert full_path(action.file).read_text() == request.json["text"]
    assert Event.objects.get(kind="sms-sent").data["recipient"] == "+33612345678"


def test_quotes_and_lines_in_a_text_do_not_break_the_fields() -> None:
    settings = SmsGateway(url="https://x.example/{to}", body='{"a": ["{text}", 1]}', headers="X: {text}")
    values = dict.fromkeys(http.NAMES, "") | {"text": 'say "no"\n{to}', "to": "+33 6"}
    url, headers, body = http.request_of(settings, values)
    assert (url, headers["X"]) == ("https://x.example/%2B33%206", 'say "no" {to}')
    assert body == rb'{"a": ["say \"no\"\n{to}", 1]}'


@pytest.mark.parametrize("answer", ["die", "sleep", (500, "", {}), (502, "", {})])
def test_a_gateway_that_dies_after_taking_the_request_is_unsure_and_never_asked_again(
    gateway: GatewayServer, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.2)
    gateway.answers = [answer]
    run = run_of(late_by_sms(gateway), MONDAY)
    assert state_of(run)[0] == "ambiguous"
    send(run)
    assert len(gateway.requests) == 1
    resolve_ambiguous(action=only_action(run), outcome="sent", by=None)
    assert Event.objects.filter(kind="sms-sent").count() == 1


def test_a_gateway_that_cannot_be_reached_has_the_message_wait(gateway: GatewayServer) -> None:
    run = run_of(late_by_sms(gateway, url="http://127.0.0.1:1/"), MONDAY)
    assert (state_of(run)[0], run.problem) == ("approved", "sms-gateway-unreachable")
    assert SmsGateway.objects.get().failing_since == timezone.now() or SmsGateway.objects.get().said


def test_a_secret_that_is_refused_fails_no_message_and_is_not_told(gateway: GatewayServer) -> None:
    gateway.answers = [(401, "bad key-7", {})]
    run = run_of(late_by_sms(gateway), MONDAY)
    assert (state_of(run)[0], run.problem) == ("approved", "sms-gateway-refuses")
    assert SmsGateway.objects.get().said == "401 bad …"


def test_a_refusal_fails_with_the_gateways_own_words(gateway: GatewayServer) -> None:
    gateway.answers = [(400, {"message": "no such number"}, {})]
    state, problem = state_of(run_of(late_by_sms(gateway), MONDAY))
    assert (state, "no such number" in problem) == ("failed", True)


def test_a_gateway_that_asks_for_patience_is_asked_again_later(gateway: GatewayServer) -> None:
    gateway.answers = [(429, "slow down", {"Retry-After": "600"}), (201, {"id": "m-2"}, {})]
    run = run_of(late_by_sms(gateway), MONDAY)
    action = only_action(run)
    assert (action.state, action.not_before is not None) == ("approved", True)
    send(run)
    assert len(gateway.requests) == 1
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        send(run)
    assert state_of(run)[0] == "sent"


def test_an_answer_that_says_no_with_a_200_is_a_failure(gateway: GatewayServer) -> None:
    gateway.answers = [(200, {"status": 201, "message": "missing"}, {})]
    run = run_of(late_by_sms(gateway, ok_path="status", ok_values="100 101"), MONDAY)
    assert state_of(run)[0] == "failed"


def test_out_of_the_hours_of_the_debtor_a_message_waits(gateway: GatewayServer) -> None:
    books = late_by_sms(gateway)
    with time_machine.travel(datetime(2026, 11, 23, 17, 30, tzinfo=UTC)):  # half past six in Paris
        run = run_of(books, MONDAY)
        action = only_action(run)
        assert (action.state, action.problem, gateway.requests) == ("approved", "out-of-hours", [])
        assert action.not_before == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_on_trial_all_messages_go_to_one_number(gateway: GatewayServer) -> None:
    run_of(late_by_sms(gateway, test_number="07 81 23 45 67"), MONDAY)
    assert gateway.requests[0].json["to"] == "+33781234567"


def test_a_company_on_trial_writes_to_no_customer_without_a_number_to_try(gateway: GatewayServer) -> None:
    books = late_by_sms(gateway)
    Company.objects.filter(pk=books.company.pk).update(test_recipient="me@example.net")
    run = run_of(books, MONDAY)
    assert (state_of(run)[0], run.problem, gateway.requests) == ("approved", "no-test-number", [])


def test_without_a_gateway_text_messages_wait() -> None:
    run = run_of(late_by_sms(None), MONDAY)
    assert (state_of(run)[0], run.problem) == ("approved", "no-sms-gateway")


def test_a_killed_sender_leaves_a_text_message_unsure(gateway: GatewayServer) -> None:
    books = late_by_sms(gateway)
    run = propose(books)
    Action.objects.filter(run=run).update(state="approved", approved_at=timezone.now())
    Action.objects.filter(run=run).update(state="reserved", reserved_at=timezone.now())
    send(run)
    assert (state_of(run), gateway.requests) == (("ambiguous", "interrupted"), [])


def test_a_sender_that_dies_after_the_gateway_took_it_leaves_it_unsure_and_not_sent_twice(
    gateway: GatewayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    run = propose(late_by_sms(gateway))
    approve_all(run)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(texts._Round, "_settle", die)
        send(run)
    send(run)
    assert (state_of(run), len(gateway.requests)) == (("ambiguous", "interrupted"), 1)


@pytest.mark.parametrize(
    "fields", [{"headers": "X-Name: {sender}", "sender": "Société œ"}, {"url": "http://[x/"}]
)
def test_a_request_that_cannot_be_written_has_the_messages_wait(
    gateway: GatewayServer, fields: dict[str, str]
) -> None:
    run = run_of(late_by_sms(gateway, **fields), MONDAY)
    assert (state_of(run)[0], gateway.requests) == ("approved", [])


@pytest.mark.parametrize("name", PRESETS)
def test_common_gateways_are_set_without_code(name: str, gateway: GatewayServer) -> None:
    preset = PRESETS[name]
    settings = SmsGateway(**preset | {"sender": "ACO"})
    values = dict.fromkeys(http.NAMES, "") | {"to": "+33612345678", "to_00": "0033612345678", "text": "Hé !"}
    url, _, body = http.request_of(settings, values)
    asked = f"{url} {(body or b'').decode()}"
    assert "33612345678" in asked
    assert "H" in asked


def test_a_gateway_with_tokens_is_asked_for_one_first(gateway: GatewayServer) -> None:
    gateway.answers = [(200, {"access_token": "t-1", "expires_in": 3600}, {}), (201, {"id": "m-1"}, {})]
    fields = {"token_url": f"{gateway.url}/token", "headers": "Authorization: Bearer {token}"}
    run_of(late_by_sms(gateway, **fields), MONDAY)
    first, second = gateway.requests
    assert first.fields == {"grant_type": "client_credentials"}
    assert second.headers["Authorization"] == "Bearer t-1"


@pytest.mark.parametrize(
    ("typed", "country", "written", "mobile"),
    [
        ("06 12 34 56 78", "FR", "+33612345678", True),
        ("04 93 00 00 00", "FR", "+33493000000", False),
        ("+377 6 12 34 56 78", "MC", "+377612345678", True),
        ("93 15 00 00", "MC", "+37793150000", False),
        ("034 12 345 67", "MG", "+261341234567", True),
        ("020 22 123 45", "MG", "+261202212345", False),
        ("12", "FR", "", False),
        ("06 12 34 56", "FR", "", False),
    ],
)
def test_numbers_of_the_three_countries_are_known(
    typed: str, country: str, written: str, mobile: bool
) -> None:
    number = parse_number(typed, country, "FR")
    assert (e164(number) if number else "", bool(number and is_mobile(number))) == (written, mobile)
