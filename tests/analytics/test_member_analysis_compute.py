"""Member indicators: golden rows worked by hand, ranks, totals, intervals."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.indicators import N_MEMBERS, VALID_MEMBER_RATIO
from analytics.kpi import indicator_value
from analytics.member_analysis.compute import (
    UnitMembers,
    derived,
    derived_by_month,
    off_net_to_date,
    ranked,
    reconciles,
    total_of,
    valid_gap,
    valid_needed,
)
from analytics.member_analysis.indicators import (
    GROUP_LOSS,
    OFF_NET_OF_BASE,
    OFF_NET_RATE,
    SNAPSHOT_RETENTION,
)
from analytics.shares import interval_if_small, wilson_interval
from core.month import Month

GOLDEN = list(csv.DictReader((Path(__file__).parent / "golden" / "member_analysis.csv").open("r")))
OCTOBER = Month(2026, 10)


def number(text):
    return float(text) if text else None


@pytest.mark.parametrize("line", GOLDEN, ids=lambda line: line["case"])
def test_a_golden_row_is_met(line):
    names = ("n_members_prev", "n_members", "n_off_net", "n_valid")
    given_measures = {name: int(line[name]) if line[name] else None for name in names}
    whole = derived(given_measures, Month.parse(line["month"]), None)
    for found, wanted in (
        (whole["off_net_base"], number(line["off_net_base"])),
        (indicator_value(OFF_NET_RATE, whole), number(line["off_net_ratio"])),
        (indicator_value(OFF_NET_OF_BASE, whole), number(line["off_net_of_base_ratio"])),
        (indicator_value(VALID_MEMBER_RATIO, whole), number(line["valid_ratio"])),
        (valid_needed(whole), number(line["needed"])),
    ):
        assert found == (wanted if wanted is None else pytest.approx(wanted, rel=1e-6))
    short = number(line["short_points"])
    gap = valid_gap(whole)
    assert gap == (short if short is None else pytest.approx(short / 100))


def test_the_snapshot_retention_of_the_reference_is_73_65_percent():
    kept = {"n_snapshot_kept": 1473, "n_snapshot_base": 2000}
    assert indicator_value(SNAPSHOT_RETENTION, kept) == pytest.approx(0.7365)


@given(st.integers(0, 10**7), st.data())
def test_what_is_needed_is_just_enough_for_the_target(members, data):
    valid = data.draw(st.integers(0, members))
    needed = valid_needed({"n_members": members, "n_valid": valid})
    assert 100 * (valid + needed) >= 75 * members
    assert needed == 0 or 100 * (valid + needed - 1) < 75 * members


def unit(code, **measures):
    return UnitMembers(code, code, measures)


def test_the_lowest_off_net_rate_ranks_first_and_climbing_is_positive():
    now = [
        unit("a", n_off_net=3, off_net_base=100.0),
        unit("b", n_off_net=1, off_net_base=100.0),
        unit("c", n_off_net=1, off_net_base=100.0),
        unit("d", n_off_net=None, off_net_base=None),
    ]
    before = [unit("a", n_off_net=1, off_net_base=100.0), unit("b", n_off_net=2, off_net_base=99.0)]
    rows = ranked(now, before, OFF_NET_RATE)
    assert [(row.code, row.rank, row.rank_change) for row in rows] == [
        ("b", 1, 1),
        ("c", 1, None),
        ("a", 3, -2),
        ("d", None, None),
    ]


def test_more_members_rank_first():
    rows = ranked([unit("a", n_members=1), unit("b", n_members=2)], [], N_MEMBERS)
    assert [row.code for row in rows] == ["b", "a"]


def test_a_total_recomputes_rates_from_summed_parts():
    parts = [
        UnitMembers(code, code, derived(measures, OCTOBER, {"n_groups": before}))
        for code, before, measures in (
            ("a", 4, {"n_groups": 2, "n_lost_groups": 2, "n_members": 90, "n_members_prev": 110,
                      "n_off_net": 9, "n_valid": 60}),
            ("b", 6, {"n_groups": 8, "n_lost_groups": 0, "n_members": 10, "n_members_prev": 10,
                      "n_off_net": 1, "n_valid": 10}),
        )
    ]  # fmt: skip
    total = total_of(parts, OCTOBER, {"n_groups": 10})
    assert total.measures["n_members"] == 100
    assert total.value(OFF_NET_RATE) == pytest.approx(10 / 110 / (31 * 12 / 365))
    assert total.value(GROUP_LOSS) == pytest.approx(2 / 10)
    assert total.value(VALID_MEMBER_RATIO) == pytest.approx(0.7)
    assert total.needed == 5
    assert reconciles(total.measures, {"n_members": 100, "n_off_net": 10}, ["n_members"])
    assert not reconciles(total.measures, {"n_members": 101}, ["n_members"])


def test_the_year_to_date_asks_for_every_month_of_the_year():
    months = {
        Month(2026, k).index: {"n_off_net": 1, "n_members": 100, "n_members_prev": 100}
        for k in (1, 2, 3)
    }
    assert off_net_to_date(months, Month(2026, 3)) == pytest.approx(0.03)
    del months[Month(2026, 2).index]
    assert off_net_to_date(months, Month(2026, 3)) is None


def test_the_group_loss_rate_needs_the_month_before_and_no_month_is_zero():
    history = {
        OCTOBER.plus(-1).index: {"n_groups": 10, "n_lost_groups": 0},
        OCTOBER.index: {"n_groups": 10, "n_lost_groups": 1},
    }
    found = derived_by_month(history)
    assert indicator_value(GROUP_LOSS, found[OCTOBER.index]) == pytest.approx(0.1)
    assert indicator_value(GROUP_LOSS, found[OCTOBER.plus(-1).index]) is None


def test_the_wilson_interval_is_the_published_one():
    low, high = wilson_interval(8, 20)
    assert (round(low, 4), round(high, 4)) == (0.2188, 0.6134)


def test_an_interval_stands_below_30_cases_only():
    assert interval_if_small(3, 29) is not None
    assert interval_if_small(3, 30) is None
    assert interval_if_small(0, 0) is None
    assert interval_if_small(None, 5) is None
    assert wilson_interval(0, 10)[0] == 0.0
    assert wilson_interval(10, 10)[1] == pytest.approx(1.0)
