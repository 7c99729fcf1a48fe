"""Maps give the points worked by hand, never fall where more is better, and stay within 0–100."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from scoring.maps import FULL, MICRO, AsIs, Bins, Linear, Percentile, parse_map

NUMBERS = st.floats(-1e9, 1e9, allow_nan=False)
STRAIGHT = [
    Linear(50, 20_000, scale="log"),
    Linear(0, 60),
    AsIs(),
    Bins((0, 1, 2, 3, 4, np.inf), (0, 40, 60, 80, 100)),
]


def points(rule: Any, *values: float, peers: list[int] | None = None) -> list[float]:
    given_peers = None if peers is None else np.array(peers)
    return [micro / MICRO for micro in rule.to_points(np.array(values, float), given_peers)]


def test_a_log_map_gives_half_the_points_at_the_geometric_middle() -> None:
    # √(50 · 20 000) = 1 000
    rule = Linear(50, 20_000, scale="log")
    assert points(rule, -3, 0, 50, 1_000, 20_000, 10**9) == [0, 0, 0, 50, 100, 100]


def test_a_log_map_thirds_a_range_of_three_decades() -> None:
    assert points(Linear(10, 10_000, scale="log"), 100, 1_000) == [33.333333, 66.666667]


def test_a_linear_map_caps_both_ends() -> None:
    assert points(Linear(0, 60), -1, 0, 15, 60, 61) == [0, 0, 25, 100, 100]


def test_a_falling_map_turns_the_off_net_rate_round() -> None:
    rule = Linear(0, 0.05, at_low=100, at_high=0)
    assert points(rule, 0, 0.01, 0.025, 0.05, 0.9) == [100, 80, 50, 0, 0]


def test_bins_are_closed_below_and_the_last_one_above_too() -> None:
    rule = Bins((0, 10, 20), (30, 70))
    assert points(rule, -5, 0, 9.999, 10, 20, 25) == [30, 30, 30, 70, 70, 70]


def test_products_give_0_40_60_80_100() -> None:
    rule = parse_map({"kind": "bins", "edges": [0, 1, 2, 3, 4, ""], "points": [0, 40, 60, 80, 100]})
    assert points(rule, 0, 1, 2, 3, 4, 5, 99) == [0, 40, 60, 80, 100, 100, 100]


def test_a_value_taken_as_it_is_stays_between_0_and_100() -> None:
    assert points(AsIs(), -1, 0, 33.3, 100, 101) == [0, 0, 33.3, 100, 100]


def test_percentiles_are_mid_ranks_within_the_peers() -> None:
    # peers 1: 10, 20, 20, 40 → (0+½)/4, (1+1)/4 twice, (3+½)/4; peer 2 alone falls back to all
    rule = Percentile(min_peers=2)
    assert points(rule, 20, 40, 10, 20, 30, peers=[1, 1, 1, 1, 2]) == [50, 87.5, 12.5, 50, 70]


def test_a_falling_percentile_is_the_mirror_image() -> None:
    assert points(Percentile(min_peers=1, falling=True), 1, 2, 3, 4) == [87.5, 62.5, 37.5, 12.5]


def test_missing_values_get_no_points_and_no_rank() -> None:
    nan = float("nan")
    for rule in STRAIGHT:
        assert points(rule, nan) == [0]
    assert points(Percentile(min_peers=1), 1, nan, 2) == [25, 0, 75]
    assert points(Percentile(), nan, nan) == [0, 0]


@given(st.lists(NUMBERS, min_size=2, max_size=30))
def test_more_never_gives_fewer_points(values: list[float]) -> None:
    ordered = np.sort(np.array(values))
    for rule in STRAIGHT:
        made = rule.to_points(ordered)
        assert (np.diff(made) >= 0).all()
        assert made.min() >= 0 and made.max() <= FULL


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), min_size=1, max_size=40),
    st.randoms(use_true_random=False),
)
def test_percentiles_do_not_depend_on_the_order_of_the_groups(
    groups: list[tuple[int, int]], random: Any
) -> None:
    peers, values = (np.array(each) for each in zip(*groups, strict=True))
    order = list(range(len(groups)))
    random.shuffle(order)
    rule = Percentile(min_peers=3)
    made = rule.to_points(values.astype(float), peers)
    assert (rule.to_points(values[order].astype(float), peers[order]) == made[order]).all()
    assert (rule.to_points(values * 3.0 + 7, peers) == made).all()  # only ranks count


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "cubic"},
        {"kind": "bins", "edges": [0, 1], "points": [1, 2]},
        {"kind": "bins", "edges": [0, 2, 1], "points": [1, 2]},
        {"kind": "bins", "edges": [0, 1], "points": [101]},
        {"kind": "bins", "points": [1]},
        {"kind": "linear", "low": 5, "high": 5},
        {"kind": "linear", "low": 0, "high": 5, "scale": "log"},
        {"kind": "linear", "low": 1, "high": 5, "scale": "square"},
        {"kind": "linear", "low": 1, "high": 5, "at_high": 120},
        {"kind": "linear", "low": 1, "high": 5, "at_middle": 20},
    ],
)
def test_a_map_that_makes_no_sense_is_refused_with_a_sentence(said: dict[str, Any]) -> None:
    with pytest.raises(DomainError) as refused:
        parse_map(said)
    assert refused.value.code == "bad_map"
