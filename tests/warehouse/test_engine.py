"""What the engine writes depends on the rows alone, and is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.engine import ROWS_PER_GROUP, Engine, whole_file

SCHEMA = pa.schema([("code", pa.string()), ("amount_li", pa.int64()), ("ratio", pa.float64())])
N_ROWS = 3 * ROWS_PER_GROUP + 17


@pytest.fixture
def engine_with(tmp_path):
    opened = []

    def make(threads: int) -> Engine:
        opened.append(Engine(threads=threads, memory="300MB", spill=tmp_path / "spill"))
        return opened[-1]

    yield make
    for engine in opened:
        engine.close()


def written(engine: Engine, target: Path, order: str) -> bytes:
    rows = f"SELECT i, i % 7919 AS k FROM range({N_ROWS}) AS t(i) ORDER BY {order}"
    engine.table("source", rows)
    sql = "SELECT 'g' || i AS code, CAST(SUM(k) AS BIGINT) AS amount_li, i / 3.0 AS ratio"
    sql += " FROM source GROUP BY i"
    assert engine.write(sql, target, schema=SCHEMA, order=["code"]) == N_ROWS
    return target.read_bytes()


def test_the_same_rows_give_the_same_bytes_whatever_threads_and_order(engine_with, tmp_path):
    one = written(engine_with(1), tmp_path / "a.parquet", "i")
    two = written(engine_with(2), tmp_path / "b.parquet", "hash(i)")
    assert one == two
    groups = pq.ParquetFile(tmp_path / "a.parquet").metadata
    sizes = [groups.row_group(n).num_rows for n in range(groups.num_row_groups)]
    assert sizes == [ROWS_PER_GROUP] * 3 + [17]


def test_a_file_is_there_whole_or_not_at_all(tmp_path):
    target = tmp_path / "mart.parquet"
    target.write_text("old")
    with pytest.raises(RuntimeError), whole_file(target) as unfinished:
        unfinished.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["mart.parquet"]


def test_a_worker_without_the_fence_puts_nothing_in_place(tmp_path):
    def refuse() -> None:
        raise PermissionError

    with pytest.raises(PermissionError), whole_file(tmp_path / "mart", refuse) as unfinished:
        unfinished.write_text("late")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_kind_is_an_empty_view_of_its_columns(engine_with):
    engine = engine_with(1)
    engine.view("orders", [], SCHEMA)
    assert engine.read("SELECT * FROM orders").schema.names == SCHEMA.names
    assert engine.read("SELECT * FROM orders").num_rows == 0
