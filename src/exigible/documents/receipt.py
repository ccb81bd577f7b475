"""The receipt for cash or a cheque that was handed over, as PDF: what it is for, numbered, signed or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from exigible.documents import layout, typesetting
from exigible.documents.layout import Assets
from exigible.documents.model import Language, Sender
from exigible.documents.wording import REGIONS, long_date
from exigible.kernel.money import format_amount


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """What was handed over, by whom, to whom. Texts are plain; `cheque` is empty for cash.

    `signature` is the PNG drawn by `signer`, or nothing. The language is the customer's.
    """

    sender: Sender
    language: Language
    number: int
    received_on: date
    customer: tuple[str, ...]
    customer_code: str
    amount_minor: int
    currency: str
    cheque: str = ""
    received_by: str = ""
    signer: str = ""
    signature: bytes = b""


def render_receipt(paper: ReceiptPaper) -> bytes:
    """The PDF of a receipt, one page. Raises UserMistake("template-failed")."""
    assets: Assets = {}
    data = receipt_data(paper, assets)
    return typesetting.typeset("receipt", data, assets, typesetting.load_templates(), paper.received_on)


def receipt_data(paper: ReceiptPaper, assets: Assets) -> dict[str, Any]:
    """All that `receipt.typ` places, as finished text."""
    said = receipt_words(paper.language)
    amount = format_amount(paper.amount_minor, paper.currency, locale=paper.language, with_symbol=True)
    title = said["receipt"].format(number=paper.number)
    return {
        "language": paper.language,
        "region": REGIONS[paper.language],
        "title": title,
        "sender": layout.sender_data(paper.sender, assets),
        "running_head": title,
        "reference": layout.line(paper.customer_code),
        "is_tight": False,
        "is_long": False,
        "words": dict(layout.template_words(paper.language)) | dict(said),
        "customer": layout.lines(paper.customer),
        "customer_code": layout.line(paper.customer_code),
        "received_on": long_date(paper.received_on, paper.language),
        "amount": amount,
        "means": layout.line(paper.cheque) or said["in_cash"],
        "is_cheque": bool(paper.cheque),
        "received_by": layout.line(paper.received_by),
        "signer": layout.line(paper.signer),
        "signature": layout.picture(paper.signature, assets),
    }


@lru_cache(maxsize=4)
def receipt_words(language: str) -> Mapping[str, str]:
    """The fixed words of a receipt."""
    with override(language):
        return MappingProxyType(
            {
                "receipt": _("Receipt no. {number}"),
                "received_on": _("Received on"),
                "from": _("Received from"),
                "amount": _("Amount"),
                "means": _("Handed over"),
                "in_cash": _("in cash"),
                "received_by": _("Received by"),
                "account": _("Customer account"),
                "on_account": _("Received as a payment on what is owed on this account."),
                "cheque_reserve": _("The cheque counts as a payment once the bank has paid it."),
                "signed_by": _("Signed by"),
                "not_signed": _("Not signed."),
                "signature_alt": _("Signature drawn on the screen"),
            }
        )
