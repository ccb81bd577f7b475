"""Changes to what is known of a customer: who to write to, on which terms, and whether reminders rest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Model
from django.utils import timezone

from exigible.kernel.errors import Refused
from exigible.kernel.text import is_email
from exigible.ledger.models import Company, Contact, Contract, Customer, Pause, PayerAccount
from exigible.ledger.pauses import over_by, pause_on, to_come_after
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event


def _changed_meanwhile() -> Refused:
    return Refused(
        "changed-meanwhile",
        "Someone else changed this meanwhile. Nothing was saved: look at what stands there now, then save.",
    )


def fingerprint(record: Model, names: Iterable[str]) -> str:
    """What some fields of a record hold, in short: another one as soon as someone changes one of them."""
    held = "\0".join(str(getattr(record, name)) for name in names)
    return hashlib.sha256(held.encode()).hexdigest()[:16]


def _refuse_if_changed(record: Model, names: Iterable[str], read: str | None) -> None:
    if read is not None and read != fingerprint(record, names):
        raise _changed_meanwhile()


def _refuse_bad_email(fields: Mapping[str, Any]) -> None:
    """What is kept as an address is written to one day."""
    if (email := fields.get("email")) and not is_email(email):
        raise Refused("bad-email", "“{found}” is not an e-mail address.", found=email)


@transaction.atomic
def add_customer(*, company: Company, fields: Mapping[str, Any], by: int | None) -> Customer:
    """Open a customer account. Raises Refused("bad-email")."""
    _refuse_bad_email(fields)
    customer = Customer.objects.create(company=company, **fields)
    record_event(
        company_id=company.pk, customer_id=customer.pk, kind="customer-added", by=by, text=customer.name
    )
    return customer


@transaction.atomic
def edit_customer(*, customer: Customer, fields: Mapping[str, Any], version: int, by: int | None) -> Customer:
    """Change some fields of a customer, as it was when its `version` was read.

    Raises Refused("changed-meanwhile") when someone else changed it since: nothing of theirs is overwritten;
    Refused("bad-email").
    """
    locked = Customer.objects.select_for_update().get(pk=customer.pk)
    if locked.version != version:
        raise _changed_meanwhile()
    changes = {
        name: [_plain(getattr(locked, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(locked, name) != value
    }
    if not changes:
        return locked
    _refuse_bad_email({name: fields[name] for name in changes})
    for name in changes:
        setattr(locked, name, fields[name])
    locked.version = F("version") + 1
    locked.save()
    locked.refresh_from_db()
    record_event(
        company_id=locked.company_id,
        customer_id=locked.pk,
        kind="customer-changed",
        by=by,
        data={"changes": changes},
    )
    return locked


@transaction.atomic
def pause_dunning(
    *, customer: Customer, until: date | None, reason: str, by: int | None, starts_on: date | None = None
) -> None:
    """Let reminders rest until a day, that day included; or, with none, go out again from today.

    `starts_on`: since when, today unless it is dated back or is to come. One that holds today takes the place
    of the one that holds today; others stand beside. Raises Refused("pause-ends-first") for an end before
    the start.
    """
    today = timezone.localdate()
    since = starts_on or today
    if until is not None and until < since:
        raise Refused("pause-ends-first", "A pause ends on the day it starts or later.")
    lock_books(customer.company_id)
    if until is None or since <= today <= until:
        holding = Pause.objects.filter(company=customer.company_id, customer=customer)
        holding.exclude(over_by(today) | to_come_after(today)).update(lifted_on=today, lifted_by=by)
    if until is not None:
        Pause.objects.create(
            company_id=customer.company_id, customer=customer, starts_on=since, until=until, reason=reason,
            by_id=by,
        )  # fmt: skip
    record_event(
        company_id=customer.company_id,
        customer_id=customer.pk,
        kind="dunning-paused" if until else "dunning-resumed",
        by=by,
        text=reason,
        data=_span(since, until, today),
    )


def _span(since: date, until: date | None, today: date) -> dict[str, str]:
    """The days of a pause as the timeline keeps them; its start where it is not the day itself."""
    if until is None:
        return {}
    return {"until": until.isoformat()} | ({} if since == today else {"since": since.isoformat()})


@transaction.atomic
def rest_at_least(*, customer: Customer, until: date, reason: str, by: int | None) -> bool:
    """Let reminders rest from today until a day, unless a pause that holds today lasts as long or longer.

    Whether one was set.
    """
    lock_books(customer.company_id)
    held = pause_on(customer, timezone.localdate())
    if held is not None and held.until >= until:
        return False
    pause_dunning(customer=customer, until=until, reason=reason[:200], by=by)
    return True


@transaction.atomic
def lift_pause(*, pause: Pause, by: int | None) -> None:
    """End a pause today, or withdraw one to come; it stays in the history.

    Raises Refused("pause-over") for one that has ended or was lifted.
    """
    lock_books(pause.company_id)
    today = timezone.localdate()
    mine = Pause.objects.filter(pk=pause.pk).exclude(over_by(today))
    if not mine.update(lifted_on=today, lifted_by=by):
        raise Refused("pause-over", "This pause has ended already.")
    is_to_come = pause.starts_on > today
    record_event(
        company_id=pause.company_id,
        customer_id=pause.customer_id,
        kind="dunning-pause-withdrawn" if is_to_come else "dunning-resumed",
        by=by,
        data=_span(pause.starts_on, pause.until, today) if is_to_come else {},
    )


@transaction.atomic
def save_contact(
    *,
    customer: Customer,
    contact: Contact | None,
    fields: Mapping[str, Any],
    by: int | None,
    read: str | None = None,
) -> Contact:
    """Add a contact, or change one. `read`: the fingerprint of these fields when they were read.

    Raises Refused("changed-meanwhile") when someone else changed them since; Refused("bad-email").
    """
    _refuse_bad_email(fields)
    known = Contact(company_id=customer.company_id, customer=customer)
    if contact is not None:
        known = Contact.objects.select_for_update().get(pk=contact.pk, customer=customer)
        _refuse_if_changed(known, fields, read)
    for name, value in fields.items():
        setattr(known, name, value)
    known.save()
    record_event(
        company_id=customer.company_id,
        customer_id=customer.pk,
        kind="contact-changed" if contact else "contact-added",
        by=by,
        text=known.name,
        data={name: _plain(value) for name, value in fields.items()},
    )
    return known


@transaction.atomic
def add_payer_account(*, customer: Customer, iban: str, holder: str, by: int | None) -> PayerAccount:
    """Note a bank account from which the customer is known to pay."""
    account = PayerAccount.objects.create(
        company_id=customer.company_id, customer=customer, iban=iban, holder=holder
    )
    _tell_account("payer-account-added", account, by)
    return account


@transaction.atomic
def remove_payer_account(*, account: PayerAccount, by: int | None) -> None:
    """Forget a bank account noted by mistake: the history keeps that it was known."""
    _tell_account("payer-account-removed", account, by)
    account.delete()


def _tell_account(kind: str, account: PayerAccount, by: int | None) -> None:
    record_event(
        company_id=account.company_id, customer_id=account.customer_id, kind=kind, by=by, text=account.holder,
        data={"iban": account.iban},
    )  # fmt: skip


@transaction.atomic
def add_contract(
    *, customer: Customer, fields: Mapping[str, Any], file: File | None, by: int | None
) -> Contract:
    """Keep a contract, or signed general terms, with its file and the file's SHA-256."""
    contract = Contract(company_id=customer.company_id, customer=customer, **fields)
    if file is not None:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        contract.file_sha256 = digest.hexdigest()
        contract.file = file
    contract.save()
    record_event(
        company_id=customer.company_id, customer_id=customer.pk, kind="contract-added", by=by,
        text=contract.title,
        data={"sha256": contract.file_sha256},
    )  # fmt: skip
    return contract


@transaction.atomic
def edit_company(
    *, company: Company, fields: Mapping[str, Any], by: int | None, read: str | None = None
) -> Company:
    """Change a company's settings. `read`: the fingerprint of these fields when they were read.

    Raises Refused("changed-meanwhile") when someone else changed them since.
    """
    locked = Company.objects.select_for_update().get(pk=company.pk)
    _refuse_if_changed(locked, fields, read)
    changes = {
        name: [_plain(getattr(locked, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(locked, name) != value
    }
    for name in changes:
        setattr(locked, name, fields[name])
    if changes:
        locked.save(update_fields=list(changes))
        record_event(
            company_id=locked.pk, customer_id=None, kind="company-changed", by=by, data={"changes": changes}
        )
    return locked


def _plain(value: Any) -> Any:
    """A value as the timeline keeps it."""
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)
