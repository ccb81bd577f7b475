"""One voice for a group: what is friendly goes to its head at once; each member stays its own debtor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from exigible.disputes.services import open_dispute
from exigible.dunning.models import Action, ActionItem, GroupVoice
from exigible.dunning.rules import CustomerFacts, Decision, HeldBack, decide_together
from exigible.dunning.services import (
    end_group_voice,
    exclude_actions,
    resolve_ambiguous,
    set_group_voice,
)
from exigible.inbox.finding import find_customer
from exigible.inbox.rules.message import Reply
from exigible.kernel.errors import Refused
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Customer
from exigible.ledger.services import add_item, allocate
from exigible.team.services import add_user
from exigible.timeline.models import Event
from tests.books import Books, make_company
from tests.dunning.facts import MONDAY, POLICY, customer, item
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import approve_all, books_with, held, morning, propose, send, steps

GROUP = """
    2026-09-01 invoice H-1 HEAD  700.00 due 2026-11-08
    2026-09-01 invoice N-1 NORTH 1200.00 due 2026-11-08
    2026-09-15 invoice N-2 NORTH  300.00 due 2026-11-20
    2026-09-01 invoice S-1 SOUTH  500.00 due 2026-11-09
    2026-09-01 invoice O-1 OTHER  400.00 due 2026-11-08
"""
"""By MONDAY, 14 and 15 days late: a reminder; N-2 is three days late. OTHER is in no group."""


def group_books(text: str = GROUP, members: tuple[str, ...] = ("HEAD", "NORTH", "SOUTH")) -> Books:
    books = books_with(text)
    for code in members:
        books.customer(code)
    Customer.objects.filter(company=books.company, code__in=members).update(group_code="GRP")
    Customer.objects.filter(company=books.company, code="HEAD").update(
        name="Holding Haute", email="ap@holding.example", address="1 rue Haute", city="Lyon"
    )
    set_group_voice(customer=books.customer("HEAD"), by=None)
    return books


def pay(books: Books, invoice: str, euros: int, *, letter: bool = True) -> None:
    debit = books[invoice]
    payment = add_item(
        customer=debit.customer, document_type="payment", document_number=f"V-{invoice}", issued_on=MONDAY,
        due_on=MONDAY, amount_minor=-euros * 100, currency="EUR", by=None,
    )  # fmt: skip
    if letter:
        allocate(debit_item=debit, credit_item=payment, amount_minor=euros * 100, by=None)


def text_to_head(mail: MailServer) -> str:
    [email] = [m for m, to in zip(mail.messages, mail.recipients, strict=True) if to == "ap@holding.example"]
    text = str(email.get_body(("plain",)).get_content())
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
class TestOneMessageForAGroup:
    def test_one_message_to_the_head_lists_each_member_under_its_name(self, mail: MailServer) -> None:
        books = group_books()
        run = morning(books, MONDAY)
        assert sorted(mail.recipients) == ["ap@holding.example", "other@example.net"]
        text = text_to_head(mail)
        order = ["Holding Haute", "H-1", "NORTH", "N-1", "N-2", "SOUTH", "S-1", "2 700,00"]
        assert all(words in text for words in order), text
        assert Action.objects.filter(run=run, state="sent", through__code="HEAD").count() == 3

    def test_each_member_keeps_its_own_amounts_and_levels(self, mail: MailServer) -> None:
        books = group_books()
        morning(books, MONDAY)
        levels = ActionItem.objects.filter(company=books.company, action__customer__group_code="GRP")
        assert set(levels.values_list("item__document_number", "level", "sent_minor")) == {
            ("H-1", 1, 70000), ("N-1", 1, 120000), ("N-2", None, 30000), ("S-1", 1, 50000),
        }  # fmt: skip
        sent = Action.objects.filter(company=books.company, through__isnull=False)
        assert dict(sent.values_list("customer__code", "sent_minor")) == {
            "HEAD": 70000, "NORTH": 150000, "SOUTH": 50000,
        }  # fmt: skip

    def test_the_files_of_each_show_that_it_was_claimed(self, mail: MailServer) -> None:
        books = group_books()
        morning(books, MONDAY)
        said = Event.objects.filter(company=books.company, kind="email-sent", data__amount__isnull=False)
        lines = {(one.customer.code, one.data["amount"], one.data.get("through", "")) for one in said}
        assert lines == {
            ("HEAD", "2700.00", ""), ("NORTH", "1500.00", "Holding Haute"),
            ("SOUTH", "500.00", "Holding Haute"), ("OTHER", "400.00", ""),
        }  # fmt: skip

    def test_a_head_that_owes_nothing_is_told_all_the_same(self, mail: MailServer) -> None:
        books = group_books(GROUP.replace("HEAD", "EAST"), ("HEAD", "NORTH", "SOUTH", "EAST"))
        morning(books, MONDAY)
        assert "ap@holding.example" in mail.recipients
        assert len(mail.messages) == 2

    def test_nothing_changes_where_nobody_speaks_for_the_group(self, mail: MailServer) -> None:
        books = group_books()
        end_group_voice(customer=books.customer("NORTH"), by=None)
        run = morning(books, MONDAY)
        assert len(mail.messages) == 4
        assert not Action.objects.filter(run=run, through__isnull=False).exists()

    def test_the_next_message_waits_its_days_for_the_whole_group(self, mail: MailServer) -> None:
        books = group_books()
        morning(books, MONDAY)
        books = Books(books.company)
        add_item(
            customer=books.customer("SOUTH"), document_type="invoice", document_number="S-2",
            issued_on=date(2026, 10, 1), due_on=date(2026, 11, 16), amount_minor=9900, currency="EUR",
            by=None,
        )  # fmt: skip
        run = propose(books, MONDAY + timedelta(days=3))
        assert steps(run) == {}

    def test_a_letter_is_made_once_and_printed_once(self) -> None:
        books = group_books()
        Customer.objects.filter(company=books.company).update(email="")
        run = morning(books, MONDAY)
        files = set(Action.objects.filter(run=run, through__isnull=False).values_list("file", flat=True))
        assert len(files) == 1
        assert not {""} & files

    def test_a_reply_is_the_heads(self, mail: MailServer) -> None:
        books = group_books()
        morning(books, MONDAY)
        sent = Action.objects.filter(company=books.company, customer__code="SOUTH").get()
        found = find_customer(books.company, Reply(sender="ap@holding.example", answers=(sent.message_id,)))
        assert found.customer == books.customer("HEAD")


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
class TestEachIsItsOwnDebtor:
    def test_formal_steps_go_to_each_debtor_with_its_own_amounts(self) -> None:
        books = group_books()
        for days in (0, 14, 35):
            morning(books, MONDAY + timedelta(days=days))
        said = Action.objects.filter(company=books.company, customer__group_code="GRP", state="sent")
        told = set(said.values_list("step", "through__code"))
        assert told == {("reminder", "HEAD"), ("firm", "HEAD"), ("formal_notice", None)}
        formal = said.filter(step="formal_notice")
        assert formal.count() == len(set(formal.values_list("file", flat=True))) == 3
        assert dict(formal.values_list("customer__code", "net_minor")) == {
            "HEAD": 70000, "NORTH": 150000, "SOUTH": 50000,
        }  # fmt: skip

    def test_a_credit_of_one_never_pays_anothers(self, mail: MailServer) -> None:
        books = group_books()
        pay(books, "S-1", 5000, letter=False)
        run = propose(books)
        assert held(run)["SOUTH"] == "payment-not-allocated"
        approve_all(run)
        send(run)
        sums = Action.objects.filter(run=run, through__isnull=False).values_list("sent_minor", flat=True)
        assert sum(sums) == 70000 + 150000

    def test_a_paused_member_is_left_out_and_the_others_are_told(self) -> None:
        books = group_books()
        pause_dunning(customer=books.customer("NORTH"), until=date(2026, 12, 31), reason="Talks", by=None)
        run = propose(books)
        assert held(run)["NORTH"] == "paused"
        assert set(steps(run)) == {"HEAD", "SOUTH", "OTHER"}

    def test_a_paused_head_holds_back_the_whole_message(self) -> None:
        books = group_books()
        pause_dunning(customer=books.customer("HEAD"), until=date(2026, 12, 31), reason="Talks", by=None)
        run = propose(books)
        assert {code: held(run)[code] for code in ("HEAD", "NORTH", "SOUTH")} == dict.fromkeys(
            ("HEAD", "NORTH", "SOUTH"), "paused"
        )

    def test_what_a_member_contests_is_not_claimed_of_it(self) -> None:
        books = group_books()
        open_dispute(item=books["S-1"], amount_minor=50000, reason="quality", by=None)
        run = propose(books)
        assert held(run)["SOUTH"] == "disputed"
        assert set(steps(run)) == {"HEAD", "NORTH", "OTHER"}


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
class TestWhatChangesBeforeItLeaves:
    def test_part_payment_of_a_member_changes_the_message(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        pay(books, "N-1", 200)
        send(run)
        action = Action.objects.get(run=run, customer__code="NORTH")
        assert action.sent_minor == 130000

    def test_who_paid_meanwhile_is_left_out_and_the_rest_goes(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        pay(books, "H-1", 700)
        send(run)
        states = dict(Action.objects.filter(run=run).values_list("customer__code", "state"))
        assert states == {"HEAD": "superseded", "NORTH": "sent", "SOUTH": "sent", "OTHER": "sent"}

    def test_who_was_left_out_by_hand_is_not_in_it(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        exclude_actions(run=run, actions=[Action.objects.get(run=run, customer__code="SOUTH").pk], by=None)
        approve_all(run)
        send(run)
        text = text_to_head(mail)
        assert "S-1" not in text

    def test_ending_the_voice_stops_what_was_approved(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        end_group_voice(customer=books.customer("HEAD"), by=None)
        send(run)
        assert mail.recipients == ["other@example.net"]
        assert set(steps(propose(books))) == {"HEAD", "NORTH", "SOUTH", "OTHER"}

    def test_a_head_that_left_its_group_hears_nothing_of_it(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        Customer.objects.filter(company=books.company, code="HEAD").update(group_code="ELSE")
        send(run)
        assert "ap@holding.example" not in mail.recipients

    def test_what_a_killed_process_left_claimed_is_unsure_for_each(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        said = Action.objects.filter(run=run, through__isnull=False)
        said.update(state="reserved")
        send(run)
        assert set(said.values_list("state", flat=True)) == {"ambiguous"}
        assert mail.recipients == ["other@example.net"]

    def test_a_refused_address_has_the_next_run_write_the_head_a_letter(self, mail: MailServer) -> None:
        books = group_books()
        mail.refuse["ap@holding.example"] = "550 No such mailbox"
        run = morning(books, MONDAY)
        said = Action.objects.filter(run=run, through__isnull=False)
        assert set(said.values_list("state", flat=True)) == {"refused"}
        again = Action.objects.filter(run=propose(books, MONDAY + timedelta(days=1)), through__isnull=False)
        assert set(again.values_list("channel", "customer__code")) == {
            ("letter", "HEAD"), ("letter", "NORTH"), ("letter", "SOUTH"),
        }  # fmt: skip

    def test_what_the_server_takes_later_waits_for_all_that_it_says(self, mail: MailServer) -> None:
        books = group_books()
        mail.refuse["ap@holding.example"] = "450 Come back"
        run = morning(books, MONDAY)
        said = Action.objects.filter(run=run, through__isnull=False)
        assert set(said.values_list("state", flat=True)) == {"approved"}
        assert all(action.not_before for action in said)
        mail.refuse.clear()
        said.update(not_before=None)
        send(run)
        assert mail.recipients.count("ap@holding.example") == 1

    def test_an_unsure_message_is_unsure_for_all_that_it_says(self, mail: MailServer) -> None:
        books = group_books()
        run = propose(books)
        approve_all(run)
        mail.die_after_text = 99
        send(run)
        unsure = Action.objects.filter(run=run, through__isnull=False)
        assert set(unsure.values_list("state", flat=True)) == {"ambiguous"}
        resolve_ambiguous(action=unsure[0], outcome="sent", by=None)
        assert set(unsure.values_list("state", flat=True)) == {"sent"}


@pytest.mark.django_db
class TestWhoSpeaks:
    def test_a_customer_alone_speaks_for_nobody(self) -> None:
        books = books_with("2026-09-01 invoice F-1 ACME 10.00 due 2026-10-01")
        with pytest.raises(Refused):
            set_group_voice(customer=books.customer("ACME"), by=None)

    def test_one_speaks_at_a_time_and_each_act_is_told(self) -> None:
        books = group_books()
        set_group_voice(customer=books.customer("NORTH"), by=None)
        assert [voice.customer.code for voice in GroupVoice.objects.all()] == ["NORTH"]
        kinds = Event.objects.filter(company=books.company, kind__startswith="group-voice")
        assert list(kinds.order_by("pk").values_list("kind", "customer__code")) == [
            ("group-voice-set", "HEAD"), ("group-voice-ended", "HEAD"), ("group-voice-set", "NORTH"),
        ]  # fmt: skip

    def test_no_customer_of_another_company_can_speak(self) -> None:
        books, other = group_books(), make_company("OTH")
        stranger = Customer.objects.create(company=other, code="X", name="X")
        with pytest.raises(IntegrityError):
            GroupVoice.objects.create(company=books.company, group_code="OTHER", customer=stranger)


amounts = st.integers(1, 5_000_00)


class TestTheRule:
    @staticmethod
    def decide(members: list[CustomerFacts]) -> dict[int, Decision | HeldBack]:
        head = customer(customer_id=99)
        told = decide_together(members, head, "Head", POLICY, MONDAY)
        return {one.facts.customer_id: one.decision for one in told}

    @given(st.lists(st.tuples(amounts, st.integers(-6_000_00, 0)), min_size=1, max_size=6))
    def test_the_sum_asked_is_the_sum_of_the_members_nets_where_positive(
        self, owed: list[tuple[int, int]]
    ) -> None:
        members = [
            customer(item(n, late=15, amount=amount), customer_id=n, unallocated_minor=credit)
            for n, (amount, credit) in enumerate(owed)
        ]
        nets = [amount + credit for amount, credit in owed if amount + credit > 0]
        asked = [d.net_minor for d in self.decide(members).values() if isinstance(d, Decision)]
        assert sum(asked) == (sum(nets) if sum(nets) >= POLICY.minimum_minor else 0)

    def test_what_is_due_at_one_is_said_as_soon_as_another_reaches_a_step(self) -> None:
        said = self.decide([customer(item(1, late=15)), customer(item(2, late=1), customer_id=2)])
        assert isinstance(said[2], Decision)
        assert [one.level for one in said[2].items] == [None]

    def test_a_courtesy_is_not_said_beside_what_is_late(self) -> None:
        said = self.decide([customer(item(1, late=15)), customer(item(2, late=-3), customer_id=2)])
        assert isinstance(said[2], HeldBack)
        assert said[2].reason.code == "group-is-late"

    def test_a_formal_step_is_decided_on_alone(self) -> None:
        formal = customer(item(2, late=60, level=2, days_ago=20), customer_id=2)
        said = self.decide([customer(item(1, late=15)), formal])
        assert isinstance(said[2], Decision)
        assert said[2].step.key == "formal_notice"
        assert "through" not in said[2].reason.params


@pytest.mark.django_db
@pytest.mark.usefixtures("monday")
class TestTheScreen:
    @staticmethod
    def client(books: Books, role: str) -> Client:
        client = Client()
        user = add_user(company=books.company, email=f"{role}@aco.example", role=role, by=None)
        client.force_login(user)
        return client

    def test_it_is_said_before_what_will_happen_and_then_done(self) -> None:
        books = group_books()
        end_group_voice(customer=books.customer("HEAD"), by=None)
        client, where = self.client(books, "senior"), reverse("group-voice", args=["ACO", "NORTH"])
        page = client.get(where)
        assert b"NORTH" in page.content
        client.post(where, {"seen": page.context["seen"], "set": "1"})
        assert [voice.customer.code for voice in GroupVoice.objects.all()] == ["NORTH"]
        client.post(where, {"seen": client.get(where).context["seen"], "end": "1"})
        assert not GroupVoice.objects.exists()

    def test_a_group_that_changed_since_it_was_read_is_read_again(self) -> None:
        books = group_books()
        end_group_voice(customer=books.customer("HEAD"), by=None)
        client, where = self.client(books, "senior"), reverse("group-voice", args=["ACO", "NORTH"])
        seen = client.get(where).context["seen"]
        Customer.objects.filter(company=books.company, code="OTHER").update(group_code="GRP")
        assert client.post(where, {"seen": seen, "set": "1"}).status_code == 200
        assert not GroupVoice.objects.exists()

    def test_who_may_not_write_policies_may_not_choose_who_speaks(self) -> None:
        books = group_books()
        where = reverse("group-voice", args=["ACO", "NORTH"])
        assert self.client(books, "collector").post(where, {"end": "1"}).status_code == 403
        assert GroupVoice.objects.exists()

    def test_someone_of_another_company_finds_nothing(self) -> None:
        books = group_books()
        other = make_company("OTH")
        client = Client()
        client.force_login(add_user(company=other, email="x@oth.example", role="administrator", by=None))
        for company in ("ACO", "OTH"):
            where = reverse("group-voice", args=[company, "NORTH"])
            assert client.post(where, {"end": "1"}).status_code in (403, 404)
        assert GroupVoice.objects.filter(company=books.company).exists()

    def test_the_run_says_what_leaves_together_and_each_message_its_own_amount(self) -> None:
        books = group_books()
        run, client = propose(books), self.client(books, "senior")
        page = client.get(reverse("run", args=["ACO", run.pk]))
        assert "3 de ces relances partent en 1 message" in page.content.decode()
        north = Action.objects.get(run=run, customer__code="NORTH")
        message = client.get(reverse("reminder", args=["ACO", north.pk]))
        assert message.context["asked_minor"] == 150000
        approve_all(run)
        page = client.get(reverse("run", args=["ACO", run.pk]))
        assert page.context["leaving"]["emails"] == 2
