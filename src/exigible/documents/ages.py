"""The colours of age, the same as on the screens: from a cool grey-blue (not due) to brick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from exigible.kernel.ageing import Buckets

NOT_DUE_COLOUR: Final = "#7c96ac"
OVERDUE_COLOURS: Final = ("#d9c68f", "#dea13c", "#d56d1d", "#a13029")
"""The screens' --age-0 to --age-4, light theme. Lightness falls, so that grey print tells them apart."""


def bucket_colours(buckets: Buckets) -> tuple[str, ...]:
    """A colour for each bucket; the youngest and the oldest keep theirs however many there are."""
    count = len(buckets.bounds) + 1
    last = len(OVERDUE_COLOURS) - 1
    steps = (round(position * last / max(count - 1, 1)) for position in range(count))
    overdue = OVERDUE_COLOURS[-1:] if count == 1 else tuple(OVERDUE_COLOURS[step] for step in steps)
    return (NOT_DUE_COLOUR, *overdue)


def tint(colour: str) -> str:
    """A pale form of the colour, for a background behind ink."""
    channels = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return "#" + "".join(f"{255 - (255 - channel) * 30 // 100:02x}" for channel in channels)


def sums_by_bucket(aged: Iterable[tuple[int, int]], buckets: Buckets) -> Sequence[int]:
    """The sum of each bucket, from (days overdue, minor units) of one currency."""
    sums = dict.fromkeys(buckets.keys, 0)
    for days, minor in aged:
        sums[buckets.key(days)] += minor
    return list(sums.values())
