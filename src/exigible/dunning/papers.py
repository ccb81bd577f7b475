"""The letter and the statement of a case, worded in the customer's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents.layout import grouped_iban
from exigible.documents.model import Letter, LetterCredit, LetterItem
from exigible.documents.statement import OpenItemsSection, Statement, StatementItem
from exigible.documents.wording import date_in_text
from exigible.documents.wording import rate as rate_words
from exigible.dunning.cases import Case
from exigible.dunning.charges import contract_rate
from exigible.dunning.texts.sms import plain
from exigible.dunning.wording import Wording, due_span, fill, fill_line
from exigible.kernel.money import format_amount
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import Customer, OpenItem
from exigible.positions.parties import recipient_of

DAYS_TO_PAY: Final = 8
"""No text fixes the time a formal notice gives; eight days is the use (reasonable time, C. civ. 1231)."""


def letter_of(case: Case, wording: Wording, values: Mapping[str, str] | None = None) -> Letter:
    """The letter (or e-mail) of a case in those words; `values`: other ones than the case's own."""
    if values is None:
        values = values_of(case) if case.items else _Unknown()
    worded = fill(wording, values)
    return Letter(
        sender=case.sender,
        recipient=recipient_of(case.customer, case.company, case.language),
        language=case.language,
        place=case.company.city,
        dated=case.dated,
        reference=_reference(case),
        subject=worded.subject,
        body=worded.body,
        currency=case.action.currency,
        items=letter_items(case),
        credits=letter_credits(case),
        charges=case.charges.lines,
        closing=worded.closing,
        customer_code=case.customer.code,
        annex=case.charges.annex,
    )


def letter_items(case: Case) -> tuple[LetterItem, ...]:
    """What is claimed of a case, item by item."""
    return tuple(_letter_item(item, case) for item in case.items)


def letter_credits(case: Case) -> tuple[LetterCredit, ...]:
    """What is taken off it."""
    return tuple(
        LetterCredit(c.document_number, c.issued_on, c.open_minor, case.label(c)) for c in case.credits
    )


def sms_of(case: Case, text: str) -> str:
    """The text message of a case; empty where its template has none or nothing is claimed."""
    return plain(fill_line(text, values_of(case))) if text and case.items else ""


class _Unknown(dict[str, str]):
    """For a message about nothing, which is never sent: whatever is asked for is a dash."""

    def __missing__(self, key: str) -> str:
        return "\N{EN DASH}"


def values_of(case: Case) -> dict[str, str]:
    """What the wording may name; what the case does not have is not there."""
    language, company = case.language, case.company
    net = case.gross_minor + case.credits_minor
    total = net + sum(charge.amount_minor for charge in case.charges.lines)
    calendar = calendar_of(case.addressee.country, company)
    pay_by = calendar.next_business_day(case.dated + timedelta(days=DAYS_TO_PAY))
    previous_on = str(case.action.reason_params.get("previous_on", ""))
    agreed = contract_rate(company)
    is_professional = case.addressee.kind == Customer.Kind.BUSINESS
    values = {
        "customer": case.customer.name,
        "customer_code": case.customer.code,
        "company": company.name,
        "collector": case.sender.contact,
        "total": money_of(total, case),
        "principal": money_of(net, case),
        "item_count": str(len(case.items)),
        "reference": _reference(case),
        "iban": grouped_iban(case.sender.iban),
        "due_span": due_span((item.due_on for item in case.items), language),
        "previous_on": date_in_text(date.fromisoformat(previous_on), language) if previous_on else "",
        "pay_by": date_in_text(pay_by, language),
        "dated": date_in_text(case.dated, language),
        "contract_rate": rate_words(agreed, language) if agreed and is_professional else "",
    }
    return {name: value for name, value in values.items() if value} | _conditions(case) | _promise(case)


def _conditions(case: Case) -> dict[str, str]:
    """The charges of the sum, and the names that only keep a paragraph for a case."""
    charges = {"interest": case.charges.interest, "indemnity": case.charges.indemnity}
    amounts = {name: money_of(charge.amount_minor, case) for name, charge in charges.items() if charge}
    is_so = {
        "if_professional": case.addressee.kind == Customer.Kind.BUSINESS,
        "if_individual": case.addressee.kind == Customer.Kind.INDIVIDUAL,
        "if_charges": "interest" in amounts,
        "if_indemnity": "indemnity" in amounts,
    }
    return amounts | {name: "" for name, holds in is_so.items() if holds}


def _promise(case: Case) -> dict[str, str]:
    if case.broken is None:
        return {}
    made = case.broken.promise
    return {
        "promised": money_of(made.amount_minor, case),
        "promised_on": date_in_text(made.due_on, case.language),
    }


def money_of(minor: int, case: Case) -> str:
    """An amount of a case as its reader writes it."""
    return format_amount(minor, case.action.currency, locale=case.language, with_symbol=True)


def _reference(case: Case) -> str:
    """What the payment should quote: the one document, else the customer's account."""
    documents = {"" if case.is_unclear(item) else item.document_number for item in case.items}
    return (documents.pop() if len(documents) == 1 else "") or case.customer.code


def _letter_item(item: OpenItem, case: Case) -> LetterItem:
    return LetterItem(
        document=item.document_number,
        issued_on=item.issued_on,
        due_on=item.due_on,
        days_late=(case.dated - item.due_on).days,
        amount_minor=item.amount_minor,
        open_minor=case.claimed(item),
        detail=_detail(item, case),
    )


def _detail(item: OpenItem, case: Case) -> str:
    """What the item is. A rank is one among the due dates of one document, which an unclear number is not."""
    is_ranked = item.installment > 1 and not case.is_unclear(item)
    known = case.facts[item.pk]
    with override(case.language):
        parts = [
            case.label(item),
            _("Instalment {rank}").format(rank=item.installment) if is_ranked else "",
            _("Your order {number}").format(number=item.order_number) if item.order_number else "",
            _unclaimed(_("{amount} contested"), known.disputed_minor, case),
            _unclaimed(_("{amount} promised"), known.promised_minor, case),
        ]
    return " · ".join(filter(None, parts))


def _unclaimed(words: str, minor: int, case: Case) -> str:
    if not minor:
        return ""
    return words.format(amount=format_amount(minor, case.action.currency, locale=case.language))


def statement_of(case: Case) -> Statement:
    return Statement(
        sender=case.sender,
        recipient=recipient_of(case.customer, case.company, case.language),
        language=case.language,
        place=case.company.city,
        dated=case.dated,
        as_of=case.dated,
        reference=case.customer.code,
        customer_code=case.customer.code,
        sections=(
            OpenItemsSection(
                case.action.currency, tuple(_statement_item(item, case) for item in case.open_items)
            ),
        ),
    )


def _statement_item(item: OpenItem, case: Case) -> StatementItem:
    return StatementItem(
        document=item.document_number,
        label=" · ".join(
            filter(None, (_kind_of_document(item.document_type, case.language), case.label(item)))
        ),
        issued_on=item.issued_on,
        due_on=item.due_on if item.open_minor > 0 else None,
        days_late=(case.dated - item.due_on).days,
        amount_minor=item.amount_minor,
        open_minor=item.open_minor,
    )


def _kind_of_document(document_type: str, language: str) -> str:
    with override(language):
        return {
            "invoice": _("Invoice"),
            "credit_note": _("Credit note"),
            "payment": _("Payment"),
        }.get(document_type, _("Entry"))
