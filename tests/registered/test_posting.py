"""A run makes the letters; the desk numbers them, posts them, and dunning knows that day that it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from exigible.dunning.models import Action
from exigible.kernel.errors import Refused, UserMistake
from exigible.registered.models import RegisteredLetter, StatusEvent
from exigible.registered.services import (
    NumberFault,
    Postage,
    change_number,
    give_up,
    number_letters,
    post_letters,
)
from exigible.timeline.models import Event
from tests.dunning.reminders import morning
from tests.registered.conftest import NUMBERS, made, notice_books

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def number(actions, written=None):
    return number_letters(actions=actions, written=written or NUMBERS[: len(actions)], by=None)


class TestNumbers:
    def test_a_column_goes_to_the_letters_in_the_order_of_printing(self, to_post):
        assert number(to_post) == []
        found = RegisteredLetter.objects.order_by("customer__sort_name").values_list(
            "customer__code", "number"
        )
        assert list(found) == [
            ("ACME", "1A12345678901"),
            ("BETA", "2C12345678902"),
            ("GAMMA", "RK123456785FR"),
        ]

    def test_an_empty_line_leaves_its_letter_without(self, to_post):
        assert number(to_post, [NUMBERS[0], "", NUMBERS[2], "", ""]) == []
        assert list(RegisteredLetter.objects.values_list("customer__code", flat=True)) == ["ACME", "GAMMA"]

    def test_each_wrong_line_is_told_and_none_is_written(self, to_post):
        written = [NUMBERS[0], "RK 123 456 784 FR", NUMBERS[0], "2C99999999999"]
        assert number(to_post, written) == [
            NumberFault(2, "RK 123 456 784 FR", "check-digit"),
            NumberFault(3, "1A12345678901", "twice"),
            NumberFault(4, "2C99999999999", "too-many"),
        ]
        assert not RegisteredLetter.objects.exists()

    def test_the_number_of_another_letter_is_refused(self, to_post):
        number(to_post[:1])
        assert number(to_post[1:2], NUMBERS[:1]) == [NumberFault(1, "1A12345678901", "taken")]

    def test_two_letters_may_change_places(self, to_post):
        number(to_post[:2], NUMBERS[:2])
        assert number(to_post[:2], NUMBERS[1::-1]) == []
        assert RegisteredLetter.objects.get(customer__code="ACME").number == "2C12345678902"

    def test_two_companies_do_not_see_each_other_through_a_number(self, to_post):
        number(to_post[:1])
        assert number(made(notice_books("BIS"))[:1], NUMBERS[:1]) == []

    def test_a_mistyped_number_is_corrected_after_posting_and_the_one_before_is_kept(self, posted):
        change_number(letter=posted[0], written="1A12345678955", by=None)
        posted[0].refresh_from_db()
        assert posted[0].number == "1A12345678955"
        assert Event.objects.get(kind="registered-number-changed").data["before_number"] == "1A12345678901"
        with pytest.raises(Refused, match="2C12345678902"):
            change_number(letter=posted[0], written=NUMBERS[1], by=None)


class TestPosting:
    def test_the_message_is_done_that_day_and_one_line_says_so(self, posted, to_post):
        letter = posted[0]
        letter.refresh_from_db()
        assert (letter.status, letter.posted_on, letter.cost_minor) == ("posted", TODAY, 611)
        action = Action.objects.get(pk=to_post[0].pk)
        assert (action.state, action.sent_at.date()) == ("sent", TODAY)
        lines = Event.objects.filter(customer=letter.customer, kind__startswith="registered")
        assert [line.kind for line in lines] == ["registered-numbered", "registered-posted"]
        assert lines[1].data["number"] == "1A12345678901"

    def test_the_day_may_be_before_today_but_not_before_the_letter_was_made(self, to_post, later):
        number(to_post)
        with later(3):
            post_letters(actions=to_post[:1], postage=Postage(TODAY + timedelta(days=1)), by=None)
            with pytest.raises(UserMistake, match="made on"):
                post_letters(actions=to_post[1:2], postage=Postage(TODAY - timedelta(days=1)), by=None)
            with pytest.raises(UserMistake, match="day to come"):
                post_letters(actions=to_post[1:2], postage=Postage(TODAY + timedelta(days=4)), by=None)
        assert Action.objects.get(pk=to_post[0].pk).sent_at.date() == TODAY + timedelta(days=1)

    def test_without_a_number_none_of_them_is_posted(self, to_post):
        number(to_post[:2], NUMBERS[:2])
        with pytest.raises(Refused, match="GAMMA"):
            post_letters(actions=to_post, postage=Postage(TODAY), by=None)
        assert not StatusEvent.objects.exists()

    def test_posted_twice_is_refused(self, posted, to_post):
        with pytest.raises(Refused, match="already"):
            post_letters(actions=to_post[:1], postage=Postage(TODAY), by=None)
        assert StatusEvent.objects.count() == 3

    def test_a_plain_letter_of_a_run_may_go_registered_after_all(self, db, monday):
        from tests.dunning.reminders import books_with

        books = books_with("2026-08-01 invoice F-1 ACME 1000.00 due 2026-09-01", email="")
        morning(books, TODAY)
        action = Action.objects.get(state="sent", channel="letter")
        assert number([action], NUMBERS[:1]) == []
        [letter] = post_letters(actions=[action], postage=Postage(TODAY), by=None)
        assert letter.status == "posted"

    def test_what_has_no_letter_cannot_be_registered(self, to_post):
        Action.objects.filter(pk=to_post[0].pk).update(state="superseded")
        to_post[0].refresh_from_db()
        with pytest.raises(Refused, match="Only a letter"):
            number(to_post[:1], NUMBERS[:1])

    def test_given_up_its_number_is_free_and_the_next_run_may_ask_again(self, to_post):
        number(to_post)
        give_up(action=to_post[0], why="paid at the counter", by=None)
        assert Action.objects.get(pk=to_post[0].pk).state == "failed"
        assert not RegisteredLetter.objects.filter(number="1A12345678901").exists()

    def test_given_up_by_dunning_itself_it_is_neither_posted_nor_in_the_way_of_its_number(self, to_post):
        from exigible.dunning.services.by_hand import drop

        number(to_post)
        action = to_post[0]
        drop(action_id=action.pk, company_id=action.company_id, by=None, reason="paid")
        with pytest.raises(Refused, match="Only a letter"):
            post_letters(actions=[action], postage=Postage(TODAY), by=None)
        assert number(to_post[1:2], NUMBERS[:1]) == []

    def test_a_posted_letter_is_not_given_up(self, posted, to_post):
        with pytest.raises(Refused, match="posted already"):
            give_up(action=to_post[0], why="", by=None)


class TestKept:
    def test_what_was_noted_is_neither_changed_nor_deleted(self, posted):
        for act in (
            lambda: StatusEvent.objects.update(on=TODAY - timedelta(days=9)),
            lambda: StatusEvent.objects.all().delete(),
            lambda: RegisteredLetter.objects.update(posted_on=TODAY - timedelta(days=9)),
            lambda: RegisteredLetter.objects.filter(pk=posted[0].pk)._raw_delete("default"),
        ):
            with pytest.raises(IntegrityError, match="kept as it is"), transaction.atomic():
                act()
