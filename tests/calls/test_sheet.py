"""The call sheet: what one has before one's eyes, and how a call is ended from it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.calls.models import OngoingCall, WrongNumber
from exigible.calls.services import Call, log_call
from exigible.disputes.models import Dispute
from exigible.disputes.services import open_dispute
from exigible.ledger.edits import save_contact
from exigible.ledger.models import Customer
from exigible.negotiation.models import Promise, Request
from exigible.negotiation.services import make_promise
from exigible.team.models import User
from exigible.timeline.models import Event
from tests.books import make_company, write_books
from tests.dunning.reminders import books_with, make_sender, morning

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def at(code: str = "ACME", name: str = "customer-call", company: str = "ACO") -> str:
    return reverse(name, kwargs={"company": company, "code": code})


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def shown(client: Client, code: str = "ACME") -> str:
    return plain(client.get(at(code)).content.decode())


def end(client: Client, outcome: str, code: str = "ACME", then: str = "", **data):
    data = {"outcome": outcome, "text": "dit au téléphone"} | data
    return client.post(at(code) + (f"?then={then}" if then else ""), data)


def in_days(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


class TestWhatItShows:
    def test_whom_to_ask_for_with_the_number(self, collector, late):
        fields = {"name": "Mme Rossi", "role": "accounts_payable", "phone": "06 12 34 56 78"}
        save_contact(customer=late.customer("ACME"), contact=None, fields=fields, by=None)
        page = shown(collector)
        assert page.index("Mme Rossi") < page.index("Standard")
        assert 'href="tel:+33612345678"' in page

    def test_what_is_owed_by_due_date_and_what_was_said_of_it(self, collector, late):
        open_dispute(item=late["F-1"], amount_minor=300_00, reason="delivery", by=None)
        make_promise(
            customer=late.customer("ACME"), amount_minor=200_00, currency="EUR",
            due_on=timezone.localdate() + timedelta(days=3), by=None,
        )  # fmt: skip
        page = shown(collector)
        for words in ("F-1", "F-2", "1 300,00", "300,00 contestés", "200,00 promis pour le 26/11/2026"):
            assert words in page
        assert "F-3" not in page.split("Échu")[0]

    def test_a_promise_that_was_not_kept_comes_first_and_gives_the_tone(self, collector, late):
        with time_machine.travel("2026-11-02 10:00+01:00"):
            make_promise(
                customer=late.customer("ACME"), amount_minor=400_00, currency="EUR",
                due_on=timezone.localdate() + timedelta(days=2), by=None,
            )  # fmt: skip
        page = shown(collector)
        assert "400,00 € promis pour le 04/11/2026, 0,00 € reçus" in page
        assert "Vous aviez prévu un règlement de 400,00 € pour le 4 novembre 2026" in page

    def test_the_last_three_contacts_with_their_words(self, collector, late):
        for days in (40, 30, 20, 10):
            call = Call(f"il y a {days} jours", happened_at=timezone.now() - timedelta(days=days))
            log_call(customer=late.customer("ACME"), outcome="reached", call=call, by=None)
        page = shown(collector)
        assert page.index("il y a 10 jours") < page.index("il y a 20 jours") < page.index("il y a 30 jours")
        assert "il y a 40 jours" not in page

    def test_the_script_is_in_the_customers_language_whoever_calls(self, collector, late):
        Customer.objects.filter(code="ACME").update(language="en")
        page = shown(collector)
        assert "I am calling about €1,300.00 overdue" in page
        assert "Qui demander" in page

    def test_the_script_says_no_more_than_what_was_really_done(self, collector, late):
        page = shown(collector)
        assert "Je vous appelle au sujet de 1 300,00 € échus" in page
        for threat in ("mise en demeure", "huissier", "tribunal", "poursuites", "pénal"):
            assert threat not in page

    def test_after_a_formal_notice_it_names_its_day(self, as_role_of):
        with time_machine.travel("2026-11-23 10:00+01:00"):
            books = books_with(
                "2026-06-01 invoice F-1 ACME 500.00 due 2026-07-01", company=make_sender("DCO")
            )
            for day in ("2026-11-02", "2026-11-10", "2026-11-18"):
                morning(books, timezone.datetime.fromisoformat(day).date())
            page = plain(as_role_of(books).get(at(company="DCO")).content.decode())
        assert "mise en demeure du 23 novembre 2026" in page

    def test_an_hour_elsewhere_is_said(self, collector, late):
        assert "il y est 11 h 30" in shown(collector, "GAMMA")

    def test_a_private_person_is_spoken_to_alone(self, collector, late):
        Customer.objects.filter(code="ACME").update(kind="individual")
        assert "n’en parlez qu’à cette personne" in shown(collector)

    def test_where_insolvency_was_opened_nothing_is_asked_for(self, collector, late):
        Customer.objects.filter(code="ACME").update(is_insolvent=True)
        assert "Procédure collective ouverte" in shown(collector)

    def test_what_was_written_is_shown_as_text(self, collector, late):
        call = Call("<script>alert(1)</script>")
        log_call(customer=late.customer("ACME"), outcome="reached", call=call, by=None)
        assert "<script>alert" not in shown(collector)

    def test_it_asks_as_many_questions_for_two_items_as_for_sixty(
        self, collector, late, django_assert_max_num_queries
    ):
        text = "\n".join(f"2026-08-01 invoice X-{each} ACME 10.00 due 2026-09-01" for each in range(60))
        write_books(text, company=late.company)
        with django_assert_max_num_queries(56):
            assert "X-59" in shown(collector)

    def test_it_prints(self, collector, late):
        response = collector.get(at(name="customer-call-pdf"))
        assert response.content.startswith(b"%PDF")
        assert "ACME" in response.headers["Content-Disposition"]


@pytest.fixture
def as_role_of():
    """A collector of the company of some books, signed in."""
    from exigible.team.services import add_user

    def signed_in(books) -> Client:
        client = Client()
        user = add_user(company=books.company, email="c@dco.example", role="collector", by=None)
        client.force_login(user)
        return client

    return signed_in


class TestEnding:
    def test_no_answer_is_one_key_and_the_next_call_opens(self, collector, late):
        collector.get(reverse("calls", args=["ACO"]))
        response = end(collector, "no-answer")
        assert response.headers["Location"] == at("BETA")
        assert Event.objects.get(kind="call").data == {"outcome": "no-answer"}

    def test_after_the_last_one_the_list_opens(self, collector, late):
        collector.get(reverse("calls", args=["ACO"]))
        for code in ("ACME", "BETA"):
            end(collector, "reached", code)
        assert end(collector, "refuses", "GAMMA").headers["Location"] == reverse("calls", args=["ACO"])

    def test_from_the_customers_page_one_goes_back_there(self, collector, late):
        assert end(collector, "reached", then="customer").headers["Location"] == at(name="customer")
        assert end(collector, "reached", then="day").headers["Location"] == reverse("day", args=["ACO"])

    def test_the_amount_of_a_promise_is_what_is_claimed(self, collector, late):
        open_dispute(item=late["F-1"], amount_minor=300_00, reason="delivery", by=None)
        form = collector.get(at()).context["promise_form"]
        assert form["amount"].value() == "1000,00"

    def test_a_promise(self, collector, late):
        assert (
            end(collector, "promise", amount="1 000,00", currency="EUR", due_on=in_days(4)).status_code == 302
        )
        assert Promise.objects.get().text == "dit au téléphone"

    def test_a_dispute_over_all_that_is_left_of_an_item(self, collector, late):
        open_dispute(item=late["F-1"], amount_minor=400_00, reason="price", by=None)
        end(collector, "dispute", item=late["F-1"].pk, amount="", reason="delivery", owner="")
        assert Dispute.objects.latest("pk").amount_minor == 600_00

    def test_a_payment_said_to_be_made_goes_to_who_letters(self, collector, as_role, late):
        as_role("accountant")
        form = collector.get(at()).context["paid_form"]
        accountant = User.objects.get(email="accountant@aco.example")
        assert form["owner"].value() == accountant.pk
        end(collector, "paid", paid_on=in_days(-2), owner=accountant.pk)
        assert Request.objects.get().owner == accountant

    def test_a_request(self, collector, late):
        end(collector, "request", kind="invoice-copy", owner="", due_on="")
        assert Request.objects.get().kind == "invoice-copy"

    def test_a_request_is_not_answered_in_the_past(self, collector, late):
        response = end(collector, "request", kind="invoice-copy", owner="", due_on=in_days(-1))
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["due_on"])
        assert not Request.objects.exists()

    def test_a_call_back_is_in_the_customers_own_time(self, collector, late):
        end(collector, "call-back", "GAMMA", day=in_days(1), hour="15:30")
        assert Event.objects.get(kind="call").data["again_at"] == "2026-11-24T15:30:00+03:00"

    @pytest.mark.parametrize(
        ("day", "hour", "field"),
        [(0, "08:00", "day"), (120, "10:00", "day"), (5, "10:00", "day"), (1, "20:30", "hour")],
    )
    def test_a_call_back_outside_the_hours_is_refused_at_its_field(self, collector, late, day, hour, field):
        response = end(collector, "call-back", day=in_days(day), hour=hour)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert response.context["ready"] == "call-back"

    def test_after_a_wrong_number_the_sheet_stays_with_the_next_one(self, collector, late):
        fields = {"name": "Mme Rossi", "role": "accounts_payable", "phone": "06 12 34 56 78"}
        save_contact(customer=late.customer("ACME"), contact=None, fields=fields, by=None)
        response = end(collector, "wrong-number", number="+33612345678")
        assert response.headers["Location"] == at()
        page = collector.get(at())
        assert page.context["number"] == "+33493123456"
        assert "mauvais numéro" in page.content.decode()
        collector.post(at(name="call-number-right"), {"number": "+33612345678"})
        assert not WrongNumber.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "data", "field"),
        [
            ("promise", {"amount": "beaucoup", "currency": "EUR", "due_on": "2026-11-30"}, "amount"),
            ("promise", {"amount": "100,00", "currency": "EUR", "due_on": "2020-01-01"}, "due_on"),
            ("dispute", {"item": "1", "reason": "delivery"}, "item"),
            ("paid", {"paid_on": "2026-12-24"}, "paid_on"),
            ("request", {"kind": "moon"}, "kind"),
            ("danced", {}, "outcome"),
        ],
    )
    def test_a_mistake_is_said_at_its_field_and_no_note_is_lost(self, collector, late, outcome, data, field):
        response = end(collector, outcome, **data)
        assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
        assert "dit au téléphone" in response.content.decode()
        assert not Event.objects.filter(kind="call").exists()


class TestSeveralPeople:
    def test_who_opens_it_second_is_told_who_has_it_open(self, collector, as_role, late):
        collector.get(at())
        assert "collector@aco.example a cette fiche d’appel ouverte" in shown(as_role("senior"))
        assert "a cette fiche" not in shown(collector).replace("senior@aco.example a cette fiche", "")

    def test_a_sheet_left_open_is_forgotten_after_a_while(self, collector, as_role, late):
        collector.get(at())
        OngoingCall.objects.update(since=timezone.now() - timedelta(minutes=21))
        assert "a cette fiche" not in shown(as_role("senior"))

    def test_a_call_of_today_by_a_colleague_is_said_before_calling(self, collector, as_role, late):
        as_role("senior")
        senior = User.objects.get(email="senior@aco.example")
        log_call(customer=late.customer("ACME"), outcome="voicemail", by=senior.pk)
        page = shown(collector)
        assert "Déjà contacté aujourd’hui" in page
        assert "senior@aco.example" in page

    def test_who_saves_second_is_told_keeps_the_notes_and_can_save_then(self, collector, as_role, late):
        seen = collector.get(at()).context["sheet"].last_call
        end(as_role("senior"), "reached", seen=seen)
        response = end(collector, "promise", seen=seen, amount="100", currency="EUR", due_on=in_days(3))
        assert response.status_code == 422
        page = plain(response.content.decode())
        assert "senior@aco.example a appelé ce client à 09:30" in page
        assert "dit au téléphone" in page
        assert not Promise.objects.exists()
        again = response.context["sheet"].last_call
        assert (
            end(collector, "promise", seen=again, amount="100", currency="EUR", due_on=in_days(3)).status_code
            == 302
        )


class TestWhoMay:
    def test_sales_do_not(self, as_role, late):
        assert as_role("sales").get(at()).status_code == 403

    def test_nothing_of_another_company_is_found(self, collector, late):
        write_books("2026-01-01 invoice F-1 ACME 10.00", company=make_company("BCO"))
        assert collector.get(at(company="BCO")).status_code == 404
        assert collector.post(at(company="BCO"), {"outcome": "reached"}).status_code == 404

    def test_of_a_past_day_nobody_is_called(self, collector, late):
        response = collector.get(at(), {"as_of": "2026-11-02"})
        assert response.headers["Location"] == at(name="customer")
