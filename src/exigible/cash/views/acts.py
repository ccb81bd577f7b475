"""What is done with a payment. The answer is its row, and the next payment ready: one round trip."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from exigible.cash import advising, services
from exigible.cash.deciding import policy_of
from exigible.cash.forms import (
    ASIDE,
    DISPUTE,
    Chosen,
    Decision,
    Worth,
    decide,
    read_chosen,
    read_share,
    read_worth,
)
from exigible.cash.queries import lines_of
from exigible.cash.views.desk import waiting_words
from exigible.cash.views.pane import caps_of, pane_of
from exigible.cash.views.rows import rows_of, state_of
from exigible.cash.views.shown import Wish
from exigible.intake.readers.problems import UnreadableFile
from exigible.intake.wording import as_json, word_problem
from exigible.kernel.errors import ExigibleError, Refused, UserMistake
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import BankLine
from exigible.team.rules import Right
from exigible.team.scope import Scope, company_view

Act = Callable[[HttpRequest, Scope, BankLine], HttpResponse | None]
Page = Callable[..., HttpResponseBase]


def _act(*, goes_on: bool) -> Callable[[Act], Page]:
    """A view from an act: afterwards the next payment is shown (`goes_on`), or this one again.

    An act that leads elsewhere says so by its answer.

    A refusal is said on the payment itself, read anew: someone else may have lettered it meanwhile.
    """

    def decorate(act: Act) -> Page:
        @wraps(act)
        def view(request: HttpRequest, line: int) -> HttpResponse:
            scope: Scope = request.company_scope  # type: ignore[attr-defined]
            found = get_object_or_404(lines_of(scope), pk=line)
            try:
                _hold_to_today(scope)
                elsewhere = act(request, scope, found)
            except (UserMistake, Refused) as error:
                return _after(request, scope, found, mistake=_said(error))
            return elsewhere or _after(request, scope, found, goes_on=goes_on)

        return require_POST(company_view(Right.LETTER)(view))

    return decorate


def _hold_to_today(scope: Scope) -> None:
    if scope.is_past:
        raise Refused("past-date", "Nothing is lettered on a past date: go back to today.")


def _said(error: ExigibleError) -> str:
    """The refusal in the reader's language."""
    if isinstance(error, UnreadableFile):
        return word_problem(as_json(error.problems[0]))
    return str(ExigibleError(error.code, _(error.sentence), **error.params)) if error.sentence else str(error)


def _after(
    request: HttpRequest, scope: Scope, line: BankLine, *, goes_on: bool = False, mistake: str = ""
) -> HttpResponse:
    """The row of the payment as it is now, and the pane of the one to work on."""
    acted = get_object_or_404(lines_of(scope), pk=line.pk)
    following = _following(request, scope) if goes_on and state_of(acted) != "todo" else None
    wish = Wish.of(request.POST, request.POST.getlist("item")) if mistake else None
    context = {
        "row": rows_of(scope, [acted])[0],
        "pane": pane_of(scope, following or acted, wish, mistake),
        **waiting_words(scope),
    }
    return render(request, "cash/after.html", context, status=422 if mistake else 200)


def _following(request: HttpRequest, scope: Scope) -> BankLine | None:
    """The payment that the page shows next, if it still waits."""
    asked = request.POST.get("next", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return lines_of(scope).filter(pk=int(asked)).first()


@_act(goes_on=True)
def letter(request: HttpRequest, scope: Scope, line: BankLine) -> HttpResponse | None:
    """Letter a payment, or a part of it, with the items ticked."""
    customer = scope.customers().filter(pk=_number(request.POST.get("customer", ""))).first()
    if customer is None:
        raise UserMistake("no-customer", "Choose a customer first.")
    chosen = read_chosen(request.POST.getlist("item"))
    seen = scope.items().filter(pk__in=[item for item, _amount in chosen]).count()
    if seen != len(chosen):
        raise UserMistake("unknown-item", "One of the items does not exist.")
    share = read_share(request.POST, line.left_minor, line.currency)
    if share < 0:
        _refund(scope, line, customer.pk, decide(share, chosen, request.POST.get("remainder", "")))
        return None
    worth = read_worth(request.POST, line, share)
    is_foreign = worth.currency != line.currency
    decision = decide(worth.minor, chosen, request.POST.get("remainder", ""), is_foreign=is_foreign)
    _hold_to_caps(scope, worth, decision)
    services.letter(
        company_id=scope.company.pk,
        line_id=line.pk,
        customer_id=customer.pk,
        allocations=decision.allocations,
        remainder_minor=decision.remainder_minor,
        remainder_as=decision.remainder_as,
        amount_minor=share,
        currency=worth.currency,
        worth_minor=worth.minor,
        by=scope.user.pk,
    )
    short = _paid_in_part(chosen, decision) if request.POST.get("remainder") == DISPUTE else None
    return _contest(request, scope, short) if short else None


def _paid_in_part(chosen: Chosen, decision: Decision) -> int | None:
    """The first item of which something is left."""
    taken = dict(decision.allocations)
    return next((item for item, amount in chosen if amount > taken.get(item, 0)), None)


def _contest(request: HttpRequest, scope: Scope, item: int) -> HttpResponse:
    """To the page where what is left of the item is contested, and from there back to the next payment."""
    whose = scope.items().values_list("customer__code", flat=True).get(pk=item)  # a parent pays for others
    following = _following(request, scope)
    back = reverse("cash", args=[scope.company.code]) + (f"?line={following.pk}" if following else "")
    contest = reverse("dispute-open", args=[scope.company.code, whose, item])
    return HttpResponse(headers={"HX-Redirect": f"{contest}?{urlencode({'next': back})}"})


def _refund(scope: Scope, line: BankLine, customer_id: int, decision: Decision) -> None:
    services.refund(
        company_id=scope.company.pk,
        line_id=line.pk,
        customer_id=customer_id,
        allocations=decision.allocations,
        remainder_as=decision.remainder_as if decision.remainder_as == "on_account" else "",
        by=scope.user.pk,
    )


@_act(goes_on=True)
def give_back(request: HttpRequest, scope: Scope, line: BankLine) -> None:
    """Say which payment the line gives back: what it had closed is open again."""
    chosen, _, share = request.POST.get("original", "").partition("-")
    original = lines_of(scope).filter(pk=_number(chosen)).first()
    if original is None:
        raise UserMistake("no-original", "Choose the payment that came back.")
    services.give_back_chosen(
        company_id=scope.company.pk,
        line_id=line.pk,
        original_id=original.pk,
        share_id=_number(share) if share else None,
        by=scope.user.pk,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _hold_to_caps(scope: Scope, worth: Worth, decision: Decision) -> None:
    """More than the company's cap is written off, or called charges, only by someone who approves."""
    cap = caps_of(scope, policy_of(scope.company), worth.currency, worth.minor).get(decision.remainder_as)
    if cap is not None and decision.remainder_minor > cap:
        raise Refused(
            "over-your-cap",
            "More than {cap} {currency} is closed by someone who may approve.",
            cap=to_decimal_string(cap, worth.currency),
            currency=worth.currency,
        )


@_act(goes_on=False)
def undo(request: HttpRequest, scope: Scope, line: BankLine) -> None:  # noqa: ARG001  every act's
    """Undo all that the payment was lettered with."""
    services.undo(company_id=scope.company.pk, line_id=line.pk, by=scope.user.pk)


@_act(goes_on=False)
def not_this_customer(request: HttpRequest, scope: Scope, line: BankLine) -> None:
    """Say that the customer shown did not pay it."""
    customer = scope.customers().filter(pk=_number(request.POST.get("customer", ""))).first()
    if customer is None:
        raise UserMistake("no-customer", "Choose a customer first.")
    services.not_this_customer(
        company_id=scope.company.pk, line_id=line.pk, customer_id=customer.pk, by=scope.user.pk
    )


@_act(goes_on=True)
def put_aside(request: HttpRequest, scope: Scope, line: BankLine) -> None:
    """Say that the payment is not for a customer, and why."""
    why = request.POST.get("why", "")
    if why not in ASIDE:
        raise UserMistake("no-reason", "Say why this payment is put aside.")
    services.put_aside(company_id=scope.company.pk, line_id=line.pk, why=why, by=scope.user.pk)


@_act(goes_on=False)
def take_back(request: HttpRequest, scope: Scope, line: BankLine) -> None:  # noqa: ARG001  every act's
    """Bring a payment that was put aside back."""
    services.take_back(company_id=scope.company.pk, line_id=line.pk, by=scope.user.pk)


@_act(goes_on=False)
def attach_advice(request: HttpRequest, scope: Scope, line: BankLine) -> None:
    """Attach a list of the documents paid: a file, or words that were pasted."""
    file = request.FILES.get("file")
    content = file.read() if file else request.POST.get("text", "").encode()
    if not content.strip():
        raise UserMistake("no-advice", "Choose a file, or paste the list of documents.")
    advising.attach_advice(
        company_id=scope.company.pk,
        line_id=line.pk,
        content=content,
        name=str(file.name) if file else "",
        by=scope.user.pk,
    )


@_act(goes_on=False)
def withdraw_advice(request: HttpRequest, scope: Scope, line: BankLine) -> None:  # noqa: ARG001  every act's
    """Take the list off the payment again."""
    advising.withdraw_advice(company_id=scope.company.pk, line_id=line.pk, by=scope.user.pk)
