"""Turn a pivot into a heat map; the row of a city leads into that city."""

from __future__ import annotations

import math
from collections.abc import Callable

from analytics.multi_dimensional.compute import Pivot, Value
from core import formats
from core.chart_heat import Heat, heat_map
from core.parts import Drawing, Words


def pivot_map(
    pivot: Pivot, *, money: bool, corner: Words, link: Callable[[str, str], str]
) -> Drawing:
    """Draw the cells; ``link`` leads from a row and column further down."""
    rows = [
        [
            _cell(line.name, name, line.cells[code], money=money, url=link(line.code, code))
            for code, name in pivot.columns
        ]
        for line in pivot.rows
    ]
    names = [line.name for line in pivot.rows]
    return heat_map(names, [name for _code, name in pivot.columns], rows, corner=corner)


def _cell(row: str, column: str, value: Value, *, money: bool, url: str) -> Heat:
    if value is None:
        return Heat(None, formats.NO_VALUE, f"{row} × {column}<br>{formats.NO_VALUE}")
    whole = str(formats.money(value)) if money else formats.number(value)
    short = formats.money_in(value, "wan", 1) if money else formats.number(value)
    # by root: one great cell must not make all others look alike; nothing has no shade
    shade = math.copysign(math.sqrt(abs(value)), value) if value else None
    return Heat(shade, short, f"{row} × {column}<br><b>{whole}</b>", url)
