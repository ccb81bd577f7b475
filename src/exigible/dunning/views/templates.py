"""The templates of a company: the list, the editor, and the preview as one types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from babel import Locale
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.forms import country_choices, country_name
from exigible.dunning.models import Template
from exigible.dunning.texts import said
from exigible.dunning.texts.checks import Fault
from exigible.dunning.texts.parts import (
    KINDS,
    LANGUAGES,
    NO_LETTER,
    TONES,
    WITHOUT_ITEMS,
    Key,
    Words,
)
from exigible.dunning.texts.preview import SITUATIONS, suggested_customer
from exigible.dunning.texts.versions import (
    WordsRefused,
    ban_words,
    banned_words,
    changes_by_key,
    history,
    our_words,
    save_template,
    stored_words,
)
from exigible.dunning.wording import VARIABLES
from exigible.kernel.errors import Refused
from exigible.ledger.models import Customer
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

SHOWS: Final = ("email", "phone", "text", "letter", "sms")
_OF_NOTES: Final = frozenset({"customer", "customer_code", "company", "collector", "dated"})
_OF_DISPUTES: Final = frozenset({"disputed", "disputed_document"})


@company_view()
def templates(request: HttpRequest) -> HttpResponse:
    """What there are words for, in which languages, and whose words they are."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    known = changes_by_key(scope.company)
    rows = [_row(scope, tone, known) for tone in TONES]
    context = {
        "rows": rows,
        "languages": [said.language_name(language) for language in LANGUAGES],
        "may_change": may_change(scope),
        "banned": banned_words(scope.company),
        "kinds": [(kind, said.kind_name(kind)) for kind in KINDS],
        "countries": country_choices(scope.company)[1:],
        "tones": [(tone, said.tone_name(tone)) for tone in TONES if tone not in WITHOUT_ITEMS],
        "written": [(language, said.language_name(language)) for language in LANGUAGES],
    }
    return render(request, "dunning/templates.html", context)


def may_change(scope: Scope) -> bool:
    """Senior collectors and administrators change templates; the others read them."""
    return scope.may(Right.APPROVE) and not scope.is_past


def _row(scope: Scope, tone: str, known: Mapping[Key, Template]) -> dict[str, Any]:
    cells = [_cell(scope, Key(tone, language), known) for language in LANGUAGES]
    narrow = [
        _cell(scope, key, known)
        for key, last in known.items()
        if key.tone == tone and (key.kind or key.country) and not last.withdrawn
    ]
    return {
        "name": said.tone_name(tone),
        "when": said.when_used(tone),
        "cells": cells,
        "narrow": narrow,
        "write": tone in WITHOUT_ITEMS,
    }


def _cell(scope: Scope, key: Key, known: Mapping[Key, Template]) -> dict[str, Any]:
    last = known.get(key)
    return {
        "url": address(scope, "template", key),
        "label": said.language_name(key.language),
        "whom": whom(key),
        "last": last,
        "is_ours": last is None or last.withdrawn,
    }


def address(scope: Scope, name: str, key: Key) -> str:
    """The address of a page about one template."""
    asked = QueryDict(mutable=True)
    asked.update({n: v for n, v in (("kind", key.kind), ("country", key.country)) if v})
    url = reverse(name, args=[scope.company.code, key.tone, key.language])
    return f"{url}?{asked.urlencode()}" if asked else url


def whom(key: Key) -> str:
    """The customers that a template is for; empty for all."""
    parts = (said.kind_name(key.kind), country_name(key.country) if key.country else "")
    return ", ".join(filter(None, parts))


def key_of(request: HttpRequest, tone: str, language: str) -> Key:
    """The template that an address names; 404 for none."""
    kind, country = request.GET.get("kind", ""), request.GET.get("country", "")
    if tone not in TONES or language not in LANGUAGES or kind not in ("", *KINDS):
        raise Http404
    if country and country not in Locale("en").territories:
        raise Http404
    return Key(tone, language, country, kind)


@company_view()
def template(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """The editor: the words, their variables, and beside them what a customer would read."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key = key_of(request, tone, language)
    versions = history(scope.company, key)
    return editor(request, scope, key, _current(scope, key, versions), _version(versions))


def _version(versions: Sequence[Template]) -> int:
    return versions[0].version if versions else 0


def _current(scope: Scope, key: Key, versions: Sequence[Template]) -> Words:
    if versions and not versions[0].withdrawn:
        return stored_words(versions[0])
    return our_words(key, scope.company.country)


@require_POST
@company_view(Right.APPROVE)
def save(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """Put what was typed in force, or say where it cannot be: then nothing of it is saved."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key, words = key_of(request, tone, language), Words.of(request.POST.dict())
    base = int(request.POST.get("base", "0")) if request.POST.get("base", "0").isdigit() else 0
    try:
        new = save_template(company=scope.company, key=key, words=words, base_version=base, by=scope.user.pk)
    except WordsRefused as refusal:
        return editor(request, scope, key, words, base, faults=refusal.faults, status=422)
    except Refused as refusal:
        told = _(refusal.sentence).format_map(refusal.params)
        return editor(request, scope, key, words, base, refused=told, status=422)
    messages.success(
        request,
        _("Version {version} is saved: what is approved from now on says it.").format(version=new.version),
    )
    return redirect(address(scope, "template", key))


@require_POST
@company_view(Right.APPROVE)
def ban(request: HttpRequest) -> HttpResponse:
    """Set the words that no template may hold."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    ban_words(company=scope.company, words=request.POST.get("words", ""), by=scope.user.pk)
    messages.success(request, _("The words are kept: each template is checked by them when it is saved."))
    return redirect("templates", company=scope.company.code)


@company_view(Right.APPROVE)
def narrower(request: HttpRequest) -> HttpResponse:
    """Open the words of a tone for some customers alone; nothing is stored before they are saved."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key = key_of(request, request.GET.get("tone", ""), request.GET.get("language", ""))
    return redirect(address(scope, "template", key))


def editor(
    request: HttpRequest,
    scope: Scope,
    key: Key,
    words: Words,
    base: int,
    *,
    faults: Sequence[Fault] = (),
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page where words are changed, with what was typed and what is wrong with it."""
    newest = next(iter(history(scope.company, key)), None)
    context = {
        "key": key,
        "name": said.tone_name(key.tone),
        "when": said.when_used(key.tone),
        "language": said.language_name(key.language),
        "whom": whom(key),
        "words": words,
        "faults": faults_said(faults),
        "refused": refused,
        "base": base,
        "newest": newest,
        "is_ours": newest is None or newest.withdrawn,
        "may_change": may_change(scope),
        "has_letter": key.tone not in NO_LETTER,
        "variables": variables_of(key),
        "customer": chosen_customer(request, scope, key.tone),
        "situations": situations(key),
        "shows": shows(key),
        "urls": {
            name.replace("-", "_"): address(scope, name, key)
            for name in ("template-save", "template-preview", "template-versions", "template-send-me")
        },
    }
    return render(request, "dunning/template.html", context, status=status)


def chosen_customer(request: HttpRequest, scope: Scope, tone: str) -> Customer | None:
    """The customer on whom the words are tried: the one asked for, of this company; else a fitting one."""
    code = request.POST.get("customer", "") or request.GET.get("customer", "")
    customers = scope.customers().select_related("collector")
    found = customers.filter(code=code).first() if code else None
    return found or suggested_customer(scope.customers(), scope.company, tone)


def variables_of(key: Key) -> list[tuple[str, str]]:
    """What may stand in braces in these words, and what it means."""
    if key.tone in WITHOUT_ITEMS:
        disputes = _OF_DISPUTES if key.tone == "dispute_received" else frozenset()
        names = [name for name in VARIABLES if name in _OF_NOTES | disputes]
    else:
        names = [name for name in (*VARIABLES, "items") if name not in _OF_DISPUTES]
    return [(name, said.variable_meaning(name)) for name in (*names, "else")]


def faults_said(faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """The faults in words, each with the part it stands in."""
    return [
        {"fault": fault, "part": said.part_name(fault.part), "sentence": said.fault_sentence(fault)}
        for fault in faults
    ]


def situations(key: Key) -> list[tuple[str, str]]:
    """What the customer may be shown with."""
    names = {
        "as-is": _("as it stands today"),
        "items-1": _("with 1 item"),
        "items-8": _("with 8 items"),
        "items-60": _("with 60 items"),
        "credit": _("with a credit"),
        "interest": _("with late interest"),
    }
    return [(s, names[s]) for s in SITUATIONS if key.tone not in WITHOUT_ITEMS or s == "as-is"]


def shows(key: Key) -> list[tuple[str, str]]:
    """The ways of looking at a message."""
    names = {
        "email": _("E-mail"),
        "phone": _("On a telephone"),
        "text": _("Plain text"),
        "letter": _("Letter"),
        "sms": _("Text message"),
    }
    return [(show, names[show]) for show in SHOWS if key.tone not in NO_LETTER or show != "letter"]
