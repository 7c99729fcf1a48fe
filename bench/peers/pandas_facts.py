"""Make the facts of a month with pandas: groups, owners of repeated members, sums, who is gone."""

from __future__ import annotations

import pandas as pd

from bench.peers.given import Given
from bench.peers.pandas_read import Frames

FEES = ["roaming_li", "new_business_li", "long_distance_li", "local_li", "package_li", "other_li"]
USAGE = ["mo_minutes_milli", "mt_minutes_milli", "data_mb_milli", "calls", "sms"]
STATES = ["active", "stop_one_way", "stop_two_way", "arrears_stop", "lost", "pre_cancel"]
PAIR = ["group_code", "member_id"]
LOW_BILL_LI = 50_000


def month_of(days: pd.Series) -> pd.Series:
    """Return year × 12 + month."""
    return days.dt.year * 12 + days.dt.month


def read_before(given: Given, months_back: int, mart: str, columns: list[str]) -> pd.DataFrame:
    """Read columns of an earlier month's mart."""
    return pd.read_parquet(given.mart(months_back, mart), columns=columns)


def find_successors(groups: pd.DataFrame, history: pd.DataFrame, month: int) -> pd.Series:
    """Return which group keeps the history of which merged one."""
    gone = ~groups.status.isin(["on_net", "silent"]) | groups.is_test
    now = groups.loc[gone & groups.successor_code.notna(), ["group_code", "successor_code"]]
    absent = ~history.group_code.isin(groups.group_code) & (history.successor_code != "")
    then = history.loc[absent, ["group_code", "successor_code", "month"]]
    said = pd.concat([now.assign(month=month), then])
    said = said.sort_values(["month", "successor_code"], ascending=[False, True])
    said = said.drop_duplicates("group_code").set_index("group_code").successor_code
    return said[said.isin(groups.group_code) & (said != said.index)]


def make_groups(
    files: Frames, history: pd.DataFrame, merged: pd.Series, month: int
) -> pd.DataFrame:
    """Return one row a group, buckets for missing units, the reason where it is not shown."""
    groups, units = files["groups"], files["org_units"]
    county = groups.county_code.where(
        groups.county_code.isin(units.code[units.level == "county"]), groups.city_code + "-00"
    )
    keeper = groups.account_manager_code.where(
        groups.account_manager_code.isin(files["account_managers"].code), groups.city_code + "-NA"
    )
    industry = groups.industry.where(groups.industry.isin(files["industries"].code), "other")
    status = groups.status.astype(str)
    reason = status.where(~status.isin(["on_net", "silent"]), "").where(
        ~groups.is_test, "test_group"
    )
    texts = ["name", "grid_code", "successor_code"]
    listed = groups.assign(
        county_code=county,
        account_manager_code=keeper,
        industry_code=industry,
        created_month=month_of(groups.created_on),
        excluded_reason=reason,
        status=status,
        current_grade=groups.current_grade.astype("str").fillna(""),
        grade_floor=groups.grade_floor.astype("str").fillna(""),
        **{name: groups[name].fillna("") for name in texts},
    )
    before = history[history.month == month - 1]
    kept = (before.excluded_reason == "") | (before.n_snapshot_base.fillna(0) > 0)
    missing = ~before.group_code.isin(groups.group_code) & ~before.group_code.isin(merged.index)
    absent = before[kept & missing].assign(excluded_reason="absent")
    known = [name for name in listed.columns if name in before.columns]
    listed = listed[[*known, "arrears_li", "arrears_months"]]
    return pd.concat([listed, absent[known]], ignore_index=True) if len(absent) else listed


def find_duplicates(members: pd.DataFrame, shown: pd.Series) -> pd.DataFrame:
    """Return the memberships that do not own their member, with the owner; index of ``members``."""
    rows = members.loc[~members.is_test, [*PAIR, "is_primary", "joined_on"]]
    rows = rows[rows.member_id.duplicated(keep=False)]
    rows = rows[rows.group_code.isin(shown)].sort_values(
        ["is_primary", "joined_on", "group_code"], ascending=[False, True, True], na_position="last"
    )
    owner = rows.groupby("member_id").group_code.transform("first")
    return rows.assign(owner_group_code=owner)[rows.member_id.duplicated()]


def sum_members(owned: pd.DataFrame, month: int) -> pd.DataFrame:
    """Sum members by group: counts are members, money is every row."""
    is_member = owned.status != "cancelled"
    has_voice = (owned.mo_minutes_milli > 0) | (owned.mt_minutes_milli > 0) | (owned.calls > 0)
    has_data = (owned.data_mb_milli > 0) | (owned.sms > 0)
    tenure = owned.tenure_months.fillna(month - month_of(owned.activated_on)).where(is_member)
    counted = pd.DataFrame(
        {
            "n_members": is_member,
            "n_cancelled": ~is_member,
            "n_valid": is_member & (has_voice | has_data),
            "n_silent_members": is_member & ~has_voice,
            "n_no_use": is_member & ~has_voice & ~has_data,
            "n_vnet": is_member & owned.vnet,
            "n_key": is_member & owned.is_key,
            **{f"n_{state}": owned.status == state for state in STATES},
            "tenure_months_sum": tenure,
            "n_tenure": tenure.notna(),
        }
    )
    rows = pd.concat([counted, owned[[*FEES, "paid_by_group_li", *USAGE]]], axis=1)
    by_group = rows.groupby(owned.group_code)
    return by_group.sum().assign(tenure_median=by_group.tenure_months_sum.median())


def find_flow(
    given: Given, members: pd.DataFrame, owned: pd.DataFrame, history: pd.DataFrame,
    shown: pd.Series, merged: pd.Series,
    exits: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Count last month's members by group, those gone, and those of them that are off net."""
    last = pd.read_parquet(
        given.extracts[given.month - 1]["members"], columns=[*PAIR, "status", "is_test"]
    )
    was = history.group_code[(history.month == given.month - 1) & (history.excluded_reason == "")]
    is_test = last.is_test.fillna(False).astype(bool)
    last = last.loc[(last.status != "cancelled") & ~is_test & last.group_code.isin(was), PAIR]
    doubled = read_before(given, 1, "member_duplicate", PAIR)
    last = last.merge(doubled, on=PAIR, how="left", indicator="in_both")
    last = last.loc[last.in_both == "left_only", PAIR]
    if len(merged):
        last["group_code"] = last.group_code.map(merged).fillna(last.group_code)
    staying = owned.loc[(owned.status != "cancelled") & owned.group_code.isin(shown), PAIR]
    both = last.merge(staying, on=PAIR, how="left", indicator=True)
    is_gone = both._merge == "left_only"
    left = exits.member_id[exits.exit_kind.isin(["off_net", "ported_out"])]
    off = pd.concat([members.member_id[members.status == "cancelled"], left])
    counts = pd.DataFrame(
        {"n_members_prev": True, "n_gone": is_gone, "n_off_net": is_gone & both.member_id.isin(off)}
    )
    return counts.groupby(both.group_code).sum()


def find_snapshot(given: Given, members: pd.DataFrame, owned: pd.DataFrame) -> pd.DataFrame:
    """Count the snapshot users of the newest cohort and those kept."""
    cohort = members.snapshot_cohort.max()
    mine = owned[owned.snapshot_cohort == cohort]
    low = mine.loc[mine[FEES].sum(axis=1) < LOW_BILL_LI, ["member_id"]].reset_index()
    for back in (1, 2):
        paths = given.extracts.get(given.month - back, {}).get("members", [])
        then = [pd.read_parquet(path, columns=["member_id", *FEES]) for path in paths]
        poor = [part.loc[part[FEES].sum(axis=1) < LOW_BILL_LI, ["member_id"]] for part in then]
        none = low.iloc[:0][["member_id"]]
        low = low.merge(pd.concat([none, *poor]).drop_duplicates(), on="member_id")
    kept = (mine.status != "cancelled") & ~mine.index.isin(low["index"])
    counts = pd.DataFrame({"n_in_cohort": True, "n_snapshot_kept": kept})
    return counts.groupby(mine.group_code).sum().assign(snapshot_cohort=cohort)


def sum_history(history: pd.DataFrame, merged: pd.Series, month: int) -> pd.DataFrame:
    """Return what earlier months said, by the group that keeps the history."""
    code = history.group_code.map(merged).fillna(history.group_code)
    back, on_net = month - history.month, history.excluded_reason == ""
    income = history.total_income_li
    said = pd.DataFrame(
        {
            "was_on_net": on_net & (back == 1),
            "was_on_net_before": on_net & (back > 1),
            "income_prev_li": income.where(on_net & (back == 1), 0),
            "income_2m_li": income.where(on_net & (back <= 2), 0),
            "n_snapshot_base": history.n_snapshot_base.where(back == 1, 0),
        }
    )
    return said.groupby(code).sum().astype("int64")
