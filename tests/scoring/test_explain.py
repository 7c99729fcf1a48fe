"""Bars add up to the score for every group; "points to the next grade" is proven by re-scoring."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.definition import ModelDefinition, parse_definition
from scoring.explain import NextGrade, explain_bars, next_grade, reference_level
from scoring.indicators import SCORE_INDICATORS
from scoring.maps import MICRO
from scoring.score import Scores, mean_points, score_groups, score_raw
from tests.scoring.factories import (
    OCTOBER,
    WORKED,
    columns_of,
    default_definition,
    default_model,
    random_rows,
)
from tests.scoring.oracle import points_of

CUTS = (85.0, 75.0, 60.0, 45.0)


def scored(rows: list[dict[str, Any]], **changes: Any) -> Scores:
    return score_groups(default_model(**changes), columns_of(rows), OCTOBER)


@pytest.mark.parametrize("policy", ["reweight", "zero", "peer_median"])
def test_reference_and_bars_add_up_to_the_score_of_every_group(policy: str) -> None:
    scores = scored(random_rows(2_000, seed=3), missing={"policy": policy})
    means, n_rated = mean_points(scores)
    bars = explain_bars(scores, means)
    assert n_rated > 200
    for i in np.flatnonzero(scores.rated):
        level = reference_level(scores.weights[i].tolist(), means)
        assert abs(level + math.fsum(bars[i]) - scores.score[i]) < 1e-9
    assert (bars[~scores.rated] == 0).all()


def test_the_worked_group_against_a_reference_of_fifty() -> None:
    bars = explain_bars(scored([WORKED]), [50 * MICRO] * 11)[0].tolist()
    assert bars == pytest.approx(
        [0, 3.3333334, 0, 0, 0, 0.8, 0.4, 0, 1.82258064, 1.8, -0.6], abs=1e-12
    )
    assert math.fsum(bars) == pytest.approx(57.55591404 - 50, abs=1e-9)


def test_the_reference_is_the_mean_over_rated_groups_that_have_the_value() -> None:
    poor = {**WORKED, "unified_pay_li": None, "ict_li": None, "tax_score": None}
    rows = [WORKED, {**WORKED, "tax_score": 70}, {**WORKED, "tax_score": None}, poor]
    means, n_rated = mean_points(scored(rows))
    assert n_rated == 3
    assert means[-1] == 55 * MICRO


def test_an_indicator_nobody_has_gets_no_reference_and_no_bar() -> None:
    scores = scored([{**WORKED, "n_off_net": None}] * 2)
    means, _ = mean_points(scores)
    assert means[8] is None
    assert explain_bars(scores, means)[:, 8].tolist() == [0, 0]


def ahead_of(
    row: dict[str, Any], definition: ModelDefinition | None = None, cuts: Any = CUTS
) -> NextGrade | None:
    model = definition or default_model()
    scores = score_groups(model, columns_of([row]), OCTOBER)
    return next_grade(
        model,
        raw=scores.raw[0].tolist(),
        points=scores.points[0].tolist(),
        used=(scores.weights[0] > 0).tolist(),
        cuts=cuts,
    )


def test_the_worked_group_needs_2_44408596_points_for_b1() -> None:
    ahead = ahead_of(WORKED)
    assert ahead is not None
    assert (ahead.grade, ahead.cut) == ("B1", 60.0)
    assert ahead.points_short == pytest.approx(2.44408596, abs=1e-12)
    needed = {reach.code: reach.raw_needed for reach in ahead.reaches}
    # one product more gives 1.6 points, two give 3.2; level 3 → 5 gives 1.6 at most; influence
    # 70 + 2.44408596/0.09 = 97.16; the off-net rate gives at most 6·0.19623656 = 1.18; tax
    # 40 + 2.44408596/0.06 = 80.73; both scores are said in tenths
    assert needed["ict_products"] == 4
    assert needed["informatisation_level"] is None
    assert needed["off_net_ratio"] is None
    assert needed["influence"] == 97.2
    assert needed["tax_score"] == 80.8
    # ln(x/50)/ln(400) ≥ 0.5 + 2.44408596/15 → x ≥ 1000 · 400^0.162939064 = 2654.4
    assert needed["unified_pay"] == pytest.approx(1_000 * 400 ** (2.44408596 / 15), abs=0.001)


def proves(definition: ModelDefinition, row: dict[str, Any], cuts: Any = CUTS) -> int:
    """Check every answer by scoring the whole group again; return how many there were."""
    ahead = ahead_of(row, definition, cuts)
    if ahead is None:
        return 0
    raw = score_groups(definition, columns_of([row]), OCTOBER).raw
    for k, reach in enumerate(ahead.reaches):
        if reach.raw_needed is None:
            continue
        grid = SCORE_INDICATORS[reach.code].grid
        better = -1 if SCORE_INDICATORS[reach.code].indicator.better == "down" else 1
        tried = np.repeat(raw, 2, axis=0)
        tried[:, k] = reach.raw_needed, reach.raw_needed - better / grid
        reached, short = score_raw(definition, tried, np.zeros(2, dtype=np.int64)).score
        assert reached >= ahead.cut and reached == reach.proven_score
        if not np.isnan(raw[0, k]) and reach.raw_needed != raw[0, k]:
            assert short < ahead.cut
    return sum(reach.raw_needed is not None for reach in ahead.reaches)


def test_every_answer_lifts_the_grade_and_one_step_less_does_not() -> None:
    answers = [proves(default_model(), row) for row in random_rows(300, seed=8)]
    assert sum(answers) > 100


def test_no_answer_is_missed_a_full_score_in_the_indicator_would_not_do() -> None:
    model, said = default_model(), default_definition()["indicators"]
    best = {"bins": 4, "as_is": 100}
    for row in random_rows(60, seed=21):
        ahead = ahead_of(row)
        if ahead is None:
            continue
        raw = score_groups(model, columns_of([row]), OCTOBER).raw
        for k, reach in enumerate(ahead.reaches):
            rule = said[k]["map"]
            top = max(
                (0, rule.get("high", best.get(rule["kind"]))), key=lambda v: points_of(rule, v)
            )
            tried = raw.copy()
            tried[0, k] = top
            full = score_raw(model, tried, np.zeros(1, dtype=np.int64)).score[0]
            assert (full >= ahead.cut) == (reach.raw_needed is not None)


def test_the_best_grade_and_a_group_not_rated_have_nothing_ahead() -> None:
    best = {**WORKED, "unified_pay_li": 10**8, "ict_li": 10**8, "personal_bill_li": 10**9}
    best |= {"employees": 9_999, "n_vnet": 999, "n_ict_products": 9, "influence": 100}
    assert ahead_of(best) is None
    assert ahead_of({**WORKED, "unified_pay_li": None, "ict_li": None, "tax_score": None}) is None


def test_bins_that_rise_and_fall_answer_with_the_nearest_value_on_either_side() -> None:
    said = {
        "indicators": [
            {
                "code": "employees",
                "weight": 1,
                "map": {
                    "kind": "bins",
                    "edges": [0, 10, 50, 60, 100, ""],
                    "points": [80, 10, 20, 80, 10],
                },
            }
        ],
        "cutoffs": {"A1": 85, "A2": 75, "B1": 60, "B2": 45},
    }
    model = parse_definition(said)
    for now, needed in ((12, 9), (49, 60), (55, 60), (500, 99), (None, 0)):
        policy = {**said, "missing": {"policy": "zero"}} if now is None else said
        model = parse_definition(policy)
        ahead = ahead_of({**WORKED, "employees": now}, model)
        assert ahead is not None and ahead.reaches[0].raw_needed == needed, now


def test_an_indicator_ranked_among_peers_has_no_answer_for_one_group() -> None:
    said = default_definition()
    said["indicators"][0]["map"] = {"kind": "percentile"}
    ahead = ahead_of(WORKED, parse_definition(said))
    assert ahead is not None
    assert ahead.reaches[0].raw_needed is None
    assert ahead.reaches[5].raw_needed is not None


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.floats(1, 99))
def test_any_cut_is_reached_exactly(seed: int, cut: float) -> None:
    proves(default_model(), random_rows(1, seed)[0], (cut + 3, cut + 2, cut + 1, cut))
