"""A note that claims nothing, in the words of its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from exigible.disputes.models import Dispute
from exigible.documents import layout
from exigible.documents.wording import date_in_text
from exigible.dunning.texts.parts import Key
from exigible.dunning.texts.versions import Voices
from exigible.dunning.wording import fill
from exigible.kernel.money import format_amount
from exigible.ledger.models import Company, Customer


@dataclass(frozen=True, slots=True)
class Note:
    """What is written, and by which version of the words; 0 are the standard ones."""

    subject: str
    text: str
    version: int


def write_note(
    *, company: Company, customer: Customer, tone: str, dispute: Dispute | None, today: date
) -> Note:
    """The note of a tone to a customer, in its language."""
    language = customer.language or "fr"
    key = Key(tone, language, customer.country or company.country, customer.kind)
    voice = Voices([company]).find(company.pk, key)
    worded = fill(voice.email, note_values(company, customer, language, today) | _of(dispute, language))
    text = "\n\n".join(layout.paragraphs(worded.body)).replace(layout.BREAK_HERE, "")
    return Note(worded.subject, text, voice.version)


def note_values(company: Company, customer: Customer, language: str, dated: date) -> dict[str, str]:
    """What the words that claim nothing may name; what is not known is not there."""
    values = {
        "customer": customer.name,
        "customer_code": customer.code,
        "company": company.name,
        "collector": customer.collector.name if customer.collector else "",
        "dated": date_in_text(dated, language),
    }
    return {name: value for name, value in values.items() if value}


def _of(dispute: Dispute | None, language: str) -> dict[str, str]:
    if dispute is None:
        return {}
    return disputed_values(
        dispute.amount_minor, dispute.item.currency, dispute.item.document_number, language
    )


def disputed_values(minor: int, currency: str, document: str, language: str) -> dict[str, str]:
    """What is contested, and of which document."""
    amount = format_amount(minor, currency, locale=language, with_symbol=True)
    return {"disputed": amount, "disputed_document": document}
