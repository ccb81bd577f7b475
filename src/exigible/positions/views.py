"""The aged balance on screen, and the lines behind its figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from exigible.kernel.ageing import NOT_DUE
from exigible.ledger.models import Customer
from exigible.positions import kept as kept_reports
from exigible.positions import sql
from exigible.positions.asking import NONE, Asked, read_asked
from exigible.positions.exports import document_name
from exigible.positions.kept import Kept
from exigible.positions.lines import ItemLine, figure_lines, telling_labels
from exigible.positions.pages import Order, Page, PositionRow, read_page
from exigible.positions.queries import segments
from exigible.positions.rules import GROUPINGS, Ageing
from exigible.team.models import User
from exigible.team.queries import people_of
from exigible.team.scope import company_view

PAGE = 60
MOST_MEMBERS = 200
MOST_LINES = 300


@company_view()
def aged_balance(request: HttpRequest) -> HttpResponse:
    """One page of the aged balance; where all must be summed first, the frame comes before the rows."""
    asked = read_asked(request)
    kept = _report(request, asked)
    shown = _table(asked, kept) if kept else {"is_computing": True}
    return render(request, "positions/aged_balance.html", _choices(asked) | shown)


@company_view()
def group(request: HttpRequest) -> HttpResponse:
    """The rows of one group: its own, and those of its customers unless `fold` is asked for."""
    asked = read_asked(request)
    company = asked.scope.company
    kept = kept_reports.keep(company, asked.parameters)
    filters = replace(asked.filters, currency=_currencies(asked, kept)[0])
    head = read_page(company, kept, by="group", filters=filters, order=Order(), limit=1)
    is_open = "fold" not in request.GET
    members = read_page(company, kept, filters=filters, order=asked.order, limit=MOST_MEMBERS).rows
    by_group, by_customer = replace(asked, by="group"), replace(asked, by="customer")
    context = {
        "asked": by_group,
        "rows": [_row(by_group, row, {}) | {"is_open": is_open} for row in head.rows],
        "members": [_row(by_customer, row, {}) for row in members] if is_open else [],
        "keys": asked.parameters.buckets.keys,
    }
    return render(request, "positions/group.html", context)


@company_view()
def lines(request: HttpRequest) -> HttpResponse:
    """The open items that make one figure: `column` is a bucket, "unallocated", "overdue" or "total"."""
    asked = read_asked(request)
    company, column = asked.scope.company, request.GET.get("column") or sql.TOTAL
    filters = replace(asked.filters, currency=asked.filters.currency or company.currency)
    context = _frame_of_lines(asked, column) | {"currency": filters.currency}
    is_long = not (filters.picks_customers or kept_reports.is_small(company))
    if is_long and not request.htmx:  # type: ignore[attr-defined]
        return render(request, "positions/lines.html", context | {"is_computing": True})
    found = figure_lines(
        company,
        asked.parameters,
        column=column,
        filters=filters,
        order=request.GET.get("sort") or ("due" if filters.customers else "-open"),
        limit=MOST_LINES,
    )
    named = zip(found.lines, telling_labels(found.lines), strict=True)
    shown = {"lines": found, "rows": [_line(asked, *line) for line in named], "most": MOST_LINES}
    return render(request, "positions/lines.html", context | shown)


def _report(request: HttpRequest, asked: Asked) -> Kept | None:
    """The report; None when it takes long and nobody was told yet."""
    if request.htmx:  # type: ignore[attr-defined]
        return kept_reports.keep(asked.scope.company, asked.parameters)
    return kept_reports.at_hand(asked.scope.company, asked.parameters)


def _choices(asked: Asked) -> dict[str, Any]:
    """What the bar of filters offers."""
    company = asked.scope.company
    words = asked.chosen | {"by": asked.by}
    names = {
        "customer": _("Customer"),
        "group": _("Group"),
        "collector": _("Collector"),
        "segment": _("Segment"),
    }
    return {
        "asked": asked,
        "groupings": [(word, names[word]) for word in GROUPINGS],
        "heading": names[asked.by],
        "collectors": people_of(company) if asked.scope.portfolio_of is None else [],
        "segments": segments(company),
        "none": NONE,
        "xlsx_url": asked.address("aged-balance-export", **words, format="xlsx"),
        "csv_url": asked.address("aged-balance-export", **words, format="csv"),
    }


def _currencies(asked: Asked, kept: Kept) -> list[str]:
    """The one that is looked at, then the others: only one is shown at a time, for two are never added."""
    own = asked.scope.company.currency
    known = sorted(kept.totals, key=lambda currency: (currency != own, currency)) or [own]
    chosen = asked.filters.currency
    return sorted(known, key=lambda currency: currency != chosen)


def _table(asked: Asked, kept: Kept) -> dict[str, Any]:
    currencies = _currencies(asked, kept)
    filters = replace(asked.filters, currency=currencies[0] if len(currencies) > 1 else None)
    company = asked.scope.company
    page = read_page(company, kept, by=asked.by, filters=filters, order=asked.order, limit=PAGE)
    users = _collector_ids(page) if asked.by == "collector" else {}
    total = page.totals.get(currencies[0], Ageing.zero(asked.parameters.buckets))
    return {
        "rows": [_row(asked, row, users) for row in page.rows],
        "total": _figures(asked, total, currencies[0], asked.chosen),
        "page": page,
        "currency": currencies[0],
        "currencies": sorted(currencies) if len(currencies) > 1 else [],
        "keys": asked.parameters.buckets.keys,
    }


def _collector_ids(page: Page) -> dict[str, int]:
    found = User.objects.filter(email__in=[row.key for row in page.rows])
    return dict(found.values_list("email", "pk"))


def _row(asked: Asked, row: PositionRow, users: dict[str, int]) -> dict[str, Any]:
    """What the template shows of a row; `users` gives the ids of collectors by e-mail."""
    company = asked.scope.company.code
    own = {
        "customer": {"customer": row.key},
        "group": {"group": row.key},
        "collector": {"collector": str(users.get(row.key, NONE))},
        "segment": {"segment": row.key or NONE},
    }[asked.by]
    words = own if asked.by == "customer" else asked.chosen | own
    oldest = row.oldest_days(asked.parameters.as_of)
    is_customer = asked.by == "customer" or (asked.by == "group" and row.members == 1)
    return _figures(asked, row.ageing, row.currency, words) | {
        "key": row.key,
        "code": row.customer_code,
        "name": row.name,
        "members": row.members,
        "is_customer": is_customer,
        "url": reverse("customer", args=[company, row.customer_code])
        if is_customer
        else asked.address("aged-balance", **words),
        "peek": reverse("customer-peek", args=[company, row.customer_code]) if is_customer else "",
        "group_url": asked.address("aged-balance-group", **words, currency=row.currency, sort=_sort(asked)),
        "oldest": oldest,
        "bucket": asked.parameters.buckets.key(oldest) if oldest else NOT_DUE,
    }


def _sort(asked: Asked) -> str:
    return ("-" if asked.order.direction == "desc" else "") + asked.order.sort


def _figures(asked: Asked, ageing: Ageing, currency: str, words: dict[str, str]) -> dict[str, Any]:
    """Figures, each with the address of its lines."""

    def behind(column: str) -> str:
        return asked.address("aged-balance-lines", **words, currency=currency, column=column)

    keys = asked.parameters.buckets.keys
    return {
        "currency": currency,
        "cells": [(key, minor, behind(key)) for key, minor in zip(keys, ageing.amounts, strict=True)],
        "parts": dict(zip(keys, ageing.amounts, strict=True)),
        "unallocated": (ageing.unallocated, behind(sql.UNALLOCATED)),
        "overdue": (ageing.overdue, behind(sql.OVERDUE)),
        "total": (ageing.total, behind(sql.TOTAL)),
    }


def _frame_of_lines(asked: Asked, column: str) -> dict[str, Any]:
    customer = _one_customer(asked)
    company = asked.scope.company.code
    known = {"asked": asked, "customer": customer, "column_name": _column_names(asked).get(column, "")}
    known["back_url"] = asked.address("aged-balance", **asked.chosen)
    if customer:
        known["statement_url"] = reverse("statement", args=[company, customer.code])
        known["xlsx_url"] = asked.address("aged-balance-export", customer=customer.code, format="xlsx")
    return known


def _column_names(asked: Asked) -> dict[str, str]:
    buckets = {
        key: _("%(days)s days overdue") % {"days": key.replace("-", "–")}
        for key in asked.parameters.buckets.keys
    }
    return buckets | {
        NOT_DUE: _("Not due"),
        sql.UNALLOCATED: _("Unallocated"),
        sql.OVERDUE: _("Overdue"),
        sql.TOTAL: _("All that is open"),
    }


def _one_customer(asked: Asked) -> Customer | None:
    """The customer, when the lines are those of one."""
    codes = asked.filters.customers
    return asked.scope.customers().filter(code=codes[0]).first() if len(codes) == 1 else None


def _line(asked: Asked, line: ItemLine, label: str) -> dict[str, Any]:
    company = asked.scope.company.code
    return {
        "line": line,
        "label": label,
        "kind": document_name(line.document_type),
        "days": line.days_overdue(asked.parameters) if line.left_minor > 0 else None,
        "bucket": line.bucket(asked.parameters),
        "url": reverse("customer", args=[company, line.customer_code]),
        "peek": reverse("customer-peek", args=[company, line.customer_code]),
    }
