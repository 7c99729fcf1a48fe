"""Say what a mart 集市 is: columns, grain, order and indexes, declared once for every engine.

A mart's Parquet file holds every column but ``run``, which the load adds, so that two runs over the
same inputs write the same bytes. Flags are smallint 0/1 so that both SQL engines can sum them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

Type = Literal["smallint", "int", "bigint", "float8", "float8[]", "text", "date"]

ARROW_TYPES: dict[Type, pa.DataType] = {
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float8": pa.float64(),
    "float8[]": pa.list_(pa.float64()),
    "text": pa.string(),
    "date": pa.date32(),
}


@dataclass(frozen=True, slots=True)
class Column:
    """Be one column: its name carries the unit, text is never null, a number may be."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Mart:
    """Be one mart: ``keys`` are its grain and its order; ``indexes`` serve the pages' lists.

    What is ``shareable`` is read by ``in_run`` alone, never joined to another mart by its run.
    """

    name: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]
    indexes: tuple[str, ...] = ()
    in_postgres: bool = True
    shareable: bool = False

    @property
    def names(self) -> list[str]:
        """Return the column names as the file orders them."""
        return [column.name for column in self.columns]

    @property
    def schema(self) -> pa.Schema:
        """Return the schema of the Parquet file."""
        return pa.schema([(column.name, ARROW_TYPES[column.type]) for column in self.columns])


def step_table(name: str, schema: pa.Schema) -> Mart:
    """Declare a step's own table, one row a group, that stays in the run's folder."""
    types = {arrow: ours for ours, arrow in ARROW_TYPES.items()}
    columns = tuple(Column(field.name, types[field.type]) for field in schema)
    return Mart(name=name, keys=("group_code",), columns=columns, in_postgres=False)


def columns_of(*declared: tuple[Type, str]) -> tuple[Column, ...]:
    """Return columns of a type each, their names parted by spaces."""

    def each() -> Iterator[Column]:
        for type_, names in declared:
            yield from (Column(name, type_) for name in names.split())

    return tuple(each())


#: The three units of a row, which every reader's scope narrows by.
SCOPE = "city_code county_code account_manager_code"
