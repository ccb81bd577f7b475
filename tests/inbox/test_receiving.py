"""Whose reply it is, what is made of it as it comes in, and that nothing hostile stops it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.books import Books
from tests.dunning.mailserver import MailServer
from tests.dunning.reminders import MONDAY, make_sender, morning
from tests.inbox.letters import ABSENT, DISPUTE, PAID, QUOTED, bounced, late_books, received, written

from exigible.dunning.models import Action
from exigible.inbox.answering import put_to_customer
from exigible.inbox.finding import candidates_of
from exigible.inbox.models import Attachment, DeadAddress, Mail
from exigible.inbox.storing import content_of, raw_of
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Contact, Customer
from exigible.team.services import add_user
from exigible.timeline.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "monday")]


@pytest.fixture
def books() -> Books:
    return late_books()


def reminded(books: Books, code: str = "ACME") -> Action:
    morning(books, MONDAY)
    return Action.objects.get(customer__code=code, state="sent")


def whose(mail: Mail) -> str | None:
    return mail.customer.code if mail.customer else None


def test_a_reply_to_a_reminder_threads_to_it_though_sent_from_another_address(
    books: Books, mail: MailServer
) -> None:
    action = reminded(books)
    reply = received(
        books.company, written(sender="patron@gmail.example", In_Reply_To=action.message_id, subject="Re")
    )
    assert (whose(reply), reply.found_by, reply.action) == ("ACME", "thread", action)


def test_the_nearest_message_that_it_answers_decides(books: Books, mail: MailServer) -> None:
    reminded(books)
    ids = dict(Action.objects.values_list("customer__code", "message_id"))
    reply = received(
        books.company, written(sender="x@y.example", In_Reply_To=ids["BETA"], References=ids["ACME"])
    )
    assert whose(reply) == "BETA"


def test_without_a_thread_the_address_decides(books: Books) -> None:
    Contact.objects.create(
        company=books.company, customer=books.customer("BETA"), name="Léa", email="Lea@Beta.example"
    )
    reply = received(books.company, written("Bien reçu, merci.", sender="Léa <lea@beta.example>"))
    assert (whose(reply), reply.found_by) == ("BETA", "address")


def test_several_customers_of_one_address_are_told_and_none_is_taken(books: Books) -> None:
    Customer.objects.update(email="compta@group.example")
    reply = received(books.company, written("Bien reçu, merci.", sender="compta@group.example"))
    assert (whose(reply), reply.found_by) == (None, "ambiguous-address")
    assert [customer.code for customer in candidates_of(reply)] == ["ACME", "BETA"]


def test_of_several_customers_of_one_address_the_one_whose_invoice_is_named_is_meant(books: Books) -> None:
    Customer.objects.update(email="compta@group.example")
    reply = received(books.company, written(sender="compta@group.example"))
    assert (whose(reply), reply.found_by) == ("ACME", "documents")


def test_of_an_unknown_sender_the_document_numbers_decide(books: Books) -> None:
    reply = received(books.company, written("La facture F-2001 sera réglée.", sender="who@x.example"))
    assert (whose(reply), reply.found_by) == ("BETA", "documents")


def test_a_document_that_is_quoted_only_decides_nothing(books: Books) -> None:
    body = "Qui êtes-vous ?" + QUOTED + "> Facture F-2001\n"
    assert whose(received(books.company, written(body, sender="who@x.example"))) is None


def test_two_companies_of_one_address_each_get_their_own(books: Books, mail: MailServer) -> None:
    others = late_books("BCO")
    raw = written(In_Reply_To=reminded(others).message_id)
    mine, theirs = received(books.company, raw), received(others.company, raw)
    assert mine.customer == books.customer("ACME")
    assert mine.found_by == "address"
    assert theirs.customer == others.customer("ACME")
    assert theirs.found_by == "thread"


def test_a_customer_of_another_company_is_never_matched(books: Books, mail: MailServer) -> None:
    stranger = make_sender("BCO")
    raw = written(sender="acme@example.net", In_Reply_To=reminded(books).message_id)
    assert whose(received(stranger, raw)) is None
    user = add_user(company=stranger, email="c@bco.example", role="collector", by=None)
    with pytest.raises(UserMistake, match="no such customer"):
        put_to_customer(mail=Mail.objects.get(), customer=books.customer("ACME"), remember=False, by=user.pk)


def test_a_mail_put_by_hand_is_remembered_only_when_that_is_asked(books: Books) -> None:
    user = add_user(company=books.company, email="c@aco.example", role="collector", by=None)
    first = received(books.company, written("Bonjour", sender="Zoé <z@new.example>"))
    put_to_customer(mail=first, customer=books.customer("ACME"), remember=False, by=user.pk)
    assert not Contact.objects.exists()
    second = received(books.company, written("Re", sender="Zoé <z@new.example>", message_id="<2@x>"))
    assert whose(second) is None
    put_to_customer(mail=second, customer=books.customer("ACME"), remember=True, by=user.pk)
    third = received(books.company, written("Re", sender="Zoé <z@new.example>", message_id="<3@x>"))
    assert whose(third) == "ACME"
    assert Contact.objects.get().receives_reminders is False


@pytest.mark.parametrize(
    ("body", "kind"),
    [(PAID, "paid-already"), (DISPUTE, "dispute"), (ABSENT, "out-of-office")],
)
def test_a_reply_is_sorted_by_its_own_words(books: Books, body: str, kind: str) -> None:
    reply = received(books.company, written(body + QUOTED))
    assert reply.kind == kind
    assert reply.why
    assert "Merci de payer" not in reply.words
    assert "Merci de payer" in reply.quoted


def test_each_mail_is_one_line_of_the_customers_history(books: Books) -> None:
    reply = received(books.company, written())
    received(books.company, written())
    line = Event.objects.get(customer=books.customer("ACME"))
    assert (line.kind, line.data["mail"], line.happened_at) == ("reply-received", reply.pk, reply.received_at)
    assert "vendredi 27 novembre" in line.text


def test_another_mail_that_bears_a_known_message_id_is_kept_beside_it(books: Books) -> None:
    received(books.company, written())
    received(books.company, written(DISPUTE, sender="beta@example.net"))
    assert Mail.objects.count() == 2


def test_a_mail_from_tomorrow_came_in_now(books: Books) -> None:
    raw = written().replace(b"Mon, 23 Nov 2026", b"Fri, 31 Dec 2199")
    assert received(books.company, raw).received_at.year == 2026


def test_a_permanent_bounce_marks_the_address_and_a_delay_does_not(books: Books) -> None:
    received(books.company, bounced("beta@example.net", status="4.4.1", action="delayed"))
    assert not DeadAddress.objects.exists()
    reply = received(books.company, bounced("acme@example.net"))
    dead = DeadAddress.objects.get()
    assert (dead.address, dead.mail, whose(reply)) == ("acme@example.net", reply, "ACME")
    assert "No such user" in dead.said


def test_our_own_address_is_never_marked_as_dead(books: Books) -> None:
    received(books.company, bounced("compta@aco.example"))
    assert not DeadAddress.objects.exists()


def test_attachments_are_kept_in_the_mail_and_programs_are_not_handed_out(books: Books) -> None:
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(written(), policy=default)
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="avis.pdf")
    message.add_attachment(b"MZ", maintype="application", subtype="octet-stream", filename="facture.pdf.exe")
    message.add_attachment("<script>", subtype="html", filename="page.html")
    received(books.company, message.as_bytes())
    pdf, program, page = Attachment.objects.order_by("place")
    assert content_of(pdf) == b"%PDF-1.7"
    assert (pdf.is_withheld, program.is_withheld, page.is_withheld) == (False, True, True)
    with pytest.raises(Refused, match="not handed out"):
        content_of(program)


def test_the_mail_is_kept_byte_for_byte(books: Books) -> None:
    raw = written().replace(b"\n", b"\r\n") + b"\xff\xfe\x00"
    assert raw_of(received(books.company, raw)) == raw


NESTED = b"--a\nContent-Type: multipart/mixed; boundary=a\n"
HOSTILE = {
    "nested": b"\n".join([b"Content-Type: multipart/mixed; boundary=a\n"] + [NESTED] * 10_000),
    "charset": b"Content-Type: text/plain; charset=no-such\n\nR\xe9glement effectu\xe9 \xff",
    "nothing": b"",
    "zeros": b"\x00" * 5_000,
    "binary": bytes(range(256)) * 40,
    "no-end": b"Subject: " + b"x" * 200_000,
    "from": b"From: " + b"(" * 50_000 + b"\nSubject: =?utf-8?b?" + b"////" * 9_000 + b"?=\n\n.",
    "date": b"Date: 99 Foo 99999 99:99:99 +9999\nFrom: a@b.example\n\nbonjour",
    "html": b"Content-Type: text/html\n\n<script>alert(1)</script><p>Bonjour" + b"<div>" * 5_000,
    "surrogates": "From: é@è.example\nSubject: \udce9\n\nréglé".encode("utf-8", "surrogateescape"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_stored_and_stops_nothing(books: Books, name: str) -> None:
    reply = received(books.company, HOSTILE[name])
    reply.refresh_from_db()
    assert raw_of(reply) == HOSTILE[name]
    assert received(books.company, HOSTILE[name]).pk == reply.pk
    assert received(books.company, written()).pk != reply.pk


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), name=st.text(max_size=30), kind=st.text(max_size=30))
def test_no_mail_is_refused_whatever_is_in_it(
    books: Books, files: Path, body: bytes, name: str, kind: str
) -> None:
    head = f"From: {name}\nContent-Type: {kind}; name={name}\nSubject: {kind}\n\n".encode(
        "utf-8", "surrogateescape"
    )
    assert received(books.company, head + body).pk
