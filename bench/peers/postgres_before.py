"""Make the tables of what is there before the month comes in; this is history and not timed.

python bench/peers/postgres_before.py GIVEN SPARE DSN
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import duckdb
import psycopg2

from bench.peers.given import Given, read_given
from bench.peers.postgres_tables import sql_type
from warehouse.marts import MARTS

#: How many months of which mart the month looks back at, and by what it looks them up.
MARTS_BEFORE = {
    "group_month": 7,
    "group_result": 1,
    "group_product_month": 1,
    "group_stream_month": 13,
    "group_alert": 13,
}
BILLED = "roaming_li + new_business_li + long_distance_li + local_li"
BILLED += " + coalesce(package_li, 0) + coalesce(other_li, 0)"
MEMBERS = (
    f"group_code, member_id, status, is_test, tariff_code, paid_by_group_li, {BILLED} AS billed_li"
)
ORDERS = "group_code, product_code, payer, list_price_li, amount_li"
TYPES = {"BIGINT": "bigint", "BOOLEAN": "boolean", "DOUBLE": "float8", "DATE": "date"}


def keep_before(given: Given, spare: Path, dsn: str) -> None:
    """Copy earlier marts and extracts in, with indexes and statistics."""
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS before_peer CASCADE; CREATE SCHEMA before_peer")
        for name, months in MARTS_BEFORE.items():
            columns = [(column.name, sql_type(column)) for column in MARTS[name].columns]
            paths = [given.mart(back, name) for back in range(1, months + 1)]
            files = [str(path) for path in paths if path and path.exists()]
            _copy(cursor, f"earlier_{name}", f"SELECT * FROM read_parquet({files})", columns, spare)
            cursor.execute(f"CREATE INDEX ON before_peer.earlier_{name} (group_code, month)")
        duplicates = f"SELECT group_code, member_id FROM '{given.mart(1, 'member_duplicate')}'"
        _copy(cursor, "prev_member_duplicate", duplicates, None, spare)
        one, two = given.extracts[given.month - 1], given.extracts.get(given.month - 2, {})
        _copy(cursor, "prev_members", _select(MEMBERS, one["members"]), None, spare)
        earlier = _select("member_id, billed_li", two.get("members", one["members"]))
        if "members" not in two:
            earlier += " WHERE false"
        _copy(cursor, "prev_prev_members", earlier, None, spare)
        _copy(cursor, "prev_subscriptions", _select(ORDERS, one["subscriptions"]), None, spare)
        _copy(cursor, "prev_prices", _select("item_code, price_li", one["prices"]), None, spare)
        cursor.execute("CREATE INDEX ON before_peer.prev_members (group_code, member_id)")


def _select(columns: str, files: list[str]) -> str:
    rows = f"read_parquet({files})"
    if "billed_li" in columns and "AS billed_li" not in columns:
        rows = f"(SELECT *, {BILLED} AS billed_li FROM {rows})"
    return f"SELECT {columns} FROM {rows}"


def _copy(cursor, table: str, query: str, columns, spare: Path) -> None:
    csv = spare / f"{table}.csv"
    types = columns or [
        (name, TYPES.get(kind, "text"))
        for name, kind, *_ in duckdb.execute(f"DESCRIBE {query}").fetchall()
    ]
    cells = ", ".join(
        f"'{{' || array_to_string(list_transform({name}, lambda x:"
        f" coalesce(CAST(x AS VARCHAR), 'NULL')), ',') || '}}' AS {name}"
        if kind.endswith("[]")
        else name
        for name, kind in types
    )
    duckdb.execute(f"COPY (SELECT {cells} FROM ({query})) TO '{csv}' (HEADER false, NULLSTR '\\N')")
    declared = ", ".join(f"{name} {kind}" for name, kind in types)
    cursor.execute(f"CREATE TABLE before_peer.{table} ({declared})")
    with csv.open() as stream:
        cursor.copy_expert(
            f"COPY before_peer.{table} FROM STDIN (FORMAT csv, NULL '\\N', FREEZE)", stream
        )
    cursor.execute(f"ANALYZE before_peer.{table}")
    csv.unlink()


if __name__ == "__main__":
    keep_before(read_given(Path(sys.argv[1])), Path(sys.argv[2]), sys.argv[3])
