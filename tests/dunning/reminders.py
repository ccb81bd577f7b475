"""A company with customers that can be written to, and runs made as a person would make them."""

from __future__ import annotations

from datetime import date
from typing import Any

from exigible.dunning.models import Action, HeldBack, Run
from exigible.dunning.services import approve, propose_run, send_run
from exigible.dunning.services.sending import SendReport
from exigible.ledger.models import Company, Customer
from tests.books import Books, make_company, write_books

MONDAY = date(2026, 11, 23)


def make_sender(code: str = "ACO", *, country: str = "FR", **fields: Any) -> Company:
    """A company that has what a letter needs."""
    company = make_company(code, country=country)
    known = {
        "address": "2 avenue Jean-Médecin", "city": "Nice", "email": "compta@aco.example",
        "iban": "FR7630006000011234567890189",
    }  # fmt: skip
    Company.objects.filter(pk=company.pk).update(**known | fields)
    company.refresh_from_db()
    return company


def books_with(text: str, *, company: Company | None = None, **customer: Any) -> Books:
    """Books whose customers have an e-mail address and a postal one, or what `customer` says."""
    books = write_books(text, company=company or make_sender())
    for person in Customer.objects.filter(company=books.company):
        known = {"email": f"{person.code.lower()}@example.net", "address": "1 rue Haute", "city": "Lyon"}
        Customer.objects.filter(pk=person.pk).update(**known | customer)
    return books


def propose(books: Books, on: date = MONDAY) -> Run:
    return propose_run(company=books.company, on=on, by=None)


def approve_all(run: Run) -> int:
    return approve(run=run, by=None)


def send(run: Run) -> SendReport:
    """Send a run, whatever its day."""
    run.refresh_from_db()
    return send_run(run=run, by=None, early=True)


def morning(books: Books, on: date) -> Run:
    """A run of that day, proposed, approved and sent."""
    run = propose(books, on)
    approve_all(run)
    send(run)
    run.refresh_from_db()
    return run


def steps(run: Run) -> dict[str, str]:
    """What a run says to whom: customer's code → step, of the messages that are live."""
    live = Action.objects.filter(run=run, state__in=Action.LIVE)
    return dict(live.values_list("customer__code", "step"))


def held(run: Run) -> dict[str, str]:
    """Customer's code → reason."""
    return dict(HeldBack.objects.filter(run=run).values_list("customer__code", "reason_code"))


def only_action(run: Run) -> Action:
    return Action.objects.get(run=run, state__in=Action.LIVE)
