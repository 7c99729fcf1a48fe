"""Level a group 预警等级 by the weights of the alerts that are open on it; pure.

W = the weights (1–3) of the group's open alerts      Σ = their sum
red 红色      Σ ≥ 5, or a weight of 3 together with any other alert
orange 橙色   Σ = 3 or 4 otherwise: one alert of weight 3 alone, 2 + 1, 2 + 2, 1 + 1 + 1 …
yellow 黄色   Σ = 1 or 2
none          no open alert

Every Σ falls into exactly one level: "a weight of 3 with another" (3 + 1 = 4) is red although its
sum is 4, and one weight of 3 alone is orange, since nothing else speaks for it. Alerts that are
resolved, closed or put off 暂不提醒 do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum

HEAVIEST = 3
RED_SUM, ORANGE_SUM = 5, 3


class Level(IntEnum):
    """Name the levels, mildest first, so that the worst is the greatest."""

    NONE = 0
    YELLOW = 1
    ORANGE = 2
    RED = 3

    @property
    def code(self) -> str:
        """Return the level's name in the API and in addresses."""
        return self.name.lower()


LEVEL_CODES = tuple(level.code for level in reversed(Level) if level is not Level.NONE)


def level_of(weights: Sequence[int]) -> Level:
    """Return the level of one group from the weights of its open alerts.

    Raises:
        ValueError: if a weight is not 1, 2 or 3.
    """
    if any(not 1 <= weight <= HEAVIEST for weight in weights):
        raise ValueError(f"weights are 1 to {HEAVIEST}: {list(weights)}")
    total = sum(weights)
    if total >= RED_SUM or (HEAVIEST in weights and len(weights) > 1):
        return Level.RED
    if total >= ORANGE_SUM:
        return Level.ORANGE
    return Level.YELLOW if total else Level.NONE
