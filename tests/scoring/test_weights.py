"""Weights add up whatever is missing; the three missing-value policies do what they say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from scoring.weights import MissingPolicy, fill_missing, to_hundredths, weigh

PEERS = np.array([1, 1, 1, 2, 2, 3])
POINTS = np.array([[10], [20], [0], [70], [0], [0]])
KNOWN = np.array([[True], [True], [False], [True], [False], [False]])


def test_reweighting_spreads_the_missing_weight_in_proportion() -> None:
    total, ratios = weigh(np.array([5_000, 3_000, 2_000]), np.array([[True, True, False]]))
    assert total.tolist() == [8_000]
    assert ratios.tolist() == [[0.625, 0.375, 0.0]]


@given(
    st.lists(st.integers(1, 5_000), min_size=1, max_size=12).flatmap(
        lambda weights: st.tuples(
            st.just(weights),
            st.lists(st.booleans(), min_size=len(weights), max_size=len(weights)),
        )
    )
)
def test_weights_in_use_always_add_up_to_one(drawn: tuple[list[int], list[bool]]) -> None:
    weights, used = drawn
    _, ratios = weigh(np.array(weights), np.array([used]))
    assert ratios.sum() == pytest.approx(1.0 if any(used) else 0.0, abs=1e-12)
    assert (ratios[0][~np.array(used)] == 0).all()


def test_reweight_leaves_points_and_mask_alone() -> None:
    points, used = fill_missing(POINTS, KNOWN, PEERS, MissingPolicy("reweight"))
    assert (points == POINTS).all() and (used == KNOWN).all()


def test_zero_counts_a_missing_value_as_no_points() -> None:
    points, used = fill_missing(POINTS, KNOWN, PEERS, MissingPolicy("zero"))
    assert points.ravel().tolist() == [10, 20, 0, 70, 0, 0] and used.all()


def test_peer_median_takes_the_peers_and_without_any_the_median_of_all() -> None:
    # peers 1 have 10 and 20 → 15; peers 2 have 70; peers 3 have none → all: 10 20 70 → 20
    points, used = fill_missing(POINTS, KNOWN, PEERS, MissingPolicy("peer_median"))
    assert points.ravel().tolist() == [10, 20, 15, 70, 70, 20] and used.all()


def test_what_nobody_has_stays_missing_under_peer_median() -> None:
    nobody = np.zeros((6, 1), dtype=bool)
    _, used = fill_missing(POINTS, nobody, PEERS, MissingPolicy("peer_median"))
    assert not used.any()


@pytest.mark.parametrize("ratio", [-0.1, 0.12345])
def test_a_negative_or_too_fine_weight_is_refused(ratio: float) -> None:
    with pytest.raises(DomainError):
        to_hundredths(ratio)


@pytest.mark.parametrize("policy", [("guess", 6_000), ("reweight", 0), ("reweight", 10_001)])
def test_an_unknown_policy_is_refused(policy: tuple[str, int]) -> None:
    with pytest.raises(DomainError):
        MissingPolicy(*policy)  # type: ignore[arg-type]  # wrong on purpose
