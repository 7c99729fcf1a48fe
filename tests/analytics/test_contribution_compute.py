"""Incomes of groups, against the published figures of one city and figures worked by hand."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.contribution.compute import (
    PARTS,
    compared,
    concentration,
    reconciles,
    relative,
    total_of,
    unit_income,
)
from core.money import LI_PER_WAN

GOLDEN = Path(__file__).parent / "golden" / "contribution.csv"
MONEY = (
    "total_income_li",
    "unified_pay_li",
    "personal_bill_li",
    "ict_li",
    "unified_ict_li",
    "personal_ict_li",
    "outsider_li",
    "operating_income_li",
)


def golden():
    with GOLDEN.open() as lines:
        return {row["unit"]: row for row in csv.DictReader(lines)}


def li(wan):
    return int(Decimal(wan) * LI_PER_WAN)


def unit_of(row):
    measures = {
        "total_income_li": li(row["total_wan"]),
        "operating_income_li": li(row["operating_wan"]),
    }
    return unit_income(row["unit"], row["unit"], measures)


@pytest.mark.parametrize("unit", golden())
def test_the_share_of_operating_income_is_the_published_one(unit):
    row = golden()[unit]
    share = unit_of(row).operating_share
    assert f"{share * 100:.2f}" == row["expected_share_percent"]


def test_the_changes_of_the_city_are_the_published_ones():
    before, now = (unit_of(golden()[f"合肥 {month}"]) for month in ("m-1", "m"))
    assert round((now.total_income_li - before.total_income_li) / LI_PER_WAN) == 369
    assert f"{relative(now.total_income_li, before.total_income_li) * 100:.2f}" == "4.70"
    assert round((now.operating_income_li - before.operating_income_li) / LI_PER_WAN) == 1479
    grown = relative(now.operating_income_li, before.operating_income_li)
    assert f"{grown * 100:.2f}" == "7.36"
    # of unrounded shares; the rounded ones would give −0.96
    assert f"{(now.operating_share - before.operating_share) * 100:.2f}" == "-0.97"


def test_the_four_parts_worked_by_hand_are_the_total_and_count_nothing_twice():
    # 统付 300, of which ICT 120; personal bills 700, of which ICT 50; outsiders 40, of which ICT 30
    measures = dict(zip(MONEY, (1000, 300, 700, 200, 120, 50, 40, None), strict=True))
    unit = unit_income("A", "A", {**measures, "n_groups": 4, "n_members": 8, "n_members_prev": 6})
    assert dict(zip(PARTS, unit.parts, strict=True)) == {
        "unified_ict_li": 120,
        "unified_other_li": 180,
        "personal_ict_li": 50,
        "personal_other_li": 650,
    }
    assert sum(unit.parts) == unit.total_income_li == 1000
    assert unit.arpu_li == 100  # 700 / ((8 + 6) / 2)
    assert unit.operating_share is None


def test_what_did_not_come_in_is_missing_and_never_nought():
    unit = unit_income("A", "A", {"n_groups": 2, "personal_bill_li": 5, "n_members": 3})
    assert (unit.total_income_li, unit.unified_other_li, unit.arpu_li) == (None, None, None)
    assert total_of([unit]).unified_pay_li is None
    assert compared([unit], [])[0].rank is None


def test_units_are_ranked_by_income_and_know_how_they_moved():
    now = [
        unit_income(code, code, {"total_income_li": n})
        for code, n in {"A": 5, "B": 9, "C": 9}.items()
    ]
    before = [
        unit_income(code, code, {"total_income_li": n}) for code, n in {"A": 8, "B": 4}.items()
    ]
    rows = compared(now, before)
    assert [(row.code, row.rank, row.rank_change) for row in rows] == [
        ("B", 1, 1),
        ("C", 1, None),
        ("A", 3, -2),
    ]
    assert rows[0].change_ratio == 1.25 and rows[1].change_ratio is None


def test_the_curve_worked_by_hand():
    # 20 groups, the largest brings half of all: 5 % of the groups, 50 % of the income
    points = concentration([1] * 19 + [19])
    assert [(point.point, point.n_top, point.top_li) for point in points[:3]] == [
        (0, 10, 28),
        (1, 1, 19),
        (2, 2, 20),
    ]
    assert points[1].groups_share == 0.05 and points[1].income_share == 0.5
    assert points[20].income_share == 1.0
    assert concentration([]) == ()


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=80))
def test_the_curve_rises_ends_at_all_and_knows_no_order(incomes):
    points = concentration(incomes)
    tops = [point.top_li for point in points[1:]]
    assert tops == sorted(tops) and tops[-1] == sum(incomes)
    assert points == concentration(list(reversed(incomes)))
    assert all(point.top_li * point.n_groups >= point.income_li * point.n_top for point in points)


@given(st.lists(st.tuples(*[st.integers(-(10**6), 10**9)] * 4), max_size=6))
def test_totals_are_the_sum_of_the_parts(rows):
    units = [
        unit_income(
            str(i),
            "",
            {
                "n_groups": 1,
                "unified_pay_li": a + b,
                "unified_ict_li": a,
                "personal_bill_li": c + d,
                "personal_ict_li": c,
                "total_income_li": a + b + c + d,
            },
        )
        for i, (a, b, c, d) in enumerate(rows)
    ]
    total = total_of(units)
    assert sum(part or 0 for part in total.parts) == (total.total_income_li or 0)
    assert reconciles(total, total_of(list(reversed(units))))
