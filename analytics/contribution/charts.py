"""Turn contribution into charts 图表: the disjoint stack, the trend, the curve of concentration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from analytics.contribution.compute import Point, UnitIncome
from core import chart_theme as theme
from core import formats
from core.cells import in_brackets
from core.chart_note import not_drawn
from core.chart_stack import Part, Stack, stacked_bars
from core.charts import Bar, Drawing, Line, bar_by_unit, line_trend
from core.month import Month
from core.parts import ChartTable

MOST_BARS = 30


def stack_chart(units: Sequence[UnitIncome], link: Callable[[str], str]) -> Drawing:
    """Draw the four disjoint parts 构成 of each unit's total; the largest units first."""
    parts = (
        Part(_("统付-信息化")),
        Part(_("统付-其他")),
        Part(_("个人-信息化")),
        Part(_("个人-其他"), "$rest"),
    )
    stacks = [Stack(unit.name, unit.parts, link(unit.code)) for unit in units[:MOST_BARS]]
    return stacked_bars(parts, stacks, measure="li")


def share_chart(units: Sequence[UnitIncome], link: Callable[[str], str]) -> Drawing:
    """Draw the share of operating income 占运营收入比 by unit, the highest first."""
    known = [unit for unit in units if unit.operating_share is not None]
    known.sort(key=lambda unit: (-(unit.operating_share or 0), unit.code))
    bars = [Bar(unit.name, unit.operating_share, link(unit.code)) for unit in known[:MOST_BARS]]
    drawing = bar_by_unit(bars, measure="ratio", label=_("占运营收入比"))
    without = [unit.name for unit in units if unit.operating_share is None]
    return replace(drawing, note=not_drawn(without=without))


def trend_chart(
    months: Sequence[Month], series: Callable[[str], tuple[float | None, ...]]
) -> Drawing:
    """Draw total, unified pay and personal bills 走势 over the months."""
    lines = [
        Line(_("集团整体收入"), series("total_income_li")),
        Line(_("个人账单收入"), series("personal_bill_li")),
        Line(_("统付收入"), series("unified_pay_li")),
        Line(_("信息化收入"), series("ict_li")),
    ]
    return line_trend(months, lines, measure="li")


def curve_chart(points: Sequence[Point]) -> Drawing:
    """Draw share of groups against share of income 集中度曲线."""
    curve = [point for point in points if point.point and point.income_share is not None]
    xs = [0.0, *(point.groups_share for point in curve)]
    ys = [0.0, *(point.income_share for point in curve)]
    rows = tuple(
        (
            formats.ratio(point.groups_share, 0) + in_brackets(formats.number(point.n_top)),
            formats.ratio(point.income_share),
        )
        for point in curve
    )
    words = [formats.ratio(mark / 100, 0) for mark in range(0, 101, 20)]
    axis: dict[str, Any] = {
        "gridcolor": "rgba(0,0,0,0)", "tickmode": "array",
        "tickvals": [mark / 100 for mark in range(0, 101, 20)],
        "ticktext": words, "tickangle": 0,
    }  # fmt: skip
    layout = theme.base_layout(
        300,
        xaxis={**theme.value_axis(**axis), "range": [0, 1.01], "title": _title(_("累计集团占比"))},
        yaxis={**theme.value_axis(**axis), "range": [0, 1.04], "title": _title(_("累计收入占比"))},
        shapes=[
            {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "layer": "above",
             "line": {"color": "$muted", "width": 1, "dash": "dot"}}
        ],
    )  # fmt: skip
    trace = {
        "type": "scatter",
        "mode": "lines+markers",
        "x": xs,
        "y": ys,
        "fill": "tozeroy",
        "fillcolor": "$tint",
        "line": {"color": "$accent", "width": 2.5},
        "marker": {"color": "$accent", "size": 5},
        "hovertext": ["", *(f"{groups} → {income}" for groups, income in rows)],
        "hovertemplate": "<b>%{hovertext}</b><extra></extra>",
    }
    table = ChartTable((_("收入最高的集团占比（个数）"), _("收入占比")), rows)
    return Drawing({"data": [trace], "layout": layout, "measure": "ratio"}, table)


def _title(words: str) -> dict[str, Any]:
    return {"text": words, "font": theme.AXIS_FONT, "standoff": 6}
