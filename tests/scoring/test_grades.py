"""Cut-offs, quotas with ties, hysteresis month by month, the rule floor, the effective grade."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.month import Month
from scoring.grades import (
    NOT_RATED,
    Cutoffs,
    Hysteresis,
    apply_floor,
    cut_scores,
    floor_bars,
    grade_scores,
    hold_grades,
    to_codes,
    to_ranks,
)
from scoring.rating import effective_grades, review_month

CUTS = (85.0, 75.0, 60.0, 45.0)
NAN = float("nan")


def grades(*scores: float) -> list[str]:
    return to_codes(grade_scores(np.array(scores), CUTS))


def test_a_score_on_the_cut_has_the_higher_grade() -> None:
    assert grades(100, 85, 84.999999, 75, 60, 59.9, 45, 44.9, 0, NAN) == [
        *("A1", "A1", "A2", "A2", "B1", "B2", "B2", "C", "C", "NR")
    ]


def quota(scores: list[float], *shares: float) -> tuple[list[str], tuple[int, ...]]:
    cuts = cut_scores(Cutoffs("quota", shares), np.array(scores))
    return to_codes(grade_scores(np.array(scores), cuts.scores)), cuts.overshoot


def test_a_quota_gives_each_grade_its_share() -> None:
    made, over = quota([90, 80, 70, 60, 50, 40, 30, 20, 10, 0], 0.1, 0.2, 0.2, 0.1)
    assert made == ["A1", "A2", "A2", "B1", "B1", "B2", "C", "C", "C", "C"]
    assert over == (0, 0, 0, 0)


def test_ties_at_a_quota_get_the_higher_grade_and_the_overshoot_is_counted() -> None:
    # one A1 is due, three tie for it; A2 is then filled by them, too
    made, over = quota([90, 90, 90, 60, 50, 40, 30, 20, 10, 0], 0.1, 0.1, 0.2, 0.1)
    assert made == ["A1", "A1", "A1", "B1", "B2", "C", "C", "C", "C", "C"]
    assert over == (2, 1, 0, 0)


def test_a_quota_of_nothing_gives_the_grade_to_nobody() -> None:
    made, over = quota([9, 8, NAN], 0, 0, 0.5, 0)
    assert (made, over) == (["B1", "C", "NR"], (0, 0, 0, 0))
    assert quota([NAN], 0.5, 0.1, 0.1, 0.1)[0] == ["NR"]


@given(
    st.lists(st.integers(0, 100), min_size=1, max_size=200),
    st.tuples(*[st.integers(0, 25)] * 4),
)
def test_a_quota_never_splits_equal_scores_nor_gives_less_than_its_share(
    scores: list[int], shares: tuple[int, ...]
) -> None:
    array = np.array(scores, dtype=float)
    cuts = cut_scores(Cutoffs("quota", tuple(share / 100 for share in shares)), array)
    ranks = grade_scores(array, cuts.scores)
    for score in set(scores):
        assert len(set(ranks[array == score].tolist())) == 1
    for k in range(4):
        due = (2 * sum(shares[: k + 1]) * len(scores) + 100) // 200
        assert (ranks <= k).sum() == due + cuts.overshoot[k]
        assert cuts.overshoot[k] >= 0


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("absolute", (85, 75, 75, 45)),
        ("absolute", (120, 75, 60, 45)),
        ("absolute", (85, 75, 60)),
        ("quota", (0.5, 0.4, 0.2, 0.1)),
        ("lottery", (85, 75, 60, 45)),
    ],
)
def test_cutoffs_that_make_no_sense_are_refused(mode: str, values: tuple[float, ...]) -> None:
    with pytest.raises(DomainError):
        Cutoffs(mode, values)  # type: ignore[arg-type]  # wrong on purpose


def months(*scores: float, rule: Hysteresis | None = None) -> list[str]:
    """Grade one group month by month, each against the month before."""
    last, last_raw, made = "", "", []
    for score in scores:
        kept, _ = hold_grades(
            np.array([score]), CUTS, to_ranks([last]), to_ranks([last_raw]), rule or Hysteresis()
        )
        [last] = to_codes(kept)
        [last_raw] = grades(score)
        made.append(last)
    return made


def test_a_grade_holds_one_month_within_two_points_of_the_cut() -> None:
    assert months(62, 59, 61) == ["B1", "B1", "B1"]


def test_a_grade_moves_at_once_beyond_two_points() -> None:
    assert months(62, 57.9) == ["B1", "B2"]
    assert months(58, 62) == ["B2", "B1"]


def test_two_points_below_the_cut_still_hold_and_two_above_move() -> None:
    assert months(62, 58) == ["B1", "B1"]
    assert months(58, 61.999999) == ["B2", "B2"]


def test_two_months_in_a_row_move_the_grade() -> None:
    assert months(62, 59, 59) == ["B1", "B1", "B2"]
    assert months(58, 60.5, 60.5) == ["B2", "B2", "B1"]


def test_a_month_back_inside_starts_the_count_again() -> None:
    assert months(62, 59, 61, 59, 59) == ["B1", "B1", "B1", "B1", "B2"]


def test_a_jump_moves_as_far_as_it_is_clear_and_two_months_agree() -> None:
    # 76 is A2 by the cut but only B1 is clear of it; the next month confirms A2
    assert months(50, 76, 76) == ["B2", "B1", "A2"]
    assert months(90, 40) == ["A1", "C"]


def test_hysteresis_can_be_off() -> None:
    assert months(62, 59.9, 60, rule=Hysteresis(on=False)) == ["B1", "B2", "B1"]


def test_a_group_that_was_not_rated_takes_its_grade_at_once_and_may_lose_it() -> None:
    assert months(NAN, 60, NAN, 59) == ["NR", "B1", "NR", "B2"]


@given(st.lists(st.integers(0, 100), min_size=2, max_size=12))
def test_a_held_grade_never_overshoots_the_score_and_settles_in_two_months(
    scores: list[int],
) -> None:
    made = months(*map(float, scores), float(scores[-1]))
    assert made[-1] == grades(float(scores[-1]))[0]
    for score, before, now in zip(scores[1:], made, made[1:], strict=False):
        between = sorted(to_ranks([before, grades(score)[0]]).tolist())
        assert between[0] <= to_ranks([now])[0] <= between[1]


def test_the_floor_lifts_only_rated_groups_below_it_and_shows_its_own_bar() -> None:
    scores = np.array([50.0, 80.0, NAN, 50.0])
    raw = grade_scores(scores, CUTS)
    made, lifted = apply_floor(raw, to_ranks(["A2", "A2", "A2", ""]))
    assert to_codes(made) == ["A2", "A2", "NR", "B2"]
    assert lifted.tolist() == [True, False, False, False]
    assert floor_bars(scores, made, lifted, CUTS).tolist() == [25.0, 0.0, 0.0, 0.0]


def test_review_months_end_the_cycle() -> None:
    august = Month(2026, 8)
    assert review_month(august, "month") == august
    assert review_month(august, "quarter") == Month(2026, 6)
    assert review_month(Month(2026, 9), "quarter") == Month(2026, 9)
    assert review_month(august, "half_year") == Month(2026, 6)
    assert review_month(Month(2026, 2), "half_year") == Month(2025, 12)


def test_the_effective_grade_comes_from_approval_review_or_opening() -> None:
    suggested = to_ranks(["B1", "B1", "B1", "B1"])
    reviewed = to_ranks(["B2", "B2", "NR", "B2"])
    approved = to_ranks(["A2", "", "", "C"])
    opening = to_ranks(["A1", "A1", "A1", "A1"])
    made = effective_grades(suggested, reviewed, opening, approved)
    assert to_codes(made.grades) == ["A2", "B2", "B1", "C"]
    assert made.sources.tolist() == ["adjustment", "suggested", "suggested", "adjustment"]
    assert to_codes(made.base) == ["B2", "B2", "B1", "B2"]


def test_before_the_first_review_the_opening_grade_holds_where_there_is_one() -> None:
    none = to_ranks([""] * 2)
    made = effective_grades(to_ranks(["B1", "B1"]), None, to_ranks(["A1", None]), none)
    assert to_codes(made.grades) == ["A1", "B1"]
    assert made.sources.tolist() == ["opening", "suggested"]


def test_codes_that_are_no_grade_are_not_rated() -> None:
    assert to_ranks([None, "", "D", "C", "NR"]).tolist() == [5, 5, 5, 4, NOT_RATED]
