"""What the sender wrote themselves is told from what they quote, sign with, and are made to append."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exigible.inbox.rules.message import read_bytes, read_message
from exigible.inbox.rules.quoting import own_words


def mail(body: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Hanta <Compta@Client.MG>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return message


@pytest.mark.parametrize(
    "below",
    [
        "Le lun. 3 nov. 2026 à 10:12, Recouvrement <r@x.fr> a écrit :\n> Vous nous devez 100 €.",
        "Le lun. 3 nov. 2026 à 10:12, Service du recouvrement\n<recouvrement@x.fr> a écrit :\n\n> Bonjour",
        "On Mon, Nov 3, 2026 at 10:12 AM AR Team <ar@x.com> wrote:\n> You owe us.",
        "On Mon, Nov 3, 2026 at 10:12 AM AR Team <ar@x.com> wrote:\n\nYou owe us.",
        "De : Recouvrement <r@x.fr>\nEnvoyé : lundi 3 novembre 2026 10:12\nObjet : Relance\n\nVous devez",
        "*From:* AR <ar@x.com>\n*Sent:* Monday\n*To:* AP\n*Subject:* Reminder\n\nYou owe us.",
        "-----Message d'origine-----\nDe : r@x.fr\nVous nous devez 100 €.",
        "________________________________\nFrom: AR\nSent: Monday\nTo: AP\nSubject: Reminder\nYou owe us.",
        "> Vous nous devez 100 €.\n> Merci",
    ],
)
def test_the_original_below_is_not_the_senders_words(below: str) -> None:
    assert own_words(f"C'est payé.\n\n{below}").text == "C'est payé."


def test_an_answer_under_the_quotation_is_read() -> None:
    body = "On Mon, Nov 3, 2026, AR <ar@x.com> wrote:\n> You owe us.\n\nPaid on Friday.\n\n-- \nTom"
    found = own_words(body)
    assert (found.text, found.signature) == ("Paid on Friday.", "-- \nTom".replace("-- ", "--"))


def test_answers_between_quoted_lines_are_read() -> None:
    assert own_words("> Facture 1 ?\nPayée.\n> Facture 2 ?\nEn litige.").text == "Payée.\nEn litige."


@pytest.mark.parametrize(
    "tail",
    [
        "Cordialement,\n\nHanta R.\nComptable\nTél : 034 12 345 67",
        "Kind regards,\nSarah\nAccounts Payable | Northgate",
        "Envoyé de mon iPhone",
        "Sent from my Samsung Galaxy smartphone.",
        "Télécharger Outlook pour Android",
        "Je vous prie d'agréer, Madame, l'expression de mes salutations distinguées.\nLe gérant",
        "Ce message et toutes les pièces jointes sont confidentiels et destinés au seul destinataire.",
        "This e-mail and any attachments are confidential and intended solely for the addressee.",
        "Pensez à l'environnement avant d'imprimer ce mail",
    ],
)
def test_signatures_and_notices_are_left_out(tail: str) -> None:
    assert own_words(f"Le chèque part demain.\n\n{tail}").text == "Le chèque part demain."


def test_an_afterthought_under_the_name_is_kept() -> None:
    found = own_words("Bien reçu.\nCordialement\nPaul\n\nPS : le virement est parti hier.")
    assert found.text == "Bien reçu.\nPS : le virement est parti hier."


def test_a_banner_above_is_left_out() -> None:
    banner = "[EXTERNAL] CAUTION: This email originated from outside of the organization."
    assert own_words(f"{banner}\n\nWe paid.").text == "We paid."


def test_html_alone_is_read_without_its_quotation() -> None:
    message = EmailMessage()
    message.set_content(
        "<html><head><style>p {color:red}</style></head><body><p>R&eacute;gl&eacute; le 12.<br>Merci</p>"
        '<div class="gmail_quote">Le lundi, X a écrit :<blockquote>Vous nous devez</blockquote></div>'
        '<div style="display:none">suivi</div></body></html>',
        subtype="html",
    )
    assert read_message(message).words == "Réglé le 12.\nMerci"


def test_what_outlook_marks_as_the_original_is_left_out() -> None:
    message = EmailMessage()
    message.set_content(
        "<p>Payé.</p><div id='divRplyFwdMsg'><b>De :</b> X</div><p>Relance</p>", subtype="html"
    )
    assert read_message(message).words == "Payé."


def test_the_plain_text_is_preferred_and_attachments_are_named() -> None:
    message = mail("Voir l'avis joint.", Subject="Avis")
    message.add_alternative("<p>Voir l'avis joint. <b>html</b></p>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="avis de virement é.pdf")
    reply = read_message(message)
    assert (reply.words, reply.attachments) == ("Voir l'avis joint.", ("avis de virement é.pdf",))


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-1", "réglé".encode("latin-1")),
        ("utf-8", "réglé".encode("latin-1")),
        ("us-ascii", "réglé".encode()),
        ("x-no-such-charset", "réglé".encode()),
        ("utf-8", "réglé".encode().decode("cp1252").encode()),
    ],
)
def test_accents_survive_a_charset_that_is_wrong(charset: str, raw: bytes) -> None:
    head = f"From: a@b.c\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
    assert read_bytes(head.encode() + raw).words == "réglé"


def test_what_it_answers_is_known_nearest_first() -> None:
    reply = read_message(mail("ok", In_Reply_To="<c@x>", References="<a@x> <b@x> <c@x>", Message_ID="<d@y>"))
    assert reply.answers == ("<c@x>", "<b@x>", "<a@x>")
    assert (reply.sender, reply.sender_name, reply.message_id) == ("compta@client.mg", "Hanta", "<d@y>")


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"X-Auto-Response-Suppress": "All"},
        {"Precedence": "auto_reply"},
        {"X-Autoreply": "yes"},
        {"Subject": "Réponse automatique : Relance"},
        {"Subject": "Automatic reply: Reminder"},
    ],
)
def test_a_machine_is_known_by_its_headers(headers: dict[str, str]) -> None:
    assert read_message(mail("Absent.", **headers)).is_automatic


def test_a_person_is_not_taken_for_a_machine() -> None:
    assert not read_message(mail("Payé.", Subject="RE: Relance", Auto_Submitted="no")).is_automatic


REPORT = b"""From: MAILER-DAEMON@mx.client.mg
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.client.mg

Final-Recipient: rfc822; Compta@Client.mg
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b
Content-Type: message/rfc822

Message-ID: <rappel-12@x.fr>
Subject: Relance

Bonjour
--b--
"""


def test_a_bounce_tells_whom_why_and_which_message() -> None:
    bounce = read_bytes(REPORT).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.action) == ("compta@client.mg", "5.1.1", "failed")
    assert bounce.original_message_id == "<rappel-12@x.fr>"
    assert bounce.is_permanent


@pytest.mark.parametrize(
    ("subject", "body", "status", "permanent"),
    [
        (
            "Mail delivery failed: returning message to sender",
            "bob@x.mg\n  550 5.1.1 no such user",
            "5.1.1",
            True,
        ),
        ("failure notice", "<bob@x.mg>:\nSorry, no mailbox here by that name. User unknown", "5.1.1", True),
        (
            "Non remis : Relance",
            "bob@x.mg : la boîte de réception du destinataire est pleine.",
            "5.2.2",
            True,
        ),
        ("Warning: message delayed 4 hours", "bob@x.mg 451 4.4.1 connection timed out", "4.4.1", False),
    ],
)
def test_a_bounce_in_words_is_understood(subject: str, body: str, status: str, permanent: bool) -> None:
    message = mail(body, Subject=subject)
    message.replace_header("From", "Mail Delivery System <mailer-daemon@mx.x.mg>")
    bounce = read_message(message).bounce
    assert bounce is not None
    assert (bounce.recipient, bounce.status, bounce.is_permanent) == ("bob@x.mg", status, permanent)


def deep(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels)
    )
    return b"From: a@b.c\nSubject: deep\n" + opened + b"Content-Type: text/plain\n\nbottom\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 5_000,
        b"From: \xff\xfe<<>>@@\nSubject: =?utf-8?B?////?= =?x?Q?=ZZ?=\nDate: never\n\n\x00hi\x00",
        b"From: a@b.c\nContent-Type: multipart/mixed; boundary=\n\nx",
        b"From: a@b.c\nContent-Type: text/plain; " + b"x*0=y;" * 20_000 + b"\n\nhi",
        b"From: " + b"(" * 50_000 + b"\n\nhi",
        b"From: a@b.c\nContent-Type: text/html\n\n" + b"<div>" * 100_000 + b"hi",
        b"From: a@b.c\nContent-Type: text/html\n\n" + b"<a" * 200_000,
        b"From: a@b.c\n\n" + b">" * 300_000,
        b"From: a@b.c\n\n" + b"le 1 a ecrit " * 60_000,
        b"From: a@b.c\nContent-Transfer-Encoding: base64\n\n" + b"AAAA" * 500_000,
        deep(40),
        deep(3_000),
        b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 5_000 + b"--b--",
    ],
    ids=range(14),
)
def test_hostile_mail_gives_a_bounded_answer_soon(raw: bytes) -> None:
    started = time.perf_counter()
    reply = read_bytes(raw)
    assert time.perf_counter() - started < 5
    assert len(reply.words) <= 60_000
    assert "\x00" not in reply.words


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    read_bytes(b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n--b\n" + raw)
    read_bytes(raw)
