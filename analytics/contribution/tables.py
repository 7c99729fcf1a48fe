"""Declare the tables of contribution: totals by unit, and groups one by one 集团清单."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from analytics.contribution.compute import UnitIncome
from analytics.queries import By
from analytics.unit_tables import (
    SIZE_BANDS,
    UNIT_HEADINGS,
    UNIT_TITLES,
    Totals,
    climbed,
    no_rank,
)
from core.table import Column, Filter, Table


def _wan(name: str, label: str, *, in_page: bool = True, help: str = "") -> Column:
    return Column(
        name, label, "money", sort=name, scale="wan", reason=no_orders, in_page=in_page, help=help
    )


def units_table(by: By, link: Callable[[str], str], comparison: str) -> Table:
    """Declare the totals by unit 单元明细; ``link`` drills down."""
    return Table(
        name="units",
        title=UNIT_TITLES[by],
        default_sort="rank",
        page_size=200,
        row_url=lambda row: link(row.code),
        columns=(
            Column("rank", _("排名"), "int", sort="rank", reason=no_rank, totalled=False,
                   help=_("按集团整体收入从高到低")),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column(
                "name", UNIT_HEADINGS[by], "text", sort="name", link=lambda row: link(row.code),
                lead=True,
            ),
            Column("n_groups", _("集团客户数"), "int", sort="n_groups"),
            _wan("total_income_li", _("集团整体收入")),
            _percent(comparison, no_earlier_total),
            Column(
                "operating_share", _("占运营收入比"), "ratio", sort="operating_share",
                reason=no_operating_income, help=_("集团整体收入 ÷ 运营收入（不含非签约）"),
                in_page=by != "account_manager",  # people have no operating income
            ),
            _wan("unified_pay_li", _("统付")),
            _wan("personal_bill_li", _("个人账单")),
            _wan("ict_li", _("信息化收入"), help=_("不论付费方，含集团外付费；不再加入整体收入")),
            _wan("outsider_li", _("集团外付费"), help=_("不计入集团整体收入")),
            _wan("unified_ict_li", _("统付-信息化"), in_page=False),
            _wan("unified_other_li", _("统付-其他"), in_page=False),
            _wan("personal_ict_li", _("个人-信息化"), in_page=False),
            _wan("personal_other_li", _("个人-其他"), in_page=False),
            Column(
                "arpu_li", _("ARPU"), "money", sort="arpu_li", places=2, value=_whole_arpu,
                reason=no_previous_members,
            ),
            _wan("operating_income_li", _("运营收入"), in_page=False),
        ),
    )  # fmt: skip


def _percent(label: str, reason: Callable[[Any], str]) -> Column:
    return Column(
        "change_ratio", label, "ratio", sort="change_ratio", reason=reason,
        signed=True, better="up",
    )  # fmt: skip


def _value(row: Any, name: str) -> Any:
    return row.get(name) if isinstance(row, dict) else getattr(row, name)


def _whole_arpu(row: Any) -> int | None:
    """Round to whole 厘: it is shown and exported as money."""
    value = _value(row, "arpu_li")
    return None if value is None else round(value)


def no_orders(row: Any) -> str:
    """Say why an income is missing."""
    return _("本月没有订购数据")


def no_earlier_total(row: Any) -> str:
    """Say why a change is missing."""
    return _("对比月份没有数据")


def no_previous_members(row: Any) -> str:
    """Say why ARPU is missing."""
    return _("没有上月末成员数或没有成员")


def no_operating_income(row: UnitIncome) -> str:
    """Say why the share of operating income is missing."""
    return _("没有该单元的运营收入")


def groups_table(
    industries: Iterable[tuple[str, str]], link: Callable[[Any], str], *, with_person: bool
) -> Table:
    """Declare the groups with what each brings 集团清单."""
    names = dict(industries)
    return Table(
        name="groups",
        title=_("集团贡献清单"),
        default_sort="-total_income_li",
        search_hint=_("名称 / 编码 / 拼音首字母"),
        row_url=link,
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
            Column("effective_grade", _("生效等级"), "grade", sort="effective_grade"),
            Column(
                "account_manager", _("客户经理"), "text", sort="account_manager_code",
                in_page=with_person,
            ),
            Column(
                "industry", _("行业"), "text", sort="industry_code", in_page=False,
                value=lambda row: names.get(row["industry_code"], row["industry_code"]),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            _yuan("total_income_li", _("集团整体收入")),
            _percent(_("环比"), lambda row: _("上月没有收入")),
            _yuan("unified_pay_li", _("统付")),
            _yuan("personal_bill_li", _("个人账单")),
            _yuan("ict_li", _("信息化收入"), help=_("不论付费方，含集团外付费；不再加入整体收入")),
            _yuan("outsider_li", _("集团外付费"), help=_("不计入集团整体收入")),
            Column(
                "arpu_li", _("ARPU"), "money", sort="arpu_li", places=2, value=_whole_arpu,
                reason=no_previous_members,
            ),
        ),
    )  # fmt: skip


def groups_total(whole: UnitIncome) -> Totals:
    """Return the totals line 合计 of the groups: their unit's own figures."""
    names = (
        "n_members", "total_income_li", "change_ratio", "unified_pay_li", "personal_bill_li",
        "ict_li", "outsider_li", "arpu_li",
    )  # fmt: skip
    return Totals({name: getattr(whole, name) for name in names}, name=_("合计"))


def _yuan(name: str, label: str, *, help: str = "") -> Column:
    return Column(name, label, "money", sort=name, reason=no_orders, help=help)
