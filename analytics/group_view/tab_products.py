"""Show 产品视图: products in use, contracts, what similar groups have and this one lacks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.group_view import value_tables as tables
from analytics.group_view.room import DUE_DAYS
from analytics.group_view.tab import Tab
from core import formats
from core.parts import PageState
from core.table import TableView


class ProductsTab(Tab):
    """Draw products and contracts."""

    def tables(self) -> tuple[TableView, ...]:
        """Return products in use, what is lacking, and contracts."""
        used = [row for row in self.group.products if row.used is not None]
        lacks = [row for row in self.group.products if row.lacks]
        nothing = PageState("empty", _("本月没有在用产品"), _("产品订购和产品使用中没有该集团。"))
        return (
            self.whole(tables.products_table(), used, empty=nothing),
            self.whole(tables.lacks_table(), lacks, empty=self.nothing_lacks()),
            self.contracts(),
        )

    def nothing_lacks(self) -> PageState:
        """Say that nothing is lacking, or that there is nothing to compare with."""
        if any(row.share is not None for row in self.group.products):
            text = _("同类集团有三成以上使用的产品，本集团都已使用。")
            return PageState("empty", _("没有缺少的产品"), text)
        text = _("同行业、同规模的集团不足 3 个，或它们本月没有在用产品。")
        return PageState("masked", _("没有可比较的同类集团"), text)

    def contracts(self) -> TableView:
        """Return the contracts, those that end first on top."""
        missing = not self.group.has("contracts")
        title = _("本月没有合同清单") if missing else _("没有登记合同")
        note = _("到期天数自 {day} 起计").format(day=formats.day(self.group.counted_from))
        return self.whole(
            tables.contracts_table(),
            self.contract_rows(),
            empty=PageState("empty", title, ""),
            note=note,
        )

    def contract_rows(self) -> list[dict[str, Any]]:
        """Return the contracts with product and warning."""
        names = {each.product_code: each.product for each in self.group.products}
        rows = [
            {
                **row,
                "product": names.get(row["product_code"] or "", row["product_code"] or "—"),
                "due": due_said(self.group.days_to(row["end"])),
            }
            for row in self.group.rows("contracts")
        ]
        return sorted(rows, key=lambda row: (row["end"] is None, row["end"], row["product"]))


def due_said(left: int | None) -> str:
    """Say that a contract ends soon, or has ended."""
    if left is None or left > DUE_DAYS:
        return "—"
    if left < 0:
        return ngettext("已到期 {n} 天", "已到期 {n} 天", -left).format(n=-left)
    return ngettext("{n} 天后到期", "{n} 天后到期", left).format(n=left)
