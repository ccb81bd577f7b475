"""The parts that letters and statements share, as the finished texts that the Typst templates place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final, Protocol

from exigible.documents import qr
from exigible.documents.model import Language, Sender
from exigible.documents.pictures import as_svg
from exigible.documents.wording import REGIONS, long_date, words
from exigible.kernel.money import format_amount
from exigible.kernel.text import clean

Assets = dict[str, bytes]

_LONGEST_LINE: Final = 20_000
_LONGEST_WORD: Final = 24
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_BREAKS_WELL: Final = re.compile(r"(?<=[/_.,;:|])(?=\w)|(?=@)")
_HELD_TOGETHER: Final = re.compile(
    r"(?<=\d) (?=[^\W\d]|\d{3}(?!\d))| (?=[:;!?»%€])|(?<=«) |(?<=[n]°) |(?<=[^\W\d]{3}) (?=20\d\d\b)"
)
_NO_BREAK: Final = "\u00a0\u202f"
_AT_NO_BREAK: Final = re.compile(rf"([{_NO_BREAK}])")
BREAK_HERE: Final = "\u200b"
_WINDOW_LINES: Final = 6
_WINDOW_CHARACTERS: Final = 34


def line(text: str) -> str:
    """One line without control characters, in which a word longer than a column may break.

    No-break spaces stay: they hold an amount together.
    """
    kept = "".join(
        part if part in _NO_BREAK else clean(part, _LONGEST_LINE) for part in _AT_NO_BREAK.split(text)
    )
    return _LONG_WORD.sub(_breakable, kept)


def _breakable(word: re.Match[str]) -> str:
    """After a sign that parts an address or a number; within what has none, where it must be."""
    return BREAK_HERE.join(
        part[start : start + _LONGEST_WORD]
        for part in _BREAKS_WELL.split(word.group())
        for start in range(0, len(part), _LONGEST_WORD)
    )


def lines(texts: Iterable[str]) -> list[str]:
    """Each text as one line, empty ones left out."""
    return [text for text in map(line, texts) if text]


def paragraphs(texts: Iterable[str]) -> list[str]:
    """Paragraphs whose line feeds stay, empty ones left out."""
    shown = ("\n".join(_bound(line(part)) for part in text.split("\n")) for text in texts)
    return [text for text in shown if text.strip()]


def _bound(text: str) -> str:
    """A number stays with its word ("8 factures", "21 novembre 2026"), thousands and French signs too."""
    return _HELD_TOGETHER.sub("\N{NO-BREAK SPACE}", text)


def picture(content: bytes | None, assets: Assets) -> str | None:
    """The name under which a picture is given to the templates; the content is put in `assets`.

    Raises UserMistake("unusable-picture") for what is neither PNG, JPEG nor SVG.
    """
    if not content:
        return None
    name, svg = _named_picture(content)
    assets[name] = svg
    return name


@lru_cache(maxsize=16)
def _named_picture(content: bytes) -> tuple[str, bytes]:
    """Worked out once for all the letters of a company."""
    return f"picture-{hashlib.sha256(content).hexdigest()[:24]}.svg", as_svg(content)


class Page(Protocol):
    """What a letter and a statement have in common."""

    @property
    def sender(self) -> Sender: ...
    @property
    def recipient(self) -> tuple[str, ...]: ...
    @property
    def language(self) -> Language: ...
    @property
    def place(self) -> str: ...
    @property
    def dated(self) -> date: ...
    @property
    def reference(self) -> str: ...
    @property
    def customer_code(self) -> str: ...


def page_data(page: Page, assets: Assets) -> dict[str, Any]:
    """The upper third of a document, its head and foot; pictures are put in `assets`."""
    said = words(page.language)
    where = said["place_and_date"] if page.place else "{date}"
    return {
        "language": page.language,
        "region": REGIONS[page.language],
        "sender": sender_data(page.sender, assets),
        "recipient": recipient_data(page.recipient),
        "particulars": particulars(page.sender, page.customer_code, page.reference, page.language),
        "place_and_date": line(where.format(place=page.place, date=long_date(page.dated, page.language))),
        "reference": line(page.reference),
        "running_head": " · ".join(lines((page.sender.name, *page.recipient[:1]))),
        "is_tight": False,
        "is_long": False,
        "words": template_words(page.language),
    }


def sender_data(sender: Sender, assets: Assets) -> dict[str, Any]:
    return {
        "name": line(sender.name),
        "address": lines(sender.address),
        "legal_lines": lines(sender.legal_lines),
        "logo": picture(sender.logo, assets),
        "colour": readable(sender.colour),
        "signature": lines(sender.signature),
        "signature_image": picture(sender.signature_image, assets),
    }


def recipient_data(recipient: Iterable[str]) -> dict[str, Any]:
    """The address, and whether it must be measured against the window before it is set."""
    shown = [clean(text, _LONGEST_LINE) for text in recipient if text.strip()]
    is_small = len(shown) <= _WINDOW_LINES and all(len(text) <= _WINDOW_CHARACTERS for text in shown)
    return {"lines": [line(text) for text in shown], "is_small": is_small}


def particulars(sender: Sender, customer_code: str, reference: str, language: str) -> list[tuple[str, str]]:
    """What to quote and whom to ask, beside the address: the pairs that have a value."""
    said = words(language)
    pairs = (
        (said["customer_code"], customer_code),
        (said["reference"], "" if reference == customer_code else reference),
        (said["contact"], sender.contact),
        (said["phone"], sender.phone),
        (said["email"], sender.email),
    )
    return [(name, line(value)) for name, value in pairs if value.strip()]


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is asked for: `amount_name` is the word before the amount."""

    sender: Sender
    amount_minor: int
    currency: str
    reference: str
    language: Language
    amount_name: str = ""


def payment_data(asked: ToPay, other_ways: Iterable[str] = ()) -> dict[str, Any] | None:
    """The box that says how to pay, with the code to scan where one can be made; None if nothing is known."""
    other = lines(other_ways)
    if asked.amount_minor <= 0 or not (asked.sender.iban or other):
        return None
    return {"pairs": account_lines(asked), "lines": other, "qr": _code(asked)}


def _code(asked: ToPay) -> str | None:
    sender = asked.sender
    if not qr.is_payable_by_code(sender.iban, asked.currency, asked.amount_minor):
        return None
    payload = qr.epc_payload(
        name=sender.name,
        iban=sender.iban,
        bic=sender.bic,
        amount_minor=asked.amount_minor,
        remittance=asked.reference,
    )
    return qr.svg_of(payload)


def account_lines(asked: ToPay) -> list[tuple[str, str]]:
    """The account to pay to, the reference to quote and the amount, by name."""
    said = words(asked.language)
    iban = asked.sender.iban
    amount = format_amount(asked.amount_minor, asked.currency, locale=asked.language, with_symbol=True)
    pairs = (
        ("IBAN", grouped_iban(iban)),
        ("BIC", asked.sender.bic if iban else ""),
        (said["account_holder"], asked.sender.name if iban else ""),
        (said["payment_reference"], asked.reference),
        (asked.amount_name or said["payment_amount"], amount),
    )
    return [(name, line(value)) for name, value in pairs if value.strip()]


def grouped_iban(iban: str) -> str:
    """The IBAN in groups of four, as banks print it."""
    compact = "".join(iban.split()).upper()
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def readable(colour: str) -> str:
    """The colour "#rrggbb", darkened until it reads on white (contrast 4.5, WCAG 2.2); ink if it is none."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return "#1b1f24"
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    while _contrast_with_white(channels) < 4.5:
        channels = [channel * 94 // 100 for channel in channels]
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def _contrast_with_white(channels: list[int]) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in channels)
    ]
    red, green, blue = linear
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def template_words(language: str) -> Mapping[str, str]:
    """The words that the templates themselves place."""
    names = (
        "page", "subject", "signature", "detail", "brought_forward", "carried_forward", "how_to_pay",
        "qr_alt", "qr_hint", "ageing",
    )  # fmt: skip
    said = words(language)
    return {name: said[name] for name in names}
