"""A change is split without a remainder, and every change of a grade has one way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.changes import GradeChange, attribute_grade_change, attribute_score_change, grade_ways
from scoring.definition import ModelDefinition, parse_definition
from scoring.grades import to_ranks
from scoring.maps import MICRO
from scoring.score import map_points, score_groups
from scoring.stability import population_stability
from tests.scoring.factories import OCTOBER, columns_of, default_definition, random_rows


def other_model() -> ModelDefinition:
    """Move five points of weight from 信息化 to employees and stretch the map of 统付."""
    said = default_definition()
    said["indicators"][1]["weight"], said["indicators"][3]["weight"] = 0.15, 0.12
    said["indicators"][0]["map"]["high"] = 50_000
    return parse_definition(said)


def test_two_indicators_by_hand() -> None:
    # old: 40·0.5 + 80·0.5 = 60; new: 60·0.6 + 70·0.4 = 64; under the old map the new values
    # would have had 50 and 70 points. w̄ = 0.55, 0.45
    change = attribute_score_change(
        old_points=np.array([[40, 80]]) * MICRO,
        old_weights=np.array([[0.5, 0.5]]),
        crossed_points=np.array([[50, 70]]) * MICRO,
        new_points=np.array([[60, 70]]) * MICRO,
        new_weights=np.array([[0.6, 0.4]]),
    )
    assert change.data[0] == pytest.approx(0.55 * 10 - 0.45 * 10)
    assert change.bins[0] == pytest.approx(0.55 * 10)
    assert change.weights[0] == pytest.approx(50 * 0.1 - 75 * 0.1)
    assert change.total[0] == pytest.approx(4)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_data_bins_and_weights_add_up_to_the_change_also_with_gaps(seed: int) -> None:
    old, new = parse_definition(default_definition()), other_model()
    before, now = random_rows(40, seed), random_rows(40, seed + 1)
    first = score_groups(old, columns_of(before), OCTOBER)
    second = score_groups(new, columns_of(now), OCTOBER)
    change = attribute_score_change(
        old_points=first.points,
        old_weights=first.weights,
        crossed_points=map_points(old, second.raw, np.zeros(40, dtype=np.int64)),
        new_points=second.points,
        new_weights=second.weights,
    )
    both = first.rated & second.rated
    assert np.allclose(change.total[both], (second.score - first.score)[both], rtol=0, atol=1e-9)


def test_without_a_new_model_nothing_is_put_down_to_bins() -> None:
    old = parse_definition(default_definition())
    first, second = (
        score_groups(old, columns_of(random_rows(50, seed)), OCTOBER) for seed in (1, 2)
    )
    crossed = map_points(old, second.raw, np.zeros(50, dtype=np.int64))
    change = attribute_score_change(
        old_points=first.points,
        old_weights=first.weights,
        crossed_points=crossed,
        new_points=second.points,
        new_weights=second.weights,
    )
    assert (change.bins == 0).all()


def ways(cases: list[dict[str, str]]) -> list[str]:
    """Give each case's grades to the attribution; what is not said equals the step before."""
    filled = []
    for case in cases:
        before = case["before"]
        crossed = case.get("crossed", before)
        old_cut = case.get("old_cut", crossed)
        now = case.get("now", old_cut)
        filled.append(
            {
                "before": before,
                "crossed": crossed,
                "old_cut": old_cut,
                "now": now,
                "effective_before": case.get("effective_before", before),
                "effective_now": case.get("effective_now", now),
            }
        )
    ranks: dict[str, Any] = {name: to_ranks([case[name] for case in filled]) for name in filled[0]}
    causes: GradeChange = attribute_grade_change(**ranks)
    effective_before, effective_now = ranks["effective_before"], ranks["effective_now"]
    total = causes.data + causes.model + causes.thresholds + causes.manual
    assert (total == effective_now - effective_before).all()
    first = np.full(len(cases), "first")
    return grade_ways(effective_before, effective_now, causes, first).tolist()


def test_each_cause_gives_its_way() -> None:
    assert ways(
        [
            {"before": "B1"},
            {"before": "B1", "crossed": "A2"},
            {"before": "B1", "crossed": "B2"},
            {"before": "B1", "old_cut": "A2"},
            {"before": "B1", "now": "B2"},
            {"before": "B1", "effective_now": "A1"},
            {"before": "B1", "effective_now": "C"},
            {"before": "", "crossed": "B2"},
            {"before": "C", "crossed": "NR"},
            {"before": "", "crossed": ""},
        ]
    ) == [
        *("", "score_up", "score_down", "model", "threshold", "approved_up", "approved_down"),
        *("first", "score_down", ""),
    ]


def test_an_approval_that_runs_out_is_a_change_by_approval() -> None:
    case = {"before": "B1", "effective_before": "A2", "effective_now": "B1"}
    assert ways([case]) == ["approved_down"]


def test_the_largest_cause_in_the_direction_of_the_change_wins() -> None:
    assert ways(
        [
            {"before": "C", "crossed": "B2", "old_cut": "A2"},  # data 1, model 2
            {"before": "C", "crossed": "B1", "old_cut": "A2", "now": "B1"},  # data 2, cut −1
            {"before": "A1", "crossed": "B1", "effective_now": "B1", "effective_before": "A2"},
        ]
    ) == ["model", "score_up", "score_down"]


def test_the_stability_index_by_hand() -> None:
    # (0.6−0.5)·ln(1.2) + (0.4−0.5)·ln(0.8) = 0.01823216 + 0.02231436
    assert population_stability([50, 50], [60, 40]) == pytest.approx(0.0405465108)
    assert population_stability([5, 5], [50, 50]) == 0
    assert population_stability([], []) is None
    assert population_stability([10, 0], [9, 1]) == pytest.approx(
        (0.9 - 1) * np.log(0.9) + (0.1 - 1e-4) * np.log(1_000)
    )
