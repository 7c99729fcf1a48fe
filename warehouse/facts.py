"""Make the facts of a month 汇总: group_month, group_product_month, group_excluded_month.

The SQL stands in ``sql/marts``, one file a table; this module says in which order and over which
inputs. What a month needs of earlier ones comes from the published runs it pinned.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from warehouse.context import RunContext
from warehouse.contract_kinds import KINDS
from warehouse.marts import GROUP_MONTH, MEMBER_DUPLICATE

SQL = Path(__file__).parent / "sql" / "marts"
#: "back within 3 months" looks at the four months before the last one
MONTHS_OF_HISTORY = 4

_ARROW = {
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "VARCHAR": pa.string(),
}


def sql(name: str) -> str:
    """Return the text of a SQL file."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def staged_schema(kind: str) -> pa.Schema:
    """Return the schema of a kind's staged Parquet, for a kind that did not come in."""
    return pa.schema([(column.staged, _ARROW[column.sql_type]) for column in KINDS[kind].staged])


def name_inputs(ctx: RunContext) -> None:
    """Name every extract of the month and what is needed of earlier months."""
    for kind in KINDS:
        ctx.engine.view(kind, ctx.extracts.get(kind, ()), staged_schema(kind))
    for months_back, name in ((1, "prev_members"), (2, "prev_prev_members")):
        of_month = ctx.earlier_extracts.get(ctx.month.index - months_back, {})
        ctx.engine.view(name, of_month.get("members", ()), staged_schema("members"))
    before = ctx.earlier_extracts.get(ctx.month.index - 1, {}) if ctx.valid_months > 1 else {}
    ctx.engine.view("valid_before", before.get("members", ()), staged_schema("members"))
    past = [ctx.earlier(back, "group_month") for back in range(1, MONTHS_OF_HISTORY + 1)]
    ctx.engine.view("earlier_group_month", [path for path in past if path], GROUP_MONTH.schema)
    duplicates = ctx.earlier(1, "member_duplicate")
    ctx.engine.view(
        "prev_member_duplicate", [duplicates] if duplicates else [], MEMBER_DUPLICATE.schema
    )


def constants(ctx: RunContext) -> dict[str, int | str]:
    """Return what the SQL reads as ``param``: the month and which inputs exist."""
    before = ctx.engine.read(
        "SELECT MAX(snapshot_cohort) AS cohort FROM earlier_group_month"
        f" WHERE month = {ctx.month.index - 1}"
    )
    return {
        "month": ctx.month.index,
        "has_previous": int(ctx.earlier(1, "group_month") is not None),
        "has_orders": int("subscriptions" in ctx.extracts),
        "has_users": int("product_users" in ctx.extracts),
        "few_members": ctx.few_members,
        "cohort_before": before.column("cohort")[0].as_py() or "",
    }


_BEFORE_DUPLICATES = ("successor", "group_dim")
_AFTER_DUPLICATES = (
    "group_member",
    "group_flow",
    "group_snapshot",
    "product_dim",
    "group_product",
    "group_income",
    "group_history",
)


def facts_step(ctx: RunContext) -> int:
    """Compute the facts of the month; return the number of group rows."""
    n_parts = len(_BEFORE_DUPLICATES) + len(_AFTER_DUPLICATES) + 4
    name_inputs(ctx)
    ctx.engine.constants(**constants(ctx))
    for done, name in enumerate(_BEFORE_DUPLICATES):
        ctx.progress(done, n_parts, name)
        ctx.engine.table(name, sql(name))
    ctx.write_sql("member_duplicate", sql("member_duplicate"))
    ctx.engine.view("member_duplicate", [ctx.path("member_duplicate")])
    for done, name in enumerate(_AFTER_DUPLICATES, start=len(_BEFORE_DUPLICATES) + 1):
        ctx.progress(done, n_parts, name)
        ctx.engine.table(name, sql(name))
    ctx.write_sql("group_product_month", sql("group_product_month"))
    ctx.progress(n_parts - 2, n_parts, "group_excluded_month")
    ctx.write_sql("group_excluded_month", sql("group_excluded_month"))
    ctx.progress(n_parts - 1, n_parts, "group_month")
    n_rows = ctx.write_sql("group_month", sql("group_month"))
    for name in (*_BEFORE_DUPLICATES, *_AFTER_DUPLICATES):
        ctx.engine.drop(name)
    ctx.progress(n_parts, n_parts, "")
    return n_rows
