"""Arc elasticities worked by hand, the codes of refusal, panels with a known elasticity."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.price_elasticity.charts import units_chart
from analytics.price_elasticity.compute import (
    MILLIONTHS,
    REFUSALS,
    Series,
    Totals,
    arc_step,
    change_months,
    crossed,
    measure_arcs,
    price_index,
)
from analytics.price_elasticity.panel import (
    Estimate,
    class_of,
    estimate_panel,
    estimate_segment,
    pooled,
    student_quantile,
)
from analytics.price_elasticity.units import (
    UnitElasticity,
    guarded,
    ranked,
    reconciles,
    summed,
    total_of,
)

GOLDEN = list(csv.DictReader((Path(__file__).parent / "golden" / "price_elasticity.csv").open("r")))


def numbers(text: str) -> list[float]:
    return [float("nan") if each == "-" else float(each) for each in text.split()]


def months(row, name: str) -> list[float]:
    """Return seven months; the month of change stands in between and must not matter."""
    before, after = numbers(row[f"{name}_before"]), numbers(row[f"{name}_after"])
    return [*before, 777.0 if name == "income" else after[0], *after]


def series_of(*rows) -> Series:
    price = np.array([months(row, "price") for row in rows])
    link = np.ones_like(price)
    link[:, 1:] = price[:, 1:] / price[:, :-1]
    kept = np.ones_like(price)
    kept[:, 4] = [float(row["kept"]) for row in rows]
    alarmed = np.zeros_like(price, dtype=bool)
    alarmed[:, 5] = [row["alarmed"] == "1" for row in rows]
    income = np.array([months(row, "income") for row in rows])
    return Series(income, link, kept, np.array([months(row, "members") for row in rows]), alarmed)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["case"])
def test_the_golden_arcs_are_those_worked_by_hand(row):
    arcs = measure_arcs(series_of(row))
    assert arcs.refusal[0] == row["expected_refusal"]
    if row["expected_refusal"]:
        assert np.isnan(arcs.eta[0]) and np.isnan(arcs.epsilon[0])
        assert [int(part[0]) for part in crossed(arcs)] == [0, 0, 0]
    else:
        assert arcs.epsilon[0] == pytest.approx(float(row["expected_epsilon"]), abs=1e-4)
        assert arcs.eta[0] == pytest.approx(float(row["expected_eta"]), abs=1e-4)


def test_the_golden_file_meets_every_code_of_refusal():
    assert {row["expected_refusal"] for row in GOLDEN} == {"", *REFUSALS}


def test_the_definition_in_fractions():
    step = arc_step(np.array([10.0, 100.0, 1000.0]), np.array([8.0, 130.0, 1040.0]))
    assert step == pytest.approx([-2 / 9, 30 / 115, 40 / 1020])


def test_one_group_of_a_unit_has_its_own_arc_value():
    arcs = measure_arcs(series_of(GOLDEN[0]))
    whole = Totals(*(int(part[0]) for part in crossed(arcs)))
    assert arcs.mean_income[0] == pytest.approx(1020)  # 厘: card and row agree even for 1 元
    assert whole.eta == pytest.approx(arcs.eta[0], abs=1e-6)
    assert whole.epsilon == pytest.approx(arcs.epsilon[0], abs=1e-6)


def test_the_sums_of_the_largest_province_fit_a_whole_number_of_the_database():
    income, step = 10_000_000_000 * 1000, 0.25  # ten thousand million 元 a month, each price moved
    assert income * step**2 * MILLIONTHS < 2**63


def test_too_short_a_history_refuses_everybody():
    short = Series(*(np.ones((4, 6)) for _ in range(4)), np.zeros((4, 6), dtype=bool))
    arcs = measure_arcs(short)
    assert list(arcs.refusal) == ["X3"] * 4
    assert np.isnan(arcs.eta).all()


def test_no_group_at_all_gives_no_arc():
    empty = Series(*(np.ones((0, 9)) for _ in range(4)), np.zeros((0, 9), dtype=bool))
    assert len(measure_arcs(empty).refusal) == 0
    assert estimate_segment(empty) == Estimate(0)


def test_a_change_without_three_months_after_it_waits():
    link = np.ones((3, 10))
    link[0, 4] = 0.9  # in the middle
    link[1, 8] = 0.9  # two months before the end
    link[2, 4], link[2, 8] = 0.97, 0.9  # the earlier one can be measured
    assert change_months(link).tolist() == [4, -1, 4]


def test_prices_are_chained():
    index = price_index(np.array([[1.0, 1.0, 0.8, 1.25, np.nan]]))
    assert index[0] == pytest.approx([1, 1, 0.8, 1.0, 1.0])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-0.9, -0.1, "inelastic"),
        (-2.0, -1.1, "elastic"),
        (-1.5, -0.5, "undetermined"),
        (-1.5, 0.5, "undetermined"),
        (-0.5, 0.5, "near_zero"),
        (0.1, 0.5, "wrong_sign"),
    ],
)
def test_classes_follow_the_whole_interval(low, high, expected):
    assert class_of(low, high) == expected
    assert Estimate(20, (low + high) / 2, low, high).kind == expected


def test_an_estimate_without_an_interval_has_no_class():
    assert Estimate(3).kind == ""


@pytest.mark.parametrize(
    ("degrees", "expected"),
    [(3, 3.18245), (4, 2.77645), (9, 2.26216), (29, 2.04523), (1000, 1.96234)],
)
def test_student_quantiles_are_those_of_the_tables(degrees, expected):
    assert student_quantile(0.05, degrees) == pytest.approx(expected, abs=2e-4)


def panel(n: int, epsilon: float, noise: float = 0.0, seed: int = 1):
    rng = np.random.default_rng(seed)
    price = np.zeros((n, 6))
    price[:, 3:] = rng.uniform(-0.25, 0, n)[:, None]
    level, season = rng.normal(8, 1, (n, 1)), rng.normal(0, 0.3, (1, 6))
    return price, level + season + epsilon * price + noise * rng.normal(size=(n, 6))


@given(st.floats(-3, 2), st.integers(0, 100))
@settings(max_examples=30, deadline=None)
def test_a_panel_without_noise_gives_the_elasticity_back(epsilon, seed):
    found = estimate_panel(*panel(40, epsilon, seed=seed))
    assert found.epsilon == pytest.approx(epsilon, abs=1e-9)


@given(st.permutations(range(20)), st.floats(0.1, 50))
@settings(max_examples=20, deadline=None)
def test_neither_order_nor_scale_of_groups_matters(order, scale):
    price, quantity = panel(20, -0.7, noise=0.05)
    found = estimate_panel(price, quantity)
    other = estimate_panel(price[order], quantity[order] + np.log(scale))
    assert other.epsilon == pytest.approx(found.epsilon)
    assert other.low == pytest.approx(found.low)


def test_few_groups_or_few_that_moved_give_no_estimate():
    price, quantity = panel(9, -0.7)
    assert estimate_panel(price, quantity) == Estimate(9)
    price, quantity = panel(40, -0.7)
    price[2:] = 0  # two groups carry it all
    assert estimate_panel(price, quantity).epsilon is None
    assert estimate_panel(np.zeros((40, 6)), quantity).epsilon is None


def test_intervals_cover_a_known_elasticity_about_as_often_as_they_say():
    hits = 0
    for seed in range(400):
        found = estimate_panel(*panel(30, -0.6, noise=0.1, seed=seed))
        hits += found.low <= -0.6 <= found.high
    assert 0.93 <= hits / 400 <= 0.98


def test_segments_are_pooled_by_their_precision():
    assert pooled([]) is None
    middle, low, high = pooled([(-0.5, -0.6, -0.4), (-1.5, -2.5, -0.5)])
    assert middle == pytest.approx((-0.5 * 100 - 1.5 * 1) / 101)
    assert low < middle < high


def unit(code: str, **sums: int) -> UnitElasticity:
    return UnitElasticity(code, code, summed([{**summed([]), **sums}]), income_li=5)


def test_units_add_up_and_are_ranked_by_income_elasticity():
    a = unit("A", n_groups=4, n_measured=2, price_square_li=100, income_cross_li=40)
    b = unit("B", n_groups=3, n_measured=1, price_square_li=10, income_cross_li=9)
    none = unit("C", n_groups=2, n_x1=2)
    total = total_of([a, b, none])
    assert (total.n_groups, total.n_measured, total.income_li) == (9, 3, 15)
    assert total.eta == pytest.approx(49 / 110)
    assert reconciles(total, total_of([total])) and not reconciles(total, a)
    rows = ranked([a, b, none], [a])
    assert [(row.code, row.rank, row.rank_change) for row in rows] == [
        ("B", 1, None),
        ("A", 2, -1),
        ("C", None, None),
    ]
    assert none.eta is None and none.refused["X1"] == 2


@pytest.mark.parametrize(("language", "said"), [("zh-hans", "已屏蔽"), ("en", "Masked")])
def test_a_phone_says_masked_in_its_readers_language(language, said):
    few = unit("A", n_groups=4, n_measured=2, price_square_li=100, income_cross_li=40)
    with translation.override(language):
        figure = units_chart([guarded(few, sees_all=False)], {}).figure
    words = [each["text"] for each in figure["narrow"]["layout"]["annotations"]]
    assert said in words


def test_one_or_two_measurable_groups_are_masked_for_management_only():
    few = unit("A", n_groups=4, n_measured=2, price_square_li=100, income_cross_li=40)
    enough = unit("B", n_groups=4, n_measured=3, price_square_li=100, income_cross_li=40)
    none = unit("C", n_groups=4)
    assert guarded(few, sees_all=False).eta is None
    assert guarded(few, sees_all=True).eta == few.eta
    assert guarded(enough, sees_all=False).eta == enough.eta
    assert not guarded(none, sees_all=False).masked
    ranks = ranked([guarded(few, sees_all=False), enough], [])
    assert [(row.code, row.rank) for row in ranks] == [("B", 1), ("A", None)]
