"""What the information to the account owner (:86:) says, in the dialect of the bank.

SWIFT gives the field six lines of 65 characters and no structure; each country's banks have agreed on their
own. The dialect is recognised by the field itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from stdnum import iso11649

from exigible.intake.readers.bank.labels import read_label
from exigible.intake.readers.bank.mt940.german import is_german, read_german
from exigible.intake.readers.bank.mt940.said import WIDTH, Said
from exigible.intake.readers.bank.mt940.slashes import has_codes, read_codes
from exigible.intake.readers.bank.parts import compact, looks_like_iban, marked_parts, words

_NAME_WORDS: Final = "AUFTRAGGEBER:|DONNEUR D'ORDRE:|EXPEDITEUR:|ORDINANTE:|MITTENTE:|NAAM:|OD:"
_TEXT_WORDS: Final = "MITTEILUNGEN:|COMMUNICATIONS?:|COMUNICAZIONI:|TYT\\.:|REMIT:"
_ACCOUNT_WORDS: Final = "REK:|Z RACH\\.:"
_OTHER_WORDS: Final = "ID IPH:|TNR:"
_WORD: Final = re.compile(
    rf"(?<![A-Z])(?:(?P<name>{_NAME_WORDS})|(?P<text>{_TEXT_WORDS})|(?P<account>{_ACCOUNT_WORDS})"
    rf"|(?P<other>{_OTHER_WORDS}))"
)
_SWISS_TAIL: Final = re.compile(r"\s[0-9]{6}CH[0-9A-Z]+\s*\Z")


def read_details(fields: Sequence[tuple[str, ...]]) -> Said:
    """What the fields :86: of one movement say; each is given by its rows."""
    unbroken = "".join(_glued(rows, "") for rows in fields)
    if is_german(unbroken):
        return read_german(unbroken)
    if has_codes(unbroken):
        return _with_structured(read_codes(unbroken))
    return _with_structured(_read_plain([_glued(rows, "\n") for rows in fields]))


def _glued(rows: Sequence[str], between: str) -> str:
    """The rows of a field as one text: a row that is full was cut anywhere, and a space may end it."""
    text = ""
    for rank, row in enumerate(rows):
        text += row
        if rank < len(rows) - 1:
            text += _joint(row, rows[rank + 1], is_first=not rank, between=between)
    return text


def _joint(row: str, following: str, *, is_first: bool, between: str) -> str:
    """What stands between two rows. Banks trim the space on which they cut; within a number there is none.

    Some count the tag in the width of the first row.
    """
    is_short_by_one = len(row) == WIDTH - 1 or (is_first and len(row) == WIDTH - 5)
    if is_short_by_one and not (row[-1].isdigit() and following[:1].isdigit()):
        return " "
    return "" if is_short_by_one or len(row) >= WIDTH else between


def _read_plain(texts: list[str]) -> Said:
    text = "\n".join(text.rstrip() for text in texts)
    if _WORD.search(text):
        return _read_words(text)
    label = read_label(text)
    if label.name or label.text:
        return Said(
            text=label.text,
            bank_text=words(text),
            name=label.name,
            end_to_end=label.end_to_end,
            mandate=label.mandate,
        )
    first, _, rest = text.strip().partition("\n")
    account, _, name = first.partition(" ")
    if looks_like_iban(account):
        return Said(text=words(rest), name=words(name), account=account)
    return Said(text=words(text))


def _read_words(text: str) -> Said:
    """Parts that follow words of the bank: AUFTRAGGEBER: … MITTEILUNGEN: …"""
    marked = marked_parts(_WORD, text)
    head = text[: marked[0][0].start()]
    parts: dict[str, str] = {}
    for word, value in marked:
        parts.setdefault(word.lastgroup or "", value.strip(" ;/,\n"))
    name = _SWISS_TAIL.sub("", " ".join(parts.get("name", "").split()))
    has_text = "text" in parts
    account = compact(parts.get("account", ""))
    return Said(
        text=words(parts["text"] if has_text else head),
        bank_text=words(head) if has_text else "",
        name=words(name),
        account=account if account.strip("0") else "",
    )


def _with_structured(said: Said) -> Said:
    """A text that is nothing but a creditor reference (ISO 11649) is one."""
    if not said.creditor_reference and said.text.startswith("RF") and iso11649.is_valid(said.text):
        said.creditor_reference = compact(said.text)
    return said
