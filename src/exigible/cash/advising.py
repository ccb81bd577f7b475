"""Attaching a remittance advice to a payment: what it lists becomes what is proposed."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import transaction

from exigible.cash.matching import propose
from exigible.cash.models import Match, RemittanceAdvice
from exigible.intake.readers.advice import Advice, read_advice
from exigible.intake.wording import as_json
from exigible.kernel.errors import Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.kernel.text import clean
from exigible.ledger.models import BankLine
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

LARGEST: Final = 10 * 2**20
"""Bytes of the largest list that is taken."""
MOST_DOCUMENTS: Final = 5_000
SUFFIXES: Final = frozenset((".csv", ".txt", ".pdf", ".xlsx", ".xlsm", ".xls", ".ods"))


def attach_advice(
    *, company_id: int, line_id: int, content: bytes, name: str, by: int | None
) -> RemittanceAdvice:
    """Read a list of documents, keep its file, and propose what it says for the payment.

    `name` is that of the file, "" for words that were pasted. A list attached before is replaced. Nothing is
    posted. Raises UnreadableFile where no document can be read in it, UserMistake("advice-too-large"),
    Refused("already-lettered") where nothing of the payment is left.
    """
    if len(content) > LARGEST:
        raise UserMistake("advice-too-large", "The list is larger than 10 MB.")
    line = BankLine.objects.get(pk=line_id, company=company_id)
    read = read_advice(content, name, currency=line.currency)
    if len(read.documents) > MOST_DOCUMENTS:
        raise UserMistake("advice-too-large", "The list has more than 5,000 documents.")
    with transaction.atomic():
        line = _line_to_letter(company_id, line_id)
        RemittanceAdvice.objects.filter(line=line, is_withdrawn=False).update(is_withdrawn=True)
        advice = _keep(line, content, clean(name, 200), read, by)
        propose(company_id, line_id)
        _tell(line, "remittance-advice-attached", advice, by)
    return advice


@transaction.atomic
def withdraw_advice(*, company_id: int, line_id: int, by: int | None) -> None:
    """Take the list off the payment again: what is proposed no longer heeds it. Its file is kept."""
    line = _line_to_letter(company_id, line_id)
    advice = RemittanceAdvice.objects.filter(line=line, is_withdrawn=False).first()
    if advice is None:
        raise UserMistake("no-advice", "This payment has no remittance advice.")
    advice.is_withdrawn = True
    advice.save(update_fields=["is_withdrawn"])
    propose(company_id, line_id)
    _tell(line, "remittance-advice-withdrawn", advice, by)


def _line_to_letter(company_id: int, line_id: int) -> BankLine:
    lock_books(company_id)
    line = BankLine.objects.get(pk=line_id, company=company_id)
    if line.set_aside or line.left_minor <= 0:
        raise Refused("already-lettered", "This payment was lettered or put aside by someone meanwhile.")
    return line


def _keep(line: BankLine, content: bytes, name: str, read: Advice, by: int | None) -> RemittanceAdvice:
    advice = RemittanceAdvice(
        company_id=line.company_id,
        line=line,
        name=name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        currency=line.currency,
        documents=[_document(one, line.currency) for one in read.documents],
        total_minor=read.total_minor,
        warnings=[as_json(problem) for problem in read.findings.problems],
        by_id=by,
    )
    suffix = PurePath(name).suffix.lower()
    advice.file.save(f"advice{suffix if suffix in SUFFIXES else '.txt'}", ContentFile(content), save=False)
    advice.save()
    return advice


def _document(one: Any, currency: str) -> dict[str, Any]:
    return {
        "number": one.number,
        "amount_minor": one.amount_minor,
        "currency": one.currency or currency,
        "discount_minor": one.discount_minor,
    }


def _tell(line: BankLine, kind: str, advice: RemittanceAdvice, by: int | None) -> None:
    match = Match.objects.filter(line=line).first()
    record_event(
        company_id=line.company_id,
        customer_id=match.customer_id if match else None,
        kind=kind,
        by=by,
        text=advice.name,
        data={
            "line": line.pk,
            "amount": to_decimal_string(line.amount_minor, line.currency),
            "currency": line.currency,
            "count": len(advice.documents),
            "sha256": advice.file_sha256,
        },
    )
