"""Build charts as plain Plotly dicts with a table alternative; no colour is written, only tokens.

Everything a reader can click carries its URL in ``customdata``; labels are kept from touching:
names that do not fit side by side turn the chart on its side, and a waterfall always lies.
"""

from __future__ import annotations

import json
from typing import Any

from core.chart_axis import Measure, measure_text
from core.chart_bars import Bar, bar_by_unit, horizontal_bars
from core.chart_shapes import Cut, grade_pyramid, histogram
from core.chart_theme import GRADE_TOKENS, TOKENS, resolved
from core.chart_trend import Line, line_trend
from core.chart_waterfall import Step, waterfall
from core.parts import ChartCard, ChartTable, Drawing

__all__ = [
    "GRADE_TOKENS",
    "TOKENS",
    "Bar",
    "ChartCard",
    "ChartTable",
    "Cut",
    "Drawing",
    "Line",
    "Measure",
    "Step",
    "bar_by_unit",
    "figure_json",
    "grade_pyramid",
    "histogram",
    "horizontal_bars",
    "line_trend",
    "measure_text",
    "resolved",
    "waterfall",
]


def figure_json(figure: Any) -> str:
    """Return a figure as JSON that is safe inside ``<script type="application/json">``."""
    text = json.dumps(figure, ensure_ascii=False, separators=(",", ":"), default=str)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
