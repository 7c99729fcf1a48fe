"""The demo looks as described: proportions within 30 % (relative) at the default size."""

from __future__ import annotations

import pandas as pd
import pytest

from gcva.province.plan import CLASSES
from tests.province.conftest import Written

FEES = ["roaming", "new_business", "long_distance", "local", "package", "other"]
CITY_SHARES = [28, 12, 9, 8, 7, 6.5, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 1.5]


def near(target: float, share: float = 0.30) -> object:
    return pytest.approx(target, rel=share)


@pytest.fixture(scope="module")
def groups(demo: Written) -> pd.DataFrame:
    frame = demo.read("2026-10", "groups")
    frame = frame[(frame["is_test"] == 0) & frame["status"].isin(["on_net", "silent"])]
    return frame.assign(grade=frame["group_code"].map(demo.truth["groups"]["grade"]))


@pytest.fixture(scope="module")
def members(demo: Written, groups: pd.DataFrame) -> pd.DataFrame:
    frame = demo.read("2026-10", "members")
    frame = frame[frame["is_primary"] == 1].merge(
        groups[["group_code", "grade", "city_code", "industry"]], on="group_code"
    )
    return frame.assign(bill=frame[FEES].sum(axis=1) - frame["paid_by_group"])


@pytest.fixture(scope="module")
def by_group(demo: Written, groups: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    lines = demo.read("2026-10", "subscriptions")
    unified = lines[lines["payer"] == "group"].groupby("group_code")["amount"].sum()
    table = groups.set_index("group_code")
    active = members[members["status"] != "cancelled"]
    table["n"] = active.groupby("group_code").size()
    table["bill"] = members.groupby("group_code")["bill"].sum()
    table["unified"] = unified
    return table.fillna({"n": 0, "bill": 0, "unified": 0})


@pytest.mark.parametrize("expected", CLASSES, ids=lambda c: c.grade)
def test_each_grade_class_has_its_size_bill_and_unified_pay(
    by_group: pd.DataFrame, members: pd.DataFrame, expected: object
) -> None:
    mine = by_group[by_group["grade"] == expected.grade]
    assert len(mine) / len(by_group) == near(expected.share)
    assert mine["n"].mean() == near(expected.members)
    assert members.loc[members["grade"] == expected.grade, "bill"].mean() == near(expected.arpu)
    assert (mine["unified"] > 0).mean() == near(expected.with_unified)
    assert mine.loc[mine["unified"] > 0, "unified"].mean() == near(expected.unified_mean)


def test_income_is_shared_by_the_classes_as_described(by_group: pd.DataFrame) -> None:
    income = (by_group["bill"] + by_group["unified"]).groupby(by_group["grade"]).sum()
    share = income / income.sum() * 100
    for grade, target in {"A1": 18, "A2": 17.5, "B1": 19, "B2": 18, "C": 27.5}.items():
        assert share[grade] == near(target), grade


def test_the_totals_of_the_month_are_as_described(demo: Written) -> None:
    told = demo.truth["months"][-1]
    wan = {name: told[f"{name}_li"] / 1e7 for name in ("personal_bill", "unified_pay", "ict")}
    assert wan["personal_bill"] == near(665, 0.15)
    assert wan["unified_pay"] == near(113, 0.15)
    assert wan["ict"] == near(126, 0.20)
    assert told["outsider_ict_li"] / 1e7 == near(20)
    assert told["members"] == near(100_000, 0.05)
    unified_ict = told["ict_li"] - told["outsider_ict_li"] - told["personal_ict_li"]
    assert unified_ict / told["unified_pay_li"] == near(0.70, 0.10)


def test_operating_income_gives_the_described_shares(demo: Written, by_group: pd.DataFrame) -> None:
    operating = demo.read("2026-10", "operating_income").set_index("unit_code")["amount"]
    income = by_group["bill"] + by_group["unified"]
    cities = operating[operating.index.str.len() == 3]
    assert income.sum() / cities.sum() == near(0.38, 0.05)
    counties = income.groupby(by_group["county_code"]).sum()
    shares = counties / operating.reindex(counties.index)
    assert 0.265 <= shares.min() < 0.33
    assert 0.38 < shares.max() <= 0.415


def test_cities_counties_and_managers_are_as_many_as_described(
    demo: Written, groups: pd.DataFrame
) -> None:
    units = demo.read("2026-10", "org_units")
    assert (units["level"] == "city").sum() == 15
    assert (units["level"] == "county").sum() == near(60, 0.05)
    assert units.loc[units["is_direct"] == 1, "name"].tolist() == ["省直管"]
    shares = groups["city_code"].value_counts(normalize=True) * 100
    for number, target in enumerate(CITY_SHARES, start=1):
        assert shares[f"C{number:02d}"] == near(target), number
    assert (groups["city_code"] == "C99").sum() == near(12)
    managers = demo.read("2026-10", "account_managers")
    assert len(managers) == near(60, 0.10)
    assert managers["city_code"].value_counts().drop("C99").min() >= 2
    assert groups["account_manager_code"].value_counts().mean() == near(50, 0.15)
    assert groups["account_manager_code"].isna().mean() == near(0.02, 0.5)


def test_groups_without_and_with_few_members_are_as_frequent_as_described(
    by_group: pd.DataFrame,
) -> None:
    assert (by_group["n"] == 0).mean() == near(0.03)
    assert by_group["n"].between(1, 4).mean() == near(0.14)
    assert by_group["n"].median() == near(11)


def test_members_use_age_states_and_exits_are_as_described(
    demo: Written, members: pd.DataFrame
) -> None:
    active = members[members["status"] != "cancelled"]
    used = (active[["mo_minutes", "mt_minutes", "data_mb", "calls", "sms"]] > 0).any(axis=1)
    assert used.mean() == near(0.71, 0.05)
    cities = used.groupby(active["city_code"]).mean()
    assert cities.min() > 0.58
    assert cities.max() < 0.84
    assert (active["status"] != "active").mean() == near(0.06)
    tenure = active.groupby(active["grade"].str[0])["tenure_months"].mean()
    assert active["tenure_months"].mean() == near(62, 0.15)
    assert tenure["A"] == near(80, 0.15)
    assert tenure["C"] == near(52, 0.15)
    exits = demo.read("2026-10", "member_exits")["exit_kind"].value_counts()
    assert exits["left_group"] / len(active) == near(0.008)
    gone = (members["status"] == "cancelled").groupby(members["grade"].str[0]).mean()
    for letter, target in {"A": 0.005, "B": 0.008, "C": 0.015}.items():
        assert gone[letter] == near(target), letter
    doubles = len(demo.truth["duplicate_memberships"]) / len(active)
    assert doubles == near(0.005)


def test_fees_are_composed_as_described(members: pd.DataFrame) -> None:
    share = members[FEES].sum() / members[FEES].sum().sum() * 100
    for fee, target in zip(FEES, (6, 46, 6, 27, 13, 2), strict=True):
        assert share[fee] == near(target, 0.15), fee


def test_products_are_held_as_described(demo: Written, groups: pd.DataFrame) -> None:
    users = demo.read("2026-10", "product_users")
    held = users[users["group_code"].isin(groups["group_code"])].groupby("product_code").size()
    share = held / len(groups) * 100
    for code, target in {"P04": 55, "P02": 22, "P03": 18, "P01": 6}.items():
        assert share[code] == near(target), code
    industry = groups.set_index("group_code")["industry"]
    for code, of, target in (("P05", "edu", 65), ("P06", "fin", 60), ("P07", "pol", 85)):
        mine = industry[industry == of].index
        holds = users.loc[users["product_code"] == code, "group_code"]
        assert mine.isin(holds).mean() * 100 == near(target, 0.2), code
    assert (industry == "edu").sum() == near(240, 0.15)
    parents = users.loc[users["product_code"] == "P05", "users"]
    assert parents.mean() == near(320)


def test_attributes_agree_with_the_intended_grade(groups: pd.DataFrame) -> None:
    mean = groups.groupby("grade")[["influence", "tax_score", "informatisation_level"]].mean()
    assert (mean.loc[["A1", "A2", "B1"]].min() > mean.loc["B2"]).all()
    assert (mean.loc["B2"] > mean.loc["C"]).all()
