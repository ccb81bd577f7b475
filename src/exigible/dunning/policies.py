"""The policies of a company: the ones it starts with, the ones in force, and how they are changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from itertools import pairwise
from typing import Any, Final, cast, get_args

from django.db import connection, transaction
from django.db.models import Max

from exigible.dunning.models import Policy
from exigible.dunning.rules import LEVELS, Channel, Ending, Outcome, PolicyRules, Step
from exigible.kernel.errors import UserMistake
from exigible.ledger.models import Company
from exigible.timeline.services import record_event

TONES: Final = ("courtesy", "reminder", "firm", "formal_notice", "last_before_action")
CHANNELS: Final = get_args(Channel)
DEFAULT_NAME: Final = "Standard"
OLDEST_DAYS: Final = 5 * 365
"""Five years, the limitation of a commercial claim in France (C. com. L110-4), Monaco (C. civ. 2044) and
Madagascar (Code de commerce 4-2): what is older deserves a look before a letter."""

ENDING_DAYS: Final = 15
"""Twice the eight days that a formal notice usually gives, or nearly; no text fixes it."""

MINIMUM_MINOR: Final = {"EUR": 10_00, "MGA": 40_000_00}

CONDITIONS: Final = ("country", "segment", "kind")
"""Fields that say which customers a policy is for."""

SAID: Final = (
    "name", "steps", "minimum_minor", "maximum_minor", "min_days_between_contacts", "oldest_days", "ending",
    "ending_days",
)  # fmt: skip
"""Fields that a version says of them."""

_LOCK: Final = 70531
_FARTHEST_DAYS: Final = 365


def _standard(*, firm: str) -> tuple[Step, ...]:
    return (
        Step("courtesy", 0, -5, "email", "courtesy"),
        Step("reminder", 1, 7, "email", "reminder"),
        Step("firm", 2, 21, "letter" if firm == "letter" else "email", "firm"),
        Step("formal_notice", 3, 45, "letter", "formal_notice", claims_charges=True),
    )


# A letter abroad takes long in Madagascar: the firm reminder goes by e-mail there.
DEFAULT_STEPS: Final[dict[str, tuple[Step, ...]]] = {
    "FR": _standard(firm="letter"),
    "MC": _standard(firm="letter"),
    "MG": _standard(firm="email"),
}


def policies_in_force(company: Company) -> list[PolicyRules]:
    """The active policies; a company that never had one gets its country's, for all its customers."""
    found = _active(company)
    if not found and not Policy.objects.filter(company=company).exists():
        _add_default(company)
        found = _active(company)
    return [rules_of(policy, company.currency) for policy in found]


def _active(company: Company) -> list[Policy]:
    return list(Policy.objects.filter(company=company, is_active=True).order_by("version"))


def rules_of(policy: Policy, currency: str) -> PolicyRules:
    """A stored version as the rules read it."""
    return PolicyRules(
        policy_id=policy.pk,
        version=policy.version,
        country=policy.country,
        segment=policy.segment,
        steps=parse_steps(policy.steps),
        currency=currency,
        minimum_minor=policy.minimum_minor,
        min_days_between_contacts=policy.min_days_between_contacts,
        oldest_days=policy.oldest_days,
        kind=policy.kind,
        maximum_minor=policy.maximum_minor,
        ending=Ending(cast(Outcome, policy.ending), policy.ending_days) if policy.ending else None,
    )


@transaction.atomic
def _add_default(company: Company) -> None:
    _lock(company.pk)
    if Policy.objects.filter(company=company).exists():
        return  # another run has just added it
    _add_version(
        company,
        by=None,
        name=DEFAULT_NAME,
        steps=steps_data(DEFAULT_STEPS[company.country]),
        minimum_minor=MINIMUM_MINOR.get(company.currency, 0),
        oldest_days=OLDEST_DAYS,
        ending=Policy.Ending.LITIGATION,
        ending_days=ENDING_DAYS,
    )


@transaction.atomic
def change_policy(*, policy: Policy, by: int | None, **changes: Any) -> Policy:
    """Put a new version of a policy in force; the version it replaces stays, as what past runs went by.

    `changes` are fields of Policy; `steps` as data. Raises UserMistake for steps that cannot be, and
    UserMistake("policy-changed-meanwhile") when `policy` is no longer the version in force.
    """
    _lock(policy.company_id)
    _take_out(policy)
    kept = {name: getattr(policy, name) for name in (*CONDITIONS, *SAID)}
    return _add_version(policy.company, by=by, **kept | changes)


@transaction.atomic
def add_policy(*, company: Company, by: int | None, **fields: Any) -> Policy:
    """Put a policy in force for a country or a segment. Raises UserMistake("policy-exists") if it has one."""
    _lock(company.pk)
    same = Policy.objects.filter(
        company=company, is_active=True, **{name: fields.get(name, "") for name in CONDITIONS}
    )
    if same.exists():
        raise UserMistake("policy-exists", "These customers have a policy already: change that one.")
    return _add_version(company, by=by, **fields)


@transaction.atomic
def retire_policy(*, policy: Policy, by: int | None) -> None:
    """Take a policy out of force: its versions stay, its customers fall in another policy or in none.

    What is proposed or approved already goes by the version that it was proposed by. Raises
    UserMistake("policy-changed-meanwhile") when `policy` is no longer the version in force.
    """
    _lock(policy.company_id)
    _take_out(policy)
    record_event(
        company_id=policy.company_id,
        customer_id=None,
        kind="policy-retired",
        by=by,
        text=policy.name,
        data={"version": policy.version, **{name: getattr(policy, name) for name in CONDITIONS}},
    )


def _take_out(policy: Policy) -> None:
    if not Policy.objects.filter(pk=policy.pk, is_active=True).update(is_active=False):
        raise UserMistake(
            "policy-changed-meanwhile", "Someone changed this policy meanwhile: look at it again."
        )


@transaction.atomic
def restore_policy(*, version: Policy, by: int | None) -> Policy:
    """Put in force again what an earlier version said, as a new version.

    Raises UserMistake("policy-in-force") for the version in force, and what `add_policy` and `change_policy`
    raise.
    """
    if version.is_active:
        raise UserMistake("policy-in-force", "This version is the one in force.")
    again = {name: getattr(version, name) for name in SAID} | {"restores": version.version}
    same = {name: getattr(version, name) for name in CONDITIONS}
    current = Policy.objects.filter(company=version.company, is_active=True, **same).first()
    if current is None:
        return add_policy(company=version.company, by=by, **same, **again)
    return change_policy(policy=current, by=by, **again)


def _add_version(company: Company, *, by: int | None, **fields: Any) -> Policy:
    steps = steps_data(parse_steps(fields.pop("steps")))
    last = Policy.objects.filter(company=company).aggregate(last=Max("version"))["last"] or 0
    policy = Policy.objects.create(company=company, version=last + 1, by_id=by, steps=steps, **fields)
    record_event(
        company_id=company.pk,
        customer_id=None,
        kind="policy-changed",
        by=by,
        text=policy.name,
        data={"version": policy.version, **{name: getattr(policy, name) for name in CONDITIONS}},
    )
    return policy


def _lock(company_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, company_id])


# --- steps as data ---


def steps_data(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """The steps as they are stored."""
    return [asdict(step) for step in steps]


def parse_steps(data: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of stored or typed data, in the order of their levels.

    Raises UserMistake: "no-step", "unknown-step", "step-twice", "step-out-of-order" when a later step would
    come before or with an earlier one, or the courtesy after the due date.
    """
    steps = sorted((_parse_step(fields) for fields in data), key=lambda step: step.level)
    if not steps:
        raise UserMistake("no-step", "A policy has at least one step.")
    for earlier, later in pairwise(steps):
        if earlier.level == later.level:
            raise UserMistake("step-twice", "The step “{step}” stands twice.", step=later.key)
        if earlier.days >= later.days:
            raise UserMistake(
                "step-out-of-order", "The step “{step}” must come after the one before it.", step=later.key
            )
    return tuple(steps)


def _parse_step(fields: Mapping[str, Any]) -> Step:
    key, days = fields.get("key"), fields.get("days")
    channel, tone = fields.get("channel"), fields.get("tone", key)
    if key not in LEVELS or channel not in CHANNELS or tone not in TONES:
        raise UserMistake("unknown-step", "“{found}” is not a step, a channel or a tone.", found=str(fields))
    is_before = LEVELS[key] == 0
    if not isinstance(days, int) or abs(days) > _FARTHEST_DAYS or (days > 0) == is_before:
        raise UserMistake(
            "step-out-of-order",
            "The courtesy comes before the due date, the other steps after it, within a year ({step}).",
            step=key,
        )
    return Step(
        key=key,
        level=LEVELS[key],
        days=days,
        channel=cast(Channel, channel),
        tone=tone,
        needs_approval=bool(fields.get("needs_approval", True)),
        claims_charges=bool(fields.get("claims_charges", False)),
    )
