"""A line of a run goes another way than the one proposed, because a person says so."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from exigible.dunning.cases import actions_with_all
from exigible.dunning.models import Action, Channel, Run
from exigible.dunning.services import Changed, approve, change_channel, exclude_actions, ways_of
from exigible.dunning.services.retouching import attach_retouched
from exigible.ledger.models import Customer
from exigible.team.models import User
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import approve_all, books_with, propose, send
from tests.dunning.test_retouching import pdf
from tests.dunning.test_screens import act, page, person, signed_in
from tests.dunning.test_sending import pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

BOOKS = """
    2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
    2026-09-01 invoice F-2 BETA 800.00 due 2026-11-10
"""


@pytest.fixture
def books() -> Books:
    return books_with(BOOKS)


@pytest.fixture
def run(books: Books) -> Run:
    return propose(books)


@pytest.fixture
def claire(books: Books) -> User:
    return person(books.company)


@pytest.fixture
def senior(claire: User) -> Client:
    return signed_in(claire)


def of(code: str, run: Run) -> Action:
    found: Action = actions_with_all(run=run, customer__code=code).get()
    return found


def change(run: Run, code: str, channel: Channel, by: User | None = None, seen: str = "") -> Changed:
    action = of(code, run)
    said = {action.pk: seen} if seen else {}
    by_id = by.pk if by else None
    return change_channel(run=run, actions=[action.pk], channel=channel, by=by_id, seen=said)


def why_not(run: Run, code: str, channel: Channel) -> str:
    action = of(code, run)
    return ways_of([action])[action.pk].why_not[channel]


def seen_on_page(client: Client, run: Run, *codes: str) -> str:
    return page(client, "run-channel", run.pk, selected=[str(of(code, run).pk) for code in codes])  # type: ignore[arg-type]


def test_a_letter_goes_in_place_of_the_email_proposed(run: Run, claire: User, mail: MailServer) -> None:
    assert of("ACME", run).channel == "email"
    assert change(run, "ACME", Channel.LETTER, claire).done == [of("ACME", run).pk]
    approve_all(run)
    send(run)
    sent = of("ACME", run)
    assert (sent.channel, sent.state, sent.recipient) == ("letter", "sent", "")
    assert sent.file.endswith(".pdf")
    assert [m["To"] for m in mail.messages if "acme" in m["To"]] == []


def test_the_reason_says_who_chose_the_way_and_the_timeline_has_one_line(
    run: Run, claire: User, senior: Client
) -> None:
    change(run, "ACME", Channel.LETTER, claire)
    assert "Claire Senior chose this way, in place of: E-mail." in page(senior, "run", run.pk)
    line = Event.objects.get(kind="reminder-channel-changed")
    assert (line.by_id, line.data["instead_of"], line.data["channel"]) == (claire.pk, "email", "letter")
    assert "Another way chosen for a reminder: Letter" in re.sub(
        r"<[^>]+>", "", page(senior, "customer", "ACME")
    )


def test_the_way_first_proposed_can_be_chosen_again_and_is_no_choice_any_more(run: Run) -> None:
    change(run, "ACME", Channel.LETTER)
    change(run, "ACME", Channel.EMAIL)
    action = of("ACME", run)
    assert (action.channel, action.recipient) == ("email", "acme@example.net")
    assert "chosen_over" not in action.reason_params


def test_the_way_chosen_holds_when_balances_are_read_again(books: Books, run: Run, mail: MailServer) -> None:
    change(run, "ACME", Channel.LETTER)
    approve_all(run)
    pay(books, "F-1", 200)
    send(run)
    sent = of("ACME", run)
    assert (sent.channel, sent.state, sent.sent_minor) == ("letter", "sent", 1000_00)


def test_the_way_chosen_holds_when_the_day_is_proposed_again(books: Books, run: Run) -> None:
    change(run, "ACME", Channel.LETTER)
    again = propose(books)
    assert of("ACME", again).channel == "letter"
    assert of("BETA", again).channel == "email"
    assert Event.objects.filter(kind="reminder-channel-changed").count() == 1


def test_a_way_that_no_longer_leads_there_gives_way_to_the_next_one(books: Books, run: Run) -> None:
    change(run, "ACME", Channel.LETTER)
    Customer.objects.filter(code="ACME").update(address="")
    assert of("ACME", propose(books)).channel == "email"


@pytest.mark.parametrize(
    ("channel", "unknown", "code"),
    [
        (Channel.LETTER, {"address": ""}, "no-postal-address"),
        (Channel.VISIT, {"address": ""}, "no-postal-address"),
        (Channel.SMS, {"phone": "0493000000"}, "no-mobile"),
        (Channel.SMS, {"phone": "0612345678"}, "no-sms-gateway"),
        (Channel.PHONE, {"phone": ""}, "no-phone"),
        (Channel.PHONE, {"phone": "0493000000"}, ""),
        (Channel.REGISTERED, {}, "registered-not-here"),
        (Channel.EMAIL, {}, "same"),
    ],
)
def test_only_ways_that_lead_to_the_customer_can_be_chosen(
    run: Run, channel: Channel, unknown: dict[str, str], code: str
) -> None:
    Customer.objects.filter(code="BETA").update(**unknown)
    changed = change(run, "BETA", channel)
    assert list(changed.not_done.values()) == ([code] if code else [])
    assert of("BETA", run).channel == ("email" if code else channel)


def test_a_telephone_number_is_found_though_no_policy_calls(run: Run) -> None:
    Customer.objects.filter(code="ACME").update(phone="04 93 12 34 56")
    change(run, "ACME", Channel.PHONE)
    assert of("ACME", run).recipient == "+33493123456"


def test_a_formal_notice_may_go_registered() -> None:
    books = books_with("2026-06-01 invoice F-1 ACME 1200.00 due 2026-07-01")
    run = propose(books)
    Action.objects.filter(run=run).update(step="formal_notice", level=3)
    assert why_not(run, "ACME", Channel.REGISTERED) == ""


def test_a_retouched_letter_is_not_lost_by_another_way(run: Run) -> None:
    change(run, "ACME", Channel.LETTER)
    attach_retouched(action=of("ACME", run), name="relu.pdf", content=pdf(), by=None)
    assert list(change(run, "ACME", Channel.EMAIL).not_done.values()) == ["retouched"]


def test_what_is_approved_sent_or_left_out_keeps_its_way_and_it_is_said(run: Run, senior: Client) -> None:
    exclude_actions(run=run, actions=[of("BETA", run).pk], by=None)
    approve(run=run, by=None, actions=[of("ACME", run).pk])
    assert list(change(run, "ACME", Channel.LETTER).not_done.values()) == ["not-proposed"]
    assert list(change(run, "BETA", Channel.LETTER).not_done.values()) == ["excluded"]
    said = act(senior, "run-channel", run.pk, selected=[of("ACME", run).pk], channel="letter")
    assert "1 message keeps its way: It is no longer a proposal" in said
    assert Event.objects.filter(kind="reminder-channel-changed").count() == 0


def test_of_two_people_one_wins_and_the_other_is_told(books: Books, run: Run, senior: Client) -> None:
    action = of("ACME", run)
    Customer.objects.filter(code="ACME").update(phone="0493000000")
    asked = {"selected": [action.pk], "seen": [f"{action.pk}-email"]}
    act(senior, "run-channel", run.pk, **asked, channel="letter")
    other = signed_in(person(books.company, "administrator"))
    said = act(other, "run-channel", run.pk, **asked, channel="phone")
    assert "Someone chose another way meanwhile: look at it again." in said
    assert of("ACME", run).channel == "letter"


def test_the_page_offers_the_open_ways_and_says_why_not_the_others(run: Run, senior: Client) -> None:
    said = re.sub(r"<[^>]+>", " ", seen_on_page(senior, run, "ACME"))
    assert "By letter instead" in said
    assert "By e-mail instead" not in said
    assert "No telephone number is known that works." in said
    assert "Registered letters are for formal notices and last letters before action." in said


def test_several_lines_change_at_once_and_undo_takes_it_back(run: Run, senior: Client) -> None:
    both = [of("ACME", run).pk, of("BETA", run).pk]
    said = act(senior, "run-channel", run.pk, selected=both, channel="letter")
    assert "2 messages go another way: Letter." in said
    assert {of("ACME", run).channel, of("BETA", run).channel} == {"letter"}
    address = reverse("run-channel", args=["ACO", run.pk])
    asked = "&".join(f"selected={pk}&seen={pk}-letter" for pk in both)
    senior.post(f"{address}?channel=email&{asked}")
    assert {of("ACME", run).channel, of("BETA", run).channel} == {"email"}


def test_reading_the_page_by_the_address_changes_nothing(run: Run, senior: Client) -> None:
    action = of("ACME", run)
    page(senior, "run-channel", run.pk, selected=str(action.pk), channel="letter")
    assert of("ACME", run).channel == "email"


def test_the_preview_of_the_line_shows_the_letter(run: Run, senior: Client) -> None:
    change(run, "ACME", Channel.LETTER)
    html = page(senior, "reminder", of("ACME", run).pk)
    assert "letter.pdf" in html
    assert "Another way…" in html
    answer = senior.get(reverse("reminder-letter", args=["ACO", of("ACME", run).pk]))
    assert answer.content.startswith(b"%PDF")


def test_who_has_a_portfolio_changes_only_its_own_lines(books: Books, run: Run) -> None:
    collector = person(books.company, "collector", portfolio_only=True)
    act(signed_in(collector), "run-channel", run.pk, selected=[of("ACME", run).pk], channel="letter")
    assert of("ACME", run).channel == "email"
