"""Declare the tables of product usage: by product, by unit, by group, and what groups lack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.product_usage.indicators import GROUP_PENETRATION, USER_PENETRATION
from analytics.queries import By
from analytics.shares import interval_if_small
from analytics.unit_tables import UNIT_HEADINGS, climbed, interval_note, no_rank
from core import formats
from core.indicator import Indicator
from core.table import Column, Filter, Table
from warehouse.models import Product

Link = Callable[[Any], str]
FAMILIES = (
    ("standard", gettext_lazy("标准产品")),
    ("industry_application", gettext_lazy("行业应用")),
    ("member_bill", gettext_lazy("成员账单")),
    ("other", gettext_lazy("其他")),
)


def family_name(family: str) -> str:
    """Return a product family in words 产品大类."""
    return str(dict(FAMILIES).get(family, family))


def _help(indicator: Indicator) -> str:
    return indicator.formula_zh if formats.is_chinese() else indicator.formula_en


def share_note(hits: int | None, n: int | None) -> str:
    """Print numerator and denominator; below 30 cases the 95 % interval as well."""
    if hits is None or not n:
        return ""
    said = f"{formats.number(hits)}/{formats.number(n)}"
    return f"{said} {interval_note(interval_if_small(hits, n))}".rstrip()


def no_users(row: Any) -> str:
    """Say why there are no users."""
    return _("没有产品使用清单，或没有用户")


def no_orders(row: Any) -> str:
    """Say why there is no amount."""
    return _("本月没有订购清单")


def _penetration() -> tuple[Column, ...]:
    return (
        Column("n_groups_using", _("使用集团数"), "int", sort="n_groups_using"),
        Column(
            "group_penetration", _("集团渗透率"), "ratio", sort="group_penetration",
            note=lambda row: share_note(row.n_groups_using, row.n_groups),
            reason=lambda row: _("没有在网集团"), help=_help(GROUP_PENETRATION),
        ),
    )  # fmt: skip


def counted(name: str, label: str, *, in_page: bool = True) -> Column:
    """Declare a count of a product."""
    return Column(
        name, label, "int", value=lambda row: row.count(name), sort=name, reason=no_users,
        in_page=in_page,
    )  # fmt: skip


def paid(name: str, label: str, *, in_page: bool = False) -> Column:
    """Declare an amount of a product."""
    return Column(
        name, label, "money", value=lambda row: row.count(name), sort=name, reason=no_orders,
        in_page=in_page,
    )  # fmt: skip


def _use_and_money() -> tuple[Column, ...]:
    return (
        counted("users", _("用户数（户次）")),
        counted("member_users", _("其中成员户次")),
        Column(
            "user_penetration", _("用户渗透率"), "ratio", sort="user_penetration",
            help=_help(USER_PENETRATION), reason=no_users,
        ),
        counted("billed_users", _("出账用户"), in_page=False),
        paid("amount_li", _("订购金额"), in_page=True),
        paid("group_paid_li", _("集团付费")),
        paid("member_paid_li", _("成员付费")),
        paid("outsider_paid_li", _("集团外付费")),
    )  # fmt: skip


def products_table(link: Link) -> Table:
    """Declare the table by product 产品明细."""
    return Table(
        name="products",
        title=_("产品明细"),
        page_size=200,
        row_url=link,
        filters=(Filter("family", _("产品大类"), FAMILIES),),
        columns=(
            Column("name", _("产品"), "text", sort="name", link=link, lead=True),
            Column("code", _("产品编码"), "text", in_page=False),
            Column(
                "family", _("产品大类"), "text", sort="family",
                value=lambda row: family_name(row.family),
            ),
            *_penetration(),
            Column(
                "groups_moved", _("集团数变动"), "delta", places=0, better="up",
                value=lambda row: row.moved("n_groups_using"), sort="groups_moved",
                reason=lambda row: _("对比月份没有数据"),
            ),
            *_use_and_money(),
        ),
    )  # fmt: skip


def units_table(by: By, product: Product, link: Link) -> Table:
    """Declare one product by unit 单元明细."""
    return Table(
        name="units",
        title=_("{product}使用明细").format(product=product.name),
        default_sort="rank",
        page_size=200,
        row_url=link,
        columns=(
            Column(
                "rank",
                _("排名"),
                "int",
                sort="rank",
                reason=no_rank,
                totalled=False,
                help=_("按集团渗透率从高到低"),
            ),
            Column("moved", _("变化"), "text", value=climbed, export=False, api=False),
            Column("rank_change", _("名次变化"), "int", in_page=False),
            Column("code", _("编码"), "text", in_page=False),
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=link, lead=True),
            *_penetration(),
            Column("n_groups", _("集团客户数"), "int", sort="n_groups"),
            *_use_and_money(),
            Column("n_members", _("成员数"), "int", sort="n_members", in_page=False),
        ),
    )
