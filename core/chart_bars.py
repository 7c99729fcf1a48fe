"""Draw one bar a unit 组织单元: standing while the names fit side by side, lying when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import Measure, fits_across, measure_text, shortened, text_width, ticks
from core.parts import ChartTable, Drawing, Words

_ROW = 30
_HOVER = "<b>%{hovertext}</b><extra></extra>"


@dataclass(frozen=True, slots=True)
class Bar:
    """Be one bar: name, value, and (optional) link, second figure, colour token, note for hover."""

    label: str
    value: float | None
    url: str = ""
    ratio: float | None = None
    token: str = "$accent"  # noqa: S105 - a colour
    note: str = ""


def _hover(bar: Bar, measure: Measure) -> str:
    lines = [bar.label, measure_text(bar.value, measure)]
    if bar.ratio is not None:
        lines.append(measure_text(bar.ratio, "ratio"))
    return "<br>".join([*lines, *filter(None, [bar.note])])


def _bars(bars: Sequence[Bar], measure: Measure, *, lying: bool) -> dict[str, Any]:
    names, values = [shortened(bar.label) for bar in bars], [bar.value for bar in bars]
    places = list(range(len(bars)))
    return {
        "type": "bar",
        "orientation": "h" if lying else "v",
        "x": values if lying else places,
        "y": places if lying else values,
        "text": [measure_text(bar.value, measure) for bar in bars],
        "textposition": "outside",
        "textangle": 0,
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "marker": {"color": [bar.token for bar in bars]},
        "customdata": [bar.url for bar in bars],
        "hovertext": [_hover(bar, measure) for bar in bars],
        "hovertemplate": _HOVER,
        "meta": names,
    }


def _named(bars: Sequence[Bar], **more: Any) -> dict[str, Any]:
    axis = theme.name_axis(
        tickmode="array",
        tickvals=list(range(len(bars))),
        ticktext=[shortened(bar.label) for bar in bars],
        **more,
    )
    return {**axis, "type": "linear", "range": [-0.6, len(bars) - 0.4]}


def _measured(values: Sequence[float | None], measure: Measure, **more: Any) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    points, words = ticks(min([0.0, *known]), max([0.0, *known]) or 1.0, measure)
    span = points[-1] - points[0]
    low = points[0] - (0.08 * span if points[0] < 0 else 0)
    return theme.value_axis(
        tickmode="array",
        tickvals=points,
        ticktext=words,
        range=[low, points[-1] + 0.06 * span],
        **more,
    )


def _table_of(bars: Sequence[Bar], measure: Measure, headings: Sequence[Words]) -> ChartTable:
    with_ratio = any(bar.ratio is not None for bar in bars)
    rows = [
        (bar.label, measure_text(bar.value, measure))
        + ((measure_text(bar.ratio, "ratio"),) if with_ratio else ())
        for bar in bars
    ]
    return ChartTable(tuple(headings[: 3 if with_ratio else 2]), tuple(rows))


def bar_by_unit(
    bars: Sequence[Bar],
    *,
    measure: Measure = "count",
    label: Words = "",
    ratio_label: Words = "",
    target: float | None = None,
) -> Drawing:
    """Draw one bar a unit; a ratio stands in a panel of its own above, never on a second axis.

    Long or many names turn the chart on its side. ``target`` is the ratio's target.
    """
    headings = (_("名称"), label or _("数值"), ratio_label or _("占比"))
    table = _table_of(bars, measure, headings)
    with_ratio = any(bar.ratio is not None for bar in bars)
    if not fits_across([bar.label for bar in bars]):
        return _lying(bars, measure, table, target if with_ratio else None, with_ratio=with_ratio)
    layout = theme.base_layout(
        340 if with_ratio else 300,
        xaxis=_named(bars, anchor="y"),
        yaxis=_measured(
            [bar.value for bar in bars], measure, domain=[0, 0.62 if with_ratio else 1]
        ),
    )
    traces = [_bars(bars, measure, lying=False)]
    if with_ratio:
        traces.append({**_dots(bars), "yaxis": "y2"})
        layout["yaxis2"] = _ratio_axis(bars, target, domain=[0.72, 1])
        _mark_target(layout, target, "y2", upright=False)
    return Drawing({"data": traces, "layout": layout}, table)


def _lying(
    bars: Sequence[Bar],
    measure: Measure,
    table: ChartTable,
    target: float | None,
    *,
    with_ratio: bool,
) -> Drawing:
    names = {**_named(bars), "range": [len(bars) - 0.4, -0.6], "showline": False}
    values = _measured(
        [bar.value for bar in bars], measure, domain=[0, 0.62 if with_ratio else 0.94]
    )
    height = 56 + _ROW * len(bars)
    layout = theme.base_layout(height, yaxis=names, xaxis=values)
    traces = [_bars(bars, measure, lying=True)]
    if with_ratio:
        dots = _dots(bars)
        traces.append({**dots, "x": dots["y"], "y": dots["x"], "xaxis": "x2"})
        layout["xaxis2"] = _ratio_axis(bars, target, domain=[0.74, 1], anchor="y")
        _mark_target(layout, target, "x2", upright=True)
    return Drawing({"data": traces, "layout": layout}, table)


def _dots(bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(range(len(bars))),
        "y": [bar.ratio for bar in bars],
        "marker": {"size": 8, "color": "$teal", "symbol": "diamond"},
        "customdata": [bar.url for bar in bars],
        "hovertext": [_hover(bar, "count") for bar in bars],
        "hovertemplate": _HOVER,
    }


def _ratio_axis(bars: Sequence[Bar], target: float | None, **more: Any) -> dict[str, Any]:
    known = [ratio for ratio in (*(bar.ratio for bar in bars), target) if ratio is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    points, words = ticks(low, high if high > low else low + 0.01, "ratio")
    picked = [0, len(points) // 2, len(points) - 1] if len(points) > 3 else range(len(points))
    pad = 0.12 * (points[-1] - points[0])
    return theme.value_axis(
        tickmode="array",
        tickvals=[points[i] for i in picked],
        ticktext=[words[i] for i in picked],
        range=[points[0] - pad, points[-1] + pad],
        **more,
    )


def _mark_target(layout: dict[str, Any], target: float | None, axis: str, *, upright: bool) -> None:
    if target is None:
        return
    line = {"color": "$muted", "width": 1, "dash": "dash"}
    text = _("目标 %(target)s") % {"target": formats.ratio(target, 0)}
    font = {"size": 11, "color": "$muted"}
    if upright:
        layout["shapes"] = [
            {"type": "line", "xref": axis, "x0": target, "x1": target,
             "yref": "paper", "y0": 0, "y1": 1, "line": line}
        ]  # fmt: skip
        layout["annotations"] = [
            {"xref": axis, "x": target, "yref": "paper", "y": 1, "yanchor": "bottom",
             "text": text, "showarrow": False, "font": font}
        ]  # fmt: skip
        layout["margin"] = {**layout["margin"], "t": 22}
        return
    layout["shapes"] = [
        {"type": "line", "yref": axis, "y0": target, "y1": target,
         "xref": "paper", "x0": 0, "x1": 1, "line": line}
    ]  # fmt: skip
    layout["annotations"] = [
        {"yref": axis, "y": target, "xref": "paper", "x": 1, "xanchor": "left",
         "text": text, "showarrow": False, "font": font}
    ]  # fmt: skip
    layout["margin"] = {**layout["margin"], "r": round(text_width(text) * 11) + 14}


def horizontal_bars(
    bars: Sequence[Bar], *, measure: Measure = "count", label: Words = ""
) -> Drawing:
    """Draw lying bars in the given order, the first on top."""
    table = _table_of(bars, measure, (_("名称"), label or _("数值"), _("占比")))
    return _lying(bars, measure, table, None, with_ratio=False)
