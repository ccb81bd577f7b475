"""What to say on the telephone: the company's own words, or those that come with the program."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from django.db import transaction

from exigible.calls.models import CallScript
from exigible.calls.rules import COMMON, OF_TONES, PARTS, TONES
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.timeline.services import record_event

HERE: Final = Path(__file__).parent / "wordings"
LANGUAGES: Final = ("fr", "en")
_NAME: Final = re.compile(r"\{(\w+)\}")
_BRACE: Final = re.compile(r"[{}]")
_BEFORE_SIGN: Final = re.compile(r" (?=[:;?!»])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Objection:
    """What a customer may say, and what can be answered."""

    excuse: str
    answer: str


@dataclass(frozen=True, slots=True)
class Script:
    """The words for calls in one language: by tone an opening, a question and a closing; the objections."""

    language: str
    tones: Mapping[str, Mapping[str, str]]
    objections: tuple[Objection, ...]
    is_own: bool = False


def script_of(company: Company, language: str) -> Script:
    """The script of a company in a language."""
    own = CallScript.objects.filter(company=company, language=language).first()
    return _read(language, own.tones, own.objections, is_own=True) if own else default_script(language)


@lru_cache(maxsize=4)
def default_script(language: str) -> Script:
    """The words that come with the program; French where the language is not spoken."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    data = tomllib.loads((HERE / f"{known}.toml").read_text(encoding="utf-8"))
    return _read(known, data["tones"], data["objections"], is_own=False)


def _read(
    language: str, tones: Mapping[str, Any], objections: Iterable[Mapping[str, str]], *, is_own: bool
) -> Script:
    return Script(language, tones, tuple(Objection(**one) for one in objections), is_own)


def unknown_names(text: str, tone: str = "") -> list[str]:
    """What stands in braces and is not known whenever the tone is taken; of no tone, the common names."""
    known = OF_TONES[tone] if tone else COMMON - {"overdue", "oldest_due_on"}
    left = _NAME.sub("", text)
    return [name for name in _NAME.findall(text) if name not in known] + _BRACE.findall(left)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its names replaced by values; French signs stay with their words."""
    said = _NAME.sub(lambda name: values[name.group(1)], text)
    return _BEFORE_SIGN.sub("\N{NO-BREAK SPACE}", said)


@transaction.atomic
def set_script(
    *,
    company: Company,
    language: str,
    tones: Mapping[str, Mapping[str, str]],
    objections: Iterable[Objection],
    by: int | None,
) -> None:
    """Put the company's own words in place of those that come with the program.

    Raises UserMistake("script-name") for a name in braces that is not known when its tone is taken.
    """
    lock_books(company.pk)
    kept = {tone: {part: tones[tone][part].strip() for part in PARTS} for tone in TONES}
    said = [objection for objection in objections if objection.excuse.strip()]
    for tone, parts in kept.items():
        for text in parts.values():
            _verify(text, tone)
    for objection in said:
        _verify(objection.answer)
    values = {
        "tones": kept,
        "objections": [{"excuse": one.excuse.strip(), "answer": one.answer.strip()} for one in said],
    }
    CallScript.objects.update_or_create(company=company, language=language, defaults=values)
    _tell(company, language, by)


def _verify(text: str, tone: str = "") -> None:
    for name in unknown_names(text, tone):
        raise UserMistake("script-name", "“{found}” is not known here: see the list of names.", found=name)


@transaction.atomic
def reset_script(*, company: Company, language: str, by: int | None) -> None:
    """Take the company's own words away: those that come with the program stand again."""
    lock_books(company.pk)
    if CallScript.objects.filter(company=company, language=language).delete()[0]:
        _tell(company, language, by)


def _tell(company: Company, language: str, by: int | None) -> None:
    record_event(company_id=company.pk, customer_id=None, kind="call-script-changed", by=by, text=language)
