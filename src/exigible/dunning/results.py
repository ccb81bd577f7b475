"""A run as one JSON document: what goes out and what is held back, by the codes and numbers people know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from exigible.dunning.models import Action, ActionItem, HeldBack, Run
from exigible.dunning.readiness import lacks
from exigible.dunning.reasons import reason_sentence
from exigible.dunning.rules import Decision
from exigible.dunning.services.proposing import Outcome, Preview
from exigible.kernel.money import to_decimal_string
from exigible.ledger.models import Company, Customer, OpenItem


def of_run(run: Run) -> dict[str, Any]:
    """A run as it stands: its messages that are live, whatever their state, and who is held back."""
    actions = Action.objects.filter(run=run, state__in=Action.LIVE).select_related("customer")
    held_back = HeldBack.objects.filter(run=run).select_related("customer")
    items = _items_by_action(run)
    return {
        "company": run.company.code,
        "date": run.day.isoformat(),
        "policy_version": run.policy_version,
        "state": run.state,
        "lacks": list(lacks(run.company)),
        "actions": [_action(action, items[action.pk]) for action in actions.order_by("customer__code", "pk")],
        "held_back": [
            _held(row.customer.code, row.currency, row.net_minor, row.reason_code, row.reason_params)
            for row in held_back.order_by("customer__code", "pk")
        ],
    }


def of_preview(company: Company, preview: Preview) -> dict[str, Any]:
    """What a run would be, in the same form."""
    codes = dict(Customer.objects.filter(company=company).values_list("pk", "code"))
    numbers = _items(company, preview.actions)
    actions = [_decided(outcome, codes, numbers) for outcome in preview.actions]
    held_back = [
        _held(
            codes[outcome.facts.customer_id],
            outcome.facts.currency,
            outcome.decision.net_minor,
            outcome.decision.reason.code,
            outcome.decision.reason.params,
        )
        for outcome in preview.held_back
    ]
    return {
        "company": company.code,
        "date": preview.day.isoformat(),
        "policy_version": preview.policy_version,
        "state": "preview",
        "lacks": list(lacks(company)),
        "actions": sorted(actions, key=_by_customer),
        "held_back": sorted(held_back, key=_by_customer),
    }


def _by_customer(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["customer"], row["currency"]


def _action(action: Action, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    minor = action.net_minor if action.sent_minor is None else action.sent_minor
    return {
        "customer": action.customer.code,
        "step": action.step,
        "level": action.level,
        "channel": action.channel,
        "items": list(items),
        "amount": to_decimal_string(minor, action.currency),
        "currency": action.currency,
        "reason": reason_sentence(action.reason_code, action.reason_params, action.currency),
        "reason_code": action.reason_code,
        "state": action.state,
    }


def _decided(outcome: Outcome, codes: Mapping[int, str], numbers: Mapping[int, OpenItem]) -> dict[str, Any]:
    facts, decision = outcome.facts, outcome.decision
    assert isinstance(decision, Decision)
    return {
        "customer": codes[facts.customer_id],
        "step": decision.step.key,
        "level": decision.step.level,
        "channel": decision.channel,
        "items": [
            _item(numbers[claimed.item_id], claimed.level, claimed.claimed_minor)
            for claimed in decision.items
        ],
        "amount": to_decimal_string(decision.net_minor, facts.currency),
        "currency": facts.currency,
        "reason": reason_sentence(decision.reason.code, decision.reason.params, facts.currency),
        "reason_code": decision.reason.code,
        "state": "preview",
    }


def _held(
    customer: str, currency: str, net_minor: int, code: str, params: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "customer": customer,
        "amount": to_decimal_string(net_minor, currency),
        "currency": currency,
        "reason": reason_sentence(code, params, currency),
        "reason_code": code,
    }


def _items(company: Company, outcomes: Iterable[Outcome]) -> dict[int, OpenItem]:
    wanted = {
        claimed.item_id
        for outcome in outcomes
        if isinstance(outcome.decision, Decision)
        for claimed in outcome.decision.items
    }
    return OpenItem.objects.filter(company=company).in_bulk(list(wanted))


def _items_by_action(run: Run) -> dict[int, list[dict[str, Any]]]:
    rows = ActionItem.objects.filter(company=run.company_id, action__run=run, is_live=True)
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows.select_related("item").order_by("action_id", "item__due_on", "item_id").iterator():
        minor = row.amount_minor if row.sent_minor is None else row.sent_minor
        found.setdefault(row.action_id, []).append(_item(row.item, row.level, minor))
    return found


def _item(item: OpenItem, level: int | None, minor: int) -> dict[str, Any]:
    return {
        "document": item.document_number,
        "installment": item.installment,
        "due_date": item.due_on.isoformat(),
        "amount": to_decimal_string(minor, item.currency),
        "level": level,
    }
