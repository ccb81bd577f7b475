"""The customers, one customer's page and file: what is seen, what is written, and who may."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from exigible.calls.services import Call, log_call
from exigible.ledger.edits import add_contract, save_contact
from exigible.ledger.models import Contact, Contract, Customer, OpenItem, PayerAccount
from exigible.negotiation.services import make_promise
from exigible.team.services import add_user
from exigible.timeline.models import Event
from exigible.timeline.services import record_event
from exigible.web.forms_customer import LARGEST_FILE
from exigible.worklist.services import add_note, mark_done
from tests.books import Books, write_books

pytestmark = pytest.mark.django_db
CODE = "ACME"


def ago(days: int) -> str:
    return (timezone.localdate() - timedelta(days=days)).isoformat()


@pytest.fixture
def books(company) -> Books:
    return write_books(
        f"""
        {ago(100)} invoice F-1 {CODE} 1200.00 due {ago(70)}
        {ago(50)} invoice F-2 {CODE} 300.00 due {ago(20)}
        {ago(5)} invoice F-3 {CODE} 90.00 due {ago(-25)}
        {ago(4)} payment V-1 {CODE} -500.00
        {ago(4)} letter F-1 V-1 400.00
        """,
        company=company,
    )


@pytest.fixture
def acme(books) -> Customer:
    return books.customer(CODE)


def at(name: str, **more) -> str:
    return reverse(name, kwargs={"company": "MNSAM", "code": CODE} | more)


def page_of(client: Client, name: str = "customer", **query) -> str:
    return client.get(at(name), query).content.decode().replace("\u202f", " ").replace("\xa0", " ")


def as_role(company, role: str) -> Client:
    client = Client()
    client.force_login(add_user(company=company, email=f"{role}@x.example", role=role, by=None))
    return client


class TestAtAGlance:
    def test_the_figures_stand_in_one_row(self, signed_in, books):
        shown = page_of(signed_in)
        for figure in ("1 100,00 €", "90,00 €", "−100,00 €", "1 090,00 €"):
            assert figure in shown  # overdue, not due, unallocated, balance

    def test_each_open_item_has_its_due_date_and_what_is_left(self, signed_in, books):
        shown = page_of(signed_in)
        assert shown.index("F-1") < shown.index("F-2") < shown.index("F-3")
        assert "800,00" in shown

    def test_as_of_a_past_day_the_payment_is_not_there_yet(self, signed_in, books):
        shown = page_of(signed_in, as_of=ago(10))
        assert "1 200,00" in shown
        assert "Réglé" not in shown

    def test_the_history_reads_as_a_conversation(self, signed_in, acme, collector):
        call = Call("Mme Rossi rappelle lundi")
        log_call(customer=acme, outcome="reached", call=call, by=collector.pk)
        make_promise(
            customer=acme, amount_minor=40_000, currency="EUR", due_on=timezone.localdate(), text="", by=None
        )
        shown = page_of(signed_in)
        for words in (
            "Appel : interlocuteur joint",
            "Mme Rossi rappelle lundi",
            "Promesse de 400,00 €",
            "Réglé 500,00 €",
        ):
            assert words in shown

    def test_the_best_contact_to_call_stands_beside_the_next_act(self, signed_in, acme):
        for name, role in (("M. Achat", "purchasing"), ("Mme Rossi", "accounts_payable")):
            save_contact(
                customer=acme, contact=None, fields={"name": name, "role": role, "phone": "04"}, by=None
            )
        assert signed_in.get(at("customer")).context["next"]["contact"].name == "Mme Rossi"

    def test_a_text_that_looks_like_a_page_is_shown_as_text(self, signed_in, acme):
        add_note(customer=acme, text="<script>alert(1)</script>", by=None)
        assert "<script>alert" not in page_of(signed_in)

    def test_the_dialog_that_the_address_asks_for_is_ready(self, signed_in, books):
        assert 'data-ready="promise"' in page_of(signed_in, act="promise")
        assert 'data-ready=""' in page_of(signed_in, act="anything")

    def test_in_short_beside_a_list(self, signed_in, acme):
        assert "1 100,00 €" in page_of(signed_in, "customer-peek")


@pytest.mark.parametrize("name", ["customer", "customer-peek", "customer-file"])
def test_a_customer_with_sixty_items_costs_no_more_queries_than_one_with_three(signed_in, acme, books, name):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert signed_in.get(at(name)).status_code == 200
        return len(caught)

    queries()
    few = queries()
    write_books(
        "\n".join(f"{ago(60)} invoice G-{n} {CODE} 10.00 due {ago(30)}" for n in range(60)),
        company=books.company,
    )
    for n in range(20):
        add_note(customer=acme, text=f"note {n}", by=None)
        save_contact(customer=acme, contact=None, fields={"name": f"Contact {n}"}, by=None)
    assert queries() == few


def test_of_a_customer_with_hundreds_of_items_the_oldest_are_shown_and_the_others_on_demand(
    signed_in, acme, books, monkeypatch
):
    monkeypatch.setattr("exigible.web.customer_file.MOST_LINES", 2)
    monkeypatch.setattr("exigible.negotiation.forms.MOST_CHOICES", 2)
    page = page_of(signed_in)
    assert page.count("data-row id=") == 2
    assert "Montrer 2 autres postes" in page
    assert page.count('name="items"') == 2
    everything = page_of(signed_in, lines="all")
    assert everything.count("data-row id=") == 4
    assert "Montrer" not in everything


def test_a_list_of_sixty_customers_costs_no_more_queries_than_one_of_three(signed_in, books):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert signed_in.get(reverse("customers", args=["MNSAM"])).status_code == 200
        return len(caught)

    queries()
    few = queries()
    write_books("\n".join(f"{ago(60)} invoice H-{n} C{n} 10.00" for n in range(60)), company=books.company)
    queries()  # the report is computed once
    assert queries() == few


class TestEdit:
    def form(self, client: Client, **changes) -> dict[str, str]:
        form = client.get(at("customer-edit")).context["form"]
        data = {}
        for bound in form:
            value = bound.value()
            data[bound.html_name] = "" if value in (None, False) else str(value)
            data[bound.html_initial_name] = data[bound.html_name]
        for name, value in form.fields.items():
            if data.get(name) == "" and value.__class__.__name__ == "BooleanField":
                del data[name]
        return data | changes

    def test_a_change_is_saved_and_told_in_the_history(self, signed_in, acme):
        data = self.form(signed_in, phone="04 93 00 00 00", credit_limit="12 500,00")
        assert signed_in.post(at("customer-edit"), data).status_code == 302
        acme.refresh_from_db()
        assert (acme.phone, acme.credit_limit_minor) == ("04 93 00 00 00", 1_250_000)
        assert "Téléphone — → 04 93 00 00 00" in page_of(signed_in)

    def test_a_wrong_siren_comes_back_with_the_form_and_what_was_typed(self, signed_in, acme):
        response = signed_in.post(at("customer-edit"), self.form(signed_in, siren="732829321", country="FR"))
        assert response.status_code == 422
        assert "Ce n’est pas un SIREN" in response.content.decode()
        assert "732829321" in response.content.decode()

    def test_two_people_at_once_lose_nothing_of_each_other(self, signed_in, acme, company):
        mine, other = self.form(signed_in, phone="04 93 11"), as_role(company, "senior")
        assert other.post(at("customer-edit"), self.form(other, city="Nice")).status_code == 302
        refused = signed_in.post(at("customer-edit"), mine)
        assert refused.status_code == 422
        form = refused.context["form"]
        assert (form["phone"].value(), form["city"].value()) == ("04 93 11", "Nice")
        again = form.data.dict()
        assert signed_in.post(at("customer-edit"), again).status_code == 302
        acme.refresh_from_db()
        assert (acme.phone, acme.city) == ("04 93 11", "Nice")

    def test_the_parent_is_given_by_its_code_and_no_circle_is_made(self, signed_in, acme, books):
        group = books.customer("GROUP")
        assert (
            signed_in.post(at("customer-edit"), self.form(signed_in, parent_code="GROUP")).status_code == 302
        )
        acme.refresh_from_db()
        assert acme.parent == group
        address = reverse("customer-edit", args=["MNSAM", "GROUP"])
        data = {"name": "Group", "kind": "business", "language": "fr", "version": "1", "parent_code": CODE}
        assert "parent_code" in signed_in.post(address, data).context["form"].errors
        assert "Encours du groupe" in page_of(signed_in, "customer-file")

    def test_a_code_taken_is_told(self, signed_in, acme):
        data = {"code": CODE, "name": "Twice", "kind": "business", "language": "fr"}
        response = signed_in.post(reverse("customer-add", args=["MNSAM"]), data)
        assert (response.status_code, "code" in response.context["form"].errors) == (422, True)

    def test_a_new_customer_has_its_page(self, signed_in, company):
        data = {"code": "NEW/1", "name": "Nouveau", "kind": "business", "language": "fr"}
        response = signed_in.post(reverse("customer-add", args=["MNSAM"]), data, follow=True)
        assert response.status_code == 200
        assert Customer.objects.get(code="NEW/1").sort_name == "nouveau"

    def test_a_contact_changed_meanwhile_shows_both_changes(self, signed_in, acme):
        contact = save_contact(customer=acme, contact=None, fields={"name": "Mme Rossi"}, by=None)
        address = at("customer-contact", contact=contact.pk)
        form = signed_in.get(address).context["form"]
        data = {b.html_name: b.value() or "" for b in form} | {
            b.html_initial_name: b.value() or "" for b in form
        }
        save_contact(customer=acme, contact=contact, fields={"email": "rossi@acme.example"}, by=None)
        refused = signed_in.post(address, data | {"phone": "04 93"})
        assert refused.status_code == 422
        assert refused.context["form"]["email"].value() == "rossi@acme.example"
        assert signed_in.post(address, refused.context["form"].data.dict()).status_code == 302
        contact.refresh_from_db()
        assert (contact.email, contact.phone) == ("rossi@acme.example", "04 93")


class TestFiles:
    @pytest.fixture(autouse=True)
    def _folder(self, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path

    def test_a_contract_comes_back_as_a_download_and_never_runs_in_the_page(self, signed_in, acme):
        file = SimpleUploadedFile("../cgv<1>.html", b"<script>alert(1)</script>", "text/html")
        data = {"kind": "general_terms", "title": "CGV 2026", "signed_on": "2026-01-05", "file": file}
        assert signed_in.post(at("customer-contract"), data).status_code == 302
        contract = Contract.objects.get()
        response = signed_in.get(at("customer-contract-file", contract=contract.pk))
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert len(contract.file_sha256) == 64

    def test_a_file_too_big_is_refused_with_its_size(self, signed_in, acme):
        file = SimpleUploadedFile("big.pdf", b"x" * (LARGEST_FILE + 2**20))
        response = signed_in.post(at("customer-contract"), {"kind": "contract", "title": "T", "file": file})
        assert response.status_code == 422
        assert "21" in str(response.context["form"].errors["file"])

    def test_a_contract_of_another_customer_is_not_found(self, signed_in, acme, books):
        other = add_contract(
            customer=books.customer("OTHER"), fields={"kind": "contract", "title": "T"}, file=None, by=None
        )
        assert signed_in.get(at("customer-contract-file", contract=other.pk)).status_code == 404


def test_bank_accounts_are_known_once_and_with_good_check_digits(signed_in, acme):
    address = at("customer-payer-account")
    assert signed_in.post(address, {"iban": "FR76 3000 6000 0112 3456 7890 189"}).status_code == 302
    assert signed_in.post(address, {"iban": "FR7630006000011234567890189"}).status_code == 422
    shown = signed_in.get(reverse("customer-file", args=["MNSAM", "ACME"])).content.decode()
    assert "FR76 3000 6000 0112 3456 7890 189" in shown
    assert signed_in.post(address, {"iban": "FR7630006000011234567890188"}).status_code == 422
    account = PayerAccount.objects.get()
    assert signed_in.post(at("customer-payer-account-remove", account=account.pk)).status_code == 302
    assert not PayerAccount.objects.exists()


def test_a_pause_needs_a_reason(signed_in, acme):
    until = ago(-30)
    assert signed_in.post(at("customer-pause"), {"until": until}).status_code == 422
    assert signed_in.post(at("customer-pause"), {"until": until, "reason": "échéancier"}).status_code == 302
    assert "échéancier" in page_of(signed_in)


@pytest.mark.parametrize(
    ("name", "data", "wrong"),
    [
        ("customer-note", {"text": ""}, "text"),
        ("customer-call", {"outcome": "danced"}, "outcome"),
        ("customer-promise", {"amount": "beaucoup", "due_on": ago(-5)}, "amount"),
        ("customer-promise", {"amount": "100,00", "due_on": ago(5)}, "due_on"),
        ("customer-promise", {"amount": "-100,00", "due_on": ago(-5)}, "amount"),
        ("customer-promise", {"amount": "100,00", "due_on": ago(-5), "currency": "XXX"}, None),
    ],
)
def test_what_cannot_be_written_down_comes_back_to_be_corrected(signed_in, acme, name, data, wrong):
    before = Event.objects.count()
    response = signed_in.post(at(name), data)
    assert response.status_code == 422
    assert wrong is None or wrong in response.context["form"].errors
    assert Event.objects.count() == before


class TestSales:
    """Sales read and comment."""

    def test_they_see_the_page_and_may_note(self, company, acme):
        client = as_role(company, "sales")
        shown = page_of(client)
        assert 'id="note"' in shown
        assert client.post(at("customer-note"), {"text": "vu au salon"}).status_code == 302

    @pytest.mark.parametrize(
        "name", ["customer-call", "customer-promise", "customer-pause", "customer-edit", "customer-contract"]
    )
    def test_they_do_nothing_else(self, company, acme, name):
        client = as_role(company, "sales")
        assert f'action="{at(name)}"' not in page_of(client)
        assert client.post(at(name), {}).status_code == 403

    def test_no_dialog_of_an_act_opens_for_them(self, company, acme):
        assert 'data-ready=""' in page_of(as_role(company, "sales"), act="promise")


def test_the_list_finds_by_name_and_says_when_nothing_matches(signed_in, books):
    address = reverse("customers", args=["MNSAM"])
    assert CODE in signed_in.get(address, {"q": "acm"}).content.decode()
    assert "Aucun client ne correspond" in signed_in.get(address, {"q": "zzz"}).content.decode()
    assert Contact.objects.count() == 0


class TestNumbersThatSayNothing:
    """Books with one word in place of every number: what a document is stands in its label."""

    @pytest.fixture
    def rents(self, books) -> Books:
        for rank, label in enumerate(("Loyer de mars", "Loyer d’avril"), start=1):
            write_books(f"{ago(60)} invoice Z-{rank} {CODE} 10.00 due {ago(30)}", company=books.company)
            OpenItem.objects.filter(document_number=f"Z-{rank}").update(
                document_number="x", installment=rank, label=label
            )
        return books

    def test_the_page_shows_the_label_and_no_rank_of_a_due_date(self, signed_in, rents):
        shown = page_of(signed_in)
        assert ">Loyer de mars</span>" in shown
        assert ">Loyer d’avril</span>" in shown
        assert "(2)" not in shown

    def test_the_lines_behind_a_figure_show_it_as_well(self, signed_in, rents):
        lines = signed_in.get(
            reverse("aged-balance-lines", args=["MNSAM"]), {"customer": CODE, "currency": "EUR"}
        )
        assert ">Loyer de mars</a>" in lines.content.decode()

    @pytest.mark.parametrize(
        ("documents", "said"),
        [
            ([{"document": "F-1"}, {"document": "F-2"}], "lettré avec F-1, F-2"),
            ([{"document": "F-1"}, {"document": "F-1"}], "lettré avec F-1"),
            (
                [{"document": "x", "label": "Mars"}, {"document": "x", "label": "Avril"}],
                "lettré avec Mars, Avril",
            ),
            ([{"document": "x"}, {"document": "x"}], "lettré avec 2 pièces"),
            ([{"document": "F-1"}, {"document": "x"}], "lettré avec F-1, 1 autre pièce"),
        ],
    )
    def test_the_history_names_what_can_be_named_and_counts_the_others(
        self, signed_in, acme, documents, said
    ):
        record_event(
            company_id=acme.company_id, customer_id=acme.pk, kind="payment-lettered", by=None, text="x",
            data={"amount": "20.00", "currency": "EUR", "documents": documents},
        )  # fmt: skip
        shown = page_of(signed_in)
        assert f"Règlement de 20,00 € {said}</strong>" in shown
        assert 'class="words">x' not in shown


def test_the_dates_of_the_open_items_all_have_their_year(signed_in, acme):
    shown = page_of(signed_in)
    assert not re.search(r">\d\d/\d\d<", shown)


def test_the_dates_of_the_side_panel_have_their_year(signed_in, acme):
    last_year = timezone.now() - timedelta(days=400)
    add_note(customer=acme, text="old", by=None, happened_at=last_year)
    assert timezone.localdate(last_year).strftime(">%d/%m/%Y<") in page_of(signed_in, "customer-peek")


@pytest.mark.parametrize("segment", ["Grand compte", "grand compte", "Grands comptes"])
def test_a_key_account_of_the_segment_of_that_name_is_said_once(signed_in, acme, segment):
    Customer.objects.filter(pk=acme.pk).update(is_key_account=True, segment=segment)
    assert len(re.findall("grands? compte", page_of(signed_in).lower())) == 1


def test_a_key_account_of_another_segment_is_said_with_it(signed_in, acme):
    Customer.objects.filter(pk=acme.pk).update(is_key_account=True, segment="Hôtellerie")
    assert "grand compte · Hôtellerie" in page_of(signed_in)


class TestTheNextAct:
    """It is decided when the page is looked at, whatever the day's list of the morning said."""

    def test_it_is_there_before_the_day_is_opened(self, signed_in, acme):
        assert "Échu depuis 70 jours, jamais contacté" in page_of(signed_in)

    def test_after_a_call_it_no_longer_says_never_contacted(self, signed_in, acme):
        signed_in.get(reverse("day", args=["MNSAM"]))
        call = Call(happened_at=timezone.now() - timedelta(days=1))
        log_call(customer=acme, outcome="reached", call=call, by=None)
        for name in ("customer", "customer-peek"):
            assert "jamais contacté" not in page_of(signed_in, name)

    def test_what_was_struck_from_the_day_is_not_asked_for_again(self, signed_in, acme):
        signed_in.get(reverse("day", args=["MNSAM"]))
        mark_done(customer=acme, by=None)
        assert "Rien à faire aujourd’hui pour ce client" in page_of(signed_in)

    def test_without_a_contact_it_leads_to_the_form_of_one(self, signed_in, acme):
        assert f'<a href="{at("customer-contact-add")}">Trouver un contact</a>' in page_of(signed_in)

    def test_the_claim_of_an_insolvent_customer_is_said_to_be_declared_from_its_page(self, signed_in, acme):
        Customer.objects.filter(pk=acme.pk).update(is_insolvent=True)
        assert "Déclarer la créance" in page_of(signed_in)
        signed_in.post(at("customer-claim-declared"))
        shown = page_of(signed_in)
        assert "Déclarer la créance" not in shown
        assert "Créance déclarée à la procédure collective" in shown
