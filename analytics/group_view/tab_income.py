"""Show 收入视图: the incomes and their course; the fee composition for account managers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from analytics.group_view import charts, queries
from analytics.group_view import value_tables as tables
from analytics.group_view.parts import Fact, Section
from analytics.group_view.tab import Tab
from core import formats
from core.parts import ChartCard, PageState
from core.table import TableView


class IncomeTab(Tab):
    """Draw the incomes."""

    def sections(self) -> tuple[Section, ...]:
        """Return the split of the month."""
        facts = self.group.facts
        shown = (
            (_("集团整体收入"), facts.total_income_li, ""),
            (_("统付收入"), facts.unified_pay_li, ""),
            (_("个人账单收入"), facts.personal_bill_li, ""),
            (_("信息化收入"), facts.ict_li, _("与各付费方收入重叠，不相加")),
            (_("外部付费"), facts.outsider_li, _("不计入集团整体收入")),
        )
        return (
            Section(
                _("收入"),
                tuple(Fact(label, _money(li), note=note) for label, li, note in shown),
            ),
        )

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the course of 13 months."""
        drawing = charts.income_chart(self.group.months, self.group.history)
        return (self.frame("incomes", _("收入走势"), drawing, _("元"), span=12),)

    def tables(self) -> tuple[TableView, ...]:
        """Return the fee composition where it is open, and the months."""
        months = self.whole(tables.incomes_table(), self.month_rows())
        if not self.group.sees("fee_composition"):
            return (months,)
        return (self.whole(tables.fees_table(), self.fee_rows()), months)

    def month_rows(self) -> list[dict[str, Any]]:
        """Return the incomes by month, newest first; a month without the group says so.

        Months before the first one with the group are left out.
        """
        known = [i for i, row in enumerate(self.group.history) if row]
        first = known[0] if known else 0
        months, history = self.group.months[first:], self.group.history[first:]
        return [
            {
                **{name: getattr(row, name, None) for name in queries.INCOMES},
                "label": formats.month(month),
                "reason": _("缺少该项数据") if row else _("当月没有该集团的已发布结果"),
            }
            for month, row in reversed(list(zip(months, history, strict=True)))
        ]

    def fee_rows(self) -> list[dict[str, Any]]:
        """Return the six fees with their shares."""
        amounts = {name: getattr(self.group.facts, name) for name in queries.FEES}
        total = sum(amount or 0 for amount in amounts.values())
        return [
            {
                "label": str(tables.FEE_LABELS[name]),
                "amount_li": amount,
                "share": amount / total if amount is not None and total else None,
            }
            for name, amount in amounts.items()
        ]

    def notices(self) -> tuple[PageState, ...]:
        """Say that the composition is closed."""
        if self.group.sees("fee_composition"):
            return ()
        text = _("此处只显示收入合计。")
        return (PageState("forbidden", _("收入成分不对管理角色开放"), text),)


def _money(li: int | None) -> str:
    return "—" if li is None else str(formats.money(li))
