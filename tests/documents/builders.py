"""Letters, statements and what to read in the PDFs made of them."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from typing import Any

from pypdf import PdfReader

from exigible.documents.model import Letter, LetterCredit, LetterItem, Sender

TODAY = date(2026, 11, 21)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c6390"
    "f7ab0400017600e7b68f53560000000049454e44ae426082"
)

MONACO = Sender(
    name="Monaco Négoce SAM",
    address=("12 avenue de la Costa", "98000 Monaco"),
    legal_lines=("Monaco Négoce SAM au capital de 150 000 € · RCI 05S04321",),
    iban="MC58 1122 2000 0101 2345 6789 030",
    bic="CMCIFR2A",
    signature=("Claire Blanc", "Responsable du recouvrement"),
    contact="Claire Blanc",
    phone="+377 93 25 00 00",
    email="comptabilite@monaco-negoce.example",
)
ANTANANARIVO = Sender(
    name="Ankorondrano Distribution SARL",
    address=("Lot II M 45 Ankorondrano", "101 Antananarivo"),
    iban="MG46 0000 5030 0712 8942 1016 045",
    signature=("Hanitra Rakoto",),
)


def items(count: int, *, seed: int = 0) -> tuple[LetterItem, ...]:
    """Overdue items with different numbers, dates and amounts; one in four is paid in part."""
    dice = random.Random(seed)
    made = []
    for number in range(count):
        days = dice.randint(1, 160)
        due_on = TODAY - timedelta(days=days)
        amount = dice.randint(1_000, 5_000_000)
        left = amount if number % 4 else amount // 2 + 1
        made.append(
            LetterItem(
                f"FA26-{seed:03d}{number:04d}", due_on - timedelta(days=45), due_on, days, amount, left
            )
        )
    return tuple(made)


def letter(**changes: Any) -> Letter:
    """A second reminder in French about three items, less a credit note."""
    values: dict[str, Any] = {
        "sender": MONACO,
        "recipient": (
            "Hôtel Belle Époque SARL",
            "Service comptabilité",
            "4 avenue des Spélugues",
            "98000 MONACO",
        ),
        "language": "fr",
        "place": "Monaco",
        "dated": TODAY,
        "reference": "C00042 R2",
        "customer_code": "C00042",
        "subject": "Deuxième rappel",
        "body": ("Madame, Monsieur,", "Les documents ci-dessous restent impayés à ce jour."),
        "closing": ("Nous vous prions d’agréer nos salutations distinguées.",),
        "currency": "EUR",
        "items": items(3),
        "credits": (LetterCredit("AV26-00031", date(2026, 9, 1), -60_000),),
    }
    return Letter(**values | changes)


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its kinds of space made plain."""
    return [plain(page.extract_text()) for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    return "\n".join(pages(pdf))


def plain(text: str) -> str:
    """The text with every no-break space as a space, and without the places where a long word may break."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("\u200b", "")
