"""Hand a mart's Parquet file to Postgres' COPY as binary rows, batch by batch.

Binary fields are the values' own bytes: no number is written as text and read again, and a mart of
any size streams through a few megabytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pgpq import ArrowToPostgresBinaryEncoder

from warehouse.marts import Mart

ROWS_AT_ONCE = 4096


class BinaryRows(io.RawIOBase):
    """Be what COPY … (FORMAT binary) reads: a mart's rows with the run in front."""

    def __init__(self, mart: Mart, file: Path, run_id: int) -> None:
        """Count the rows; the first read opens the file for them."""
        self.n_rows = int(pq.read_metadata(file).num_rows)
        self._parts = _parts(mart, file, run_id)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes (all of a part without one); none at the end."""
        if not self._rest:  # an empty answer is the end, so an empty part is passed over
            self._rest = memoryview(next((part for part in self._parts if part), b""))
        end = len(self._rest) if size < 0 else size
        taken, self._rest = self._rest[:end], self._rest[end:]
        return bytes(taken)


def _parts(mart: Mart, file: Path, run_id: int) -> Iterator[bytes]:
    schema = pa.schema([("run", pa.int64()), *mart.schema])
    encoder = ArrowToPostgresBinaryEncoder(schema)
    yield encoder.write_header()
    with pq.ParquetFile(file) as rows:
        for batch in rows.iter_batches(ROWS_AT_ONCE, columns=mart.names):
            run = pa.repeat(pa.scalar(run_id, pa.int64()), batch.num_rows)
            columns = [run, *(_filled(column) for column in batch.columns)]
            yield encoder.write_batch(pa.record_batch(columns, schema=schema))
    yield encoder.finish()


def _filled(column: pa.Array) -> pa.Array:
    """Make text that is not there empty: a text column is never null."""
    return pc.fill_null(column, "") if pa.types.is_string(column.type) else column
