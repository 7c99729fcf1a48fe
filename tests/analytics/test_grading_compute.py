"""Totals, ranks, bands and waterfall of grading, against figures worked by hand."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.grading.compute import (
    distribution,
    ranked,
    reconciles,
    total_of,
    unit_grades,
)

GOLDEN = Path(__file__).parent / "golden" / "grading_units.csv"


def golden_rows(month):
    with GOLDEN.open() as lines:
        return [row for row in csv.DictReader(lines) if row["month"] == month]


def units_of(rows):
    return [
        unit_grades(
            row["code"],
            row["code"],
            {k: float(v or 0) for k, v in row.items() if k.startswith(("n_", "score", "total"))},
        )
        for row in rows
    ]


def optional(text, kind):
    return kind(text) if text else None


def test_units_have_the_mean_share_and_rank_worked_by_hand():
    now = golden_rows("now")
    result = {row.code: row for row in ranked(units_of(now), units_of(golden_rows("before")))}
    for row in now:
        unit = result[row["code"]]
        assert unit.mean_score == optional(row["expected_mean"], float)
        assert unit.n_a == int(row["expected_n_a"])
        assert unit.share_a == optional(row["expected_share_a"], float)
        assert unit.rank == optional(row["expected_rank"], int), row["code"]
        assert unit.rank_change == optional(row["expected_rank_change"], int), row["code"]


def test_ranked_rows_stand_best_first_and_unranked_last():
    codes = [row.code for row in ranked(units_of(golden_rows("now")), [])]
    assert codes == ["C2", "C1", "C3", "C6", "C4", "C5"]


def test_the_total_of_the_golden_units_is_their_sum():
    total = total_of(units_of(golden_rows("now")))
    assert (total.n_groups, total.n_rated, total.n_a) == (24, 19, 3)
    assert total.mean_score == pytest.approx(940 / 19)
    assert total.total_income_li == 2_005_000
    assert reconciles(total, total)


def test_a_missing_group_is_noticed_when_parts_are_reconciled():
    units = units_of(golden_rows("now"))
    assert not reconciles(total_of(units[:-1]), total_of(units))


counts = st.integers(min_value=0, max_value=10_000)


@given(st.lists(st.tuples(counts, counts, st.floats(0, 1e6)), max_size=20), st.randoms())
def test_the_total_does_not_depend_on_the_order_of_units(triples, random):
    units = [
        unit_grades(str(k), "", {"n_groups": a, "n_rated": b, "score_sum": s})
        for k, (a, b, s) in enumerate(triples)
    ]
    shuffled = units[:]
    random.shuffle(shuffled)
    assert reconciles(total_of(units), total_of(shuffled))


def test_the_distribution_has_twenty_bands_that_meet():
    bands = distribution({"score_band_00": 3, "score_band_19": 1})
    assert len(bands) == 20
    assert (bands[0].low, bands[0].n_groups, bands[19].high, bands[19].n_groups) == (0, 3, 100, 1)
    assert all(a.high == b.low for a, b in itertools.pairwise(bands))
