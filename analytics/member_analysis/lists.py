"""Declare the lists 清单 of single groups: all of them, and those to clean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from analytics.indicators import VALID_MEMBER_RATIO
from analytics.member_analysis import indicators as own
from analytics.member_analysis.compute import VALID_TARGET
from analytics.member_analysis.tables import interval_short, label_of, reason_of
from analytics.unit_tables import SIZE_BANDS
from core.indicator import Indicator
from core.table import Column, Filter, Table

Link = Callable[[Any], str]


def list_title(which: str, few_members: int) -> str:
    """Name a list; the run's limit of 少人集团 stands in its title."""
    return {
        "groups": _("集团清单"),
        "no_use": _("三无成员"),
        "no_member": _("无人集团"),
        "few_member": _("少人集团（1–{k} 人）").format(k=few_members),
        "shell": _("空壳集团"),
        "silent": _("沉默集团"),
        "new": _("新增集团"),
        "duplicates": _("重复归属"),
    }[which]


def groups_table(
    which: str, industries: Iterable[tuple[str, str]], link: Link, few_members: int
) -> Table:
    """Declare a list of one account manager's groups 集团清单."""
    names = dict(industries)
    no_use = which == "no_use"
    return Table(
        name="groups",
        title=list_title(which, few_members),
        default_sort="-n_no_use" if no_use else "-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        filters=(
            Filter("industry", _("行业"), tuple(names.items()), field="industry_code"),
            Filter("size_band", _("规模"), SIZE_BANDS, field="size_band"),
        ),
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="pinyin", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", sort="group_code", in_page=False),
            Column(
                "industry", _("行业"), "text", sort="industry_code",
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            *_member_columns(which),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
        ),
    )  # fmt: skip


def _member_columns(which: str) -> tuple[Column, ...]:
    def no_use(row: Any) -> str:
        return interval_short(row["n_no_use"], row["n_members"])

    return (
        Column("n_members", _("成员数"), "int", sort="n_members"),
        _count(own.N_VNET, in_page=which == "groups"),
        _count(own.N_OFF_NET, in_page=which == "groups"),
        Column(
            "off_net_of_base", label_of(own.OFF_NET_OF_BASE), "ratio", sort="off_net_of_base",
            in_page=which == "groups", reason=lambda row: reason_of(own.OFF_NET_OF_BASE),
            note=lambda row: interval_short(row["n_off_net"], row["n_members_prev"]),
        ),
        Column(
            "valid_ratio", label_of(VALID_MEMBER_RATIO), "bar", sort="valid_ratio",
            target=VALID_TARGET, in_page=which in ("groups", "few_member"),
            reason=lambda row: reason_of(VALID_MEMBER_RATIO),
        ),
        Column("needed", _("还需有效成员"), "int", sort="needed", in_page=which == "groups"),
        Column("n_no_use", _("三无成员"), "int", sort="n_no_use", in_page=which != "groups"),
        Column(
            "no_use_ratio", _("三无占比"), "ratio", sort="no_use_ratio", note=no_use,
            in_page=which == "no_use",
        ),
        Column("n_orders", _("订购数"), "int", sort="n_orders",
               in_page=which in ("no_member", "silent")),
        Column("mean_tenure", label_of(own.MEAN_TENURE), "months", sort="mean_tenure",
               in_page=which == "groups"),
        Column("tenure_median", _("在网时长中位数"), "months", sort="tenure_median", in_page=False),
        *(
            _count(each, in_page=False)
            for each in (
                own.SCHOOL, own.BANK, own.POLICE, own.AGRI, own.RINGBACK, own.N_LEFT_GROUP,
                own.SNAPSHOT_BASE, own.SNAPSHOT_KEPT,
            )
        ),
        Column("retention", label_of(own.SNAPSHOT_RETENTION), "ratio", in_page=False),
    )  # fmt: skip


def _count(indicator: Indicator, *, in_page: bool) -> Column:
    return Column(
        indicator.code,
        label_of(indicator),
        "int",
        sort=indicator.code,
        in_page=in_page,
        reason=lambda row: reason_of(indicator),
    )


def duplicates_table(link: Link) -> Table:
    """Declare the list of duplicate memberships 重复归属."""
    return Table(
        name="groups",
        title=list_title("duplicates", 0),
        default_sort="name",
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="name", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", in_page=False),
            Column("member_id", _("用户标识"), "text", sort="member_id"),
            Column(
                "owner_name", _("计入集团"), "text", sort="owner_name",
                reason=lambda row: _("计入其他客户经理的集团"),
                note=lambda row: row["owner_group_code"],
            ),
        ),
    )  # fmt: skip
