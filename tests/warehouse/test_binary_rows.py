"""Whatever a mart can hold arrives in Postgres as it lies in the Parquet file, every row of it."""

from __future__ import annotations

import datetime as dt
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection, transaction

from warehouse import ddl
from warehouse.binary_rows import ROWS_AT_ONCE, BinaryRows
from warehouse.marts import Column, Mart

pytestmark = pytest.mark.django_db(transaction=True)

MART = Mart(
    name="every_type",
    keys=("code",),
    columns=(
        Column("code", "int"),
        Column("flag", "smallint"),
        Column("fee_li", "bigint"),
        Column("share", "float8"),
        Column("series", "float8[]"),
        Column("name", "text"),
        Column("contract_end", "date"),
    ),
)
LAST = 2**63 - 1
ROWS = [
    (1, 1, LAST, 0.1, [1.5, None, 0.1], "集团客户，“甲”\n\\N", dt.date(2026, 2, 28)),
    (2, None, -LAST - 1, math.inf, [], "", None),
    (3, -1, None, None, None, None, dt.date(1960, 1, 1)),
]


@pytest.fixture
def table():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE every_type (run bigint, code int, flag smallint, fee_li bigint,"
            " share float8, series float8[], name text, contract_end date)"
        )
    yield "every_type"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE every_type")


def file_of(folder, rows):
    columns = [
        pa.array([row[place] for row in rows], field.type)
        for place, field in enumerate(MART.schema)
    ]
    path = folder / "every_type.parquet"
    pq.write_table(pa.table(columns, schema=MART.schema), path)
    return path


def arrived(standalone: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {standalone} ORDER BY code")
        return cursor.fetchall()


def test_every_type_with_its_edges_arrives_as_it_lies(table, tmp_path):
    loaded = ddl.build_standalone(table, MART, 7, BinaryRows(MART, file_of(tmp_path, ROWS), 7))
    expected = [(7, *row[:5], row[5] or "", row[6]) for row in ROWS]
    assert arrived(loaded) == expected
    ddl.drop(loaded)


@pytest.mark.parametrize("n", [0, 1, ROWS_AT_ONCE, ROWS_AT_ONCE * 2 + 1])
def test_every_row_arrives_whatever_their_number(table, tmp_path, n):
    rows = [(code, 0, code * 1000, code / 7, [code / 3], f"集团{code}", None) for code in range(n)]
    loaded = ddl.build_standalone(table, MART, 7, BinaryRows(MART, file_of(tmp_path, rows), 7))
    assert arrived(loaded) == [(7, *row) for row in rows]
    ddl.drop(loaded)


def test_a_file_that_ends_early_is_refused_and_leaves_no_table(table, tmp_path):
    rows = BinaryRows(MART, file_of(tmp_path, ROWS), 7)
    rows.n_rows += 1
    with pytest.raises(RuntimeError, match="3 of 4 rows"), transaction.atomic():
        ddl.build_standalone(table, MART, 7, rows)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ '^every_type_r7'")
        assert cursor.fetchone() == (0,)
