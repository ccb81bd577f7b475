"""The screens of registered letters, asked as a browser asks them."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from exigible.dunning.models import Action
from exigible.ledger.models import Customer
from exigible.registered.models import Proof, RegisteredLetter
from exigible.registered.services import note_status
from tests.documents.builders import text_of
from tests.registered.conftest import NUMBERS, made, notice_books, pdf

pytestmark = pytest.mark.django_db
TODAY = "2026-11-23"


def url(name, *args, company="ACO"):
    return reverse(name, args=[company, *args])


def ids(actions):
    return [action.pk for action in actions]


def heard(letter, status, on):
    note_status(letter=letter, status=status, on=on, source="person", by=None)


class TestFromTheListToThePost:
    def test_the_letters_of_the_run_are_there_to_be_posted(self, to_post, collector):
        page = collector.get(url("registered")).content.decode()
        assert page.index("ACME") < page.index("BETA") < page.index("GAMMA")
        assert "Mise en demeure" in page

    def test_numbers_are_given_to_the_selected_letters_alone(self, to_post, collector):
        shown = collector.post(url("registered-numbers"), {"selected": ids(to_post[:2])}).content.decode()
        assert "ACME" in shown
        assert "GAMMA" not in shown
        sent = {"selected": ids(to_post[:2]), "numbers": "\n".join(NUMBERS[:2]), "carrier": "La Poste"}
        assert collector.post(url("registered-numbers"), sent).status_code == 302
        assert RegisteredLetter.objects.count() == 2

    def test_a_wrong_number_is_told_by_its_line_and_what_was_typed_stays(self, to_post, collector):
        sent = {"selected": ids(to_post), "numbers": f"{NUMBERS[0]}\nRK123456784FR\n", "carrier": "La Poste"}
        answer = collector.post(url("registered-numbers"), sent)
        assert answer.status_code == 422
        assert "Ligne 2" in answer.content.decode()
        assert "RK123456784FR" in answer.content.decode()
        assert not RegisteredLetter.objects.exists()

    def test_posted_with_day_and_cost_the_reminder_is_sent(self, to_post, collector):
        sent = {"selected": ids(to_post), "numbers": "\n".join(NUMBERS), "carrier": "La Poste"}
        collector.post(url("registered-numbers"), sent)
        shown = collector.post(url("registered-posting"), {"selected": ids(to_post)}).content.decode()
        assert "1A 123 456 7890 1" in shown
        answer = collector.post(
            url("registered-posting"), {"selected": ids(to_post), "on": TODAY, "cost": "6,11"}
        )
        assert answer.status_code == 302
        assert set(RegisteredLetter.objects.values_list("status", "cost_minor", "cost_currency")) == {
            ("posted", 611, "EUR")
        }
        assert set(Action.objects.values_list("state", flat=True)) == {"sent"}

    def test_without_a_number_the_page_says_whose_is_missing(self, to_post, collector):
        answer = collector.post(url("registered-posting"), {"selected": ids(to_post[:1]), "on": TODAY})
        assert answer.status_code == 422
        assert "ACME" in answer.content.decode()

    def test_a_plain_letter_that_is_to_go_registered_stands_in_the_list(self, db, monday, as_role):
        from tests.dunning.reminders import books_with, make_sender, morning

        books = books_with(
            "2026-08-01 invoice F-1 ACME 1000.00 due 2026-09-01", company=make_sender("PLAIN"), email=""
        )
        morning(books, date(2026, 11, 23))
        action = Action.objects.get(company=books.company)
        client = as_role("collector", books.company)
        where = url("registered-letter", action.pk, company="PLAIN")
        assert (
            "Lettre recommandée"
            in client.get(reverse("reminder", args=["PLAIN", action.pk])).content.decode()
        )
        assert client.get(where).status_code == 200
        assert client.post(url("registered-number", action.pk, company="PLAIN"), {"number": NUMBERS[0]})
        assert "1A 123 456 7890 1" in client.get(url("registered", company="PLAIN")).content.decode()

    def test_a_letter_whose_debt_was_paid_meanwhile_says_so(self, books, to_post, collector):
        from tests.books import write_books

        write_books(
            "2026-11-23 payment V-1 ACME -1000.00\n2026-11-23 letter F-1 V-1 1000.00", company=books.company
        )
        assert "N’est plus vrai" in collector.get(url("registered")).content.decode()


class TestPaper:
    def test_the_letters_come_in_one_file_in_the_order_of_the_list(self, to_post, collector):
        answer = collector.get(url("registered-print"))
        assert answer.headers["Content-Type"] == "application/pdf"
        text = text_of(answer.content)
        assert text.index("ACME") < text.index("BETA") < text.index("GAMMA")

    def test_the_listing_names_each_letter_its_number_and_how_many_there_are(self, posted, collector):
        answer = collector.get(url("registered-listing"), {"on": TODAY})
        text = (
            text_of(answer.content)
            .replace("\N{NO-BREAK SPACE}", " ")
            .replace("\N{NARROW NO-BREAK SPACE}", " ")
        )
        for words in (
            "ACME",
            "1 rue Haute",
            "RK 123 456 785 FR",
            "6,11 €",
            "18,33 €",
            "Cachet du bureau de poste",
        ):
            assert words in text

    def test_with_nothing_to_list_it_says_what_to_do_first(self, to_post, collector):
        answer = collector.get(url("registered-listing"), follow=True)
        assert "numéros" in answer.content.decode()


class TestOneLetter:
    def test_what_was_heard_is_noted_from_its_page(self, posted, collector, later):
        one = posted[0]
        with later(4):
            sent = {"status": "delivered", "on": "2026-11-26", "said": "M. Martin"}
            answer = collector.post(url("registered-heard", one.action_id), sent, follow=True)
            page = answer.content.decode()
        assert "M. Martin" in page
        assert "C. civ. 1344-1" in page
        assert "Cass. com." in page

    def test_what_cannot_be_comes_back_in_its_form(self, posted, collector):
        sent = {"status": "delivered", "on": "2026-11-30"}
        answer = collector.post(url("registered-heard", posted[0].action_id), sent)
        assert answer.status_code == 422
        assert 'data-ready="heard"' in answer.content.decode()

    def test_a_scan_is_filed_and_shown_and_what_is_none_is_refused(self, posted, collector):
        where = url("registered-prove", posted[0].action_id)
        page = SimpleUploadedFile("proof.pdf", b"<script>alert(1)</script>", content_type="application/pdf")
        assert collector.post(where, {"kind": "deposit", "file": page}).status_code == 422
        slip = SimpleUploadedFile("slip.html", pdf(), content_type="text/html")
        assert collector.post(where, {"kind": "deposit", "file": slip}).status_code == 302
        kept = Proof.objects.get()
        answer = collector.get(url("registered-proof", posted[0].action_id, kept.pk))
        assert answer.content == pdf()
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    def test_a_letter_that_came_back_leaves_the_list_when_its_envelope_is_filed(
        self, posted, collector, later
    ):
        with later(20):
            heard(posted[0], "unclaimed", date(2026, 12, 10))
            assert "ACME" in collector.get(url("registered"), {"show": "returned"}).content.decode()
            scan = SimpleUploadedFile("pli.pdf", pdf("envelope"))
            collector.post(url("registered-prove", posted[0].action_id), {"kind": "envelope", "file": scan})
            assert "ACME" not in collector.get(url("registered"), {"show": "returned"}).content.decode()

    def test_posted_days_ago_without_news_it_is_to_be_looked_up(self, posted, collector, later):
        with later(4):
            assert "ACME" not in collector.get(url("registered"), {"show": "no-news"}).content.decode()
        with later(5):
            assert "ACME" in collector.get(url("registered"), {"show": "no-news"}).content.decode()


class TestCustomerFile:
    def test_it_shows_the_letter_where_it_stands_and_its_proof(self, posted, collector, later):
        from exigible.registered.services import file_proof

        with later(9):
            heard(posted[0], "unknown_address", date(2026, 11, 27))
            file_proof(letter=posted[0], kind="envelope", name="pli", content=pdf(), by=None)
            page = collector.get(reverse("customer-reminders", args=["ACO", "ACME"])).content.decode()
            file = collector.get(reverse("customer-file", args=["ACO", "ACME"])).content.decode()
            before = collector.get(
                reverse("customer-reminders", args=["ACO", "ACME"]), {"as_of": "2026-11-24"}
            ).content.decode()
        assert "1A 123 456 7890 1" in page
        assert "inconnu à l’adresse" in page
        assert "enveloppe" in page
        assert "27/11/2026" in file
        assert "inconnu à l’adresse<" not in before

    def test_a_customer_whose_letter_came_back_stands_among_those_nobody_can_write_to(
        self, books, posted, collector, later
    ):
        from tests.books import write_books
        from tests.dunning.reminders import propose

        with later(20):
            heard(posted[0], "unknown_address", date(2026, 11, 27))
            Customer.objects.filter(company=books.company).update(email="")
            write_books("2026-09-01 invoice F-8 ACME 700.00 due 2026-11-01", company=books.company)
            propose(books, date(2026, 12, 14))
            home = collector.get(reverse("reminders", args=["ACO"])).content.decode()
            Customer.objects.filter(company=books.company).update(address="9 rue Neuve")
            after = collector.get(reverse("reminders", args=["ACO"])).content.decode()
        assert "À qui écrire" in home
        assert "À qui écrire" not in after

    def test_each_act_has_its_words_on_the_timeline(self, posted, collector, later):
        with later(9):
            heard(posted[0], "presented", date(2026, 11, 25))
            page = collector.get(reverse("customer", args=["ACO", "ACME"])).content.decode()
        assert "Lettre recommandée postée (1A 123 456 7890 1)" in page
        assert "première présentation" in page


class TestHostile:
    """Someone of another company, who knows every number of ours."""

    @pytest.fixture
    def stranger(self, as_role):
        return as_role("administrator", notice_books("BIS").company)

    def test_nothing_of_ours_answers_under_their_company(self, posted, to_post, stranger):
        kept = _slip(posted[0])
        action, event = posted[0].action_id, posted[0].events.get().pk
        asks = [
            ("get", "registered-letter", [action], {}), ("get", "registered-pdf", [action], {}),
            ("get", "registered-proof", [action, kept.pk], {}),
            ("post", "registered-back", [action, event], {}),
            ("post", "registered-heard", [action], {"status": "refused", "on": TODAY}),
            ("post", "registered-number", [action], {"number": "2C55555555555"}),
            ("post", "registered-drop", [action], {"why": "x"}),
            ("post", "registered-address", [action], {}), ("post", "registered-settle", [action], {}),
        ]  # fmt: skip
        for method, name, args, data in asks:
            assert getattr(stranger, method)(url(name, *args, company="BIS"), data).status_code == 404, name
            assert getattr(stranger, method)(url(name, *args), data).status_code == 404, name

    def test_our_letters_in_their_selection_are_not_there(self, to_post, stranger):
        for name in ("registered-numbers", "registered-posting", "registered-print", "registered-listing"):
            page = stranger.post(url(name, company="BIS"), {"selected": ids(to_post)}, follow=True)
            assert "ACME" not in page.content.decode(), name
        data = {"selected": ids(to_post), "numbers": "\n".join(NUMBERS), "carrier": "La Poste"}
        stranger.post(url("registered-numbers", company="BIS"), data)
        assert not RegisteredLetter.objects.exists()

    def test_the_proof_of_another_letter_is_not_read_through_ours(self, posted, collector):
        kept = _slip(posted[0])
        assert collector.get(url("registered-proof", posted[1].action_id, kept.pk)).status_code == 404

    def test_a_collector_with_a_portfolio_sees_his_customers_alone(self, books, to_post, as_role):
        from exigible.team.models import Membership

        client = as_role("collector")
        Membership.objects.update(portfolio_only=True)
        member = Membership.objects.get()
        Customer.objects.filter(company=books.company, code="BETA").update(collector=member.user)
        page = client.get(url("registered")).content.decode()
        assert "BETA" in page
        assert "ACME" not in page
        assert client.get(url("registered-letter", to_post[0].pk)).status_code == 404

    def test_a_number_may_be_the_same_in_two_companies_and_says_nothing(self, posted, as_role):
        theirs = made(notice_books("BIS"))
        company = theirs[0].company
        client = as_role("collector", company)
        data = {"selected": ids(theirs), "numbers": NUMBERS[0], "carrier": "La Poste"}
        assert client.post(url("registered-numbers", company="BIS"), data).status_code == 302


def _slip(letter):
    from exigible.registered.services import file_proof

    return file_proof(letter=letter, kind="deposit", name="slip", content=pdf(), by=None)


class TestTrackingFile:
    def test_what_was_noted_and_each_line_that_was_not(self, posted, collector, later):
        content = (
            "Numéro;Date;Statut\n1A12345678901;25/11/2026;Distribué\n"
            "2C12345678902;25/11/2026;Mangé\nXX;25/11/2026;Distribué\n1A55555555555;25/11/2026;Distribué\n"
        )
        with later(4):
            file = SimpleUploadedFile("suivi.csv", content.encode())
            page = collector.post(url("registered-tracking"), {"file": file}).content.decode()
        assert "Ligne 3" in page
        assert "Ligne 4" in page
        assert "1A55555555555" in page
        posted[0].refresh_from_db()
        assert posted[0].status == "delivered"

    def test_a_file_that_is_no_table_is_refused_with_its_reason(self, posted, collector):
        for content in (pdf(), b"", b"rien du tout"):
            file = SimpleUploadedFile("suivi.csv", content)
            assert collector.post(url("registered-tracking"), {"file": file}).status_code == 422


class TestElectronically:
    def test_without_a_provider_it_is_not_offered(self, to_post, collector):
        assert "lectronique" not in collector.get(url("registered")).content.decode()
        answer = collector.post(url("registered-electronic"), {"selected": ids(to_post)})
        assert answer.status_code == 422

    def test_selected_it_waits_for_the_worker_and_who_cannot_have_it_is_told(
        self, books, to_post, collector, settings
    ):
        settings.LRE_URL = "https://lre.example/v1"
        Customer.objects.filter(company=books.company, code="BETA").update(kind="individual")
        page = collector.post(
            url("registered-electronic"), {"selected": ids(to_post[:2])}, follow=True
        ).content.decode()
        assert RegisteredLetter.objects.get().hand_over == "queued"
        assert "BETA n’est pas un professionnel" in page
        letter = url("registered-consent", to_post[1].pk)
        assert collector.post(letter, {"given_on": TODAY, "how": "Contrat, art. 9"}).status_code == 302
        collector.post(url("registered-electronic"), {"selected": ids(to_post[1:2])})
        assert RegisteredLetter.objects.filter(hand_over="queued").count() == 2
