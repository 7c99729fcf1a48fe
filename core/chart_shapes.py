"""Draw trends, grade pyramids, distributions and waterfalls (the bundle has no such traces)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import Measure, measure_text, nice_step, shortened, ticks
from core.month import Month
from core.parts import ChartTable, Drawing, Words

_ROW = 28
_HOVER = "<b>%{hovertext}</b><extra></extra>"


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of a trend; months without a value leave a gap, never a zero."""

    label: Words
    values: tuple[float | None, ...]
    token: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Be one step of a waterfall: what it adds (or takes away)."""

    label: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """Be a cut-off on a distribution: where it lies and what begins there."""

    label: str
    at: float


def line_trend(
    months: Sequence[Month], lines: Sequence[Line], *, measure: Measure = "count", height: int = 300
) -> Drawing:
    """Draw lines over months; the year is said once where it begins, gaps stay gaps."""
    words = [_month_word(months, i) for i in range(len(months))]
    known = [value for line in lines for value in line.values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = 0.0 if low >= 0 and low < 0.6 * high else low
    points, texts = ticks(low, high if high > low else low + 1, measure)
    shown = [
        i for i in range(len(months)) if (len(months) - 1 - i) % (1 if len(months) < 8 else 2) == 0
    ]
    layout = theme.base_layout(
        height,
        hovermode="x unified",
        showlegend=len(lines) > 1,
        legend=theme.legend(),
        xaxis={
            **theme.name_axis(tickmode="array"),
            "type": "linear",
            "tickvals": shown,
            "ticktext": [words[i] for i in shown],
            "range": [-0.4, len(months) - 0.6],
        },
        yaxis=theme.value_axis(
            tickmode="array", tickvals=points, ticktext=texts, rangemode="normal",
            range=[points[0], points[-1] + 0.04 * (points[-1] - points[0])],
        ),
        margin={"l": 8, "r": 16, "t": 30 if len(lines) > 1 else 8, "b": 8, "pad": 4},
    )  # fmt: skip
    traces = [_trend(line, i, months, measure) for i, line in enumerate(lines)]
    headings = (_("账期"), *(line.label for line in lines))
    rows = tuple(
        (formats.month(month), *(measure_text(line.values[i], measure) for line in lines))
        for i, month in enumerate(months)
    )
    return Drawing({"data": traces, "layout": layout}, ChartTable(headings, rows))


def _month_word(months: Sequence[Month], i: int) -> str:
    month = months[i]
    first_shown = i == (len(months) - 1) % (1 if len(months) < 8 else 2)
    previous = months[i - 2] if i >= 2 else None
    turns = first_shown or previous is None or previous.year != month.year
    word = formats.month_tick(month, with_year=False)
    return f"{word}<br>{month.year}" if turns else word


def _trend(line: Line, i: int, months: Sequence[Month], measure: Measure) -> dict[str, Any]:
    token = line.token or theme.LINE_TOKENS[i % len(theme.LINE_TOKENS)]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": str(line.label),
        "x": list(range(len(months))),
        "y": list(line.values),
        "connectgaps": False,
        "line": {"color": token, "width": 2.5 if i == 0 else 1.8,
                 "dash": theme.LINE_DASHES[i % len(theme.LINE_DASHES)]},
        "marker": {"color": token, "size": 7 if i == 0 else 5},
        "hovertext": [f"{formats.month(month)} {measure_text(value, measure)}"
                      for month, value in zip(months, line.values, strict=True)],
        "hovertemplate": f"{line.label} %{{hovertext}}<extra></extra>",
    }  # fmt: skip


def grade_pyramid(
    counts: Mapping[str, int], *, urls: Mapping[str, str] | None = None, rest: int = 0
) -> Drawing:
    """Draw the grades A1…C as a centred pyramid; number and share stand at the right edge.

    ``rest`` (not rated) is said in the table and in the share's denominator's absence, not drawn.
    """
    total = sum(counts.values())
    widest = max([*counts.values(), 1])
    grades = list(counts)
    shares = [counts[grade] / total if total else None for grade in grades]
    widths = [max(counts[grade] / widest, 0.004 if counts[grade] else 0) for grade in grades]
    words = [
        f"<b>{formats.number(counts[grade])}</b>  {formats.ratio(share)}"
        for grade, share in zip(grades, shares, strict=True)
    ]
    rows = [
        (grade, formats.number(counts[grade]), formats.ratio(share))
        for grade, share in zip(grades, shares, strict=True)
    ]
    if rest:
        rows.append((_("未评定"), formats.number(rest), formats.NO_VALUE))
    trace = {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(grades))),
        "x": widths,
        "base": [-width / 2 for width in widths],
        "marker": {"color": [theme.GRADE_TOKENS.get(grade, "$c") for grade in grades]},
        "customdata": [(urls or {}).get(grade, "") for grade in grades],
        "hovertext": [f"{grade}<br>{word}" for grade, word in zip(grades, words, strict=True)],
        "hovertemplate": _HOVER,
    }
    layout = theme.base_layout(
        40 + 44 * len(grades),
        bargap=0.28,
        xaxis={"visible": False, "fixedrange": True, "range": [-0.52, 0.86]},
        yaxis={**theme.name_axis(showline=False, tickmode="array"), "type": "linear",
               "tickvals": list(range(len(grades))), "ticktext": grades,
               "range": [len(grades) - 0.4, -0.6],
               "tickfont": {"size": 13, "color": "$ink"}},
        annotations=[
            {"x": 0.86, "xref": "x", "y": i, "yref": "y", "text": word, "showarrow": False,
             "xanchor": "right", "font": {"size": 13, "color": "$ink"}}
            for i, word in enumerate(words)
        ],
    )  # fmt: skip
    table = ChartTable((_("等级"), _("集团数"), _("占比")), tuple(rows))
    return Drawing({"data": [trace], "layout": layout}, table)


def histogram(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    cuts: Sequence[Cut] = (),
    tokens: Sequence[str] = (),
    label: Words = "",
    height: int = 300,
) -> Drawing:
    """Draw a distribution in given bins [lo, hi), the last closed; cut-offs stand as marked lines."""
    middles = [(lo + hi) / 2 for lo, hi in zip(edges, edges[1:], strict=False)]
    spans = [
        f"{formats.number(lo, 0)}–{formats.number(hi, 0)}"
        for lo, hi in zip(edges, edges[1:], strict=False)
    ]
    points, texts = ticks(0.0, max([*counts, 1]), "count")
    top = points[-1] * 1.08
    step = nice_step(edges[-1] - edges[0], 10)
    n_ticks = int((edges[-1] - edges[0]) / step + 1e-9) + 1
    marks = [edges[0] + step * i for i in range(n_ticks)]
    trace = {
        "type": "bar",
        "x": middles,
        "y": list(counts),
        "width": [0.86 * (hi - lo) for lo, hi in zip(edges, edges[1:], strict=False)],
        "marker": {"color": list(tokens) or "$accent"},
        "hovertext": [
            f"{span}<br>{formats.number(n)}" for span, n in zip(spans, counts, strict=True)
        ],
        "hovertemplate": _HOVER,
    }
    layout = theme.base_layout(
        height,
        margin={"l": 8, "r": 16, "t": 28 if cuts else 8, "b": 8, "pad": 4},
        xaxis={**theme.name_axis(tickmode="array"), "type": "linear", "tickvals": marks,
               "ticktext": [formats.number(mark, 0) for mark in marks],
               "range": [edges[0], edges[-1]]},
        yaxis=theme.value_axis(tickmode="array", tickvals=points, ticktext=texts, range=[0, top]),
        shapes=[{"type": "line", "xref": "x", "x0": cut.at, "x1": cut.at, "yref": "paper",
                 "y0": 0, "y1": 1, "line": {"color": "$muted", "width": 1, "dash": "dot"}}
                for cut in cuts],
        annotations=[{"xref": "x", "x": cut.at, "yref": "paper", "y": 1, "yanchor": "bottom",
                      "text": f"{cut.label} ≥ {formats.number(cut.at, 0)}", "showarrow": False,
                      "font": {"size": 11, "color": "$muted"}} for cut in cuts],
    )  # fmt: skip
    rows = tuple((span, formats.number(n)) for span, n in zip(spans, counts, strict=True))
    table = ChartTable((_("区间"), label or _("数量")), rows)
    return Drawing({"data": [trace], "layout": layout}, table)


def waterfall(
    start: Step,
    steps: Sequence[Step],
    end: Step,
    *,
    places: int = 1,
    end_token: str = "$accent",  # noqa: S107
) -> Drawing:
    """Draw how steps lead from start to end: lying stacked bars on a transparent base.

    One row a step, the figure always to the right of its bar: labels cannot touch, however many
    steps or however long their names. The rows sum: start + Σ steps = end.
    """
    rows = [start, *steps, end]
    levels = _levels(start, steps, end)
    low = min(min(level) for level in levels)
    high = max(max(level) for level in levels)
    floor = 0.0 if low <= 0.35 * high else low - 0.35 * (high - low)
    edge_rows = {0, len(rows) - 1}
    spans = [
        (floor, level[1]) if i in edge_rows else (min(level), max(level))
        for i, level in enumerate(levels)
    ]
    words = [
        formats.number(row.value, places, plus=i not in edge_rows) for i, row in enumerate(rows)
    ]
    tokens = [
        "$rest" if i == 0 else end_token if i == len(rows) - 1 else _tone(row.value)
        for i, row in enumerate(rows)
    ]
    places_y = list(range(len(rows)))
    hover = [
        "<br>".join(filter(None, [row.label, word, row.note]))
        for row, word in zip(rows, words, strict=True)
    ]
    hidden = {
        "type": "bar", "orientation": "h", "y": places_y, "x": [lo - floor for lo, _hi in spans],
        "base": floor, "marker": {"color": "rgba(0,0,0,0)"}, "hoverinfo": "skip",
    }  # fmt: skip
    seen = {
        "type": "bar", "orientation": "h", "y": places_y, "x": [hi - lo for lo, hi in spans],
        "base": [lo for lo, _hi in spans], "marker": {"color": tokens},
        "text": words, "textposition": "outside", "cliponaxis": False, "textfont": theme.AXIS_FONT,
        "hovertext": hover, "hovertemplate": _HOVER,
    }  # fmt: skip
    layout = theme.base_layout(
        32 + _ROW * len(rows),
        barmode="overlay",
        bargap=0.36,
        xaxis={**theme.value_axis(rangemode="normal", nticks=6),
               "range": [floor, high + 0.14 * (high - floor)]},
        yaxis={**theme.name_axis(showline=False, tickmode="array"), "type": "linear",
               "tickvals": places_y, "ticktext": [shortened(row.label, 14) for row in rows],
               "range": [len(rows) - 0.4, -0.6]},
        shapes=_connectors(spans, levels),
    )  # fmt: skip
    table = ChartTable(
        (_("项目"), _("分值")),
        tuple((row.label, word) for row, word in zip(rows, words, strict=True)),
    )
    return Drawing({"data": [hidden, seen], "layout": layout}, table)


def _tone(value: float) -> str:
    return "$teal" if value >= 0 else "$bad"


def _levels(start: Step, steps: Sequence[Step], end: Step) -> list[tuple[float, float]]:
    levels = [(0.0, start.value)]
    at = start.value
    for step in steps:
        levels.append((at, at + step.value))
        at += step.value
    return [*levels, (0.0, end.value)]


def _connectors(
    spans: Sequence[tuple[float, float]], levels: Sequence[tuple[float, float]]
) -> list[dict[str, Any]]:
    return [
        {"type": "line", "x0": levels[i][1], "x1": levels[i][1], "y0": i, "y1": i + 1,
         "layer": "below", "line": {"color": "$line", "width": 1}}
        for i in range(len(spans) - 1)
    ]  # fmt: skip
