"""Filters of the import desk."""

from __future__ import annotations

from django import template

from exigible.intake.telling import counted, field_name

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
    """Bytes in words: 812 B, 14 kB, 1,2 MB, in the language's own way."""
    from django.template.defaultfilters import filesizeformat

    return filesizeformat(size)
