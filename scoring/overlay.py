"""Lay approved grades over what a run says 生效等级叠加, and keep the totals in step.

A run reads approvals up to the id it pinned. What was approved later lies over it: one row of
``grade_overlay`` a group, and the difference in the totals, computed by the same SQL that computed
the totals themselves: Σ(groups as they are now) − Σ(groups as the run left them).

One writer at a time (an advisory lock): approvals, publishing and pinning queue up, so that an id
a run pins has no smaller one still under way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from scoring.overlaying import Laid, lay
from scoring.queries import newest_adjustment
from scoring.signals import grades_laid_over
from warehouse.facts import sql
from warehouse.marts import GRADE_FLOW_MONTH, ORG_MONTH
from warehouse.models import GradeOverlay, MonthRun
from warehouse.pinned import settings_of
from warehouse.shared_marts import loaded_by

_LOCK = 4_723
_KEPT_KEYS = frozenset(("run", "month", *ORG_MONTH.keys))


def lock_effective_grades(*, shared: bool = False) -> None:
    """Queue up to change effective grades until the transaction ends; ``shared`` only to read."""
    how = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s)", [_LOCK])


def pin_adjustments() -> int:
    """Return up to which approval a new run reads; none before it is still under way."""
    lock_effective_grades()
    return newest_adjustment()


@dataclass(frozen=True, slots=True)
class _Run:
    """Be what of a run decides which approvals lie over it."""

    pk: int
    month_index: int
    before_index: int | None
    upto: int
    few_members: int


def _run_of(run_id: int) -> _Run:
    row = MonthRun.objects.get(pk=run_id)
    earlier = [int(index) for index in row.earlier_runs if int(index) < row.month_index]
    few = settings_of(row.inputs)["few_members"]
    return _Run(run_id, row.month_index, max(earlier, default=None), row.adjustments_upto, few)


@transaction.atomic
def lay_over(*, run_id: int, group_codes: Collection[str] | None = None) -> int:
    """Lay over a run every approval it does not know, of some groups or of all; return how many.

    Doing it twice leaves what doing it once leaves.
    """
    run = _run_of(run_id)
    laid = tuple(_found(run, group_codes))
    known = GradeOverlay.objects.filter(run=run_id)
    if group_codes is not None:
        known = known.filter(group_code__in=sorted(group_codes))
    touched = sorted({*known.values_list("group_code", flat=True), *(one.code for one in laid)})
    if not touched:
        return 0
    _shift(run, touched, -1)
    known.delete()
    GradeOverlay.objects.bulk_create(
        GradeOverlay(
            run=run_id,
            group_code=one.code,
            effective_grade=one.effective,
            effective_source=one.source,
            prev_effective_grade=one.before,
            grade_way=one.way,
            from_month=run.before_index,
            adjustment_id=one.adjustment_id,
        )
        for one in laid
    )
    _shift(run, touched, +1)
    grades_laid_over.send(GradeOverlay, run_id=run_id, group_codes=touched)
    return len(laid)


def forget_retired() -> None:
    """Drop what lies over runs whose marts are gone."""
    gone = MonthRun.objects.filter(state=MonthRun.State.RETIRED).values_list("pk", flat=True)
    with connection.cursor() as cursor:
        for table in ("grade_overlay", "org_month_delta", "grade_flow_delta"):
            cursor.execute(f"DELETE FROM {table} WHERE run = ANY(%s)", [list(gone)])


_IN_FORCE = """
    SELECT DISTINCT ON (group_code) group_code, grade, adjustment_id
    FROM scoring_gradeinforce
    WHERE id > %(upto)s AND from_month_index <= {month} AND to_month_index >= {month} {which}
    ORDER BY group_code, id DESC
"""
_FOUND = """
WITH approved AS ({now}), approved_before AS ({before})
SELECT
    r.group_code, r.effective_grade, r.effective_source, r.grade_way, r.suggested_grade,
    r.prev_effective_grade, r.prev_suggested_grade,
    a.grade AS approved, a.adjustment_id, b.grade AS approved_before,
    EXISTS (
        SELECT 1 FROM scoring_gradeinforce AS g
        WHERE g.group_code = r.group_code AND g.id <= %(upto)s
            AND g.from_month_index <= %(before)s AND g.to_month_index >= %(before)s
    ) AS was_approved
FROM (SELECT group_code FROM approved UNION SELECT group_code FROM approved_before) AS g
JOIN mart_group_result AS r ON r.run = %(run)s AND r.group_code = g.group_code
LEFT JOIN approved AS a ON a.group_code = r.group_code
LEFT JOIN approved_before AS b ON b.group_code = r.group_code
"""


def _found(run: _Run, group_codes: Collection[str] | None) -> Iterable[Laid]:
    """Read what the run says of the groups with younger approvals, and what holds instead."""
    which = "" if group_codes is None else "AND group_code = ANY(%(codes)s)"
    text = _FOUND.format(
        now=_IN_FORCE.format(month="%(month)s", which=which),
        before=_IN_FORCE.format(month="%(before)s", which=which),
    )
    values: dict[str, Any] = {
        "run": run.pk,
        "upto": run.upto,
        "month": run.month_index,
        "before": run.before_index or 0,
        "codes": sorted(group_codes or ()),
    }
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return (lay(**row) for row in rows)


def _shift(run: _Run, group_codes: list[str], sign: int) -> None:
    """Add to (or take from) the changes of the totals what the groups are at this moment."""
    values: dict[str, Any] = {
        "run": run.pk,
        "facts": loaded_by(run.pk, "group_month"),
        "codes": group_codes,
        "month": run.month_index,
        "from_month": run.before_index or 0,
        "few_members": run.few_members,
        "sign": sign,
    }
    with connection.cursor() as cursor:
        cursor.execute(_totals_sql(), values)
        cursor.execute(_flows_sql(), values)


_GROUPS = """
WITH group_month AS (
    SELECT * FROM mart_group_month WHERE run = %(facts)s AND group_code = ANY(%(codes)s)
),
group_result AS (
    SELECT * FROM group_result_now WHERE run = %(run)s AND group_code = ANY(%(codes)s)
),
group_alert AS (
    SELECT * FROM mart_group_alert WHERE run = %(run)s AND group_code = ANY(%(codes)s)
),
param AS (
    SELECT
        %(month)s AS month, %(from_month)s AS from_month, %(few_members)s AS few_members,
        CAST(EXISTS (SELECT 1 FROM mart_group_alert WHERE run = %(run)s) AS INT) AS has_alerts
)
"""


def _totals_sql() -> str:
    """Compose the upsert of ``org_month_delta`` from the SQL of the roll-up itself."""
    parts = ", ".join(
        f"{name} AS ({_own(name)})"
        for name in ("org_measured", "org_cell", "org_unit", "org_portfolio")
    )
    measures = [name for name in ORG_MONTH.names if name not in _KEPT_KEYS]
    chosen = {
        "score_sum": "%(sign)s * COALESCE(t.score_micro, 0) / 1000000.0",
        "operating_income_li": "CAST(NULL AS BIGINT)",
    }
    columns = ", ".join(
        f"{chosen.get(name, f'%(sign)s * t.{name}')} AS {name}" for name in measures
    )
    keys = ", ".join(ORG_MONTH.keys)
    return (
        f"{_GROUPS}, {parts},"
        " total AS (SELECT * FROM org_unit UNION ALL SELECT * FROM org_portfolio)"
        f" INSERT INTO org_month_delta (run, month, {keys}, {', '.join(measures)})"
        f" SELECT %(run)s, %(month)s, {', '.join(f't.{key}' for key in ORG_MONTH.keys)}, {columns}"
        f" FROM total AS t ORDER BY {keys} ON CONFLICT (run, {keys}) DO UPDATE SET "
        + ", ".join(_added("org_month_delta", name) for name in measures)
    )


def _flows_sql() -> str:
    """Compose the upsert of ``grade_flow_delta`` from the SQL of the flows themselves."""
    keys = ", ".join(GRADE_FLOW_MONTH.keys)
    step = (
        "SELECT group_code, city_code, county_code, account_manager_code,"
        " CASE WHEN prev_effective_grade = '' THEN 'new' ELSE prev_effective_grade END"
        " AS from_grade, effective_grade AS to_grade,"
        " CASE WHEN grade_way = '' THEN 'same' ELSE grade_way END AS way FROM group_result"
    )
    return (
        f"{_GROUPS}, group_grade_step AS ({step}),"
        f" flow AS ({_own('grade_flow_month')})"
        f" INSERT INTO grade_flow_delta (run, month, from_month, {keys}, n_groups)"
        f" SELECT %(run)s, month, from_month, {keys}, %(sign)s * n_groups FROM flow ORDER BY {keys}"
        f" ON CONFLICT (run, {keys}) DO UPDATE SET {_added('grade_flow_delta', 'n_groups')}"
    )


def _own(name: str) -> str:
    """Return a file of the run's SQL to stand inside a larger statement."""
    return sql(name).replace("%", "%%")


def _added(table: str, name: str) -> str:
    """Add two measures where unknown and unknown stays unknown."""
    added = f"COALESCE({table}.{name}, 0) + COALESCE(EXCLUDED.{name}, 0)"
    if name == "score_sum":  # sums of floats in millionths: exact again after rounding
        added = f"ROUND(CAST({added} AS NUMERIC), 6)"
    unknown = f"{table}.{name} IS NULL AND EXCLUDED.{name} IS NULL"
    return f"{name} = CASE WHEN {unknown} THEN NULL ELSE {added} END"
