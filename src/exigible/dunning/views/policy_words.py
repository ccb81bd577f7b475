"""A policy in words: whom it is for, its steps, limits and end; and what two versions say differently."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exigible.dunning.forms import country_name
from exigible.dunning.models import Policy
from exigible.dunning.policies import parse_steps
from exigible.dunning.reasons import step_name
from exigible.dunning.rules import LEVELS, Step
from exigible.language import formats
from exigible.ledger.models import Company

ICONS: Final = {
    "email": "mail", "letter": "file", "sms": "note", "phone": "phone", "visit": "visit",
    "registered": "file",
}  # fmt: skip


def kind_name(kind: str) -> str:
    """A kind of debtor, in the plural."""
    return {
        "business": _("businesses"),
        "public": _("public bodies"),
        "individual": _("individuals"),
    }.get(kind, kind)


def whom(policy: Policy, *, is_alone: bool = False) -> str:
    """The customers that a policy is for; `is_alone`: there is no other one."""
    if policy.kind:
        return _("{whom}, {kind} only").format(whom=_where(policy), kind=kind_name(policy.kind))
    if policy.segment or policy.country:
        return _where(policy)
    return _("All customers") if is_alone else _("All customers that no other policy is for")


def _where(policy: Policy) -> str:
    if policy.segment and policy.country:
        said = _("Customers of segment {segment} in {country}")
    elif policy.segment:
        said = _("Customers of segment {segment}")
    elif policy.country:
        said = _("Customers in {country}")
    else:
        said = _("All customers")
    return said.format(segment=policy.segment, country=country_name(policy.country))


def step_words(step: Step) -> dict[str, Any]:
    """A step as its line in the list says it."""
    notes = [
        _("Waits for someone who may approve.")
        if step.needs_approval
        else _("Whoever collects may let it go."),
        _("Claims late interest and the recovery charge that the law or the contract gives.")
        if step.claims_charges
        else "",
        _("In the words of “{tone}”.").format(tone=step_name(step.tone)) if step.tone != step.key else "",
    ]
    return {
        "when": when_words(step.days),
        "name": step_name(step.key),
        "how": how_words(step.channel),
        "icon": ICONS[step.channel],
        "notes": " ".join(filter(None, notes)),
    }


def how_words(channel: str) -> str:
    """By which way a step goes, within a sentence."""
    return {
        "email": _("by e-mail"),
        "letter": _("by letter"),
        "sms": _("by text message"),
        "phone": _("by telephone"),
        "visit": _("by a visit"),
        "registered": _("by registered letter"),
    }.get(channel, channel)


def when_words(days: int) -> str:
    """When a step comes."""
    if days < 0:
        said = ngettext("{days} day before the due date", "{days} days before the due date", -days)
    else:
        said = ngettext("{days} day after the due date", "{days} days after the due date", days)
    return said.format(days=abs(days))


def ending_words(policy: Policy) -> dict[str, str]:
    """How a policy ends, as the last line of its steps."""
    if not policy.ending:
        return {
            "when": _("after the last step"),
            "name": _("Nothing more is said"),
            "notes": _("No list says who got there: choose an end, so that a person is told."),
        }
    after = ngettext("{days} day after the last step", "{days} days after the last step", policy.ending_days)
    return {
        "when": after.format(days=policy.ending_days),
        "name": outcome_name(policy.ending),
        "notes": _("The customer is on the list of each run, for a person: nothing is done by itself."),
    }


def outcome_name(ending: str) -> str:
    """What a person is asked to do at the end of a policy."""
    return {
        "litigation": _("Hand over to litigation"),
        "plan": _("Propose a payment plan"),
        "write_off": _("Propose a write-off"),
        "account_manager": _("Key account: ask its manager"),
    }.get(ending, ending)


def limit_words(company: Company, policy: Policy) -> list[str]:
    """What holds a reminder back, in sentences."""
    between = policy.min_days_between_contacts
    limits = [_minimum(company, policy), _maximum(company, policy)]
    limits.append(
        ngettext(
            "At least {days} day between two contacts.", "At least {days} days between two contacts.", between
        ).format(days=between)
    )
    if policy.oldest_days is not None:
        limits.append(
            ngettext(
                "An item more than {days} day late that was never reminded is left to a person.",
                "An item more than {days} days late that was never reminded is left to a person.",
                policy.oldest_days,
            ).format(days=policy.oldest_days)
        )
    return [limit for limit in limits if limit]


def _minimum(company: Company, policy: Policy) -> str:
    if not policy.minimum_minor:
        return _("No minimum.")
    amount = formats.money(policy.minimum_minor, company.currency, with_symbol=True)
    return _("Nothing is asked for below {amount}.").format(amount=amount)


def _maximum(company: Company, policy: Policy) -> str:
    if policy.maximum_minor is None:
        return ""
    amount = formats.money(policy.maximum_minor, company.currency, with_symbol=True)
    return _("Above {amount} nothing goes: a person decides.").format(amount=amount)


# --- two versions beside each other ---


class Difference(NamedTuple):
    """What one version says of a thing, and what another says of it."""

    what: str
    before: str
    after: str


def differences(company: Company, before: Policy, after: Policy) -> list[Difference]:
    """What two versions of a policy say differently, step by step and limit by limit."""
    old, new = _facets(company, before), _facets(company, after)
    return [Difference(what, old[what], new[what]) for what in new if old[what] != new[what]]


def _facets(company: Company, policy: Policy) -> Mapping[str, str]:
    steps = {step.key: step for step in parse_steps(policy.steps)}
    ending = ending_words(policy)
    facets = {_("Name"): policy.name}
    facets |= {step_name(key): _step_in_short(steps.get(key)) for key in LEVELS}
    return facets | {
        _("End"): f"{ending['name']}, {ending['when']}",
        _("Minimum"): _minimum(company, policy),
        _("Maximum"): _maximum(company, policy) or _("No maximum."),
        _("Days between two contacts"): str(policy.min_days_between_contacts),
        _("Leave to a person after (days late)"): str(policy.oldest_days or _("never")),
    }


def _step_in_short(step: Step | None) -> str:
    if step is None:
        return _("not taken")
    said = step_words(step)
    return f"{said['when']}, {said['how']}. {said['notes']}"
