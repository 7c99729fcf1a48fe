"""Name the colours of charts by token, so that one figure serves the light and the dark theme.

Figures hold ``"$accent"``; ``static/js/charts.js`` replaces tokens by what the stylesheet says at
that moment, :func:`resolved` does the same for files (presentations, pictures).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

Theme = Literal["light", "dark"]

TOKENS: dict[Theme, dict[str, str]] = {
    "light": {
        "ink": "#1d2733",
        "muted": "#5f6b78",
        "line": "#e3e8ee",
        "page": "#f5f7fa",
        "card": "#ffffff",
        "accent": "#1663c7",
        "tint": "#e8f1fc",
        "good": "#0b7a5c",
        "bad": "#c22f3d",
        "teal": "#2b9d94",
        "rest": "#8592a0",
        "second": "#c77d12",
        "third": "#7a5cc0",
        "sixth": "#8c5b3f",
        "heat": "#5b92d9",
        "yellow": "#c9a100",
        "a1": "#0b3a82",
        "a2": "#2b6fd1",
        "b1": "#1f8078",
        "b2": "#4c7f46",
        "c": "#6b7684",
        "nr": "#b9c2cc",
    },
    "dark": {
        "ink": "#e6ebf1",
        "muted": "#98a5b3",
        "line": "#2a3542",
        "page": "#10161d",
        "card": "#18202a",
        "accent": "#5b9cf0",
        "tint": "#1b2c44",
        "good": "#3dc29a",
        "bad": "#ff7d87",
        "teal": "#3bb5ab",
        "rest": "#7b8998",
        "second": "#e0a54a",
        "third": "#a78be8",
        "sixth": "#c8a48a",
        "heat": "#4069a2",
        "yellow": "#f0d264",
        "a1": "#7fb0ff",
        "a2": "#4f8fe8",
        "b1": "#3bb5ab",
        "b2": "#7fae7a",
        "c": "#8390a0",
        "nr": "#465262",
    },
}
GRADE_TOKENS = {"A1": "$a1", "A2": "$a2", "B1": "$b1", "B2": "$b2", "C": "$c", "NR": "$nr"}
LINE_TOKENS = ("$accent", "$rest", "$teal", "$second", "$third")
LINE_SIGNS = ("circle", "diamond", "square", "triangle-up", "circle-open", "diamond-open")
LINE_DASHES = ("solid", "solid", "dot", "dash", "dashdot")
FONT = (
    "-apple-system, BlinkMacSystemFont, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', "
    "'Source Han Sans SC', 'Segoe UI', sans-serif"
)
AXIS_FONT = {"size": 12, "color": "$muted"}


def base_layout(height: int, **more: Any) -> dict[str, Any]:
    """Return the calm layout every chart starts from: no frame, no legend box, no grid noise."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 16, "t": 8, "b": 8, "pad": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": "$ink"},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.42,
        "hoverlabel": {
            "bgcolor": "$card",
            "bordercolor": "$line",
            "font": {"family": FONT, "size": 12, "color": "$ink"},
        },
        **more,
    }


def value_axis(**more: Any) -> dict[str, Any]:
    """Return the axis that carries numbers: a faint grid, no line."""
    return {
        "automargin": True,
        "fixedrange": True,
        "showline": False,
        "zeroline": False,
        "gridcolor": "$line",
        "tickfont": AXIS_FONT,
        "rangemode": "tozero",
        **more,
    }


def name_axis(**more: Any) -> dict[str, Any]:
    """Return the axis that carries names or months: no grid, a base line."""
    return {
        "automargin": True,
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "linecolor": "$line",
        "tickfont": AXIS_FONT,
        "type": "category",
        **more,
    }


def legend() -> dict[str, Any]:
    """Return a legend above the plot, right-aligned, without a box."""
    return {
        "orientation": "h",
        "x": 1,
        "xanchor": "right",
        "y": 1.02,
        "yanchor": "bottom",
        "font": AXIS_FONT,
        "itemclick": False,
        "itemdoubleclick": False,
    }


def resolved(part: Any, theme: Theme) -> Any:
    """Return a figure with every ``$token`` replaced by the theme's colour."""
    if isinstance(part, str) and part.startswith("$"):
        return TOKENS[theme][part[1:]]
    if isinstance(part, str) and "color:$" in part:  # a sign within words, as in charts.js
        return re.sub(r"color:\$(\w+)", lambda found: f"color:{TOKENS[theme][found[1]]}", part)
    if isinstance(part, Mapping):
        return {name: resolved(value, theme) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [resolved(value, theme) for value in part]
    return part
