"""Draw tables on slides: KPI figures, rows of a page's table as written there, heat maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches

from core import cells
from core.chart_axis import text_width
from core.chart_theme import GRADE_TOKENS
from core.masked import Masked
from core.parts import Drawing, Kpi
from core.slides_look import BODY_HEIGHT, BODY_WIDTH, LEFT, TOP, blend, colour, style
from core.table import Column
from core.table_view import TableView

N_ROWS, N_COLUMNS = 14, 12
_LEAST = 8.0  # pt: smaller than this nobody reads
_LINE = 1.5  # a row's height in lines of its text
_TONES = {"good": "$good", "bad": "$bad"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Be one cell: its words, and colours where they mean something."""

    text: str
    token: str = "$ink"  # noqa: S105 - a colour
    fill: Any = None
    bold: bool = False
    right: bool = False


Line = Sequence[Cell]


def draw_table(slide: Any, lines: Sequence[Line], *, size: float, row: float = 0.34) -> Any:
    """Draw lines of cells, the first one the headings; columns are as wide as their words.

    ``size`` and ``row`` are the most there is room for: long tables are written smaller.
    """
    n_rows, n_columns = len(lines), len(lines[0])
    row = min(row, BODY_HEIGHT.inches / n_rows)
    size = min(_fitting(lines, size), row * 72 / _LINE)
    height = Inches(row * n_rows)
    frame = slide.shapes.add_table(n_rows, n_columns, LEFT, TOP, BODY_WIDTH, height)
    table = frame.table
    table.horz_banding = False
    for place, width in enumerate(_widths(lines)):
        table.columns[place].width = width
    for i, line in enumerate(lines):
        table.rows[i].height = Inches(row)
        for j, cell in enumerate(line):
            _fill_cell(table.cell(i, j), cell, size=size, is_heading=i == 0)
    return table


def _wide(lines: Sequence[Line]) -> list[float]:
    return [
        min(max(text_width(line[j].text) for line in lines), 24.0) + 1.6
        for j in range(len(lines[0]))
    ]


def _fitting(lines: Sequence[Line], size: float) -> float:
    """Return the size at which the words of a line stand beside each other."""
    return float(max(min(size, BODY_WIDTH.inches * 72 / sum(_wide(lines))), _LEAST))


def _widths(lines: Sequence[Line]) -> list[Emu]:
    wide = _wide(lines)
    return [Emu(int(BODY_WIDTH * each / sum(wide))) for each in wide]


def _fill_cell(place: Any, cell: Cell, *, size: float, is_heading: bool) -> None:
    place.margin_top = place.margin_bottom = Inches(0.02)
    place.margin_left = place.margin_right = Inches(0.06)
    place.vertical_anchor = MSO_ANCHOR.MIDDLE
    place.fill.solid()
    place.fill.fore_color.rgb = cell.fill or colour("$page" if is_heading else "$card")
    token = "$muted" if is_heading and cell.fill is None else cell.token
    style(
        place.text_frame.paragraphs[0],
        cell.text,
        size=size,
        token=token,
        bold=cell.bold or is_heading,
        right=cell.right,
    )


def kpi_lines(kpis: Sequence[Kpi]) -> list[Line]:
    """Return the KPI cards as lines: value, 环比, 同比; the tone's colour as on the cards."""
    labels = [str(change.label) for change in kpis[0].changes]
    words = [_("指标"), _("数值"), *labels]
    lines: list[Line] = [[Cell(word, right=i > 0) for i, word in enumerate(words)]]
    for kpi in kpis:
        changes = [
            Cell(change.text, token=_TONES.get(change.tone, "$ink"), right=True)
            for change in kpi.changes
        ]
        missing = [Cell("", right=True)] * (len(labels) - len(changes))
        lines.append(
            [Cell(str(kpi.label)), Cell(str(kpi.value), bold=True, right=True), *changes, *missing]
        )
    return lines


def view_lines(view: TableView) -> list[Line]:
    """Return the first rows of a page's table, its totals line before them."""
    columns = _columns(view)[:N_COLUMNS]
    lines: list[Line] = [[_heading(column) for column in columns]]
    if view.totals:
        lines.append([_cell(column, view.totals, is_total=True) for column in columns])
    lines += [[_cell(column, row) for column in columns] for row in view.rows[:N_ROWS]]
    return lines


def _heading(column: Column) -> Cell:
    unit = f" ({column.heading_unit})" if column.heading_unit else ""
    return Cell(f"{column.label}{unit}", right=cells.is_numeric(column.kind))


def _cell(column: Column, row: Any, *, is_total: bool = False) -> Cell:
    value = column.value_of(row)
    right = cells.is_numeric(column.kind)
    if isinstance(value, Masked):
        return Cell(cells.masked_text(value), token="$muted", right=right)  # noqa: S106 - a colour
    if is_total and (value is None or value == ""):
        return Cell("", right=right)
    if column.kind == "grade" and value in GRADE_TOKENS and value != "NR":
        text = cells.text_of(column, value)
        return Cell(text, "$card", colour(GRADE_TOKENS[value]), bold=True)
    return Cell(cells.text_of(column, value), bold=is_total, right=right)


def shown_of(view: TableView) -> str:
    """Say how much of the table stands on the slide: rows, filters, columns where some are not."""
    n_shown, n_columns = min(len(view.rows), N_ROWS), len(_columns(view))
    said = _("显示 {n} 行，共 {total} 行").format(n=n_shown, total=view.n_rows_text)
    if n_columns > N_COLUMNS:
        more = _("前 {n} 列，共 {total} 列").format(n=N_COLUMNS, total=n_columns)
        said = f"{said} · {more}"
    narrowed = view.table.narrowed_by(view.query)
    return f"{said} · {narrowed}" if narrowed else said


def _columns(view: TableView) -> list[Column]:
    return [column for column in view.table.shown if not column.is_step]


def heat_lines(drawing: Drawing) -> list[Line]:
    """Return a heat map as lines of coloured cells, its words as on the page."""
    trace = drawing.figure["data"][0]
    low, high = trace["zmin"], trace["zmax"]
    lines: list[Line] = [
        [Cell(str(word), right=i > 0) for i, word in enumerate(_headings(drawing))]
    ]
    for row, shades in zip(drawing.table.rows, trace["z"], strict=True):
        line = [Cell(row[0], bold=True)]
        for words, shade in zip(row[1:], shades, strict=True):
            line.append(_heat(words, None if shade is None else (shade - low) / (high - low)))
        lines.append(line)
    return lines


def _headings(drawing: Drawing) -> Sequence[Any]:
    return drawing.table.headings


def _heat(words: str, share: float | None) -> Cell:
    if share is None:
        return Cell(words, "$muted", right=True)
    return Cell(words, "$ink", blend("$tint", "$heat", share), right=True)
