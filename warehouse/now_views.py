"""Lay grades approved since a run over its marts for reading 生效等级: views beside partitions.

What a run loaded never changes. ``grade_overlay`` holds one row for each group of a run whose
effective grade (or last month's) is another one by now; ``org_month_delta`` and
``grade_flow_delta`` hold what that changes in the totals. The views ``…_now`` put both together;
the models that rooms read stand on the views, and a sum over rows is the truth of the moment.

The views list the columns of the marts as they are in the database. They are made again after
every migration that added one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from warehouse.marts import GRADE_FLOW_MONTH, ORG_MONTH

#: View → the mart it shows.
VIEWS = {
    "group_result_now": "mart_group_result",
    "group_alert_now": "mart_group_alert",
    "org_month_now": "mart_org_month",
    "grade_flow_month_now": "mart_grade_flow_month",
    "group_grade_change_now": "mart_group_grade_change",
}
#: Mart → where the changes of its totals stand, one row a run and key.
DELTAS = {
    "mart_org_month": ("org_month_delta", ORG_MONTH.keys),
    "mart_grade_flow_month": ("grade_flow_delta", GRADE_FLOW_MONTH.keys),
}
_LAID_OVER = ("effective_grade", "effective_source", "grade_way", "prev_effective_grade")


def refresh_views(**_: Any) -> None:
    """Make the views and the tables of changes follow the columns of the marts."""
    for mart, (delta, keys) in DELTAS.items():
        _follow(mart, delta, keys)
    for view, mart in VIEWS.items():
        wanted = _columns(mart)
        if wanted and _columns(view) != wanted:
            _run(f"DROP VIEW IF EXISTS {view}")
            _run(f"CREATE VIEW {view} AS {_definition(mart, list(wanted))}")


def drop_views(**_: Any) -> None:
    """Take views and tables of changes away, for a migration backwards."""
    for view in VIEWS:
        _run(f"DROP VIEW IF EXISTS {view}")
    for delta, _keys in DELTAS.values():
        _run(f"DROP TABLE IF EXISTS {delta}")


def _follow(mart: str, delta: str, keys: Sequence[str]) -> None:
    """Give a table of changes every column of its mart."""
    wanted, present = _columns(mart), _columns(delta)
    if wanted and not present:
        _run(f"CREATE TABLE {delta} (LIKE {mart} INCLUDING DEFAULTS)")
        _run(f"CREATE UNIQUE INDEX ON {delta} (run, {', '.join(keys)})")
        return
    for name, type_ in wanted.items():
        if name not in present:
            _run(f"ALTER TABLE {delta} ADD COLUMN {name} {type_}")


def _definition(mart: str, columns: list[str]) -> str:
    if mart in DELTAS:
        listed = ", ".join(columns)
        return f"SELECT {listed} FROM {mart} UNION ALL SELECT {listed} FROM {DELTAS[mart][0]}"
    if mart == "mart_group_grade_change":
        return _changes(columns)
    listed = ", ".join(
        f"COALESCE(o.{name}, m.{name}) AS {name}" if name in _LAID_OVER else f"m.{name}"
        for name in columns
    )
    return (
        f"SELECT {listed} FROM {mart} AS m"
        " LEFT JOIN grade_overlay AS o ON o.run = m.run AND o.group_code = m.group_code"
    )


def _changes(columns: list[str]) -> str:
    """List the changed groups: the run's own, those laid over by what they are now."""
    now = {
        "from_month": "o.from_month",
        "from_grade": "CASE o.prev_effective_grade WHEN '' THEN 'new'"
        " ELSE o.prev_effective_grade END",
        "to_grade": "o.effective_grade",
        "way": "o.grade_way",
    }
    stored = ", ".join(f"c.{name}" for name in columns)
    laid = ", ".join(f"{now.get(name, f'r.{name}')} AS {name}" for name in columns)
    return (
        f"SELECT {stored} FROM mart_group_grade_change AS c WHERE NOT EXISTS ("
        "SELECT 1 FROM grade_overlay AS o WHERE o.run = c.run AND o.group_code = c.group_code)"
        f" UNION ALL SELECT {laid} FROM grade_overlay AS o"
        " JOIN mart_group_result AS r ON r.run = o.run AND r.group_code = o.group_code"
        " WHERE o.grade_way <> ''"
    )


def _columns(relation: str) -> dict[str, str]:
    """Return a relation's columns with their types, in order; empty when there is none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute"
            " WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [relation],
        )
        return dict(cursor.fetchall())


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
