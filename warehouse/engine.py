"""Open the one door to the SQL engine; DuckDB stands behind it.

The SQL files under ``sql/marts`` keep to what DuckDB and Spark SQL share, so they never see a path,
a parameter or an engine's own function: inputs are views by name, constants are the one-row view
``param``.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.no_rows import no_rows

DUCKDB = "duckdb"  # any other engine is named by its address
ROWS_PER_GROUP = 65_536


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def constant(name: str, value: int | str) -> str:
    """Write a named constant as both engines read it."""
    return (
        f"{_quoted(value)} AS {name}"
        if isinstance(value, str)
        else f"CAST({value} AS BIGINT) AS {name}"
    )


@contextmanager
def whole_file(target: Path, before_rename: Callable[[], None] | None = None) -> Iterator[Path]:
    """Yield a temporary path that becomes ``target`` as a whole, or nothing at all.

    ``before_rename`` may raise to keep a worker that lost its lease from putting its file in place.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{uuid.uuid4().hex}")
    try:
        yield unfinished
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        if before_rename is not None:
            before_rename()
        unfinished.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        unfinished.unlink(missing_ok=True)


class Engine:
    """Run shared SQL over Parquet within set threads and memory; not for use by two threads."""

    def __init__(self, *, threads: int, memory: str, spill: Path) -> None:
        """Start an engine that spills to ``spill`` when ``memory`` is not enough."""
        spill.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "threads": threads,
                "memory_limit": memory,
                "temp_directory": str(spill),
                "preserve_insertion_order": True,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of memory and spilled files."""
        self._connection.close()

    def constants(self, **values: int | str) -> None:
        """Make the one-row view ``param`` that SQL files read their constants from."""
        columns = ", ".join(constant(name, value) for name, value in values.items())
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW param AS SELECT {columns}")

    def view(self, name: str, files: Sequence[Path], schema: pa.Schema | None = None) -> None:
        """Name a set of Parquet files; without files an empty view of that schema."""
        if files:
            listed = ", ".join(_quoted(str(path)) for path in files)
            source = f"SELECT * FROM read_parquet([{listed}], hive_partitioning = false)"
        else:
            # not an empty Arrow table: to take one in, DuckDB imports pandas wherever it lies
            source = no_rows(schema or pa.schema([("nothing", pa.int64())]))
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {source}")

    def table(self, name: str, sql: str) -> None:
        """Compute a query once and name its rows, for queries that follow."""
        self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")

    def query(self, name: str, sql: str) -> None:
        """Name a query without computing it."""
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {sql}")

    def drop(self, name: str) -> None:
        """Forget a computed table."""
        self._connection.execute(f"DROP TABLE IF EXISTS {name}")

    def read(self, sql: str) -> pa.Table:
        """Return the rows of a query as an Arrow table."""
        return self._connection.sql(sql).to_arrow_table()

    def write(
        self,
        sql: str,
        target: Path,
        *,
        schema: pa.Schema,
        order: Sequence[str],
        before_rename: Callable[[], None] | None = None,
    ) -> int:
        """Write a query's rows to one Parquet file, whole, ordered by a key; return their number.

        The file's bytes depend on the rows alone: the order is total, row groups have a fixed size
        and pyarrow writes them one by one, whatever the number of threads was.
        """
        names = ", ".join(f'"{field.name}"' for field in schema)
        ordered = f"SELECT {names} FROM ({sql}) AS asked ORDER BY {', '.join(order)}"
        reader: Any = self._connection.sql(ordered).to_arrow_reader(ROWS_PER_GROUP)
        with whole_file(target, before_rename) as unfinished:
            return write_parquet(unfinished, reader, schema)


def write_parquet(target: Path, batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> int:
    """Write record batches as row groups of a fixed size; return the number of rows."""
    n_rows, waiting, n_waiting = 0, [], 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in batches:
            waiting.append(batch)
            n_waiting += batch.num_rows
            while n_waiting >= ROWS_PER_GROUP:
                table = pa.Table.from_batches(waiting)
                writer.write_table(_fitting(table.slice(0, ROWS_PER_GROUP), schema))
                n_rows += ROWS_PER_GROUP
                rest = table.slice(ROWS_PER_GROUP)
                waiting, n_waiting = rest.to_batches(), rest.num_rows
        if n_waiting:
            writer.write_table(_fitting(pa.Table.from_batches(waiting), schema))
            n_rows += n_waiting
    return n_rows


def _fitting(table: pa.Table, schema: pa.Schema) -> pa.Table:
    return table.select(schema.names).cast(schema).combine_chunks()


def views(engine: Engine, files: Mapping[str, Sequence[Path]]) -> None:
    """Name several sets of files that exist."""
    for name, paths in files.items():
        engine.view(name, paths)
