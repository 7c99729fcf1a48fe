"""Be the alert step of the month run 异常检测: group_month and grades → group_alert.

One row a group that is on net and shown. The thresholds are those in force for each group's
account manager by class of the effective grade; the evidence (values, medians, the months they came
from) is kept beside each verdict, so that a page draws what was judged and a replay gives the same
bytes.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alerts.evaluate import CallFindings, Limits, StateFindings, detect_calls, detect_state
from alerts.evidence import owners_of
from alerts.history import FACTS, History, read_history
from alerts.periods import is_judged
from alerts.rules import MIN_HISTORY
from alerts.threshold_queries import book_for
from alerts.thresholds import Book
from core.errors import DomainError
from core.working_days import working_days
from scoring.frames import shown_groups
from warehouse.context import RunContext

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Scope and sort keys that ``group_alert`` repeats from ``group_month``.
REPEATED = (
    "month",
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
    "total_income_li",
)
#: Why a group could not be judged 不可评估; '' where it was.
FEW_MEMBERS = "few_members"
SHORT_HISTORY = "short_history"
JANUARY = "january"
NO_CALLS = "no_calls"


def alert_step(ctx: RunContext) -> int:
    """Judge every shown group's states and calls and write ``group_alert``."""
    table = shown_groups(ctx, (*REPEATED, *FACTS))
    ctx.progress(0, table.num_rows, "异常检测")
    grades = _grades(ctx, table)
    limits = limits_of(book_for(ctx.month, ctx.thresholds_version), table, grades)
    history = read_history(ctx, table, working_days())
    now = history.now
    shares = history.earlier_shares()
    state = detect_state(now.abnormal, now.base, shares, limits)
    nothing = np.full(len(grades), np.nan)
    level = history.level(ctx.month) if is_judged(ctx.month) else nothing
    levels = history.earlier_levels()
    members, silent = now.columns["n_members"], now.columns["n_silent_members"]
    calls = detect_calls(level, levels, silent, members, limits)
    columns = {
        **{name: table[name] for name in REPEATED},
        "effective_grade": grades.tolist(),
        "fired": (state.fired | calls.fired).astype(np.int16),
        **_state_columns(state, history, limits, shares),
        **_call_columns(calls, history, limits, levels),
        "call_reason": _call_reasons(calls, history, limits, levels).tolist(),
        "min_members": limits.min_members.astype(np.int64),
    }
    rows = ctx.write("group_alert", pa.table(columns))
    ctx.progress(rows, rows, "异常检测")
    return rows


def _grades(ctx: RunContext, table: pa.Table) -> NDArray[np.object_]:
    """Return the effective grades in the order of the groups."""
    graded = ctx.read("group_result", ("group_code", "effective_grade")).sort_by("group_code")
    if not graded["group_code"].equals(table["group_code"]):
        raise DomainError("grades_out_of_step", "评定结果与集团清单不一致。", "请重新运行该账期。")
    return np.asarray(graded["effective_grade"].to_pylist(), dtype=object)


def limits_of(book: Book, table: pa.Table, grades: NDArray[np.object_]) -> Limits:
    """Lay the thresholds in force out, one entry a group."""
    owners = owners_of(table.append_column("effective_grade", pa.chunked_array([grades.tolist()])))
    return Limits(*(book.resolve(name, owners).values for name in Limits.__dataclass_fields__))


def _state_columns(
    found: StateFindings, history: History, limits: Limits, shares: Floats
) -> dict[str, object]:
    now = history.now
    return {
        "state_evaluable": found.evaluable.astype(np.int16),
        "state_fired": found.fired.astype(np.int16),
        "state_by_share": found.by_share.astype(np.int16),
        "state_by_jump": found.by_jump.astype(np.int16),
        "n_abnormal": nullable(now.abnormal).cast(pa.int64()),
        "state_base": nullable(now.base).cast(pa.int64()),
        "state_share": nullable(found.share),
        "state_lower": nullable(found.lower),
        "state_median": nullable(found.median),
        "state_share_limit": limits.state_share,
        "state_jump_limit": limits.state_jump,
        "state_series": _series(shares, found.share),
        "state_reason": np.where(found.evaluable, "", FEW_MEMBERS).tolist(),
    }


def _call_columns(
    found: CallFindings, history: History, limits: Limits, levels: Floats
) -> dict[str, object]:
    return {
        "call_evaluable": found.evaluable.astype(np.int16),
        "call_fired": found.fired.astype(np.int16),
        "call_dropped": found.dropped.astype(np.int16),
        "call_rose": found.rose.astype(np.int16),
        "call_silent": found.silent.astype(np.int16),
        "call_level": nullable(found.level),
        "call_median": nullable(found.median),
        "call_z": nullable(np.where(np.isfinite(found.score), found.score, np.nan)),
        "call_change_limit": limits.call_change,
        "n_silent_members": nullable(history.now.columns["n_silent_members"]).cast(pa.int64()),
        "silent_share": nullable(found.silent_share),
        "silent_share_limit": limits.silent_share,
        "call_series": _series(levels, found.level),
        "n_call_history": np.sum(~np.isnan(levels), axis=1).astype(np.int16),
    }


def _call_reasons(
    found: CallFindings, history: History, limits: Limits, levels: Floats
) -> NDArray[np.str_]:
    """Say why calls could not be judged; the reason nearest to the data comes first."""
    enough = np.sum(~np.isnan(levels), axis=1) >= MIN_HISTORY
    few = history.now.columns["n_members"] < limits.min_members
    reasons = np.select(
        [found.evaluable, few, np.isnan(history.now.minutes), ~enough],
        ["", FEW_MEMBERS, NO_CALLS, SHORT_HISTORY],
        default=SHORT_HISTORY,
    )
    return reasons if is_judged(history.month) else np.full(len(reasons), JANUARY)


def nullable(values: Floats) -> pa.Array:
    """Return an array in which nan is null."""
    return pa.array(values, mask=np.isnan(values))


def _series(earlier: Floats, now: Floats) -> pa.Array:
    """Lay the months out as lists, oldest first, this month last; nan is null."""
    rows = np.column_stack([earlier, now])
    n, k = rows.shape
    return pa.ListArray.from_arrays(np.arange(n + 1, dtype=np.int32) * k, nullable(rows.ravel()))
