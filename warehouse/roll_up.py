"""Sum a month's facts and results by unit 按组织汇总: org_month."""

from __future__ import annotations

from warehouse.context import RunContext
from warehouse.facts import constants, name_inputs, sql


def roll_up_step(ctx: RunContext) -> int:
    """Compute the totals by unit; return the number of rows."""
    name_inputs(ctx)
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.view("group_result", [ctx.path("group_result")])
    ctx.engine.constants(**constants(ctx))
    ctx.engine.query("org_measured", sql("org_measured"))
    for done, name in enumerate(("org_cell", "org_unit", "org_portfolio")):
        ctx.progress(done, 4, name)
        ctx.engine.table(name, sql(name))
    ctx.progress(3, 4, "org_month")
    n_rows = ctx.write_sql("org_month", sql("org_month"))
    for name in ("org_cell", "org_unit", "org_portfolio"):
        ctx.engine.drop(name)
    return n_rows
