"""Draw the demand elasticity ε of segments 细分市场 with its 95 % intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from analytics.price_elasticity.words import decimal, interval
from core import chart_theme as theme
from core import formats
from core.chart_axis import in_two_lines, ticks
from core.charts import ChartTable, Drawing

_WIDEST = 8.0  # an interval that goes on beyond ends in an arrow


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
    names = [in_two_lines(label, 14) for label in labels]
    row_px = 36 if any("<br>" in name for name in names) else 26
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
        60 + row_px * max(len(rows), 2),
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
        margin={"l": 8, "r": 16, "t": 26, "b": 8, "pad": 4},
        annotations=[
            {
                "x": -1.0,
                "xanchor": "center",
                "yref": "paper",
                "y": 1,
                "yanchor": "bottom",
                "text": "ε = −1",
                "showarrow": False,
                "font": theme.AXIS_FONT,
            }
        ],
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
