"""Hold what the peers computed equal to ours, mart by mart, before anything is timed.

Every column of every mart a peer fills is compared, row by row over the mart's keys: whole numbers,
texts and dates must be the same, floats within 1e-9 (of 1, or of the larger value). Quartiles of
similar groups are stored rounded to 1e-6, so a half may fall to either side. Left out: the small
JSON text of a rule hit, whose keys and digits each language writes in its own way.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import psycopg2

from bench.sizes import MONTH, Size
from warehouse.marts import MARTS, Mart

TOLERANCE = 1e-9
ROUNDED = {"peer_month": 1.01e-6}
#: What no peer makes: the hidden units (see docs/performance.md).
NOT_MADE = ("org_mask",)
HELD = tuple(name for name in MARTS if name not in NOT_MADE)
LEFT_OUT = {"group_rule_hit": ("detail",)}
SCHEMAS = {"postgres": "peer", "pandas": "pandas_peer"}


def newest_marts(size: Size) -> Path:
    """Return the folder of our own newest run of the measured month."""
    folders = size.site.glob("marts/run=*")
    return max(folders, key=lambda path: int(path.name.partition("=")[2]))


def hold_equal(size: Size, dsn: str, peer: str) -> int:
    """Compare a peer's marts with ours; return how many values were compared.

    Raises:
        SystemExit: with every column that differs, how often, and one example.
    """
    folder, problems, compared = newest_marts(size), [], 0
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        for name in HELD:
            mart = MARTS[name]
            with tempfile.NamedTemporaryFile(suffix=".csv", dir=size.folder) as csv:
                columns = ", ".join(f'"{each}"' for each in mart.names)
                rows = f"SELECT {columns} FROM {SCHEMAS[peer]}.{name}"
                cursor.copy_expert(f"COPY ({rows}) TO STDOUT (FORMAT csv, HEADER)", csv)
                csv.flush()
                found, n_values = _compare(mart, folder / f"{name}.parquet", csv.name)
            problems += [f"{peer}: {name}.{each}" for each in found]
            compared += n_values
    if problems:
        raise SystemExit("not equal to ours:\n" + "\n".join(problems))
    return compared


def _compare(mart: Mart, ours: Path, theirs: str) -> tuple[list[str], int]:
    """Return what differs between a mart's Parquet file and a CSV of the same mart."""
    engine = duckdb.connect()
    types = {"float8": "DOUBLE", "float8[]": "VARCHAR", "text": "VARCHAR"}
    declared = {each.name: types.get(each.type, each.type) for each in mart.columns}
    cells = ", ".join(
        f"coalesce({c.name}, '') AS {c.name}" if c.type == "text"
        else f"CAST(string_split(trim(replace({c.name}, 'NULL', ''), '{{}}'), ',') AS VARCHAR[])"
        f" AS {c.name}" if c.type == "float8[]" else c.name
        for c in mart.columns
    )  # fmt: skip
    engine.execute(f"CREATE TABLE ours AS FROM read_parquet('{ours}')")
    scan = f"read_csv('{theirs}', header = true, columns = {declared}, allow_quoted_nulls = false)"
    engine.execute(f"CREATE TABLE theirs AS SELECT {cells} FROM {scan}")
    n_rows = engine.execute("SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM theirs)")
    n_ours, n_theirs = n_rows.fetchone() or (0, 0)
    same = " AND ".join(f"o.{key} = t.{key}" for key in mart.keys)
    pairs = f"ours o JOIN theirs t ON {same}"
    n_both = engine.execute(f"SELECT count(*) FROM {pairs}").fetchall()[0][0]
    problems = []
    if not n_ours == n_theirs == n_both:
        problems.append(f"rows: ours {n_ours}, theirs {n_theirs}, in both {n_both}")
    held = [c for c in mart.columns if c.name not in LEFT_OUT.get(mart.name, ())]
    for column in held:
        problems += _differing(engine, pairs, mart, column.name, column.type)
    engine.close()
    return problems, n_both * len(held)


def _differing(engine, pairs: str, mart: Mart, name: str, kind: str) -> list[str]:
    """Return a sentence about a column that differs, with how often and one example."""
    tolerance = ROUNDED.get(mart.name, TOLERANCE)
    far = f"abs({{a}} - {{b}}) > {tolerance} * greatest(1, abs({{a}}), abs({{b}}))"
    if kind == "float8":
        a, b = f"o.{name}", f"t.{name}"
        test = (
            f"{a} IS DISTINCT FROM {b} AND ({a} IS NULL OR {b} IS NULL OR isinf({a}) OR isinf({b})"
            f" OR {far.format(a=a, b=b)})"
        )
    elif kind == "float8[]":
        a, b = f"coalesce(o.{name}[i], -1e99)", f"coalesce(TRY_CAST(t.{name}[i] AS DOUBLE), -1e99)"
        test = (
            f"len(o.{name}) <> len(t.{name}) OR len(list_filter(range(1, len(o.{name}) + 1),"
            f" lambda i: {far.format(a=a, b=b)})) > 0"
        )
    else:
        test = f"o.{name} IS DISTINCT FROM t.{name}"
    keys = ", ".join(f"o.{key}" for key in mart.keys)
    rows = engine.execute(
        f"SELECT count(*) OVER (), concat_ws(' ', {keys}), o.{name}, t.{name}"
        f" FROM {pairs} WHERE {test} LIMIT 1"
    ).fetchall()
    return [f"{name}: {n} differ, e.g. {key}: ours {a}, theirs {b}" for n, key, a, b in rows]


def say_equal(size: Size, dsn: str, peer: str) -> None:
    """Compare and say how much was found equal."""
    n_values = hold_equal(size, dsn, peer)
    print(f"{peer}: {n_values:,} values of {len(HELD)} marts of {MONTH} equal ours", flush=True)
