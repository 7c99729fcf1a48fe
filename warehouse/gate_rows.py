"""Read a file row by row 逐行读取: the reference meaning of every cell rule.

Rows go to a Parquet part with their file and line (``_file``, ``_line``), chunk by chunk; faulty
rows go to the ledger. Large plain files take the typed scan (``gate_scan.py``) and send only what
it could not read through here.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from core.month import Month
from warehouse.contracts import CellType, Column, Contract
from warehouse.gate import Finding
from warehouse.gate_cells import BLANKS, Cell, CellReader
from warehouse.gate_ledger import FileRefused, Ledger, Place
from warehouse.gate_source import Source
from warehouse.mapping_expressions import Cells, evaluate
from warehouse.parse_rows import Record, chunked

TOTAL_WORDS: Final = frozenset(
    {"合计", "总计", "小计", "总和", "合计:", "total", "subtotal", "sum"}
)
_ARROW: Final = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}
_REFUSING: Final = frozenset({"scientific_id", "month_differs"})


def part_schema(contract: Contract) -> pa.Schema:
    """Return the Arrow schema of a part: the staged columns, then file and line."""
    staged = [(c.staged, _ARROW[c.sql_type]) for c in contract.staged]
    return pa.schema([*staged, ("_file", pa.int32()), ("_line", pa.int64())])


class RowReader:
    """Read the records of one source into a Parquet part."""

    def __init__(self, source: Source, month: Month, ledger: Ledger) -> None:
        """Prepare one cell reader a bound column."""
        self._source = source
        self._ledger = ledger
        self._tally = ledger.tally(source.contract.kind)
        self._declared = month.plus(source.file.rule.month_offset)
        self._nulls = frozenset(source.file.rule.null_words) | {""}
        self._readers = {
            name: CellReader(column, source.file.rule, month, source.expressions[name].unit)
            for name, column in source.contract.by_name.items()
            if name in source.expressions
        }
        self._seen: set[tuple[Any, ...]] = set()
        self._n_rows = 0
        self.bad_groups: set[str] = set()

    def read_into(self, target: Path, records: Iterable[Record]) -> int:
        """Write the good rows to ``target``; return how many records there were."""
        schema = part_schema(self._source.contract)
        n_records = 0
        with pq.ParquetWriter(target, schema, compression="zstd") as writer:
            for chunk in chunked(records):
                n_records += len(chunk)
                columns = self.read_chunk(chunk)
                if columns[-1]:
                    writer.write_table(pa.table(columns, schema=schema))
        return n_records

    def read_chunk(self, chunk: list[Record]) -> list[list[Any]]:
        """Return the staged columns of a chunk's good rows, with file and line."""
        rows = self._whole(chunk)
        self._tally.n_in += len(chunk)
        lines = [line for line, _ in rows]
        cells = self._cells([row for _, row in rows])
        self._n_rows += len(rows)
        faults = self._faults(cells)
        drop = self._dropped(rows)
        if self._source.file.rule.distinct:
            drop |= self._repeated(cells, len(rows), drop)
        self._account(rows, cells, faults, drop)
        keep = [i for i in range(len(rows)) if i not in faults and i not in drop]
        self._note(cells, keep, rows)
        return self._staged(cells, keep, lines)

    def _whole(self, chunk: list[Record]) -> list[Record]:
        """Set aside blank lines (dropped) and ragged rows (quarantined)."""
        width = len(self._source.names)
        rows = []
        for record in chunk:
            line, row = record
            if len(row) == width:
                rows.append(record)
            elif len(row) > width and not any(row[width:]):
                rows.append((line, row[:width]))  # a scan, too, overlooks delimiters at the end
            elif ignored := _ignored(row):
                self._tally.n_dropped += 1
                self._ledger.note(ignored, self._place(line=line), 1, row[0] if row else "")
            else:
                at = self._place(line=line)
                self._ledger.reject("ragged_row", at, str(len(row)), {"expected": width})
                self._tally.n_quarantined += 1
                self._tally.n_causes += 1
        return rows

    def _cells(self, rows: list[list[str]]) -> dict[str, list[Cell]]:
        by_source: dict[str, Cells] = (
            dict(zip(self._source.names, zip(*rows, strict=True), strict=True))
            if rows
            else dict.fromkeys(self._source.names, ())
        )
        if self._source.expressions and not all(
            e.is_plain for e in self._source.expressions.values()
        ):
            nulls = self._nulls
            by_source = {
                name: [None if c is None or c.strip(BLANKS) in nulls else c for c in cells]
                for name, cells in by_source.items()
            }
        first = self._n_rows + 1
        thousands = self._source.file.rule.thousands
        return {
            name: reader.read_all(
                evaluate(self._source.expressions[name], by_source, len(rows), first, thousands)
            )
            for name, reader in self._readers.items()
        }

    def _faults(self, cells: dict[str, list[Cell]]) -> dict[int, tuple[str, str]]:
        """Return row → (column, code) of each row's first fault."""
        faults: dict[int, tuple[str, str]] = {}
        for name, column in cells.items():
            for i, cell in enumerate(column):
                if cell.fault and i not in faults:
                    faults[i] = (name, cell.fault)
        return faults

    def _dropped(self, rows: list[Record]) -> set[int]:
        """Return the rows that are blank or a total 合计, and count them."""
        drop: set[int] = set()
        for i, (line, row) in enumerate(rows):
            if ignored := _ignored(row):
                drop.add(i)
                self._ledger.note(ignored, self._place(line=line), 1, row[0])
        return drop

    def _repeated(self, cells: dict[str, list[Cell]], n: int, drop: set[int]) -> set[int]:
        """Return the rows already seen (``distinct``); they never count as rows in."""
        repeated: set[int] = set()
        for i in range(n):
            row = tuple(column[i].value for column in cells.values())
            if i not in drop and row in self._seen:
                repeated.add(i)
            self._seen.add(row)
        return repeated

    def _account(
        self,
        rows: list[Record],
        cells: dict[str, list[Cell]],
        faults: dict[int, tuple[str, str]],
        drop: set[int],
    ) -> None:
        """Enter the chunk in the tally; a repeated row (``distinct``) was never a row in."""
        distinct = self._source.file.rule.distinct
        if distinct:
            self._tally.n_in -= len(drop)
        else:
            self._tally.n_dropped += len(drop)
        real = {i: fault for i, fault in faults.items() if i not in drop}
        for i, (name, code) in real.items():
            self._reject(rows[i], name, code)
        self._tally.n_quarantined += len(real)
        self._tally.n_causes += len(real)
        for column in self._source.contract.money:
            if column.name in cells:
                self._sum(column.name, cells[column.name], real, drop, distinct=distinct)

    def _sum(
        self,
        name: str,
        column: list[Cell],
        faults: dict[int, tuple[str, str]],
        drop: set[int],
        *,
        distinct: bool,
    ) -> None:
        total = sum(cell.value for cell in column if cell.value is not None)
        dropped = sum(column[i].value or 0 for i in drop)
        self._tally.money_in[name] += total - dropped if distinct else total
        self._tally.money_dropped[name] += 0 if distinct else dropped
        self._tally.money_quarantined[name] += sum(column[i].value or 0 for i in faults)

    def _reject(self, record: Record, name: str, code: str) -> None:
        line, row = record
        contract = self._source.contract
        value = self._shown(name, row)
        place = Place(contract.kind, self._source.file.shown, line, name)
        params = self._params(contract.by_name[name], code)
        if code in _REFUSING:
            raise FileRefused(
                Finding(code, "R", place.kind, place.file, line, name, value, params=params)
            )
        self._ledger.reject(code, place, value, params)
        if contract.kind == "groups" and name != "group_code":
            self.bad_groups.add(self._shown("group_code", row).strip(BLANKS))

    def _shown(self, name: str, row: list[str]) -> str:
        sources = self._source.expressions[name].sources
        return " ".join(row[self._source.names.index(source)] for source in sources)

    def _params(self, column: Column, code: str) -> dict[str, Any]:
        if code == "unknown_value":
            return {"choices": "、".join(column.codes)}
        if code == "month_differs":
            return {"declared": str(self._declared)}
        if code == "out_of_range":
            most = "10^12" if column.type is CellType.MONEY else "10^15"  # LARGEST, said in 元
            low = f"-{most}" if column.lowest is None else f"{column.lowest:g}"
            high = most if column.highest is None else f"{column.highest:g}"
            return {"range": f"[{low}, {high}]"}
        return {}

    def _note(self, cells: dict[str, list[Cell]], keep: list[int], rows: list[Record]) -> None:
        for name, column in cells.items():
            noted = [i for i in keep if column[i].notes]
            for code in sorted({note for i in noted for note in column[i].notes}):
                these = [i for i in noted if code in column[i].notes]
                line, row = rows[these[0]]
                self._ledger.note(code, self._place(name, line), len(these), self._shown(name, row))

    def _staged(
        self, cells: dict[str, list[Cell]], keep: list[int], lines: list[int]
    ) -> list[list[Any]]:
        staged = [
            [cells[c.name][i].value for i in keep] if c.name in cells else [None] * len(keep)
            for c in self._source.contract.staged
        ]
        return [*staged, [self._source.number] * len(keep), [lines[i] for i in keep]]

    def _place(self, column: str = "", line: int | None = None) -> Place:
        return Place(self._source.contract.kind, self._source.file.shown, line, column)


def _ignored(row: list[str]) -> str:
    """Return why a row is none: it is blank, or a total 合计; else ''."""
    first = row[0].strip(BLANKS) if row else ""
    if not first:
        first = next((bare for cell in row if (bare := cell.strip(BLANKS))), "")
    if not first:
        return "blank_rows"
    return "total_rows" if first.lower().replace(" ", "") in TOTAL_WORDS else ""
