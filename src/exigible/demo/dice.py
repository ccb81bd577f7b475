"""Seeded generators of random numbers: what is made from them is a story, never a secret."""

from __future__ import annotations

import random


def seeded(seed: int | str) -> random.Random:
    """A generator that always draws the same from the same seed."""
    return random.Random(seed)  # noqa: S311  the demo must be repeatable
