"""Matching in the background: after each import of bank lines, and when asked for. May run twice."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from exigible.cash.matching import match_company
from exigible.intake.signals import bank_lines_added


@app.task(name="cash.match")
def match_lines(company_id: int) -> None:
    """Match the lines of a company that nobody lettered yet."""
    match_company(company_id)


def match_later(company_id: int) -> None:
    """Ask a worker to match a company's lines, unless it is already asked for."""
    name = f"cash-match-{company_id}"
    try:
        match_lines.configure(lock=name, queueing_lock=name).defer(company_id=company_id)
    except AlreadyEnqueued:
        return


@receiver(bank_lines_added)
def _match_what_came_in(sender: Any, company_id: int, **_: Any) -> None:  # noqa: ARG001  Django's signature
    match_later(company_id)
