"""Load a run's marts into Postgres 装载: five partitions, attached together or not at all."""

from __future__ import annotations

import uuid

import pyarrow.parquet as pq
from django.db import transaction

from warehouse import ddl
from warehouse.context import RunContext
from warehouse.mart_models import MODELS
from warehouse.marts import POSTGRES_MARTS, Mart


def load_step(ctx: RunContext) -> int:
    """Load every mart; return the number of rows.

    Tables that a dead worker left half made are dropped first. The fence is checked in the
    transaction that attaches, so a worker that was overtaken attaches nothing.
    """
    n_marts, n_rows = len(POSTGRES_MARTS), 0
    built: dict[str, str] = {}
    for done, mart in enumerate(POSTGRES_MARTS):
        ctx.progress(done, n_marts, mart.name)
        table = MODELS[mart.name]._meta.db_table
        expected = pq.read_metadata(ctx.path(mart.name)).num_rows
        n_rows += expected
        if _is_loaded(table, ctx.run_id, expected):
            continue
        ddl.drop_standalone(table, ctx.run_id)
        built[table] = _build(ctx, mart, table)
    with transaction.atomic():
        ctx.check_fence()
        for table, standalone in built.items():
            ddl.attach(table, ctx.run_id, standalone)
    ctx.progress(n_marts, n_marts, "")
    return n_rows


def _is_loaded(table: str, run_id: int, expected: int) -> bool:
    """Tell whether an earlier attempt attached the mart; one that does not fit is taken out."""
    if not ddl.is_attached(table, run_id):
        return False
    if ddl.count_rows(table, run_id) == expected:
        return True
    ddl.detach(table, run_id)
    return False


def _build(ctx: RunContext, mart: Mart, table: str) -> str:
    csv = ctx.folder / f".{mart.name}.{uuid.uuid4().hex}.csv"
    try:
        ctx.engine.view(f"load_{mart.name}", [ctx.path(mart.name)])
        ctx.engine.copy_csv(_for_postgres(mart, ctx.run_id), csv)
        ctx.check_fence()
        return ddl.build_standalone(table, mart, ctx.run_id, csv)
    finally:
        csv.unlink(missing_ok=True)


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
