"""Run the same SQL files on Spark, where a province outgrows one machine.

Same door as ``engine.Engine``: ``local[2]`` or ``spark://…`` instead of ``duckdb`` in
``GCVA_ENGINE``. Extracts and marts must lie where every worker reads them (HDFS, S3 or a shared
folder). Group-level marts come back as Arrow and are written by the same function, so both engines
write the same bytes. pyspark and Java 17 are extras (``requirements-spark.txt``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from core.errors import DomainError
from warehouse.engine import Engine, constant, whole_file, write_parquet

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

#: Spark as the SQL files expect it: nothing over zero is null, days have no time zone.
SETTINGS = {
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "16",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.legacy.parquet.nanosAsLong": "false",
}


def _session(address: str, spill: Path) -> SparkSession:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra few sites install
    except ImportError as problem:
        raise DomainError(
            "no_spark",
            "未安装 Spark。",
            "请安装 requirements-spark.txt 和 Java 17，或改用 duckdb。",
        ) from problem
    builder = SparkSession.builder.master(address).appName("gcva")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    return builder.config("spark.local.dir", str(spill)).getOrCreate()


class SparkEngine(Engine):
    """Run shared SQL over Parquet on Spark; not for use by two threads."""

    def __init__(self, address: str, *, spill: Path) -> None:
        """Join the cluster at ``address``, which has threads and memory of its own."""
        self._spark = _session(address, spill)
        self._tables: dict[str, Any] = {}

    def close(self) -> None:
        """Leave the cluster."""
        self._spark.stop()

    def constants(self, **values: int | str) -> None:
        """Make the one-row view ``param``."""
        columns = ", ".join(constant(name, value) for name, value in values.items())
        self._spark.sql(f"CREATE OR REPLACE TEMP VIEW param AS SELECT {columns}")

    def view(self, name: str, files: Sequence[Path], schema: pa.Schema | None = None) -> None:
        """Name a set of Parquet files; without files an empty view of that schema."""
        if files:
            frame = self._spark.read.parquet(*(str(path) for path in files))
        else:
            frame = self._spark.createDataFrame((schema or pa.schema([])).empty_table())
        frame.createOrReplaceTempView(name)

    def table(self, name: str, sql: str) -> None:
        """Compute a query once and name its rows.

        A checkpoint, not a cache: Spark 4.1 cannot plan a view over WITH that is used twice.
        """
        self.drop(name)
        self._tables[name] = frame = self._spark.sql(sql).localCheckpoint()
        frame.createOrReplaceTempView(name)

    def query(self, name: str, sql: str) -> None:
        """Name a query; Spark computes it once for the same reason."""
        self.table(name, sql)

    def drop(self, name: str) -> None:
        """Forget a computed table."""
        frame = self._tables.pop(name, None)
        if frame is not None:
            self._spark.catalog.dropTempView(name)

    def read(self, sql: str) -> pa.Table:
        """Return the rows of a query as an Arrow table."""
        return self._spark.sql(sql).toArrow()

    def write(
        self,
        sql: str,
        target: Path,
        *,
        schema: pa.Schema,
        order: Sequence[str],
        before_rename: Callable[[], None] | None = None,
    ) -> int:
        """Write a query's rows to one Parquet file, whole, ordered; return their number."""
        names = ", ".join(f"`{field.name}`" for field in schema)
        ordered = f"SELECT {names} FROM ({sql}) AS asked ORDER BY {', '.join(order)}"
        found: Any = self._spark.sql(ordered).toArrow()
        with whole_file(target, before_rename) as unfinished:
            return write_parquet(unfinished, found.to_batches(), schema)
