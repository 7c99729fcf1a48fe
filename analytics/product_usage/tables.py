"""Declare the tables of product usage: by product, by unit, by group, and what groups lack."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.product_usage.indicators import GROUP_PENETRATION, USER_PENETRATION
from analytics.queries import By
from analytics.shares import interval_if_small
from analytics.unit_tables import SIZE_BANDS, UNIT_HEADINGS, climbed, no_rank
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
    interval = interval_if_small(hits, n)
    if interval is None:
        return said
    return f"{said} ({formats.number(interval[0] * 100, 1)}–{formats.ratio(interval[1])})"


def _no_users(row: Any) -> str:
    return _("没有产品使用清单，或没有用户")


def _no_orders(row: Any) -> str:
    return _("没有订购清单，或没有订购")


def _penetration() -> tuple[Column, ...]:
    return (
        Column("n_groups_using", _("使用集团数"), "int", sort="n_groups_using"),
        Column(
            "group_penetration", _("集团渗透率"), "ratio", sort="group_penetration",
            note=lambda row: share_note(row.n_groups_using, row.n_groups),
            reason=lambda row: _("没有在网集团"), help=_help(GROUP_PENETRATION),
        ),
    )  # fmt: skip


def _counted(name: str, label: str, *, in_page: bool = True) -> Column:
    return Column(
        name, label, "int", value=lambda row: row.count(name), sort=name, reason=_no_users,
        in_page=in_page,
    )  # fmt: skip


def _paid(name: str, label: str, *, in_page: bool = False) -> Column:
    return Column(
        name, label, "money", value=lambda row: row.count(name), sort=name, reason=_no_orders,
        in_page=in_page,
    )  # fmt: skip


def _use_and_money() -> tuple[Column, ...]:
    return (
        _counted("users", _("用户数（户次）")),
        _counted("member_users", _("其中成员用户")),
        Column(
            "user_penetration", _("用户渗透率"), "ratio", sort="user_penetration",
            help=_help(USER_PENETRATION), reason=_no_users,
        ),
        _counted("billed_users", _("出账用户"), in_page=False),
        _paid("amount_li", _("订购金额"), in_page=True),
        _paid("group_paid_li", _("集团付费")),
        _paid("member_paid_li", _("成员付费")),
        _paid("outsider_paid_li", _("集团外付费")),
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
            Column("rank", _("排名"), "int", sort="rank", reason=no_rank),
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


def usage_table(products: Iterable[Product], link: Link) -> Table:
    """Declare which group uses what 使用清单."""
    names = {product.code: product.name for product in products}
    counts = (
        ("users", _("用户数"), True),
        ("member_users", _("其中成员用户"), True),
        ("billed_users", _("出账用户"), False),
    )
    paid = (
        ("amount_li", _("订购金额"), True),
        ("group_paid_li", _("集团付费"), True),
        ("member_paid_li", _("成员付费"), False),
        ("outsider_paid_li", _("集团外付费"), False),
    )
    return Table(
        name="usage",
        title=_("使用清单"),
        default_sort="-amount_li",
        search_hint=_("集团名称 / 编码"),
        filters=(Filter("product", _("产品"), tuple(names.items()), field="product_code"),),
        columns=(
            Column(
                "name", _("集团名称"), "text", link=link, wide=True,
                note=lambda row: row["group_code"],
            ),
            Column("group_code", _("集团编码"), "text", sort="group_code", in_page=False),
            Column(
                "product", _("产品"), "text", sort="product_code",
                value=lambda row: names.get(row["product_code"], row["product_code"]),
            ),
            Column("product_code", _("产品编码"), "text", in_page=False),
            Column("n_members", _("成员数"), "int"),
            *(
                Column(name, label, "int", sort=name, reason=_no_users, in_page=shown)
                for name, label, shown in counts
            ),
            *(
                Column(name, label, "money", sort=name, reason=_no_orders, in_page=shown)
                for name, label, shown in paid
            ),
        ),
    )  # fmt: skip


def _similar_note(row: Any) -> str:
    if row.adoption is None or row.share is None:
        return ""
    return share_note(row.adoption.n_using, row.adoption.n_similar)


def _similar_columns() -> tuple[Column, ...]:
    def quartile(name: str, label: str) -> Column:
        return Column(
            name, label, "score", places=0, sort=name,
            value=lambda row: getattr(row.adoption, name) if row.adoption else None,
            reason=lambda row: _("使用的同类集团不足 3 个"),
        )  # fmt: skip

    return (
        Column(
            "share", _("同类使用率"), "ratio", sort="share",
            note=_similar_note,
            reason=lambda row: _("同类集团不足 3 个或都未使用"),
        ),
        quartile("users_q1", _("同类用户数下四分位")),
        quartile("users_median", _("同类用户数中位数")),
        quartile("users_q3", _("同类用户数上四分位")),
    )  # fmt: skip


def lacking_table(industries: Mapping[str, str], link: Link) -> Table:
    """Declare what groups lack 缺少的产品 that similar ones have."""
    sizes = dict(SIZE_BANDS)
    return Table(
        name="lacking",
        title=_("缺少的产品（同类集团至少三成在用）"),
        default_sort="-share",
        columns=(
            Column(
                "name", _("集团名称"), "text", sort="name", link=link, wide=True,
                note=lambda row: row.group_code,
            ),
            Column("group_code", _("集团编码"), "text", in_page=False),
            Column(
                "similar", _("同类"), "text",
                value=lambda row: (
                    f"{industries.get(row.industry_code, row.industry_code)}"
                    f" · {sizes.get(str(row.size_band), row.size_band)}"
                ),
            ),
            Column("product", _("缺少的产品"), "text", sort="product"),
            Column("product_code", _("产品编码"), "text", in_page=False),
            Column("n_members", _("成员数"), "int", sort="n_members"),
            *_similar_columns(),
        ),
    )  # fmt: skip


def group_table() -> Table:
    """Declare the products of one group beside its similar groups."""
    return Table(
        name="group",
        title=_("产品与同类集团"),
        page_size=200,
        searchable=False,
        columns=(
            Column("product", _("产品"), "text", sort="product", lead=True),
            Column("product_code", _("产品编码"), "text", in_page=False),
            Column("family", _("产品大类"), "text", value=lambda row: family_name(row.family)),
            Column(
                "state", _("状态"), "text",
                value=lambda row: _("在用") if row.used is not None
                else _("缺少") if row.lacks else _("未用"),
            ),
            _counted("users", _("用户数")),
            _counted("billed_users", _("出账用户"), in_page=False),
            _paid("amount_li", _("订购金额"), in_page=True),
            *_similar_columns(),
        ),
    )  # fmt: skip
