"""Golden numbers worked by hand for the two anomaly rules."""

import datetime as dt
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from alerts.evaluate import Limits, detect_calls, detect_state, row_median, wilson_lower
from alerts.rules import defaults
from core.month import Month
from core.working_days import working_days

NAN = math.nan


def limits(n: int, *, a_class: bool = False) -> Limits:
    chosen = defaults(a_class=a_class)
    return Limits(
        *(
            np.full(n, float(getattr(chosen, name)))
            for name in ("state_share", "state_jump", "min_members", "call_change", "silent_share")
        )
    )


def a(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_the_wilson_lower_bound_of_8_in_20_is_21_9_percent():
    # (0.4 + 0.09604 − 1.96·√(0.4·0.6/20 + 3.8416/1600)) / (1 + 0.19208) = 0.2188
    assert wilson_lower(a(8), a(20))[0] == np.float64(0.21880).round(5) or math.isclose(
        wilson_lower(a(8), a(20))[0], 0.2188, abs_tol=5e-5
    )


def test_a_large_group_fires_at_its_share_and_not_just_below():
    found = detect_state(a(15, 14), a(100, 100), np.full((2, 6), NAN), limits(2))
    assert found.by_share.tolist() == [True, False]


def test_a_small_group_must_reach_the_threshold_with_its_lower_bound():
    # 4 of 20 is 20 % but its lower bound is 8.1 %; 8 of 20 reaches 21.9 %
    found = detect_state(a(4, 8), a(20, 20), np.full((2, 6), NAN), limits(2))
    assert found.fired.tolist() == [False, True]


def test_a_jump_of_eight_points_over_the_median_fires_below_the_share():
    earlier = np.tile(a(0.04, 0.05, 0.05, 0.05, 0.06, 0.05), (2, 1))
    found = detect_state(a(13, 12), a(100, 100), earlier, limits(2))
    assert found.by_jump.tolist() == [True, False]
    assert not found.by_share.any()


def test_class_a_is_watched_more_closely():
    found = detect_state(a(8), a(100), np.full((1, 6), NAN), limits(1, a_class=True))
    assert found.fired[0]


def test_fewer_than_three_abnormal_members_never_fire():
    assert not detect_state(a(2), a(2), np.full((1, 6), NAN), limits(1)).fired[0]


def test_a_drop_needs_the_share_and_the_outlier_score():
    # median 100, MAD 2: 50 is a half and z = −16.9; with MAD 40 the same 50 is ordinary
    steady = a(98, 102, 100, 96, 104, 100)
    wild = a(20, 180, 60, 140, 100, 100)
    found = detect_calls(
        a(50, 51, 50), np.array([steady, steady, wild]), a(0, 0, 0), a(9, 9, 9), limits(3)
    )
    assert found.dropped.tolist() == [True, False, False]


def test_without_spread_the_share_alone_decides():
    found = detect_calls(a(40, 160), np.full((2, 6), 100.0), a(0, 0), a(9, 9), limits(2))
    assert found.dropped.tolist() == [True, False]
    assert found.rose.tolist() == [False, True]


def test_three_earlier_months_are_not_enough():
    earlier = np.array([[NAN, NAN, NAN, 100, 100, 100.0]])
    assert not detect_calls(a(1), earlier, a(9), a(9), limits(1)).evaluable[0]


def test_silence_fires_when_half_the_members_made_no_call():
    found = detect_calls(a(100, 100), np.full((2, 6), 100.0), a(5, 4), a(10, 10), limits(2))
    assert found.silent.tolist() == [True, False]


@given(
    st.lists(
        st.lists(st.one_of(st.just(NAN), st.floats(-1e6, 1e6)), min_size=6, max_size=6),
        min_size=1,
        max_size=8,
    )
)
def test_row_medians_equal_the_textbook(rows):
    table = np.array(rows, dtype=np.float64)
    for got, row in zip(row_median(table), table, strict=True):
        known = row[~np.isnan(row)]
        assert math.isnan(got) if not len(known) else math.isclose(got, np.median(known))


def test_october_2026_has_eighteen_working_days():
    # 22 weekdays; 1, 2, 5, 6, 7 off (five), Saturday 10 worked
    assert working_days().n_in(Month(2026, 10)) == 18
    assert working_days().years >= {2024, 2025, 2026}
    assert working_days().n_between(dt.date(2026, 9, 30), dt.date(2026, 10, 8)) == 1
