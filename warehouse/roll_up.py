"""Sum a month's facts and results by unit 按组织汇总, and compare similar groups 同类集团."""

from __future__ import annotations

from warehouse.context import RunContext
from warehouse.facts import constants, name_inputs, sql
from warehouse.marts import GROUP_ALERT


def facts_by_unit_step(ctx: RunContext) -> int:
    """Sum what follows from the facts alone: products, concentration; return the number of rows."""
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.view("group_product_month", [ctx.path("group_product_month")])
    ctx.engine.constants(month=ctx.month.index)
    ctx.progress(0, 2, "org_product_month")
    n_rows = ctx.write_sql("org_product_month", sql("org_product_month"))
    ctx.progress(1, 2, "org_concentration")
    return n_rows + ctx.write_sql("org_concentration", sql("org_concentration"))


def roll_up_step(ctx: RunContext) -> int:
    """Compute the totals by unit; return the number of rows."""
    name_inputs(ctx)
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.view("group_result", [ctx.path("group_result")])
    judged = ctx.path("group_alert")
    ctx.engine.view("group_alert", [judged] if judged.exists() else [], GROUP_ALERT.schema)
    ctx.engine.constants(**constants(ctx), has_alerts=int(judged.exists()))
    ctx.engine.query("org_measured", sql("org_measured"))
    for done, name in enumerate(("org_cell", "org_unit", "org_portfolio")):
        ctx.progress(done, 5, name)
        ctx.engine.table(name, sql(name))
    ctx.progress(3, 5, "org_month")
    n_rows = ctx.write_sql("org_month", sql("org_month"))
    for name in ("org_cell", "org_unit", "org_portfolio"):
        ctx.engine.drop(name)
    ctx.progress(4, 5, "peer_month")
    return n_rows + ctx.write_sql("peer_month", sql("peer_month"))
