"""The lettering desk: what it shows, what it lets one do, and what it refuses."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.books import Books, make_company
from tests.cash.bank import Bank
from tests.cash.morning import ago, morning_books, morning_lines

from exigible.cash.models import Adjustment, Match
from exigible.kernel.money import to_decimal_string
from exigible.language import formats
from exigible.ledger.models import BankLine, OpenItem
from exigible.ledger.services import lock_books
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.web.events import describe

pytestmark = pytest.mark.django_db
DESK = "/MNSAM/cash/"


@pytest.fixture
def books() -> Books:
    return morning_books()


@pytest.fixture
def lines(books: Books) -> dict[str, BankLine]:
    return morning_lines(books)


def person(books: Books, role: str, **more: object) -> Client:
    client = Client(headers={"HX-Request": "true"})
    client.force_login(add_user(company=books.company, email=f"{role}@x.example", role=role, by=None, **more))
    return client


@pytest.fixture
def accountant(books: Books) -> Client:
    return person(books, "accountant")


def words(response) -> str:
    return response.content.decode().replace("\u202f", " ").replace("\xa0", " ")


def said(response, line: BankLine) -> str:
    """What the row of a line says."""
    rows = response.context["rows"]
    return next(row.words for row in rows if row.line.pk == line.pk).replace("\xa0", " ")


def item(books: Books, number: str) -> str:
    found = books[number]
    return f"{found.pk}:{found.open_minor}"


def letter(client: Client, line: BankLine, **posted: object):
    return client.post(reverse("cash-letter", args=["MNSAM", line.pk]), posted)


class TestTheList:
    def test_shows_the_oldest_payments_first_each_with_its_proposal(self, accountant, lines):
        response = accountant.get(DESK)
        assert [row.line.pk for row in response.context["rows"]] == [line.pk for line in lines.values()]
        assert "Riviera Charter SAM · 3 postes, 99," in said(response, lines["set"])
        assert "n° dans le texte" in said(response, lines["set"])
        assert "10 règlements · 61 368,00" not in words(response)
        assert "10 règlements" in words(response)

    def test_says_what_has_two_answers_and_what_is_not_known(self, accountant, lines):
        response = accountant.get(DESK)
        assert "plusieurs réponses possibles" in said(response, lines["two"])
        assert "payeur inconnu" in said(response, lines["agent"])

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"show": "ambiguous"}, ["two"]),
            ({"show": "unmatched"}, ["agent"]),
            ({"q": "gestion"}, ["agent"]),
            ({"q": "7 320,15"}, ["btp"]),
            ({"q": "nobody"}, []),
            ({"show": "aside"}, []),
            ({"show": "nonsense", "q": "10701"}, ["named"]),
        ],
    )
    def test_can_be_narrowed(self, accountant, lines, query, found):
        shown = [row.line.pk for row in accountant.get(DESK, query).context["rows"]]
        assert shown == [lines[name].pk for name in found]

    def test_says_so_when_everything_is_lettered(self, accountant, books):
        assert "Tout est lettré" in words(accountant.get(DESK))

    def test_goes_on_where_the_page_ended(self, accountant, books):
        bank = Bank(books)
        every = [bank.receives("10.00", f"P{n}", on=ago(100 - n // 3)).pk for n in range(120)]
        first = accountant.get(DESK)
        after = {"after": first.context["following"]}
        second = accountant.get(reverse("cash-more", args=["MNSAM"]), after)
        shown = [row.line.pk for page in (first, second) for row in page.context["rows"]]
        assert shown == every[:100]

    def test_costs_as_many_queries_for_fifty_payments_as_for_two(self, accountant, books, lines):
        def queries(address: str) -> int:
            with CaptureQueriesContext(connection) as caught:
                assert accountant.get(address).status_code == 200
            return len(caught)

        accountant.get(DESK)
        few = queries(DESK)
        bank = Bank(books)
        for n in range(40):
            bank.receives("9900.00", "AZUR TRAITEUR", f"REGLEMENT {n}", on=ago(30))
        bank.match()
        assert queries(DESK) <= few
        assert few <= 20


class TestAPayment:
    def test_has_the_items_of_its_proposal_ticked_first(self, accountant, lines):
        response = accountant.get(reverse("cash-line", args=["MNSAM", lines["set"].pk]))
        pane = response.context["pane"]
        ticked = [row.item.document_number for row in pane.items if row.is_ticked]
        assert sorted(ticked) == ["AV26-00031", "FA26-10412", "FA26-10455"]
        assert [row.is_ticked for row in pane.items] == [True, True, True, False]
        assert "Le texte du règlement cite" in words(response)

    def test_shows_both_answers_and_ticks_none_until_one_is_chosen(self, accountant, lines):
        address = reverse("cash-line", args=["MNSAM", lines["two"].pk])
        pane = accountant.get(address).context["pane"]
        assert pane.is_undecided
        assert len(pane.answers) >= 2
        assert not any(row.is_ticked for row in pane.items)
        second = accountant.get(address, {"answer": pane.answers[1].rank}).context["pane"]
        assert [row.item.document_number for row in second.items if row.is_ticked] == [
            paid.item.document_number for paid in pane.answers[1].documents
        ]

    def test_may_be_looked_at_for_another_customer(self, accountant, books, lines):
        address = reverse("cash-line", args=["MNSAM", lines["agent"].pk])
        pane = accountant.get(address, {"customer": books.customer("BELLE").pk}).context["pane"]
        assert {row.item.customer.code for row in pane.items} == {"BELLE"}

    def test_ticks_what_agrees_once_a_person_said_who_paid(self, accountant, books):
        amount = to_decimal_string(books["FA26-10471"].open_minor, "EUR")
        line = Bank(books).receives(amount, "", "VIREMENT", reference="unknown")
        address = reverse("cash-line", args=["MNSAM", line.pk])
        assert not accountant.get(address).context["pane"].items
        pane = accountant.get(address, {"customer": books.customer("RIVIERA").pk}).context["pane"]
        assert [row.item.document_number for row in pane.items if row.is_ticked] == ["FA26-10471"]

    def test_finds_a_payer_whom_only_the_label_names(self, books):
        bank = Bank(books)
        line = bank.receives("125.00", "", "VIR SEPA RIVIERA CHARTER", reference="label")
        bank.match(line)
        assert Match.objects.get(line=line).customer == books.customer("RIVIERA")

    @pytest.mark.parametrize("text", ["belle", "BELLE", "FA26-10502", "10502"])
    def test_finds_another_customer_by_name_code_or_document(self, accountant, books, lines, text):
        response = accountant.get(reverse("cash-customers", args=["MNSAM"]), {"q": text})
        assert [customer.code for customer in response.context["customers"]] == ["BELLE"]


class TestBooksThatHoldAFillerInPlaceOfNumbers:
    """Their documents are told in the label: so they are called, and found, on the desk."""

    @pytest.fixture
    def line(self, books: Books) -> BankLine:
        bank = Bank(books)
        for label, minor in (("22320 DIQSEOG", 1620_00), ("22059 DIQSEOG", 340_00), ("21999 DIQSEOG", 90_00)):
            with transaction.atomic():
                lock_books(books.company.pk)
                OpenItem.objects.create(
                    company=books.company, customer=books.customer("ACME"), document_type="invoice",
                    document_number="x", label=label, issued_on=ago(800), due_on=ago(800),
                    effective_on=ago(800), currency="EUR", amount_minor=minor,
                )  # fmt: skip
        line = bank.receives("1595.50", "ACME", "VIREMENT", reference="FILLER")
        bank.match(line)
        return line

    def test_items_are_called_by_their_label_with_the_year_of_their_date(self, accountant, line):
        shown = words(accountant.get(reverse("cash-line", args=["MNSAM", line.pk])))
        assert "22320 DIQSEOG" in shown
        assert formats.day(ago(800)) in shown

    def test_and_are_found_by_what_the_label_has(self, accountant, books, line):
        found = accountant.get(
            reverse("cash-line", args=["MNSAM", line.pk]),
            {"customer": books.company.customers.get(code="ACME").pk, "number": "22059"},
        ).context["pane"]
        names = {row.name for row in found.items}
        assert "22059 DIQSEOG" in names
        assert "21999 DIQSEOG" not in names

    def test_an_item_that_lacks_charges_is_not_said_to_be_of_the_amount(self, accountant, line):
        shown = words(accountant.get(reverse("cash-line", args=["MNSAM", line.pk])))
        assert "Un poste est proche de ce montant." in shown
        assert "Un poste est de ce montant." not in shown


class TestLettering:
    def test_closes_the_items_and_shows_the_next_payment(self, accountant, books, lines):
        response = letter(
            accountant, lines["one"], customer=books.customer("RIVIERA").pk,
            item=item(books, "FA26-10471"), left=125000, next=lines["short"].pk,
        )  # fmt: skip
        assert response.status_code == 200
        assert books["FA26-10471"].open_minor == 0
        assert response.context["pane"].line.pk == lines["short"].pk
        assert "Lettré : 1 poste" in words(response)
        assert "9 règlements" in words(response)

    @pytest.mark.parametrize(
        ("remainder", "open_minor", "adjusted"),
        [("keep_open", 10_00, []), ("charge", 0, ["charge"]), ("discount", 0, ["discount"])],
    )
    def test_does_with_what_lacks_what_the_person_says(
        self, accountant, books, lines, remainder, open_minor, adjusted
    ):
        response = letter(
            accountant, lines["short"], customer=books.customer("BELLE").pk,
            item=item(books, "FA26-10501"), left=99000, remainder=remainder,
        )  # fmt: skip
        assert response.status_code == 200
        assert books["FA26-10501"].open_minor == open_minor
        assert [one.kind for one in Adjustment.objects.all()] == adjusted

    @pytest.mark.parametrize("payer", ["BELLE", "PORT"])
    def test_leads_to_the_page_where_what_lacks_is_contested(self, books, lines, payer):
        books.company.customers.filter(code__in=["BELLE", "PORT"]).update(group_code="G")  # one pays for both
        response = letter(
            person(books, "administrator"), lines["short"], customer=books.customer(payer).pk,
            item=item(books, "FA26-10501"), left=99000, remainder="dispute", next=lines["two"].pk,
        )  # fmt: skip
        assert books["FA26-10501"].open_minor == 10_00
        there = f"/MNSAM/customers/BELLE/items/{books['FA26-10501'].pk}/contest/"
        assert response.headers["HX-Redirect"].startswith(f"{there}?next=%2FMNSAM%2Fcash%2F%3Fline%3D")
        assert person(books, "senior").get(response.headers["HX-Redirect"]).status_code == 200

    def test_asks_what_becomes_of_the_remainder(self, accountant, books, lines):
        response = letter(
            accountant, lines["short"], customer=books.customer("BELLE").pk,
            item=item(books, "FA26-10501"), left=99000,
        )  # fmt: skip
        assert response.status_code == 422
        assert "ce que devient le reste" in words(response)
        assert books["FA26-10501"].open_minor == 1000_00

    def test_leaves_a_payment_on_account(self, accountant, books, lines):
        letter(
            accountant, lines["advance"], customer=books.customer("PORT").pk, left=300000,
            remainder="on_account",
        )  # fmt: skip
        assert OpenItem.objects.get(source="bank").open_minor == -3000_00

    def test_splits_a_payment_between_two_customers(self, accountant, books, lines):
        response = letter(
            accountant, lines["agent"], customer=books.customer("BELLE").pk,
            item=item(books, "FA26-10502"), left=307040, share="1 830,40", next=lines["last"].pk,
        )  # fmt: skip
        assert response.context["pane"].line.pk == lines["agent"].pk  # the rest of it is still to letter
        letter(
            accountant, lines["agent"], customer=books.customer("PORT").pk,
            item=item(books, "FA26-10702"), left=124000,
        )  # fmt: skip
        lines["agent"].refresh_from_db()
        assert lines["agent"].left_minor == 0

    def test_of_more_than_the_cap_is_written_off_by_a_senior_only(self, accountant, books, lines):
        posted = {
            "customer": books.customer("BELLE").pk, "item": item(books, "FA26-10501"), "left": 99000,
            "remainder": "write_off",
        }  # fmt: skip
        refused = letter(accountant, lines["short"], **posted)
        assert refused.status_code == 422
        assert "habilitée" in words(refused)
        assert letter(person(books, "senior"), lines["short"], **posted).status_code == 200

    def test_is_told_to_whoever_comes_second(self, accountant, books, lines):
        posted = {
            "customer": books.customer("RIVIERA").pk, "item": item(books, "FA26-10471"), "left": 125000
        }  # fmt: skip
        letter(accountant, lines["one"], **posted)
        second = letter(person(books, "senior"), lines["one"], **posted)
        assert second.status_code == 422
        assert "entre-temps" in words(second)
        assert OpenItem.objects.filter(source="bank").count() == 1

    @pytest.mark.parametrize(
        "posted",
        [
            {"item": "x:1"},
            {"item": "999999999:100"},
            {"customer": "999999", "item": "1:1"},
            {"share": "abc"},
            {"share": "-3"},
            {"left": "99999999999999999999999"},
        ],
    )
    def test_refuses_what_makes_no_sense(self, accountant, books, lines, posted):
        whole = {"customer": books.customer("RIVIERA").pk, "left": 125000} | posted
        assert letter(accountant, lines["one"], **whole).status_code == 422
        assert not OpenItem.objects.filter(source="bank").exists()

    def test_can_be_undone_and_the_payment_is_back(self, accountant, books, lines):
        letter(
            accountant, lines["one"], customer=books.customer("RIVIERA").pk,
            item=item(books, "FA26-10471"), left=125000,
        )  # fmt: skip
        shown = accountant.get(DESK, {"show": "lettered"})
        assert [row.line.pk for row in shown.context["rows"]] == [lines["one"].pk]
        response = accountant.post(reverse("cash-undo", args=["MNSAM", lines["one"].pk]))
        assert response.status_code == 200
        assert books["FA26-10471"].open_minor == 1250_00
        assert response.context["row"].state == "todo"


class TestWhatIsNotLettered:
    def test_may_be_put_aside_and_brought_back(self, accountant, lines):
        address = [lines["agent"].pk]
        accountant.post(reverse("cash-aside", args=["MNSAM", *address]), {"why": "supplier"})
        shown = accountant.get(DESK, {"show": "aside"})
        assert "d’un fournisseur" in said(shown, lines["agent"])
        accountant.post(reverse("cash-take-back", args=["MNSAM", *address]))
        assert len(accountant.get(DESK).context["rows"]) == 10

    def test_is_put_aside_for_a_reason_only(self, accountant, lines):
        response = accountant.post(reverse("cash-aside", args=["MNSAM", lines["one"].pk]), {"why": "x"})
        assert response.status_code == 422

    def test_may_be_said_not_to_be_the_customers(self, accountant, books, lines):
        address = reverse("cash-not", args=["MNSAM", lines["one"].pk])
        response = accountant.post(address, {"customer": books.customer("RIVIERA").pk})
        assert "Riviera" not in response.context["row"].words
        assert response.context["pane"].customer is None


class TestWhoMay:
    @pytest.mark.parametrize("role", ["collector", "legal", "sales"])
    def test_letter_neither_those_who_collect_nor_those_who_sell(self, books, lines, role):
        assert person(books, role).get(DESK).status_code == 403

    def test_reach_into_another_company_nobody(self, books, lines):
        other = make_company("OTHER")
        client = Client()
        client.force_login(add_user(company=other, email="o@x.example", role="senior", by=None))
        assert client.get(f"/OTHER/cash/lines/{lines['one'].pk}/").status_code == 404
        address = reverse("cash-letter", args=["OTHER", lines["one"].pk])
        assert client.post(address, {"customer": 1}).status_code == 404

    def test_see_only_their_portfolio(self, books, lines):
        client = person(books, "senior", portfolio_only=True)
        rows = client.get(DESK).context["rows"]
        assert [row.line.pk for row in rows] == [lines["agent"].pk]
        refused = letter(
            client, lines["agent"], customer=books.customer("BELLE").pk, item=item(books, "FA26-10501")
        )
        assert refused.status_code == 422


class TestThePolicy:
    def test_is_read_and_changed_in_percent_and_amounts(self, books):
        admin = person(books, "administrator")
        admin.defaults.pop("HTTP_HX_REQUEST")  # a page, not a part of one
        address = reverse("cash-settings", args=["MNSAM"])
        form = admin.get(address).context["form"]
        posted = {name: form[name].value() for name in form.fields if name != "posts_alone"}
        assert posted["threshold"] == "99,5"
        response = admin.post(
            address, posted | {"threshold": "98,25", "withholding_rates": "10; 1,5", "charge_cap": "45,00"}
        )
        assert response.status_code == 302
        books.company.cash_policy.refresh_from_db()
        policy = books.company.cash_policy
        assert (policy.threshold, policy.withholding_rates, policy.charge_cap_minor) == (
            9825, [1500, 10000], 4500,
        )  # fmt: skip
        said = describe(Event.objects.get(kind="cash-policy-changed"))[0].replace("\xa0", " ")
        assert "certitude minimale 99.5 % → 98.25 %" in said
        assert "frais 30.00 EUR → 45.00 EUR" in said

    @pytest.mark.parametrize(
        "wrong", [{"threshold": "80"}, {"threshold": "x"}, {"charge_cap": "-1"}, {"withholding_rates": "120"}]
    )
    def test_says_what_it_cannot_take(self, books, wrong):
        admin = person(books, "administrator")
        address = reverse("cash-settings", args=["MNSAM"])
        form = admin.get(address).context["form"]
        posted = {name: form[name].value() for name in form.fields if name != "posts_alone"}
        assert admin.post(address, posted | wrong).status_code == 422


class TestUnallocatedCash:
    def test_is_shown_by_age_and_currency_apart(self, accountant, books, lines):
        Bank(books).receives("77.00", "X", on=ago(200), currency="USD", reference="usd")
        response = accountant.get(reverse("cash-unallocated", args=["MNSAM"]))
        assert [total.currency for total in response.context["totals"]] == ["EUR", "USD"]
        oldest = response.context["rows"][0]
        assert (oldest["line"].reference, oldest["bucket"]) == ("usd", "90+")

    def test_has_an_owner(self, accountant, books, lines):
        user = add_user(company=books.company, email="o@x.example", role="collector", by=None)
        address = reverse("cash-owner", args=["MNSAM"])
        accountant.post(address, {"selected": [lines["agent"].pk, lines["two"].pk], "owner": user.pk})
        assert BankLine.objects.filter(owner=user).count() == 2

    def test_shows_what_is_on_account(self, accountant, books, lines):
        letter(
            accountant, lines["advance"], customer=books.customer("PORT").pk, left=300000,
            remainder="on_account",
        )  # fmt: skip
        response = accountant.get(reverse("cash-unallocated", args=["MNSAM"]), {"kind": "on-account"})
        assert [row["minor"] for row in response.context["rows"]] == [3000_00]
        assert response.context["totals"][0].total_minor == 3000_00


def test_the_customers_history_says_what_was_lettered_and_undone(accountant, books, lines):
    letter(
        accountant, lines["one"], customer=books.customer("RIVIERA").pk,
        item=item(books, "FA26-10471"), left=125000,
    )  # fmt: skip
    accountant.post(reverse("cash-undo", args=["MNSAM", lines["one"].pk]))
    events = Event.objects.filter(customer=books.customer("RIVIERA")).order_by("pk")
    said = [describe(event)[0].replace("\u202f", " ").replace("\xa0", " ") for event in events]
    assert said == [
        "Règlement de 1 250,00 € lettré avec FA26-10471",
        "Lettrage du règlement de 1 250,00 € annulé",
    ]


def test_on_a_past_date_nothing_is_lettered(accountant, books, lines):
    past = {"as_of": ago(40).isoformat()}
    assert "Le lettrage se fait aujourd’hui" in words(accountant.get(DESK, past))
    address = reverse("cash-letter", args=["MNSAM", lines["one"].pk]) + f"?as_of={past['as_of']}"
    response = accountant.post(
        address, {"customer": books.customer("RIVIERA").pk, "item": item(books, "FA26-10471"), "left": 125000}
    )
    assert response.status_code == 422
    assert books["FA26-10471"].open_minor == 1250_00


def test_many_payments_are_matched_by_a_worker_and_the_page_says_so(accountant, books, lines, monkeypatch):
    monkeypatch.setattr("exigible.cash.views.matching.FEW_LINES", 3)
    accountant.post(reverse("cash-match", args=["MNSAM"]))
    assert "Rapprochement en cours" in words(accountant.get(DESK))
    progress = reverse("cash-match-progress", args=["MNSAM"])
    assert "Rapprochement en cours" in words(accountant.get(progress))
    ProcrastinateJob.objects.all().delete()
    assert accountant.get(progress).headers["HX-Redirect"] == DESK


def test_matching_again_may_be_asked_for(accountant, books, lines):
    Match.objects.all().delete()
    accountant.defaults.pop("HTTP_HX_REQUEST")  # a page, not a part of one
    response = accountant.post(reverse("cash-match", args=["MNSAM"]), follow=True)
    assert "10 vous sont laissés" in words(response)
