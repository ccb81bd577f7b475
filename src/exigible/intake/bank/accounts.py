"""On which account the lines are, where a file does not say it."""

from __future__ import annotations

from collections.abc import Sequence

from exigible.intake.models import FileKind, Import
from exigible.kernel.text import clean
from exigible.ledger.models import BankAccount

LONGEST_NUMBER = 40


def account_number(text: str) -> str:
    """A number as accounts bear it: capitals, without spaces, cut to what is kept."""
    return "".join(clean(text, 100).split()).upper()[:LONGEST_NUMBER]


def assumed_accounts(job: Import, source: str) -> list[str]:
    """The accounts that a file without an account may be of, the likeliest first; never empty.

    It is the one that was chosen; else that of this very file when it came before; else those of the files
    that came before from the same source (the names of a table's columns, or its format); else the company's
    own IBAN; else the account without a number. More than one means that only a person can tell.
    """
    if chosen := account_number(job.options.get("account") or ""):
        return [chosen]
    before = Import.objects.filter(
        company=job.company_id, kind=FileKind.BANK, state=Import.State.APPLIED, description__source=source
    )
    found = before.exclude(pk=job.pk).order_by("pk").values_list("sha256", "description__assumed_account")
    if same := [number for sha256, number in found if sha256 == job.sha256]:
        return same[:1]
    numbers = list(dict.fromkeys(number for _, number in found if number is not None))
    return numbers or [account_number(job.company.iban)]


def known_numbers(company_id: int) -> Sequence[str]:
    """The numbers of the company's own accounts that are known, in their order."""
    found = BankAccount.objects.filter(company=company_id).exclude(number="")
    return list(found.order_by("number").values_list("number", flat=True).distinct())
