"""Sums that must agree between files, and with truth.json."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.province.conftest import Written

FEES = ["roaming", "new_business", "long_distance", "local", "package", "other"]
MONTHS = ["2026-08", "2026-09", "2026-10"]


def li(amounts: pd.Series) -> int:
    return int((amounts * 1000).round().sum())


def owned(small: Written, month: str) -> pd.DataFrame:
    """Return the owning rows of shown members by the rule of the definitions, in plain pandas."""
    groups, members = small.read(month, "groups"), small.read(month, "members")
    shown = groups[(groups["is_test"] == 0) & groups["status"].isin(["on_net", "silent"])]
    members = members[members["group_code"].isin(shown["group_code"]) & (members["is_test"] == 0)]
    ranked = members.sort_values(
        ["member_id", "is_primary", "joined_on", "group_code"], ascending=[True, False, True, True]
    )
    return ranked.drop_duplicates("member_id")


@pytest.mark.parametrize("month", MONTHS)
def test_what_groups_pay_for_members_is_the_unified_pay_of_member_bills(
    small: Written, month: str
) -> None:
    members, lines = small.read(month, "members"), small.read(month, "subscriptions")
    bills = lines[lines["product_code"] == "P17"]
    assert li(bills["amount"]) == li(members["paid_by_group"]) > 0
    by_group = members.groupby("group_code")["paid_by_group"].sum()
    paid = bills.set_index("group_code")["amount"]
    assert (by_group[by_group > 0].round(2) == paid.reindex(by_group[by_group > 0].index)).all()


@pytest.mark.parametrize("month", MONTHS)
def test_the_truth_tells_the_totals_of_the_files(small: Written, month: str) -> None:
    told = next(t for t in small.truth["months"] if t["month"] == month)
    owners = owned(small, month)
    active = owners[owners["status"] != "cancelled"]
    assert len(active) == told["members"]
    assert int(active["vnet"].sum()) == told["vnet_members"]
    assert {fee: li(owners[fee]) for fee in FEES} == told["fees_li"]
    bill = sum(li(owners[fee]) for fee in FEES) - li(owners["paid_by_group"])
    assert bill == told["personal_bill_li"]
    groups = small.read(month, "groups")
    shown = groups[(groups["is_test"] == 0) & groups["status"].isin(["on_net", "silent"])]
    assert len(shown) == told["groups"]
    lines = small.read(month, "subscriptions")
    lines = lines[lines["group_code"].isin(shown["group_code"])]
    assert li(lines.loc[lines["payer"] == "group", "amount"]) == told["unified_pay_li"]


@pytest.mark.parametrize("month", MONTHS)
def test_ict_follows_the_product_table_of_the_month(small: Written, month: str) -> None:
    products, lines = small.read(month, "products"), small.read(month, "subscriptions")
    groups = small.read(month, "groups")
    lines = lines[~lines["group_code"].isin(groups.loc[groups["is_test"] == 1, "group_code"])]
    valid = products[
        (products["valid_from"] <= f"{month}-28")
        & (products["valid_to"].isna() | (products["valid_to"] >= f"{month}-01"))
    ]
    assert not valid.duplicated("product_code").any()
    scope = lines["product_code"].map(valid.set_index("product_code")["ict_scope"])
    ict = (scope == "all") | ((scope == "unified_only") & (lines["payer"] == "group"))
    told = next(t for t in small.truth["months"] if t["month"] == month)
    assert li(lines.loc[ict, "amount"]) == told["ict_li"]


def test_amount_is_quantity_times_list_price(small: Written) -> None:
    lines = small.read("2026-10", "subscriptions")
    lines = lines[lines["product_code"] != "P17"]
    assert ((lines["quantity"] * lines["list_price"] - lines["amount"]).abs() < 0.0011).all()


def test_vnet_subscriptions_count_the_members_with_vnet(small: Written) -> None:
    owners = owned(small, "2026-10")
    owners = owners[owners["status"] != "cancelled"]
    counted = owners.groupby("group_code")["vnet"].sum()
    lines = small.read("2026-10", "subscriptions").query("product_code == 'P04'")
    told = lines.set_index("group_code")["quantity"]
    told = told[told.index.isin(owners["group_code"])]
    assert (counted.reindex(told.index) == told).all()


def test_users_are_at_least_those_billed(small: Written) -> None:
    users = small.read("2026-10", "product_users")
    assert (users["billed_users"] <= users["users"]).all()
    assert (users["member_users"] <= users["users"]).all()


def test_no_product_has_more_users_among_the_members_than_the_group_has_members(
    small: Written,
) -> None:
    members = small.read("2026-10", "members").query("status != 'cancelled'")
    counted = members.groupby("group_code").size()
    users = small.read("2026-10", "product_users")
    most = users["group_code"].map(counted).fillna(0)
    assert (users["member_users"] <= most).all()
    by_product = users.groupby("product_code")["member_users"].sum()
    assert (by_product[["P01", "P02", "P03", "P04"]] > 0).all()
    assert by_product["P11"] == 0, "cards of things are no members"


def test_duplicate_memberships_are_exactly_those_told(small: Written) -> None:
    members = small.read("2026-10", "members")
    twice = members[members.duplicated("member_id", keep=False)]
    told = small.truth["duplicate_memberships"]
    assert set(twice["member_id"]) == {entry["member_id"] for entry in told}
    owners = owned(small, "2026-10").set_index("member_id")["group_code"]
    for entry in told:
        if entry["member_id"] in owners.index:
            assert owners[entry["member_id"]] == entry["owner"]


def test_units_nest_and_every_group_hangs_under_a_known_one(small: Written) -> None:
    units = small.read("2026-10", "org_units").set_index("code")
    above = {"city": "province", "county": "city", "grid": "county"}
    for level, parent in above.items():
        assert set(units.loc[units.loc[units["level"] == level, "parent_code"], "level"]) == {
            parent
        }
    groups = small.read("2026-10", "groups")
    assert set(groups["city_code"]) <= set(units.index)
    counties = groups.dropna(subset=["county_code"])
    assert (units.loc[counties["county_code"], "parent_code"].values == counties["city_code"]).all()
    managers = small.read("2026-10", "account_managers").set_index("code")
    owned_groups = groups.dropna(subset=["account_manager_code"])
    home = managers.loc[owned_groups["account_manager_code"], "city_code"]
    assert (home.values == owned_groups["city_code"]).all()
