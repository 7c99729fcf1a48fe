"""Be the step of the month run that says where the grades went 等级变动: by unit, and by group."""

from __future__ import annotations

import pyarrow as pa

from core.month import Month
from scoring.queries import grades_in_force
from warehouse.context import RunContext
from warehouse.facts import sql
from warehouse.marts import GROUP_RESULT


def flow_step(ctx: RunContext) -> int:
    """Write ``group_grade_change`` and ``grade_flow_month``; return the number of rows.

    The earlier month is the one the grades themselves were compared with: the newest published
    one the run pinned, which may be more than a month ago.
    """
    months = [index for index in ctx.earlier_runs if index < ctx.month.index]
    before = max(months, default=0)
    earlier = [ctx.earlier_runs[before] / "group_result.parquet"] if before else []
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.view("group_result", [ctx.path("group_result")])
    ctx.engine.view("earlier_group_result", earlier, GROUP_RESULT.schema)
    _name_approved_before(ctx, before)
    ctx.engine.constants(month=ctx.month.index, from_month=before)
    ctx.engine.table("group_grade_step", sql("group_grade_step"))
    ctx.progress(1, 3, "group_grade_change")
    n_rows = ctx.write_sql("group_grade_change", sql("group_grade_change"))
    ctx.progress(2, 3, "grade_flow_month")
    n_rows += ctx.write_sql("grade_flow_month", sql("grade_flow_month"))
    ctx.engine.drop("group_grade_step")
    return n_rows


def _name_approved_before(ctx: RunContext, before: int) -> None:
    """Name the grades in force in the earlier month, for groups that have no row any more."""
    approved = grades_in_force(Month.from_index(before), ctx.adjustments_upto) if before else {}
    codes = sorted(approved)
    schema = pa.schema([("group_code", pa.string()), ("grade", pa.string())])
    table = pa.table({"group_code": codes, "grade": [approved[c] for c in codes]}, schema=schema)
    ctx.write("group_approved_before", table)
    ctx.engine.view("group_approved_before", [ctx.path("group_approved_before")])
