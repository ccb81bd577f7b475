"""At the counter: numbers for a batch, the letters and their listing on paper, and the posting itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from exigible.dunning.models import Action
from exigible.dunning.views.responses import pdf_response
from exigible.kernel.errors import Refused, UserMistake
from exigible.language import formats
from exigible.registered.carriers import carrier
from exigible.registered.forms import NumbersForm, PostForm
from exigible.registered.jobs import hand_over_later
from exigible.registered.papers import deposit_pdf, letters_pdf
from exigible.registered.queries import chosen, letter_of, letters_of, to_post
from exigible.registered.rules.numbers import grouped
from exigible.registered.services import number_letters, post_letters
from exigible.registered.services.electronic import queue
from exigible.registered.wording import doubt_words, line_fault_words
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view


def _waiting(request: HttpRequest, *, is_numbered: bool | None = None) -> tuple[Scope, list[Action]]:
    """The letters to post that were selected, or all of them; with a number, without, or either."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    asked = (request.POST if request.method == "POST" else request.GET).getlist("selected")
    picked = {action.pk for action in chosen(scope, asked)} if asked else None
    waiting = [row for row in to_post(scope) if not row.is_with_provider]
    rows = [row for row in waiting if picked is None or row.action.pk in picked]
    if is_numbered is not None and picked is None:
        rows = [row for row in rows if bool(row.number) == is_numbered]
    return scope, [row.action for row in rows]


@company_view(Right.COLLECT)
def numbers(request: HttpRequest) -> HttpResponse:
    """Give the letters of a batch their numbers, in the order in which they are printed."""
    scope, actions = _waiting(request)
    form = NumbersForm(request.POST) if "numbers" in request.POST else NumbersForm(initial=_known(actions))
    if form.is_bound and form.is_valid():
        written = form.cleaned_data["numbers"].splitlines()
        faults = number_letters(
            actions=actions, written=written, carrier=form.cleaned_data["carrier"], by=scope.user.pk
        )
        if not faults:
            _tell_numbered(request, scope, actions, written)
            return redirect(f"{reverse('registered', args=[scope.company.code])}?show=post")
        for fault in faults:
            form.add_error("numbers", line_fault_words(fault))
    context = {"form": form, "actions": actions, "rows": [_line(action) for action in actions]}
    return render(request, "registered/numbers.html", context, status=422 if form.errors else 200)


def _known(actions: list[Action]) -> dict[str, str]:
    """The numbers that the letters have already, so that the column is seen whole."""
    known = [_number(action) for action in actions]
    return {"numbers": "\n".join(known) + "\n"} if any(known) else {}


def _number(action: Action) -> str:
    letter = letter_of(action)
    return grouped(letter.number) if letter else ""


def _line(action: Action) -> dict[str, Any]:
    place = f"{action.customer.postcode} {action.customer.city}".strip()
    return {"action": action, "place": place, "number": _number(action)}


def _tell_numbered(request: HttpRequest, scope: Scope, actions: list[Action], written: list[str]) -> None:
    count = sum(bool(text.strip()) for text in written)
    said = ngettext("%(count)s letter has its number.", "%(count)s letters have their numbers.", count)
    messages.success(request, said % {"count": count})
    for letter in letters_of(scope).filter(action__in=actions).exclude(number=""):
        if doubt := doubt_words(letter.number):
            messages.warning(request, f"{letter.customer.name}, {grouped(letter.number)}: {doubt}")


@company_view(Right.COLLECT)
def posting(request: HttpRequest) -> HttpResponse:
    """Say that letters were posted: all that have a number, or those selected."""
    scope, actions = _waiting(request, is_numbered=True)
    form = PostForm(request.POST if "on" in request.POST else None, currency=scope.company.currency)
    if form.is_bound and form.is_valid() and actions:
        try:
            post_letters(actions=actions, postage=form.postage(), by=scope.user.pk)
        except (Refused, UserMistake) as error:
            form.add_error(None, _(error.sentence).format(**_worded(error.params)))
        else:
            count = len(actions)
            said = ngettext("%(count)s letter posted.", "%(count)s letters posted.", count)
            messages.success(request, said % {"count": count})
            return redirect(f"{reverse('registered', args=[scope.company.code])}?show=post")
    context = {"form": form, "rows": [_line(action) for action in actions]}
    return render(request, "registered/posting.html", context, status=422 if form.errors else 200)


def _worded(params: dict[str, object]) -> dict[str, object]:
    return {name: formats.day(value) if name == "day" else value for name, value in params.items()}  # type: ignore[arg-type]


@company_view(Right.COLLECT)
def print_all(request: HttpRequest) -> HttpResponse:
    """The letters to post, or those selected, in one PDF, in the order of the list."""
    scope, actions = _waiting(request)
    if not actions:
        return _nothing(request, scope)
    return pdf_response(letters_pdf(actions), f"{_('registered')}-{timezone.localdate()}.pdf")


@company_view(Right.COLLECT)
def listing(request: HttpRequest) -> HttpResponse:
    """The listing of deposit: of the numbered letters to post, or of those posted on a day (`?on=`)."""
    scope, actions = _waiting(request, is_numbered=True)
    try:
        on = parse_date(request.GET.get("on", ""))
    except ValueError:
        on = None
    letters = letters_of(scope).exclude(number="").order_by("customer__sort_name", "action_id")
    found = letters.filter(posted_on=on) if on else letters.filter(action__in=actions)
    if not found:
        return _nothing(request, scope)
    pdf = deposit_pdf(scope.company, list(found), "en" if formats.language() == "en" else "fr")
    return pdf_response(pdf, f"{_('deposit')}-{on or timezone.localdate()}.pdf")


def _nothing(request: HttpRequest, scope: Scope) -> HttpResponse:
    messages.info(request, _("No letter is ready for that: give the letters their numbers first."))
    return redirect("registered", company=scope.company.code)


@require_POST
@company_view(Right.COLLECT)
def electronic(request: HttpRequest) -> HttpResponse:
    """Have the selected letters go electronically; each that cannot is told with its reason."""
    scope: Scope = request.company_scope  # type: ignore[attr-defined]
    provider = carrier()
    if provider is None:
        raise Refused("no-provider", "No provider of electronic registered letters is set up.")
    count = 0
    for action in chosen(scope, request.POST.getlist("selected")):
        try:
            hand_over_later(queue(action=action, carrier=provider, by=scope.user.pk), scope.user.pk)
            count += 1
        except Refused as refusal:
            messages.error(request, _(refusal.sentence).format(**refusal.params))
    if count:
        said = ngettext(
            "%(count)s letter is handed to the provider.",
            "%(count)s letters are handed to the provider.",
            count,
        )
        messages.success(request, said % {"count": count})
    return redirect(f"{reverse('registered', args=[scope.company.code])}?show=post")
