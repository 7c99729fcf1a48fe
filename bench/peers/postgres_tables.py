"""Make marts as tables that are as wide as ours, with the same indexes."""

from __future__ import annotations

from warehouse.marts import Column, Mart

TYPES = {"float8[]": "double precision[]", "float8": "double precision"}


def sql_type(column: Column) -> str:
    """Return a column's type in Postgres."""
    return TYPES.get(column.type, column.type)


def create(cursor, mart: Mart, schema: str) -> str:
    """Create a mart's empty table in a schema; return its name."""
    columns = ", ".join(f"{column.name} {sql_type(column)}" for column in mart.columns)
    table = f"{schema}.{mart.name}"
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (run int, {columns})")
    return table


def index(cursor, mart: Mart, table: str) -> None:
    """Index a filled mart like ours, and let the planner know it."""
    keys = ", ".join(mart.keys)
    cursor.execute(f"CREATE UNIQUE INDEX ON {table} ({keys})")
    if mart.in_postgres:
        for columns in mart.indexes:
            cursor.execute(f"CREATE INDEX ON {table} ({columns})")
    cursor.execute(f"ANALYZE {table} ({keys})")
