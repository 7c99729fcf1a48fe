"""Find keys that stand twice 主键重复 in a sorted Parquet, comparing neighbours as they stream by.

A GROUP BY over 20 million text keys would need gigabytes; sorted neighbours need two rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS_AT_ONCE = 200_000


def repeated_keys(path: Path, key: Sequence[str]) -> list[tuple[str | None, ...]]:
    """Return each key that neighbours itself, in order; the file must be sorted by ``key``."""
    found: dict[tuple[str | None, ...], None] = {}
    last: pa.RecordBatch | None = None
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=list(key)):
            table = pa.Table.from_batches([batch] if last is None else [last, batch])
            columns = [table[name].combine_chunks() for name in key]
            same = _all([_equal(column) for column in columns])
            for i in pc.indices_nonzero(same).to_pylist():
                found[tuple(column[i].as_py() for column in columns)] = None
            last = batch.slice(batch.num_rows - 1)
    return list(found)


def _equal(column: pa.Array) -> pa.Array:
    """Compare each cell with the next; two missing cells are equal."""
    first, second = column.slice(0, len(column) - 1), column.slice(1)
    equal = pc.fill_null(pc.equal(first, second), False)
    if not column.null_count:
        return equal
    return pc.or_(equal, pc.and_(pc.is_null(first), pc.is_null(second)))


def _all(masks: Sequence[pa.Array]) -> pa.Array:
    result = masks[0]
    for mask in masks[1:]:
        result = pc.and_(result, mask)
    return result
