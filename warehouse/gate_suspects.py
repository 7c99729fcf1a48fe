"""Say which scanned rows are suspect 疑点行: accepted by the scan, not by the row reader."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.contracts import CellType, Column
from warehouse.gate_cells import CODE_FORM, FIRST_YEAR, LARGEST, LAST_YEAR, OPAQUE_FORM
from warehouse.gate_source import Source
from warehouse.store import literal, quoted


def cell_suspicion(source: Source) -> str:
    """Return the SQL condition under which a scanned row must be read again, row by row."""
    conditions = ["false"]
    for column in source.contract.staged:
        if column.name in source.expressions:
            conditions += _suspicions(column, quoted(column.staged))
        elif column.required:
            conditions.append("true")
    return " OR ".join(conditions)


def _suspicions(column: Column, name: str) -> Iterable[str]:
    if column.required and column.type not in (CellType.MONEY, CellType.DECIMAL):
        yield f"{name} IS NULL"
    if column.type in (CellType.CODE, CellType.OPAQUE):
        form = CODE_FORM if column.type is CellType.CODE else OPAQUE_FORM
        yield f"NOT regexp_full_match({name}, {literal(form)})"
    if column.type is CellType.OPAQUE:
        yield f"contains({name}, 'E+') OR contains({name}, 'e+')"
    if column.type is CellType.DATE:
        yield f"{name} < DATE '{FIRST_YEAR}-01-01' OR {name} > DATE '{LAST_YEAR}-12-31'"
    if column.type is CellType.MONEY:
        yield f"abs({name}) >= {LARGEST}"
    if column.type in (CellType.INTEGER, CellType.NUMBER):
        low = -LARGEST if column.lowest is None else column.lowest
        high = LARGEST if column.highest is None else column.highest
        yield f"{name} NOT BETWEEN {low} AND {high}"
    if column.type is CellType.DECIMAL:
        yield f"abs({name}) >= {LARGEST}"
