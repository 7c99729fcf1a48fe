"""A replay counts alerts, repeats, what followed and how long after; worked by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from alerts.backtest import fire, replay, steps_of, suggested, sweep
from alerts.backtest_panel import Panel, panel_of
from alerts.thresholds import Book, Change

START = 2026 * 12 + 1
RULE = ("arrears",)


def month(*rows: tuple[str, int, int, str]) -> pa.Table:
    """Lay out rows of group, income, months owed, grade; all of account manager M1 but G9 of M2."""
    codes, incomes, months, grades = zip(*rows, strict=True)
    return pa.table(
        {
            "group_code": list(codes),
            "account_manager_code": ["M2" if code == "G9" else "M1" for code in codes],
            "city_code": ["A"] * len(codes),
            "effective_grade": list(grades),
            "total_income_li": pa.array(incomes, pa.int64()),
            "arrears_li": pa.array([100 * owed for owed in months], pa.int64()),
            "arrears_months": pa.array(months, pa.int64()),
        }
    )


def quiet(*codes: str) -> pa.Table:
    return month(*((code, 100, 0, "B1") for code in codes))


@pytest.fixture
def panel() -> Panel:
    """Replay six months: G1 owes twice and is lost, G2 shrinks, G3 falls, G9 owes late."""
    return panel_of(
        {
            START: quiet("G1", "G2", "G3", "G4", "G9"),
            START + 1: month(
                ("G1", 100, 1, "B1"), ("G2", 100, 1, "B1"), ("G3", 100, 1, "B1"),
                ("G4", 100, 1, "B1"), ("G9", 100, 0, "B1"),
            ),
            START + 2: month(
                ("G1", 100, 2, "B1"), ("G2", 70, 0, "B1"), ("G3", 100, 0, "B1"),
                ("G4", 100, 0, "B1"), ("G9", 100, 0, "B1"),
            ),
            START + 3: month(
                ("G2", 71, 0, "B1"), ("G3", 100, 0, "B1"), ("G4", 71, 0, "A2"),
                ("G9", 100, 0, "B1"),
            ),
            START + 4: month(
                ("G2", 70, 0, "B1"), ("G3", 100, 0, "B2"), ("G4", 100, 0, "B1"),
                ("G9", 100, 0, "B1"),
            ),
            START + 5: month(
                ("G2", 70, 0, "B1"), ("G3", 100, 0, "B2"), ("G4", 100, 0, "B1"),
                ("G9", 100, 3, "B1"),
            ),
        },
        n_lead=1,
    )  # fmt: skip


def books(panel: Panel, *changes: Change) -> list[Book]:
    return [Book(changes, at) for at in panel.months]


def test_hits_repeats_and_what_followed_by_hand(panel: Panel) -> None:
    found = replay(panel, fire(panel, books(panel), RULE), budget=3)
    # February: G1 G2 G3 G4; March: G1 again; June: G9
    assert [each.tally.n_hits for each in found.months] == [4, 1, 0, 0, 1]
    assert [each.tally.n_repeats for each in found.months] == [0, 1, 0, 0, 0]
    assert [each.is_mature for each in found.months] == [True, True, False, False, False]
    # G1 gone in April (2 months after February, 1 after March); G2 at 70 % in March (1 month);
    # G3 a grade lower in May (3 months); G4 at 71 %, better, back again: nothing followed
    assert (found.total.n_mature, found.total.n_followed) == (5, 4)
    assert found.total.precision == pytest.approx(0.8)
    assert found.total.lead_months == pytest.approx((2 + 1 + 3 + 1) / 4)


def test_the_base_rate_counts_every_group_of_the_mature_months(panel: Panel) -> None:
    found = replay(panel, fire(panel, books(panel), RULE), budget=3)
    # February 3 of 5 (G1 G2 G3); March 2 of 5: G1 lost, G3 lower; G2 at 70 is where it was,
    # G4 was B1 in March, better in April, B1 in May: not lower
    assert found.base_rate == pytest.approx(5 / 10)


def test_the_budget_counts_pairs_of_account_manager_and_month(panel: Panel) -> None:
    found = replay(panel, fire(panel, books(panel), RULE), budget=3)
    assert found.n_pairs == 10  # two account managers, five months
    assert found.within == pytest.approx(9 / 10)  # M1 had four in February
    people = {each.code: each for each in found.people}
    assert (people["M1"].n_over, people["M1"].most, people["M1"].tally.n_new) == (1, 4, 4)
    assert (people["M2"].n_over, people["M2"].most) == (0, 1)


def test_a_month_that_is_not_published_is_unknown_and_makes_those_before_it_immature() -> None:
    tables = {START + at: quiet("G1") for at in range(6)} | {START + 3: None}
    panel = panel_of(tables, n_lead=1)
    found = replay(panel, fire(panel, books(panel), RULE), budget=3)
    assert [each.is_known for each in found.months] == [True, True, False, True, True]
    assert not any(each.is_mature for each in found.months)
    assert (found.total.precision, found.base_rate) == (None, None)


def test_the_suggestion_is_the_most_sensitive_value_within_the_budget(panel: Panel) -> None:
    trials = {
        value: books(panel, Change(1, "arrears_months", "city", "A", "", "", START, value))
        for value in (1.0, 2.0, 3.0)
    }
    points = sweep(panel, "arrears_months", trials, budget=3)
    # at 2 months: G1 in March and G9 in June; at 3: G9 alone
    assert [(each.value, each.n_new) for each in points] == [(1, 5), (2, 2), (3, 1)]
    assert [each.within for each in points] == [0.9, 1.0, 1.0]
    chosen = suggested("arrears_months", points)
    assert chosen is not None
    assert chosen.value == 2
    assert suggested("arrears_months", points[:1]) is None


def test_values_to_try_are_whole_where_they_count_and_percent_where_they_share() -> None:
    assert steps_of("ict_products", 1, 5, 2) == (1, 2, 3, 4, 5)
    assert steps_of("state_share", 0.05, 0.6, 0.05)[:2] == (0.05, 0.08)
    assert steps_of("state_share", 0.05, 0.6, 0.05)[-1] == 0.6


def test_the_value_tried_has_a_step_of_its_own_between_its_neighbours() -> None:
    assert steps_of("state_share", 0.05, 0.6, 0.065)[:3] == (0.05, 0.065, 0.08)
    assert steps_of("arrears_months", 1, 12, 3.0).count(3) == 1


def test_contracts_that_end_soon_fire_and_those_that_ended_do_not() -> None:
    from alerts.evidence import evidence_of
    from alerts.judge import judge

    days = [-1, 0, 90, 91, None]
    table = pa.table(
        {
            "city_code": ["A"] * 5, "account_manager_code": ["M"] * 5, "effective_grade": ["C"] * 5,
            "contract_days": pa.array(days, pa.int64()),
        }
    )  # fmt: skip
    found = judge(
        evidence_of(table, ["contract_days"]),
        {"contract_days": np.full(5, 90.0)},
        ("contract_end",),
    )
    assert found["contract_end"].fired.tolist() == [False, True, True, False, False]
