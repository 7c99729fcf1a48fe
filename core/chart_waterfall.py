"""Draw a waterfall 瀑布图: the bundle has no such trace, so bars lie on a start of their own.

One row a step, the figure always right of its bar: labels cannot touch, however many steps there
are or however long their names. The rows sum: start + Σ steps = end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core import formats
from core.chart_axis import in_two_lines, nice_step, text_width, with_room
from core.parts import ChartTable, Drawing

_ROW = 28
_WIDTH = 560
_HOVER = "<b>%{hovertext}</b><extra></extra>"


@dataclass(frozen=True, slots=True)
class Step:
    """Be one step of a waterfall: what it adds (or takes away)."""

    label: str
    value: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Row:
    step: Step
    low: float
    high: float
    after: float
    word: str
    token: str


def waterfall(
    start: Step,
    steps: Sequence[Step],
    end: Step,
    *,
    places: int = 1,
    end_token: str = "$accent",  # noqa: S107 - a colour
) -> Drawing:
    """Draw how steps lead from start to end, green-blue up, red down, both ends from the axis."""
    floor = _floor(start, steps, end)
    first = formats.number(start.value, places)
    last = formats.number(end.value, places)
    rows = [
        _Row(start, floor, start.value, start.value, first, "$rest"),
        *_steps(start.value, steps, places),
        _Row(end, floor, end.value, end.value, last, end_token),
    ]
    table = ChartTable((_("项目"), _("分值")), tuple((row.step.label, row.word) for row in rows))
    return Drawing({"data": [_trace(rows)], "layout": _layout(rows, floor)}, table)


def _floor(start: Step, steps: Sequence[Step], end: Step) -> float:
    levels, at = [start.value, end.value], start.value
    for step in steps:
        at += step.value
        levels.append(at)
    low, high = min(levels), max(levels)
    if low <= 0:
        return low
    by = nice_step(high, 8)
    return max(0.0, (int((low - 0.6 * (high - low)) / by)) * by)


def _steps(at: float, steps: Sequence[Step], places: int) -> list[_Row]:
    rows = []
    for step in steps:
        low, high = sorted((at, at + step.value))
        at += step.value
        word = formats.number(step.value, places, plus=True)
        rows.append(_Row(step, low, high, at, word, "$teal" if step.value >= 0 else "$bad"))
    return rows


def _trace(rows: Sequence[_Row]) -> dict[str, Any]:
    hover = ["<br>".join(filter(None, [row.step.label, row.word, row.step.note])) for row in rows]
    return {
        "type": "bar",
        "orientation": "h",
        "y": list(range(len(rows))),
        "x": [row.high - row.low for row in rows],
        "base": [row.low for row in rows],
        "marker": {"color": [row.token for row in rows]},
        "text": [f" {row.word}" for row in rows],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": theme.AXIS_FONT,
        "hovertext": hover,
        "hovertemplate": _HOVER,
    }


def _layout(rows: Sequence[_Row], floor: float) -> dict[str, Any]:
    highest = max(row.high for row in rows)
    said = [in_two_lines(row.step.label, 14) for row in rows]
    name_em = max(text_width(line) for name in said for line in name.split("<br>"))
    label_em = max(text_width(row.word) for row in rows)
    end = floor + with_room(highest - floor, label_em, _WIDTH - name_em * 12 - 40)
    names = {
        "type": "linear",
        "tickvals": list(range(len(rows))),
        "ticktext": said,
        "range": [len(rows) - 0.4, -0.6],
    }
    return theme.base_layout(
        40 + _ROW * len(rows),
        bargap=0.36,
        xaxis=theme.value_axis(rangemode="normal", nticks=6, tickangle=0, range=[floor, end]),
        yaxis={**theme.name_axis(showline=False, tickmode="array"), **names},
        shapes=[_connector(row, i) for i, row in enumerate(rows[:-1])],
        meta={"nameEm": name_em, "labelEm": label_em, "highest": highest, "floor": floor},
    )


def _connector(row: _Row, i: int) -> dict[str, Any]:
    return {
        "type": "line", "x0": row.after, "x1": row.after, "y0": i, "y1": i + 1, "layer": "below",
        "line": {"color": "$rest", "width": 1},
    }  # fmt: skip
