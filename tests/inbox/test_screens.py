"""The screens of the inbox: what each role sees, what the forms hold already, files handed out safely."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.books import Books
from tests.cash.bank import Bank
from tests.inbox.imap_server import ImapServer
from tests.inbox.letters import DISPUTE, PAID, bounced, late_books, mailbox_of, received, written

from exigible.disputes.models import Dispute
from exigible.inbox.commands import inbox_group
from exigible.inbox.jobs import fetch_all, fetch_job
from exigible.inbox.models import Attachment, Mail, Mailbox
from exigible.inbox.views.shown import marked
from exigible.ledger.models import Customer
from exigible.negotiation.models import Request
from exigible.team.models import Membership
from exigible.team.services import add_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files", "monday")]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def books() -> Books:
    return late_books()


@pytest.fixture
def as_role(books: Books) -> Callable[..., Client]:
    def signed_in(role: str, **fields: bool) -> Client:
        client = Client()
        user = add_user(company=books.company, email=f"{role}@aco.example", role=role, by=None)
        Membership.objects.filter(user=user).update(**fields)
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def collector(as_role: Callable[..., Client]) -> Client:
    return as_role("collector")


def address(name: str, *args: object) -> str:
    return reverse(name, args=["ACO", *args])


def pane(client: Client, mail: Mail, query: str = "") -> str:
    response = client.get(address("inbox-mail", mail.pk) + query, headers=HTMX)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_inbox_tells_how_to_set_the_mailbox(as_role: Callable[..., Client]) -> None:
    text = as_role("administrator").get(address("inbox")).content.decode()
    assert "EXIGIBLE_IMAP_PASSWORD_ACO" in text
    assert address("inbox-settings") in text
    assert address("inbox-settings") not in as_role("collector").get(address("inbox")).content.decode()


def test_the_list_takes_the_same_number_of_queries_however_long_it_is(
    books: Books, collector: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert collector.get(address("inbox")).status_code == 200
        return len(captured)

    received(books.company, written(DISPUTE, message_id="<0@x>"))
    collector.get(address("inbox"))
    before = queries()
    for number in range(1, 30):
        received(books.company, written(DISPUTE, message_id=f"<{number}@x>", sender="beta@example.net"))
    assert queries() == before


def test_a_portfolio_sees_its_own_customers_mail_only(books: Books, as_role: Callable[..., Client]) -> None:
    mine = received(books.company, written(subject="mine"))
    other = received(books.company, written(sender="beta@example.net", message_id="<2@x>", subject="others"))
    nobodys = received(books.company, written("?", sender="x@y.example", message_id="<3@x>", subject="none"))
    client = as_role("collector", portfolio_only=True)
    Customer.objects.filter(code="ACME").update(collector=Membership.objects.get(role="collector").user)
    text = client.get(address("inbox")).content.decode()
    assert "mine" in text
    assert "others" not in text
    assert "none" not in text.split('id="mail-rows"')[1].split("</ol>")[0]
    for mail in (other, nobodys):
        for name in ("inbox-mail", "inbox-original"):
            assert client.get(address(name, mail.pk)).status_code == 404
        assert client.post(address("inbox-answer", mail.pk), {"act": "read"}).status_code == 404
    assert client.get(address("inbox-mail", mine.pk)).status_code == 302


def test_who_only_reads_is_offered_no_act(books: Books, as_role: Callable[..., Client]) -> None:
    mail = received(books.company, written())
    client = as_role("sales")
    assert "act-form" not in pane(client, mail)
    assert client.post(address("inbox-answer", mail.pk), {"act": "read"}).status_code == 403


def test_a_promise_stands_in_its_form_with_day_amount_and_documents(books: Books, collector: Client) -> None:
    text = pane(collector, received(books.company, written()))
    assert 'value="2026-11-27"' in text
    assert 'value="1200,00"' in text
    assert f'value="{books["F-1001"].pk}" id="act_items_0" checked' in text


def test_a_promise_of_several_payments_is_not_sure_and_says_each(books: Books, collector: Client) -> None:
    body = "Nous vous réglerons 500 € par virement vendredi 27 novembre, le solde suivra mi-décembre."
    mail = received(books.company, written(body))
    text = " ".join(pane(collector, mail).split())
    assert mail.is_unsure
    assert "500,00 € le 27/11/2026 · le reste le 15/12/2026" in text
    assert "<mark>vendredi 27 novembre</mark>" in text
    assert "mi-décembre" in text.partition("<mark>vendredi")[2].partition("<mark>")[2]
    assert 'name="due_on"' not in text
    text = pane(collector, mail, "?act=promise")
    assert 'value="2026-11-27"' in text
    assert 'value="500,00"' in text


def test_a_payment_told_of_is_looked_up_on_the_bank(books: Books, collector: Client) -> None:
    mail = received(books.company, written(PAID))
    assert "Rien de ce qui attend à la banque" in pane(collector, mail)
    bank = Bank(books)
    bank.receives("1200.00", "SOMEONE ELSE", "", on="2026-11-20")
    assert "SOMEONE ELSE" in pane(collector, mail)


def test_a_dispute_contests_several_documents_in_one_act(books: Books, collector: Client) -> None:
    body = "Nous contestons les factures F-1001 et F-1002, marchandise non livrée."
    mail = received(books.company, written(body))
    assert f'name="others" value="{books["F-1002"].pk}"' in pane(collector, mail)
    asked = {
        "act": "dispute", "item": books["F-1001"].pk, "others": books["F-1002"].pk, "amount": "1200,00",
        "reason": "delivery", "text": body, "owner": "", "answer_by": "",
    }  # fmt: skip
    assert collector.post(address("inbox-answer", mail.pk), asked).status_code == 200
    assert sorted(Dispute.objects.values_list("amount_minor", flat=True)) == [300_00, 1200_00]


def test_the_tabs_count_with_the_head_and_the_one_that_is_shown_stays(
    books: Books, collector: Client
) -> None:
    mails = [received(books.company, written(message_id=f"<{n}@x>")) for n in range(2)]
    here = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address('inbox')}?show=all"}
    asked = collector.post(address("inbox-answer", mails[0].pk), {"act": "read"}, headers=here)
    assert [(tab["key"], tab["count"]) for tab in asked.context["tabs"]] == [
        ("waiting", 1), ("done", 1), ("aside", 0),
    ]  # fmt: skip
    assert asked.context["show"] == "all"
    assert '<div id="inbox-tabs" hx-swap-oob="true">' in asked.content.decode()


def test_what_is_wrong_in_a_form_is_said_there_and_nothing_is_lost(books: Books, collector: Client) -> None:
    mail = received(books.company, written())
    asked = {"act": "promise", "amount": "rien", "due_on": "2026-11-27", "text": "gardé"}
    response = collector.post(address("inbox-answer", mail.pk), asked)
    assert response.status_code == 422
    assert "gardé" in response.content.decode()
    mail.refresh_from_db()
    assert mail.state == "waiting"


def test_a_request_stands_in_its_form_with_its_kind(books: Books, collector: Client) -> None:
    mail = received(books.company, written("Merci de nous envoyer un duplicata de la facture F-1001."))
    assert '<option value="invoice-copy" selected' in pane(collector, mail, "?act=request")
    asked = {"act": "request", "kind": "invoice-copy", "text": "duplicata", "owner": "", "due_on": ""}
    assert collector.post(address("inbox-answer", mail.pk), asked).status_code == 200
    assert Request.objects.get().text == "duplicata"


def test_a_message_that_came_back_says_what_follows(books: Books, collector: Client) -> None:
    mail = received(books.company, bounced("acme@example.net"))
    assert "la prochaine est une lettre" in pane(collector, mail)
    Customer.objects.update(address="")
    assert "il n’y a pas d’adresse postale" in pane(collector, mail)
    assert collector.post(address("inbox-address-works", mail.pk)).status_code == 200
    assert "fonctionne de nouveau" not in pane(collector, mail)


def test_a_mail_opens_from_the_customers_history(books: Books, collector: Client) -> None:
    mail = received(books.company, written())
    text = collector.get(address("customer", "ACME")).content.decode()
    assert address("inbox-mail", mail.pk) in text
    assert "Réponse de acme@example.net" in text


def test_files_are_handed_out_to_be_kept_never_shown(books: Books, collector: Client) -> None:
    from email import message_from_bytes
    from email.policy import default

    message = message_from_bytes(written(), policy=default)
    message.add_attachment(
        b"<html>", maintype="text", subtype="html; charset=utf-8", filename='a"b\u202egpj.html\n.txt'
    )
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="avis de virement.pdf")
    mail = received(books.company, message.as_bytes())
    pdf = Attachment.objects.get(name="avis de virement.pdf")
    for url in (address("inbox-original", mail.pk), address("inbox-attachment", mail.pk, pdf.place)):
        response = collector.get(url)
        assert response["Content-Type"] == "application/octet-stream"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == b"%PDF"  # type: ignore[attr-defined]
    assert "\u202e" not in "".join(Attachment.objects.values_list("name", flat=True))


def test_mails_are_read_from_files_given_by_hand(books: Books, collector: Client) -> None:
    files = [SimpleUploadedFile(f"{n}.eml", written(message_id=f"<{n}@x>")) for n in range(2)]
    response = collector.post(address("inbox-upload"), {"files": files}, follow=True)
    assert "2 messages lus." in response.content.decode()
    again = SimpleUploadedFile("0.eml", written(message_id="<0@x>"))
    response = collector.post(address("inbox-upload"), {"files": [again]}, follow=True)
    assert "Ce message était déjà connu." in response.content.decode()
    assert Mail.objects.count() == 2


def test_a_mailbox_without_encryption_is_for_this_machine_only(as_role: Callable[..., Client]) -> None:
    client = as_role("administrator")
    asked = {
        "host": "imap.aco.example", "port": "143", "security": "none", "user": "u", "folder": "INBOX",
        "move_to": "", "since": "2026-11-01", "is_active": "on",
    }  # fmt: skip
    assert client.post(address("inbox-settings"), asked).status_code == 422
    assert client.post(address("inbox-settings"), asked | {"host": "127.0.0.1"}).status_code == 302
    assert client.post(address("inbox-settings"), asked | {"security": "starttls"}).status_code == 302


def test_another_folder_is_read_from_its_beginning(as_role: Callable[..., Client], books: Books) -> None:
    Mailbox.objects.create(
        company=books.company, host="h", port=993, user="u", folder="A", last_uid=9, uid_validity=1
    )
    asked = {
        "host": "h", "port": "993", "security": "tls", "user": "u", "folder": "A", "since": "2026-11-01",
    }  # fmt: skip
    client = as_role("administrator")
    client.post(address("inbox-settings"), asked)
    assert Mailbox.objects.get().last_uid == 9
    client.post(address("inbox-settings"), asked | {"folder": "B"})
    assert Mailbox.objects.get().last_uid == 0


def test_the_alarm_is_shown_and_who_can_mend_it_is_led_there(
    books: Books, as_role: Callable[..., Client]
) -> None:
    Mailbox.objects.create(
        company=books.company, host="h", user="u", problem="login-refused",
        failing_since="2026-11-23T06:00:00Z", said="NO",
    )  # fmt: skip
    assert "refuse l’utilisateur" in as_role("collector").get(address("inbox")).content.decode()
    text = as_role("administrator").get(address("inbox")).content.decode()
    assert "Voir la boîte aux lettres" in text


def test_every_five_minutes_each_mailbox_is_read_once(books: Books, imap: ImapServer) -> None:
    mailbox = mailbox_of(books.company, imap)
    imap.deliver(written())
    fetch_all(0)
    fetch_all(0)
    [job] = ProcrastinateJob.objects.filter(task_name="inbox.fetch")
    fetch_job(**job.args)
    assert Mail.objects.get().customer == books.customer("ACME")
    mailbox.refresh_from_db()
    assert mailbox.checked_at is not None


def test_the_mailbox_is_read_from_the_command_line(books: Books, imap: ImapServer) -> None:
    mailbox_of(books.company, imap)
    imap.deliver(written())
    result = CliRunner().invoke(inbox_group, ["fetch", "--company", "ACO", "--json"])
    assert json.loads(result.stdout) == {"new": 1, "known": 0, "left": 0, "moved": 0, "problem": None}
    Mailbox.objects.update(port=1)
    result = CliRunner().invoke(inbox_group, ["fetch", "--company", "ACO", "--json"], standalone_mode=False)
    assert result.return_value == 1
    assert json.loads(result.stdout.splitlines()[-1])["problem"] == "unreachable"


def test_files_are_read_from_the_command_line(books: Books, tmp_path: Path) -> None:
    path = tmp_path / "reply.eml"
    path.write_bytes(written(PAID))
    result = CliRunner().invoke(inbox_group, ["read", str(path), "--company", "ACO", "--json"])
    [told] = json.loads(result.stdout)
    assert (told["new"], told["customer"], told["kind"]) == (True, "ACME", "paid-already")


def test_the_words_that_decided_are_marked_where_they_stand() -> None:
    text = "Nous paierons\nvendredi, promis."
    assert marked(text, ["paierons vendredi", "nothing like it"]) == [
        ("Nous ", False), ("paierons\nvendredi", True), (", promis.", False)
    ]  # fmt: skip
    assert "".join(piece for piece, _ in marked(text, ["Nous paierons", "paierons vendredi"])) == text
