"""The facts of three months, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from core.month import Month
from tests.warehouse.by_hand import by_code, run_facts, stage
from tests.warehouse.tiny_province import AUGUST, MONTHS, OCTOBER, SEPTEMBER
from warehouse.context import RunContext


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[Month, RunContext]:
    folder = tmp_path_factory.mktemp("tiny")
    extracts = {m.index: stage(folder / f"in-{m}", kinds) for m, kinds in MONTHS.items()}
    return {month: run_facts(folder, month, extracts) for month in MONTHS}


def row(runs: dict[Month, RunContext], month: Month, code: str) -> dict[str, Any]:
    return by_code(runs[month])[code]


def test_incomes_follow_the_definitions(runs):
    g1 = row(runs, AUGUST, "G1")
    # fees 1+2+3+4+5 - 6 paid by the group, 48, 10 yuan
    assert g1["personal_bill_li"] == 67_000
    assert g1["unified_pay_li"] == 100_000
    assert g1["total_income_li"] == 167_000
    assert (g1["unified_ict_li"], g1["personal_ict_li"], g1["outsider_ict_li"]) == (
        100_000,
        0,
        90_000,
    )
    assert (g1["ict_li"], g1["outsider_li"]) == (190_000, 90_000)
    assert (g1["standard_income_li"], g1["application_income_li"]) == (100_000, 90_000)
    g2 = row(runs, AUGUST, "G2")
    assert (g2["unified_pay_li"], g2["member_subscription_li"]) == (0, 5_000)
    assert g2["total_income_li"] == g2["personal_bill_li"] == 65_000
    assert g2["arrears_li"] == 12_500


def test_members_are_counted_by_state_and_use(runs):
    g1 = row(runs, AUGUST, "G1")
    assert (g1["n_members"], g1["n_active"], g1["n_stop_one_way"]) == (3, 2, 1)
    assert (g1["n_valid"], g1["n_silent_members"], g1["n_no_use"]) == (2, 2, 1)
    assert (g1["n_vnet"], g1["size_band"]) == (2, 1)
    # whole months to the end of August 2026: 118, 72, 24
    assert (g1["tenure_months_sum"], g1["n_tenure"], g1["tenure_median"]) == (214, 3, 72.0)
    assert g1["n_key"] is None, "is_key did not come in"
    assert g1["data_mb_milli"] is None and g1["mo_minutes_milli"] == 10_500


def test_products_are_counted_and_their_users_summed_by_role(runs):
    g1 = row(runs, AUGUST, "G1")
    assert (g1["n_products"], g1["n_ict_products"], g1["n_orders"]) == (2, 2, 2)
    assert (g1["switchboard_users"], g1["school_users"], g1["ringback_users"]) == (3, 30, 0)


def test_a_product_counts_as_what_it_was_in_the_month(runs):
    g1 = row(runs, SEPTEMBER, "G1")
    assert g1["unified_ict_li"] == 110_000, "OLD became informatisation on 1 September"


def test_missing_places_and_people_fall_into_buckets(runs):
    g2 = row(runs, AUGUST, "G2")
    assert (g2["county_code"], g2["account_manager_code"]) == ("C1-00", "C1-NA")
    g5 = row(runs, OCTOBER, "G5")
    assert g5["county_code"] == "C2-00", "C9 is no known county"
    assert (g5["account_manager_code"], g5["industry_code"]) == ("C2-NA", "other")


def test_a_first_month_knows_nothing_of_the_month_before(runs):
    g1 = row(runs, AUGUST, "G1")
    unknown = (
        "n_members_prev",
        "n_off_net",
        "n_left_group",
        "n_joined",
        "income_prev_li",
        "is_new",
    )
    assert {name: g1[name] for name in unknown} == dict.fromkeys(unknown)


def test_off_net_and_left_members_are_told_apart(runs):
    g1 = row(runs, SEPTEMBER, "G1")
    # before: m1 m2 m3, and m7 m8 of the merged G4; m3 cancelled, m8 not there any more
    assert (g1["n_members_prev"], g1["n_off_net"], g1["n_left_group"]) == (5, 1, 1)
    assert (g1["n_members"], g1["n_joined"], g1["n_cancelled"]) == (3, 0, 1)
    g2 = row(runs, SEPTEMBER, "G2")
    assert (g2["n_members_prev"], g2["n_off_net"], g2["n_left_group"]) == (2, 1, 0), "ported out"
    assert g2["n_joined"] == 1


def test_members_of_a_lost_group_left(runs):
    g3 = row(runs, SEPTEMBER, "G3")
    assert (g3["excluded_reason"], g3["is_lost"], g3["is_on_net"]) == ("off_net", 1, 0)
    assert (g3["n_members_prev"], g3["n_off_net"], g3["n_left_group"]) == (1, 0, 1)
    g2 = row(runs, OCTOBER, "G2")
    assert (g2["n_members_prev"], g2["n_left_group"]) == (2, 2), "m9 is in another group now"


def test_a_merged_group_is_not_lost_and_its_history_goes_on(runs):
    assert row(runs, SEPTEMBER, "G4")["is_lost"] == 0
    g1 = row(runs, SEPTEMBER, "G1")
    assert g1["income_prev_li"] == 167_000 + 14_000
    assert g1["income_3m_li"] == 181_000 + g1["total_income_li"]


def test_new_lost_and_returned_groups(runs):
    flags = ("is_new", "is_lost", "is_returned")
    said = {code: tuple(r[f] for f in flags) for code, r in by_code(runs[OCTOBER]).items()}
    assert said == {"G1": (0, 0, 0), "G2": (0, 1, 0), "G3": (0, 0, 1), "G5": (1, 0, 0)}
    assert row(runs, OCTOBER, "G2")["excluded_reason"] == "absent"


def test_a_group_without_income_is_silent_not_arrived(runs):
    g3 = row(runs, AUGUST, "G3")
    assert (g3["is_on_net"], g3["is_arrived"], g3["is_silent"]) == (1, 0, 1)
    g1 = row(runs, AUGUST, "G1")
    assert (g1["is_arrived"], g1["is_silent"]) == (1, 0)


def test_a_member_has_one_owner_a_month(runs):
    g1, g5 = row(runs, OCTOBER, "G1"), row(runs, OCTOBER, "G5")
    assert (g1["n_members"], g1["n_duplicates"]) == (2, 1), "G5 was joined earlier"
    assert (g5["n_members"], g5["n_duplicates"], g5["personal_bill_li"]) == (1, 0, 6_000)
    duplicates = runs[OCTOBER].read("member_duplicate").to_pylist()
    assert [(d["group_code"], d["member_id"], d["owner_group_code"]) for d in duplicates] == [
        ("G1", "m9", "G5")
    ]


def test_the_snapshot_base_is_fixed_and_outlives_its_group(runs):
    def base_and_kept(month):
        rows = by_code(runs[month]).values()
        return {r["group_code"]: (r["n_snapshot_base"], r["n_snapshot_kept"]) for r in rows}

    assert base_and_kept(AUGUST)["G1"] == (2, 2)
    assert base_and_kept(AUGUST)["G2"] == (1, 1)
    # m1 (15 yuan) and m2 (48) are billed below 50 yuan in all three months
    assert base_and_kept(OCTOBER)["G1"] == (2, 0)
    assert base_and_kept(OCTOBER)["G2"] == (1, 0), "the group is gone, its base stays"
    assert base_and_kept(OCTOBER)["G5"] == (0, 0)


def test_what_is_not_shown_is_kept_with_its_reason(runs):
    august = runs[AUGUST].read("group_excluded_month").to_pylist()
    assert [(r["group_code"], r["reason"]) for r in august] == [("T1", "test_group")]
    assert (august[0]["n_member_rows"], august[0]["new_business_li"]) == (1, 99_000)
    assert (august[0]["n_order_rows"], august[0]["amount_li"]) == (1, 1_000_000)
    october = runs[OCTOBER].read("group_excluded_month").to_pylist()
    assert [(r["group_code"], r["reason"], r["new_business_li"]) for r in october] == [
        ("G1", "duplicate", 5_000),
        ("G5", "test_member", 50_000),
    ]


def test_member_counts_of_two_months_reconcile(runs):
    for month in (SEPTEMBER, OCTOBER):
        for r in by_code(runs[month]).values():
            if r["is_on_net"]:
                moved = r["n_joined"] - r["n_off_net"] - r["n_left_group"]
                assert r["n_members"] == r["n_members_prev"] + moved, r["group_code"]
