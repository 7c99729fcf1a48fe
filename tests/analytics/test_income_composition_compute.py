"""Shares of the six fees and what moves them, against figures worked by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.income_composition.compute import (
    FEES,
    compared,
    effects,
    put_together,
    shares,
    unit_fees,
    with_total,
)

GOLDEN = Path(__file__).parent / "golden" / "income_composition.csv"


def golden(month):
    with GOLDEN.open() as lines:
        return {
            row["unit"]: tuple(int(row[fee]) for fee in FEES)
            for row in csv.DictReader(lines)
            if row["month"] == month
        }


def test_roaming_is_split_into_mix_and_rate_as_worked_by_hand():
    # 甲 100 → 300 (roaming 20 → 60), 乙 100 → 100 (40 → 50): 30 % → 27.5 %
    roaming = effects(golden("now"), golden("before"))[0]
    assert (roaming.before_li, roaming.now_li) == (60_000, 110_000)
    assert roaming.share_before == pytest.approx(0.30)
    assert roaming.share_now == pytest.approx(0.275)
    assert roaming.mix == pytest.approx(0.25 * 0.20 - 0.25 * 0.45)
    assert roaming.rate == pytest.approx(0.375 * 0.10)


def test_a_new_unit_changes_the_mix_only():
    found = effects({"A": (10,) * 6, "B": (60, 0, 0, 0, 0, 0)}, {"A": (10,) * 6})
    assert all(effect.rate == 0 for effect in found)
    assert found[0].mix == pytest.approx(70 / 120 - 1 / 6)


def test_no_earlier_month_is_no_effect():
    assert effects({"A": (1,) * 6}, {}) == ()
    assert effects({}, {"A": (1,) * 6}) == ()


FEE_ROWS = st.dictionaries(
    st.sampled_from("ABCD"), st.tuples(*[st.integers(0, 10**7)] * 6), min_size=1
)


@given(FEE_ROWS, FEE_ROWS)
def test_mix_and_rate_are_the_whole_change_without_a_rest(now, before):
    found = effects(now, before)
    for effect in found:
        moved = effect.share_now - effect.share_before
        assert effect.mix + effect.rate == pytest.approx(moved, abs=1e-9)
    if found:
        assert sum(effect.share_now for effect in found) == pytest.approx(1)
        assert sum(effect.mix + effect.rate for effect in found) == pytest.approx(0, abs=1e-9)


def test_six_shares_are_a_hundred_percent_and_none_is_missing_over_nothing():
    assert sum(shares((10, 20, 30, 0, 40, 0))) == pytest.approx(1)
    assert shares((0,) * 6) == (None,) * 6
    assert shares((5, 5, None, None, None, None)) == (0.5, 0.5, None, None, None, None)


def test_a_masked_row_has_lost_its_amounts_and_kept_its_counts():
    measures = with_total({"n_groups": 2, "n_members": 7, **dict.fromkeys(FEES, 3)})
    row = unit_fees("A", "A", measures, masked=True)
    assert (row.n_groups, row.n_members) == (2, 7)
    assert row.fee_total_li is None and row.shares == (None,) * 6
    assert not any("3" in str(value) for value in row.fees)


def test_a_change_is_masked_where_either_month_is():
    measures = {"n_groups": 5, **dict.fromkeys(FEES, 3)}
    open_row, closed = (unit_fees("A", "A", measures, masked=m) for m in (False, True))
    assert compared([open_row], {"A": closed}, published=True)[0].change_masked
    assert compared([open_row], {"A": closed}, published=True)[0].change_ratio is None
    assert compared([open_row], {"A": open_row}, published=True)[0].change_ratio == 0


def test_masked_parts_count_as_one_so_that_the_effects_follow_from_shown_amounts():
    """However the hidden rest is divided between B and C, mix and rate stay the same."""
    before = {"A": (40, 0, 0, 60, 0, 0), "B": (10, 0, 0, 30, 0, 0), "C": (20, 0, 0, 0, 0, 0)}
    now = {"A": (50, 0, 0, 50, 0, 0), "B": (30, 0, 0, 10, 0, 0), "C": (10, 0, 0, 50, 0, 0)}
    other = {"A": (50, 0, 0, 50, 0, 0), "B": (5, 0, 0, 55, 0, 0), "C": (35, 0, 0, 5, 0, 0)}
    said = effects(put_together(now, {"B", "C"}), put_together(before, {"B", "C"}))
    assert said == effects(put_together(other, {"B", "C"}), put_together(before, {"B", "C"}))
    assert effects(now, before) != effects(other, before)
    for each in said:
        assert each.mix + each.rate == pytest.approx(each.share_now - each.share_before)
    assert put_together(now, set()) == now
