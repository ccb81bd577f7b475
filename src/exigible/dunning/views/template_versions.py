"""The versions of a template: who changed what and when, compared, and put in force again."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.dunning.models import Template
from exigible.dunning.texts import said
from exigible.dunning.texts.parts import PARTS, Key, Words
from exigible.dunning.texts.versions import (
    WordsRefused,
    history,
    our_words,
    restore_template,
    stored_words,
)
from exigible.dunning.views.templates import address, faults_said, key_of, may_change, whom
from exigible.kernel.errors import Refused
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


class Piece(NamedTuple):
    """So much of a text, and whether it was kept, added or taken out."""

    kind: str
    text: str


@company_view()
def versions(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """The versions, and what one changed: against the one before it, or against ours (`?against=0`)."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key = key_of(request, tone, language)
    known = history(scope.company, key)
    newest = known[0].version if known else 0
    chosen = _number(request, "version", newest, newest)
    against = _number(request, "against", max(chosen - 1, 0), newest)
    before, after = (_said(scope, key, known, number) for number in (against, chosen))
    context = {
        "key": key,
        "name": said.tone_name(tone),
        "language": said.language_name(language),
        "whom": whom(key),
        "versions": known,
        "newest": newest,
        "chosen": chosen,
        "against": against,
        "changes": compare(before, after),
        "may_change": may_change(scope),
        "url": address(scope, "template", key),
        "restore_url": address(scope, "template-restore", key),
        "here": address(scope, "template-versions", key) + ("&" if key.kind or key.country else "?"),
    }
    return render(request, "dunning/template_versions.html", context)


def _number(request: HttpRequest, name: str, usual: int, newest: int) -> int:
    asked = request.GET.get(name, "")
    if not asked:
        return usual
    if not asked.isdigit() or int(asked) > newest:
        raise Http404
    return int(asked)


def _said(scope: Scope, key: Key, known: Sequence[Template], version: int) -> Words:
    found = next((row for row in known if row.version == version), None)
    if found is None or found.withdrawn:
        return our_words(key, scope.company.country)
    return stored_words(found)


def compare(before: Words, after: Words) -> list[dict[str, Any]]:
    """For each part that differs, its name and its pieces, word by word."""
    return [
        {"part": said.part_name(part), "pieces": list(_pieces(getattr(before, part), getattr(after, part)))}
        for part in PARTS
        if getattr(before, part) != getattr(after, part)
    ]


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = (re.findall(r"\s+|[^\s]+", text) for text in (before, after))
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Piece("gone", "".join(old[a:b]))
        if d > c:
            yield Piece("new", "".join(new[c:d]))


@require_POST
@company_view(Right.APPROVE)
def restore(request: HttpRequest, tone: str, language: str) -> HttpResponse:
    """Have an older version, or ours, speak again."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    key = key_of(request, tone, language)
    version, base = (int(request.POST.get(n, "")) if request.POST.get(n, "").isdigit() else -1
                     for n in ("version", "base"))  # fmt: skip
    try:
        new = restore_template(
            company=scope.company, key=key, version=version, base_version=base, by=scope.user.pk
        )
    except WordsRefused as refusal:
        first = faults_said(refusal.faults)[0]
        messages.error(request, _("That version can no longer be said: {why}").format(why=first["sentence"]))
    except Refused as refusal:
        messages.error(request, _(refusal.sentence).format_map(refusal.params))
    else:
        told = (
            _("The standard words speak again.")
            if new.withdrawn
            else _("Version {old} speaks again, as version {new}.").format(old=version, new=new.version)
        )
        messages.success(request, told)
    return redirect(address(scope, "template-versions", key))
