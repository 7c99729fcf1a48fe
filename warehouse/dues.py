"""Gather what falls due at the groups 到期事项: ends of contracts, birthdays of key people.

Both stand in extracts of their own; a page that reads them for today's to-do would open Parquet
for every reader, so the month run lays them out once.
"""

from __future__ import annotations

from warehouse.context import RunContext
from warehouse.facts import sql, staged_schema


def dues_step(ctx: RunContext) -> int:
    """Write ``group_due``; a kind that did not come in adds no line. Return the number of rows."""
    ctx.progress(0, 1, "group_due")
    for kind in ("contracts", "key_people"):
        ctx.engine.view(kind, ctx.extracts.get(kind, ()), staged_schema(kind))
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.constants(month=ctx.month.index)
    n_rows = ctx.write_sql("group_due", sql("group_due"))
    ctx.progress(1, 1, "")
    return n_rows
