"""By which way a customer is reached: the step's own, else the next one that leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exigible.dunning.rules.values import Channel, CustomerFacts, Step

BY_HAND: Final[tuple[Channel, ...]] = ("phone", "visit", "registered")
"""Ways that a person goes: what is approved then waits for whoever does it."""

INSTEAD: Final[Mapping[Channel, tuple[Channel, ...]]] = {
    "email": ("letter",),
    "letter": ("email",),
    "sms": ("email", "letter"),
    "phone": ("letter", "email"),
    "visit": ("letter", "email"),
    "registered": ("email",),
}
"""What is done where a step's own way does not lead to the customer, the first that does. A registered letter
goes wherever a letter would, so that only the e-mail is left."""


FORMAL: Final = ("formal_notice", "last_before_action")
"""Steps and tones whose letter is one to prove: it goes along with an e-mail, and may be registered."""


def is_formal(step: Step) -> bool:
    """Whether a step is one to prove, by what it is or by its words."""
    return step.tone in FORMAL or step.key in FORMAL


def why_not_by(facts: CustomerFacts, step: Step, way: Channel) -> str:
    """Why a person may not choose this way for a message, as a code; empty where they may."""
    if way == "registered" and way != step.channel and step.key not in FORMAL:
        return "registered-not-here"
    if leads(facts, way):
        return ""
    if way in facts.unreached:
        return "tried-in-vain"
    return {"email": "no-email", "sms": "no-mobile", "phone": "no-phone"}.get(way, "no-postal-address")


def way_to(facts: CustomerFacts, step: Step) -> Channel | None:
    """The step's way, or the first other one that leads to the customer; None: none does.

    Who prefers letters has one in place of an e-mail or a text message.
    """
    ways = (step.channel, *INSTEAD[step.channel])
    if facts.prefers_letter and step.channel in ("email", "sms"):
        ways = ("letter", *ways)
    return next((way for way in ways if leads(facts, way)), None)


def leads(facts: CustomerFacts, way: Channel) -> bool:
    """Whether the customer can be reached by a way, and was not lately tried by it in vain."""
    if way in facts.unreached:
        return False
    return {
        "email": bool(facts.email),
        "letter": facts.has_address,
        "registered": facts.has_address,
        "visit": facts.has_address,
        "sms": bool(facts.mobile),
        "phone": bool(facts.phone),
    }[way]
