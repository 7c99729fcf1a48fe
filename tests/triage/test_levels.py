"""Levels follow the weights; every combination has exactly one."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from alerts.levels import Level, level_of

GOLDEN = [
    ((), Level.NONE),
    ((1,), Level.YELLOW),
    ((2,), Level.YELLOW),
    ((1, 1), Level.YELLOW),
    ((3,), Level.ORANGE),  # nothing else speaks for it
    ((1, 2), Level.ORANGE),
    ((2, 2), Level.ORANGE),
    ((1, 1, 1, 1), Level.ORANGE),
    ((3, 1), Level.RED),  # a weight of 3 with another, although the sum is 4
    ((3, 2), Level.RED),
    ((3, 3), Level.RED),
    ((2, 2, 1), Level.RED),
    ((1, 1, 1, 1, 1), Level.RED),
]


@pytest.mark.parametrize(("weights", "level"), GOLDEN)
def test_a_combination_has_the_level_worked_out_by_hand(weights, level):
    assert level_of(weights) is level


@pytest.mark.parametrize("n", range(6))
def test_order_does_not_matter_and_another_alert_never_lowers_the_level(n):
    for weights in combinations_with_replacement((1, 2, 3), n):
        assert level_of(weights) is level_of(weights[::-1])
        for more in (1, 2, 3):
            assert level_of((*weights, more)) >= level_of(weights)


@pytest.mark.parametrize("weight", [0, 4, -1])
def test_a_weight_outside_one_to_three_is_refused(weight):
    with pytest.raises(ValueError, match="1 to 3"):
        level_of((weight,))
