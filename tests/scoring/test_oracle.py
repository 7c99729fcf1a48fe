"""Compare scores and grades with a slow oracle that shares no code with them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scoring.grades import to_codes, to_ranks
from scoring.rating import Past, suggest_grades
from scoring.score import score_groups
from tests.scoring.factories import (
    OCTOBER,
    WORKED,
    columns_of,
    default_definition,
    default_model,
    random_rows,
)
from tests.scoring.oracle import grade_of, score_group, suggested_grade

GRADES = ["A1", "A2", "B1", "B2", "C", ""]


def boundary_rows() -> list[dict[str, Any]]:
    """Put one value at a time on, just below and just above where its map or its meaning bends."""
    edges = {
        "unified_pay_li": (
            None,
            -1,
            0,
            1,
            49_999,
            50_000,
            50_001,
            19_999_999,
            20_000_000,
            20_000_001,
        ),
        "ict_li": (None, -1, 0, 9_999, 10_000, 10_001, 9_999_999, 10_000_000, 10_000_001),
        "personal_bill_li": (
            None,
            -5,
            0,
            99_999,
            100_000,
            100_001,
            39_999_999,
            40_000_000,
            40_000_001,
        ),
        "employees": (0, 4, 5, 6, 1279, 1280, 1281, None),
        "n_vnet": (0, 1, 2, 3, 199, 200, 201, None),
        "n_ict_products": (0, 1, 2, 3, 4, 5, 50, None),
        "informatisation_level": (0, 1, 2, 3, 4, 5, None),
        "contract_tenure_months": (0, 1, 59, 60, 61, None),
        "n_off_net": (0, 1, 4, 5, 6, 100, None),
        "influence": (0, 0.1, 99.9, 100, None),
        "tax_score": (0, 0.1, 50, 99.9, 100, None),
    }
    rows = [{**WORKED, name: value} for name, values in edges.items() for value in values]
    empty = dict.fromkeys(WORKED) | {"n_members": 0, "size_band": 0}
    rows += [{**empty, "n_members_prev": 0, "n_off_net": 0, "industry_code": "other"}]
    best = {**WORKED, "n_off_net": 0, "influence": 100, "tax_score": 100}
    for level, tenure in itertools.product((0, 2, 4, 5), (0, 15, 30, 60)):
        rows.append({**best, "informatisation_level": level, "contract_tenure_months": tenure})
    half_there = {**WORKED, "unified_pay_li": None, "ict_li": None}
    rows += [{**half_there, "n_vnet": None}, {**half_there, "tax_score": None}, half_there]
    rows += [{**half_there, "informatisation_level": None}, {**WORKED, "n_members_prev": 0}]
    sixty = dict.fromkeys(("unified_pay_li", "personal_bill_li", "informatisation_level", "n_vnet"))
    rows += [{**WORKED, **sixty}, {**WORKED, **sixty, "contract_tenure_months": None}]
    return rows


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return random_rows(2_000, seed=11) + boundary_rows()


def test_there_are_two_thousand_random_and_a_hundred_boundary_groups(rows: list[Any]) -> None:
    assert len(rows) - 2_000 >= 100


def test_exactly_sixty_percent_of_the_weight_is_enough_for_a_grade() -> None:
    *_, sixty, fifty_six = boundary_rows()
    scores = score_groups(default_model(), columns_of([sixty, fifty_six]), OCTOBER)
    assert scores.present.tolist() == [6_000, 5_600]
    assert scores.rated.tolist() == [True, False]


def test_scores_equal_the_oracle_to_the_last_bit(rows: list[Any]) -> None:
    scores = score_groups(default_model(), columns_of(rows), OCTOBER)
    definition = default_definition()
    codes = np.array(default_model().codes)
    expected = [score_group(definition, row) for row in rows]
    ours = [None if np.isnan(score) else float(score) for score in scores.score]
    assert ours == [score for score, _ in expected]
    assert [list(codes[~known]) for known in scores.known] == [missing for _, missing in expected]
    assert 0.1 < np.mean(scores.rated) < 0.95  # both verdicts occur


def test_suggested_grades_equal_the_oracle_with_every_past_and_floor(rows: list[Any]) -> None:
    model, definition = default_model(), default_definition()
    scores = score_groups(model, columns_of(rows), OCTOBER).score
    rng = np.random.default_rng(5)
    # scores close to the cuts are where hysteresis has something to say
    near = np.array([c + d for c in (85, 75, 60, 45) for d in (-2.001, -2, -1.999, -1e-9, 0)])
    scores = np.r_[scores, near, near + 2, near + 4]
    last, last_raw, floor = (rng.choice(GRADES, scores.size).tolist() for _ in range(3))
    past = replace(Past.nothing(scores.size), suggested=to_ranks(last), raw=to_ranks(last_raw))
    ours = suggest_grades(model, scores, past, to_ranks(floor))
    plain = [None if np.isnan(score) else float(score) for score in scores]
    assert to_codes(ours.raw) == [grade_of(score, definition["cutoffs"]) for score in plain]
    assert to_codes(ours.grades) == [
        suggested_grade(score, definition, *before)
        for score, *before in zip(plain, last, last_raw, floor, strict=True)
    ]


def test_without_hysteresis_and_floor_the_grade_is_the_cut_alone(rows: list[Any]) -> None:
    off = {"hysteresis": {"on": False, "margin": 2}, "rule_floor": False}
    model, definition = default_model(**off), default_definition(**off)
    scores = score_groups(model, columns_of(rows), OCTOBER).score
    held = to_ranks(["A1"] * scores.size)
    past = replace(Past.nothing(scores.size), suggested=held, raw=held)
    ours = suggest_grades(model, scores, past, to_ranks(["A2"] * scores.size))
    plain = [None if np.isnan(score) else float(score) for score in scores]
    assert to_codes(ours.grades) == [
        suggested_grade(s, definition, "A1", "A1", "A2") for s in plain
    ]
