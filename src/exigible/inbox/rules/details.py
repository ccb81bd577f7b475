"""What an act on a reply needs: the day that is promised, amounts, documents, the new contact, the return."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import phonenumbers

from exigible.cash.rules.numbers import Named, named_in, words_of
from exigible.inbox.rules.amounts import amounts_in
from exigible.inbox.rules.cues import Kind
from exigible.inbox.rules.days import Day, days_in
from exigible.inbox.rules.instalments import Instalment, first_of, instalments_in
from exigible.inbox.rules.message import Reply
from exigible.inbox.rules.phrases import Sentence, phrase
from exigible.inbox.rules.sorting import Verdict, own_sentences
from exigible.kernel.money import Money

_MOST: Final = 50
_ADDRESS: Final = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_NUMBERED: Final = re.compile(
    r"(?<![\w@./-])(?=[A-Za-z0-9/_.-]*\d{3})([A-Za-z]{1,6}[A-Za-z0-9]{0,4}[-/_.]?\d[A-Za-z0-9/_-]{1,24}"
    r"|[A-Za-z]{1,6}-\d[\w/-]{2,24})(?![\w@])"
)
_INTRODUCED: Final = re.compile(
    r"\b(?:factures?|fact|fac|facs|invoices?|inv|pi[eè]ces?|avoirs?|n°|nos?\.?|num[eé]ros?|ref"
    r"|r[eé]f[eé]rences?|credit notes?)\b"
    r"[ .:#]*(?:n°|no\.?|nr\.?|num[eé]ros?|numbers?|#|:)?\s*((?:[\w/-]*\d{3}[\w/-]*)(?:\s?(?:,|et|and|&"
    r"|\+|;|/)\s?[\w/-]*\d{3}[\w/-]*){0,20})",
    re.IGNORECASE,
)
_NAME: Final = r"((?:[A-ZÀ-Ü][\w'’À-ÿ-]+|[A-ZÀ-Ü]\.)(?:\s+(?:[A-ZÀ-Ü][\w'’À-ÿ-]+|de|da|van|von)){0,3})"
_TITLE: Final = r"(?:M\.|Mr\.?|Mme|Mlle|Mrs\.?|Ms\.?|Monsieur|Madame|Mademoiselle)\s+"
_NAMED_AS_NEW: Final = re.compile(
    r"\b(?:par|by|contacter|contactez|contact|avec|with|to|collègue|colleague|remplaçante?|successeur"
    r"|successor"
    r"|auprès de|speak to|is now|est désormais|est maintenant)\s+:?\s*"
    rf"(?:(?:désormais|dorénavant|directement|maintenant|my colleague|mon collègue"
    rf"|ma collègue)\s+)?(?:{_TITLE})?{_NAME}"
)
_WITH_TITLE: Final = re.compile(rf"\b{_TITLE}{_NAME}")
_NOT_A_NAME: Final = frozenset(
    (
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "lundi",
        "mardi",
        "mercredi",
        "jeudi",
        "vendredi",
        "service",
        "accounts",
        "finance",
        "bonjour",
        "hello",
        "merci",
        "madame",
        "monsieur",
        "le",
        "la",
        "notre",
        "our",
    )
)
_RETURNING: Final = phrase(
    "(retour|return*|back|reprise|reprendrai|rouvr*|reouvr*|reopen*|a partir du|resume)"
)
_UNTIL: Final = phrase("(jusqu au|jusqu a|jusqu en|until|till|through|to|au|inclus|and|et le|thru)")


Told = tuple[Sentence, list[Day]]
"""A sentence with the days that it names."""


@dataclass(frozen=True, slots=True)
class NewContact:
    """Whom to write to from now on, as far as it is said."""

    email: str = ""
    telephone: str = ""
    """International form (E.164)."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Details:
    promised_on: date | None = None
    """The day by which it will be paid. Of several: that of the first that names its amount, else the last.
    Never a day gone by."""
    promised: Money | None = None
    """The amount that is promised for that day; None where none is told of it."""
    instalments: tuple[Instalment, ...] = ()
    """All that is promised. More than one: which is meant, a person decides."""
    paid_on: date | None = None
    """The day on which it was paid, as they say. Never a day to come."""
    days: tuple[Day, ...] = ()
    amounts: tuple[Money, ...] = ()
    documents: tuple[str, ...] = ()
    """What is written as document numbers are, as written; `documents_among` tells which of ours they are."""
    contact: NewContact | None = None
    absent_until: date | None = None
    """The last day of the absence."""


def details_of(
    reply: Reply,
    verdict: Verdict,
    *,
    today: date,
    currency: str | None = None,
    region: str = "FR",
    language_hint: str | None = None,
    own_addresses: Collection[str] = (),
) -> Details:
    """The details of a reply written on the day `today`.

    `currency` is that of amounts written without one (they are left out without it), `region` the country
    (ISO 3166-1) of telephone numbers without a country, `own_addresses` the creditor's, never a new contact.
    """
    month_first = language_hint == "en-US"
    named = [
        (sentence, days_in(sentence, today, month_first=month_first)) for sentence in own_sentences(reply)
    ]
    kinds = {verdict.kind, *verdict.also}
    told = _told_of(Kind.PROMISE, named, verdict) if Kind.PROMISE in kinds else []
    instalments = instalments_in(told, currency)
    meant = first_of(instalments)
    behind = [day.behind for _, days in _told_of(Kind.PAID, named, verdict) for day in days if day.behind]
    return Details(
        promised_on=meant.on if meant else None,
        promised=meant.money if meant else None,
        instalments=tuple(instalments),
        paid_on=max(behind, default=None) if Kind.PAID in kinds else None,
        days=tuple(day for _, days in named for day in days)[:_MOST],
        amounts=tuple(amounts_in(reply.words, currency)),
        documents=tuple(document_numbers_in(_subject_and_words(reply))),
        contact=_contact(reply, region, own_addresses) if Kind.CONTACT in kinds else None,
        absent_until=_absent_until(named) if Kind.OUT_OF_OFFICE in kinds else None,
    )


def documents_among(reply: Reply, numbers: Collection[str]) -> Mapping[str, Named]:
    """Which of the customer's document numbers the sender names, and how plainly.

    The subject counts, for it is what the answer is to; telephone numbers and addresses do not.
    """
    words = _ADDRESS.sub(" ", _subject_and_words(reply))
    return named_in(words_of(_without_telephones(words)), numbers)


def _subject_and_words(reply: Reply) -> str:
    return f"{reply.subject}\n{reply.words}"


def _without_telephones(text: str) -> str:
    return re.sub(
        r"(?<![\w-])(?:\+|00)\d[\d .()-]{7,18}\d|(?<![\w-])0\d(?:[ .]\d\d){3,4}(?:[ .]\d)?", " ", text
    )


def _told_of(kind: Kind, named: list[Told], verdict: Verdict) -> list[Told]:
    """The sentences that speak for a kind, with the days that are about pay; where these name none, those
    that follow them too."""
    places = {hit.place for hit in verdict.why if hit.kind is kind}
    about = [(sentence, [d for d in days if _is_about_pay(d, sentence)]) for sentence, days in named]
    told = [(sentence, days) for sentence, days in about if sentence.place in places]
    if any(days for _, days in told):
        return told
    return [(s, days) for s, days in about if s.place in places or s.place - 1 in places]


_OF_A_DOCUMENT: Final = re.compile(
    r"(?:factures?|invoices?|relances?|mails?|e-mail|courriers?|reminders?|letter|commande|order"
    r"|livraison|delivery|message|rappel"
    r"|avoir|releve|statement|echue?s?|dated|datee?s?)\b(?:[ :]+[\w/-]*\d[\w/-]*)?(?: (?:du|de|of|dated"
    r"|date|datee|from|le|on|en|date))*[ ,]*$"
)


_PAY_DATE: Final = re.compile(r"\b(?:pay|payment|value|clearing|due) date[ :]*$")


def _is_about_pay(day: Day, sentence: Sentence) -> bool:
    """Not the date of the invoice or of the reminder that is spoken of, nor "mon", "my" in French."""
    if day.words == "mon":
        return False
    before = sentence.plain[: day.start]
    return _OF_A_DOCUMENT.search(before) is None or _PAY_DATE.search(before) is not None


def document_numbers_in(text: str) -> Iterator[str]:
    """What has the shape of a document number, or is called one, in its order."""
    plain = _without_telephones(_ADDRESS.sub(" ", text[:50_000]))
    found: dict[str, int] = {}
    for match in _INTRODUCED.finditer(plain):
        for number in re.findall(r"[\w/-]*\d{3}[\w/-]*", match[1]):
            found.setdefault(number.strip("/-_"), match.start(1) + match[1].find(number))
    for match in _NUMBERED.finditer(plain):
        found.setdefault(match[1].strip("/-_"), match.start(1))
    kept = [
        n for n in found if not re.fullmatch(r"20\d\d|\d{1,2}/\d{1,2}/\d{2,4}|[A-Z]{2}\d{2}[A-Z0-9]{10,}", n)
    ]
    whole = [n for n in kept if not any(other != n and other.endswith(n) for other in kept)]
    yield from sorted(whole, key=found.__getitem__)[:_MOST]


def _contact(reply: Reply, region: str, own_addresses: Collection[str]) -> NewContact | None:
    ours = {address.lower() for address in own_addresses} | {reply.sender}
    addresses = [a.lower().strip(".") for a in _ADDRESS.findall(reply.words)]
    email = next((a for a in addresses if a not in ours), "")
    telephone = next(_telephones(reply.words, region), "")
    name = next(_names(reply.words), "")
    return NewContact(email, telephone, name) if email or telephone or name else None


def _telephones(text: str, region: str) -> Iterator[str]:
    for found in phonenumbers.PhoneNumberMatcher(text[:20_000], region):
        yield phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)


def _names(text: str) -> Iterator[str]:
    """Who is named as the one to write to, then who bears a title, the last first: the first one left."""
    new = [match[1] for match in _NAMED_AS_NEW.finditer(text[:20_000])]
    titled = [match[1] for match in _WITH_TITLE.finditer(text[:20_000])]
    for name in (*new, *reversed(titled)):
        if name.split()[0].lower() not in _NOT_A_NAME:
            yield name.strip()


def _absent_until(named: list[tuple[Sentence, list[Day]]]) -> date | None:
    """The day before a return, or the last day of an absence; the latest day where neither is said."""
    others: list[date] = []
    for sentence, days in named:
        for n, day in enumerate(days):
            begins = day.words.lower().startswith("du ") or sentence.plain[: day.start].endswith(
                ("du ", "from ")
            )
            if day.ahead is None or (begins and n + 1 < len(days)):
                continue
            if _is_return(day, sentence):
                return day.ahead - timedelta(1)
            others.append(day.ahead)
    return max(others, default=None)


def _is_return(day: Day, sentence: Sentence) -> bool:
    before = sentence.plain[max(0, day.start - 40) : day.start + 12]
    just_before = sentence.plain[max(0, day.start - 9) : day.start]
    return _RETURNING.search(before) is not None and _UNTIL.search(just_before) is None
