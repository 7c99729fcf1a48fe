"""Declare what a group uses and brings: products, contracts, incomes, fees 产品视图、收入视图."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.table import Column, Table

FEE_LABELS: Mapping[str, Any] = {
    "roaming_li": gettext_lazy("漫游费"),
    "new_business_li": gettext_lazy("新业务费"),
    "long_distance_li": gettext_lazy("长途费"),
    "local_li": gettext_lazy("本地费"),
    "package_li": gettext_lazy("套餐及月租"),
    "other_li": gettext_lazy("其他"),
}


def products_table() -> Table:
    """Declare the products in use 在用产品, amounts by payer."""
    return Table(
        name="products",
        title=_("在用产品"),
        searchable=False,
        columns=(
            Column("product", _("产品"), "text"),
            *(
                Column(name, label, "int", value=_count(name))
                for name, label in (
                    ("users", _("使用用户数")),
                    ("member_users", _("成员用户数")),
                    ("billed_users", _("计费用户数")),
                )
            ),
            *(
                Column(name, label, "money", value=_count(name))
                for name, label in (
                    ("amount_li", _("出账收入")),
                    ("group_paid_li", _("集团付")),
                    ("member_paid_li", _("成员付")),
                    ("outsider_paid_li", _("外部付")),
                )
            ),
            Column("share", _("同类使用率"), "ratio", reason=lambda row: _("同类集团不足 3 个")),
        ),
    )


def _count(measure: str) -> Any:
    return lambda row: row.count(measure)


def lacks_table() -> Table:
    """Declare what similar groups have and this one lacks 同类集团有而本集团没有."""
    return Table(
        name="lacks",
        title=_("同类集团常用而本集团未用的产品"),
        searchable=False,
        columns=(
            Column("product", _("产品"), "text"),
            Column(
                "share", _("同类使用率"), "ratio",
                note=lambda row: f"{row.adoption.n_using}/{row.adoption.n_similar}",
            ),
        ),
    )  # fmt: skip


def contracts_table() -> Table:
    """Declare the contracts 合同 with the days left."""
    return Table(
        name="contracts",
        title=_("合同"),
        searchable=False,
        columns=(
            Column("product", _("产品"), "text"),
            Column("start", _("开始日期"), "date"),
            Column("end", _("结束日期"), "date"),
            Column("amount_li", _("合同金额"), "money"),
            Column("due", _("到期提示"), "text"),
        ),
    )


def incomes_table() -> Table:
    """Declare the incomes of the 13 months 收入明细."""
    return Table(
        name="incomes",
        title=_("收入明细"),
        searchable=False,
        columns=(
            Column("label", _("账期"), "text"),
            *(
                Column(name, label, "money", reason=lambda row: row["reason"])
                for name, label in (
                    ("total_income_li", _("集团整体收入")),
                    ("unified_pay_li", _("统付收入")),
                    ("personal_bill_li", _("个人账单收入")),
                    ("ict_li", _("信息化收入")),
                    ("outsider_li", _("外部付费")),
                )
            ),
        ),
    )


def fees_table() -> Table:
    """Declare the fee composition 收入成分, for account managers only."""
    return Table(
        name="fees",
        title=_("成员收入成分"),
        searchable=False,
        columns=(
            Column("label", _("费用项"), "text"),
            Column("amount_li", _("金额"), "money"),
            Column("share", _("占比"), "ratio", reason=lambda row: _("没有成员费用")),
        ),
    )
