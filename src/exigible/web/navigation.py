"""What stands in the left navigation: the screens that exist, in the order of the day's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from exigible.team.rules import Right


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen that may stand in the navigation: `url_name` takes `company`, `key` follows `g`.

    `part_of` are the path segments after the company code whose pages light this entry up.
    """

    url_name: str
    label: str | Promise
    icon: str
    key: str
    part_of: tuple[str, ...]
    right: Right = Right.READ
    is_seldom: bool = False
    """On a telephone it stands in the person's menu: the bar under the thumb holds seven."""

    @property
    def keys(self) -> str:
        return f"g {self.key}"


@dataclass(frozen=True, slots=True)
class NavItem:
    url: str
    label: str
    icon: str
    key: str
    current: bool
    is_seldom: bool = False

    @property
    def keys(self) -> str:
        return f"g {self.key}"


SCREENS: tuple[Screen, ...] = (
    Screen("day", _("My day"), "day", "j", ("day", "worklist")),
    Screen("customers", _("Customers"), "customers", "c", ("customers",)),
    Screen("aged-balance", _("Aged balance"), "balance", "b", ("aged-balance", "items", "statements")),
    Screen("cash", _("Cash"), "cash", "e", ("cash",), Right.LETTER),
    Screen("reminders", _("Reminders"), "reminders", "r", ("reminders",)),
    Screen("calls", _("Calls"), "phone", "t", ("calls", "requests"), Right.COLLECT),
    Screen("visits", _("Visits"), "visit", "v", ("visits",), Right.COLLECT, is_seldom=True),
    Screen("inbox", _("Replies"), "inbox", "m", ("inbox",)),
    Screen("registered", _("Registered post"), "mail", "l", ("registered",), is_seldom=True),
    Screen("imports", _("Imports"), "imports", "i", ("imports",), Right.IMPORT, is_seldom=True),
    Screen("settings", _("Settings"), "settings", "s", ("settings",), is_seldom=True),
)


def existing_screens() -> list[Screen]:
    """The screens that this installation has: an entry that leads nowhere is not shown."""
    return [screen for screen in SCREENS if _url(screen, "company")]


def nav_items(
    company_code: str, path: str, keep: str, may: Callable[[Right], bool] | None = None
) -> list[NavItem]:
    """The navigation of a company: the screens that the person `may` open.

    `keep` is the query string that goes along (a past date), or nothing.
    """
    segments = path.strip("/").split("/")
    section = segments[1] if len(segments) > 1 else ""
    return [
        NavItem(
            url=_url(screen, company_code) + keep,
            label=str(screen.label),
            icon=screen.icon,
            key=screen.key,
            current=section in screen.part_of,
            is_seldom=screen.is_seldom,
        )
        for screen in existing_screens()
        if may is None or may(screen.right)
    ]


def _url(screen: Screen, company_code: str) -> str:
    try:
        return reverse(screen.url_name, kwargs={"company": company_code})
    except NoReverseMatch:
        return ""
