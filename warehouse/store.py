"""Keep the extract store 清单库: Parquet files, checked, sorted by group, immutable.

``var/extracts/<kind>/month=YYYY-MM/batch=<id>/part-0.parquet``; written whole (temporary folder,
fsync, rename), so that a file in its place is a finished file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from core.month import Month
from warehouse.gate import Limits

ROWS_PER_GROUP: Final = 122_880
SQL_FOLDER: Final = Path(__file__).parent / "sql" / "staging"


def connect(limits: Limits, spill: Path) -> duckdb.DuckDBPyConnection:
    """Open an engine within the limits that spills to ``spill``; bytes do not depend on threads."""
    spill.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": limits.threads,
            "memory_limit": limits.memory,
            "temp_directory": str(spill),
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    # from statistics the writer would mark columns as REQUIRED, so that equal rows read two ways
    # would not be equal bytes
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    return connection


def literal(text: str) -> str:
    """Quote a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Quote a name as an SQL identifier (``end`` is a column of ours)."""
    return '"' + name.replace('"', '""') + '"'


def parquet_options() -> str:
    """Return how every extract is written; fixed, so that equal rows are equal bytes."""
    # level 1: as small as level 3 on these columns, and a quarter less work
    return f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROWS_PER_GROUP}"


def staging_sql(name: str, **parts: str) -> str:
    """Read ``sql/staging/<name>.sql`` and fill in its declared parts."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8").format_map(parts)


def extract_path(kind: str, month: Month, batch_id: int) -> Path:
    """Return where an extract lies, relative to var."""
    return Path("extracts", kind, f"month={month}", f"batch={batch_id}", "part-0.parquet")


def put_in_place(finished: Mapping[Path, Path], var: Path) -> None:
    """Move finished files (relative target → file on the same disk) in place, all or none."""
    placed: list[Path] = []
    try:
        for relative, file in finished.items():
            target = var / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            _sync(file)
            file.replace(target)
            placed.append(target)
            _sync(target.parent)
    except BaseException:
        for target in placed:
            shutil.rmtree(target.parent, ignore_errors=True)
        raise


def remove_batch(var: Path, batch_id: int) -> None:
    """Remove every extract of a batch (its import failed, or it was withdrawn)."""
    for folder in var.glob(f"extracts/*/month=*/batch={batch_id}"):
        shutil.rmtree(folder, ignore_errors=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
