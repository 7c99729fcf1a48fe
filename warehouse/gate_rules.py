"""Declare what a row must be in its company 语义规则: rules over staged rows, as SQL conditions.

A rule is a condition on the alias ``r`` under which the row is quarantined. Reference tables
(``ref_unit``, ``ref_account_manager``, ``ref_industry``, ``ref_product``, ``ref_group``,
``cut_group``) hold what was known before plus what this import brought.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import duckdb

from warehouse.contracts import Contract
from warehouse.gate import Known

_RANK: Final = "list_position(['province', 'city', 'county', 'grid'], {})"
OF_PRODUCT: Final = frozenset({"subscriptions", "product_users", "contracts"})


@dataclass(frozen=True, slots=True)
class Rule:
    """Be one rule: finding code, the column it is about, when it quarantines."""

    code: str
    column: str
    condition: str


_GROUP_RULES: Final = (
    Rule(
        "parent_quarantined",
        "group_code",
        "EXISTS (SELECT 1 FROM cut_group c WHERE c.group_code = r.group_code)",
    ),
    Rule(
        "unknown_group",
        "group_code",
        "NOT EXISTS (SELECT 1 FROM ref_group g WHERE g.group_code = r.group_code)",
    ),
)
_OFF_NET: Final = Rule(
    "off_net_group",
    "group_code",
    "EXISTS (SELECT 1 FROM ref_group g WHERE g.group_code = r.group_code AND g.status = 'off_net')",
)
_CITY: Final = Rule(
    "unknown_city",
    "city_code",
    "NOT EXISTS (SELECT 1 FROM ref_unit u WHERE u.code = r.city_code AND u.level = 'city')",
)
_PARENT: Final = Rule(
    "unknown_unit",
    "parent_code",
    "r.level <> 'province' AND (r.level <> 'city' OR r.parent_code IS NOT NULL) AND NOT EXISTS "
    "(SELECT 1 FROM (SELECT code, level FROM ref_unit UNION ALL SELECT code, level FROM row_now) u "
    f"WHERE u.code = r.parent_code AND {_RANK.format('u.level')} < {_RANK.format('r.level')})",
)
_UNIT: Final = Rule(
    "unknown_unit",
    "unit_code",
    "NOT EXISTS (SELECT 1 FROM ref_unit u WHERE u.code = r.unit_code "
    "AND u.level IN ('city', 'county'))",
)


def rules_of(contract: Contract) -> tuple[Rule, ...]:
    """Return the rules of a kind, in the order in which the first one that applies is named."""
    if contract.of_group:
        return (*_GROUP_RULES, _OFF_NET) if contract.kind == "members" else _GROUP_RULES
    own = {
        "groups": (_CITY,),
        "account_managers": (_CITY,),
        "org_units": (_PARENT,),
        "operating_income": (_UNIT,),
    }
    return own.get(contract.kind, ())


def create_references(connection: duckdb.DuckDBPyConnection, known: Known) -> None:
    """Create the reference tables from what was known before this import."""
    connection.execute(
        "CREATE TABLE ref_unit (code VARCHAR, level VARCHAR, parent_code VARCHAR);"
        "CREATE TABLE ref_account_manager (code VARCHAR, city_code VARCHAR);"
        "CREATE TABLE ref_industry (code VARCHAR);"
        "CREATE TABLE ref_product (code VARCHAR);"
        "CREATE TABLE ref_group (group_code VARCHAR, status VARCHAR);"
        "CREATE TABLE cut_group (group_code VARCHAR);"
        "CREATE TABLE cut (_file INTEGER, _line BIGINT, code VARCHAR);"
    )
    units = [(code, unit.level, unit.parent_code) for code, unit in known.units.items()]
    _fill(connection, "ref_unit", units)
    _fill(connection, "ref_account_manager", list(known.account_managers.items()))
    _fill(connection, "ref_industry", [(code,) for code in known.industries | {"other"}])
    _fill(connection, "ref_product", [(code,) for code in known.products | {"other"}])
    for path in known.files_of_month.get("groups", ()):
        connection.execute(
            "INSERT INTO ref_group SELECT group_code, status FROM read_parquet(?)", [str(path)]
        )


def _fill(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[str | None, ...]]
) -> None:
    rows = list(rows)
    if rows:
        marks = ", ".join("?" for _ in rows[0])
        connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def learn(connection: duckdb.DuckDBPyConnection, kind: str, staged: str) -> None:
    """Add what a staged reference kind (or groups) brought to the reference tables."""
    columns = {
        "org_units": ("ref_unit", "code", "code, level, parent_code"),
        "account_managers": ("ref_account_manager", "code", "code, city_code"),
        "industries": ("ref_industry", "code", "code"),
        "products": ("ref_product", "code", "DISTINCT product_code"),
        "groups": ("ref_group", "group_code", "group_code, status"),
    }
    if kind not in columns:
        return
    table, key, select = columns[kind]
    source = "product_code" if kind == "products" else key
    connection.execute(
        f"DELETE FROM {table} WHERE {key} IN (SELECT {source} FROM read_parquet($path))",
        {"path": staged},
    )
    connection.execute(
        f"INSERT INTO {table} SELECT {select} FROM read_parquet($path)", {"path": staged}
    )
