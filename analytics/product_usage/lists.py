"""Declare the tables of single groups: who uses what, what groups lack, one group's products."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from analytics.product_usage.tables import (
    counted,
    family_name,
    no_orders,
    no_users,
    paid,
    share_note,
)
from analytics.unit_tables import SIZE_BANDS
from core.table import Column, Filter, Table
from warehouse.dictionary_names import name_said
from warehouse.models import Product

Link = Callable[[Any], str]


def usage_table(products: Iterable[Product], link: Link) -> Table:
    """Declare which group uses what 使用清单."""
    names = {product.code: product.name for product in products}
    counts = (
        ("users", _("用户数（户次）"), True),
        ("member_users", _("其中成员户次"), True),
        ("billed_users", _("出账用户"), False),
    )
    amounts = (
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
                Column(name, label, "int", sort=name, reason=no_users, in_page=shown)
                for name, label, shown in counts
            ),
            *(
                Column(name, label, "money", sort=name, reason=no_orders, in_page=shown)
                for name, label, shown in amounts
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


def lacking_table(link: Link) -> Table:
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
            Column("product", _("缺少的产品"), "text", sort="product"),
            Column("product_code", _("产品编码"), "text", in_page=False),
            Column(
                "similar", _("同类"), "text",
                value=lambda row: (
                    f"{name_said(row.industry) or row.industry_code}"
                    f" · {sizes.get(str(row.size_band), row.size_band)}"
                ),
            ),
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
            counted("users", _("用户数（户次）")),
            counted("billed_users", _("出账用户"), in_page=False),
            paid("amount_li", _("订购金额"), in_page=True),
            *_similar_columns(),
        ),
    )  # fmt: skip
