"""Turn elasticities into charts 图表: η first, ε beside it, the income at the end of each line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.units import UnitElasticity
from analytics.price_elasticity.words import REFUSAL_LABELS, STREAM_LABELS, decimal, interval, shown
from core import chart_theme as theme
from core import formats
from core.chart_axis import shortened, ticks
from core.charts import Bar, ChartTable, Drawing, Line, horizontal_bars, line_trend
from core.month import Month

_ROW = 46
_WIDEST = 8.0  # an interval that goes on beyond ends in an arrow


def elasticity_bars(
    units: Sequence[UnitElasticity], labels: Sequence[str], urls: Sequence[str]
) -> Drawing:
    """Draw η and ε as lying bars, one pair a unit or stream, with the stream's income beside."""
    rows = tuple(
        (
            label,
            shown(unit.eta, masked=unit.masked),
            shown(unit.epsilon, masked=unit.masked),
            str(formats.money(unit.income_li)),
            f"{formats.number(unit.n_measured)}/{formats.number(unit.n_groups)}",
        )
        for label, unit in zip(labels, units, strict=True)
    )
    known = [v for unit in units for v in (unit.eta, unit.epsilon) if v is not None] or [0.0]
    points, words = ticks(min([-0.5, *known]), max([0.5, *known]), "elasticity")
    for_words = 0.22 * (points[-1] - points[0])
    names = [shortened(label, 10) for label in labels]
    layout = theme.base_layout(
        70 + _ROW * max(len(units), 2),
        showlegend=True,
        legend=theme.legend(),
        barmode="group",
        bargap=0.35,
        margin={"l": 8, "r": 16, "t": 34, "b": 8, "pad": 4},
        xaxis=theme.value_axis(
            tickmode="array",
            tickvals=points,
            ticktext=words,
            range=[points[0] - (for_words if min(known) < 0 else 0.12), points[-1] + for_words],
            domain=[0, 0.78],
            zeroline=True,
            zerolinecolor="$muted",
            rangemode="normal",
            tickangle=0,
        ),
        yaxis={
            **theme.name_axis(tickmode="array", showline=False, tickangle=0),
            "type": "linear",
            "tickvals": list(range(len(names))),
            "ticktext": names,
            "range": [len(names) - 0.4, -0.6],
        },
        annotations=[_income_word(place, unit) for place, unit in enumerate(units)],
    )
    said = [" · ".join(row) for row in rows]
    traces = [
        _pair_trace(_("收入弹性 η"), "$accent", [unit.eta for unit in units], urls, said),
        _pair_trace(_("需求弹性 ε"), "$rest", [unit.epsilon for unit in units], urls, said),
    ]
    headings = (_("名称"), _("收入弹性 η"), _("需求弹性 ε"), _("收入"), _("可测算/全部集团"))
    figure = {"data": traces, "layout": layout, "measure": "elasticity"}
    return Drawing(figure, ChartTable(headings, rows))


def _pair_trace(
    name: str, token: str, values: list[float | None], urls: Sequence[str], said: Sequence[str]
) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": values,
        "y": list(range(len(values))),
        "text": [decimal(value) for value in values],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "marker": {"color": token},
        "customdata": list(urls),
        "hovertext": list(said),
        "hovertemplate": "<b>%{hovertext}</b><extra></extra>",
    }


def _income_word(place: int, unit: UnitElasticity) -> dict[str, Any]:
    return {
        "xref": "paper", "x": 1, "xanchor": "right", "y": place, "showarrow": False,
        "text": str(formats.money(unit.income_li)), "font": theme.AXIS_FONT,
    }  # fmt: skip


def streams_chart(streams: Mapping[str, UnitElasticity], urls: Mapping[str, str]) -> Drawing:
    """Draw the three streams 三项收入."""
    labels = [str(STREAM_LABELS[each]) for each in STREAMS]
    return elasticity_bars(
        [streams[each] for each in STREAMS], labels, [urls[each] for each in STREAMS]
    )


def units_chart(units: Sequence[UnitElasticity], urls: Mapping[str, str]) -> Drawing:
    """Draw the lower units in the order of their rank; a click drills down."""
    return elasticity_bars(
        units, [unit.name for unit in units], [urls.get(unit.code, "") for unit in units]
    )


def course_chart(months: Sequence[Month], courses: Mapping[str, Sequence[float | None]]) -> Drawing:
    """Draw η of the three streams over the months 走势."""
    lines = [Line(STREAM_LABELS[each], tuple(courses[each])) for each in STREAMS]
    return line_trend(months, lines, measure="elasticity")


def refusal_chart(unit: UnitElasticity) -> Drawing:
    """Draw how many groups are measurable, and why the others are not 不可测算原因."""
    bars = [Bar(_("可测算"), unit.n_measured, token="$good")]  # noqa: S106 - a colour
    bars += [
        Bar(str(REFUSAL_LABELS[code]), n, token="$rest")  # noqa: S106 - a colour
        for code, n in unit.refused.items()
    ]
    return horizontal_bars(bars, label=_("集团数"))


def segments_chart(labels: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> Drawing:
    """Draw ε of segments with their 95 % intervals; the line at −1 parts the classes."""
    table = ChartTable(
        (_("细分市场"), _("需求弹性 ε"), _("95% 区间"), _("集团数")),
        tuple(
            (
                label,
                decimal(row["epsilon"]),
                interval(row["low"], row["high"]),
                formats.number(row["n_used"]),
            )
            for label, row in zip(labels, rows, strict=True)
        ),
    )
    middle = [row["epsilon"] for row in rows]
    floor, ceiling = min([-_WIDEST, *middle]), max([_WIDEST, *middle])
    low = [max(row["low"], floor) for row in rows]
    high = [min(row["high"], ceiling) for row in rows]
    points, words = ticks(min([-1.5, *low]), max([0.5, *high]), "elasticity")
    names = [shortened(label, 14) for label in labels]
    places = list(range(len(rows)))
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": middle,
        "y": places,
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [top - value for top, value in zip(high, middle, strict=True)],
            "arrayminus": [value - bottom for bottom, value in zip(low, middle, strict=True)],
            "color": "$muted",
            "thickness": 1.5,
            "width": 3,
        },
        "marker": {"size": 9, "color": "$accent"},
        "hovertext": [" ".join(row[:3]) for row in table.rows],
        "hovertemplate": "<b>%{hovertext}</b><extra></extra>",
    }
    layout = theme.base_layout(
        60 + 26 * max(len(rows), 2),
        xaxis=theme.value_axis(
            tickmode="array",
            tickvals=points,
            ticktext=words,
            range=[points[0], points[-1]],
            rangemode="normal",
            tickangle=0,
        ),
        yaxis={
            **theme.name_axis(tickmode="array", showline=False),
            "type": "linear",
            "tickvals": places,
            "ticktext": names,
            "range": [len(rows) - 0.4, -0.6],
        },
        shapes=[_upright(-1.0, "dot"), _upright(0.0, "solid")],
    )
    data = [trace, *_going_on(rows, floor, ceiling)]
    return Drawing({"data": data, "layout": layout, "measure": "elasticity"}, table)


def _going_on(
    rows: Sequence[Mapping[str, Any]], floor: float, ceiling: float
) -> list[dict[str, Any]]:
    """Draw an arrow where an interval goes on beyond the picture."""
    ends = [(floor, "triangle-left", [row["low"] < floor for row in rows]),
            (ceiling, "triangle-right", [row["high"] > ceiling for row in rows])]  # fmt: skip
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "x": [at] * sum(beyond),
            "y": [place for place, goes in enumerate(beyond) if goes],
            "marker": {"size": 8, "symbol": symbol, "color": "$muted"},
            "hoverinfo": "skip",
            "cliponaxis": False,
        }
        for at, symbol, beyond in ends
        if any(beyond)
    ]


def _upright(at: float, dash: str) -> dict[str, Any]:
    return {
        "type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "line": {"color": "$muted", "width": 1, "dash": dash},
    }  # fmt: skip
