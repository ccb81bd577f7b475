"""The versions of a company's templates: which one speaks, saved, taken back, put in force again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from exigible.dunning.models import BannedWords, Template
from exigible.dunning.texts.checks import Fault, Law, find_faults
from exigible.dunning.texts.parts import (
    PARTS,
    Key,
    Words,
    email_wording,
    letter_wording,
    words_of,
)
from exigible.dunning.wording import Wording, find_wording
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import Company
from exigible.ledger.services import lock_books
from exigible.team.models import User
from exigible.timeline.services import record_event

KEPT = ("id", "company_id", "tone", "language", "country", "kind", "version", "withdrawn", "created_at")


class WordsRefused(UserMistake):
    """The words cannot be saved: `faults` says what is wrong and where."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("words-refused", "These words cannot be saved: see what is marked.")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Voice:
    """What one message says, and by which version; 0 is ours."""

    key: Key
    version: int
    email: Wording
    letter: Wording
    sms: str


def our_words(key: Key, company_country: str) -> Words:
    """Version 0: our own words, as the law of the creditor's country has them said."""
    return words_of(find_wording(key.tone, key.language, company_country))


def stored_words(template: Template) -> Words:
    return Words(**{part: getattr(template, part) for part in PARTS})


class Voices:
    """The words of some companies as they were at any moment, by one small query."""

    def __init__(self, companies: Iterable[Company]) -> None:
        self._countries = {company.pk: company.country for company in companies}
        found: dict[tuple[int, Key], list[Template]] = defaultdict(list)
        rows = Template.objects.filter(company__in=self._countries).only(*KEPT).order_by("version")
        for row in rows:
            found[row.company_id, key_of(row)].append(row)
        self._versions = found

    def find(self, company_id: int, key: Key, at: datetime | None = None) -> Voice:
        """What a tone says to a customer of that country and kind, in force at a moment (None: now).

        The most precise words are a customer's: for its kind in its country, for its country, for its kind,
        for all; ours where the company has none.
        """
        for asked in candidates(key):
            row = _last(self._versions.get((company_id, asked), ()), at)
            if row is not None and not row.withdrawn:
                words = _words_of(row.pk)
                return Voice(asked, row.version, email_wording(words), letter_wording(words), words.sms)
        ours = find_wording(key.tone, key.language, self._countries[company_id])
        return Voice(Key(key.tone, key.language), 0, ours, ours, ours.sms)


@lru_cache(maxsize=256)
def _words_of(template: int) -> Words:
    """A version does not change, so it is read once."""
    return stored_words(Template.objects.get(pk=template))


def candidates(key: Key) -> list[Key]:
    """The templates that may speak to a customer, the most precise first."""
    narrowed = ((key.country, key.kind), (key.country, ""), ("", key.kind), ("", ""))
    return list(dict.fromkeys(Key(key.tone, key.language, country, kind) for country, kind in narrowed))


def _last(versions: Sequence[Template], at: datetime | None) -> Template | None:
    known = [row for row in versions if at is None or row.created_at <= at]
    return known[-1] if known else None


def key_of(template: Template) -> Key:
    return Key(template.tone, template.language, template.country, template.kind)


def law_of(company: Company) -> Law:
    """What the company's templates are checked by."""
    return Law(company.country, tuple(banned_words(company).splitlines()))


def banned_words(company: Company) -> str:
    """The company's own list of words that its reminders do not use, one a line."""
    return BannedWords.objects.filter(company=company).values_list("words", flat=True).first() or ""


def history(company: Company, key: Key) -> list[Template]:
    """The versions of one template, the newest first."""
    rows = Template.objects.filter(
        company=company, tone=key.tone, language=key.language, country=key.country, kind=key.kind
    )
    return list(rows.select_related("by").order_by("-version"))


def words_at(company: Company, key: Key, version: int) -> Words:
    """What a version says; 0 is ours. Raises Refused("unknown-version")."""
    if version == 0:
        return our_words(key, company.country)
    found = next((row for row in history(company, key) if row.version == version), None)
    if found is None:
        raise Refused("unknown-version", "There is no such version of this template.")
    return our_words(key, company.country) if found.withdrawn else stored_words(found)


@transaction.atomic
def save_template(
    *,
    company: Company,
    key: Key,
    words: Words,
    base_version: int,
    by: int | None,
    restores: int | None = None,
) -> Template:
    """Put a new version in force for the messages approved from now on.

    `base_version` is the one that was looked at: raises Refused("template-changed-meanwhile") when another
    has been saved since, and WordsRefused for words that cannot be, with the place of each fault.
    """
    lock_books(company.pk)
    faults = find_faults(key, words, law_of(company))
    if faults:
        raise WordsRefused(faults)
    _refuse_if_changed(company, key, base_version)
    return _add(company, key, base_version, by, restores=restores, **words.as_dict())


@transaction.atomic
def withdraw_template(*, company: Company, key: Key, base_version: int, by: int | None) -> Template:
    """Give a template up: the words for all speak again, or ours. Raises as `save_template` does."""
    lock_books(company.pk)
    _refuse_if_changed(company, key, base_version)
    return _add(company, key, base_version, by, withdrawn=True)


@transaction.atomic
def restore_template(
    *, company: Company, key: Key, version: int, base_version: int, by: int | None
) -> Template:
    """Have an older version speak again, as a new one, if it can still be said; 0 is ours."""
    if version == 0:
        return withdraw_template(company=company, key=key, base_version=base_version, by=by)
    words = words_at(company, key, version)
    return save_template(
        company=company, key=key, words=words, base_version=base_version, by=by, restores=version
    )


@transaction.atomic
def ban_words(*, company: Company, words: str, by: int | None) -> str:
    """Set the words that no template of the company may hold; gives them as they are kept."""
    lock_books(company.pk)
    kept = "\n".join(
        dict.fromkeys(" ".join(line.split())[:80] for line in words.splitlines() if line.strip())
    )
    BannedWords.objects.update_or_create(company=company, defaults={"words": kept})
    record_event(company_id=company.pk, customer_id=None, kind="banned-words-changed", by=by, text=kept[:300])
    return kept


def _refuse_if_changed(company: Company, key: Key, base_version: int) -> None:
    newest = next(iter(history(company, key)), None)
    if (newest.version if newest else 0) != base_version:
        who = newest.by if newest else None
        raise Refused(
            "template-changed-meanwhile",
            "{name} saved version {version} of these words meanwhile. Yours are not saved, and still below.",
            name=who.name or who.email if isinstance(who, User) else "exigible",
            version=newest.version if newest else 0,
        )


def _add(company: Company, key: Key, base: int, by: int | None, **fields: object) -> Template:
    template = Template.objects.create(
        company=company,
        tone=key.tone,
        language=key.language,
        country=key.country,
        kind=key.kind,
        version=base + 1,
        by_id=by,
        **fields,
    )
    record_event(
        company_id=company.pk,
        customer_id=None,
        kind="template-changed",
        by=by,
        text=key.tone,
        data={"tone": key.tone, "language": key.language, "version": template.version},
    )
    return template


def changes_by_key(company: Company) -> Mapping[Key, Template]:
    """The last version of every template that the company has touched."""
    rows = Template.objects.filter(company=company).select_related("by").order_by("version")
    return {key_of(row): row for row in rows}
