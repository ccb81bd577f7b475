"""Reads of the ledger that other rooms share."""

from __future__ import annotations

from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company


def find_company(code: str) -> Company:
    """The company with this code; raises UserMistake("unknown-company")."""
    company = Company.objects.filter(code=code).first()
    if company is None:
        raise UserMistake("unknown-company", "There is no company with the code {found}.", found=code)
    return company
