"""What three late customers answer by e-mail, in the languages that they are written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from django.utils import timezone

from exigible.dunning.models import Action, Run
from exigible.inbox.receiving import receive
from exigible.kernel.money import format_amount

PROMISE, PAID, DISPUTE = "promise", "paid", "dispute"
WORDS: Final = {
    "fr": {
        PROMISE: "Bonjour,\n\nNous réglerons la facture {document} par virement le {day}.\n\nCordialement,\n"
        "La comptabilité fournisseurs",
        PAID: "Bonjour,\n\nSauf erreur de notre part, la facture {document} a été réglée par virement la"
        " semaine dernière. Pouvez-vous vérifier ?\n\nBien cordialement",
        DISPUTE: "Bonjour,\n\nNous contestons la facture {document} : il manque {amount} de marchandise, non"
        " livrée. Merci de nous établir un avoir.\n\nLe service achats",
    },
    "en": {
        PROMISE: "Dear Sir or Madam,\n\nWe will pay invoice {document} by bank transfer on {day}.\n\n"
        "Kind regards,\nAccounts payable",
        PAID: "Hello,\n\nInvoice {document} was paid by bank transfer last week. Could you check?\n\nRegards",
        DISPUTE: "Hello,\n\nWe dispute invoice {document}: goods worth {amount} were never delivered."
        " Please issue a credit note.\n\nPurchasing",
    },
}


def deliver_replies(run: Run) -> int:
    """Three of those whom a run reminds by e-mail have answered, each in its own way; gives how many did."""
    reminded = Action.objects.filter(run=run, channel="email").select_related("customer", "run__company")
    chosen = list(reminded.order_by("-net_minor", "pk")[:3])
    now = timezone.now()
    for number, (action, kind) in enumerate(zip(chosen, (DISPUTE, PROMISE, PAID), strict=False)):
        raw = _reply(action, kind, now - timedelta(hours=3 - number))
        receive(company=run.company, raw=raw, by=None)
    return len(chosen)


def _reply(action: Action, kind: str, sent_at: datetime) -> bytes:
    """An e-mail as it would come in."""
    item = action.items.select_related("item").order_by("-item__due_on", "pk")[0].item
    day = timezone.localdate(sent_at) + timedelta(days=7)
    is_french = action.language == "fr"
    said = WORDS["fr" if is_french else "en"][kind].format(
        document=item.document_number,
        day=f"{day:%d/%m/%Y}" if is_french else f"{day.day} {day:%B %Y}",
        amount=f"{format_amount(max(1, item.open_minor // 4), item.currency)} {item.currency}",
    )
    message = EmailMessage()
    message["From"], message["To"] = action.recipient, action.run.company.email or "reminders@example.com"
    message["Subject"] = f"RE: {item.document_number}"
    message["Date"] = format_datetime(sent_at)
    message["Message-ID"] = f"<demo-{kind}-{action.pk}@customer.example>"
    message.set_content(said)
    return message.as_bytes()
