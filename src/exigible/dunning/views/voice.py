"""Which policy speaks to a customer, and why it is that one."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from exigible.dunning.group_voices import GroupOf, group_of
from exigible.dunning.models import Policy
from exigible.dunning.policies import policies_in_force
from exigible.dunning.rules import fitting_policies
from exigible.dunning.views.policy_words import whom
from exigible.ledger.models import Customer


def voice_of(customer: Customer) -> dict[str, Any]:
    """The policy that speaks to a customer and the words for it; `policy` is None where none does.

    Where its group is told through a head, the policy is the head's; `group` says so.
    """
    group = group_of(customer)
    said = _policy_of(group.head or customer)
    return said | {"group": group, "group_said": _through(customer, group)}


def _through(customer: Customer, group: GroupOf) -> str:
    if group.is_alone:
        return ""
    if group.head is None:
        return _("Each customer of its group is told by itself.")
    alone = _("The days below are worked out for this customer alone.")
    if group.head == customer:
        said = _("Speaks for its group: friendly reminders of all its customers go to it in one message.")
    else:
        said = _("Friendly reminders go through {name}, for the group; what is formal comes here.")
    return f"{said.format(name=group.head.name)} {alone}"


def _policy_of(customer: Customer) -> dict[str, Any]:
    company = customer.company
    rules = fitting_policies(
        policies_in_force(company), customer.country or company.country, customer.segment, customer.kind
    )
    if not rules:
        return {"policy": None, "why": _("No policy is for this customer.")}
    found = Policy.objects.in_bulk([one.policy_id for one in rules])
    policy, *others = (found[one.policy_id] for one in rules)
    said = _("“{name}”, version {version}: {whom}.")
    why = said.format(name=policy.name, version=policy.version, whom=whom(policy, is_alone=not others))
    if others:
        names = ", ".join(_("“{name}”").format(name=one.name) for one in others)
        why += " " + _("{names} would fit too: the most precise policy speaks, alone.").format(names=names)
    return {"policy": policy, "why": why}
