"""Bringing the generated group into the database: companies, people, files, notes, and a first morning."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from exigible.calls.services import Call, log_call
from exigible.cash.services import match_company
from exigible.demo.commands import PASSWORD
from exigible.demo.generate import SizeName, generate
from exigible.demo.manifest import CompanyTruth, DemoFile, DemoManifest
from exigible.demo.replies import deliver_replies
from exigible.dunning.services import propose_run
from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive
from exigible.kernel.dates import Calendar
from exigible.kernel.errors import Refused
from exigible.kernel.money import exponent, parse_amount, to_decimal_string
from exigible.ledger.edits import edit_company, edit_customer
from exigible.ledger.models import Company, Customer
from exigible.ledger.services import add_company
from exigible.negotiation.services import make_promise
from exigible.positions.queries import aged_balance
from exigible.runtime.setup import migrate
from exigible.team.models import Membership, User
from exigible.team.services import add_user
from exigible.worklist.services import add_note, build_day

Tell = Callable[[str], None]
SETTINGS = (
    "siren",
    "registration",
    "address",
    "postcode",
    "city",
    "phone",
    "email",
    "iban",
    "bic",
    "signatory",
)


class SignIn(NamedTuple):
    """Who can sign in, and as what. `password` is empty where the person has chosen another one."""

    email: str
    role: str
    password: str = PASSWORD


def open_group(*, size: SizeName, seed: int, countries: tuple[str, ...], tell: Tell) -> list[SignIn]:
    """Make the group and bring it in, unless it is there already; gives who can sign in."""
    migrate()
    if Company.objects.exists():
        tell("This database already holds companies: they stay as they are.")
        return _who_can_sign_in()
    with tempfile.TemporaryDirectory(prefix="exigible-demo-") as folder:
        manifest = generate(
            Path(folder), seed=seed, size=size, today=timezone.localdate(), countries=countries
        )
        companies = {truth.code: _open_company(truth) for truth in manifest.companies}
        _invite(manifest, companies)
        for file in manifest.files:
            if file.kind in ("customers", "fec", "items"):
                tell(_import(companies[file.company], file, Path(folder)))
            elif file.kind == "notes":
                _write_notes(Path(folder) / file.path, companies)
        _check_against_truth(manifest, companies, tell)
        _note_insolvencies(manifest, companies)
        for file in manifest.files:
            if file.kind == "bank":
                tell(_import(companies[file.company], file, Path(folder)))
    for company in companies.values():
        tell(_letter(company))
    for company in companies.values():
        tell(_do_morning(company))
    most_seen = sorted(manifest.users, key=lambda person: (person.role != "senior", -len(person.companies)))
    return [SignIn(person.email, person.role) for person in most_seen]


def _who_can_sign_in() -> list[SignIn]:
    members = Membership.objects.filter(user__is_active=True).select_related("user").order_by("-pk")
    first = {member.user.email: member for member in members[:40]}
    return [
        SignIn(email, member.role, PASSWORD if member.user.check_password(PASSWORD) else "")
        for email, member in reversed(first.items())
    ]


def _open_company(truth: CompanyTruth) -> Company:
    company = add_company(
        code=truth.code, name=truth.name, country=truth.country, currency=truth.currency, by=None
    )
    fields = {name: getattr(truth, name) for name in SETTINGS} | {"payment_terms": truth.default_terms}
    return edit_company(company=company, fields=fields, by=None)


def _invite(manifest: DemoManifest, companies: dict[str, Company]) -> None:
    for person in manifest.users:
        for code in person.companies:
            add_user(
                company=companies[code], email=person.email, role=person.role, by=None, password=PASSWORD,
                name=person.name,
            )  # fmt: skip


def _import(company: Company, file: DemoFile, folder: Path) -> str:
    """Import one file as a user would; a file that is refused ends the demonstration with its reasons."""
    path = folder / file.path
    with path.open("rb") as content:
        job = receive(company=company, kind=file.kind, content=content, name=path.name, by=None)
    preview(job)
    if job.state == Import.State.READY:
        apply(job)
    if job.state != Import.State.APPLIED:
        raise Refused(
            "demo-file-refused", "{file}: {errors}", file=file.path, errors=job.result.get("errors")
        )
    control = job.result.get("control")
    difference = f", difference with the books {control['difference']}" if control else ""
    return f"{company.code}  {path.name}: {job.result['rows']} rows{difference}"


def _letter(company: Company) -> str:
    counts = match_company(company.pk).counts
    return f"{company.code}  bank lines: " + ", ".join(f"{status} {n}" for status, n in counts.items())


def _write_notes(path: Path, companies: dict[str, Company]) -> None:
    people = {user.email: user.pk for user in User.objects.all()}
    for note in json.loads(path.read_text(encoding="utf-8")):
        company = companies.get(note["company"])
        customer = Customer.objects.filter(company=company, code=note["customer"]).first()
        if customer is not None:
            _write_note(note, customer, people.get(note.get("author", "")))


@transaction.atomic
def _write_note(note: dict[str, str], customer: Customer, by: int | None) -> None:
    at = timezone.make_aware(datetime.combine(date.fromisoformat(note["date"]), time(10, 30)))
    currency = customer.company.currency
    if note.get("promise_date"):
        amount = parse_amount(note["promise_amount"], exponent=exponent(currency), decimal_mark=".")
        make_promise(
            customer=customer, amount_minor=amount, currency=currency, text=note["text"], by=by,
            due_on=date.fromisoformat(note["promise_date"]), happened_at=at,
        )  # fmt: skip
    elif note["kind"] == "call":
        outcome = "no-answer" if "sans réponse" in note["text"] else "reached"
        call = Call(note["text"], happened_at=at)
        log_call(customer=customer, outcome=outcome, call=call, by=by)
    else:
        add_note(customer=customer, text=note["text"], by=by, happened_at=at)


def _check_against_truth(manifest: DemoManifest, companies: dict[str, Company], tell: Tell) -> None:
    """The generator knows what each company is owed: say so when the ledger does not."""
    for truth in manifest.companies:
        company = companies[truth.code]
        found = aged_balance(company, as_of=date.fromisoformat(manifest.today)).totals[company.currency]
        for name, minor in (("balance", found.total), ("overdue", found.overdue)):
            shown = to_decimal_string(minor, company.currency)
            agreed = (
                "agrees with" if shown == getattr(truth, name) else f"DIFFERS from {getattr(truth, name)} of"
            )
            tell(f"{truth.code}  {name} {shown} {company.currency} {agreed} what the generator knows")


def _note_insolvencies(manifest: DemoManifest, companies: dict[str, Company]) -> None:
    """The customer of the group whose insolvency was opened: its reminders stop."""
    for truth in manifest.companies:
        if bankrupt := Customer.objects.filter(
            company=companies[truth.code], code=truth.cast.get("bankrupt", "")
        ).first():
            edit_customer(customer=bankrupt, fields={"is_insolvent": True}, version=bankrupt.version, by=None)


def _do_morning(company: Company) -> str:
    """The day's list, and the reminders of the next working day: on a Sunday nobody is reminded."""
    today = timezone.localdate()
    working_day = Calendar(company.country).next_business_day(today)
    run = propose_run(company=company, on=working_day, by=None)
    lines = build_day(company=company, on=today)
    replies = deliver_replies(run)
    proposed = f"{working_day}: {run.actions.count()} reminders proposed"
    return f"{company.code}  {lines} things to do today; {proposed}; {replies} replies to read"
