"""A collector's morning, from the run that the program proposed to the last reply, with the keyboard alone.

The mail leaves through a real mail server and comes in from a real mailbox; what a worker does, it does here
between two keys.
"""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from playwright.sync_api import BrowserContext, Locator, Page, expect
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.live_server_helper import LiveServer

from exigible.disputes.models import Dispute
from exigible.dunning.jobs import morning
from exigible.dunning.models import Action
from exigible.inbox.jobs import fetch_all
from exigible.inbox.models import Mail
from exigible.ledger.check import run_checks
from exigible.negotiation.models import Promise
from exigible.team.services import add_user
from exigible.timeline.models import Event
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY
from tests.inbox.imap_server import ImapServer
from tests.inbox.letters import mailbox_of, written
from tests.morning.world import late_books

pytestmark = pytest.mark.django_db(transaction=True)

FRIDAY, NEXT_WEEK = date(2026, 11, 27), date(2026, 12, 1)

CONTESTS = (
    "Bonjour,\n\nNous contestons la facture F-101 : il manque 300,00 € de marchandise, non livrée.\n"
    "Merci de nous établir un avoir.\n"
)


@pytest.fixture
def late(monday: None, files: Path, mail: MailServer) -> Books:
    return late_books()


@pytest.fixture
def desk(page: Page, context: BrowserContext, live_server: LiveServer, late: Books) -> Page:
    """Claire's browser, signed in, on what there is to do today."""
    claire = add_user(
        company=late.company, email="claire@aco.example", role="senior", by=None,
        password="a-long-password", name="Claire Martin",
    )  # fmt: skip
    client = Client()
    client.force_login(claire)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/ACO/day/")
    return page


def test_a_collector_lives_a_morning_with_the_keyboard_alone(
    desk: Page, late: Books, mail: MailServer, imap: ImapServer
) -> None:
    before = set(mail.ids())
    the_program_proposes()
    she_reads_the_run(desk)
    she_leaves_one_out(desk)
    she_lets_another_rest(desk)
    she_approves_and_sends(desk)
    she_makes_three_calls(desk)
    the_hotel_answers(late, mail, imap)
    she_turns_its_reply_into_a_dispute(desk)

    assert sent_today(mail, before) == ["hotel@example.net"]
    assert dict(todays_messages().values_list("customer__code", "state")) == {
        "HOTEL": "sent", "IMPRIM": "sent", "BATI": "excluded", "AZUR": "superseded",
    }  # fmt: skip
    check_promise_and_calls(late)
    check_dispute(late)
    check_timelines()
    assert [finding for finding in run_checks() if finding.broken] == []


def the_program_proposes() -> None:
    """At six, without anyone: a company's clock had its worker propose the day."""
    morning(timestamp=int(time.time()))
    work()


def she_reads_the_run(page: Page) -> None:
    press(page, "g", "r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relances")
    press(page, "r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relances du 23/11/2026")
    expect(page.locator("[data-row]")).to_have_count(4)
    go_to(page, "Hôtel Belle Époque")
    press(page, "Space")  # the very message, beside the list
    expect(page.frame_locator("#side iframe").locator("body")).to_contain_text("F-102")
    press(page, "Escape")
    expect(page.locator("#panel")).to_be_hidden()


def she_leaves_one_out(page: Page) -> None:
    """The builder's payment was announced this morning: no letter crosses it."""
    go_to(page, "Bâtiment du Rocher")
    press(page, "o")
    expect(page.locator("#messages")).to_contain_text("1 message écarté.")
    expect(page.locator("[data-row]")).to_have_count(3)


def she_lets_another_rest(page: Page) -> None:
    """From the line to its message, to the customer and its file, where reminders are paused."""
    go_to(page, "Azur Traiteur")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Azur Traiteur")
    press(page, "c")
    expect(page.locator(".standing")).to_be_visible()
    press(page, "f")
    expect(page.locator("#contacts")).to_be_visible()
    press(page, "h")
    dialog = page.locator("dialog#pause")
    expect(
        dialog.locator("input:focus")
    ).to_be_visible()  # the hands start in a field, not on the button that closes
    type_day(page, dialog.get_by_label("Relances suspendues jusqu"), NEXT_WEEK)
    fill(page, dialog.get_by_label("Motif"), "Changement de comptable")
    press(page, "Enter")
    expect(page.locator("main")).to_contain_text("Changement de comptable")
    press(page, "g", "r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relances")
    press(page, "r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Relances du 23/11/2026")


def she_approves_and_sends(page: Page) -> None:
    press(page, "A")
    expect(page.locator("#messages")).to_contain_text("3 messages validés.")
    press(page, "S")
    expect(page.locator("dialog#send")).to_contain_text("1 lettre est établie")
    press(page, "Enter")
    expect(page.locator(".sending")).to_be_visible()
    work()
    expect(page.locator(".sending")).to_have_count(0)
    expect(row(page, "Hôtel Belle Époque")).to_contain_text("envoyée")


def she_makes_three_calls(page: Page) -> None:
    """A promise, nobody there, a call back: each ends with a key, and the next call opens by itself."""
    press(page, "g", "t")
    expect(page.get_by_role("heading", level=1)).to_have_text("Appels")
    expect(page.locator("[data-row]")).to_have_count(3)
    press(page, "n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Capitainerie du Port")
    note(page, "M. Ferrero : virement vendredi")
    press(page, "p")
    dialog = page.locator("dialog#promise")
    fill(page, dialog.get_by_label("Montant"), "4000")
    type_day(page, dialog.get_by_label("Promis pour"), FRIDAY)
    press(page, "Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Riva Nautique")
    expect(page.locator("#messages")).to_contain_text("Capitainerie du Port : promesse de règlement, noté.")
    press(page, "a")

    expect(page.get_by_role("heading", level=1)).to_have_text("Traiteur Rossi")
    note(page, "en réunion")
    press(page, "r")
    expect(page.locator("dialog#call-back").get_by_label("À quelle heure")).to_be_focused()
    press(page, "Enter")  # at the hour that is offered
    expect(page.get_by_role("heading", level=1)).to_have_text("Appels")


def the_hotel_answers(late: Books, mail: MailServer, imap: ImapServer) -> None:
    """Its reply to this morning's e-mail comes in, and the mailbox is read as it is every five minutes."""
    reminder = next(message for message in mail.messages if message["To"] == "hotel@example.net")
    imap.deliver(
        written(
            CONTESTS, sender="compta@belle-epoque.example", subject=f"RE: {reminder['Subject']}",
            In_Reply_To=reminder["Message-ID"],
        )
    )  # fmt: skip
    mailbox_of(late.company, imap)
    fetch_all(timestamp=int(time.time()))
    work()


def she_turns_its_reply_into_a_dispute(page: Page) -> None:
    press(page, "g", "m")
    expect(page.locator("#inbox-waiting")).to_have_text("1 à confirmer")
    pane = page.locator("#mail-pane")
    expect(pane).to_contain_text("Hôtel Belle Époque")
    expect(pane.get_by_label("Montant contesté")).to_have_value("300,00")
    expect(pane.get_by_label("Échéance")).to_contain_text("F-101")
    press(page, "Enter")
    expect(page.locator(".mail").first).to_contain_text("Litige noté\u00a0: F-101.")


# --- what stands in the database when she goes for coffee ---


def sent_today(mail: MailServer, before: set[str]) -> list[str]:
    """To whom e-mails arrived this morning, one an e-mail."""
    return [str(message["To"]) for message in mail.messages if message["Message-ID"] not in before]


def todays_messages() -> QuerySet[Action]:
    return Action.objects.filter(run__day=MONDAY)


def check_promise_and_calls(late: Books) -> None:
    promise = Promise.objects.get()
    said = (promise.customer, promise.amount_minor, promise.due_on)
    assert said == (late.customer("PORT"), 4000_00, FRIDAY)
    calls = Event.objects.filter(kind="call").order_by("id")
    assert list(calls.values_list("customer__code", "data__outcome", "text", "by__name")) == [
        ("PORT", "promise", "M. Ferrero : virement vendredi", "Claire Martin"),
        ("RIVA", "no-answer", "", "Claire Martin"),
        ("TRAIT", "call-back", "en réunion", "Claire Martin"),
    ]


def check_dispute(late: Books) -> None:
    dispute = Dispute.objects.get()
    assert (dispute.item, dispute.amount_minor, dispute.reason) == (late["F-101"], 300_00, "delivery")
    reply = Mail.objects.get()
    assert (reply.customer, reply.action) == (
        late.customer("HOTEL"),
        todays_messages().get(channel="email", state="sent"),
    )
    assert (reply.state, reply.outcome, reply.answered_by) == ("done", "dispute", dispute.by)


def check_timelines() -> None:
    """Each act left one line, on the customer that it is about."""
    today = Event.objects.filter(happened_at__date=MONDAY, customer__isnull=False).order_by("id")
    lines: dict[str, list[str]] = defaultdict(list)
    for code, kind in today.values_list("customer__code", "kind"):
        lines[code].append(kind)
    assert lines == {
        "HOTEL": ["email-sent", "reply-received", "dispute-opened"],
        "IMPRIM": ["letter-sent"],
        "BATI": ["reminder-excluded"],
        "AZUR": ["dunning-paused", "reminder-held"],
        "PORT": ["call", "promise"],
        "RIVA": ["call"],
        "TRAIT": ["call"],
    }


# --- the hand on the keyboard ---


def press(page: Page, *keys: str) -> None:
    """Keys, at a hand's pace: one pressed while a page is on its way does nothing."""
    for key in keys:
        page.wait_for_load_state()
        page.wait_for_timeout(120)
        page.keyboard.press(key)


def row(page: Page, name: str) -> Locator:
    return page.locator("[data-row]").filter(has_text=name)


def go_to(page: Page, name: str) -> None:
    """Down the list until the cursor is on that customer, as one does who reads it."""
    for _line in range(page.locator("[data-row]").count()):
        press(page, "j")
        if "cursor" in (row(page, name).get_attribute("class") or ""):
            return
    expect(row(page, name)).to_have_class("cursor")


def note(page: Page, words: str) -> None:
    press(page, "m")
    fill(page, page.locator("#notes"), words)
    press(page, "Escape")


def tab_to(page: Page, field: Locator) -> None:
    """Tab until the field has the focus; a day has a stop for its day, its month, its year, its calendar."""
    for _stop in range(6):
        if field.evaluate("e => e === document.activeElement"):
            return
        press(page, "Tab")
    expect(field).to_be_focused()


def fill(page: Page, field: Locator, text: str) -> None:
    tab_to(page, field)
    page.keyboard.type(text)


def type_day(page: Page, field: Locator, day: date) -> None:
    """A day by its figures, in the order in which this browser's calendar takes them."""
    tab_to(page, field)
    for order in ("%d%m%Y", "%m%d%Y"):
        page.keyboard.type(f"{day:{order}}")
        if field.input_value() == day.isoformat():
            return
        press(page, "ArrowLeft", "ArrowLeft")
    expect(field).to_have_value(day.isoformat())


def work() -> None:
    """Do what waits for a worker, here: its own loop does not go with the browser's."""
    while job := ProcrastinateJob.objects.filter(status="todo").order_by("pk").first():
        app.tasks[job.task_name].func(**job.args)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])
