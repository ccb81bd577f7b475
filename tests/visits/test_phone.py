"""What a telephone asks and sends: the page, the state, each result once; and what a stranger gets of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from exigible.dunning.mailing import Delivery, Fate, Mailer
from exigible.ledger.models import Company, Customer
from exigible.team.models import Membership, User
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.visits.models import Receipt, Tour, Visit
from exigible.visits.receipts import mail_receipt, send_receipt
from exigible.visits.results import note_visit
from tests.books import Books, make_company, write_books
from tests.visits.test_results import CASH, data_url, noted, png, stop_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def blanc(tour: Tour) -> Client:
    client = Client()
    client.force_login(tour.who)
    return client


def address(name: str, tour: Tour, company: str = "ACO") -> str:
    return reverse(f"visit-{name}", kwargs={"company": company, "pk": tour.pk})


def told(tour: Tour, code: str = "ACME", **more: Any) -> dict[str, Any]:
    base = {
        "uuid": str(uuid4()), "stop": stop_of(tour, code).pk, "outcome": "seen", "noted_by": tour.who_id,
        "noted_at": timezone.now().isoformat(), "person": "Mme Rossi", "text": "",
    }  # fmt: skip
    return base | more


def send(client: Client, tour: Tour, result: Any) -> Any:
    return client.post(address("results", tour), json.dumps(result), content_type="application/json")


def cheque(tour: Tour, **more: Any) -> dict[str, Any]:
    values = {
        "outcome": "paid", "amount_minor": 45_050, "currency": "EUR", "means": "cheque",
        "cheque_number": "0012345", "signer": "Mme Rossi", "signature": data_url(png()),
    }  # fmt: skip
    return told(tour, **values | more)


def test_the_page_holds_all_that_is_needed_on_the_way(blanc: Client, tour: Tour) -> None:
    response = blanc.get(address("phone", tour))
    page = response.content.decode()
    for words in (
        "ACME",
        "1 quai des Oliviers",
        "tel:+33493123456",
        "geo:43.73,7.42",
        "F-1",
        "Noter la visite",
    ):
        assert words in page
    until = (tour.day + timedelta(days=2)).isoformat()
    assert response.headers["X-Keep-Until"] == until
    assert "<script>" not in page


def test_the_worker_is_served_within_its_scope(blanc: Client, tour: Tour) -> None:
    response = blanc.get("/ACO/visits/worker.js")
    assert response.headers["Content-Type"] == "text/javascript"
    assert b"addEventListener" in response.content


def test_a_result_sent_twice_is_taken_once(blanc: Client, tour: Tour) -> None:
    result = cheque(tour)
    first, again = send(blanc, tour, result), send(blanc, tour, result)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert first.json()["receipt"].replace("\xa0", " ") == "Reçu n° 1"
    assert (Visit.objects.count(), Receipt.objects.count()) == (1, 1)
    state = blanc.get(address("state", tour)).json()
    assert state["user"] == tour.who_id
    assert state["visits"][str(result["stop"])]["uuid"] == result["uuid"]


def test_whoever_comes_second_is_told_who_was_first(blanc: Client, tour: Tour) -> None:
    send(blanc, tour, told(tour, outcome="absent"))
    response = send(blanc, tour, told(tour))
    assert response.status_code == 409
    assert "blanc@aco.example a déjà noté cette visite" in response.json()["sentence"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"outcome": "promised", "amount_minor": 100, "currency": "EUR"}, "pour quand"),
        ({"outcome": "promised", "amount_minor": 0, "currency": "EUR", "due_on": "2030-01-01"}, ""),
        ({"outcome": "paid", "amount_minor": 5, "currency": "MGA", "means": "cash"}, "monnaie"),
        ({"outcome": "paid", "amount_minor": 5, "currency": "EUR", "means": "cheque"}, "numéro du chèque"),
        ({"outcome": "paid", "amount_minor": 10**15, "currency": "EUR", "means": "cash"}, ""),
        ({"outcome": "dispute", "amount_minor": 5, "reason": "quality", "item": 0}, "échéance contestée"),
        ({"outcome": "dispute", "amount_minor": 5, "reason": "quality", "item": "x"}, ""),
        ({"outcome": "eaten"}, ""),
        ({"uuid": "1"}, ""),
        ({"noted_at": "yesterday"}, ""),
        (
            {"outcome": "paid", "amount_minor": 5, "currency": "EUR", "means": "cash", "signature": "x"},
            "signature",
        ),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_reason_and_nothing_is_kept(
    blanc: Client, tour: Tour, change: dict[str, Any], words: str
) -> None:
    response = send(blanc, tour, told(tour, **change))
    assert response.status_code == 422
    assert words in response.json()["sentence"]
    assert response.json()["sentence"]
    assert not Visit.objects.exists()


@pytest.mark.parametrize("body", ["", "[]", "null", '{"stop": "1"}', '{"noted_by": null}', "\x00"])
def test_what_is_no_result_is_no_fault_of_the_server(blanc: Client, tour: Tour, body: str) -> None:
    response = blanc.post(address("results", tour), body, content_type="application/json")
    assert response.status_code in (404, 409, 422)


def test_what_someone_else_noted_on_the_same_telephone_is_not_sent_under_ones_name(
    blanc: Client, tour: Tour
) -> None:
    response = send(blanc, tour, told(tour, noted_by=tour.who_id + 1))
    assert response.status_code == 409
    assert not Visit.objects.exists()


def test_an_item_of_another_customer_is_not_contested(blanc: Client, late: Books, tour: Tour) -> None:
    item = late["F-8"].pk  # BETA's
    response = send(blanc, tour, told(tour, outcome="dispute", item=item, amount_minor=5, reason="quality"))
    assert response.status_code == 422


@pytest.fixture
def elsewhere(late: Books) -> Company:
    return write_books("2026-01-05 invoice X-1 XENIA 100.00", company=make_company("XCO")).company


def test_a_person_of_another_company_finds_no_tour_and_writes_nothing(tour: Tour, elsewhere: Company) -> None:
    """Neither under the tour's company, nor by asking one's own company for its number."""
    hostile = Client()
    hostile.force_login(add_user(company=elsewhere, email="h@xco.example", role="administrator", by=None))
    for company in ("ACO", "XCO"):
        for name in ("tour", "phone", "state", "pdf", "add", "start"):
            assert hostile.get(address(name, tour, company)).status_code == 404, (company, name)
        for name in ("results", "order", "cancel", "add"):
            body = json.dumps(told(tour))
            sent = hostile.post(address(name, tour, company), body, content_type="application/json")
            assert sent.status_code == 404, (company, name)
        stop = stop_of(tour).pk
        for name in ("visit-stop", "visit-stop-move", "visit-stop-off"):
            place = reverse(name, kwargs={"company": company, "pk": stop})
            assert hostile.post(place, {"to": "up"}).status_code == 404, (company, name)
    assert not Visit.objects.exists()


def test_a_stop_is_not_reached_through_another_tour(blanc: Client, late: Books, tour: Tour) -> None:
    from exigible.visits.services import plan_tour

    other = plan_tour(company=late.company, day=tour.day, who=tour.who_id, by=None)
    assert send(blanc, other, told(tour)).status_code == 404


def test_customers_of_another_company_cannot_be_added(blanc: Client, tour: Tour, elsewhere: Company) -> None:
    stranger = Customer.objects.get(company=elsewhere)
    response = blanc.post(address("add", tour), {"selected": [stranger.pk, "x", "9" * 30]})
    assert response.status_code == 302
    assert tour.stops.filter(customer=stranger).count() == 0


def test_a_receipt_is_read_only_by_who_may_see_its_customer(blanc: Client, late: Books, tour: Tour) -> None:
    send(blanc, tour, cheque(tour))
    place = reverse("visit-receipt-pdf", kwargs={"company": "ACO", "number": 1})
    assert blanc.get(place).content.startswith(b"%PDF")
    Membership.objects.filter(user=tour.who).update(portfolio_only=True)
    assert blanc.get(place).status_code == 404


class TestReceiptsByEmail:
    """A receipt that is to be sent leaves once, whatever happens to the worker."""

    @pytest.fixture
    def receipt(self, late: Books, tour: Tour) -> Receipt:
        Company.objects.filter(pk=late.company.pk).update(email="compta@aco.example")
        note_visit(stop=stop_of(tour), noted=noted("paid", handed=CASH), by=tour.who_id)
        found = Receipt.objects.get()
        mail_receipt(receipt=found, email="rossi@acme.example", by=tour.who_id)
        return found

    def test_it_goes_with_the_very_paper(self, receipt: Receipt, mailoutbox: list[Any]) -> None:
        assert send_receipt(receipt.pk) == Delivery(Fate.SENT)
        assert send_receipt(receipt.pk) is None
        [message] = mailoutbox
        assert message.to == ["rossi@acme.example"]
        assert message.attachments[0][1] == bytes(receipt.pdf)
        receipt.refresh_from_db()
        assert (receipt.mail, receipt.mail_problem) == ("sent", "")
        assert Event.objects.filter(kind="receipt-sent").count() == 1

    def test_with_a_test_address_it_goes_there_and_nowhere_else(
        self, receipt: Receipt, mailoutbox: list[Any]
    ) -> None:
        Company.objects.update(test_recipient="essai@aco.example")
        send_receipt(receipt.pk)
        assert mailoutbox[0].to == ["essai@aco.example"]

    def test_a_worker_killed_while_sending_leaves_it_uncertain_and_it_is_not_sent_again(
        self, receipt: Receipt, monkeypatch: pytest.MonkeyPatch, mailoutbox: list[Any]
    ) -> None:
        def killed(*_parts: Any) -> Delivery:
            raise SystemExit  # the process is gone: nothing after it runs

        with monkeypatch.context() as patch:
            patch.setattr(Mailer, "deliver", killed)
            with pytest.raises(SystemExit):
                send_receipt(receipt.pk)
        assert send_receipt(receipt.pk) is None
        assert mailoutbox == []
        receipt.refresh_from_db()
        assert receipt.get_mail_display() == "incertain"
        mail_receipt(receipt=receipt, email="rossi@acme.example", by=None)  # a person decides
        assert send_receipt(receipt.pk) == Delivery(Fate.SENT)

    def test_a_mail_server_that_is_away_is_asked_again(
        self, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from exigible.visits.jobs import send_receipt_job

        monkeypatch.setattr(Mailer, "deliver", lambda *_parts: Delivery(Fate.LATER, "451 try later"))
        send_receipt_job(receipt_id=receipt.pk)
        receipt.refresh_from_db()
        assert (receipt.mail, receipt.mail_problem) == ("waiting", "451 try later")
        send_receipt_job(receipt_id=receipt.pk, attempt=288)
        receipt.refresh_from_db()
        assert receipt.mail == "failed"

    def test_a_refused_address_is_said(self, receipt: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Mailer, "deliver", lambda *_parts: Delivery(Fate.REFUSED, "550 no such user"))
        send_receipt(receipt.pk)
        receipt.refresh_from_db()
        assert (receipt.mail, receipt.mail_problem) == ("failed", "550 no such user")

    def test_the_address_given_at_the_door_is_sent_to_by_itself(
        self, blanc: Client, late: Books, tour: Tour
    ) -> None:
        send(blanc, tour, cheque(tour, email="rossi@acme.example"))
        receipt = Receipt.objects.get()
        assert (receipt.mail, receipt.email) == ("waiting", "rossi@acme.example")


def test_the_pages_of_the_desk_do_what_they_say(blanc: Client, late: Books, tour: Tour) -> None:
    assert blanc.post(address("order", tour)).status_code == 302
    assert "km" in blanc.get(address("tour", tour)).content.decode()
    assert blanc.get(address("pdf", tour)).content.startswith(b"%PDF")
    stop = reverse("visit-stop", kwargs={"company": "ACO", "pk": stop_of(tour).pk})
    assert blanc.post(stop, {"place": "Monaco"}).status_code == 422
    assert (
        blanc.post(stop, {"place": "43.7385, 7.4246", "opens": "09:00", "closes": "12:00"}).status_code == 302
    )
    assert (
        "43.738500, 7.424600" in blanc.get(stop).content.decode()
        or "43.73850" in blanc.get(stop).content.decode()
    )
    assert blanc.post(stop, {"place": "", "opens": "", "closes": ""}).status_code == 302
    assert "Indiquer son lieu" in blanc.get(address("tour", tour)).content.decode()
    assert blanc.post(address("order", tour)).status_code == 422
    moved = reverse("visit-stop-move", kwargs={"company": "ACO", "pk": stop_of(tour).pk})
    assert blanc.post(moved, {"to": "up"}).headers["Location"].endswith(f"#stop-{stop_of(tour).pk}")
    assert (
        blanc.post(address("start", tour), {"starts_at": "08:30", "start": "43.7, 7.26"}).status_code == 302
    )
    assert blanc.post(address("cancel", tour)).status_code == 302
    assert "annulée" in blanc.get("/ACO/visits/").content.decode()
    assert User.objects.filter(pk=tour.who_id).exists()


def test_the_settings_change_the_ways(as_role: Any, late: Books, tour: Tour) -> None:
    senior = as_role("senior")
    before = senior.get(address("tour", tour)).content.decode()
    fields = {"detour_percent": 200, "speed_kmh": 60, "minutes_at_stop": 20, "hold_days": 5}
    assert senior.post("/ACO/settings/visits/", fields).status_code == 302
    after = senior.get(address("tour", tour)).content.decode()
    assert "× 1,3, à 40" in before
    assert "× 2, à 60" in after
    assert senior.post("/ACO/settings/visits/", fields | {"speed_kmh": 0}).status_code == 422
