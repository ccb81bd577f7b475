"""Addresses that keep the view: the same page with one parameter changed."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest


def address_with(request: HttpRequest, **changes: str | None) -> str:
    """The address of this page with parameters set, or dropped where None."""
    query = request.GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path


def sort_address(
    request: HttpRequest, column: str, first: str = "asc"
) -> tuple[str, Literal["", "ascending", "descending"]]:
    """The address that sorts by `column`, or turns its order round, and the order it has now ("" if none).

    A change of order starts again at the first page.
    """
    descending = f"-{column}"
    current = request.GET.get("sort", "")
    state: Literal["", "ascending", "descending"]
    if current == column:
        following, state = descending, "ascending"
    elif current == descending:
        following, state = column, "descending"
    else:
        following, state = (column if first == "asc" else descending), ""
    return address_with(request, sort=following, after=None, before=None), state
