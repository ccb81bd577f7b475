"""The pages of reminders, as each person of a company may see and use them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urljoin

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.dunning.jobs import propose_run_job
from exigible.dunning.models import Action, Policy, Run
from exigible.dunning.peace import left_in_peace
from exigible.dunning.policies import change_policy, policies_in_force
from exigible.dunning.services import propose_run
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Company, Customer
from exigible.team.models import User
from exigible.team.services import add_user
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, approve_all, books_with, only_action, propose, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

BOOKS = """
    2026-09-01 invoice F-1 ACME 1200.00 due 2026-10-01
    2026-09-05 invoice F-2 ACME 300.00 due 2026-10-05
    2026-10-10 payment V-1 ACME -100.00
    2026-09-01 invoice F-3 BETA 800.00 due 2026-11-10
    2026-09-01 invoice F-4 TINY 4.00 due 2026-11-01
"""


def person(company: Company, role: str = "senior", **fields: object) -> User:
    return add_user(
        company=company, email=f"{role}@aco.example", role=role, by=None, password="a-long-password",
        name=f"Claire {role.title()}", **fields,
    )  # fmt: skip


def signed_in(user: User) -> Client:
    client = Client()
    client.cookies["language"] = "en"
    client.force_login(user)
    return client


@pytest.fixture
def books() -> Books:
    return books_with(BOOKS)


@pytest.fixture
def run(books: Books) -> Run:
    return propose(books)


@pytest.fixture
def senior(books: Books) -> Client:
    return signed_in(person(books.company))


def page(client: Client, name: str, /, *args: object, **asked: str) -> str:
    response = client.get(reverse(name, args=["ACO", *args]), asked)
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def act(client: Client, name: str, /, *args: object, **data: object) -> str:
    """What the page says after an act."""
    response = client.post(reverse(name, args=["ACO", *args]), data, follow=True)
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def states() -> dict[str, str]:
    return dict(Action.objects.order_by("customer__code").values_list("customer__code", "state"))


def of(code: str) -> Action:
    return Action.objects.get(customer__code=code)


def test_before_the_first_run_one_may_propose(senior: Client) -> None:
    assert "Propose now" in page(senior, "reminders")
    said = act(senior, "reminders-propose")
    assert "Reminders of 23 Nov 2026" in said
    assert states() == {"ACME": "proposed", "BETA": "proposed"}


def test_a_run_says_who_what_and_why(senior: Client, run: Run) -> None:
    html = page(senior, "run", run.pk)
    assert "1,400.00<" in html  # 1,500.00 due, less the 100.00 not allocated
    assert "2 items reached this step, the oldest 53 days late." in html


def test_held_back_is_said_with_its_reason_and_can_be_filtered(senior: Client, run: Run) -> None:
    html = page(senior, "run-held-back", run.pk)
    assert "TINY" in html
    assert "€4.00 is below the minimum of €10.00." in html
    assert "TINY" not in page(senior, "run-held-back", run.pk, reason="insolvent")


def test_what_is_left_out_can_be_undone(senior: Client, run: Run) -> None:
    said = act(senior, "run-exclude", run.pk, selected=[of("BETA").pk])
    assert "1 message left out." in said
    assert states() == {"ACME": "proposed", "BETA": "excluded"}
    assert "BETA" in page(senior, "run-left-out", run.pk)
    undo = reverse("run-include", args=["ACO", run.pk]) + f"?selected={of('BETA').pk}"
    senior.post(undo)
    assert states()["BETA"] == "proposed"


def test_one_message_is_approved_and_then_all(senior: Client, run: Run) -> None:
    assert "1 message approved." in act(senior, "run-approve", run.pk, selected=[of("ACME").pk])
    senior.post(reverse("run-approve", args=["ACO", run.pk]) + "?all=1")
    assert set(states().values()) == {"approved"}


def test_a_second_person_who_approves_is_told_who_was_first(books: Books, senior: Client, run: Run) -> None:
    act(senior, "run-approve", run.pk, selected=[of("ACME").pk])
    other = signed_in(person(books.company, "administrator"))
    said = act(other, "run-approve", run.pk, selected=[of("ACME").pk])
    assert "1 message had been approved already, by Claire Senior" in said


def test_a_collector_leaves_out_but_does_not_approve(books: Books, run: Run) -> None:
    collector = signed_in(person(books.company, "collector"))
    assert "Approve all" not in page(collector, "run", run.pk)
    response = collector.post(reverse("run-approve", args=["ACO", run.pk]) + "?all=1")
    assert response.status_code == 422
    act(collector, "run-exclude", run.pk, selected=[of("BETA").pk])
    assert states() == {"ACME": "proposed", "BETA": "excluded"}


def test_a_collector_lets_go_what_the_policy_leaves_free(books: Books) -> None:
    policies_in_force(books.company)
    policy = Policy.objects.get(is_active=True)
    steps = [step | {"needs_approval": step["level"] > 1} for step in policy.steps]
    change_policy(policy=policy, by=None, steps=steps)
    run = propose_run(company=books.company, on=MONDAY, by=None)
    collector = signed_in(person(books.company, "collector"))
    collector.post(reverse("run-approve", args=["ACO", run.pk]) + "?all=1")
    assert set(states().values()) == {"approved"}
    assert collector.post(reverse("run-send", args=["ACO", run.pk])).status_code == 302


def test_who_has_a_portfolio_sees_only_its_messages(books: Books, run: Run) -> None:
    user = person(books.company, "collector", portfolio_only=True)
    Customer.objects.filter(code="BETA").update(collector=user)
    client = signed_in(user)
    html = page(client, "run", run.pk)
    assert ("BETA" in html, "ACME" in html) == (True, False)
    assert client.get(reverse("reminder", args=["ACO", of("ACME").pk])).status_code == 404
    act(client, "run-exclude", run.pk, selected=[of("ACME").pk])
    assert states()["ACME"] == "proposed"


def test_sending_asks_a_worker_and_the_page_follows_it(senior: Client, run: Run) -> None:
    approve_all(run)
    said = act(senior, "run-send", run.pk)
    assert "Sending: 0 sent, 2 left. You may leave this page." in said
    progress = reverse("run-progress", args=["ACO", run.pk])
    assert "progress" in senior.get(progress).content.decode()


def test_after_sending_each_line_says_what_became_of_it(senior: Client, run: Run, mail: MailServer) -> None:
    approve_all(run)
    mail.refuse["beta@example.net"] = "550 no such user"
    send(run)
    html = page(senior, "run", run.pk)
    assert "refuses the address beta@example.net" in html
    assert "“550 no such user”" in html
    assert ">sent<" in html
    assert senior.get(reverse("run-progress", args=["ACO", run.pk])).headers["HX-Refresh"] == "true"


def test_an_email_is_shown_with_the_balances_of_now_and_shut_in(senior: Client, run: Run) -> None:
    action = of("ACME")
    response = senior.get(reverse("reminder-email", args=["ACO", action.pk]))
    assert "F-1" in response.content.decode()
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "Plain" not in page(senior, "reminder-peek", action.pk)


def test_once_sent_the_very_file_is_shown(senior: Client, run: Run, mail: MailServer, files) -> None:
    approve_all(run)
    send(run)
    action = of("ACME")
    Company.objects.update(name="Another name")
    html = senior.get(reverse("reminder-email", args=["ACO", action.pk])).content.decode()
    assert "Another name" not in html
    pdf = senior.get(reverse("reminder-attachment", args=["ACO", action.pk, 1]))
    assert pdf.content.startswith(b"%PDF")
    (files / action.file).write_bytes(b"changed")
    assert "no longer as it was sent" in page(senior, "reminder-peek", action.pk)


def test_a_letter_is_a_pdf_before_and_after_and_all_are_one_to_print(books: Books, senior: Client) -> None:
    Customer.objects.update(email="")
    run = propose(books)
    letter = reverse("reminder-letter", args=["ACO", of("ACME").pk])
    assert senior.get(letter).content.startswith(b"%PDF")
    assert senior.get(reverse("run-letters", args=["ACO", run.pk])).status_code == 404
    approve_all(run)
    send(run)
    assert senior.get(letter).headers["Content-Disposition"] == 'inline; filename="ACME-2026-11-23.pdf"'
    assert senior.get(reverse("run-letters", args=["ACO", run.pk])).content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("outcome", "state"), [("sent", "sent"), ("again", "approved"), ("dropped", "failed")]
)
def test_an_unsure_delivery_is_decided_by_a_person(
    senior: Client, mail: MailServer, outcome: str, state: str
) -> None:
    run = propose(
        books_with("2026-09-01 invoice F-9 ACME 50.00 due 2026-10-01", company=Company.objects.get())
    )
    Action.objects.exclude(customer__code="ACME").update(state="excluded")
    approve_all(run)
    mail.die_after_text = 1
    send(run)
    assert "Did it arrive?" in page(senior, "reminders")
    act(senior, "reminder-resolve", only_action(run).pk, outcome=outcome)
    assert of("ACME").state == state


def test_the_policy_reads_as_sentences(senior: Client) -> None:
    html = re.sub(r"<[^>]+>", " ", page(senior, "policies"))
    said = " ".join(html.split())
    assert "7 days after the due date Reminder by e-mail" in said
    assert "At least 7 days between two contacts." in said
    assert "Every customer is in a policy." in said


def form_of(policy: Policy, **changes: object) -> dict[str, object]:
    data: dict[str, object] = {
        "name": policy.name, "minimum": "25,00", "min_days_between_contacts": 10, "oldest_days": "",
    }  # fmt: skip
    for step in policy.steps:
        key = step["key"]
        data |= {f"{key}-is_taken": "on", f"{key}-days": abs(step["days"]), f"{key}-channel": step["channel"]}
    return data | changes


def test_changing_a_policy_makes_a_version_and_keeps_the_old_one(books: Books, senior: Client) -> None:
    policies_in_force(books.company)
    old = Policy.objects.get()
    said = act(senior, "policy", old.pk, **form_of(old))
    assert "Version 2 of “Standard” is in force from the next run." in said
    assert "2 versions" in said
    new = Policy.objects.get(is_active=True)
    assert (new.minimum_minor, new.min_days_between_contacts, new.oldest_days) == (25_00, 10, None)


def test_steps_out_of_order_are_refused_in_words(books: Books, senior: Client) -> None:
    policies_in_force(books.company)
    old = Policy.objects.get()
    response = senior.post(reverse("policy", args=["ACO", old.pk]), form_of(old, **{"firm-days": 5}))
    assert response.status_code == 422
    assert "The step “Firm reminder” must come after the one before it." in response.content.decode()


def test_two_people_who_change_a_policy_do_not_undo_each_other(books: Books, senior: Client) -> None:
    policies_in_force(books.company)
    old = Policy.objects.get()
    act(senior, "policy", old.pk, **form_of(old))
    response = senior.post(reverse("policy", args=["ACO", old.pk]), form_of(old, minimum="1"))
    assert response.status_code == 422
    assert "Someone changed this policy meanwhile" in response.content.decode()


def test_a_segment_may_have_a_policy_of_its_own(books: Books, senior: Client) -> None:
    Customer.objects.filter(code="BETA").update(segment="Hotels")
    policies_in_force(books.company)
    act(senior, "policy-new", **form_of(Policy.objects.get(), name="Hotels", segment="Hotels", country=""))
    assert "Customers of segment Hotels" in page(senior, "policies")


@pytest.mark.parametrize("name", ["reminders", "run", "run-held-back"])
def test_a_page_asks_the_database_as_often_for_many_as_for_few(
    senior: Client, books: Books, run: Run, name: str
) -> None:
    args = [] if name == "reminders" else [run.pk]
    page(senior, name, *args)
    few = _queries(senior, name, args)
    books_with(
        "\n".join(f"2026-09-01 invoice G-{n} CUST{n:02} 90.00 due 2026-10-01" for n in range(30)),
        company=books.company,
    )
    propose(books)
    assert _queries(senior, name, args) == few


def _queries(client: Client, name: str, args: list[object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        page(client, name, *args)
    return len(queries)


def test_a_long_run_is_read_page_by_page(senior: Client, books: Books) -> None:
    books_with(
        "\n".join(f"2026-09-01 invoice G-{n} CUST{n:03} {n + 20}.00 due 2026-10-01" for n in range(70)),
        company=books.company,
    )
    run = propose(books)

    def there(link: str) -> str:
        return urljoin(reverse("run", args=["ACO", run.pk]), unescape(link))

    first = page(senior, "run", run.pk, sort="name")
    assert len(re.findall("data-row ", first)) == 60
    after = re.search(r'rel="next" href="([^"]*)"', first)
    assert after
    second = " ".join(senior.get(there(after[1])).content.decode().split())
    assert len(re.findall("data-row ", second)) == 12
    before = re.search(r'rel="prev" href="([^"]*)"', second)
    assert before
    again = senior.get(there(before[1])).content.decode()
    assert re.findall(r'value="(\d+)" aria-label', again) == re.findall(r'value="(\d+)" aria-label', first)


def test_a_big_company_is_decided_on_in_the_background(
    senior: Client, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exigible.dunning.views.underway.FEW_CUSTOMERS", 1)
    said = act(senior, "reminders-propose")
    assert "The proposal is being made" in said
    assert not Run.objects.exists()
    propose_run_job(books.company.pk, MONDAY.isoformat(), None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded'")
    address = senior.get(reverse("reminders-proposing", args=["ACO"])).headers["HX-Redirect"]
    assert address == reverse("run", args=["ACO", Run.objects.get().pk])


def test_an_interrupted_run_says_so_and_can_be_sent_again(senior: Client, run: Run) -> None:
    approve_all(run)
    Run.objects.update(state=Run.State.SENDING)
    html = page(senior, "run", run.pk)
    assert "The program was interrupted while it was sending." in html
    assert "Send 2…" in html


def test_what_the_company_has_not_set_is_said_before_the_approval_with_the_way_to_it(
    senior: Client, run: Run
) -> None:
    assert "The company's settings" not in page(senior, "run", run.pk)
    Company.objects.update(address="", email="", iban="")
    html = page(senior, "run", run.pk)
    assert "postal address is not set: letters wait" in html
    assert "e-mail address is not set: e-mails wait" in html
    assert "No IBAN is set" in html
    assert reverse("settings", args=["ACO"]) in html


def test_a_message_that_waits_for_the_settings_says_so(senior: Client, run: Run) -> None:
    Company.objects.update(email="")
    assert "The company has no e-mail address to write from" in page(senior, "reminder-peek", of("ACME").pk)


def test_sending_without_an_address_to_write_from_is_not_offered(senior: Client, run: Run) -> None:
    approve_all(run)
    Company.objects.update(email="")
    html = page(senior, "run", run.pk)
    assert "2 e-mails wait: the company has no e-mail address to write from." in html
    assert "leaves now, from" not in html
    assert not re.search(r"</svg>\s*Send\s*</button>", html)


def test_sending_before_the_day_of_the_run_is_asked_about_and_refused_unasked(
    senior: Client, books: Books
) -> None:
    run = propose(books, MONDAY + timedelta(days=1))
    approve_all(run)
    assert "These reminders are for 24 November 2026" in page(senior, "run", run.pk)
    response = senior.post(reverse("run-send", args=["ACO", run.pk]))
    assert (response.status_code, Action.objects.filter(state="sent").exists()) == (422, False)
    assert senior.post(reverse("run-send", args=["ACO", run.pk]), {"early": "1"}).status_code == 302


def test_on_a_sunday_the_page_proposes_the_run_of_monday(senior: Client) -> None:
    with time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=UTC)):
        assert "the next business day" in page(senior, "reminders")
        assert "Reminders of 23 Nov 2026" in act(senior, "reminders-propose")


def test_an_empty_run_does_not_bury_the_one_that_says_something(senior: Client, books: Books) -> None:
    empty = Run.objects.create(
        company=books.company, day=MONDAY, policy_version=1, proposed_at=timezone.now(), state="done"
    )
    speaking = propose(books, MONDAY + timedelta(days=1))
    html = page(senior, "reminders")
    first = html[html.index('id="today"') : html.index('id="earlier"')]
    assert reverse("run", args=["ACO", speaking.pk]) in first
    assert reverse("run", args=["ACO", empty.pk]) not in first


def test_a_line_says_that_it_would_not_go_once_its_customer_is_paused(books: Books, run: Run) -> None:
    senior = signed_in(person(books.company))
    page = reverse("run", args=[books.company.code, run.pk])
    assert "Would not go now" not in senior.get(page).content.decode()
    pause_dunning(customer=books.customer("ACME"), until=MONDAY + timedelta(days=9), reason="audit", by=None)
    found = unescape(senior.get(page).content.decode())
    assert found.count("Would not go now:") == 1
    assert "Would not go now: Reminders rest until 2 Dec 2026: audit" in " ".join(found.split())


def test_what_lines_would_not_go_takes_as_many_queries_for_many_as_for_one(books: Books, run: Run) -> None:
    actions = list(Action.objects.filter(run=run).select_related("customer"))
    counts = []
    for chosen in (actions[:1], actions):
        with CaptureQueriesContext(connection) as queries:
            left_in_peace(books.company, chosen, MONDAY)
        counts.append(len(queries))
    assert counts[0] == counts[1] > 0
