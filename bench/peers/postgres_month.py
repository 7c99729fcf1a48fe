"""Assess the month with everything in Postgres: COPY the files, then SQL.

    python bench/peers/postgres_month.py INPUT BEFORE OUT DSN

The same sums as the pandas script. Last month's members are a table that is already there and is
not timed (``--before`` makes it).
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import duckdb
import psycopg2

from bench.columns import types_of
from bench.rollup import GROUP_TOTALS, OWNED, REPEATED, SHOWN

FILES = ("groups", "members", "subscriptions", "products", "product_users")
FEES = ("roaming", "new_business", "long_distance", "local", "package", "other", "paid_by_group")
TOTALS = """
CREATE TABLE pg_totals AS
SELECT g.city_code, g.county_code, g.account_manager_code, g.industry, t.grade, t.size,
    count(*) AS n_groups, sum(n_members) AS n_members, sum(t.n_gone) AS n_gone,
    sum(personal_bill_li) AS personal_bill_li, sum(unified_pay_li) AS unified_pay_li,
    sum(ict_li) AS ict_li, sum(total_income_li) AS total_income_li
FROM pg_scored t JOIN groups g USING (group_code)
GROUP BY GROUPING SETS (
    (g.city_code), (g.city_code, t.grade), (g.city_code, g.industry), (g.city_code, t.size),
    (g.city_code, t.grade, g.industry, t.size),
    (g.city_code, g.county_code), (g.city_code, g.county_code, t.grade),
    (g.city_code, g.county_code, g.industry), (g.city_code, g.county_code, t.size),
    (g.city_code, g.county_code, t.grade, g.industry, t.size),
    (g.account_manager_code), (g.account_manager_code, t.grade)
)
"""
SCORED = """
CREATE TABLE pg_scored AS
WITH scored AS (
    SELECT t.*, least(100, 100 * ln(1 + greatest(t.unified_pay_li, 0)) / ln(5e7)) * 0.15
        + least(100, 100 * ln(1 + greatest(t.ict_li, 0)) / ln(5e7)) * 0.20
        + least(100, 100 * ln(1 + greatest(t.personal_bill_li, 0)) / ln(5e7)) * 0.15
        + least(100, 100 * ln(1 + coalesce(g.employees, 0)) / ln(1001)) * 0.07
        + coalesce(g.influence, 0) * 0.09 + coalesce(g.tax_score, 0) * 0.06
        + coalesce(g.informatisation_level, 0) * 0.8 AS score
    FROM pg_groups t JOIN groups g USING (group_code)
)
SELECT *, CASE WHEN score >= 85 THEN 'A1' WHEN score >= 75 THEN 'A2' WHEN score >= 60 THEN 'B1'
    WHEN score >= 45 THEN 'B2' ELSE 'C' END AS grade,
    CASE WHEN n_members = 0 THEN 0 WHEN n_members < 10 THEN 1 WHEN n_members < 50 THEN 2
        WHEN n_members < 200 THEN 3 WHEN n_members < 1000 THEN 4 ELSE 5 END AS size
FROM scored
"""


def in_postgres(sql: str) -> str:
    """Write a DuckDB query of ours as Postgres has it: no QUALIFY, booleans of 0/1 columns."""
    head, qualify, window = sql.partition("QUALIFY")
    if qualify:
        number = window.strip().removesuffix("> 1").strip()
        return head.replace(
            "SELECT member_id, group_code FROM candidate",
            f"SELECT member_id, group_code FROM (SELECT *, {number} AS place FROM candidate) c"
            " WHERE place > 1",
        )
    return sql


def copy_in(cursor, path: Path, table: str) -> None:
    """Copy a file into a table of its own; money becomes integer 厘."""
    types = {**types_of(path)}
    columns = ", ".join(
        f'"{n}" {"numeric(18,3)" if t.startswith("DECIMAL") else t.replace("DOUBLE", "float8")}'
        for n, t in types.items()
    )
    cursor.execute(f"DROP TABLE IF EXISTS {table} CASCADE")
    cursor.execute(f"CREATE UNLOGGED TABLE {table} ({columns})")
    with path.open(encoding="utf-8-sig") as stream:
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)", stream)
    money = [n for n in types if n in (*FEES, "amount")]
    if money:
        cells = ", ".join(f"ALTER {n} TYPE bigint USING ({n} * 1000)::bigint" for n in money)
        cursor.execute(f"ALTER TABLE {table} {cells}")


def main(source: Path, before: str, out: Path, dsn: str) -> None:
    """Copy, index, sum, score."""
    out.mkdir(parents=True, exist_ok=True)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS peer CASCADE; CREATE SCHEMA peer")
        cursor.execute("SET search_path = peer, before_peer, public; SET work_mem = '256MB'")
        for kind in FILES:
            copy_in(cursor, source / f"{kind}.csv", f"peer.{kind}")
        cursor.execute("CREATE INDEX ON peer.members (group_code, member_id)")
        cursor.execute("CREATE INDEX ON peer.members (member_id)")
        cursor.execute("ANALYZE peer.members; ANALYZE peer.groups; ANALYZE peer.subscriptions")
        cursor.execute(f"CREATE TABLE peer.repeated AS {in_postgres(REPEATED)}")
        cursor.execute(f"CREATE UNLOGGED TABLE peer.owned AS {OWNED}")
        cursor.execute(
            "CREATE UNLOGGED TABLE peer.staying AS SELECT group_code, member_id FROM owned"
            f" WHERE status <> 'cancelled'"
            f" AND group_code IN (SELECT group_code FROM groups WHERE {SHOWN})"
        )
        cursor.execute("ANALYZE peer.staying; ANALYZE peer.owned; ANALYZE peer.repeated")
        cursor.execute(f"CREATE TABLE pg_groups AS {in_postgres(GROUP_TOTALS)}")
        cursor.execute(SCORED)
        cursor.execute(TOTALS)
        cursor.execute("CREATE INDEX ON pg_scored (group_code); ANALYZE pg_scored")
        with (out / "totals.csv").open("w") as stream:
            cursor.copy_expert(
                "COPY (SELECT * FROM pg_scored ORDER BY group_code) TO STDOUT (FORMAT csv, HEADER)",
                stream,
            )


def keep_before(before: str, dsn: str, spare: Path) -> None:
    """Make the table of last month's members; this is history and not timed."""
    csv = spare / "before.csv"
    duckdb.execute(
        f"COPY (SELECT group_code, member_id, status, is_test FROM read_parquet('{before}'))"
        f" TO '{csv}' (HEADER false)"
    )
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS before_peer CASCADE; CREATE SCHEMA before_peer")
        cursor.execute(
            "CREATE UNLOGGED TABLE before_peer.members_before"
            " (group_code text, member_id text, status text, is_test boolean)"
        )
        with csv.open() as stream:
            cursor.copy_expert("COPY before_peer.members_before FROM STDIN (FORMAT csv)", stream)
        cursor.execute("CREATE INDEX ON before_peer.members_before (group_code, member_id)")
        cursor.execute("ANALYZE before_peer.members_before")
    csv.unlink()


if __name__ == "__main__":
    if sys.argv[1] == "--before":
        keep_before(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
