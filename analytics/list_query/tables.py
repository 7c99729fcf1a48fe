"""Declare the table of looked-up groups 名单查询; the exports and the API have the same columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from core.table import Column, Table
from warehouse.dictionary_names import name_said


def found_table(link: Callable[[Any], str]) -> Table:
    """Declare the groups that were found, in the order they were asked for."""
    return Table(
        name="found",
        title=_("查询结果"),
        default_sort="place",
        page_size=50,
        search_hint=_("名称 / 编码"),
        columns=(
            Column("place", _("序号"), "int", sort="place"),
            Column("group_code", _("集团编码"), "text", sort="group_code"),
            Column("name", _("集团名称"), "text", sort="name", link=link, wide=True, lead=True),
            Column(
                "industry", _("行业"), "text", sort="industry",
                value=lambda row: name_said(row["industry"]),
            ),
            Column("county", _("县区"), "text", sort="county"),
            Column("account_manager", _("客户经理"), "text", sort="account_manager"),
            Column("effective_grade", _("生效等级"), "grade", sort="effective_grade"),
            Column("suggested_grade", _("建议等级"), "grade", sort="suggested_grade"),
            Column(
                "score", _("评分"), "score", sort="score",
                reason=lambda row: _("指标不足，未评分"),
            ),
            Column(
                "score_change", _("评分环比"), "delta", better="up", sort="score_change",
                reason=lambda row: _("上月没有评分"),
            ),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            Column("total_income_li", _("集团整体收入"), "money", sort="total_income_li"),
            Column("unified_pay_li", _("统付收入"), "money", sort="unified_pay_li"),
            Column("personal_bill_li", _("个人账单收入"), "money", sort="personal_bill_li"),
            Column("ict_li", _("信息化收入"), "money", sort="ict_li"),
        ),
    )  # fmt: skip
