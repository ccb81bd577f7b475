"""What customers ask for: taken, handed over, answered; whose it is, by when, and what the timeline keeps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.kernel.errors import UserMistake
from exigible.negotiation.models import Request
from exigible.negotiation.requests import close_request, hand_over_request, take_request, usual_due_on
from exigible.team.models import Membership, User
from exigible.timeline.models import Event
from tests.books import make_company, write_books

pytestmark = pytest.mark.django_db


def take(customer, **more) -> Request:
    return take_request(**{"customer": customer, "kind": "invoice-copy", "by": None} | more)


def person(role: str) -> User:
    return User.objects.get(email=f"{role}@aco.example")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def kinds() -> list[str]:
    return list(
        Event.objects.filter(kind__startswith="request").order_by("id").values_list("kind", flat=True)
    )


class TestTaking:
    def test_it_is_due_within_the_business_days_of_its_kind(self, acme):
        with time_machine.travel("2026-11-20 10:00+01:00"):  # a Friday
            assert take(acme, kind="invoice-copy").due_on == date(2026, 11, 23)
            assert take(acme, kind="certificate").due_on == date(2026, 11, 27)

    def test_a_holiday_of_the_company_is_not_a_day_to_answer_on(self, acme):
        assert usual_due_on(acme.company, "statement", date(2026, 11, 10)) == date(2026, 11, 12)

    def test_one_line_of_the_timeline_tells_it_in_the_customers_words(self, acme):
        take(acme, text=" la facture F-1 n’est jamais arrivée ")
        assert kinds() == ["request-taken"]
        assert Event.objects.get(kind="request-taken").text == "la facture F-1 n’est jamais arrivée"

    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({"kind": "moon"}, "request-kind"),
            ({"due_on": date(2020, 1, 1)}, "request-in-the-past"),
            ({"owner": -1}, "request-owner"),
        ],
    )
    def test_what_cannot_be_is_refused_and_nothing_is_kept(self, acme, more, code):
        with pytest.raises(UserMistake) as refused:
            take(acme, **more)
        assert refused.value.code == code
        assert not Request.objects.exists()

    def test_it_goes_to_nobody_who_may_not_see_the_customer(self, acme, as_role):
        as_role("sales")
        Membership.objects.filter(role="sales").update(portfolio_only=True)
        with pytest.raises(UserMistake, match="may not see"):
            take(acme, owner=person("sales").pk)


class TestHandingOver:
    def test_another_person_has_it_by_another_day(self, acme, as_role):
        as_role("accountant")
        asked = take(acme)
        hand_over_request(request=asked, owner=person("accountant").pk, due_on=in_days(9), by=None)
        assert (asked.owner, asked.due_on) == (person("accountant"), in_days(9))
        assert kinds() == ["request-taken", "request-handed-over"]

    def test_one_that_is_late_can_still_be_handed_over_as_late_as_it_is(self, acme, as_role):
        as_role("accountant")
        asked = take(acme)
        Request.objects.update(taken_on=in_days(-9), due_on=in_days(-3))
        asked.refresh_from_db()
        hand_over_request(request=asked, owner=person("accountant").pk, due_on=asked.due_on, by=None)
        assert asked.due_on == in_days(-3)


class TestClosing:
    def test_it_says_how_and_when_it_was_answered(self, acme, as_role):
        as_role("collector")
        asked = take(acme)
        close_request(
            request=asked, outcome="answered", text="envoyée par courriel", by=person("collector").pk
        )
        assert (asked.closed_on, asked.closed_by) == (timezone.localdate(), person("collector"))
        assert asked.answer == "envoyée par courriel"
        assert kinds() == ["request-taken", "request-closed"]

    def test_one_without_an_answer_says_why(self, acme):
        with pytest.raises(UserMistake, match="Say why"):
            close_request(request=take(acme), outcome="dropped", by=None)

    def test_the_second_one_to_close_it_is_told_so(self, acme):
        asked = take(acme)
        close_request(request=Request.objects.get(), outcome="answered", by=None)
        with pytest.raises(UserMistake, match="meanwhile"):
            close_request(request=asked, outcome="answered", by=None)
        with pytest.raises(UserMistake, match="meanwhile"):
            hand_over_request(request=asked, owner=None, due_on=None, by=None)
        assert kinds() == ["request-taken", "request-closed"]


def at(name: str, **more) -> str:
    return reverse(name, kwargs={"company": "ACO", "code": "ACME"} | more)


def shown(client: Client, name: str = "customer-requests", **query) -> str:
    return client.get(at(name), query).content.decode()


class TestOnTheScreen:
    def test_it_is_taken_from_the_customers_page(self, collector, acme):
        data = {"kind": "statement", "text": "relevé au 30/11", "owner": person("collector").pk}
        assert collector.post(at("request-take"), data).status_code == 302
        page = shown(collector)
        for words in ("Relevé de compte", "relevé au 30/11", "collector@aco.example"):
            assert words in page
        assert "Demande\u00a0: relevé de compte (collector@aco.example" in shown(collector, "customer")

    def test_who_takes_it_is_offered_as_its_owner(self, collector, acme):
        form = collector.get(at("request-take")).context["form"]
        assert form["owner"].value() == person("collector").pk

    def test_a_mistake_is_said_at_its_field_and_what_was_typed_stays(self, collector, acme):
        response = collector.post(at("request-take"), {"kind": "moon", "text": "le relevé"})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["kind"])
        assert "le relevé" in response.content.decode()

    def test_it_is_answered_and_stays_on_the_page_for_a_year(self, collector, acme):
        asked = take(acme)
        data = {"outcome": "answered", "text": "duplicata envoyé"}
        assert collector.post(at("request", pk=asked.pk), data).status_code == 302
        assert "duplicata envoyé" in shown(collector)
        Request.objects.update(taken_on=in_days(-400), due_on=in_days(-399), closed_on=in_days(-399))
        assert "duplicata envoyé" not in shown(collector)

    def test_to_close_one_without_a_word_is_refused_at_the_field(self, collector, acme):
        asked = take(acme)
        response = collector.post(at("request", pk=asked.pk), {"outcome": "dropped", "text": ""})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["text"])

    def test_it_is_handed_over(self, collector, as_role, acme):
        as_role("accountant")
        asked = take(acme)
        data = {"owner": person("accountant").pk, "due_on": in_days(5).isoformat()}
        assert collector.post(at("request-hand-over", pk=asked.pk), data).status_code == 302
        asked.refresh_from_db()
        assert asked.owner == person("accountant")

    def test_a_late_one_is_said_to_be(self, collector, acme):
        take(acme)
        Request.objects.update(taken_on=in_days(-9), due_on=in_days(-3))
        assert "en retard" in shown(collector)

    def test_the_list_has_ones_own_and_everybodys(self, collector, as_role, acme):
        take(acme, owner=person("collector").pk, text="à moi")
        take(acme, text="à personne")
        address = reverse("requests", args=["ACO"])
        own = collector.get(address).content.decode()
        assert "à moi" in own
        assert "à personne" not in own
        assert "à personne" in collector.get(address, {"who": "all"}).content.decode()

    def test_sales_take_one_and_answer_their_own_and_no_other(self, as_role, acme):
        sales = as_role("sales")
        assert sales.post(at("request-take"), {"kind": "other", "owner": ""}).status_code == 302
        theirs, other = take(acme, owner=person("sales").pk), take(acme)
        done = {"outcome": "answered"}
        assert sales.post(at("request", pk=other.pk), done).status_code == 403
        assert sales.post(at("request-hand-over", pk=other.pk), {}).status_code == 403
        assert sales.post(at("request", pk=theirs.pk), done).status_code == 302

    def test_nothing_of_another_company_is_found(self, collector, acme):
        there = write_books("2026-01-01 invoice F-1 ACME 10.00", company=make_company("BCO"))
        asked = take(there.customer("ACME"))
        assert collector.get(at("request", pk=asked.pk)).status_code == 404
        assert collector.get(at("request", company="BCO", pk=asked.pk)).status_code == 404

    def test_the_page_asks_as_many_questions_for_one_as_for_thirty(
        self, collector, acme, django_assert_max_num_queries
    ):
        for _each in range(30):
            take(acme, owner=person("collector").pk)
        with django_assert_max_num_queries(14):
            collector.get(reverse("requests", args=["ACO"]))


class TestInTheDay:
    def test_ones_own_are_told_and_the_late_ones_by_name(self, collector, acme):
        take(acme, owner=person("collector").pk, kind="certificate")
        Request.objects.update(taken_on=in_days(-9), due_on=in_days(-3))
        page = collector.get(reverse("day", args=["ACO"])).content.decode()
        assert "1 demande d’un client attend votre réponse" in page
        assert "attestation, ACME" in page

    def test_those_of_others_are_not(self, collector, acme):
        take(acme)
        assert "attend votre réponse" not in collector.get(reverse("day", args=["ACO"])).content.decode()
