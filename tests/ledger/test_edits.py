"""What is known of a customer can be changed, and nobody's change is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.books import make_company

from exigible.kernel.errors import Refused
from exigible.ledger import edits
from exigible.ledger.models import Company, Contact, Customer, PayerAccount
from exigible.timeline.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme() -> Customer:
    return edits.add_customer(company=make_company(), fields={"code": "ACME", "name": "Acme"}, by=None)


def last_event(customer: Customer) -> Event:
    return Event.objects.filter(customer=customer).latest("id")


def test_a_change_is_told_with_what_stood_there_and_what_stands_there_now(acme):
    edits.edit_customer(customer=acme, fields={"phone": "04 93", "name": "Acme"}, version=1, by=None)
    assert last_event(acme).kind == "customer-changed"
    assert last_event(acme).data == {"changes": {"phone": ["", "04 93"]}}


def test_saving_without_a_change_tells_nothing(acme):
    edits.edit_customer(customer=acme, fields={"name": "Acme"}, version=1, by=None)
    assert last_event(acme).kind == "customer-added"


def test_a_change_of_what_someone_else_changed_meanwhile_is_refused(acme):
    edits.edit_customer(customer=acme, fields={"phone": "04 93"}, version=1, by=None)
    with pytest.raises(Refused, match="meanwhile"):
        edits.edit_customer(
            customer=acme, fields={"phone": "", "email": "a@acme.example"}, version=1, by=None
        )
    acme.refresh_from_db()
    assert (acme.phone, acme.email) == ("04 93", "")


def test_a_contact_changed_meanwhile_is_refused_too(acme):
    fields = {"name": "Mme Rossi", "phone": "", "email": ""}
    rossi = edits.save_contact(customer=acme, contact=None, fields=fields, by=None)
    read = edits.fingerprint(rossi, fields)
    edits.save_contact(customer=acme, contact=rossi, fields=fields | {"phone": "04"}, by=None, read=read)
    with pytest.raises(Refused, match="meanwhile"):
        edits.save_contact(
            customer=acme, contact=rossi, fields=fields | {"email": "r@x.example"}, by=None, read=read
        )
    assert Contact.objects.get().phone == "04"


def test_two_administrators_do_not_overwrite_each_other(acme):
    company = acme.company
    read = edits.fingerprint(company, ["city", "phone"])
    edits.edit_company(company=company, fields={"city": "Nice", "phone": ""}, by=None, read=read)
    with pytest.raises(Refused, match="meanwhile"):
        edits.edit_company(company=company, fields={"city": "", "phone": "04"}, by=None, read=read)
    assert Company.objects.get().city == "Nice"


def test_a_pause_of_reminders_has_its_day_and_reason_in_the_history(acme):
    until = timezone.localdate() + timedelta(days=30)
    edits.pause_dunning(customer=acme, until=until, reason="plan agreed", by=None)
    assert last_event(acme).kind == "dunning-paused"
    assert (last_event(acme).text, last_event(acme).data) == ("plan agreed", {"until": until.isoformat()})
    edits.pause_dunning(customer=acme, until=None, reason="", by=None)
    assert last_event(acme).kind == "dunning-resumed"


def test_a_bank_account_forgotten_stays_in_the_history(acme):
    iban = "FR7630006000011234567890189"
    account = edits.add_payer_account(customer=acme, iban=iban, holder="", by=None)
    edits.remove_payer_account(account=account, by=None)
    assert not PayerAccount.objects.exists()
    assert [event.data["iban"] for event in Event.objects.filter(kind__startswith="payer-account")] == [
        iban
    ] * 2


@pytest.mark.parametrize("text", ["pas", "pas d'email", "a@x.fr b@x.fr", "a@localhost", "x" * 250 + "@x.fr"])
def test_what_is_no_address_is_refused_as_an_email(acme, text):
    with pytest.raises(Refused, match="not an e-mail address"):
        edits.edit_customer(customer=acme, fields={"email": text}, version=1, by=None)
    with pytest.raises(Refused, match="not an e-mail address"):
        edits.save_contact(customer=acme, contact=None, fields={"name": "Léa", "email": text}, by=None)
    with pytest.raises(Refused, match="not an e-mail address"):
        edits.add_customer(company=acme.company, fields={"code": "Z", "name": "Z", "email": text}, by=None)
    assert not Contact.objects.filter(customer=acme).exists()


def test_a_bad_address_of_long_ago_does_not_keep_the_rest_from_being_changed(acme):
    Customer.objects.filter(pk=acme.pk).update(email="pas")
    changed = edits.edit_customer(
        customer=acme, fields={"phone": "04 93", "email": "pas"}, version=acme.version, by=None
    )
    assert changed.phone == "04 93"
