"""Little bank files for tests, brought in as a user does.

A line of a statement: `day amount reference | payer | text`; the reference `-` is none.
"""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.db import transaction as transaction_
from tests.books import new_moment, write_books
from tests.intake.readers.bank.camt_text import amount, at, balance, document, transaction

from exigible.intake.models import Import
from exigible.intake.services import apply, preview, receive
from exigible.kernel.money import parse_amount, to_decimal_string
from exigible.ledger.models import BankLine, BankPosting, Company
from exigible.ledger.services import lock_books

IBAN = "FR7630006000011234567890189"
OTHER_IBAN = "DE89370400440532013000"


def lines_in(text: str) -> list[tuple[str, str, str, str, str]]:
    found = []
    for raw in filter(None, map(str.strip, text.splitlines())):
        head, payer, said = (part.strip() for part in (raw + "||").split("|")[:3])
        day, money, reference = head.split()
        found.append((day, money, "" if reference == "-" else reference, payer, said))
    return found


def camt_entry(
    day: str, money: str, reference: str, payer: str, said: str, *more: str, currency: str = "EUR"
) -> str:
    role = "Cdtr" if money.startswith("-") else "Dbtr"
    details = [
        at("RltdPties", at(f"{role}/Nm", payer)) if payer else "",
        at("RmtInf/Ustrd", said) if said else "",
    ]
    parts = "".join(more) or transaction("", *details)
    side = "DBIT" if money.startswith("-") else "CRDT"
    return at(
        "Ntry", amount(money.lstrip("-"), currency), at("CdtDbtInd", side),
        at("Sts", "BOOK"), at("BookgDt/Dt", day), at("ValDt/Dt", day),
        at("AcctSvcrRef", reference) if reference else "", at("NtryDtls", parts),
    )  # fmt: skip


def camt(
    text: str, *, opening: str | None = "1000.00", closing: str | None = None, number: str = "S1",
    iban: str = IBAN, currency: str = "EUR", message: str = "053", entries: str = "",
) -> bytes:  # fmt: skip
    """A CAMT file of one statement. It adds up unless `closing` is said; without `opening`, no balances."""
    lines = lines_in(text)
    days = [line[0] for line in lines] or ["2026-03-31"]
    names = {
        "053": ("BkToCstmrStmt", "Stmt"),
        "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        "052": ("BkToCstmrAcctRpt", "Rpt"),
    }
    name, part = names[message]
    said = entries + "".join(camt_entry(*line, currency=currency) for line in lines)
    balances = ""
    if opening is not None:
        total = _minor(opening, currency) + sum(_minor(line[1], currency) for line in lines)
        end = closing if closing is not None else to_decimal_string(total, currency)
        balances = _balance("OPBD", opening, min(days), currency) + _balance("CLBD", end, max(days), currency)
    period = at("FrToDt", at("FrDtTm", min(days) + "T00:00:00"), at("ToDtTm", max(days) + "T23:59:59"))
    account = at("Acct", at("Id/IBAN", iban) + at("Ccy", currency))
    whole = at(part, at("Id", number), period, account, balances, said)
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.08"
    return document(whole, namespace=space, message=name).encode()


def _minor(text: str, currency: str) -> int:
    return parse_amount(text, exponent={"JPY": 0}.get(currency, 2), decimal_mark=".")


def _balance(kind: str, text: str, on: str, currency: str) -> str:
    return balance(kind, text.lstrip("-"), "DBIT" if text.startswith("-") else "CRDT", on, currency)


def mt940(text: str, *, opening: str = "1000.00", number: str = "1") -> bytes:
    """An MT940 message; its opening balance is of the evening before."""
    lines = lines_in(text)
    days = [date.fromisoformat(line[0]) for line in lines]
    end = _minor(opening, "EUR") + sum(_minor(line[1], "EUR") for line in lines)
    before = min(days) - timedelta(days=1)
    said = [":20:STARTUMS", f":25:{IBAN}", f":28C:{number}", f":60F:C{before:%y%m%d}EUR{_comma(opening)}"]
    for day, money, reference, payer, words in lines:
        on, side = date.fromisoformat(day), "D" if money.startswith("-") else "C"
        tail = f"//{reference}" if reference else ""
        said += [
            f":61:{on:%y%m%d}{on:%m%d}{side}{_comma(money.lstrip('-'))}NTRFNONREF{tail}",
            f":86:{payer} {words}",
        ]
    said += [f":62F:C{max(days):%y%m%d}EUR{_comma(to_decimal_string(end, 'EUR'))}", "-"]
    return "\r\n".join(said).encode()


def _comma(text: str) -> str:
    return text.replace(".", ",")


def receive_bank(company: Company, content: bytes, name: str = "releve.xml", **options: Any) -> Import:
    new_moment()
    return receive(
        company=company, kind="bank", content=BytesIO(content), name=name, by=None, options=options
    )


def preview_bank(company: Company, content: bytes, name: str = "releve.xml", **options: Any) -> Import:
    return preview(receive_bank(company, content, name, **options))


def import_bank(company: Company, content: bytes, name: str = "releve.xml", **options: Any) -> Import:
    job = preview_bank(company, content, name, **options)
    return apply(job) if job.state == Import.State.READY else job


def amounts(company: Company) -> list[int]:
    """What the ledger has, set aside or not, by day and amount."""
    found = BankLine.objects.filter(company=company).order_by("booked_on", "amount_minor", "pk")
    return list(found.values_list("amount_minor", flat=True))


def post_line(line: BankLine, amount_minor: int) -> None:
    """So much of a line stands for a payment of a customer."""
    books = write_books(f"{line.booked_on} payment V-1 ACME -{amount_minor // 100}.00", company=line.company)
    with transaction_.atomic():
        lock_books(line.company_id)
        BankPosting.objects.create(
            company=line.company, line=line, item=books["V-1"], amount_minor=amount_minor
        )
