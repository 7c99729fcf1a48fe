"""Declare the pivot table 透视表: its columns are the values of a dimension."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from analytics.multi_dimensional.compute import Pivot, PivotRow, Value
from core.parts import Words
from core.table import Column, Table


def pivot_table(
    pivot: Pivot, *, money: bool, heading: Words, title: Words, link: Callable[[PivotRow], str]
) -> Table:
    """Declare rows × columns with the total of each row; the totals line sums the columns."""
    return Table(
        name="pivot",
        title=title,
        page_size=200,
        row_url=link,
        columns=(
            Column("code", _("编码"), "text", in_page=False),
            Column("name", heading, "text", link=link, lead=True),
            *(_value_column(f"c_{code}", name, code, money=money) for code, name in pivot.columns),
            _total_column(money=money),
        ),
    )


def _value_column(name: str, label: str, code: str, *, money: bool) -> Column:
    def value(row: PivotRow) -> Value:
        return row.cells.get(code)

    return Column(
        name, label, "money" if money else "int", value=value, sort=name, scale="wan",
        reason=lambda row: _("没有这样的集团，或没有该项数据"),
    )  # fmt: skip


def _total_column(*, money: bool) -> Column:
    return Column(
        "total", _("合计"), "money" if money else "int", sort="total", scale="wan",
        reason=lambda row: _("没有这样的集团，或没有该项数据"),
    )  # fmt: skip
