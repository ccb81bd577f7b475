"""Who is reminded, of what, by which step and way: facts and a policy in, a decision with its reason out.

Due items (échéances) are reminded, not documents, and a customer hears one voice: everything that is overdue
in one message, at the highest step that an item reaches today, net of the credits not yet allocated. Levels
are kept for each item, and an item climbs one at a time, however many mornings were missed.
"""

from exigible.dunning.rules.deciding import (
    choose_policy,
    decide,
    fitting_policies,
    is_still_true,
    still_stands,
)
from exigible.dunning.rules.groups import decide_together, stops_together
from exigible.dunning.rules.holding import held_by_customer, why_not_claimed
from exigible.dunning.rules.values import (
    LEVELS,
    Channel,
    ClaimedItem,
    CustomerFacts,
    Decision,
    Ending,
    HeldBack,
    ItemFacts,
    Outcome,
    PolicyRules,
    Promised,
    Reason,
    Rest,
    Step,
)
from exigible.dunning.rules.ways import BY_HAND, FORMAL, INSTEAD, leads, way_to, why_not_by

__all__ = [
    "BY_HAND",
    "FORMAL",
    "INSTEAD",
    "LEVELS",
    "Channel",
    "ClaimedItem",
    "CustomerFacts",
    "Decision",
    "Ending",
    "HeldBack",
    "ItemFacts",
    "Outcome",
    "PolicyRules",
    "Promised",
    "Reason",
    "Rest",
    "Step",
    "choose_policy",
    "decide",
    "decide_together",
    "fitting_policies",
    "held_by_customer",
    "is_still_true",
    "leads",
    "still_stands",
    "stops_together",
    "way_to",
    "why_not_by",
    "why_not_claimed",
]
