"""Copy a month's files into Postgres, check every line, report, keep what is good as typed tables.

COPY itself finds cells of the wrong type (it skips and names their lines); enumerations, ranges,
missing values, references and repeated keys are found with SQL into ``finding``. Lines with a
finding are left out. Views show money as integer 厘, decimals as integer thousandths: to write two
million lines a second time would cost more than to multiply when they are read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import psycopg2

from bench.columns import types_of
from warehouse.contract_kinds import KINDS
from warehouse.contracts import CellType, Contract

REFERENCES = (
    ("groups", "city_code", "SELECT code FROM in_org_units WHERE level = 'city'"),
    ("account_managers", "city_code", "SELECT code FROM in_org_units WHERE level = 'city'"),
    ("operating_income", "unit_code", "SELECT code FROM in_org_units WHERE level <> 'grid'"),
    ("members", "group_code", "SELECT group_code FROM in_groups WHERE status <> 'off_net'"),
    *(
        (kind, "group_code", "SELECT group_code FROM in_groups")
        for kind, contract in KINDS.items()
        if contract.of_group and kind != "members"
    ),
)
ANALYSED = {"members": " (group_code, member_id, status, is_test, tariff_code, snapshot_cohort)"}
BILLED = "roaming + new_business + long_distance + local"
BILLED += " + coalesce(package, 0) + coalesce(other, 0)"


def take_in(cursor, source: Path, month: str, out: Path) -> None:
    """Copy, check and keep every file of the month; write ``report.json``."""
    cursor.execute(
        "CREATE TABLE finding (kind text, key text, place text, problem text, value text)"
    )
    columns = {path.stem: types_of(path) for path in sorted(source.glob("*.csv"))}
    for kind, types in columns.items():
        _copy(cursor, source / f"{kind}.csv", kind, types)
    for kind, types in columns.items():
        _check(cursor, KINDS[kind], types, month)
    for kind, place, known in REFERENCES:
        _check_reference(cursor, KINDS[kind], place, known)
    report = {kind: _keep(cursor, KINDS[kind], types) for kind, types in columns.items()}
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))


def _copy(cursor, path: Path, kind: str, types: dict[str, str]) -> None:
    columns = ", ".join(f'"{n}" {_staged_type(kind, n, t)}' for n, t in types.items())
    cursor.execute(f"CREATE UNLOGGED TABLE in_{kind} ({columns})")
    options = "FORMAT csv, HEADER match, ON_ERROR ignore, LOG_VERBOSITY verbose"
    with path.open(encoding="utf-8-sig") as stream:
        cursor.copy_expert(f"COPY in_{kind} FROM STDIN ({options})", stream, 1 << 20)
    cursor.execute("SELECT 1")  # what COPY said arrives with the next answer
    for notice in cursor.connection.notices:
        if found := re.search(r"at line (\d+) for column \"?(\w+)\"?: (.*)", notice):
            cursor.execute("INSERT INTO finding VALUES (%s, %s, %s, 'type', %s)",
                           (kind, *found.groups()))  # fmt: skip
    cursor.connection.notices.clear()


def _staged_type(kind: str, name: str, sql_type: str) -> str:
    if sql_type.startswith("DECIMAL"):
        return "float8"  # read and multiplied at a third of what numeric costs; rounded to 厘
    return {"DOUBLE": "float8", "VARCHAR": "text"}.get(sql_type, sql_type)


def _key(contract: Contract) -> str:
    return "concat_ws(' ', " + ", ".join(f'r."{name}"' for name in contract.key) + ")"


def _check(cursor, contract: Contract, types: dict[str, str], month: str) -> None:
    """Find lines with a missing, unknown or impossible cell, another month, a repeated key."""
    tests = []
    for column in contract.columns:
        name = f'r."{column.name}"'
        if column.name not in types:
            continue
        if column.required:
            tests.append((column.name, "missing", f"{name} IS NULL"))
        if column.type is CellType.ENUM:
            known = ", ".join(f"'{code}'" for code in column.codes)
            tests.append((column.name, "unknown", f"{name} NOT IN ({known})"))
        if column.lowest is not None:
            tests.append((column.name, "too_low", f"{name} < {column.lowest}"))
        if column.highest is not None:
            tests.append((column.name, "too_high", f"{name} > {column.highest}"))
    if "month" in types:
        tests.append(("month", "other_month", f"r.month <> '{month}'"))
    if contract.kind == "members":
        neither = "r.activated_on IS NULL AND r.tenure_months IS NULL"
        tests.append(("activated_on", "missing", neither))
    any_of = " OR ".join(test for _, _, test in tests)
    values = ", ".join(
        f"('{name}', '{problem}', {test}, r.\"{name}\"::text)" for name, problem, test in tests
    )
    kind, key = contract.kind, _key(contract)
    cursor.execute(
        f"INSERT INTO finding SELECT '{kind}', {key}, f.place, f.problem, f.value FROM in_{kind} r"
        f" CROSS JOIN LATERAL (VALUES {values}) AS f (place, problem, is_bad, value)"
        f" WHERE ({any_of}) AND f.is_bad"
    )
    columns = ", ".join(f'"{name}"' for name in contract.key)
    cursor.execute("SAVEPOINT keyed")
    try:
        cursor.execute(f"CREATE UNIQUE INDEX ON in_{kind} ({columns}) NULLS NOT DISTINCT")
    except psycopg2.errors.UniqueViolation:
        cursor.execute(
            f"ROLLBACK TO keyed; INSERT INTO finding SELECT '{kind}', {key}, '', 'repeated',"
            f" count(*)::text FROM in_{kind} r GROUP BY {columns} HAVING count(*) > 1"
        )


def _check_reference(cursor, contract: Contract, place: str, known: str) -> None:
    cursor.execute(
        f"INSERT INTO finding SELECT '{contract.kind}', {_key(contract)}, '{place}', 'reference',"
        f" r.{place} FROM in_{contract.kind} r LEFT JOIN ({known}) AS k (code)"
        f" ON k.code = r.{place} WHERE k.code IS NULL"
    )


def _keep(cursor, contract: Contract, types: dict[str, str]) -> dict[str, object]:
    """Drop lines with a finding and show the rest with whole numbers; return what was found."""
    kind, cells = contract.kind, []
    for name, sql_type in types.items():
        column = contract.by_name.get(name)
        if sql_type.startswith("DECIMAL") and column:
            cells.append(f'(r."{name}" * 1000)::bigint AS {column.staged}')
        else:
            cells.append(f'r."{name}"')
    if kind == "members":
        cells.append(f"(({BILLED}) * 1000)::bigint AS billed_li")
    counted = "SELECT place, problem, count(*) FROM finding WHERE kind = %s GROUP BY 1, 2"
    cursor.execute(counted, (kind,))
    found = [f"{place} {problem}: {n}" for place, problem, n in cursor.fetchall()]
    if found:
        bad = f"SELECT key FROM finding WHERE kind = '{kind}' AND problem"
        first = f"SELECT min(ctid) FROM in_{kind} GROUP BY {', '.join(contract.key)}"
        cursor.execute(
            f"DELETE FROM in_{kind} AS r WHERE {_key(contract)} IN ({bad} <> 'repeated')"
            f" OR {_key(contract)} IN ({bad} = 'repeated') AND ctid NOT IN ({first})"
        )
    cursor.execute(f"CREATE VIEW {kind} AS SELECT {', '.join(cells)} FROM in_{kind} AS r")
    cursor.execute(f"ANALYZE in_{kind}{ANALYSED.get(kind, '')}")
    cursor.execute(f"SELECT count(*) FROM in_{kind}")
    return {"kept": cursor.fetchone()[0], "findings": found}
