"""A country's calendar as people read it: each day off, where it comes from, and who changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from django.utils.translation import gettext as _

from exigible.kernel.calendars import ADDED_HOLIDAY, has_list, listed_days
from exigible.ledger.calendars import calendar_of
from exigible.ledger.models import CalendarDay, Company, Country, Customer


@dataclass(frozen=True, slots=True)
class Day:
    """A day that the list names or a person spoke of. `said`: the last that was said of it."""

    day: date
    name: str
    is_off: bool
    is_listed: bool
    is_day_of_rest: bool
    said: CalendarDay | None


def countries_shown(company: Company) -> list[str]:
    """The countries whose calendar counts here: the company's, its customers', those of the trade."""
    found = Customer.objects.filter(company=company).exclude(country="").values_list("country", flat=True)
    others = sorted({*found.order_by().distinct(), *Country.values} - {company.country})
    return [company.country, *(code for code in others if has_list(code))]


def days_of(company: Company, country: str, year: int) -> list[Day]:
    """The days of a year that are off, listed or changed, in their order."""
    calendar = calendar_of(country, company)
    said = _said(company, country, year)
    listed = {one.day: one for one in listed_days(country, year)}
    rest = {day for day in {*listed, *said} if calendar.is_day_of_rest(day)}
    return [
        Day(
            day=day,
            name=_name(said.get(day), listed[day].name if day in listed else ""),
            is_off=calendar.holiday_name(day) is not None,
            is_listed=day in listed and not listed[day].is_worked,
            is_day_of_rest=day in rest,
            said=said.get(day),
        )
        for day in sorted({*listed, *said})
    ]


def _said(company: Company, country: str, year: int) -> Mapping[date, CalendarDay]:
    """The last that was said of each day of a year."""
    found = CalendarDay.objects.filter(company=company, country=country, day__year=year)
    return {one.day: one for one in found.select_related("by").order_by("pk")}


def _name(said: CalendarDay | None, listed: str) -> str:
    if listed:
        return holiday_words(listed)
    return holiday_words(said.name) if said and said.name else _("Local holiday")


def source_of(country: str) -> list[str]:
    """Where the list of a country comes from, and what is doubtful in it."""
    listed = _("The list is that of the package holidays, version {version}.").format(
        version=version("holidays")
    )
    law = {
        "FR": [
            _("Its days are those of the Code du travail, art. L3133-1."),
            _(
                "Moselle, Bas-Rhin and Haut-Rhin have Good Friday and 26 December beside (art. L3134-13), and"
                " overseas departments have days of their own: add them where they concern you."
            ),
        ],
        "MC": [
            _("Its days are those of law 798 of 18 February 1966."),
            _(
                "Some that fall on a Sunday move to the Monday. Not all lists know it; this one does. 8 May"
                " and 11 November are worked in Monaco."
            ),
        ],
        "MG": [
            _("The real list is set by decree each year, bridges and Muslim feasts included: compare it."),
            _(
                "Lists disagree: another one knows neither 8 March and 11 December nor Mothers’ and Fathers’"
                " Day. Here 8 March (given to women alone) and 11 December (no longer in the decree) are"
                " worked unless you add them."
            ),
        ],
    }.get(country, [])
    return [listed, *law]


def holiday_words(name: str) -> str:
    """A holiday as the reader says it; a name that a person typed stays as it is."""
    known = _common_names() | _own_names()
    return known.get(name) or "; ".join(known.get(part, part) for part in name.split("; "))


def _common_names() -> dict[str, str]:
    return {
        ADDED_HOLIDAY: _("Local holiday"),
        "New Year's Day": _("New Year’s Day"),
        "Easter Sunday": _("Easter Sunday"),
        "Easter Monday": _("Easter Monday"),
        "Labor Day": _("Labour Day"),
        "Ascension Day": _("Ascension Day"),
        "Pentecost": _("Whit Sunday"),
        "Pentecost Monday": _("Whit Monday"),
        "Whit Monday": _("Whit Monday"),
        "Assumption Day": _("Assumption Day"),
        "All Saints' Day": _("All Saints’ Day"),
        "Christmas Day": _("Christmas Day"),
    }


def _own_names() -> dict[str, str]:
    """Days that one of the countries of the trade has alone."""
    moved = _common_names() | {
        "Immaculate Conception": _("Immaculate Conception"),
        "Prince's Day": _("Prince’s Day"),
    }
    return {f"{name} (observed)": _("{name} (moved)").format(name=said) for name, said in moved.items()} | {
        "Victory Day": _("Victory Day"),
        "National Day": _("National Day"),
        "Bastille Day": _("Bastille Day"),
        "Armistice Day": _("Armistice Day"),
        "Saint Devote's Day": _("Saint Devote’s Day"),
        "Corpus Christi": _("Corpus Christi"),
        "Prince's Day": _("Prince’s Day"),
        "Immaculate Conception": _("Immaculate Conception"),
        "Women's Day": _("Women’s Day"),
        "Martyrs' Day": _("Martyrs’ Day"),
        "Mother's Day": _("Mothers’ Day"),
        "Father's Day": _("Fathers’ Day"),
        "Independence Day": _("Independence Day"),
        "Republic Day": _("Republic Day"),
    }
