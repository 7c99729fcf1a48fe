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
from core import formats
from core.chart_axis import (
    Measure,
    across,
    fits_across,
    measure_text,
    shortened,
    text_width,
    ticks,
    with_room,
)
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


@dataclass(frozen=True, slots=True)
class _Panel:
    label: str
    target: float | None


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
    panel = _Panel(str(ratio_label), target) if with_ratio else None
    fits = fits_across([bar.label for bar in bars])
    wide = _standing(bars, measure, panel) if fits else _lying(bars, measure, panel)
    narrow = _lying(bars, measure, panel, narrow=True)
    return Drawing({**wide, "narrow": narrow, "measure": measure}, table)


def horizontal_bars(
    bars: Sequence[Bar], *, measure: Measure = "count", label: Words = ""
) -> Drawing:
    """Draw lying bars in the given order, the first on top."""
    table = _table_of(bars, measure, (_("名称"), label or _("数值"), _("占比")))
    return Drawing({**_lying(bars, measure, None), "measure": measure}, table)


def _table_of(bars: Sequence[Bar], measure: Measure, headings: Sequence[Words]) -> ChartTable:
    with_ratio = any(bar.ratio is not None for bar in bars)
    rows = [
        (bar.label, measure_text(bar.value, measure))
        + ((measure_text(bar.ratio, "ratio"),) if with_ratio else ())
        for bar in bars
    ]
    return ChartTable(tuple(headings[: 3 if with_ratio else 2]), tuple(rows))


def _standing(bars: Sequence[Bar], measure: Measure, panel: _Panel | None) -> dict[str, Any]:
    points, words = _span(bars, measure)
    values = theme.value_axis(
        tickmode="array",
        tickvals=points,
        ticktext=words,
        range=[points[0], points[-1] + 0.08 * (points[-1] - points[0])],
        domain=[0, 0.64 if panel else 1],
    )
    names = _names(across([bar.label for bar in bars]), anchor="y")
    whole = [bar.label for bar in bars]
    meta = {"names": whole, "nameEm": max(map(text_width, whole), default=0.0)}
    layout = theme.base_layout(340 if panel else 300, xaxis=names, yaxis=values, meta=meta)
    traces = [_bars(bars, measure, lying=False)]
    if panel:
        traces.append({**_dots(bars), "yaxis": "y2"})
        layout["yaxis2"] = _ratio_axis(bars, panel.target, domain=[0.74, 0.91])
        layout["margin"] = {**layout["margin"], "t": 26}
        layout["annotations"] = [_panel_title(panel), *_ratio_words(bars, lying=False)]
        layout["shapes"] = _target_line(panel.target, "y2", upright=False)
    return {"data": traces, "layout": layout}


def _lying(
    bars: Sequence[Bar], measure: Measure, panel: _Panel | None, *, narrow: bool = False
) -> dict[str, Any]:
    dotted = panel is not None and not narrow
    domain = [0, 0.6 if dotted else 0.82 if panel else 1]
    limit = (8, 12) if panel else (12, 20)  # nothing stands beside the bars: names may be longer
    names = [shortened(bar.label, limit[0] if narrow else limit[1]) for bar in bars]
    name_em = max(map(text_width, names), default=0.0)
    label_em = max((text_width(measure_text(bar.value, measure)) for bar in bars), default=0.0)
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
    )
    layout = theme.base_layout(
        48 + _ROW * max(len(bars), 2),
        yaxis={**_names(names, showline=False), "range": [len(bars) - 0.4, -0.6]},
        xaxis=values,
        meta={"nameEm": name_em, "labelEm": label_em, "highest": highest, "last": points[-1]},
    )
    traces = [_bars(bars, measure, lying=True)]
    if panel:
        layout["margin"] = {**layout["margin"], "t": 26}
        layout["annotations"] = [_panel_title(panel), *_ratio_words(bars, lying=True)]
    if panel and dotted:
        dots = _dots(bars)
        traces.append({**dots, "x": dots["y"], "y": dots["x"], "xaxis": "x2"})
        layout["xaxis2"] = _ratio_axis(bars, panel.target, domain=[0.7, 0.88], anchor="y")
        layout["shapes"] = _target_line(panel.target, "x2", upright=True)
    return {"data": traces, "layout": layout}


def _bars(bars: Sequence[Bar], measure: Measure, *, lying: bool) -> dict[str, Any]:
    values, places = [bar.value for bar in bars], list(range(len(bars)))
    return {
        "type": "bar",
        "orientation": "h" if lying else "v",
        "x": values if lying else places,
        "y": places if lying else values,
        "text": [measure_text(bar.value, measure) for bar in bars],
        **({} if lying else {"width": min(0.6, 0.1 * len(bars))}),  # two bars are no two walls
        "textposition": "outside",
        "textangle": 0,
        "constraintext": "none",
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "marker": {"color": [bar.token for bar in bars]},
        **_said(bars, measure),
    }


def _dots(bars: Sequence[Bar]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": list(range(len(bars))),
        "y": [bar.ratio for bar in bars],
        "text": [measure_text(bar.ratio, "ratio") for bar in bars],
        "textfont": theme.AXIS_FONT,
        "marker": {"size": 8, "color": "$teal", "symbol": "diamond"},
        "cliponaxis": False,
        **_said(bars, "ratio", of_ratio=True),
    }


def _said(bars: Sequence[Bar], measure: Measure, *, of_ratio: bool = False) -> dict[str, Any]:
    def words(bar: Bar) -> str:
        lines = [bar.label, measure_text(bar.ratio if of_ratio else bar.value, measure), bar.note]
        return "<br>".join(filter(None, lines))

    return {
        "customdata": [bar.url for bar in bars],
        "hovertext": [words(bar) for bar in bars],
        "hovertemplate": _HOVER,
    }


def _names(names: Sequence[str], **more: Any) -> dict[str, Any]:
    axis = theme.name_axis(tickmode="array", tickangle=0, **more)
    places = {"tickvals": list(range(len(names))), "ticktext": list(names)}
    return {**axis, **places, "type": "linear", "range": [-0.6, len(names) - 0.4]}


def _span(bars: Sequence[Bar], measure: Measure) -> tuple[list[float], list[str]]:
    known = [bar.value for bar in bars if bar.value is not None]
    return ticks(min([0.0, *known]), max([0.0, *known]) or 1.0, measure)


def _ratio_axis(bars: Sequence[Bar], target: float | None, **more: Any) -> dict[str, Any]:
    known = [ratio for ratio in (*(bar.ratio for bar in bars), target) if ratio is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    points, words = ticks(low, high if high > low else low + 0.01, "ratio")
    span = points[-1] - points[0]
    return theme.value_axis(
        tickmode="array",
        tickvals=[points[0], points[-1]],
        ticktext=[words[0], words[-1]],
        range=[points[0] - 0.12 * span, points[-1] + 0.12 * span],
        rangemode="normal",
        tickangle=0,
        **more,
    )


def _panel_title(panel: _Panel) -> dict[str, Any]:
    target = panel.target
    wanted = _("目标 %(target)s") % {"target": formats.ratio(target, 0)} if target else ""
    return {
        "xref": "paper", "x": 1, "xanchor": "right", "yref": "paper", "y": 1, "yanchor": "bottom",
        "text": "  ".join(filter(None, [f"◆ {panel.label}", wanted and f"┆ {wanted}"])),
        "showarrow": False, "font": {"size": 12, "color": "$muted"}, "yshift": 6,
    }  # fmt: skip


def _ratio_words(bars: Sequence[Bar], *, lying: bool) -> list[dict[str, Any]]:
    """Write the ratios in one line (or column), clear of the dots and of the target."""
    fixed: dict[str, Any] = {"showarrow": False, "font": theme.AXIS_FONT}
    if lying:
        fixed |= {"xref": "paper", "x": 1, "xanchor": "right"}
    else:
        fixed |= {"yref": "paper", "y": 1, "yanchor": "top"}
    along = "y" if lying else "x"
    return [
        {**fixed, along: i, "text": measure_text(bar.ratio, "ratio")} for i, bar in enumerate(bars)
    ]


def _target_line(target: float | None, axis: str, *, upright: bool) -> list[dict[str, Any]]:
    if target is None:
        return []
    line = {"color": "$muted", "width": 1.5, "dash": "dot"}
    if upright:
        return [{"type": "line", "xref": axis, "x0": target, "x1": target, "yref": "paper",
                 "y0": 0, "y1": 1, "line": line, "layer": "below"}]  # fmt: skip
    return [{"type": "line", "yref": axis, "y0": target, "y1": target, "xref": "paper",
             "x0": 0, "x1": 1, "line": line, "layer": "below"}]  # fmt: skip
