"""Count in Postgres how groups moved between any two published months 任意两期.

One aggregate over two runs joined by group: no group's row leaves the database, at most 42 counts
do. A group of the later month belongs to its owner in that month. One that is gone belongs to
whoever the later month's list says, else to its last owner, exactly as in ``group_grade_step``.
"""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.queries import within
from accounts.scope import Scope, Selection
from warehouse.mart_models import GroupMonth, GroupResult
from warehouse.shared_marts import loaded_by

_FLOWS = """
WITH later AS ({later}),
listed AS ({listed}),
owned AS ({owned}),
moved AS (
    SELECT COALESCE(e.effective_grade, 'new') AS from_grade, n.effective_grade AS to_grade
    FROM later AS n
    LEFT JOIN group_result_now AS e ON e.run = %s AND e.group_code = n.group_code
    UNION ALL
    SELECT e.effective_grade, 'exit'
    FROM listed AS g
    JOIN group_result_now AS e ON e.run = %s AND e.group_code = g.group_code
    UNION ALL
    SELECT e.effective_grade, 'exit'
    FROM owned AS e
    WHERE NOT EXISTS (
        SELECT 1 FROM mart_group_month AS m WHERE m.run = %s AND m.group_code = e.group_code
    )
)
SELECT from_grade, to_grade, COUNT(*) FROM moved GROUP BY from_grade, to_grade ORDER BY 1, 2
"""


def flows_between(
    scope: Scope, earlier_run: int, later_run: int, selection: Selection
) -> tuple[tuple[str, str, int], ...]:
    """Return (from, to, groups) of the place between two runs."""
    inside = within(selection)
    later = GroupResult.objects.in_run(later_run).visible_to(scope).filter(inside)
    # in the later month's list, but not among its results: off net, merged, a test group
    excluded = GroupMonth.objects.in_run(later_run).visible_to(scope).filter(inside)
    excluded = excluded.exclude(excluded_reason="")
    owned = GroupResult.objects.in_run(earlier_run).visible_to(scope).filter(inside)
    parts = {
        "later": later.values("group_code", "effective_grade"),
        "listed": excluded.values("group_code"),
        "owned": owned.values("group_code", "effective_grade"),
    }
    compiled = {name: _compiled(rows) for name, rows in parts.items()}
    text = _FLOWS.format(**{name: sql for name, (sql, _values) in compiled.items()})
    given = [value for _sql, values in compiled.values() for value in values]
    with connection.cursor() as cursor:
        cursor.execute(
            text, [*given, earlier_run, earlier_run, loaded_by(later_run, "group_month")]
        )
        return tuple((before, now, int(n)) for before, now, n in cursor.fetchall())


def _compiled(rows: QuerySet[Any, Any]) -> tuple[str, tuple[Any, ...]]:
    """Return a query set's SQL with its parameters; scope and place are decided by it alone."""
    sql, values = rows.query.sql_with_params()
    return sql, tuple(values)
