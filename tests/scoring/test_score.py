"""The score worked by hand in the method note, and what must hold for any model and groups."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from core.month import Month
from scoring.definition import parse_definition
from scoring.indicators import SCORE_INDICATORS
from scoring.maps import MICRO
from scoring.raw import read_off_net_ratio
from scoring.score import mean_points, score_groups
from tests.scoring.factories import (
    OCTOBER,
    WORKED,
    columns_of,
    default_definition,
    default_model,
    random_rows,
)

# points worked by hand, docs/method/scoring.md
WORKED_POINTS = [50, 66.666667, 50, 50, 50, 60, 60, 50, 80.376344, 70, 40]


def score_rows(rows: list[dict[str, Any]], **changes: Any) -> Any:
    return score_groups(default_model(**changes), columns_of(rows), OCTOBER)


def test_the_worked_group_scores_what_the_method_note_says() -> None:
    scores = score_rows([WORKED])
    assert (scores.points[0] / MICRO).tolist() == WORKED_POINTS
    assert scores.score[0] == 57.55591404


def test_the_worked_group_without_employees_and_tax_is_reweighted_to_87_percent() -> None:
    scores = score_rows([{**WORKED, "employees": None, "tax_score": None}])
    # (57.55591404 − 3.5 − 2.4) / 0.87
    assert scores.score[0] == pytest.approx(51.65591404 / 0.87, abs=1e-12)
    assert scores.present[0] == 8_700
    assert scores.weights[0, 0] == pytest.approx(0.15 / 0.87)


def test_the_worked_group_under_the_other_two_policies() -> None:
    gap = {**WORKED, "employees": None, "tax_score": None}
    zero = score_rows([gap], missing={"policy": "zero"})
    assert zero.score[0] == pytest.approx(51.65591404, abs=1e-12)
    # the only peer has 50 and 40 points for the two: the score is the complete group's
    filled = score_rows([gap, WORKED], missing={"policy": "peer_median"})
    assert filled.score[0] == filled.score[1] == 57.55591404


def test_less_than_sixty_percent_of_the_weight_is_not_rated() -> None:
    poor = {**WORKED, "unified_pay_li": None, "ict_li": None, "tax_score": None}
    assert not score_rows([poor]).rated[0]  # 59 %


def test_the_off_net_rate_is_that_of_a_standard_month() -> None:
    columns = columns_of([{**WORKED, "n_off_net": 2}])
    # 2 / 100 / (31·12/365)
    assert read_off_net_ratio(columns, OCTOBER)[0] == pytest.approx(0.02 / (372 / 365), abs=1e-15)
    february = Month(2028, 2)
    assert read_off_net_ratio(columns, february)[0] == pytest.approx(0.02 / (348 / 366), abs=1e-15)


def test_a_group_without_members_has_no_off_net_rate() -> None:
    columns = columns_of([{**WORKED, "n_members": 0, "n_members_prev": 0, "n_off_net": 0}])
    assert np.isnan(read_off_net_ratio(columns, OCTOBER)[0])


def test_the_example_model_weighs_income_50_attributes_35_influence_15() -> None:
    model = default_model()
    shares = {"income": 0, "attributes": 0, "influence": 0}
    for each in model.indicators:
        shares[SCORE_INDICATORS[each.code].dimension] += each.weight
    assert shares == {"income": 5_000, "attributes": 3_500, "influence": 1_500}
    assert model.example


def test_every_indicator_is_declared_in_both_languages() -> None:
    for code, each in SCORE_INDICATORS.items():
        said = each.indicator
        assert said.code == code
        assert all((said.label_zh, said.label_en, said.formula_zh, said.formula_en, said.source))
        assert said.better in ("up", "down")


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_groups_changes_no_bit(seed: int, random: Any) -> None:
    rows = random_rows(20, seed)
    order = list(range(20))
    random.shuffle(order)
    percentile = default_definition()
    percentile["indicators"][0]["map"] = {"kind": "percentile", "min_peers": 2}
    for definition in (default_definition(missing={"policy": "peer_median"}), percentile):
        model = parse_definition(definition)
        one = score_groups(model, columns_of(rows), OCTOBER)
        other = score_groups(model, columns_of([rows[k] for k in order]), OCTOBER)
        assert one.score[order].tobytes() == other.score.tobytes()
        assert mean_points(one) == mean_points(other)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.sampled_from(list(SCORE_INDICATORS)))
def test_improving_one_indicator_never_lowers_the_score(seed: int, code: str) -> None:
    rows = random_rows(20, seed)
    each = SCORE_INDICATORS[code]
    column, step = each.columns[0], -1 if each.indicator.better == "down" else 1
    better = [
        {
            **row,
            column: None if row[column] is None else row[column] * (1 if step < 0 else 2) + step,
        }
        for row in rows
    ]
    before, after = score_rows(rows).score, score_rows(better).score
    assert np.array_equal(np.isnan(before), np.isnan(after))
    assert (after >= before)[~np.isnan(before)].all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000))
def test_scores_stay_between_the_least_and_the_most_points(seed: int) -> None:
    scores = score_rows(random_rows(20, seed))
    for i in np.flatnonzero(scores.rated):
        counted = scores.points[i][scores.weights[i] > 0] / MICRO
        assert counted.min() - 1e-9 <= scores.score[i] <= counted.max() + 1e-9


def changed(**parts: Any) -> dict[str, Any]:
    return default_definition(**parts)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        changed(indicators=[]),
        changed(indicators=default_definition()["indicators"][1:]),
        changed(indicators=default_definition()["indicators"] * 2),
        changed(indicators=[{"code": "horoscope", "weight": 1, "map": {"kind": "as_is"}}]),
        changed(indicators=[{"code": "influence", "map": {"kind": "as_is"}}]),
        changed(indicators=[{"code": "influence", "weight": "much", "map": {"kind": "as_is"}}]),
        changed(indicators="all"),
        changed(cutoffs={"A1": 85}),
        changed(validity_months=0),
        changed(missing={"policy": "guess"}),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused_with_a_sentence(broken: Any) -> None:
    with pytest.raises(DomainError) as refused:
        parse_definition(broken)
    assert refused.value.message
