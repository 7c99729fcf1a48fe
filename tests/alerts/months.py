"""Make rows of group_month for the alert step, and read what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

from core.month import Month
from core.working_days import working_days
from warehouse.context import RunContext
from warehouse.marts import GROUP_MONTH

Judge = Callable[..., RunContext]
QUIET = {
    "n_members": 100,
    "n_cancelled": 0,
    "n_stop_one_way": 5,
    "n_stop_two_way": 0,
    "n_arrears_stop": 0,
    "n_lost": 0,
    "n_pre_cancel": 0,
    "n_silent_members": 20,
}


def group(code: str, month: Month, level: float, **said: Any) -> dict[str, Any]:
    """Make a row with so many outgoing minutes per working day."""
    row: dict[str, Any] = {
        column.name: "" if column.type == "text" else None for column in GROUP_MONTH.columns
    }
    minutes = round(level * working_days().n_in(month) * 1000)
    shown = {"is_on_net": 1, "name": f"集团{code}", "month": month.index, "total_income_li": 5}
    return row | shown | QUIET | {"group_code": code, "mo_minutes_milli": minutes} | said


def table(*rows: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), GROUP_MONTH.schema)


def verdicts(ctx: RunContext) -> dict[str, dict[str, Any]]:
    return {row["group_code"]: row for row in ctx.read("group_alert").to_pylist()}
