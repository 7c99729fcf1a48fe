"""Draw one bar a unit 组织单元: standing while the names fit side by side, else lying.

A ratio gets a panel of its own with its target as a line, never a second axis over the same bars.
``layout.meta`` tells the browser how wide names and labels are, so that it can keep them apart at
any width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core.chart_axis import (
    Measure,
    across,
    fits_across,
    fits_unbroken,
    in_two_lines,
    measure_texts,
    shortened,
    text_width,
    ticks,
    with_room,
)
from core.chart_ratio import Panel
from core.parts import ChartTable, Drawing, Words

_ROW = 30
_WIDTH = 620
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


def bar_by_unit(
    bars: Sequence[Bar],
    *,
    measure: Measure = "count",
    label: Words = "",
    ratio_label: Words = "",
    target: float | None = None,
) -> Drawing:
    """Draw one bar a unit, with the ratio (and its ``target``) in a panel of its own."""
    table = _table_of(bars, measure, (_("名称"), label or _("数值"), ratio_label or _("占比")))
    with_ratio = any(bar.ratio is not None for bar in bars)
    panel = _panel_of(bars, str(ratio_label), target) if with_ratio else None
    names, lying = [bar.label for bar in bars], _lying(bars, measure, panel)
    wide = _standing(bars, measure, panel) if fits_across(names) else lying
    figure = {**wide, "narrow": _lying(bars, measure, panel, narrow=True), "measure": measure}
    if wide is not lying and not fits_unbroken(names):
        figure["half"] = lying
    return Drawing(figure, table)


def _panel_of(bars: Sequence[Bar], label: str, target: float | None) -> Panel:
    ratios = [bar.ratio for bar in bars]
    words = measure_texts(ratios, "ratio")
    return Panel(label, target, ratios, words, _said(bars, words))


def horizontal_bars(
    bars: Sequence[Bar], *, measure: Measure = "count", label: Words = ""
) -> Drawing:
    """Draw lying bars in the given order, the first on top."""
    table = _table_of(bars, measure, (_("名称"), label or _("数值"), _("占比")))
    narrow = _lying(bars, measure, None, narrow=True)
    return Drawing({**_lying(bars, measure, None), "narrow": narrow, "measure": measure}, table)


def _table_of(bars: Sequence[Bar], measure: Measure, headings: Sequence[Words]) -> ChartTable:
    with_ratio = any(bar.ratio is not None for bar in bars)
    columns = [[bar.label for bar in bars], _texts(bars, measure)]
    if with_ratio:
        columns.append(measure_texts([bar.ratio for bar in bars], "ratio"))
    return ChartTable(tuple(headings[: len(columns)]), tuple(zip(*columns, strict=True)))


def _texts(bars: Sequence[Bar], measure: Measure) -> list[str]:
    return measure_texts([bar.value for bar in bars], measure)


def _standing(bars: Sequence[Bar], measure: Measure, panel: Panel | None) -> dict[str, Any]:
    points, words = _span(bars, measure)
    values = theme.value_axis(
        tickmode="array",
        tickvals=points,
        ticktext=words,
        range=[points[0], points[-1] + 0.08 * (points[-1] - points[0])],
        domain=[0, 0.64 if panel else 1],
        showgrid=False,  # as in :func:`_lying`
    )
    names = _names(across([bar.label for bar in bars]), anchor="y")
    whole = [bar.label for bar in bars]
    meta = {"names": whole, "nameEm": max(map(text_width, whole), default=0.0)}
    layout = theme.base_layout(340 if panel else 300, xaxis=names, yaxis=values, meta=meta)
    traces = [_bars(bars, measure, lying=False)]
    if panel:
        traces.append({**panel.dots(), "yaxis": "y2"})
        layout["yaxis2"] = panel.axis(domain=[0.74, 0.91])
        layout["margin"] = {**layout["margin"], "t": 26}
        layout["annotations"] = [panel.title("┄"), *panel.said(lying=False)]
        layout["shapes"] = panel.target_line("y2", upright=False)
    return {"data": traces, "layout": layout}


def _lying(
    bars: Sequence[Bar], measure: Measure, panel: Panel | None, *, narrow: bool = False
) -> dict[str, Any]:
    dotted = panel is not None and not narrow
    domain = [0, 0.6 if dotted else 0.82 if panel else 1]
    names = [_name(bar.label, beside=panel is not None, narrow=narrow) for bar in bars]
    name_em = max((text_width(line) for name in names for line in name.split("<br>")), default=0.0)
    texts = _texts(bars, measure)
    label_em = max(map(text_width, texts), default=0.0)
    points, words = _span(bars, measure)
    highest = max((bar.value or 0 for bar in bars), default=1) or 1
    plot_px = ((340 if narrow else _WIDTH) - name_em * 12 - 40) * domain[1]
    end = max(points[-1], with_room(highest, label_em, plot_px))
    shown = [0, len(points) - 1] if narrow else range(len(points))
    values = theme.value_axis(
        tickmode="array",
        tickvals=[points[i] for i in shown],
        ticktext=[words[i] for i in shown],
        range=[points[0], end],
        domain=domain,
        tickangle=0,
        showgrid=False,  # every bar says its value, and a line would strike it through
    )
    layout = theme.base_layout(
        48 + (_ROW + 8 * any("<br>" in name for name in names)) * max(len(bars), 2),
        margin={"l": 8, "r": 16 if panel else 24, "t": 8, "b": 8, "pad": 4},
        yaxis={**_names(names, showline=False), "range": [len(bars) - 0.4, -0.6]},
        xaxis=values,
        meta={"nameEm": name_em, "labelEm": label_em, "highest": highest, "last": points[-1]},
    )
    traces = [_bars(bars, measure, lying=True)]
    if panel:
        layout["margin"] = {**layout["margin"], "t": 26}
        layout["annotations"] = [
            panel.title("┆") if dotted else panel.heading(),
            *panel.said(lying=True),
        ]
    if panel and dotted:
        dots = panel.dots()
        traces.append({**dots, "x": dots["y"], "y": dots["x"], "xaxis": "x2"})
        layout["xaxis2"] = panel.axis(domain=[0.7, 0.88], anchor="y")
        layout["shapes"] = panel.target_line("x2", upright=True)
    return {"data": traces, "layout": layout}


def _name(label: str, *, beside: bool, narrow: bool) -> str:
    """Fit a name into its column; where nothing stands beside the bars it may be longer."""
    if beside:
        return in_two_lines(label, 8.6) if narrow else shortened(label, 16.5)
    return in_two_lines(label, 11) if narrow else shortened(label, 20)


def _bars(bars: Sequence[Bar], measure: Measure, *, lying: bool) -> dict[str, Any]:
    values, places = [bar.value for bar in bars], list(range(len(bars)))
    texts = _texts(bars, measure)
    return {
        "type": "bar",
        "orientation": "h" if lying else "v",
        "x": values if lying else places,
        "y": places if lying else values,
        "text": texts,
        **({} if lying else {"width": min(0.6, 0.1 * len(bars))}),  # two bars are no two walls
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "marker": {"color": [bar.token for bar in bars]},
        **_said(bars, texts),
    }


def _said(bars: Sequence[Bar], texts: Sequence[str]) -> dict[str, Any]:
    lines = [(bar.label, text, bar.note) for bar, text in zip(bars, texts, strict=True)]
    return {
        "customdata": [bar.url for bar in bars],
        "hovertext": ["<br>".join(filter(None, each)) for each in lines],
        "hovertemplate": _HOVER,
    }


def _names(names: Sequence[str], **more: Any) -> dict[str, Any]:
    axis = theme.name_axis(tickmode="array", tickangle=0, **more)
    places = {"tickvals": list(range(len(names))), "ticktext": list(names)}
    return {**axis, **places, "type": "linear", "range": [-0.6, len(names) - 0.4]}


def _span(bars: Sequence[Bar], measure: Measure) -> tuple[list[float], list[str]]:
    known = [bar.value for bar in bars if bar.value is not None]
    return ticks(min([0.0, *known]), max([0.0, *known]) or 1.0, measure)
