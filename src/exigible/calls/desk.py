"""How a call ended, from the form that was sent to what is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.forms import Form
from django.utils.translation import gettext as _

from exigible.calls import services
from exigible.calls.forms import AskedForm, CallBackForm, CallForm, ContestedForm, PaidForm
from exigible.calls.rules import Outcome
from exigible.calls.services import Call
from exigible.calls.sheet import Sheet
from exigible.kernel.errors import Refused, UserMistake
from exigible.ledger.models import OpenItem
from exigible.negotiation.models import Promise
from exigible.negotiation.requests import who_may_answer
from exigible.team.queries import members_of
from exigible.team.rules import Right, may
from exigible.team.scope import Scope
from exigible.worklist.forms import promise_form

MOST_ITEMS = 200

Forms = Mapping[str, Form]


def forms_of(scope: Scope, sheet: Sheet, data: Any = None) -> Forms:
    """The forms of the outcomes from which something follows; only the one that was sent is bound."""
    outcome = data.get("outcome") if data is not None else None
    customer = sheet.customer
    people = who_may_answer(customer)

    def sent(one: Outcome) -> Any:
        return data if outcome == one else None

    return {
        Outcome.PROMISE: promise_form(
            scope.company, customer, sent(Outcome.PROMISE), sheet.answers, auto_id="promise_%s"
        ),
        Outcome.DISPUTE: ContestedForm(
            sent(Outcome.DISPUTE), left=_contestable(scope, sheet), people=people, auto_id="dispute_%s"
        ),
        Outcome.PAID: PaidForm(
            sent(Outcome.PAID),
            people=people,
            initial={"owner": _who_letters(scope, people)},
            auto_id="paid_%s",
        ),
        Outcome.REQUEST: AskedForm(
            sent(Outcome.REQUEST), people=people, initial={"owner": scope.user.pk}, auto_id="request_%s"
        ),
        Outcome.CALL_BACK: CallBackForm(
            sent(Outcome.CALL_BACK), zone=sheet.zone, hours=sheet.hours, now=sheet.local, auto_id="back_%s"
        ),
    }


def _contestable(scope: Scope, sheet: Sheet) -> list[tuple[OpenItem, int]]:
    """The due items of which something is not contested yet, the oldest first."""
    found = OpenItem.objects.filter(company=scope.company, customer=sheet.customer, open_minor__gt=0)
    disputed = sheet.answers.disputed
    left = [
        (item, item.open_minor - disputed.get(item.pk, 0))
        for item in found.order_by("due_on", "document_number", "pk")[:MOST_ITEMS]
    ]
    return [(item, minor) for item, minor in left if minor > 0]


def _who_letters(scope: Scope, people: Any) -> int:
    """Someone who keeps the books and may see the customer; else whoever calls."""
    known = {user.pk for user in people}
    letters = [
        m.user_id for m in members_of(scope.company) if may(m.role, Right.LETTER) and m.user_id in known
    ]
    return scope.user.pk if scope.user.pk in letters or not letters else letters[0]


def written(scope: Scope, sheet: Sheet, base: CallForm, forms: Forms) -> bool:
    """Write down what was sent; False where it cannot be, said in the form it belongs to."""
    if not base.is_valid():
        return False
    outcome = Outcome(base.cleaned_data["outcome"])
    form = forms.get(outcome)
    if form is not None and not form.is_valid():
        return False
    try:
        with transaction.atomic():
            _write(scope, sheet, outcome, base.call(), form.cleaned_data if form else {})
    except (UserMistake, Refused) as mistake:
        said = _(mistake.sentence).format_map(mistake.params)
        (form if form is not None and isinstance(mistake, UserMistake) else base).add_error(None, said)
        return False
    return True


def _write(scope: Scope, sheet: Sheet, outcome: Outcome, call: Call, data: Mapping[str, Any]) -> None:
    customer, by = sheet.customer, scope.user.pk
    if outcome == Outcome.PROMISE:
        _promise(sheet, call, data, by)
    elif outcome == Outcome.DISPUTE:
        services.log_dispute(
            customer=customer, call=call, item=data["found"], amount_minor=data["amount_minor"],
            reason=data["reason"], owner=data["owner"], by=by,
        )  # fmt: skip
    elif outcome == Outcome.PAID:
        services.log_paid(customer=customer, call=call, paid_on=data["paid_on"], owner=data["owner"], by=by)
    elif outcome == Outcome.REQUEST:
        services.log_request(
            customer=customer, call=call, kind=data["kind"], owner=data["owner"], due_on=data["due_on"], by=by
        )
    elif outcome == Outcome.CALL_BACK:
        again_at: datetime = data["again_at"]
        services.log_call_back(customer=customer, call=call, again_at=again_at, by=by)
    elif outcome == Outcome.WRONG_NUMBER:
        services.log_wrong_number(customer=customer, call=call, by=by)
    else:
        services.log_call(customer=customer, outcome=outcome, call=call, by=by)


def _promise(sheet: Sheet, call: Call, data: Mapping[str, Any], by: int) -> None:
    replaced = data.get("replaces")
    services.log_promise(
        customer=sheet.customer, call=call, amount_minor=data["amount_minor"], currency=data["currency"],
        due_on=data["due_on"], items=data.get("items", ()),
        replaces=Promise.objects.get(pk=replaced, customer=sheet.customer) if replaced else None, by=by,
    )  # fmt: skip
