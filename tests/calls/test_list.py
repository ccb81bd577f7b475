"""The call list: who now, in which order and why; who later today; whom not, and why not."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.calls.listing import CallList, CallRow, State, call_list
from exigible.calls.models import CallPolicy, WrongNumber
from exigible.calls.services import Call, log_call, log_call_back
from exigible.ledger.edits import save_contact
from exigible.ledger.models import Customer
from exigible.negotiation.services import make_promise
from exigible.team.models import Membership
from exigible.team.scope import Scope
from exigible.worklist.services import build_day
from tests.books import Books, write_books

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


@pytest.fixture
def scope(late: Books, collector: Client) -> Scope:
    member = Membership.objects.select_related("user", "company").get(company=late.company)
    build_day(company=late.company, on=timezone.localdate())
    return Scope(member.company, member.user, member, timezone.localdate(), None)


def codes(found: CallList, state: State) -> list[str]:
    return [row.customer.code for row in found.of(state)]


def row_of(scope: Scope, code: str) -> CallRow:
    return next(row for row in call_list(scope).rows if row.customer.code == code)


def change(late: Books, code: str, **fields) -> None:
    Customer.objects.filter(company=late.company, code=code).update(**fields)


def called(late: Books, code: str, outcome: str = "no-answer", **ago) -> None:
    call = Call(happened_at=timezone.now() - timedelta(**ago))
    log_call(customer=late.customer(code), outcome=outcome, call=call, by=None)


class TestOrder:
    def test_it_is_that_of_the_day_the_most_valuable_act_first(self, scope):
        assert codes(call_list(scope), State.NOW) == ["ACME", "BETA", "GAMMA"]

    def test_each_line_says_why_what_is_overdue_and_what_to_dial(self, scope):
        row = row_of(scope, "ACME")
        assert row.why == "Échu depuis 70 jours, jamais contacté"
        assert [(owed.currency, owed.asked_minor) for owed in row.owed] == [("EUR", 130_000)]
        assert row.reach is not None
        assert row.reach.number.href == "tel:+33493123456"

    def test_a_call_back_comes_first_when_its_hour_has_come(self, late, scope):
        with time_machine.travel("2026-11-20 10:00+01:00"):
            again_at = timezone.now() + timedelta(days=2, hours=23, minutes=30)
            log_call_back(customer=late.customer("GAMMA"), call=Call(), again_at=again_at, by=None)
        found = call_list(scope)
        assert codes(found, State.NOW)[0] == "GAMMA"
        assert found.rows[0].why.startswith("À rappeler à 11 h 30, comme convenu")  # in Antananarivo

    def test_before_its_hour_it_waits_among_those_of_later_today(self, late, scope):
        log_call_back(
            customer=late.customer("ACME"), call=Call(), again_at=timezone.now() + timedelta(hours=5), by=None
        )
        found = call_list(scope)
        assert codes(found, State.LATER) == ["ACME"]
        assert found.of(State.LATER)[0].at == "14 h 30"

    def test_one_without_an_answer_comes_back_three_hours_later_though_the_day_struck_it(self, late, scope):
        log_call(customer=late.customer("ACME"), outcome="no-answer", by=None)
        assert codes(call_list(scope), State.LATER) == ["ACME"]
        with time_machine.travel("2026-11-23 14:05+01:00"):
            assert codes(call_list(scope), State.NOW)[-1] == "ACME"

    def test_one_that_was_spoken_to_is_left_alone(self, late, scope):
        log_call(customer=late.customer("ACME"), outcome="reached", by=None)
        assert "ACME" not in [row.customer.code for row in call_list(scope).rows]

    def test_what_was_promised_since_is_not_called_for_again(self, late, scope):
        log_call(customer=late.customer("ACME"), outcome="no-answer", by=None)
        due_on = timezone.localdate() + timedelta(days=5)
        make_promise(
            customer=late.customer("ACME"), amount_minor=130_000, currency="EUR", due_on=due_on, by=None
        )
        assert "ACME" not in [row.customer.code for row in call_list(scope).rows]

    def test_who_sees_the_own_portfolio_only_calls_that_one_only(self, late, scope):
        scope.membership.portfolio_only = True
        assert call_list(scope).rows == []
        change(late, "BETA", collector=scope.user)
        assert [row.customer.code for row in call_list(scope).rows] == ["BETA"]


class TestHours:
    def test_at_lunch_everybody_waits(self, scope):
        with time_machine.travel("2026-11-23 12:30+01:00"):
            found = call_list(scope)
        assert codes(found, State.LATER) == ["ACME", "BETA"]
        assert codes(found, State.NOW) == ["GAMMA"]  # half past two in Antananarivo

    def test_each_is_called_in_its_own_time(self, scope):
        with time_machine.travel("2026-11-23 16:30+01:00"):  # half past six there
            found = call_list(scope)
        assert codes(found, State.NOW) == ["ACME", "BETA"]
        gamma = found.of(State.NOT_TODAY)[0]
        assert (gamma.customer.code, gamma.when.why) == ("GAMMA", "Les heures du client sont passées")
        assert gamma.at == "le 24/11/2026 à 9 h"
        assert gamma.is_abroad

    def test_a_holiday_at_the_customers_is_respected(self, late, collector):
        with time_machine.travel("2026-06-26 10:00+02:00"):  # Independence Day in Madagascar
            change(late, "ACME", country="MG")
            member = Membership.objects.select_related("user", "company").get(company=late.company)
            write_books("2026-01-01 invoice F-0 ACME 10.00 due 2026-02-01", company=late.company)
            build_day(company=late.company, on=timezone.localdate())
            found = call_list(Scope(member.company, member.user, member, timezone.localdate(), None))
        assert [(row.customer.code, row.when.why) for row in found.of(State.NOT_TODAY)] == [
            ("ACME", "Jour férié chez le client")
        ]

    def test_individuals_are_not_proposed_until_the_company_says_when(self, late, scope):
        change(late, "ACME", kind="individual")
        assert row_of(scope, "ACME").when.state is State.NOT_TODAY
        assert "Aucune heure n’est fixée" in row_of(scope, "ACME").when.why
        CallPolicy.objects.create(
            company=late.company, individual_opens=time(9, 30), individual_closes=time(19)
        )
        assert row_of(scope, "ACME").is_now

    def test_a_call_back_to_an_individual_is_not_lost_for_want_of_hours(self, late, scope):
        change(late, "ACME", kind="individual")
        with time_machine.travel("2026-11-20 10:00+01:00"):
            again_at = timezone.now() + timedelta(days=3)
            log_call_back(customer=late.customer("ACME"), call=Call(), again_at=again_at, by=None)
        build_day(company=late.company, on=timezone.localdate())
        assert "À rappeler" in row_of(scope, "ACME").why


class TestNumbers:
    def test_the_one_who_pays_is_asked_for_first(self, late, scope):
        acme = late.customer("ACME")
        for name, role in (("M. Achat", "purchasing"), ("Mme Rossi", "accounts_payable")):
            fields = {"name": name, "role": role, "phone": f"06 12 34 56 {len(name)}0"}
            save_contact(customer=acme, contact=None, fields=fields, by=None)
        reach = row_of(scope, "ACME").reach
        assert reach is not None
        assert reach.contact is not None
        assert reach.contact.name == "Mme Rossi"

    def test_after_a_wrong_number_the_next_one_is_proposed(self, late, scope):
        acme = late.customer("ACME")
        fields = {"name": "Mme Rossi", "role": "accounts_payable", "phone": "06 12 34 56 78"}
        save_contact(customer=acme, contact=None, fields=fields, by=None)
        WrongNumber.objects.create(company=late.company, customer=acme, number="+33612345678")
        reach = row_of(scope, "ACME").reach
        assert reach is not None
        assert reach.number.key == "+33493123456"

    def test_where_all_are_wrong_it_says_so(self, late, scope):
        WrongNumber.objects.create(
            company=late.company, customer=late.customer("ACME"), number="+33493123456"
        )
        assert row_of(scope, "ACME").when.why == "Aucun numéro connu, ou tous sont faux"


class TestTooManyTries:
    def test_after_five_in_a_row_it_rests_and_says_so(self, late, scope):
        for days in range(1, 6):
            called(late, "ACME", days=days)
        build_day(company=late.company, on=timezone.localdate())
        found = call_list(scope)
        assert "ACME" not in codes(found, State.NOW)


class TestBestHour:
    def test_it_is_said_with_the_calls_that_bear_it_out(self, late, scope):
        for days in (28, 21, 14, 7):
            called(late, "BETA", "reached", days=days)
        called(late, "BETA", "no-answer", days=35)
        for days in range(60, 70):
            called(late, "GAMMA", "no-answer", days=days)
        assert row_of(scope, "BETA").best.startswith("joint 4 fois sur 5 entre 9 h et 11 h")

    def test_of_too_few_calls_nothing_is_said(self, late, scope):
        for days in (21, 14, 7):
            called(late, "BETA", "reached", days=days)
        assert row_of(scope, "BETA").best == ""


class TestThePage:
    def test_it_shows_the_calls_and_where_to_begin(self, collector, late):
        page = collector.get(reverse("calls", args=["ACO"])).content.decode()
        for words in ("ACME", "1\u202f300,00", "tel:+33493123456", "3 à passer maintenant"):
            assert words in page

    def test_the_first_call_opens_its_sheet(self, collector, late):
        collector.get(reverse("calls", args=["ACO"]))
        response = collector.get(reverse("call-next", args=["ACO"]))
        assert response.headers["Location"] == reverse("customer-call", args=["ACO", "ACME"])
        after = collector.get(reverse("call-next", args=["ACO"]), {"after": "ACME"})
        assert after.headers["Location"] == reverse("customer-call", args=["ACO", "BETA"])

    def test_without_any_it_says_what_comes_there(self, collector, monday, books):
        assert "Aucun appel à passer" in collector.get(reverse("calls", args=["ACO"])).content.decode()

    def test_it_asks_as_many_questions_for_three_as_for_sixty(
        self, collector, late, django_assert_max_num_queries
    ):
        text = "\n".join(f"2026-08-01 invoice X-{each} C{each} 10.00 due 2026-09-01" for each in range(60))
        write_books(text, company=late.company)
        Customer.objects.filter(company=late.company).update(phone="04 93 12 34 56")
        collector.get(reverse("calls", args=["ACO"]))
        with django_assert_max_num_queries(40):
            assert len(collector.get(reverse("calls", args=["ACO"])).context["rows"]) == 63

    def test_sales_do_not_call(self, as_role, late):
        assert as_role("sales").get(reverse("calls", args=["ACO"])).status_code == 403
