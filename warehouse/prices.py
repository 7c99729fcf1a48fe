"""Price the three streams of income 三项收入 of a month: group_stream_month.

A link of the price index needs this month and the one before; the chain over months is read from
the pinned runs.
"""

from __future__ import annotations

from warehouse.context import RunContext
from warehouse.facts import constants, name_inputs, sql, staged_schema

_BEFORE = ("subscriptions", "prices")


def prices_step(ctx: RunContext) -> int:
    """Write income and price baskets by group and stream; return the number of rows."""
    ctx.progress(0, 1, "group_stream_month")
    name_inputs(ctx)
    before = ctx.earlier_extracts.get(ctx.month.index - 1, {})
    for kind in _BEFORE:
        ctx.engine.view(f"prev_{kind}", before.get(kind, ()), staged_schema(kind))
    ctx.engine.view("group_month", [ctx.path("group_month")])
    ctx.engine.view("member_duplicate", [ctx.path("member_duplicate")])
    ctx.engine.constants(**constants(ctx))
    ctx.engine.table("product_dim", sql("product_dim"))
    n_rows = ctx.write_sql("group_stream_month", sql("group_stream_month"))
    ctx.engine.drop("product_dim")
    ctx.progress(1, 1, "")
    return n_rows
