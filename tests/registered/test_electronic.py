"""An electronic letter leaves once, by a real HTTP server; what cannot be known is left to a person."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from exigible.dunning.models import Action
from exigible.dunning.services.by_hand import drop
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Customer
from exigible.registered.carriers import HttpCarrier, NotDeposited, carrier
from exigible.registered.jobs import hand_over_job, poll_all
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.services import (
    Postage,
    give_up,
    number_letters,
    post_letters,
    record_consent,
    withdraw_consent,
)
from exigible.registered.services.electronic import (
    ask_whether_deposited,
    hand_over,
    queue,
    recover,
    say_not_deposited,
)
from exigible.timeline.models import Event
from tests.registered.conftest import pdf
from tests.registered.provider import Provider, provider

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def lre():
    with provider() as running:
        yield running


@pytest.fixture
def line(lre: Provider) -> HttpCarrier:
    return HttpCarrier(lre.url, "secret", "LRE de test")


@pytest.fixture
def queued(to_post, line):
    return queue(action=to_post[0], carrier=line, by=None)


class TestHandOver:
    def test_the_very_letter_is_deposited_once_and_the_message_is_done(self, queued, lre, line, to_post):
        assert hand_over(queued, line, None) == "done"
        assert hand_over(queued, line, None) == "done"
        assert lre.posts == 1
        [letter] = lre.letters.values()
        action = Action.objects.get(pk=to_post[0].pk)
        assert hashlib.sha256(letter["content"]).hexdigest() == action.file_sha256
        assert letter["recipient"] == {"name": "ACME", "email": "acme@example.net", "is_professional": True}
        assert lre.keys == [letter["reference"]]
        assert (action.state, queued.status, queued.deposit_id) == ("sent", "posted", "LRE-1")

    def test_a_line_that_breaks_after_it_was_taken_is_unsure_and_not_tried_again(self, queued, lre, line):
        lre.behaviour = "breaks"
        assert hand_over(queued, line, None) == "ambiguous"
        assert hand_over(queued, line, None) == "ambiguous"
        assert lre.posts == 1
        assert Event.objects.filter(kind="registered-unsure").count() == 1
        assert ask_whether_deposited(letter=queued, carrier=line, by=None)
        queued.refresh_from_db()
        assert (queued.status, queued.deposit_id, len(lre.letters)) == ("posted", "LRE-1", 1)

    def test_where_the_provider_has_none_a_person_lets_it_go_again(self, queued, lre, line, to_post):
        lre.behaviour = "breaks-first"
        hand_over(queued, line, None)
        assert not ask_whether_deposited(letter=queued, carrier=line, by=None)
        say_not_deposited(letter=queued, by=None)
        lre.behaviour = "takes"
        again = queue(action=to_post[0], carrier=line, by=None)
        assert (hand_over(again, line, None), len(lre.letters)) == ("done", 1)

    def test_a_refusal_is_told_and_the_letter_may_go_on_paper(self, queued, lre, line, to_post):
        lre.behaviour = "refuses"
        assert hand_over(queued, line, None) == "refused"
        assert "no such mailbox" in queued.problem
        assert Action.objects.get(pk=to_post[0].pk).state == "to_do"
        number_letters(actions=to_post[:1], written=["1A12345678901"], by=None)
        [letter] = post_letters(actions=to_post[:1], postage=Postage(TODAY), by=None)
        assert (letter.kind, letter.status) == ("paper", "posted")

    def test_a_provider_that_cannot_be_reached_took_nothing(self, queued):
        nobody = HttpCarrier("http://127.0.0.1:9/v1", "", "nobody")
        assert hand_over(queued, nobody, None) == "refused"

    def test_while_it_may_be_with_the_provider_it_is_not_posted_on_paper(self, queued, lre, line, to_post):
        lre.behaviour = "breaks"
        hand_over(queued, line, None)
        for act in (
            lambda: post_letters(actions=to_post[:1], postage=Postage(TODAY), by=None),
            lambda: number_letters(actions=to_post[:1], written=["1A12345678901"], by=None),
            lambda: give_up(action=to_post[0], why="", by=None),
        ):
            with pytest.raises(Refused, match="electronically"):
                act()

    def test_a_process_that_dies_after_the_provider_took_it_does_not_send_it_again(
        self, queued, lre, line, books
    ):
        class Dies(HttpCarrier):
            def deposit(self, deposit):
                super().deposit(deposit)
                raise SystemExit

        with pytest.raises(SystemExit):
            hand_over(queued, Dies(lre.url, "secret", ""), None)
        assert hand_over(queued, line, None) == "reserved"
        recover(books.company.pk)
        assert (hand_over(queued, line, None), lre.posts) == ("ambiguous", 1)

    def test_given_up_while_it_left_it_is_posted_all_the_same_for_so_it_is(self, queued, lre, line, to_post):
        drop(action_id=to_post[0].pk, company_id=to_post[0].company_id, by=None, reason="paid")
        assert hand_over(queued, line, None) == "done"
        assert queued.status == "posted"

    def test_a_worker_that_was_killed_in_between_leaves_it_unsure(self, queued, lre, line, books):
        RegisteredLetter.objects.update(hand_over="reserved")
        assert recover(books.company.pk) == 1
        assert hand_over(queued, line, None) == "ambiguous"
        assert lre.posts == 0


class TestWhoMayHaveIt:
    def test_no_professional_has_it_without_consent(self, to_post, line, books):
        Customer.objects.filter(company=books.company).update(kind=Customer.Kind.INDIVIDUAL)
        to_post[0].customer.refresh_from_db()
        with pytest.raises(Refused, match="has not agreed"):
            queue(action=to_post[0], carrier=line, by=None)
        consent = record_consent(
            customer=to_post[0].customer, given_on=TODAY, how="Article 9 du contrat", by=None
        )
        assert queue(action=to_post[0], carrier=line, by=None).hand_over == "queued"
        withdraw_consent(consent=consent, by=None)
        kinds = Event.objects.filter(kind__startswith="registered-consent").values_list("kind", flat=True)
        assert list(kinds) == ["registered-consent", "registered-consent-withdrawn"]

    def test_a_consent_says_where_it_stands(self, to_post):
        with pytest.raises(UserMistake, match="where the consent stands"):
            record_consent(customer=to_post[0].customer, given_on=TODAY, how=" ", by=None)

    def test_nothing_goes_without_an_email_address_or_while_messages_go_to_a_test_address(
        self, to_post, line, books
    ):
        customer = to_post[0].customer
        customer.email = "-"
        customer.save()
        with pytest.raises(Refused, match="no e-mail"):
            queue(action=to_post[0], carrier=line, by=None)
        customer.company.test_recipient = "test@aco.example"
        with pytest.raises(Refused, match="test address"):
            queue(action=to_post[0], carrier=line, by=None)


class TestFollowed:
    def test_the_provider_is_asked_and_its_proof_is_copied(self, queued, lre, line, settings, later):
        settings.LRE_URL, settings.LRE_TOKEN = lre.url, "secret"
        hand_over_job(queued.pk, None)
        lre.events = [
            {"status": "delivered", "on": "2026-11-26", "said": "accepted"},
            {"status": "presented", "on": "2026-11-23"},
            {"status": "elsewhere", "on": "2026-11-24"},
            {"status": "refused"},
        ]
        with later(5):
            poll_all(0)
            queued.refresh_from_db()
            assert (queued.status, queued.status_on) == ("delivered", date(2026, 11, 26))
            lre.proof = pdf("proof of the provider")
            poll_all(0)
            poll_all(0)
        assert Proof.objects.get().kind == "electronic"
        assert queued.events.count() == 3


def test_the_key_does_not_travel_in_the_clear(settings):
    settings.LRE_URL = "http://lre.example/v1"
    with pytest.raises(UserMistake, match="https"):
        carrier()
    settings.LRE_URL = ""
    assert carrier() is None


def test_a_wrong_key_is_a_refusal(lre):
    from exigible.registered.carriers import Deposit

    with pytest.raises(NotDeposited, match="who are you"):
        HttpCarrier(lre.url, "wrong", "").deposit(Deposit("r", "n", "e", True, "s", b""))
