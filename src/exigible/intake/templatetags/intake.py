"""Filters of the import desk."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from exigible.intake.telling import counted, field_name
from exigible.language import formats

register = template.Library()


@register.filter
def count(number: int | None) -> str:
    """A number of things, in groups of three figures; empty for None."""
    return "" if number is None else counted(number)


@register.filter
def field_label(field: str) -> str:
    """What a column can be, in words."""
    return field_name(field)


@register.filter
def file_size(size: int) -> str:
    """Bytes in words, rounded up: 14 kB, 1.4 MB."""
    if size < 1_000_000:
        return _("%(size)s kB") % {"size": counted(-(-size // 1000))}
    whole, tenth = divmod(-(-size // 100_000), 10)
    mark = "," if formats.language() == "fr" else "."
    return _("%(size)s MB") % {"size": f"{counted(whole)}{mark}{tenth}"}
