"""Write a table without rows in SQL: what a missing file is read as 空表."""

from __future__ import annotations

import pyarrow as pa

_SQL_TYPES = {
    pa.int16(): "SMALLINT",
    pa.int32(): "INTEGER",
    pa.int64(): "BIGINT",
    pa.float64(): "DOUBLE",
    pa.bool_(): "BOOLEAN",
    pa.date32(): "DATE",
    pa.string(): "VARCHAR",
    pa.list_(pa.float64()): "DOUBLE[]",
}


def no_rows(schema: pa.Schema) -> str:
    """Return a query with the columns of a schema and no row; KeyError for a type never stored."""
    columns = ", ".join(f'CAST(NULL AS {_SQL_TYPES[f.type]}) AS "{f.name}"' for f in schema)
    return f"SELECT {columns} WHERE FALSE"
