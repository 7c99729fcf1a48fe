"""Stage extracts written by hand, past the gate: contract columns as CSV text, money in 元."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from core.month import Month
from warehouse.context import RunContext
from warehouse.contract_kinds import KINDS
from warehouse.contracts import CellType
from warehouse.engine import Engine
from warehouse.facts import facts_step, staged_schema

READ: dict[CellType, Callable[[str], Any]] = {
    CellType.MONEY: lambda text: int(Decimal(text) * 1000),
    CellType.DECIMAL: lambda text: int(Decimal(text) * 1000),
    CellType.INTEGER: int,
    CellType.NUMBER: float,
    CellType.DATE: dt.date.fromisoformat,
    CellType.BOOL: lambda text: text == "1",
}


def staged_table(kind: str, text: str) -> pa.Table:
    """Read CSV text with a contract's column names into the staged form; blank cells are null."""
    lines = [line.strip() for line in text.strip().splitlines()]
    rows = list(csv.DictReader(io.StringIO("\n".join(lines))))
    schema = staged_schema(kind)
    columns: dict[str, list[Any]] = {}
    for column in KINDS[kind].staged:
        read = READ.get(column.type, str)
        cells = [(row.get(column.name) or "").strip() for row in rows]
        columns[column.staged] = [read(cell) if cell else None for cell in cells]
    return pa.table(columns, schema=schema)


def stage(folder: Path, kinds: Mapping[str, str | pa.Table]) -> dict[str, tuple[Path, ...]]:
    """Write kinds as Parquet files; return what a run is given."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kind, said in kinds.items():
        table = staged_table(kind, said) if isinstance(said, str) else said
        pq.write_table(table, folder / f"{kind}.parquet")
        files[kind] = (folder / f"{kind}.parquet",)
    return files


def run_facts(
    folder: Path,
    month: Month,
    extracts: Mapping[int, Mapping[str, tuple[Path, ...]]],
    threads: int = 2,
) -> RunContext:
    """Run the facts step of one month into ``folder/<month>``; earlier months are found there."""
    ctx = context(folder, month, extracts, threads)
    with ctx.engine:
        facts_step(ctx)
    return ctx


def context(
    folder: Path,
    month: Month,
    extracts: Mapping[int, Mapping[str, tuple[Path, ...]]],
    threads: int = 2,
) -> RunContext:
    """Build a context without a database."""
    earlier = {
        index: folder / str(index)
        for index in extracts
        if index < month.index and (folder / str(index)).exists()
    }
    return RunContext(
        run_id=month.index,
        month=month,
        folder=folder / str(month.index),
        extracts=extracts[month.index],
        earlier_extracts={index: extracts[index] for index in earlier},
        earlier_runs=earlier,
        model_version_id=0,
        adjustments_upto=0,
        engine=Engine(threads=threads, memory="300MB", spill=folder / "spill"),
        progress=lambda done, total, message: None,
        check_fence=lambda: None,
    )


def by_code(ctx: RunContext, mart: str = "group_month") -> dict[str, dict[str, Any]]:
    """Read a mart of groups as group code → row."""
    return {row["group_code"]: row for row in ctx.read(mart).to_pylist()}
