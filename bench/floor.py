"""Do the least that any honest solution does: the floor of a month.

    python bench/floor.py INPUT BEFORE OUT DSN

Reads the same CSV once, typed, without a single check; writes sorted Parquet; sums by group, with
the anti-join against last month's members; copies group marts as wide as ours into Postgres and
makes the same indexes. No scores, no totals by unit, no alerts, no gate, no history.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import duckdb
import psycopg2

from bench.columns import scan_of
from bench.rollup import GROUP_TOTALS, OWNED, REPEATED, STAYING
from warehouse.marts import MARTS, Mart

WIDE = [mart for mart in MARTS.values() if mart.in_postgres and "group_code" in mart.names]
FILLED = {
    "smallint": "1",
    "int": "24300",
    "bigint": "123450",
    "float8": "0.123456789",
    "float8[]": "'{61.25,18.5,40,73.125,0,80,20,55.5,100,33.3,66.6}'",
    "text": "'text'",
    "date": "DATE '2026-10-31'",
}
SORTED = {"members": "group_code, member_id", "member_exits": "group_code, member_id"}


def main(source: Path, before: str, out: Path, dsn: str) -> None:
    """Read, sort, sum, load."""
    out.mkdir(parents=True, exist_ok=True)
    engine = duckdb.connect(config={"threads": 2, "memory_limit": "600MB"})
    engine.execute(f"SET temp_directory = '{out / 'spill'}'")
    for path in sorted(source.glob("*.csv")):
        target = out / f"{path.stem}.parquet"
        order = SORTED.get(path.stem, "1")
        engine.execute(
            f"COPY (SELECT * FROM {scan_of(path)} ORDER BY {order}) TO '{target}'"
            " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
        )
        engine.execute(f"CREATE VIEW {path.stem} AS FROM read_parquet('{target}')")
    engine.execute(f"CREATE VIEW members_before AS FROM read_parquet('{before}')")
    engine.execute(f"CREATE TABLE repeated AS {REPEATED}")
    engine.execute(f"CREATE VIEW owned AS {OWNED}")
    engine.execute(f"CREATE VIEW staying AS {STAYING}")
    engine.execute(f"CREATE TABLE totals AS {GROUP_TOTALS}")
    engine.execute(f"COPY (FROM totals ORDER BY group_code) TO '{out / 'totals.csv'}' (HEADER)")
    known = {row[0] for row in engine.execute("DESCRIBE totals").fetchall()}
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for mart in WIDE:
            _load(engine, cursor, mart, known, out)


def _load(engine, cursor, mart: Mart, known: set[str], out: Path) -> None:
    """Copy a mart of the same width and about the same length, and index it like ours."""
    csv = out / f"{mart.name}.csv"
    cells = ", ".join(
        column.name if column.name in known else f"{FILLED[column.type]} AS {column.name}"
        for column in mart.columns
    )
    rows = "totals"
    if "product_code" in mart.keys:
        cells = cells.replace("'text' AS product_code", "product_code")
        rows = "totals JOIN (SELECT DISTINCT group_code, product_code FROM subscriptions)"
        rows += " USING (group_code)"
    engine.execute(f"COPY (SELECT 1 AS run, {cells} FROM {rows}) TO '{csv}' (HEADER false)")
    types = {"float8[]": "double precision[]", "float8": "double precision"}
    columns = ", ".join(f"{c.name} {types.get(c.type, c.type)}" for c in mart.columns)
    table = f"floor_{mart.name}"
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (run int, {columns})")
    with csv.open() as stream:
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv, FREEZE)", stream)
    keys = [key for key in mart.keys if key in ("group_code", "product_code")]
    cursor.execute(f"CREATE INDEX ON {table} ({', '.join(keys)})")
    for index in mart.indexes:
        cursor.execute(f"CREATE INDEX ON {table} ({index})")
    cursor.execute(f"ANALYZE {table} ({', '.join(keys)})")
    csv.unlink()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
