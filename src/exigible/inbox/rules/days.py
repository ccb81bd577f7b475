"""Days as people write them in a message: "vendredi", "fin de mois", "sous 8 jours", "next Friday"."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from exigible.inbox.rules.phrases import Sentence

_FAR: Final = 200
"""Days: a date without a year is never read as one further away, before or after."""

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "janvier january janv jan", "fevrier february fevr fev feb", "mars march mar",
            "avril april avr apr",
            "mai may", "juin june jun", "juillet july juil jul",
            "aout august aug", "septembre september sept sep",
            "octobre october oct", "novembre november nov", "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "lundi monday mon", "mardi tuesday tue tues", "mercredi wednesday wed",
            "jeudi thursday thu thurs",
            "vendredi friday fri", "samedi saturday", "dimanche sunday",
        )
    )
    for name in names.split()
}  # fmt: skip
_COUNTS: Final = {
    "un": 1, "une": 1, "a": 1, "one": 1, "deux": 2, "two": 2, "trois": 3, "three": 3, "quatre": 4, "four": 4,
    "cinq": 5, "five": 5, "six": 6, "sept": 7, "seven": 7, "huit": 8, "eight": 8, "dix": 10, "ten": 10,
    "quinze": 15, "fifteen": 15, "quelques": 3, "few": 3, "a few": 3,
}  # fmt: skip

_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_DAY: Final = r"(?P<day>[0-3]?\d)(?:er|st|nd|rd|th)?"
_YEAR: Final = r"(?:(?:,? |-)(?P<year>20\d\d))?"
_ANY_WEEKDAY: Final = "(?:" + "|".join(sorted(_WEEKDAYS, key=len, reverse=True)) + ")"
_WEEKDAY: Final = f"(?P<weekday>{_ANY_WEEKDAY})"
_COUNT: Final = r"(?P<count>\d{1,3}|" + "|".join(sorted(_COUNTS, key=len, reverse=True)) + ")"
_NOT_A_SUM: Final = (
    r"(?![\d.,]*\d|(?:[ .]\d\d){2}"
    r"|[ ,.]*(?:€|%|eur\b|euros?\b|ar\b|ariary|usd|gbp|\$|£|jours?\b|days?\b|mois\b"
    r"|months?\b|h\b|heures"
    r"|factures?\b|invoices?\b|fois\b|k\b|000|semaines?\b|weeks?\b|ans\b|years?\b|rue\b|avenue\b|bis\b))"
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is named. Many can be read forward and backward ("Friday", "the 15th"): both are given."""

    ahead: date | None
    """Read as a day to come, today included; None where it cannot be one."""
    behind: date | None
    """Read as a day gone by, today included; None where it cannot be one."""
    words: str
    start: int
    end: int


_BARE: Final = frozenset(
    ("mois", "month", "semaine", "week", "la semaine", "le mois", "the week", "the month")
)
"""Lengths of time, not days ("deux mois", "once a week")."""

Read = Callable[[re.Match[str], date], tuple[date | None, date | None]]


def days_in(sentence: Sentence, today: date, *, month_first: bool = False) -> list[Day]:
    """The days that a sentence names, in their order. `today` is the day on which it was written.

    "03/04/2026" is the 3rd of April unless `month_first`. What is no day of the calendar is left out.
    """
    found: list[Day] = []
    for pattern, read in _readers(month_first):
        for match in pattern.finditer(sentence.plain):
            if any(match.start() < day.end and day.start < match.end() for day in found):
                continue
            ahead, behind = read(match, today)
            if ahead or behind:
                words = sentence.original(match.start(), match.end())
                found.append(Day(ahead, behind, words, match.start(), match.end()))
    return sorted(found, key=lambda day: day.start)


def _readers(month_first: bool) -> Iterator[tuple[re.Pattern[str], Read]]:
    yield _ISO, _iso
    yield _NUMERIC, (_numeric_us if month_first else _numeric)
    yield from _READERS


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sided(day: date | None, today: date) -> tuple[date | None, date | None]:
    if day is None:
        return None, None
    return (day if day >= today else None), (day if day <= today else None)


def _without_year(month: int, day: int, today: date) -> tuple[date | None, date | None]:
    """The nearest such day on each side, if it is near enough to be meant."""
    near = [_made(today.year + step, month, day) for step in (-1, 0, 1)]
    ahead = [d for d in near if d and 0 <= (d - today).days <= _FAR]
    behind = [d for d in near if d and 0 <= (today - d).days <= _FAR]
    return (ahead[0] if ahead else None), (behind[-1] if behind else None)


def _iso(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return _sided(_made(int(found[1]), int(found[2]), int(found[3])), today)


def _numeric(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return _figures(int(found["a"]), int(found["b"]), found["year"], today)


def _numeric_us(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return _figures(int(found["b"]), int(found["a"]), found["year"], today)


def _figures(day: int, month: int, year: str | None, today: date) -> tuple[date | None, date | None]:
    if month > 12 >= day:
        day, month = month, day
    if year is None:
        return _without_year(month, day, today)
    return _sided(_made(int(year) + (2000 if len(year) == 2 else 0), month, day), today)


def _with_month(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    month, day = _MONTHS[found["month"]], int(found["day"])
    if found["year"]:
        return _sided(_made(int(found["year"]), month, day), today)
    return _without_year(month, day, today)


def _part_of_month(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    """The end of the stretch that is named: a beginning ends on the 5th, a middle on the 15th."""
    month, part = _MONTHS[found["month"]], found["part"]
    years = [int(found["year"])] if found["year"] else [today.year - 1, today.year, today.year + 1]
    days = [date(year, month, _ending(part, monthrange(year, month)[1])) for year in years]
    ahead = [d for d in days if 0 <= (d - today).days <= _FAR + 100]
    behind = [d for d in days if 0 <= (today - d).days <= _FAR]
    return (ahead[0] if ahead else None), (behind[-1] if behind else None)


def _ending(part: str, last: int) -> int:
    if part.startswith(("debut", "beginning", "start", "early")):
        return 5
    return 15 if part.startswith(("mi", "courant mi")) else last


def _day_of_month(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    day = int(found["day"])
    if not 1 <= day <= 31:
        return None, None
    first = today.replace(day=1)
    months = [_month_after(first, step) for step in (-2, -1, 0, 1, 2)]
    days = [d for d in (_made(month.year, month.month, day) for month in months) if d]
    ahead = next((d for d in days if d >= today), None)
    if found["next"] and ahead and ahead.month == today.month:
        ahead = next((d for d in days if d > ahead), None)
    behind = None if found["next"] else next((d for d in reversed(days) if d <= today), None)
    return ahead, behind


def _month_after(first: date, steps: int) -> date:
    count = first.year * 12 + first.month - 1 + steps
    return date(count // 12, count % 12 + 1, 1)


def _weekday(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    number = _WEEKDAYS[found["weekday"]]
    ahead = today + timedelta((number - today.weekday() - 1) % 7 + 1)
    behind = today - timedelta((today.weekday() - number - 1) % 7 + 1)
    said = found[0]
    if re.search(r"dernier|passe|last", said):
        return None, behind
    if re.search(r"next week|semaine prochaine|\ben 8\b|en huit", said):
        return _monday(today) + timedelta(7 + number), None
    return ahead, (None if re.search(r"prochain|next|this|ce |by|avant", said) else behind)


def _monday(today: date) -> date:
    return today - timedelta(today.weekday())


def _part_of_week(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    said = found[0]
    if said in _BARE:
        return None, None
    monday = _monday(today)
    is_early = re.search(r"debut|beginning|early|start", said) is not None
    day = timedelta(1 if is_early else 4)
    if re.search(r"derniere|passee|last", said):
        return None, monday - timedelta(7) + day
    is_next = re.search(r"prochaine|next|suivante", said) is not None
    this = monday + day
    return (this if this >= today and not is_next else this + timedelta(7)), None


def _month_part(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    said = found[0]
    if said in _BARE:
        return None, None
    first = today.replace(day=1)
    if re.search(r"dernier|passe|last month", said):
        before = _month_after(first, -1)
        return None, before.replace(day=monthrange(before.year, before.month)[1])
    is_next = re.search(r"prochain|next|suivant", said) is not None
    part = next(
        (p for p in ("debut", "beginning", "early", "start", "mi", "mid") if re.search(rf"\b{p}", said)),
        "fin",
    )
    for steps in (1,) if is_next else (0, 1):
        month = _month_after(first, steps)
        day = month.replace(day=_ending(part, monthrange(month.year, month.month)[1]))
        if day >= today:
            return day, None
    return None, None


def _after(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    count, unit = _count(found["count"]), found["unit"]
    if unit.startswith("h"):
        return today + timedelta(-(-count // 24)), None
    if unit.startswith(("ouvr", "business", "working")):
        return _business_days_after(today, min(count, 250)), None
    return today + timedelta(count * _days_of(unit)), None


def _business_days_after(day: date, count: int) -> date:
    """Saturdays and Sundays left out; holidays are known to the debtor's calendar, not to the message."""
    while count:
        day += timedelta(1)
        count -= day.weekday() < 5
    return day


def _ago(found: re.Match[str], today: date) -> tuple[date | None, date | None]:
    return None, today - timedelta(_count(found["count"]) * _days_of(found["unit"]))


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


def _days_of(unit: str) -> int:
    return 7 if unit.startswith(("semaine", "week")) else 30 if unit.startswith(("mois", "month")) else 1


def _fixed(days: int) -> Read:
    def read(_: re.Match[str], today: date) -> tuple[date | None, date | None]:
        return _sided(today + timedelta(days), today)

    return read


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w/])(?:{pattern})(?![\w/])")


_ISO: Final = _compiled(r"(20\d\d)-([01]\d)-([0-3]\d)")
_NUMERIC: Final = _compiled(
    r"(?P<a>[0-3]?\d)(?P<sep>[/.-])(?P<b>[0-3]?\d)(?:(?P=sep)(?P<year>20\d\d|\d\d))?" + _NOT_A_SUM
)
_UNIT: Final = (
    r"(?P<unit>jours? ouvr\w+|ouvr\w+|jours?|semaines?|mois|h|heures?|hours?"
    r"|(?:business|working) days?|days?|weeks?|months?)"
)
_READERS: Final[tuple[tuple[re.Pattern[str], Read], ...]] = (
    (_compiled(rf"(?:{_ANY_WEEKDAY},? )?{_DAY}[ -](?:of )?{_MONTH}{_YEAR}"), _with_month),
    (_compiled(rf"{_MONTH} {_DAY}{_YEAR}" + _NOT_A_SUM), _with_month),
    (
        _compiled(
            rf"(?P<part>(?:a la )?fin(?: du mois)?(?: de| d)?|debut(?: de| d)?|mi-?(?: de)?"
            rf"|courant(?: de)?|en|(?:the )?end(?: of)?"
            rf"|beginning of|early|late|mid-?(?: of)?|in|during|by|dans le courant de"
            rf"|pour) ?-?{_MONTH}{_YEAR}"
        ),
        _part_of_month,
    ),
    (
        _compiled(
            rf"(?:le|au|du|the|pour le|avant le|jusqu au|on the|by the|of the|until the|before the) {_DAY}"
            rf"(?P<next> (?:du mois prochain|of next month|du mois suivant))?" + _NOT_A_SUM
        ),
        _day_of_month,
    ),
    (
        _compiled(
            rf"(?:ce |next |this |last |by |avant )?{_WEEKDAY}(?: (?:de la semaine prochaine"
            rf"|semaine prochaine|prochain|dernier|passe|en 8"
            rf"|en huit|(?:of )?next week))?"
        ),
        _weekday,
    ),
    (
        _compiled(
            r"(?:(?:a |en |la |d ici |avant |pour |the |by |at )*(?:fin|debut|milieu|courant|end"
            r"|beginning|start|early|mid)(?: de| of| d)? )?"
            r"(?:la |cette |the |this |next |last |in the )*(?:week|semaine)(?: (?:prochaine|suivante"
            r"|derniere|passee))?(?! \d)"
        ),
        _part_of_week,
    ),
    (
        _compiled(
            r"(?:(?:a la |en |d ici |avant )*(?:fin|debut|mi|milieu|courant|end|beginning|start|mid"
            r"|early)(?: de| du| of| d)? ?-?)?"
            r"(?:le |ce |the |this |next |last |la )*(?:month(?: ?-?end)?|mois)(?: (?:prochain|suivant"
            r"|dernier|passe|courant))?"
        ),
        _month_part,
    ),
    (
        _compiled(
            rf"(?:sous|d ici|dans|in|within|over|d ici a|sous un delai de|dans un delai de"
            rf"|au plus tard dans) "
            rf"(?:les |the |next |environ |about |max |maximum |)*{_COUNT} ?(?:prochains? |prochaines? "
            rf"|next )?{_UNIT}"
        ),
        _after,
    ),
    (_compiled(rf"il y a (?:environ |plus de )?{_COUNT} {_UNIT}"), _ago),
    (_compiled(rf"{_COUNT} {_UNIT} ago"), _ago),
    (_compiled(r"sous huitaine|huitaine"), _fixed(8)),
    (_compiled(r"sous quinzaine|quinzaine|fortnight|a fortnight"), _fixed(15)),
    (_compiled(r"apres-?\s?demain|day after tomorrow"), _fixed(2)),
    (_compiled(r"demain|tomorrow"), _fixed(1)),
    (_compiled(r"avant-?\s?hier|day before yesterday"), _fixed(-2)),
    (_compiled(r"hier|yesterday|last night"), _fixed(-1)),
    (
        _compiled(
            r"aujourd hui|ce jour|ce matin|cet? apres-?\s?midi|ce soir|today|this (?:morning|afternoon)"
            r"|tonight"
        ),
        _fixed(0),
    ),
)
