"""Write tables as CSV in UTF-8, the same bytes for the same columns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

BATCH_ROWS = 65_536


def write_csv(path: Path, columns: dict[str, Any]) -> None:
    """Write columns under a header; empty cells are empty.

    Raises:
        pyarrow.ArrowInvalid: if a text would need quotes (names here are made without them).
    """
    table = pa.table(columns)
    with path.open("wb") as out:
        out.write((",".join(columns) + "\n").encode())
        options = csv.WriteOptions(
            include_header=False, quoting_style="none", batch_size=BATCH_ROWS
        )
        csv.write_csv(table, out, options)


def texts(values: Any) -> pa.Array:
    """Return texts; empty ones become empty cells."""
    array = np.asarray(values, dtype=object)
    return pa.array(array, type=pa.string(), mask=np.asarray(array == "", dtype=np.bool_))


def chosen(choices: Any, index: Any) -> pa.Array:
    """Return ``choices[index]`` as text, an empty cell where the index is negative."""
    positions = pa.array(index, mask=np.asarray(index) < 0)
    return texts(choices).take(positions)


def dates(days: Any) -> pa.Array:
    """Return days since 1970 as dates."""
    return pa.array(np.asarray(days, dtype=np.int32)).cast(pa.date32())


def bits(flags: Any) -> pa.Array:
    """Return flags as 1 and 0."""
    return pa.array(np.asarray(flags, dtype=np.int8))


def yuan(li: Any) -> pa.Array:
    """Return 厘 as 元 with up to three decimals (the shortest text that means the amount)."""
    return pa.array(np.asarray(li, dtype=np.int64) / 1000)


def numbers(values: Any, missing: Any = None) -> pa.Array:
    """Return numbers, empty cells where ``missing``."""
    return pa.array(values, mask=None if missing is None else np.asarray(missing))


def repeated(text: str, count: int) -> pa.Array:
    """Return the same text in every row."""
    return pa.repeat(pa.scalar(text), count)
