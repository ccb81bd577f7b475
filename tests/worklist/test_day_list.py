"""The day's list over real books: who is on it, when it is made anew, and what stays done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.books import new_moment, write_books

from exigible.calls.services import log_call
from exigible.dunning.models import Action, Policy, Run
from exigible.kernel.errors import UserMistake
from exigible.ledger.edits import edit_customer, pause_dunning
from exigible.ledger.models import Company, Customer
from exigible.negotiation.services import make_promise
from exigible.timeline.services import record_event
from exigible.worklist.models import Task, Worklist
from exigible.worklist.queries import find_list, is_stale, sorted_tasks, work_facts
from exigible.worklist.services import (
    add_note,
    build_day,
    decide_customer,
    decide_day,
    declare_claim,
    mark_done,
    refresh_day,
    undo_claim_declaration,
)

pytestmark = pytest.mark.django_db
MADAGASCAR = ((9_000_000, "TANA"), (8_000_000, "TAMATAVE"))


def days_ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.fixture
def books():
    return write_books(f"{days_ago(90)} invoice F-1 LATE 1000.00 due {days_ago(60)}")


def tasks(books) -> list[tuple[str, str]]:
    build_day(company=books.company, on=timezone.localdate())
    return list(Task.objects.filter(done_at__isnull=True).values_list("customer__code", "reason"))


def test_who_is_late_and_was_never_contacted_is_on_the_list(books):
    assert tasks(books) == [("LATE", "late-never-contacted")]


def test_a_contact_after_midnight_is_of_that_day_not_of_the_day_in_greenwich(books):
    just_after_midnight = timezone.localtime().replace(hour=0, minute=30)
    record_event(
        company_id=books.company.pk, customer_id=books.customer("LATE").pk, kind="call", by=None,
        happened_at=just_after_midnight,
    )  # fmt: skip
    [facts] = work_facts(books.company, timezone.localdate())
    assert facts.last_contact_on == timezone.localdate()


def test_the_most_valuable_act_comes_first(books):
    write_books(
        f"""
        {days_ago(90)} invoice F-2 SMALL 10.00 due {days_ago(60)}
        {days_ago(90)} invoice F-3 BIG 9000.00 due {days_ago(60)}
        """,
        company=books.company,
    )
    build_day(company=books.company, on=timezone.localdate())
    in_order = Task.objects.order_by("-value").values_list("customer__code", flat=True)
    assert list(in_order) == ["BIG", "LATE", "SMALL"]


def test_who_has_nothing_at_stake_comes_last_however_much_is_to_letter(books):
    write_books(
        f"""
        {days_ago(90)} invoice F-2 PAID  9000.00 due {days_ago(60)}
        {days_ago(50)} payment P-2 PAID -9000.00
        """,
        company=books.company,
    )
    build_day(company=books.company, on=timezone.localdate())
    in_order = sorted_tasks(Task.objects.all(), "").values_list("customer__code", "act", "stake_minor")
    assert list(in_order) == [("LATE", "find-contact", 1000_00), ("PAID", "allocate", 0)]
    decided = decide_day(books.company, timezone.localdate())
    assert [line.stake_minor for line in decided] == [1000_00, 0]


def test_amounts_of_two_currencies_are_not_compared_the_companys_own_comes_first(books):
    ariary = (f"{days_ago(90)} invoice F-{n} {code} {n}.00 due {days_ago(60)}" for n, code in MADAGASCAR)
    Company.objects.filter(pk=books.company.pk).update(currency="MGA")
    books.company.refresh_from_db()
    write_books("\n".join(ariary), company=books.company)
    Company.objects.filter(pk=books.company.pk).update(currency="EUR")
    books.company.refresh_from_db()
    write_books(f"{days_ago(90)} invoice F-4 SMALL 1.00 due {days_ago(60)}", company=books.company)
    lines = decide_day(books.company, timezone.localdate())
    names = dict(books.company.customers.values_list("pk", "code"))
    assert [names[line.customer_id] for line in lines] == ["LATE", "SMALL", "TANA", "TAMATAVE"]


def test_a_call_strikes_the_line_and_making_the_list_again_does_not_bring_it_back(books):
    assert tasks(books)
    log_call(customer=books.customer("LATE"), outcome="no-answer", by=None)
    assert tasks(books) == []
    assert Task.objects.filter(done_at__isnull=False).count() == 1


def test_a_promise_keeps_the_customer_off_the_list_until_it_is_broken(books):
    made = timezone.now() - timedelta(days=20)
    make_promise(
        customer=books.customer("LATE"), amount_minor=100_000, currency="EUR", text="", by=None,
        happened_at=made, due_on=timezone.localdate() + timedelta(days=3),
    )  # fmt: skip
    assert tasks(books) == []


def test_a_broken_promise_comes_back_as_such(books):
    made = timezone.now() - timedelta(days=20)
    make_promise(
        customer=books.customer("LATE"), amount_minor=100_000, currency="EUR", text="", by=None,
        happened_at=made, due_on=timezone.localdate(made) + timedelta(days=5),
    )  # fmt: skip
    assert tasks(books) == [("LATE", "promise-broken")]


def test_a_payment_not_lettered_asks_to_letter_it_first(books):
    write_books(f"{days_ago(3)} payment V-1 LATE -1000.00", company=books.company)
    assert tasks(books)[0] == ("LATE", "payment-not-allocated")


def test_a_pause_keeps_the_customer_off_the_list(books):
    until = timezone.localdate() + timedelta(days=10)
    pause_dunning(customer=books.customer("LATE"), until=until, reason="plan", by=None)
    assert tasks(books) == []


def test_a_proposed_reminder_is_to_be_reviewed(books):
    recent = write_books(f"{days_ago(40)} invoice F-9 NEW 50.00 due {days_ago(9)}", company=books.company)
    propose(recent.customer("NEW"))
    assert ("NEW", "reminder-proposed") in tasks(books)


def propose(customer: Customer) -> Action:
    policy = Policy.objects.create(company=customer.company, name="P", version=1, steps=[])
    run = Run.objects.create(
        company=customer.company, day=timezone.localdate(), policy_version=1, proposed_at=timezone.now()
    )
    return Action.objects.create(
        company=customer.company, run=run, customer=customer, policy=policy, step="reminder", level=1,
        channel="email", language="fr", currency="EUR", gross_minor=5000, credits_minor=0, net_minor=5000,
        reason_code="x",
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_the_list_is_stale_once_something_it_stands_on_has_changed():
    books = write_books(f"{days_ago(90)} invoice F-1 LATE 1000.00 due {days_ago(60)}")
    assert tasks(books)
    known = find_list(books.company, timezone.localdate())
    assert not is_stale(known)
    pause_dunning(customer=books.customer("LATE"), until=timezone.localdate(), reason="x", by=None)
    assert is_stale(known)


@pytest.mark.django_db(transaction=True)
def test_a_list_brought_from_another_server_is_made_anew_and_keeps_what_was_done():
    books = write_books(f"{days_ago(90)} invoice F-1 LATE 1000.00 due {days_ago(60)}")
    today = timezone.localdate()
    refresh_day(company=books.company, on=today)
    mark_done(customer=books.customer("LATE"), by=None)
    Worklist.objects.update(cluster=4711)  # as after a restore: what its snapshot says is about that server
    assert is_stale(find_list(books.company, today))
    refresh_day(company=books.company, on=today)
    assert not is_stale(find_list(books.company, today))
    assert Task.objects.filter(done_at__isnull=False).count() == Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_list_follows_the_books_and_is_not_made_again_for_nothing():
    books = write_books(f"{days_ago(90)} invoice F-1 LATE 1000.00 due {days_ago(60)}")
    today = timezone.localdate()
    refresh_day(company=books.company, on=today)
    first = find_list(books.company, today)
    refresh_day(company=books.company, on=today)
    assert find_list(books.company, today).built_at == first.built_at
    write_books(f"{days_ago(90)} invoice F-2 OTHER 10.00 due {days_ago(60)}", company=books.company)
    assert is_stale(first)
    refresh_day(company=books.company, on=today)
    assert Task.objects.count() == 2


def test_a_line_is_struck_once(books):
    assert tasks(books)
    customer = books.customer("LATE")
    assert (mark_done(customer=customer, by=None), mark_done(customer=customer, by=None)) == (1, 0)


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_note_is_refused(books, text):
    with pytest.raises(UserMistake):
        add_note(customer=books.customer("LATE"), text=text, by=None)


def test_what_was_open_that_day_decides_the_list_of_that_day(books):
    new_moment()
    write_books(
        f"""
        {days_ago(2)} payment V-1 LATE -1000.00
        {days_ago(2)} letter F-1 V-1 1000.00
        """,
        company=books.company,
    )
    assert tasks(books) == []
    build_day(company=books.company, on=timezone.localdate() - timedelta(days=5))
    assert Task.objects.get().reason == "late-never-contacted"


def test_credits_of_another_currency_take_nothing_off_what_is_at_stake(books):
    Company.objects.filter(pk=books.company.pk).update(currency="USD")
    books.company.refresh_from_db()
    write_books(f"{days_ago(3)} payment V-1 LATE -700.00", company=books.company)
    assert tasks(books)
    assert Task.objects.get().stake_minor == 100_000


def make_insolvent(customer: Customer, *, opened: bool = True) -> None:
    customer.refresh_from_db()
    edit_customer(customer=customer, fields={"is_insolvent": opened}, version=customer.version, by=None)


def test_an_insolvent_customer_is_on_the_list_of_each_day_until_its_claim_is_said_to_be_declared(books):
    customer, tomorrow = books.customer("LATE"), timezone.localdate() + timedelta(days=1)
    make_insolvent(customer)
    assert tasks(books) == [("LATE", "claim-to-declare")]
    mark_done(customer=customer, by=None)  # a call that day does not declare anything
    assert [line.reason for line in decide_day(books.company, tomorrow)] == ["claim-to-declare"]
    declare_claim(customer=customer, by=None)
    assert decide_day(books.company, tomorrow) == []
    undo_claim_declaration(customer=customer, by=None)
    assert [line.reason for line in decide_day(books.company, tomorrow)] == ["claim-to-declare"]


def test_what_is_not_yet_due_of_an_insolvent_customer_is_to_be_declared_too(books):
    write_books(f"{days_ago(1)} invoice F-2 FRESH 80.00 due {days_ago(-30)}", company=books.company)
    make_insolvent(books.customer("FRESH"))
    assert ("FRESH", "claim-to-declare") in tasks(books)


def test_a_second_insolvency_asks_for_a_second_declaration(books):
    customer = books.customer("LATE")
    make_insolvent(customer)
    declare_claim(customer=customer, by=None)
    make_insolvent(customer, opened=False)
    make_insolvent(customer)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert [line.reason for line in decide_day(books.company, tomorrow)] == ["claim-to-declare"]


def test_the_lines_of_one_customer_are_those_of_the_list_in_five_queries(books, django_assert_num_queries):
    write_books(f"{days_ago(90)} invoice F-2 OTHER 10.00 due {days_ago(60)}", company=books.company)
    propose(books.customer("LATE"))
    today = timezone.localdate()
    whole = decide_day(books.company, today)
    customer = Customer.objects.select_related("company").get(code="LATE")
    with django_assert_num_queries(5):
        found = decide_customer(customer, today)
    assert found == [line for line in whole if line.customer_id == customer.pk]
