"""What every screen must be: clean for axe, and nothing that scrolls sideways."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

LANGUAGES = ("fr", "en") if os.environ.get("EXIGIBLE_SCREENSHOTS") else ("fr",)
"""French words are the longer ones: screens are walked in English too when they are kept to be looked at."""

VIOLATIONS = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
"""Asked for these alone axe is five times faster: it describes no element that is well."""


def assert_accessible(page: Page, where: str = "", then: Callable[[str], None] | None = None) -> None:
    """The page as it stands, at a desk by day and on a phone by night; both widths and both themes are met.

    `then` is called after each with "desk-light", "phone-dark". The page is left at a desk.
    """
    from axe_core_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    page.emulate_media(reduced_motion="reduce")
    for name, size, theme in (("desk-light", DESK, "light"), ("phone-dark", PHONE, "dark")):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        found = page.evaluate(VIOLATIONS)
        said = [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in found]
        assert said == [], (where, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], (where, name)
        if then:
            then(name)
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
