"""Comparison of one indicator over months, worked by hand."""

from __future__ import annotations

import pytest

from analytics.indicators import INDICATORS, MEAN_SCORE, N_GROUPS, N_LOST, VALID_MEMBER_RATIO
from analytics.kpi import (
    UnitLine,
    added,
    change,
    indicator_value,
    kpi_of,
    leading,
    sparkline_months,
    with_known_moves,
)
from core.month import Month

OCTOBER = Month(2026, 10)


def test_a_count_compares_relatively_and_a_ratio_in_points():
    assert change(N_GROUPS, 110, 100).amount == pytest.approx(0.10)
    assert change(N_GROUPS, 110, 100).kind == "relative"
    assert change(VALID_MEMBER_RATIO, 0.713, 0.701).amount == pytest.approx(0.012)
    assert change(VALID_MEMBER_RATIO, 0.713, 0.701).kind == "difference"
    assert change(MEAN_SCORE, 51.5, 50.0).amount == pytest.approx(1.5)


def test_more_lost_groups_are_not_good():
    assert change(N_LOST, 3, 2).good is False
    assert change(N_LOST, 2, 3).good is True
    assert change(N_GROUPS, 2, 2).good is None
    assert change(N_GROUPS, 2, 2).direction == "level"


def test_nothing_is_compared_with_a_missing_month_or_with_zero():
    assert change(N_GROUPS, 5, None) is None
    assert change(N_GROUPS, None, 5) is None
    assert change(N_GROUPS, 5, 0) is None


def test_a_ratio_over_nothing_is_missing_not_zero():
    assert indicator_value(VALID_MEMBER_RATIO, {"n_valid": 0, "n_members": 0}) is None
    assert indicator_value(N_GROUPS, None) is None
    assert indicator_value(VALID_MEMBER_RATIO, {"n_valid": None, "n_members": 5}) is None


def test_the_sparkline_holds_thirteen_months_and_the_same_month_last_year():
    months = sparkline_months(OCTOBER)
    assert (len(months), months[0], months[-1]) == (13, Month(2025, 10), OCTOBER)


def test_a_hole_in_the_months_stays_a_hole():
    by_month = {
        OCTOBER.index: {"n_groups": 12},
        OCTOBER.plus(-2).index: {"n_groups": 9},
        OCTOBER.plus(-12).index: {"n_groups": 10},
    }
    kpi = kpi_of(N_GROUPS, by_month, OCTOBER)
    assert kpi.value == 12
    assert kpi.month_on_month is None
    assert kpi.year_on_year.amount == pytest.approx(0.2)
    assert kpi.series == (10,) + (None,) * 9 + (9, None, 12)


def test_a_month_that_is_not_published_shows_nothing():
    kpi = kpi_of(N_GROUPS, {}, OCTOBER)
    assert (kpi.value, kpi.month_on_month, kpi.year_on_year) == (None, None, None)


def test_every_indicator_is_declared_once_in_both_languages():
    codes = [each.code for each in INDICATORS]
    assert len(codes) == len(set(codes))
    for each in INDICATORS:
        assert (
            each.label_zh and each.label_en and each.formula_zh and each.formula_en and each.source
        )


def test_measures_missing_everywhere_stay_missing_when_added():
    assert added([{"a": 1, "b": None}, {"a": 2, "b": None}]) == {"a": 3, "b": None}
    assert added([{"a": None}, {"a": 2}]) == {"a": 2}
    assert added([]) == {}


def test_rises_and_falls_of_a_month_with_nothing_before_it_are_unknown():
    by_month = {1: {"n_groups": 5, "n_up": 0, "n_into_a": 0}, 2: {"n_groups": 6, "n_up": 1}}
    assert with_known_moves(by_month, {1}) == {
        1: {"n_groups": 5, "n_up": None, "n_into_a": None},
        2: {"n_groups": 6, "n_up": 1},
    }


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((9, 8, 7, 6), "abc"),
        ((5, 3, 1, 0), "abc"),
        ((2, 2, 2), "abc"),
        ((5, 1, 1, 1), "a"),  # two of three would be picked by their codes alone
        ((1, 1, 1, 1), ""),
    ],
)
def test_units_that_share_a_value_with_one_left_out_are_not_named(values, named):
    units = [UnitLine(code, code, {"n": n}) for code, n in zip("abcd", values, strict=False)]
    assert "".join(unit.code for unit in leading(units, "n")) == named
