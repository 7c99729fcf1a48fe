"""Load a run's marts into Postgres 装载: its partitions, attached together or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow.parquet as pq
from django.db import connection, transaction

from warehouse import ddl
from warehouse.context import RunContext
from warehouse.mart_models import MODELS
from warehouse.marts import POSTGRES_MARTS, Mart

#: one core computes and writes, the others let Postgres read
COPIES_AT_ONCE = 2


def load_step(ctx: RunContext) -> int:
    """Load every mart; return the number of rows.

    Tables that a dead worker left half made are dropped first. The fence is checked in the
    transaction that attaches, so a worker that was overtaken attaches nothing.
    """
    n_rows = 0
    missing: list[Mart] = []
    for mart in POSTGRES_MARTS:
        table = MODELS[mart.name]._meta.db_table
        expected = pq.read_metadata(ctx.path(mart.name)).num_rows
        n_rows += expected
        if not _is_loaded(table, ctx.run_id, expected):
            ddl.drop_standalone(table, ctx.run_id)
            missing.append(mart)
    built = _build_all(ctx, missing)
    with transaction.atomic():
        ctx.check_fence()
        for table, standalone in built.items():
            ddl.attach(table, ctx.run_id, standalone)
    ctx.progress(len(POSTGRES_MARTS), len(POSTGRES_MARTS), "")
    return n_rows


def _is_loaded(table: str, run_id: int, expected: int) -> bool:
    """Tell whether an earlier attempt attached the mart; one that does not fit is taken out."""
    if not ddl.is_attached(table, run_id):
        return False
    if ddl.count_rows(table, run_id) == expected:
        return True
    ddl.detach(table, run_id)
    return False


def _build_all(ctx: RunContext, marts: Sequence[Mart]) -> dict[str, str]:
    """Build the tables; while Postgres takes one in, the engine writes the next one's CSV.

    Inside a transaction (tests) there is one connection only, and so one thread.
    """
    built: dict[str, str] = {}
    waiting: dict[str, Future[str]] = {}
    done_before = len(POSTGRES_MARTS) - len(marts)
    with ThreadPoolExecutor(max_workers=COPIES_AT_ONCE) as pool:
        for done, mart in enumerate(marts):
            ctx.progress(done_before + done, len(POSTGRES_MARTS), mart.name)
            table = MODELS[mart.name]._meta.db_table
            csv = _csv_of(ctx, mart)
            if connection.in_atomic_block:
                built[table] = _take_in(ctx, mart, table, csv)
            else:
                waiting[table] = pool.submit(_in_thread, ctx, mart, table, csv)
    return built | {table: future.result() for table, future in waiting.items()}


def _csv_of(ctx: RunContext, mart: Mart) -> Path:
    csv = ctx.folder / f".{mart.name}.{uuid.uuid4().hex}.csv"
    ctx.engine.view(f"load_{mart.name}", [ctx.path(mart.name)])
    try:
        ctx.engine.copy_csv(_for_postgres(mart, ctx.run_id), csv)
        ctx.check_fence()
    except BaseException:
        csv.unlink(missing_ok=True)
        raise
    return csv


def _take_in(ctx: RunContext, mart: Mart, table: str, csv: Path) -> str:
    try:
        return ddl.build_standalone(table, mart, ctx.run_id, csv)
    finally:
        csv.unlink(missing_ok=True)


def _in_thread(ctx: RunContext, mart: Mart, table: str, csv: Path) -> str:
    """Take a table in over a connection of this thread's own, which ends with the task."""
    try:
        return _take_in(ctx, mart, table, csv)
    finally:
        connection.close()


def _for_postgres(mart: Mart, run_id: int) -> str:
    """Select a mart's columns as COPY reads them: lists in braces, text never null."""
    columns = []
    for column in mart.columns:
        if column.type == "float8[]":
            text = f"CAST({column.name} AS VARCHAR)"
            columns.append(f"replace(replace({text}, '[', '{{'), ']', '}}') AS {column.name}")
        elif column.type == "text":
            columns.append(f"COALESCE({column.name}, '') AS {column.name}")
        else:
            columns.append(column.name)
    return f"SELECT {run_id} AS run, {', '.join(columns)} FROM load_{mart.name}"
