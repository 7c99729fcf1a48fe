"""Declare the 11 indicators of 集团及成员分析, and what stands beside them."""

from __future__ import annotations

from analytics.product_indicators import AGRI, BANK, POLICE, RINGBACK, SCHOOL
from core.indicator import Better, Indicator, Unit

__all__ = ["AGRI", "BANK", "POLICE", "RINGBACK", "SCHOOL"]


def _declare(
    code: str,
    label: tuple[str, str],
    unit: Unit,
    formula: tuple[str, str],
    *,
    better: Better = "up",
    parts: tuple[str, str] | None = None,
    places: int | None = None,
) -> Indicator:
    numerator, denominator = parts or (code, "")
    return Indicator(
        code, *label, unit, *formula, "org_month", better, numerator, denominator, places=places
    )


N_VNET = _declare(
    "n_vnet",
    ("V网用户数", "V-net users"),
    "people",
    (
        "月末开通V网的成员，按成员清单计人；产品使用情况按产品使用清单计户次，两者可以不同",
        "Members flagged in the member list as in the closed user group at month end; product"
        " usage counts uses in its own list, so the two may differ",
    ),
)
OFF_NET_RATE = _declare(
    "off_net_ratio",
    ("成员离网率", "Member off-net rate"),
    "ratio",
    (
        "当月离网成员 ÷ 上月末与本月末成员数的平均 ÷（当月天数 × 12 ÷ 全年天数）",
        "Members off net ÷ mean of last and this month-end's members ÷ (days × 12 ÷ days of year)",
    ),
    better="down",
    parts=("n_off_net", "off_net_base"),
    places=2,  # about one in a hundred: a single decimal would tell hardly any unit apart
)
OFF_NET_OF_BASE = _declare(
    "off_net_of_base_ratio",
    ("离网占上月末成员", "Off net of last month's members"),
    "ratio",
    ("当月离网成员 ÷ 上月末成员数", "Members off net ÷ members at last month's end"),
    better="down",
    parts=("n_off_net", "n_members_prev"),
    places=2,
)
SNAPSHOT_BASE = _declare(
    "n_snapshot_base",
    ("拍照用户基数", "Snapshot base"),
    "people",
    ("最新一批拍照用户的固定基数", "Fixed base of the newest snapshot cohort"),
    better="neutral",
)
SNAPSHOT_KEPT = _declare(
    "n_snapshot_kept",
    ("拍照用户数", "Snapshot users kept"),
    "people",
    (
        "拍照用户中仍保有的：未销户，且近三个月不是每月账单都低于 50 元",
        "Of the snapshot users: not cancelled, and not below 50 CNY in each of 3 months",
    ),
)
SNAPSHOT_RETENTION = _declare(
    "snapshot_retention",
    ("拍照用户保有率", "Snapshot retention"),
    "ratio",
    ("保有拍照用户 ÷ 拍照用户基数", "Snapshot users kept ÷ snapshot base"),
    better="up",
    parts=("n_snapshot_kept", "n_snapshot_base"),
)
MEAN_TENURE = _declare(
    "mean_tenure_months",
    ("平均在网时长", "Mean tenure"),
    "months",
    ("成员自开户起的整月数的平均", "Mean of members' whole months since activation"),
    better="up",
    parts=("tenure_months_sum", "n_tenure"),
)
N_LEFT_GROUP = _declare(
    "n_left_group",
    ("退团成员数", "Members who left the group"),
    "people",
    (
        "上月在集团清单、本月不在，且未离网的成员；不计入离网",
        "In last month's list, not in this month's, not off net; never added to off net",
    ),
    better="down",
)
N_OFF_NET = _declare(
    "n_off_net",
    ("离网成员数", "Members off net"),
    "people",
    ("上月末的成员中，当月销户的", "Members of last month's end cancelled in the month"),
    better="down",
)
N_FEW_MEMBER = _declare(
    "n_few_member",
    ("少人集团数", "Groups with few members"),
    "count",
    ("成员数在 1 与少人上限之间的在网集团", "Groups on net with 1 to k members"),
    better="down",
)
N_SHELL = _declare(
    "n_no_valid_member",
    ("空壳集团数", "Shell groups"),
    "count",
    ("有成员但没有一个有效成员的在网集团", "Groups with members of whom none is valid"),
    better="down",
)
N_SILENT = _declare(
    "n_silent",
    ("沉默集团数", "Silent groups"),
    "count",
    (
        "在网但近三个月没有收入的集团",
        "Groups on net without income in the three months to this one",
    ),
    better="down",
)
N_ARREARS_STOP = _declare(
    "n_arrears_stop",
    ("欠费停机成员数", "Members stopped for arrears"),
    "people",
    ("月末状态为欠费停机的成员", "Members whose state at month end is stopped for arrears"),
    better="down",
)
GROUP_LOSS = _declare(
    "group_loss_ratio",
    ("集团流失率", "Group loss rate"),
    "ratio",
    (
        "流失集团 ÷ 上月末与本月末在网集团数的平均",
        "Groups lost ÷ mean of last and this month-end's groups on net",
    ),
    better="down",
    parts=("n_lost_groups", "group_base"),
)
