"""What is heard of a letter, and what follows from it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exigible.dunning.models import Action
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer
from exigible.registered.models import Proof, StatusEvent, WrongAddress
from exigible.registered.rules.effects import what_follows
from exigible.registered.rules.statuses import ENDS, HEARD, Heard, Status, collect_until, standing, todo
from exigible.registered.services import file_proof, lift_wrong_address, note_status, proof_content, take_back
from exigible.timeline.models import Event
from tests.dunning.reminders import approve_all, held, propose, send, steps
from tests.registered.conftest import pdf

MONDAY = date(2026, 11, 23)


def note(letter, status, days=1, said=""):
    on = MONDAY + timedelta(days=days)
    return note_status(letter=letter, status=status, on=on, source="person", said=said, by=None)


@pytest.fixture
def letter(posted, later):
    with later(20):
        yield posted[0]


class TestStanding:
    @given(st.lists(st.tuples(st.sampled_from(HEARD), st.dates(MONDAY, date(2027, 1, 31)))), st.randoms())
    def test_a_letter_stands_where_it_came_furthest_in_whatever_order_it_is_told(self, told, random):
        heard = [Heard(Status.POSTED, MONDAY), *(Heard(*one) for one in told)]
        first = standing(heard)
        random.shuffle(heard)
        assert standing(heard) == first or first.status in ENDS

    def test_nothing_heard_is_nothing(self):
        assert standing([]) is None

    @pytest.mark.parametrize(
        ("status", "days", "is_filed", "expected"),
        [
            (Status.TO_POST, 0, False, "post"), (Status.POSTED, 4, False, ""),
            (Status.POSTED, 5, False, "no-news"),
            (Status.WAITING, 9, False, "no-news"), (Status.DELIVERED, 9, False, "file"),
            (Status.DELIVERED, 9, True, ""), (Status.UNCLAIMED, 0, False, "returned"),
            (Status.UNKNOWN_ADDRESS, 0, True, ""), (Status.RETURNED, 0, False, "returned"),
        ],
    )  # fmt: skip
    def test_what_is_to_be_done(self, status, days, is_filed, expected):
        today = MONDAY + timedelta(days=days)
        assert todo(status, MONDAY, is_filed=is_filed, today=today, quiet_days=5) == expected


@pytest.mark.django_db
class TestHeard:
    def test_the_day_of_first_presentation_stays_when_it_is_delivered_later(self, letter):
        note(letter, "presented", 2)
        note(letter, "waiting", 3)
        note(letter, "delivered", 6, said="M. Martin")
        letter.refresh_from_db()
        assert (letter.status, letter.status_on) == ("delivered", MONDAY + timedelta(days=6))
        assert letter.events.get(status="presented").on == MONDAY + timedelta(days=2)
        line = Event.objects.get(kind="registered-heard", data__status="delivered")
        assert (line.text, line.happened_at.date()) == ("M. Martin", MONDAY + timedelta(days=6))

    def test_heard_twice_it_is_noted_once(self, letter):
        assert note(letter, "presented") is not None
        assert note(letter, "presented") is None
        assert StatusEvent.objects.filter(letter=letter).count() == 2

    @pytest.mark.parametrize(
        ("before", "status", "days", "code"),
        [
            (None, "delivered", 30, "in-the-future"), (None, "delivered", -1, "before-posting"),
            (("refused", 2), "delivered", 3, "ended"), (("refused", 2), "waiting", 3, "after-end"),
            (("presented", 4), "delivered", 3, "before-presentation"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_is_refused(self, letter, before, status, days, code):
        if before:
            note(letter, *before)
        with pytest.raises(Refused) as refusal:
            note(letter, status, days)
        assert refusal.value.code == code

    def test_nothing_is_heard_of_a_letter_that_was_not_posted(self, to_post):
        from exigible.registered.services import number_letters

        number_letters(actions=to_post[:1], written=["1A12345678901"], by=None)
        with pytest.raises(Refused, match="not posted"):
            note(to_post[0].registered, "presented", 0)

    def test_a_mistake_is_taken_back_and_stays_to_be_seen(self, letter):
        take_back(event=note(letter, "refused", 2), by=None)
        letter.refresh_from_db()
        assert letter.status == "posted"
        note(letter, "delivered", 3)
        assert letter.events.count() == 4
        with pytest.raises(Refused, match="not taken back"):
            take_back(event=letter.events.get(status="posted"), by=None)

    def test_what_is_no_status_is_refused(self, letter):
        for status in ("posted", "to_post", "lost"):
            with pytest.raises(UserMistake):
                note(letter, status)


@pytest.mark.django_db
class TestUnknownAddress:
    def test_the_customer_is_among_those_with_no_way_to_be_reached(self, books, letter):
        Customer.objects.filter(company=books.company).update(email="")
        note(letter, "unknown_address", 3)
        assert WrongAddress.objects.get().customer.code == "ACME"
        assert not Action.objects.filter(state="proposed").exists()
        _owe_again(books)
        run = propose(books, MONDAY + timedelta(days=20))
        assert held(run)["ACME"] == "no-address"
        assert steps(run) == {"BETA": "formal_notice"}

    def test_another_address_is_written_to_again(self, books, letter):
        Customer.objects.filter(company=books.company).update(email="")
        note(letter, "unknown_address", 3)
        Customer.objects.filter(company=books.company, code="ACME").update(address="9 rue Neuve")
        _owe_again(books)
        assert "ACME" in steps(propose(books, MONDAY + timedelta(days=20)))

    def test_an_address_that_was_changed_while_the_letter_was_on_its_way_is_left_alone(self, books, letter):
        Customer.objects.filter(company=books.company, code="ACME").update(email="", address="9 rue Neuve")
        note(letter, "unknown_address", 3)
        assert WrongAddress.objects.get().address == "1 rue Haute\n\nLyon"
        _owe_again(books)
        assert "ACME" in steps(propose(books, MONDAY + timedelta(days=20)))

    def test_the_same_address_too_once_it_is_said_to_be_right(self, books, letter):
        Customer.objects.filter(company=books.company).update(email="")
        note(letter, "unknown_address", 3)
        lift_wrong_address(wrong=WrongAddress.objects.get(), by=None)
        _owe_again(books)
        assert "ACME" in steps(propose(books, MONDAY + timedelta(days=20)))
        assert Event.objects.filter(kind="address-right").count() == 1

    @pytest.mark.parametrize("channel", ["letter", "registered"])
    def test_a_letter_approved_before_that_was_known_is_not_sent(self, books, letter, channel):
        Customer.objects.filter(company=books.company).update(email="")
        _owe_again(books)
        run = propose(books, MONDAY + timedelta(days=20))
        Action.objects.filter(run=run).update(channel=channel)
        approve_all(run)
        note(letter, "unknown_address", 3)
        send(run)
        states = {action.customer.code: action for action in Action.objects.filter(run=run)}
        assert (states["ACME"].state, states["ACME"].reason_code) == ("superseded", "address-wrong")
        assert not states["ACME"].file
        assert states["BETA"].file
        said = Event.objects.get(customer=letter.customer, kind="reminder-held")
        assert said.data["why"] == "address-wrong"
        Customer.objects.filter(company=books.company, code="ACME").update(address="9 rue Neuve")
        assert "ACME" in steps(propose(books, MONDAY + timedelta(days=21)))

    def test_a_mistake_taken_back_lifts_the_mark(self, letter):
        take_back(event=note(letter, "unknown_address", 3), by=None)
        assert WrongAddress.objects.get().lifted_on == MONDAY + timedelta(days=20)


def _owe_again(books):
    """New invoices, late, so that the next run has something to say."""
    from tests.books import write_books

    write_books(
        """
        2026-09-01 invoice F-8 ACME 700.00 due 2026-11-01
        2026-09-01 invoice F-9 BETA 700.00 due 2026-11-01
        """,
        company=books.company,
    )


@pytest.mark.django_db
class TestProofs:
    def test_a_scan_is_kept_as_it_came_with_its_digest(self, letter, files):
        content = pdf("slip")
        proof = file_proof(letter=letter, kind="deposit", name="../../etc/slip.pdf", content=content, by=None)
        assert proof_content(proof) == content
        assert (files / proof.file).resolve().is_relative_to(files)
        assert file_proof(letter=letter, kind="deposit", name="again", content=content, by=None) == proof
        assert Event.objects.get(kind="registered-proof").data["sha256"] == proof.sha256

    @pytest.mark.parametrize(
        "content",
        [b"", b"%PDF-1.7 but no", b"<html>", b"PK\x03\x04", b"\xff\xd8\xffcut", pdf() + b" " * (10 * 2**20)],
        ids=["empty", "no PDF", "page", "archive", "cut picture", "too large"],
    )
    def test_what_is_no_scan_is_refused(self, letter, content):
        with pytest.raises(UserMistake, match="PDF, a JPEG or a PNG"):
            file_proof(letter=letter, kind="deposit", name="slip.pdf", content=content, by=None)
        assert not Proof.objects.exists()

    def test_a_file_that_was_changed_is_not_shown_as_the_proof(self, letter, files):
        proof = file_proof(letter=letter, kind="deposit", name="slip", content=pdf(), by=None)
        (files / proof.file).write_bytes(pdf("other"))
        with pytest.raises(Refused, match="no longer"):
            proof_content(proof)


class TestWhatFollows:
    """Only what a text says; of the rest it is just told that none is known."""

    @pytest.mark.parametrize(
        ("country", "status", "effects"),
        [
            ("FR", Status.DELIVERED, ["starts-interest", "no-interruption"]),
            ("FR", Status.UNCLAIMED, ["valid-unclaimed", "no-interruption"]),
            ("FR", Status.REFUSED, ["no-text", "no-interruption"]),
            ("FR", Status.UNKNOWN_ADDRESS, ["no-text", "no-interruption"]),
            ("FR", Status.WAITING, []), ("MC", Status.DELIVERED, ["starts-interest"]),
            ("MC", Status.UNCLAIMED, ["no-text"]), ("MG", Status.DELIVERED, ["no-text"]),
        ],
    )  # fmt: skip
    def test_of_a_formal_notice(self, country, status, effects):
        assert [one.effect for one in what_follows(country, status, is_formal=True)] == effects

    def test_of_a_simple_reminder_nothing(self):
        assert what_follows("FR", Status.DELIVERED, is_formal=False) == []

    def test_an_electronic_letter_waits_fifteen_days_from_the_day_after_its_notice(self):
        assert collect_until(date(2026, 11, 23)) == date(2026, 12, 8)
