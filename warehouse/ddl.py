"""Make, attach and detach the partitions of the marts; nothing here waits long under a reader.

A partition is made as a table of its own, filled, indexed and checked, and only then attached:
attaching is instant because the CHECK says the same as the partition's bound.
"""

from __future__ import annotations

import re
import uuid

from django.db import connection, transaction

from warehouse.binary_rows import BinaryRows
from warehouse.marts import Mart

LOCK_TIMEOUT = "1s"
COPY_BYTES = 1 << 20
STATISTICS = 20  # 6 000 rows: enough to tell a manager's groups from a province's


def _rows(sql: str, *values: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def partition_name(table: str, run_id: int) -> str:
    """Return the name of a run's partition."""
    return f"{table}_r{run_id}"


def is_attached(table: str, run_id: int) -> bool:
    """Tell whether a run's partition is part of its mart."""
    return bool(
        _rows(
            "SELECT 1 FROM pg_inherits WHERE inhparent = to_regclass(%s)"
            " AND inhrelid = to_regclass(%s) AND NOT inhdetachpending",
            table,
            partition_name(table, run_id),
        )
    )


def runs_attached(table: str) -> list[int]:
    """Return the runs whose partitions are part of a mart."""
    found = _rows(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
        " WHERE i.inhparent = to_regclass(%s)",
        table,
    )
    prefix = partition_name(table, 0).removesuffix("0")
    return [int(str(name).removeprefix(prefix)) for (name,) in found]


def count_rows(table: str, run_id: int) -> int:
    """Return how many rows a run's partition has."""
    return int(str(_rows(f"SELECT COUNT(*) FROM {partition_name(table, run_id)}")[0][0]))


def build_standalone(table: str, mart: Mart, run_id: int, rows: BinaryRows) -> str:
    """Make, fill, index and analyse a table for one run; return its name.

    Created and filled in one transaction, so that COPY may skip what a crash would undo anyway.

    Raises:
        RuntimeError: if a row of the file did not arrive.
    """
    name = f"{partition_name(table, run_id)}_{uuid.uuid4().hex[:8]}"
    columns = ", ".join(["run", *mart.names])
    with transaction.atomic():
        # frozen and never written again: nothing for autovacuum to do
        options = "autovacuum_enabled = false"
        _run(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS) WITH ({options})")
        copy = f"COPY {name} ({columns}) FROM STDIN (FORMAT binary, FREEZE)"
        with connection.cursor() as cursor:
            cursor.copy_expert(copy, rows, COPY_BYTES)
            if cursor.rowcount != rows.n_rows:
                raise RuntimeError(f"{name}: {cursor.rowcount} of {rows.n_rows} rows arrived")
        _run(f"ALTER TABLE {name} ADD CHECK (run = {run_id})")
        _run(f"CREATE UNIQUE INDEX ON {name} ({', '.join(mart.keys)})")
        for index in mart.indexes:
            _run(f"CREATE INDEX ON {name} ({index})")
    # measures are only summed or shown; statistics of hundreds would cost as much as the COPY
    with transaction.atomic():
        _run(f"SET LOCAL default_statistics_target = {STATISTICS}")
        _run(f"ANALYZE {name} (run, {', '.join(_searched(mart))})")
    return name


def _searched(mart: Mart) -> list[str]:
    """Return the columns that pages search, join or sort by: keys, dimensions, indexed columns."""
    wanted = {*mart.keys, *(word for index in mart.indexes for word in re.findall(r"\w+", index))}
    texts = {column.name for column in mart.columns if column.type in ("text", "smallint")}
    return [name for name in mart.names if name in wanted | texts]


def attach(table: str, run_id: int, standalone: str) -> None:
    """Make a filled table the run's partition; inside the caller's transaction."""
    name = partition_name(table, run_id)
    _run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    _run(f"ALTER TABLE {standalone} RENAME TO {name}")
    _run(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES IN ({run_id})")


def detach(table: str, run_id: int) -> None:
    """Take a run's partition out of its mart while others go on reading.

    Raises:
        DatabaseError: if a reader holds it for longer than the lock timeout; ask again.
    """
    name = partition_name(table, run_id)
    pending = _rows(
        "SELECT inhdetachpending FROM pg_inherits"
        " WHERE inhparent = to_regclass(%s) AND inhrelid = to_regclass(%s)",
        table,
        name,
    )
    if not pending:
        return
    how = "FINALIZE" if pending[0][0] else "CONCURRENTLY"
    if connection.in_atomic_block:  # CONCURRENTLY cannot be part of a transaction
        how = ""
    _run(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    try:
        _run(f"ALTER TABLE {table} DETACH PARTITION {name} {how}")
    finally:
        if not connection.needs_rollback:
            _run("RESET lock_timeout")


def drop_standalone(table: str, run_id: int) -> None:
    """Drop what a run left: its detached partition and tables that a dead worker half made."""
    pattern = f"^{partition_name(table, run_id)}(_[0-9a-f]{{8}})?$"
    found = _rows(
        "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname ~ %s"
        " AND NOT c.relispartition",
        pattern,
    )
    with transaction.atomic():
        _run(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        for (name,) in found:
            drop(str(name))


def drop(standalone: str) -> None:
    """Drop one table that was made and not attached."""
    _run(f"DROP TABLE IF EXISTS {standalone}")
