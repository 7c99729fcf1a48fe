"""Read a large plain CSV by one typed DuckDB scan 类型化扫描, sorted, with its rejects.

It means the same as ``gate_rows.py`` (a test holds them equal) and is much faster. What the scan
rejects, and rows that are suspect afterwards (``suspects``), go through the row reader, which
names line, column and value. Fractions are checked exactly: money is read four decimals wide,
because DuckDB rounds silently; longer fractions are not plain (``parse.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq

from core.month import Month
from warehouse.contracts import CellType, Column
from warehouse.gate import Limits
from warehouse.gate_cells import (
    CellReader,
)
from warehouse.gate_locate import unread
from warehouse.gate_source import Source
from warehouse.mapping import MONEY_UNITS
from warehouse.mapping_expressions import Expression
from warehouse.parse_rows import Record
from warehouse.parse_split import SplitFile, split
from warehouse.store import literal, parquet_options, quoted

MAX_REJECTS: Final = 200_000
NOT_EXACT: Final = -(2**62)
_SCAN_TYPES: Final = {
    CellType.MONEY: "DECIMAL(18,4)",
    CellType.DECIMAL: "DECIMAL(18,3)",
    CellType.INTEGER: "DECIMAL(18,4)",
    CellType.NUMBER: "DECIMAL(18,4)",
    CellType.DATE: "DATE",
    CellType.BOOL: "BOOLEAN",
}
_FALL_BACK: Final = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.BinderException,
    duckdb.OutOfRangeException,
)


@dataclass(frozen=True, slots=True)
class TypedPart:
    """Be what a typed scan read: a sorted Parquet of the staged columns."""

    source: Source
    path: Path
    n_rows: int


def can_scan(source: Source, limits: Limits) -> bool:
    """Say whether a file may be read by a typed scan: large, plain, columns only renamed."""
    text, rule = source.text, source.file.rule
    return (
        text is not None
        and not source.contract.small
        and rule.format in ("", "csv")
        and text.path.stat().st_size >= limits.typed_from_bytes
        and not (rule.date_format or rule.thousands or rule.distinct or rule.skip_rows)
        and rule.quote in ("", '"')
        and all(e.is_plain or _is_constant(e) for e in source.expressions.values())
    )


def _is_constant(expression: Expression) -> bool:
    return expression.constant is not None and expression == Expression(
        constant=expression.constant, unit=expression.unit
    )


def scan(
    connection: duckdb.DuckDBPyConnection, source: Source, month: Month, target: Path
) -> tuple[TypedPart, list[Record]] | None:
    """Scan a file into ``target``; return the part and the records it could not read.

    Returns:
        ``None`` when the row reader has to read the whole file: too much dirt or too many
        rejects, a quote that never closes, or as many records as there are lines not found.
    """
    first_line = source.first_line()
    text = source.text
    assert text is not None  # noqa: S101 - can_scan saw it
    lines = SplitFile(text.path, text.n_lines)
    if not text.is_plain:
        copy = target.with_suffix(".txt")
        separated = split(text, source.file.rule.delimiter, first_line, copy)
        if separated is None:
            return None
        lines = separated
    rejects = f"rejects_{source.number}"
    query = _query(source, month, lines.plain, skip=first_line - 1, rejects=rejects)
    try:
        connection.execute(f"COPY ({query}) TO {literal(str(target))} ({parquet_options()})")
    except _FALL_BACK:
        return None
    found = connection.execute(
        f"SELECT line_byte_position, any_value(csv_line), bool_or(error_type = 'UNQUOTED VALUE') "
        f"FROM {rejects} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    connection.execute(f"DROP TABLE {rejects}; DROP TABLE scans_{rejects}")
    part = TypedPart(source, target, pq.read_metadata(target).num_rows)
    if len(found) >= MAX_REJECTS or any(row[2] for row in found):
        return None
    if not text.has_quotes and part.n_rows + len(found) + first_line - 1 != lines.n_plain:
        return None
    return part, unread(source, lines, [(row[0], row[1]) for row in found])


def _query(source: Source, month: Month, path: Path, *, skip: int, rejects: str) -> str:
    rule = source.file.rule
    columns = source.contract.by_name
    feeds = {e.column: name for name, e in source.expressions.items() if e.column}
    types = [
        f"'c{i}': {literal(_scan_type(columns[feeds[name]], month, rule.month_offset))}"
        if name in feeds
        else f"'c{i}': 'VARCHAR'"
        for i, name in enumerate(source.names)
    ]
    nulls = ", ".join(literal(word) for word in dict.fromkeys(("", *rule.null_words)))
    select = ", ".join(
        f"{_staged(source, column, month)} AS {quoted(column.staged)}"
        for column in source.contract.staged
    )
    quote = literal(rule.quote)
    order = ", ".join(map(quoted, source.contract.sort_by))
    month_cell = _cell(source, "month")
    # a filter no row fails: the month's column must be read, or its rejects would not be noticed
    where = f" WHERE {month_cell} IS DISTINCT FROM '—'" if month_cell else ""
    return (
        f"SELECT {select} FROM read_csv({literal(str(path))}, auto_detect=false, "
        f"header=false, skip={skip}, delim={literal(rule.delimiter)}, quote={quote}, "
        f"escape={quote}, nullstr=[{nulls}], columns={{{', '.join(types)}}}, "
        f"store_rejects=true, rejects_table='{rejects}', rejects_scan='scans_{rejects}', "
        f"rejects_limit={MAX_REJECTS}){where} ORDER BY {order}"
    )


def _cell(source: Source, name: str) -> str:
    expression = source.expressions.get(name)
    if expression is None or not expression.column:
        return ""
    return f"c{source.names.index(expression.column)}"


def _scan_type(column: Column, month: Month, offset: int) -> str:
    if column.type is CellType.ENUM:
        return f"ENUM({', '.join(literal(code) for code in column.codes)})"
    if column.type is CellType.MONTH:
        m = month.plus(offset)
        spellings = (str(m), f"{m.year}{m.month:02d}", f"{m.year}年{m.month:02d}月", "—")
        return f"ENUM({', '.join(map(literal, spellings))})"
    return _SCAN_TYPES.get(column.type, "VARCHAR")


def _staged(source: Source, column: Column, month: Month) -> str:
    """Return the SQL of one staged column, exact or ``NOT_EXACT``."""
    expression = source.expressions.get(column.name)
    if expression is None:
        return f"CAST(NULL AS {column.sql_type})"
    if expression.constant is not None:
        reader = CellReader(column, source.file.rule, month, expression.unit)
        value = reader.read(expression.constant).value
        return f"CAST({'NULL' if value is None else literal(str(value))} AS {column.sql_type})"
    cell = _cell(source, column.name)
    if column.type is CellType.MONEY:
        return _exact(cell, 10_000 // MONEY_UNITS[expression.unit or source.file.rule.money_unit])
    return {
        CellType.ENUM: f"CAST({cell} AS VARCHAR)",
        CellType.DECIMAL: f"CAST({cell} * 1000 AS BIGINT)",
        CellType.NUMBER: f"CAST({cell} AS DOUBLE)",
        CellType.INTEGER: _exact(cell, 10_000),
    }.get(column.type, cell)


def _exact(cell: str, divisor: int) -> str:
    whole = f"CAST({cell} * 10000 AS BIGINT)"
    return (
        f"CASE WHEN {whole} % {divisor} = 0 THEN {whole} // {divisor} "
        f"WHEN {cell} IS NOT NULL THEN {NOT_EXACT} END"
    )
