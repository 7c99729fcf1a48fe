"""truth.json tells what was planted, and the files bear it out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.month import Month
from gcva.province import catalogue, events
from gcva.province.plan import Plan, Season
from gcva.province.province import Province, live, opening
from tests.province.conftest import Written

STOPPED = ["stop_one_way", "stop_two_way", "arrears_stop", "lost"]


def test_state_anomalies_hit_35_to_60_percent_of_the_members(small: Written) -> None:
    planted = [e for e in small.truth["anomalies"] if e["month"] == "2026-10"]
    assert planted
    members = small.read("2026-10", "members")
    for entry in planted:
        assert 0.35 <= entry["hit"] / entry["members"] <= 0.60
        mine = members[
            (members["group_code"] == entry["group_code"]) & (members["is_primary"] == 1)
        ]
        if entry["kind"] == "state":
            assert mine["status"].isin([*STOPPED, "cancelled"]).sum() >= entry["hit"]


def test_a_group_without_a_planted_anomaly_does_not_look_abnormal(demo: Written) -> None:
    told = {e["group_code"] for e in demo.truth["anomalies"]}
    members = demo.read("2026-10", "members")
    counts = members.assign(bad=members["status"] != "active").groupby("group_code")["bad"]
    large = counts.agg(["mean", "size"]).query("size >= 20")
    quiet = large[~large.index.isin(told)]
    assert (quiet["mean"] >= 0.15).mean() < 0.04
    assert (large.loc[large.index.isin(told), "mean"] >= 0.15).any()


def test_the_grades_of_the_truth_are_those_of_the_groups_in_the_files(small: Written) -> None:
    groups = small.read("2026-10", "groups")
    told = small.truth["groups"]
    known = {*told["grade"], *told["test"], *told["potential"]}
    assert set(groups["group_code"]) <= known
    assert set(groups.loc[groups["is_test"] == 1, "group_code"]) == set(told["test"])


def test_opening_grades_are_mostly_the_intended_ones(small: Written) -> None:
    groups = small.read("2026-08", "groups").dropna(subset=["current_grade"])
    intended = groups["group_code"].map(small.truth["groups"]["grade"])
    assert 0.85 < (groups["current_grade"] == intended).mean() < 1


def test_seasons_of_the_year_are_as_described() -> None:
    ordinary = Season.of(Month(2026, 5))
    assert ordinary == Season(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0)
    assert Season.of(Month(2026, 2)) == replace(
        ordinary, voice=0.8, roaming=1.5, sms=1.15, school=0.6
    )
    assert Season.of(Month(2025, 1)).roaming == 1.5
    assert Season.of(Month(2026, 7)).school == pytest.approx(0.1)
    assert Season.of(Month(2026, 4)).off_net == 1.4
    assert Season.of(Month(2025, 12)).authority_unified == 1.3
    assert Season.of(Month(2026, 9)).education_joiners == 0.12


@pytest.fixture(scope="module")
def year() -> tuple[Province, dict[str, pd.DataFrame]]:
    """Live through a year and keep orders and bills by group and month."""
    province = opening(Plan(groups=3000, members=60_000, months=12, seed=2))
    kept: dict[str, list[pd.DataFrame]] = {"lines": [], "bills": []}
    for month in province.plan.calendar:
        now = live(province, month)
        lines = now.lines
        kept["lines"].append(
            pd.DataFrame(
                {
                    "month": month.index,
                    "group": lines.group,
                    "product": lines.product,
                    "quantity": lines.quantity_milli / 1000,
                    "price": lines.price_li,
                }
            )
        )
        kept["bills"].append(
            pd.DataFrame(
                {
                    "month": month.index,
                    "key": now.members.key,
                    "rising": now.members.tariff == catalogue.RISING_TARIFF,
                    "bill": now.usage.gross,
                    "used": now.usage.data_mb > 0,
                }
            )
        )
    return province, {name: pd.concat(frames) for name, frames in kept.items()}


def arc_of(before: pd.Series, after: pd.Series, factor: float) -> pd.Series:
    """Return ln Q₂/Q₁ ÷ ln P₂/P₁ by group."""
    return np.log(after / before) / np.log(factor)


def test_the_sms_price_cut_moves_quantities_by_the_true_elasticity(
    year: tuple[Province, dict[str, pd.DataFrame]],
) -> None:
    province, frames = year
    change = province.truth.changes["sms"]
    lines = frames["lines"].query(f"product == {catalogue.SMS}")
    window = {
        side: lines[lines["month"].isin([change.month.index + k for k in offsets])]
        .groupby("group")["quantity"]
        .mean()
        for side, offsets in (("before", (-3, -2, -1)), ("after", (1, 2, 3)))
    }
    found = arc_of(window["before"], window["after"], change.factor).dropna()
    truth = province.truth.of_groups("sms", province.groups)[found.index]
    assert (found - truth).median() == pytest.approx(0, abs=0.08)
    assert found.median() == pytest.approx(-0.3, abs=0.12)
    prices = lines.groupby("month")["price"].unique()
    assert prices[change.month.index - 1].tolist() == [80]
    assert prices[change.month.index].tolist() == [60]


def test_more_members_take_the_vnet_only_where_its_fee_fell(
    year: tuple[Province, dict[str, pd.DataFrame]],
) -> None:
    province, frames = year
    change = province.truth.changes["vnet"]
    lines = frames["lines"].query(f"product == {catalogue.VNET}")
    at = lines.set_index(["group", "month"])["quantity"].unstack()
    both = at[[change.month.index - 1, change.month.index]].dropna()
    grown = both.sum(axis=0)
    reached = np.isin(province.groups.city[both.index], change.cities)
    ratio = both[reached].sum().iloc[1] / both[reached].sum().iloc[0]
    elsewhere = both[~reached].sum().iloc[1] / both[~reached].sum().iloc[0]
    assert grown.iloc[1] > grown.iloc[0]
    assert np.log(ratio / elsewhere) / np.log(change.factor) == pytest.approx(-0.6, abs=0.15)


def test_dearer_tariff_lowers_the_bills_of_its_holders(
    year: tuple[Province, dict[str, pd.DataFrame]],
) -> None:
    province, frames = year
    change = province.truth.changes["tariff"]
    bills = frames["bills"].query("used")
    mean = bills.groupby(["rising", "month"])["bill"].mean().unstack()
    ratio = mean[change.month.index + 1] / mean[change.month.index - 1]
    relative = ratio[True] / ratio[False]
    # income = price · volume, so ln R moves by (1 + ε) ln P
    assert np.log(relative) / np.log(change.factor) == pytest.approx(-0.2, abs=0.25)


def test_planted_crossings_are_as_frequent_as_described(
    year: tuple[Province, dict[str, pd.DataFrame]],
) -> None:
    province, _ = year
    moves = pd.DataFrame(province.chronicle["moves"])
    per_month = moves.groupby("month")["points"].agg(
        up=lambda points: (points > 0).sum(), down=lambda points: (points < 0).sum()
    )
    assert (per_month["up"] >= per_month["down"]).all()
    assert per_month["up"].mean() / 3000 == pytest.approx(0.014, rel=0.3)


def test_segments_deviate_by_at_most_a_fifth() -> None:
    truth = events.Elasticities.of(Plan())
    assert np.abs(truth.deviation).max() <= 0.2
    assert (truth.deviation == events.Elasticities.of(Plan()).deviation).all()
