"""Draw a heat map 热力图: one hue from faint to full, the words of every cell written in it.

The scale runs by lightness alone, so it reads the same to every eye; cells without a shade keep
their words. A click on a cell leads where its ``url`` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core import chart_theme as theme
from core.chart_axis import in_two_lines, shortened, text_width
from core.parts import ChartTable, Drawing, Words

_ROW = 36
_SCALE = [[0, "$tint"], [1, "$heat"]]  # ink is readable on every shade, in both themes
_MAX_NARROW_COLUMNS = 7
_NARROW = 320  # px of a plot on a phone
_SMALL = 10  # px of its columns' names and of the words in its cells
_WIDE_EM = 44.0  # for the columns' names of a wide one together
_HOVER = "%{hovertext}<extra></extra>"


@dataclass(frozen=True, slots=True)
class Heat:
    """Be one cell: its shade (None: no shade), its words, and (optional) hover and link."""

    shade: float | None
    words: str
    hover: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class _Top:
    """Be what stands above the columns; ``unit`` is said once for all of them."""

    heads: Sequence[str]
    unit: str = ""
    upright: bool = False


def heat_map(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Heat]],
    *,
    corner: Words = "",
    highest: float | None = None,
) -> Drawing:
    """Draw rows × columns; ``highest`` is the value of the full shade (default: the greatest)."""
    headings = (corner or _("名称"), *columns)
    lines = tuple(
        (name, *(cell.words for cell in line)) for name, line in zip(rows, cells, strict=True)
    )
    known = [cell.shade for line in cells for cell in line if cell.shade is not None]
    low = min([0.0, *known])
    high = highest if highest is not None else max([0.0, *known])
    span = (low, high if high > low else low + 1)
    wide = _figure(rows, columns, cells, span, narrow=False)
    if len(columns) > max(len(rows), _MAX_NARROW_COLUMNS):  # lying down it has room for its words
        turned = [list(line) for line in zip(*cells, strict=True)]
        narrow = _figure(columns, rows, turned, span, narrow=True)
    else:
        narrow = _figure(rows, columns, cells, span, narrow=True)
    return Drawing({**wide, "narrow": narrow}, ChartTable(headings, lines))


def _figure(
    rows: Sequence[str],
    columns: Sequence[str],
    cells: Sequence[Sequence[Heat]],
    span: tuple[float, float],
    *,
    narrow: bool,
) -> dict[str, Any]:
    trace = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [[cell.shade for cell in line] for line in cells],
        "zmin": span[0],
        "zmax": span[1],
        "colorscale": _SCALE,
        "showscale": False,
        "hoverongaps": True,
        "xgap": 2,
        "ygap": 2,
        "hovertext": [
            [
                cell.hover or f"{row}<br>{column}<br><b>{cell.words}</b>"
                for column, cell in zip(columns, line, strict=True)
            ]
            for row, line in zip(rows, cells, strict=True)
        ],
        "hovertemplate": _HOVER,
    }
    if any(cell.url for line in cells for cell in line):
        trace["customdata"] = [[cell.url for cell in line] for line in cells]
    sides = [in_two_lines(name, 7.5) if narrow else shortened(name, 12) for name in rows]
    top = _narrow_top(columns, sides) if narrow else _wide_top(columns)
    font = {**theme.AXIS_FONT, "size": _SMALL} if narrow else theme.AXIS_FONT
    layout = theme.base_layout(
        56 + _ROW * max(len(rows), 2),
        xaxis=_axis(
            top.heads,
            side="top",
            tickangle=-90 if top.upright else 0,
            title={"text": top.unit, "font": font},
            tickfont=font,
        ),
        yaxis={
            **_axis(sides),
            "range": [len(rows) - 0.5, -0.5],
        },
    )
    if not narrow or len(columns) <= _MAX_NARROW_COLUMNS:
        layout["annotations"] = _words(cells, narrow=narrow)
    return {"data": [trace], "layout": layout}


def _wide_top(columns: Sequence[str]) -> _Top:
    room = max(8.0, _WIDE_EM / max(len(columns), 1))
    return _Top([shortened(name, room) for name in columns])


def _narrow_top(columns: Sequence[str], sides: Sequence[str]) -> _Top:
    """Write the columns' names beside rows' names; upright where they find no room.

    A leaning name would leave the plot beyond the last column.
    """
    lines = [line for side in sides for line in side.split("<br>")]
    plot = _NARROW - 12 * max(map(text_width, lines), default=0.0)
    room = plot / max(len(columns), 1) / _SMALL
    unit, names = _apart(columns)
    heads = [_head(name, room) for name in names]
    words = [word for head in heads for word in head.split("<br>")]
    if max(map(text_width, words), default=0.0) > room:
        return _Top([shortened(name, 11) for name in names], unit, upright=True)
    return _Top(heads, unit)


def _apart(names: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Part names that all end in one word from it: 0 人, 1–9 人, 10–49 人."""
    ends = {name.rpartition(" ")[2] for name in names if " " in name}
    if len(ends) != 1 or not all(" " in name for name in names):
        return "", names
    return ends.pop(), [name.rpartition(" ")[0] for name in names]


def _head(name: str, room: float) -> str:
    """Write a column's name on a phone: two words one above the other where they fit like that."""
    words = name.split(" ")
    stacked = len(words) == 2 and text_width(name) > room >= max(map(text_width, words))
    return "<br>".join(words) if stacked else shortened(name, 6)


def _axis(names: Sequence[str], **more: Any) -> dict[str, Any]:
    axis = theme.name_axis(
        **{"showline": False, "tickmode": "array", "tickangle": 0, "ticks": "", **more}
    )
    places = {"tickvals": list(range(len(names))), "ticktext": list(names)}
    return {**axis, **places, "type": "linear", "range": [-0.5, len(names) - 0.5]}


def _words(cells: Sequence[Sequence[Heat]], *, narrow: bool) -> list[dict[str, Any]]:
    """Write each cell's words; those of cells without a shade stand back."""
    return [
        {"x": x, "y": y, "text": cell.words.replace("100.0%", "100%") if narrow else cell.words,
         "showarrow": False, "font": {"size": _SMALL if narrow else 12,
                                      "color": "$muted" if cell.shade is None else "$ink"}}
        for y, line in enumerate(cells)
        for x, cell in enumerate(line)
        if cell.words
    ]  # fmt: skip
