"""What the law attaches to where a letter stands, as codes; only what a text says, else it is just told.

The law is that of the creditor's country, as for late interest.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from exigible.registered.rules.statuses import CAME_BACK, Status

Effect = Literal["starts-interest", "valid-unclaimed", "no-text", "no-interruption"]


class Follows(NamedTuple):
    """What follows, as a code, and the text it stands on (empty: none is known)."""

    effect: Effect
    source: str = ""


def what_follows(country: str, status: Status, *, is_formal: bool) -> list[Follows]:
    """What follows from a letter that reached, or did not reach, its addressee; nothing while on its way.

    France: a formal notice starts interest at the legal rate without proof of loss (C. civ. 1344-1, 1231-6);
    one that is not collected is valid all the same (Cass. 1re civ., 20 January 2021, 19-20.680); none
    interrupts limitation (Cass. com., 18 May 2022, 20-23.204). Monaco: a demand starts interest (C. civ.
    1008). Of a letter that was refused, or whose addressee is unknown, no text is known here; of Madagascar,
    none about the form at all.
    """
    if not is_formal or status not in (Status.DELIVERED, *CAME_BACK):
        return []
    return [*_of_arrival(country, status), *_of_limitation(country)]


def _of_arrival(country: str, status: Status) -> list[Follows]:
    if status == Status.DELIVERED and country == "FR":
        return [Follows("starts-interest", "C. civ. 1344-1, 1231-6")]
    if status == Status.DELIVERED and country == "MC":
        return [Follows("starts-interest", "C. civ. (Monaco) 1008")]
    if status == Status.UNCLAIMED and country == "FR":
        return [Follows("valid-unclaimed", "Cass. 1re civ., 20/01/2021, 19-20.680")]
    return [Follows("no-text")]


def _of_limitation(country: str) -> list[Follows]:
    return [Follows("no-interruption", "Cass. com., 18/05/2022, 20-23.204")] if country == "FR" else []
