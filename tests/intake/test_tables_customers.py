"""Customers from CSV and Excel."""

from __future__ import annotations

from datetime import date

import pytest
from tests.intake.fec_text import codes, import_books, item, nothing_changed
from tests.intake.tables import import_customers, import_table, preview_table

from exigible.intake.readers.mapping import ColumnChoice, mapping_of
from exigible.ledger.models import Customer, PayerAccount
from exigible.team.services import add_user

pytestmark = pytest.mark.django_db

LIST = """
    code,name,country,email,payment_terms,credit_limit,iban,group_code,collector,segment
    C1,Durand SA,FR,ap@durand.fr,45EOM,"1 500,50",FR1420041010050500013M02606,G1,lea@aco.fr,Grand compte
    C2,Mairie de Nice,France,,30,,,,,Organisme public
    C3,Mme Petit,MC,,,,,,,Particulier
"""


def customer(company, code):
    return Customer.objects.get(company=company, code=code)


def test_makes_customers_with_all_that_the_file_says(company):
    lea = add_user(company=company, email="lea@aco.fr", role="collector", by=None)
    job = import_customers(company, LIST)
    assert job.result["created"] == {"customers": 3, "payer_accounts": 1}
    first = customer(company, "C1")
    assert (first.name, first.sort_name, first.country) == ("Durand SA", "durand sa", "FR")
    assert (first.payment_terms, first.credit_limit_minor) == ("45EOM", 150050)
    assert (first.group_code, first.segment, first.collector) == ("G1", "Grand compte", lea)
    assert PayerAccount.objects.get(customer=first).iban == "FR1420041010050500013M02606"
    assert codes(job) == []


def test_tells_the_kind_of_a_customer_from_a_plain_segment(company):
    import_customers(company, LIST)
    kinds = {c.code: (c.kind, c.is_key_account) for c in Customer.objects.filter(company=company)}
    assert kinds == {"C1": ("business", True), "C2": ("public", False), "C3": ("individual", False)}


def test_what_a_person_set_since_stays_when_the_segment_is_no_news(company):
    import_customers(company, LIST)
    Customer.objects.filter(company=company, code="C2").update(kind="business")
    assert nothing_changed(import_customers(company, LIST))
    assert customer(company, "C2").kind == "business"


def test_the_same_file_again_changes_nothing(company):
    import_customers(company, LIST)
    again = import_customers(company, LIST)
    assert nothing_changed(again)
    assert again.result["unchanged"] == 3


def test_an_empty_cell_leaves_what_is_known(company):
    import_customers(company, LIST)
    job = import_customers(company, "code,name,email,city\nC1,Durand SAS,,Lyon")
    assert job.result["changed"]["customers"] == 1
    changed = customer(company, "C1")
    assert (changed.name, changed.email, changed.city) == ("Durand SAS", "ap@durand.fr", "Lyon")
    assert (changed.payment_terms, changed.version) == ("45EOM", 2)


def test_a_collector_who_is_no_member_is_warned_of(company):
    job = import_customers(company, LIST)
    assert codes(job) == ["unknown-collector"]
    assert customer(company, "C1").collector is None


def test_any_error_refuses_the_whole_file_with_every_reason(company):
    job = import_customers(company, "code,name\nC1,Durand\n,Dupont\nC1,Again")
    assert job.state == "refused"
    found = [(p["code"], p["line"]) for p in job.result["errors"]]
    assert found == [("missing-value", 3), ("duplicate-customer", 4)]
    assert not Customer.objects.filter(company=company).exists()


def test_a_preview_writes_nothing(company):
    job = preview_table(company, "customers", LIST)
    assert (job.state, job.result["created"]["customers"]) == ("ready", 3)
    assert not Customer.objects.filter(company=company).exists()


class TestPaymentTerms:
    BOOKS = "2025-03-01 sale F-1 C1 300.00\n2025-03-02 bank V-1 C1 -10.00"

    def test_new_terms_move_the_due_dates_that_were_worked_out_from_the_old_ones(self, company):
        import_books(company, self.BOOKS)
        assert item(company, "F-1").due_on == date(2025, 3, 31)
        job = import_customers(company, "code,name,payment_terms\nC1,Durand,45EOM")
        assert job.result["changed"] == {"customers": 1, "due_dates": 1}
        assert (item(company, "F-1").due_on, item(company, "F-1").due_derived) == (date(2025, 4, 30), True)
        assert item(company, "V-1").due_on == date(2025, 3, 2)

    def test_it_comes_to_the_same_whichever_file_comes_first(self, company):
        import_customers(company, "code,name,payment_terms\nC1,Durand,45EOM")
        import_books(company, self.BOOKS)
        assert item(company, "F-1").due_on == date(2025, 4, 30)

    def test_a_true_due_date_is_left(self, company):
        import_books(company, self.BOOKS)
        line = "customer_code,document_number,issue_date,due_date,amount\nC1,F-1,2025-03-01,2025-03-20,300.00"
        import_table(company, "items", line)
        job = import_customers(company, "code,name,payment_terms\nC1,Durand,60")
        assert job.result["changed"]["due_dates"] == 0
        assert item(company, "F-1").due_on == date(2025, 3, 20)


def test_a_chosen_mapping_is_followed_even_when_the_columns_change_places(company):
    chosen = {"code": ColumnChoice(0, "No", 100), "name": ColumnChoice(1, "Qui", 100)}
    options = {"mapping": mapping_of("customers", chosen, ["No", "Qui"]).to_dict()}
    import_table(company, "customers", "No;Qui\n7;Durand", options)
    import_table(company, "customers", "Qui;No\nDupont;8", options)
    names = dict(Customer.objects.filter(company=company).values_list("code", "name"))
    assert names == {"7": "Durand", "8": "Dupont"}


def test_an_account_number_that_fails_its_check_pays_for_nobody(company):
    job = import_customers(company, "code,name,iban\nC1,Durand,FR1420041010050500013M02607")
    assert codes(job) == ["bad-iban"]
    assert not PayerAccount.objects.filter(company=company).exists()
