"""Write a table to a file: every row of the current filter, as CSV or as Excel with its notes.

Texts that a spreadsheet would run as a formula get an apostrophe in front. Rows are streamed: the
CSV never exists as a whole, the workbook is written row by row to a file on disk.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, cast, get_args

import xlsxwriter
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from core import formats
from core.cells import in_brackets, masked_text
from core.errors import DomainError
from core.masked import Masked
from core.money import LI_PER_YUAN
from core.month import Month
from core.table import Column, Table

Format = Literal["csv", "xlsx"]
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER_FORMATS = {
    "money": "#,##0.00",
    "ratio": "0.0%",
    "bar": "0.0%",
    "score": "0.00",
    "delta": "+0.00;-0.00;0.00",
    "points": "+0.0%;-0.0%;0.0%",
    "int": "#,##0",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Notes:
    """Say beside the rows what they are: lines of label and text, definitions after them."""

    lines: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...] = ()


def harmless(text: str) -> str:
    """Return a text no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def cell_value(column: Column, row: Any) -> Any:
    """Return the value of one cell in a file: money in 元, numbers as numbers, text harmless."""
    value = column.value_of(row)
    if value is None:
        return None
    if isinstance(value, Masked):
        return masked_text(value)
    if column.kind == "money":
        return Decimal(value) / LI_PER_YUAN
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, dt.date | int | float | Decimal):
        return value
    return harmless(str(value))


def heading(column: Column) -> str:
    """Return a column's heading with the unit of the file's numbers."""
    written = {"money": _("元"), "points": ""}  # a file holds 元 and plain ratios
    unit = written.get(column.kind, column.heading_unit)
    return f"{column.label}{in_brackets(unit)}" if unit else str(column.label)


def columns_of(table: Table) -> list[Column]:
    """Return the columns of a file."""
    return [column for column in table.columns if column.export]


class _Echo:
    def write(self, text: str) -> str:
        return text


def csv_lines(table: Table, rows: Iterable[Any]) -> Iterator[str]:
    """Yield the lines of a CSV file, the byte order mark first so that Excel reads UTF-8."""
    columns = columns_of(table)
    writer = csv.writer(_Echo())
    yield "\ufeff" + cast(str, writer.writerow([heading(column) for column in columns]))
    for row in rows:
        yield cast(str, writer.writerow([_plain(cell_value(column, row)) for column in columns]))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return repr(value) if isinstance(value, float) else str(value)


def write_workbook(file: Any, table: Table, rows: Iterable[Any], notes: Notes) -> int:
    """Write rows and notes to an open file; return how many rows there were."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    columns = columns_of(table)
    sheet = book.add_worksheet(_sheet_name(str(table.title)))
    bold = book.add_format({"bold": True})
    styles = [
        book.add_format({"num_format": _NUMBER_FORMATS.get(c.kind, "General")}) for c in columns
    ]
    for place, column in enumerate(columns):
        sheet.set_column(place, place, 28 if column.wide else 14)
        sheet.write_string(0, place, heading(column), bold)
    sheet.freeze_panes(1, 0)
    n_rows = 0
    for n_rows, row in enumerate(rows, start=1):
        for place, column in enumerate(columns):
            _write(sheet, n_rows, place, cell_value(column, row), styles[place])
    _write_notes(book, notes, n_rows, bold)
    book.close()
    return n_rows


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title).strip()[:31] or "1"


def _write(sheet: Any, line: int, place: int, value: Any, style: Any) -> None:
    if value is None:
        return
    if isinstance(value, dt.date):
        sheet.write_string(line, place, value.isoformat(), style)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(line, place, value, style)
    else:
        sheet.write_string(line, place, value, style)


def _write_notes(book: Any, notes: Notes, n_rows: int, bold: Any) -> None:
    sheet = book.add_worksheet(_("说明"))
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 80)
    lines = [*notes.lines, (_("行数"), formats.number(n_rows))]
    for place, (label, text) in enumerate(lines):
        sheet.write_string(place, 0, label, bold)
        sheet.write_string(place, 1, harmless(text))
    start = len(lines) + 1
    if notes.definitions:
        sheet.write_string(start, 0, _("指标口径"), bold)
    for place, (label, text) in enumerate(notes.definitions, start=start + 1):
        sheet.write_string(place, 0, label)
        sheet.write_string(place, 1, harmless(text))


def file_response(
    table: Table, rows: Iterable[Any], *, kind: str, name: str, notes: Notes
) -> HttpResponseBase:
    """Answer with the file; ``name`` has no ending.

    Raises:
        DomainError: for a format there is none of.
    """
    response: HttpResponseBase
    if require_format(kind) == "csv":
        response = StreamingHttpResponse(
            csv_lines(table, rows), content_type="text/csv; charset=utf-8"
        )
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        write_workbook(file, table, rows, notes)
        file.seek(0)
        response = FileResponse(file, content_type=XLSX)
    response.headers["Content-Disposition"] = disposition(f"{name}.{kind}")
    return response


def require_format(kind: str) -> Format:
    """Return a format there is.

    Raises:
        DomainError: for a format there is none of.
    """
    if kind not in get_args(Format):
        raise DomainError(
            "bad_format",
            _("没有“{kind}”这种导出格式。").format(kind=kind[:20]),
            _("可选 csv 或 xlsx。"),
        )
    return cast(Format, kind)


def disposition(name: str) -> str:
    """Return the header that makes a browser save the answer under a name."""
    return content_disposition_header(True, name) or "attachment"


def write_file(path: Path, table: Table, rows: Iterable[Any], *, kind: Format, notes: Notes) -> int:
    """Write a whole file to disk, row by row; return its size in bytes."""
    with path.open("wb") as file:
        if kind == "csv":
            for line in csv_lines(table, rows):
                file.write(line.encode())
        else:
            write_workbook(file, table, rows, notes)
        file.flush()
        os.fsync(file.fileno())
    return path.stat().st_size
