"""Draw lines over months 走势."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from babel.dates import format_date
from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import Measure, measure_text, ratio_places, ticks
from core.month import Month
from core.parts import ChartTable, Drawing, Words

_FEW = 8
"""So many months can all be named on a phone."""
_YEAR = 13
"""So many can be named on a wide card."""


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line of a trend; months without a value leave a gap, never a zero."""

    label: Words
    values: tuple[float | None, ...]
    token: str = ""


def line_trend(
    months: Sequence[Month], lines: Sequence[Line], *, measure: Measure = "count", height: int = 300
) -> Drawing:
    """Draw lines over months; the year is said where it begins, the newest month always.

    Months before the first value of any line are left out: history that never was is no gap. A
    line without any value is in the table, but not in the legend.
    """
    months, lines = _from_the_first_value(months, lines)
    drawn = [(i, line) for i, line in enumerate(lines) if _has_value(line)]
    labelled = len(drawn) > 1
    places = ratio_places(value for line in lines for value in line.values)
    layout = theme.base_layout(
        height,
        hovermode="x unified",
        showlegend=labelled,
        legend=theme.legend(),
        xaxis=_month_axis(months, _YEAR),
        yaxis=_level_axis(lines, measure),
        margin={"l": 8, "r": 16, "t": 32 if labelled else 12, "b": 8, "pad": 4},
    )
    traces = [_trace(line, i, months, measure, places) for i, line in drawn or enumerate(lines)]
    rows = tuple(
        (formats.month(month), *(measure_text(line.values[i], measure, places) for line in lines))
        for i, month in enumerate(months)
    )
    headings = (_("账期"), *(line.label for line in lines))
    figure = {"data": traces, "layout": layout, "measure": measure}
    if len(months) > _FEW:
        narrow = {**layout, "xaxis": _month_axis(months, _FEW)}
        figure["narrow"] = {"data": traces, "layout": narrow}
    period = months_between(months[0], months[-1]) if months else ""
    return Drawing(figure, ChartTable(headings, rows), period)


def months_between(first: Month, last: Month) -> str:
    """Write what a line over months spans: ``2026年3月–10月`` or ``Mar–Oct 2026``."""
    end = formats.month(last)
    if first == last:
        return end
    if first.year != last.year:
        dash = "–" if formats.is_chinese() else " – "
        return f"{formats.month(first)}{dash}{end}"
    if formats.is_chinese():
        return f"{formats.month(first)}–{last.month}月"
    begin = format_date(first.first_day, "MMM", locale=formats.babel_locale(False))
    return f"{begin}–{end}"


def _has_value(line: Line) -> bool:
    return any(value is not None for value in line.values)


def _from_the_first_value(
    months: Sequence[Month], lines: Sequence[Line]
) -> tuple[Sequence[Month], Sequence[Line]]:
    known = [i for i in range(len(months)) if any(line.values[i] is not None for line in lines)]
    first = known[0] if known else 0
    return months[first:], [replace(line, values=line.values[first:]) for line in lines]


def _month_axis(months: Sequence[Month], room: int) -> dict[str, Any]:
    every = 1 if len(months) <= room else 2
    shown = [i for i in range(len(months)) if (len(months) - 1 - i) % every == 0]
    words, year = [], None
    for i in shown:
        word = formats.month_tick(months[i], with_year=False)
        words.append(word if months[i].year == year else f"{word}<br>{months[i].year}")
        year = months[i].year
    axis = theme.name_axis(tickmode="array", tickangle=0, tickvals=shown, ticktext=words)
    return {**axis, "type": "linear", "range": [-0.4, len(months) - 0.6]}


def _level_axis(lines: Sequence[Line], measure: Measure) -> dict[str, Any]:
    known = [value for line in lines for value in line.values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    low = 0.0 if low >= 0 and (low < 0.75 * high or low == high) else low
    points, words = ticks(low, high if high > low else low + 1, measure)
    air = 0.04 * (points[-1] - points[0])
    return theme.value_axis(
        tickmode="array",
        tickvals=points,
        ticktext=words,
        rangemode="normal",
        range=[points[0] - (air if points[0] else 0), points[-1] + air],
    )


def _trace(
    line: Line, i: int, months: Sequence[Month], measure: Measure, places: int
) -> dict[str, Any]:
    token = line.token or theme.LINE_TOKENS[i % len(theme.LINE_TOKENS)]
    dash = theme.LINE_DASHES[i % len(theme.LINE_DASHES)]
    sign = theme.LINE_SIGNS[i % len(theme.LINE_SIGNS)]  # colour is never the only difference
    hover = [
        f"{formats.month(month)} {measure_text(value, measure, places)}"
        for month, value in zip(months, line.values, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": str(line.label),
        "x": list(range(len(months))),
        "y": list(line.values),
        "connectgaps": False,
        "line": {"color": token, "width": 2.5 if i == 0 else 1.8, "dash": dash},
        "marker": {"color": token, "size": 7 if i == 0 else 6, "symbol": sign},
        "cliponaxis": False,
        "hovertext": hover,
        "hovertemplate": f"{line.label} %{{hovertext}}<extra></extra>",
    }
