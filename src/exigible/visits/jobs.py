"""Receipts leave in the background. Each job may run twice: a receipt leaves once."""

from __future__ import annotations

from procrastinate.contrib.django import app

from exigible.dunning.mailing import Fate
from exigible.visits.models import Receipt
from exigible.visits.receipts import send_later, send_receipt

TRY_AGAIN_MINUTES = 10
MOST_ATTEMPTS = 288
"""Two days."""


@app.task(name="visits.send_receipt")
def send_receipt_job(receipt_id: int, attempt: int = 1) -> None:
    """Send a receipt by e-mail; where the mail server is not there, again in some minutes."""
    delivery = send_receipt(receipt_id, is_last=attempt >= MOST_ATTEMPTS)
    if delivery is not None and delivery.fate is Fate.LATER:
        send_later(Receipt.objects.get(pk=receipt_id), TRY_AGAIN_MINUTES, attempt + 1)
