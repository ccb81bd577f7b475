"""Each way in which a call ends, and what it creates."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from exigible.calls.models import OngoingCall, WrongNumber
from exigible.calls.rules import Outcome
from exigible.calls.services import (
    Call,
    log_call,
    log_call_back,
    log_dispute,
    log_paid,
    log_promise,
    log_request,
    log_wrong_number,
    open_sheet,
    take_back_wrong_number,
)
from exigible.disputes.models import Dispute
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.edits import pause_dunning
from exigible.ledger.pauses import pause_on
from exigible.negotiation.models import Promise, Request
from exigible.team.models import User
from exigible.timeline.models import Event
from exigible.worklist.models import Task
from exigible.worklist.services import build_day
from tests.books import write_books

pytestmark = pytest.mark.django_db

SAID = Call("Mme Rossi, comptabilité")


def lines() -> list[str]:
    """The kinds of lines on the timeline, in order."""
    return list(Event.objects.exclude(kind="item-added").order_by("id").values_list("kind", flat=True))


def person(email: str) -> User:
    return User.objects.create_user(email)


class TestWhatEachEndCreates:
    def test_a_promise(self, acme):
        due_on = timezone.localdate() + timedelta(days=5)
        log_promise(customer=acme, call=SAID, amount_minor=100_00, currency="EUR", due_on=due_on, by=None)
        promise = Promise.objects.get()
        assert (promise.amount_minor, promise.due_on, promise.text) == (100_00, due_on, SAID.text)
        assert lines() == ["call", "promise"]

    def test_a_promise_that_cannot_be_keeps_no_call_either(self, acme):
        yesterday = timezone.localdate() - timedelta(days=1)
        with pytest.raises(UserMistake):
            log_promise(customer=acme, call=SAID, amount_minor=1, currency="EUR", due_on=yesterday, by=None)
        assert lines() == []

    def test_a_dispute(self, acme, books):
        log_dispute(
            customer=acme, call=SAID, item=books["F-1"], amount_minor=300_00, reason="delivery", by=None
        )
        dispute = Dispute.objects.get()
        assert (dispute.amount_minor, dispute.text) == (300_00, SAID.text)
        assert lines() == ["call", "dispute-opened"]

    def test_a_payment_said_to_be_made_is_looked_for_while_reminders_rest(self, acme, monday):
        owner = None
        log_paid(customer=acme, call=SAID, paid_on=timezone.localdate(), owner=owner, by=None)
        request = Request.objects.get()
        assert (request.kind, request.due_on.isoformat()) == ("payment-search", "2026-11-25")
        assert request.text == "Dit avoir payé le 23/11/2026. Mme Rossi, comptabilité"
        assert pause_on(acme, timezone.localdate()).until.isoformat() == "2026-11-30"  # five business days
        assert lines() == ["call", "request-taken", "dunning-paused"]

    def test_a_longer_pause_stays_as_it_is(self, acme, monday):
        until = timezone.localdate() + timedelta(days=60)
        pause_dunning(customer=acme, until=until, reason="échéancier", by=None)
        log_paid(customer=acme, call=SAID, paid_on=None, owner=None, by=None)
        held = pause_on(acme, timezone.localdate())
        assert (held.until, held.reason) == (until, "échéancier")

    def test_a_request(self, acme):
        log_request(customer=acme, call=SAID, kind="certificate", owner=None, due_on=None, by=None)
        assert Request.objects.get().text == SAID.text
        assert lines() == ["call", "request-taken"]

    def test_a_call_back_at_an_hour(self, acme):
        again_at = timezone.now() + timedelta(hours=3)
        log_call_back(customer=acme, call=SAID, again_at=again_at, by=None)
        assert datetime.fromisoformat(Event.objects.get(kind="call").data["again_at"]) == again_at

    def test_a_call_back_is_for_a_moment_to_come(self, acme):
        with pytest.raises(UserMistake, match="to come"):
            log_call_back(customer=acme, call=SAID, again_at=timezone.now(), by=None)

    def test_a_wrong_number_is_marked_until_someone_says_that_it_is_right(self, acme):
        log_wrong_number(customer=acme, call=Call(number="+33493123456"), by=None)
        assert WrongNumber.objects.get().number == "+33493123456"
        take_back_wrong_number(customer=acme, number="+33493123456", by=None)
        take_back_wrong_number(customer=acme, number="+33493123456", by=None)
        assert not WrongNumber.objects.exists()
        assert lines() == ["call", "number-right"]

    def test_a_wrong_number_has_to_be_said(self, acme):
        with pytest.raises(UserMistake, match="which number"):
            log_wrong_number(customer=acme, call=SAID, by=None)
        assert lines() == []

    @pytest.mark.parametrize("outcome", ["no-answer", "voicemail", "refuses", "reached"])
    def test_the_others_are_one_line_with_the_words(self, acme, outcome):
        log_call(customer=acme, outcome=outcome, call=SAID, by=None)
        event = Event.objects.get(kind="call")
        assert (event.data, event.text) == ({"outcome": outcome}, SAID.text)

    def test_an_unknown_end_is_refused(self, acme):
        with pytest.raises(UserMistake, match="how the call ended"):
            log_call(customer=acme, outcome="danced", by=None)


@pytest.mark.usefixtures("monday")
class TestTheDay:
    def test_a_call_of_today_strikes_the_line(self, late):
        build_day(company=late.company, on=timezone.localdate())
        log_call(customer=late.customer("ACME"), outcome="reached", by=None)
        assert Task.objects.get(customer__code="ACME").done_at is not None

    def test_one_written_down_later_for_a_day_before_does_not(self, late):
        build_day(company=late.company, on=timezone.localdate())
        before = Call(happened_at=timezone.now() - timedelta(days=2))
        log_call(customer=late.customer("ACME"), outcome="reached", call=before, by=None)
        assert Task.objects.get(customer__code="ACME").done_at is None


class TestTwoPeopleAtOnce:
    def test_the_second_is_told_and_loses_no_word(self, acme):
        claire, paul = person("claire@aco.example"), person("paul@aco.example")
        log_call(customer=acme, outcome="reached", call=Call("virement vendredi", seen=0), by=claire.pk)
        with pytest.raises(Refused, match=r"claire@aco\.example called this customer") as refused:
            log_call(customer=acme, outcome="no-answer", call=Call(seen=0), by=paul.pk)
        assert refused.value.code == "called-meanwhile"
        assert lines() == ["call"]

    def test_having_read_what_was_said_the_second_can_save(self, acme):
        claire, paul = person("claire@aco.example"), person("paul@aco.example")
        first = log_call(customer=acme, outcome="reached", by=claire.pk)
        log_call(customer=acme, outcome="no-answer", call=Call(seen=first.pk), by=paul.pk)
        assert lines() == ["call", "call"]

    def test_ones_own_calls_are_no_surprise(self, acme):
        claire = person("claire@aco.example")
        for _each in range(2):
            log_call(customer=acme, outcome="no-answer", call=Call(seen=0), by=claire.pk)
        assert lines() == ["call", "call"]

    def test_the_sheet_is_free_again_once_the_call_is_written_down(self, acme):
        claire = person("claire@aco.example")
        open_sheet(customer=acme, by=claire.pk)
        open_sheet(customer=acme, by=claire.pk)
        assert OngoingCall.objects.count() == 1
        log_call(customer=acme, outcome=Outcome.REACHED, by=claire.pk)
        assert not OngoingCall.objects.exists()
        assert "call" in lines()


class TestAmounts(TestCase):
    """A promise taken in a call is of the amount that was said, to the cent, or nothing is kept."""

    @settings(max_examples=25)
    @given(st.integers(-(10**12), 10**12))
    def test_what_is_promised_is_what_is_kept(self, minor):
        books = write_books("2026-03-01 invoice F-1 ACME 100.00")
        asked = {"currency": "EUR", "due_on": timezone.localdate(), "by": None}
        try:
            log_promise(customer=books.customer("ACME"), call=SAID, amount_minor=minor, **asked)
        except UserMistake:
            assert minor <= 0
            assert not Promise.objects.exists()
            assert not Event.objects.filter(kind="call").exists()
        else:
            assert Promise.objects.get().amount_minor == minor > 0
            assert Event.objects.get(kind="promise").data["amount_minor"] == minor
