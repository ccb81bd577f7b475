"""What every page's frame needs: one object, `shell`, put in the context of every template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from exigible.team.scope import Scope, find_scope
from exigible.web.addresses import address_with
from exigible.web.dates import landmark_dates
from exigible.web.navigation import NavItem, Screen, existing_screens, nav_items
from exigible.web.queries import companies_of

THEME_COOKIE = "exigible_theme"
THEMES = ("auto", "light", "dark")


@dataclass
class Shell:
    """The frame of one page. Reads lazily: a fragment that shows no frame costs no query."""

    request: HttpRequest

    @cached_property
    def scope(self) -> Scope | None:
        """Of the page's company; on a page of none (keys, password, an error), of the company last opened."""
        scope = getattr(self.request, "company_scope", None)
        if isinstance(scope, Scope):
            return scope
        code = self.request.session.get("company") if hasattr(self.request, "session") else None
        if code is None or not self.companies:
            return None
        try:
            return find_scope(self.request, code)
        except Http404:
            return None

    @property
    def company(self) -> Any:
        return self.scope.company if self.scope else None

    @cached_property
    def companies(self) -> Sequence[Any]:
        return companies_of(self.request)

    @cached_property
    def today(self) -> dt.date:
        return timezone.localdate()

    @property
    def as_of(self) -> dt.date:
        return self.scope.as_of if self.scope else self.today

    @property
    def is_past(self) -> bool:
        return bool(self.scope and self.scope.is_past)

    @property
    def known_at(self) -> dt.datetime | None:
        return self.scope.known_at if self.scope else None

    @property
    def keep(self) -> str:
        """The query string that carries a past date to another page: "?as_of=…", or nothing."""
        asked = {name: self.request.GET[name] for name in ("as_of", "known_at") if name in self.request.GET}
        return f"?{urlencode(asked)}" if asked and self.is_past else ""

    @cached_property
    def nav(self) -> list[NavItem]:
        if self.scope is None:
            return []
        return nav_items(self.scope.company.code, self.request.path, self.keep, self.scope.may)

    @property
    def screens(self) -> Sequence[Screen]:
        """Every screen there is, for the page of keys."""
        return existing_screens()

    @property
    def home_url(self) -> str:
        return reverse("company", kwargs={"company": self.company.code}) if self.company else reverse("home")

    @property
    def find_url(self) -> str:
        return reverse("find", kwargs={"company": self.company.code}) + self.keep

    def parameters_beside(self, named: Collection[str]) -> list[tuple[str, str]]:
        """The parameters of the address that a form with the fields `named` must carry along.

        The place in the pages is not carried: another date or filter starts at the first one.
        """
        dropped = {"after", "before", *named}
        return [(k, v) for k, values in self.request.GET.lists() if k not in dropped for v in values]

    @property
    def kept_parameters(self) -> list[tuple[str, str]]:
        return self.parameters_beside({"as_of"})

    @property
    def today_url(self) -> str:
        return self._url_as_of(None)

    @property
    def date_choices(self) -> list[tuple[str, str, dt.date]]:
        """Label, address and day of the dates one asks for most: today and the last closings."""
        return [
            (label, self._url_as_of(None if day == self.today else day), day)
            for label, day in landmark_dates(self.today)
        ]

    def _url_as_of(self, day: dt.date | None) -> str:
        return address_with(
            self.request, as_of=day.isoformat() if day else None, known_at=None, after=None, before=None
        )

    @property
    def theme(self) -> str:
        user = getattr(self.request, "user", None)
        chosen = getattr(user, "theme", "") or self.request.COOKIES.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else "auto"

    @property
    def themes(self) -> list[tuple[str, str]]:
        return list(zip(THEMES, (_("As the system"), _("Light"), _("Dark")), strict=True))

    @property
    def languages(self) -> list[tuple[str, str]]:
        own_names = {"fr": "Français", "en": "English"}
        return [(code, own_names.get(code, str(name))) for code, name in settings.LANGUAGES]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor."""
    return {"shell": Shell(request)}
