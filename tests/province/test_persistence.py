"""From month to month: members stay, age, leave and appear in the exits; groups come and go."""

from __future__ import annotations

import pandas as pd
import pytest

from gcva.province.plan import Plan
from gcva.province.province import live, opening
from tests.province.conftest import Written


def pairs(frame: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(frame["group_code"], frame["member_id"], strict=True))


@pytest.fixture(scope="module")
def before(small: Written) -> pd.DataFrame:
    return small.read("2026-09", "members")


@pytest.fixture(scope="module")
def now(small: Written) -> pd.DataFrame:
    return small.read("2026-10", "members")


def test_members_keep_their_id_and_grow_one_month_older(
    before: pd.DataFrame, now: pd.DataFrame
) -> None:
    both = before.merge(now, on=["group_code", "member_id"], suffixes=("", "_now"))
    assert len(both) > 0.97 * len(before)
    assert (both["tenure_months_now"] == both["tenure_months"] + 1).all()
    for fixed in ("joined_on", "activated_on", "phone_masked", "tariff_code"):
        assert (both[fixed] == both[f"{fixed}_now"]).all(), fixed


def test_tenure_agrees_with_the_activation_date(now: pd.DataFrame) -> None:
    activated = pd.to_datetime(now["activated_on"])
    months = 2026 * 12 + 10 - activated.dt.year * 12 - activated.dt.month
    assert (months == now["tenure_months"]).all()
    assert (now["activated_on"] <= now["joined_on"]).all()


def test_the_cancelled_vanish_after_their_month(before: pd.DataFrame, now: pd.DataFrame) -> None:
    gone = before[before["status"] == "cancelled"]
    assert len(gone) > 0
    assert not pairs(gone) & pairs(now)


def test_everybody_who_is_absent_was_cancelled_or_is_in_the_exits(
    small: Written, before: pd.DataFrame, now: pd.DataFrame
) -> None:
    primary = before[(before["is_primary"] == 1) & (before["status"] != "cancelled")]
    absent = pairs(primary) - pairs(now)
    exits = small.read("2026-10", "member_exits")
    assert absent == absent & pairs(exits[exits["exit_kind"] == "left_group"])


def test_exits_off_net_are_exactly_the_cancelled(small: Written, now: pd.DataFrame) -> None:
    exits = small.read("2026-10", "member_exits")
    off_net = exits[exits["exit_kind"] != "left_group"]
    cancelled = now[(now["status"] == "cancelled")]
    assert set(off_net["member_id"]) == set(cancelled["member_id"])
    assert exits["exit_on"].between("2026-10-01", "2026-10-31").all()


def test_members_belong_to_groups_that_are_on_net(small: Written, now: pd.DataFrame) -> None:
    groups = small.read("2026-10", "groups")
    on_net = groups[groups["status"].isin(["on_net", "silent"])]
    assert set(now["group_code"]) <= set(on_net["group_code"])


def test_bills_persist_from_month_to_month(before: pd.DataFrame, now: pd.DataFrame) -> None:
    fees = ["roaming", "new_business", "long_distance", "local", "package", "other"]
    sums = [frame.assign(bill=frame[fees].sum(axis=1)) for frame in (before, now)]
    both = sums[0].merge(sums[1], on=["group_code", "member_id"], suffixes=("", "_now"))
    assert both["bill"].corr(both["bill_now"]) > 0.85


def test_new_and_lost_groups_are_told_and_appear_in_the_files(small: Written) -> None:
    before, now = (small.read(month, "groups") for month in ("2026-09", "2026-10"))
    told = {e["group_code"] for e in small.truth["new_groups"] if e["month"] == "2026-10"}
    assert set(now["group_code"]) - set(before["group_code"]) == told
    told = {e["group_code"] for e in small.truth["lost_groups"] if e["month"] == "2026-10"}
    was = before.set_index("group_code")["status"]
    lost = now[(now["status"] == "off_net") & now["group_code"].map(was).ne("off_net")]
    assert set(lost["group_code"]) == told


def test_members_of_a_merged_group_move_to_its_successor() -> None:
    province = opening(Plan(groups=2000, members=20_000, months=12, seed=5))
    merged = None
    for month in province.plan.calendar:
        sizes = province.members.group.copy()
        live(province, month)
        merged = next((e for e in province.chronicle["lost_groups"] if e["successor_code"]), None)
        if merged:
            break
    assert merged is not None
    codes = province.groups.codes.tolist()
    left, heir = codes.index(merged["group_code"]), codes.index(merged["successor_code"])
    assert (province.members.group == left).sum() == 0
    assert (province.members.group == heir).sum() >= (sizes == heir).sum()
