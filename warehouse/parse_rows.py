"""Read any source as rows of text with their physical line: CSV, fixed width, xlsx, Parquet.

The line of a record is the line it starts on, also when cells hold line breaks.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from warehouse.gate import Finding
from warehouse.gate_ledger import FileRefused
from warehouse.mapping import FileRule

Record = tuple[int, list[str]]
ROWS_PER_CHUNK: Final = 50_000


def quoting(rule: FileRule) -> Literal[0, 3]:
    """Return how Python's reader treats quotes for a rule: as quotes, or as any other character."""
    return csv.QUOTE_MINIMAL if rule.quote else csv.QUOTE_NONE


def csv_records(path: Path, rule: FileRule, *, shown: str) -> Iterator[Record]:
    """Yield the records of a delimited file after ``skip_rows``; a blank line is an empty record.

    Raises:
        FileRefused: when a quote is never closed.
    """
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for _ in islice(lines, rule.skip_rows):
            pass
        reader = csv.reader(
            lines,
            delimiter=rule.delimiter,
            quotechar=rule.quote or None,
            quoting=quoting(rule),
            strict=True,
        )
        start = rule.skip_rows + 1
        try:
            for row in reader:
                yield start, row
                start = rule.skip_rows + reader.line_num + 1
        except csv.Error as problem:
            code = "unclosed_quote" if _is_open(problem) else "unreadable_file"
            raise FileRefused(
                Finding(code, "R", rule.kind, shown, start, value=str(problem))
            ) from problem


def _is_open(problem: csv.Error) -> bool:
    """Tell an unclosed quote (the file, or a cell's limit, ended inside it) from other faults."""
    text = str(problem)
    return "unexpected end of data" in text or "field larger" in text or "expected after" in text


def fixed_records(path: Path, rule: FileRule) -> Iterator[Record]:
    """Yield the records of a fixed-width file; widths count characters."""
    ends = [sum(rule.widths[: i + 1]) for i in range(len(rule.widths))]
    starts = [0, *ends[:-1]]
    with path.open(encoding="utf-8-sig", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if number <= rule.skip_rows:
                continue
            text = line.rstrip("\r\n")
            yield (
                number,
                [text[a:b].strip() for a, b in zip(starts, ends, strict=True)] if text else [],
            )


def xlsx_records(path: Path, rule: FileRule, *, shown: str) -> Iterator[Record]:
    """Yield the rows of a sheet (the first, or ``sheet``) as text.

    Raises:
        FileRefused: when it is not a workbook or has no such sheet.
    """
    try:
        book = python_calamine.load_workbook(str(path))
        sheet = book.get_sheet_by_name(rule.sheet) if rule.sheet else book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, IndexError, OSError) as problem:
        finding = Finding("unreadable_file", "R", rule.kind, shown, value=str(problem))
        raise FileRefused(finding) from problem
    for number, row in enumerate(rows, 1):
        if number > rule.skip_rows:
            cells = [cell_text(cell) for cell in row]
            yield number, cells if any(cells) else []


def parquet_names(path: Path, *, kind: str, shown: str) -> list[str]:
    """Return the column names of a Parquet file.

    Raises:
        FileRefused: when it is not a Parquet file.
    """
    try:
        return list(pq.read_schema(path).names)
    except (pa.ArrowInvalid, OSError) as problem:
        finding = Finding("unreadable_file", "R", kind, shown, value=str(problem)[:200])
        raise FileRefused(finding) from problem


def parquet_records(path: Path) -> Iterator[Record]:
    """Yield the rows of a Parquet file as text; the "line" is the row's number."""
    number = 0
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS_PER_CHUNK):
            columns = [[cell_text(v) for v in column.to_pylist()] for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                yield number, list(row)


def cell_text(value: Any) -> str:
    """Write a typed cell as the text a CSV would hold; floats in full, never in e-notation."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and math.isfinite(value):
        return str(int(value)) if value.is_integer() else f"{Decimal(repr(value)):f}"
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return value.date().isoformat() if midnight else value.isoformat(" ")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def chunked(records: Iterable[Record], size: int = ROWS_PER_CHUNK) -> Iterator[list[Record]]:
    """Group records into lists of at most ``size``."""
    rest = iter(records)
    while chunk := list(islice(rest, size)):
        yield chunk
