"""What came of a visit, and what follows from it: once, however often it is sent."""

from __future__ import annotations

import base64
import struct
import zlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from exigible.disputes.models import Dispute
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer, OpenItem
from exigible.ledger.pauses import pause_on
from exigible.negotiation.models import Promise, Request
from exigible.team.models import User
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.visits.models import Receipt, Stop, Tour, Visit
from exigible.visits.receipts import Handed
from exigible.visits.results import Noted, note_visit
from exigible.visits.services import cancel_tour, take_off
from exigible.visits.signatures import PREFIX, read_signature
from exigible.web.events import describe
from tests.books import Books

pytestmark = pytest.mark.django_db


def png(width: int = 30, height: int = 10, *, said_width: int | None = None) -> bytes:
    """A picture as a canvas writes it: eight bits, red, green, blue, opacity."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", said_width or width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x10\x20\x30\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def data_url(content: bytes) -> str:
    return PREFIX + base64.b64encode(content).decode()


def stop_of(tour: Tour, code: str = "ACME") -> Stop:
    return Stop.objects.select_related("customer__company").get(tour=tour, customer__code=code)


def noted(outcome: str, **more: Any) -> Noted:
    return Noted(uuid=uuid4(), outcome=outcome, noted_at=timezone.now(), **more)


def blanc() -> int:
    return User.objects.get(email="blanc@aco.example").pk


CASH = Handed("cash", 50_000, "EUR", signer="Mme Rossi", signature=png())


def test_a_promise_made_face_to_face_is_one_of_the_house(late: Books, tour: Tour) -> None:
    due_on = timezone.localdate() + timedelta(days=5)
    said = noted(
        "promised", amount_minor=80_000, currency="EUR", due_on=due_on, person="Mme Rossi", text="virement"
    )
    note_visit(stop=stop_of(tour), noted=said, by=blanc())
    promise = Promise.objects.get()
    assert (promise.amount_minor, promise.due_on, promise.text) == (80_000, due_on, "Mme Rossi · virement")


def test_what_is_contested_at_the_door_is_a_dispute(late: Books, tour: Tour) -> None:
    said = noted("dispute", item=late["F-2"], amount_minor=10_000, reason="quality", text="palette cassée")
    note_visit(stop=stop_of(tour), noted=said, by=blanc())
    dispute = Dispute.objects.get()
    assert (dispute.item, dispute.amount_minor, dispute.text) == (late["F-2"], 10_000, "palette cassée")


def test_money_collected_gives_a_receipt_and_is_announced_but_not_booked(late: Books, tour: Tour) -> None:
    keeper = add_user(company=late.company, email="compta@aco.example", role="accountant", by=None)
    items = OpenItem.objects.count()
    visit, is_new = note_visit(stop=stop_of(tour), noted=noted("paid", handed=CASH), by=blanc())
    assert is_new
    receipt = Receipt.objects.get()
    assert (receipt.number, receipt.visit, receipt.amount_minor, receipt.means) == (1, visit, 50_000, "cash")
    assert bytes(receipt.pdf).startswith(b"%PDF")
    asked = Request.objects.get()
    assert (asked.kind, asked.owner, asked.customer.code) == ("payment-search", keeper, "ACME")
    assert "reçu n° 1" in asked.text.replace("\xa0", " ")
    assert OpenItem.objects.count() == items
    acme = Customer.objects.get(code="ACME")
    held = pause_on(acme, timezone.localdate())
    assert held is not None
    assert held.until > timezone.localdate()


def test_a_cheque_needs_its_number(late: Books, tour: Tour) -> None:
    with pytest.raises(UserMistake, match="number of the cheque"):
        note_visit(stop=stop_of(tour), noted=noted("paid", handed=Handed("cheque", 100, "EUR")), by=blanc())
    assert not Visit.objects.exists()
    handed = Handed("cheque", 100, "EUR", cheque_number="0012345", cheque_bank="BNP")
    note_visit(stop=stop_of(tour), noted=noted("paid", handed=handed), by=blanc())
    assert Receipt.objects.get().cheque_number == "0012345"


def test_a_result_sent_twice_is_one(late: Books, tour: Tour) -> None:
    said = noted("paid", handed=CASH)
    first, is_new = note_visit(stop=stop_of(tour), noted=said, by=blanc())
    again, is_new_again = note_visit(stop=stop_of(tour), noted=said, by=blanc())
    assert (again, is_new, is_new_again) == (first, True, False)
    assert (Visit.objects.count(), Receipt.objects.count(), Request.objects.count()) == (1, 1, 1)
    assert Event.objects.filter(kind="visit").count() == 1


def test_whoever_comes_second_is_told_who_noted_the_visit(late: Books, tour: Tour) -> None:
    note_visit(stop=stop_of(tour), noted=noted("absent"), by=blanc())
    other = add_user(company=late.company, email="roux@aco.example", role="collector", by=None)
    with pytest.raises(Refused) as refused:
        note_visit(stop=stop_of(tour), noted=noted("seen"), by=other.pk)
    assert refused.value.code == "visited-meanwhile"
    assert refused.value.params["who"] == "blanc@aco.example"
    assert Visit.objects.get().outcome == "absent"


def test_a_number_that_belongs_to_another_visit_is_refused(late: Books, tour: Tour) -> None:
    said = noted("absent")
    note_visit(stop=stop_of(tour), noted=said, by=blanc())
    with pytest.raises(UserMistake, match="another customer"):
        note_visit(stop=stop_of(tour, "BETA"), noted=said, by=blanc())


def test_a_visit_made_where_the_stop_was_taken_off_meanwhile_is_not_lost(late: Books, tour: Tour) -> None:
    take_off(stop=stop_of(tour), by=None)
    note_visit(stop=stop_of(tour), noted=noted("seen", text="rappelle lundi"), by=blanc())
    assert not stop_of(tour).is_off
    with pytest.raises(Refused, match="was visited"):
        take_off(stop=stop_of(tour), by=None)


def test_a_visit_made_on_a_tour_that_was_called_off_is_not_lost(late: Books, tour: Tour) -> None:
    cancel_tour(tour=tour, by=None)
    _visit, is_new = note_visit(stop=stop_of(tour), noted=noted("seen"), by=blanc())
    assert is_new


def test_who_has_moved_is_asked_for_a_new_address(late: Books, tour: Tour) -> None:
    note_visit(stop=stop_of(tour), noted=noted("moved", text="locaux vides"), by=blanc())
    asked = Request.objects.get()
    assert (asked.kind, asked.owner_id) == ("contact-change", blanc())
    assert "locaux vides" in asked.text


def test_the_clock_of_a_telephone_cannot_run_ahead(late: Books, tour: Tour) -> None:
    said = Noted(uuid4(), "seen", timezone.now() + timedelta(days=3))
    visit, _is_new = note_visit(stop=stop_of(tour), noted=said, by=blanc())
    assert visit.noted_at == visit.received_at


def test_the_timeline_tells_the_visit_in_words(late: Books, tour: Tour) -> None:
    note_visit(stop=stop_of(tour), noted=noted("paid", handed=CASH, person="Mme Rossi"), by=blanc())
    event = Event.objects.get(kind="visit")
    assert describe(event)[0].replace("\xa0", " ") == "Visite : a payé · Mme Rossi · 500,00 €, reçu n° 1"


def test_receipts_follow_one_another_and_do_not_change(late: Books, tour: Tour) -> None:
    for code in ("ACME", "BETA", "GAMMA"):
        note_visit(stop=stop_of(tour, code), noted=noted("paid", handed=CASH), by=blanc())
    assert list(Receipt.objects.order_by("pk").values_list("number", flat=True)) == [1, 2, 3]
    for change in ({"amount_minor": 1}, {"number": 9}, {"signature": b""}):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            Receipt.objects.filter(number=2).update(**change)
    with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
        Receipt.objects.filter(number=2).delete()


def test_a_number_is_not_used_up_by_a_receipt_that_failed(late: Books, tour: Tour) -> None:
    with pytest.raises(UserMistake):
        note_visit(stop=stop_of(tour), noted=noted("paid", handed=Handed("cash", 0, "EUR")), by=blanc())
    note_visit(stop=stop_of(tour, "BETA"), noted=noted("paid", handed=CASH), by=blanc())
    assert Receipt.objects.get().number == 1


def test_a_signature_is_a_real_picture_of_a_screen() -> None:
    assert read_signature(data_url(png())) == png()
    assert read_signature("") == b""
    good = png()
    bad = (
        good[:-5], good[:40] + b"x" + good[41:], b"GIF89a", b"", png(said_width=31), png(1601, 2),
        png(2, 801), good + b"<script>",
    )  # fmt: skip
    for content in bad:
        with pytest.raises(UserMistake, match="signature"):
            read_signature(data_url(content))
    for text in ("https://x.example/a.png", "data:image/svg+xml;base64,PHN2Zz4=", PREFIX + "%%%"):
        with pytest.raises(UserMistake, match="signature"):
            read_signature(text)


def test_a_picture_that_would_unpack_into_more_than_it_says_is_refused() -> None:
    bomb = zlib.compress(b"\0" * 50_000_000)
    head = struct.pack(">IIBBBBB", 30, 10, 8, 6, 0, 0, 0)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", bomb) + chunk(b"IEND", b"")
    with pytest.raises(UserMistake):
        read_signature(data_url(content))
