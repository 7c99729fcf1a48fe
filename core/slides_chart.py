"""Turn a page's Plotly figure into a native chart of a presentation, editable in Office.

The numbers are the figure's own, money in the unit the slide names (万元 or K CNY). What Office has
no chart for is rebuilt of what it has: a waterfall of stacked bars on a transparent base, the ratio
beside bars as a chart of its own, a heat map as a coloured table (``core.slides_table``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core import formats
from core.parts import Drawing

Values = tuple[float | None, ...]
_FORMATS = {
    "ratio": "0.0%",
    "points": "+0.0;-0.0;0.0",
    "li": "#,##0.0",
    "score": "#,##0.0",
    "elasticity": "0.00",
}


@dataclass(frozen=True, slots=True)
class Series:
    """Be one series: name, values, one colour or one a point; ``hidden`` draws nothing."""

    name: str
    values: Values
    tokens: tuple[str, ...] = ("$accent",)
    dash: str = "solid"
    hidden: bool = False
    up: Values = ()  # reach of the error bars, as on the page
    down: Values = ()
    xs: Values = ()  # only of a curve over numbers


@dataclass(frozen=True, slots=True)
class Plan:
    """Be one native chart: bars (lying or standing, stacked or not), lines, dots or a curve."""

    kind: str  # "bars", "stack", "lines", "dots", "curve"
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    lying: bool = False
    number_format: str = "#,##0"
    floor: float | None = None
    title: str = ""
    labelled: bool = False


def factor_of(figure: Mapping[str, Any]) -> float:
    """Return what a slide's numbers are divided by: money stands in 万元 (K CNY), not in 厘."""
    measure = figure.get("measure", "count")
    if measure == "li":
        return float(formats.money_divisor("wan"))
    return 0.01 if measure == "points" else 1.0


def unit_of(figure: Mapping[str, Any], unit: str) -> str:
    """Return the unit of a slide's numbers."""
    return formats.money_unit("wan") if figure.get("measure") == "li" else unit


def is_heat_map(drawing: Drawing) -> bool:
    """Tell whether the figure is a heat map."""
    return any(trace["type"] == "heatmap" for trace in drawing.figure["data"])


def plans_of(drawing: Drawing, label: str = "") -> tuple[Plan, ...]:
    """Return the native charts that show a figure, the main one first; ``label`` names its bars."""
    figure = drawing.figure
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    points = [trace for trace in figure["data"] if trace["type"] == "scatter"]
    if bars and "meta" in bars[0]:
        return (_pyramid(drawing, bars[0], label),)
    if bars and "base" in bars[0]:
        return (_waterfall(drawing, bars[0]),)
    if bars:
        return (_bars(drawing, bars, label), *(_dots(drawing, each) for each in points))
    if points and "error_x" in points[0]:
        return (_intervals(drawing, points[0], label),)
    if points and "fill" in points[0]:
        return (_curve(drawing, points[0], label),)
    return (_lines(drawing, points, label),)


def _scaled(values: Sequence[float | None], factor: float) -> Values:
    return tuple(None if value is None else value / factor for value in values)


def _format(figure: Mapping[str, Any]) -> str:
    return _FORMATS.get(figure.get("measure", "count"), "#,##0")


def _names(drawing: Drawing, n: int) -> tuple[str, ...]:
    """Return whole names: the page shortens them on its axis, its table does not."""
    if len(drawing.table.rows) >= n:
        return tuple(row[0] for row in drawing.table.rows[:n])
    axis = drawing.figure["layout"]["xaxis"]
    return tuple(re.sub(r"<br>", " ", word) for word in axis.get("ticktext", ()))


def _tokens(trace: Mapping[str, Any]) -> tuple[str, ...]:
    found = trace["marker"]["color"]
    return (found,) if isinstance(found, str) else tuple(found)


def _bars(drawing: Drawing, traces: Sequence[Mapping[str, Any]], label: str) -> Plan:
    figure, factor = drawing.figure, factor_of(drawing.figure)
    lying = traces[0].get("orientation") == "h"
    of = "x" if lying else "y"
    series = tuple(
        Series(trace.get("name", label), _scaled(trace[of], factor), _tokens(trace))
        for trace in traces
    )
    stacked = figure["layout"].get("barmode") == "relative"
    return Plan(
        "stack" if stacked else "bars",
        _names(drawing, len(traces[0][of])),
        series,
        lying=lying,
        number_format=_format(figure),
        labelled=len(traces) == 1,
    )


def _dots(drawing: Drawing, trace: Mapping[str, Any]) -> Plan:
    values = trace["x"] if trace.get("xaxis") else trace["y"]
    headings = drawing.table.headings
    name = str(headings[2]) if len(headings) > 2 else ""
    series = Series(name, tuple(values), ("$teal",))
    names = _names(drawing, len(values))
    return Plan("dots", names, (series,), number_format="0.0%", title=name, labelled=True)


def _pyramid(drawing: Drawing, trace: Mapping[str, Any], label: str) -> Plan:
    counts = tuple(trace["meta"]["counts"])
    series = Series(label, counts, _tokens(trace))
    return Plan("bars", _names(drawing, len(counts)), (series,), lying=True, labelled=True)


def _waterfall(drawing: Drawing, trace: Mapping[str, Any]) -> Plan:
    """Stack each step on a base that is not drawn; a step across 0 is cut there in two."""
    spans = [(low, low + size) for low, size in zip(trace["base"], trace["x"], strict=True)]
    base = tuple(max(low, 0.0) + min(high, 0.0) for low, high in spans)
    above = tuple(max(high, 0.0) - max(low, 0.0) for low, high in spans)
    below = tuple(min(low, 0.0) - min(high, 0.0) for low, high in spans)
    tokens, names = _tokens(trace), _names(drawing, len(spans))
    series = [Series(" ", base, hidden=True), Series("＋", above, tokens)]
    if any(below):
        series.append(Series("－", below, tokens))
    floor = drawing.figure["layout"]["meta"]["floor"]
    return Plan("stack", names, tuple(series), lying=True, number_format="0.0", floor=floor)


def _lines(drawing: Drawing, traces: Sequence[Mapping[str, Any]], label: str) -> Plan:
    factor = factor_of(drawing.figure)
    series = tuple(
        Series(
            trace.get("name") or label,
            _scaled(trace["y"], factor),
            (trace["line"]["color"],),
            trace["line"].get("dash", "solid"),
        )
        for trace in traces
    )
    n = max((len(each.values) for each in series), default=0)
    return Plan("lines", _names(drawing, n), series, number_format=_format(drawing.figure))


def _intervals(drawing: Drawing, trace: Mapping[str, Any], label: str) -> Plan:
    reach = trace["error_x"]
    series = Series(
        label,
        tuple(trace["x"]),
        _tokens(trace),
        up=tuple(reach["array"]),
        down=tuple(reach["arrayminus"]),
    )
    names = _names(drawing, len(series.values))
    return Plan("bars", names, (series,), lying=True, number_format=_format(drawing.figure))


def _curve(drawing: Drawing, trace: Mapping[str, Any], label: str) -> Plan:
    series = Series(label, tuple(trace["y"]), (trace["line"]["color"],), xs=tuple(trace["x"]))
    return Plan("curve", (), (series,), number_format="0%")
