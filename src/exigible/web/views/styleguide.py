"""Every component with sample data, to look at and to test. Only where EXIGIBLE_STYLEGUIDE is set."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from exigible.team.models import User
from exigible.web.context import Shell
from exigible.web.navigation import SCREENS, NavItem
from exigible.web.palette import Group, Hit

KEYS = ("not_due", "1-30", "31-60", "61-90", "90+")
PARTS = ("peek", "find", "progress", "message", "table", "card", "empty", "errors")


class SampleForm(forms.Form):
    name = forms.CharField(label="Customer's name")
    due = forms.DateField(
        label="Due on", widget=forms.DateInput(attrs={"type": "date"}), help_text="As printed on the invoice."
    )
    terms = forms.ChoiceField(label="Payment terms", choices=[("30", "30 days"), ("45EOM", "45 days EOM")])
    amount = forms.CharField(label="Amount", help_text="1 234,56")
    paused = forms.BooleanField(label="Hold reminders", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)


CUSTOMERS = (
    ("Hôtel Belle Époque SARL", (12828000, 1200000, 2400000, 4812000, 0), 62, "Promise of 40,000 not kept"),
    ("Riviera Charter SAM", (980000, 0, 3150000, 0, 0), 34, "Third reminder due; read the mail twice"),
    ("BTP Ankorondrano", (0, 120000, 0, 0, 8210000), 131, "Limitation in 80 days"),
    ("Établissements Carvaillo & Fils", (451250, 220000, 0, 0, 0), 12, "First reminder due"),
    ("Syndicat de copropriété Le Millefiori", (310000, 0, 0, 0, 0), -9, "Courtesy call before due"),
    ("Ville de Menton", (2100000, 640000, 88000, 0, 1250), 97, "Mandate expected since 12/11"),
    ("Restaurant Chez Gianni", (0, 0, 0, 94030, 41200), 118, "Cheque returned unpaid"),
    ("Transports Ramanantsoa SA", (785000, 92000, 0, 0, 0), 3, "Slower than usual"),
)


def _rows() -> list[dict[str, Any]]:
    rows = []
    for number, (name, amounts, days, reason) in enumerate(CUSTOMERS * 4):
        by_bucket = dict(zip(KEYS, amounts, strict=True))
        oldest = next((key for key in reversed(KEYS) if by_bucket[key]), "not_due")
        rows.append(
            {
                "id": number,
                "code": f"C{10400 + number}",
                "name": name,
                "amounts": by_bucket,
                "cells": list(amounts),
                "unallocated": -240000 if number % 5 == 0 else 0,
                "total": sum(amounts) - (240000 if number % 5 == 0 else 0),
                "overdue": sum(amounts[1:]),
                "days": days,
                "bucket": oldest,
                "reason": reason,
                "last": dt.date(2026, 11, 2),
            }
        )
    return rows


def _months() -> list[tuple[dt.date, dict[str, int]]]:
    shape = (22, 25, 31, 38, 52, 61, 58, 66, 74, 71, 80, 86, 84)
    months = []
    for index, height in enumerate(shape):
        year, month = divmod(2025 * 12 + 10 + index, 12)
        parts = (height * 60000, height * 30000, height * 14000, max(0, height - 50) * 40000)
        months.append((dt.date(year, month + 1, 1), dict(zip(KEYS[1:], parts, strict=True))))
    return months


def _sample_shell(request: HttpRequest) -> SimpleNamespace:
    """The frame as it is on a company's page, without a company."""
    real = Shell(request)
    company = SimpleNamespace(code="MNSAM", name="Monaco Négoce SAM", currency="EUR")
    sister = SimpleNamespace(code="MNTNR", name="Monaco Négoce Antananarivo", currency="MGA")
    as_of = dt.date(2026, 10, 31) if request.GET.get("as_of") else timezone.localdate()
    nav = [
        NavItem(f"#{s.url_name}", str(s.label), s.icon, s.key, s.url_name == "day", s.is_seldom)
        for s in SCREENS
    ]
    return SimpleNamespace(
        company=company, companies=[company, sister], nav=nav, as_of=as_of, is_past="as_of" in request.GET,
        today=real.today, kept_parameters=real.kept_parameters, date_choices=real.date_choices,
        today_url=real.today_url, theme=request.GET.get("theme", real.theme), themes=real.themes,
        languages=real.languages, home_url="#", find_url="/_components/find/",
        parameters_beside=real.parameters_beside, screens=SCREENS,
    )  # fmt: skip


def _context(request: HttpRequest) -> dict[str, Any]:
    rows = _rows()
    totals = [sum(row["cells"][i] for row in rows) for i in range(len(KEYS))]
    form = SampleForm({"name": "Riviera Charter SAM", "due": "", "terms": "30", "amount": "1.234,5"})
    form.is_valid()
    return {
        "shell": _sample_shell(request),
        "user": User(email="c.blanc@example.org", name="Camille Blanc"),
        "rows": rows,
        "keys": KEYS,
        "totals": totals,
        "make_up": dict(zip(KEYS, totals, strict=True)),
        "total": sum(row["total"] for row in rows),
        "months": _months(),
        "form": form,
        "moment": timezone.now(),
        "tabs": [
            {"key": "items", "label": "Open items", "url": "#items", "count": 12},
            {"key": "timeline", "label": "Timeline", "url": "#timeline", "count": None},
            {"key": "contacts", "label": "Contacts", "url": "#contacts", "count": 3},
        ],
    }


@login_not_required
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide/index.html", _context(request))


@login_not_required
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One screen or fragment of the styleguide."""
    if part not in PARTS:
        raise Http404
    context = _context(request)
    if part == "message":
        messages.success(request, "Note added to Riviera Charter SAM.", extra_tags="undo=#undo")
    if part == "find":
        text = request.GET.get("q", "")
        hits = [Hit(r["name"], "#open", r["code"], "84 120,00 €") for r in context["rows"][:4]]
        commands = [Hit(item.label, item.url, keys=item.keys) for item in context["shell"].nav]
        groups = [Group("Customers", "customers", hits), Group("Commands", "keyboard", commands)]
        context |= {"text": text, "groups": groups}
        return render(request, "web/find_results.html", context)
    return render(request, f"web/styleguide/{part}.html", context)
