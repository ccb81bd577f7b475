"""What is made of a reply: one act each, told on the customer's file, undone where that is true."""

from __future__ import annotations

from datetime import date

import pytest
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, held, morning, propose, steps
from tests.inbox.letters import ABSENT, DISPUTE, PAID, bounced, late_books, received, written

from exigible.disputes.models import Dispute
from exigible.dunning.models import Action
from exigible.inbox import answering
from exigible.inbox.models import DeadAddress, Mail
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.edits import pause_dunning
from exigible.ledger.models import Contact
from exigible.ledger.pauses import pause_on
from exigible.negotiation.models import Promise, Request
from exigible.team.services import add_user
from exigible.timeline.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "monday")]
FRIDAY, LATER = date(2026, 11, 27), date(2026, 12, 14)


@pytest.fixture
def books() -> Books:
    return late_books()


@pytest.fixture
def me(books: Books) -> int:
    return add_user(company=books.company, email="c@aco.example", role="collector", by=None).pk


def promise(mail: Mail, me: int) -> Promise:
    return answering.take_promise(
        mail=mail, amount_minor=1200_00, currency="EUR", due_on=FRIDAY, text="e-mail", by=me
    )


def kinds(books: Books, code: str = "ACME") -> list[str]:
    lines = Event.objects.filter(customer=books.customer(code)).order_by("pk")
    return list(lines.values_list("kind", flat=True))


# --- what reminders hear ---


def test_an_unread_reply_holds_the_next_reminder_back_until_it_is_read(books: Books, me: int) -> None:
    reply = received(books.company, written())
    run = propose(books, MONDAY)
    assert steps(run) == {"BETA": "reminder"}
    assert held(run) == {"ACME": "reply-unread"}
    answering.take_note_of(mail=reply, outcome="read", by=me)
    assert steps(propose(books, MONDAY)) == {"ACME": "reminder", "BETA": "reminder"}


def test_a_reply_that_comes_after_the_approval_stops_the_message(books: Books, mail: MailServer) -> None:
    from tests.dunning.reminders import approve_all, send

    run = propose(books, MONDAY)
    approve_all(run)
    received(books.company, written())
    send(run)
    assert mail.recipients == ["beta@example.net"]
    stopped = Action.objects.get(customer=books.customer("ACME"))
    assert (stopped.state, stopped.reason_code) == ("superseded", "reply-unread")


def test_an_out_of_office_holds_nothing(books: Books) -> None:
    received(books.company, written(ABSENT, subject="Réponse automatique", Auto_Submitted="auto-replied"))
    assert steps(propose(books, MONDAY)) == {"ACME": "reminder", "BETA": "reminder"}


def test_a_bounce_marks_the_address_and_the_next_reminder_falls_back_on_a_letter(
    mail: MailServer,
) -> None:
    books = late_books("TNR", country="MG")  # whose firm reminder is an e-mail too
    morning(books, MONDAY)
    action = Action.objects.get(customer=books.customer("ACME"), state="sent")
    assert action.channel == "email"
    received(books.company, bounced(action.recipient, action.message_id))
    run = propose(books, LATER)
    channels = dict(Action.objects.filter(run=run).values_list("customer__code", "channel"))
    assert channels == {"ACME": "letter", "BETA": "email"}


def test_a_bounced_customer_without_a_postal_address_is_on_the_list_of_those_without_address(
    books: Books,
) -> None:
    customer = books.customer("ACME")
    customer.address = ""
    customer.save()
    received(books.company, bounced("acme@example.net"))
    assert held(propose(books, MONDAY)) == {"ACME": "no-address"}


def test_an_address_that_works_again_is_written_to_again(books: Books, me: int) -> None:
    received(books.company, bounced("acme@example.net"))
    answering.lift_address(dead=DeadAddress.objects.get(), by=me)
    run = propose(books, MONDAY)
    assert Action.objects.get(run=run, customer=books.customer("ACME")).channel == "email"
    assert kinds(books)[-1] == "address-works"


def test_who_writes_from_an_address_that_had_failed_is_written_to_there_again(books: Books, me: int) -> None:
    received(books.company, bounced("acme@example.net"))
    reply = received(books.company, written())
    answering.take_note_of(mail=reply, outcome="read", by=me)
    run = propose(books, MONDAY)
    assert Action.objects.get(run=run, customer=books.customer("ACME")).channel == "email"
    assert "address-works" in kinds(books)


def test_a_message_approved_for_an_address_that_came_back_meanwhile_is_not_sent(
    books: Books, mail: MailServer
) -> None:
    from tests.dunning.reminders import approve_all, send

    run = propose(books, MONDAY)
    approve_all(run)
    received(books.company, bounced("acme@example.net"))
    send(run)
    assert mail.recipients == ["beta@example.net"]
    assert Action.objects.get(customer=books.customer("ACME")).reason_code == "address-dead"


# --- the acts ---


def test_a_promise_is_noted_and_covers_what_it_says(books: Books, me: int) -> None:
    reply = received(books.company, written())
    promise(reply, me)
    reply.refresh_from_db()
    assert (reply.state, reply.outcome, reply.answered_by_id) == ("done", "promise", me)
    assert kinds(books) == ["reply-received", "promise"]
    run = propose(books, MONDAY)
    assert Action.objects.get(run=run, customer=books.customer("ACME")).gross_minor == 300_00


def test_a_promise_that_is_undone_waits_again(books: Books, me: int) -> None:
    reply = received(books.company, written())
    promise(reply, me)
    answering.reopen(mail=reply, by=me)
    assert Promise.objects.get().withdrawn_on == MONDAY
    reply.refresh_from_db()
    assert (reply.state, reply.outcome, reply.answered_by) == ("waiting", "", None)
    assert held(propose(books, MONDAY)) == {"ACME": "reply-unread"}


def test_who_says_that_it_paid_is_left_alone_for_some_days(books: Books, me: int) -> None:
    reply = received(books.company, written(PAID))
    answering.hold_reminders(mail=reply, until=FRIDAY, reason="Dit avoir payé", by=me)
    assert held(propose(books, MONDAY)) == {"ACME": "paused"}
    answering.reopen(mail=reply, by=me)
    assert pause_on(books.customer("ACME"), MONDAY) is None


def test_a_pause_that_lasts_longer_is_not_shortened_nor_taken_away(books: Books, me: int) -> None:
    pause_dunning(customer=books.customer("ACME"), until=LATER, reason="plan", by=me)
    reply = received(books.company, written(PAID))
    answering.hold_reminders(mail=reply, until=FRIDAY, reason="Dit avoir payé", by=me)
    answering.reopen(mail=reply, by=me)
    held = pause_on(books.customer("ACME"), MONDAY)
    assert held is not None
    assert (held.until, held.reason) == (LATER, "plan")


def test_a_dispute_of_300_of_1200_leaves_900_claimed(books: Books, me: int) -> None:
    reply = received(books.company, written(DISPUTE))
    answering.take_dispute(
        mail=reply, contested={books["F-1001"]: 300_00}, reason="delivery", text=reply.words, owner=me,
        answer_by=FRIDAY, by=me,
    )  # fmt: skip
    assert Dispute.objects.get().amount_minor == 300_00
    run = propose(books, MONDAY)
    assert Action.objects.get(run=run, customer=books.customer("ACME")).gross_minor == 900_00 + 300_00
    reply.refresh_from_db()
    assert not answering.may_reopen(reply)
    with pytest.raises(Refused, match="cannot be taken back"):
        answering.reopen(mail=reply, by=me)


def test_a_dispute_of_another_customers_item_is_refused_and_the_mail_waits(books: Books, me: int) -> None:
    reply = received(books.company, written(DISPUTE))
    with pytest.raises(UserMistake):
        answering.take_dispute(
            mail=reply, contested={books["F-2001"]: 100}, reason="price", text="", owner=None, answer_by=None,
            by=me,
        )  # fmt: skip
    reply.refresh_from_db()
    assert reply.state == "waiting"


def test_a_request_is_taken_down_with_its_owner(books: Books, me: int) -> None:
    reply = received(books.company, written("Pouvez-vous m'envoyer une copie de la facture F-1001 ?"))
    answering.take_request(mail=reply, kind="invoice-copy", text="copie F-1001", owner=me, due_on=None, by=me)
    request = Request.objects.get()
    assert (request.kind, request.owner_id, request.due_on) == ("invoice-copy", me, date(2026, 11, 24))


def test_a_new_contact_takes_the_place_of_who_left(books: Books, me: int) -> None:
    former = Contact.objects.create(
        company=books.company, customer=books.customer("ACME"), name="Jean", email="acme@example.net"
    )
    reply = received(books.company, written("Je ne suis plus dans l'entreprise, écrivez à lea@acme.example"))
    fields = {"name": "Léa", "email": "lea@acme.example", "role": "accounts_payable"}
    answering.take_contact(mail=reply, fields=fields, former=former, by=me)
    former.refresh_from_db()
    assert former.left_on == MONDAY
    run = propose(books, MONDAY)
    assert Action.objects.get(run=run, customer=books.customer("ACME")).recipient == "lea@acme.example"


@pytest.mark.parametrize("outcome", ["read", "away", "aside", "bounced"])
def test_a_reply_that_asks_for_nothing_is_noted_and_can_be_taken_up_again(
    books: Books, me: int, outcome: str
) -> None:
    reply = received(books.company, written("Bien reçu, merci."))
    answering.take_note_of(mail=reply, outcome=outcome, by=me)
    answering.reopen(mail=reply, by=me)
    assert kinds(books) == ["reply-received", f"reply-{outcome}", "reply-reopened"]


def test_two_people_answer_a_reply_once(books: Books, me: int) -> None:
    reply = received(books.company, written())
    stale = Mail.objects.get(pk=reply.pk)
    promise(reply, me)
    with pytest.raises(UserMistake, match="answered meanwhile"):
        promise(stale, me)
    assert Promise.objects.count() == 1


def test_nothing_is_noted_for_a_mail_of_no_customer(books: Books, me: int) -> None:
    reply = received(books.company, written("Bonjour", sender="who@x.example"))
    with pytest.raises(UserMistake, match="Choose a customer"):
        promise(reply, me)
    answering.take_note_of(mail=reply, outcome="aside", by=me)
    reply.refresh_from_db()
    assert reply.state == "aside"
