"""Be the rule step of the month run 预警判定: what is known → group_evidence → group_rule_hit.

The evidence holds no threshold; the hits follow from it and from the thresholds the run pinned, so
that both a re-run and a replay of the stored evidence give the stored hits.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.evidence import CALLS, STATE
from alerts.hits import REPEATED, hits_of
from alerts.steps import nullable
from alerts.threshold_queries import book_for
from scoring.frames import SHOWN, floats
from scoring.grades import NOT_RATED, to_ranks
from warehouse.context import RunContext
from warehouse.facts import name_inputs, sql
from warehouse.marts import GROUP_PRODUCT_MONTH

Floats = NDArray[np.float64]

GRADES = (
    "effective_grade",
    "suggested_grade",
    "prev_effective_grade",
    "prev_suggested_grade",
)


def rule_step(ctx: RunContext) -> int:
    """Gather the evidence of every shown group, judge it and write both tables."""
    ctx.progress(0, 2, "预警判定")
    judged = ctx.read("group_alert", tuple(dict.fromkeys((*REPEATED, *STATE, *CALLS))))
    codes = judged["group_code"].combine_chunks()
    columns = {name: judged[name] for name in judged.column_names if name not in ("call_z",)}
    columns |= _grades(ctx, codes)
    columns |= {"call_z": _call_z(judged)} | _facts(ctx, codes) | _informatisation(ctx, codes)
    rows = ctx.write("group_evidence", pa.table(columns))
    ctx.progress(1, 2, "预警判定")
    book = book_for(ctx.month, ctx.thresholds_version)
    rows += ctx.write("group_rule_hit", hits_of(ctx.read("group_evidence"), book))
    ctx.progress(2, 2, "预警判定")
    return rows


def _call_z(judged: pa.Table) -> pa.Array:
    """Return z with what ``group_alert`` leaves out: MAD 0 makes any difference infinite."""
    z = floats(judged, "call_z")
    step = np.sign(floats(judged, "call_level") - floats(judged, "call_median"))
    infinite = np.select([step > 0, step < 0], [np.inf, -np.inf], default=np.nan)
    return nullable(np.where(np.isnan(z), infinite, z))


def _in_order(path: Path, codes: pa.Array, names: tuple[str, ...], *, shown: bool) -> pa.Table:
    """Read columns in the order of the groups; null where the group is not there (or not shown)."""
    table = pq.read_table(path, columns=["group_code", *names, *(SHOWN if shown else ())])
    if shown:
        kept = pc.and_(pc.equal(table["excluded_reason"], ""), pc.equal(table["is_on_net"], 1))
        table = table.filter(kept)
    rows = pc.index_in(codes, value_set=table["group_code"].combine_chunks())
    return table.select(list(names)).take(rows)


def _grades(ctx: RunContext, codes: pa.Array) -> dict[str, object]:
    """Return the four grades and the larger fall; null where neither can be compared."""
    found = _in_order(ctx.path("group_result"), codes, GRADES, shown=False)
    texts = {name: [each or "" for each in found[name].to_pylist()] for name in GRADES}
    ranks = {name: to_ranks(codes_).astype(np.float64) for name, codes_ in texts.items()}
    steps = []
    for kind in ("effective_grade", "suggested_grade"):
        now, before = ranks[kind], ranks[f"prev_{kind}"]
        known = (now < NOT_RATED) & (before < NOT_RATED)
        steps.append(np.where(known, now - before, np.nan))
    return {**texts, "grade_steps": nullable(np.fmax(*steps))}


def _facts(ctx: RunContext, codes: pa.Array) -> dict[str, object]:
    """Return unified pay now and the month before, days to the contract's end, and arrears."""
    names = ("unified_pay_li", "contract_end", "arrears_li", "arrears_months")
    now = _in_order(ctx.path("group_month"), codes, names, shown=True)
    path = ctx.earlier(1, "group_month")
    before = _in_order(path, codes, ("unified_pay_li",), shown=True) if path else None
    nothing = pa.nulls(len(codes), pa.int64())
    ends = pc.cast(now["contract_end"], pa.int32())
    last_day = ctx.month.last_day.toordinal() - 719_163  # days since 1970
    return {
        "unified_pay_li": now["unified_pay_li"],
        "unified_prev_li": before["unified_pay_li"] if before else nothing,
        "contract_days": pc.subtract(ends, pa.scalar(last_day, pa.int32())),
        "arrears_li": now["arrears_li"],
        "arrears_months": now["arrears_months"],
    }


def _informatisation(ctx: RunContext, codes: pa.Array) -> dict[str, object]:
    """Count the informatisation products used the month before, and those not used any more."""
    n = len(codes)
    path = ctx.earlier(1, "group_product_month")
    known = path is not None and "subscriptions" in ctx.extracts
    if path is None or not known:
        nothing = pa.nulls(n, pa.int16())
        return {"n_ict_before": nothing, "n_ict_stopped": nothing, "ict_stopped": [""] * n}
    pairs = _product_pairs(ctx, path)
    at = np.asarray(pc.fill_null(pc.index_in(pairs["group_code"], value_set=codes), -1).to_numpy())
    stopped = np.asarray(pairs["is_stopped"].to_numpy()) == 1
    here = at >= 0
    texts = [""] * n
    gone = pairs.filter(pa.array(stopped & here))["product_code"].to_pylist()
    for place, product in zip(at[stopped & here], gone, strict=True):
        texts[place] = f"{texts[place]} {product}".strip()
    return {
        "n_ict_before": np.bincount(at[here], minlength=n).astype(np.int16),
        "n_ict_stopped": np.bincount(at[stopped & here], minlength=n).astype(np.int16),
        "ict_stopped": texts,
    }


def _product_pairs(ctx: RunContext, before: Path) -> pa.Table:
    name_inputs(ctx)
    ctx.engine.constants(month=ctx.month.index)
    ctx.engine.query("product_dim", sql("product_dim"))
    now = ctx.path("group_product_month")
    ctx.engine.view("group_product_month", [now], GROUP_PRODUCT_MONTH.schema)
    ctx.engine.view("prev_group_product_month", [before], GROUP_PRODUCT_MONTH.schema)
    return ctx.engine.read(sql("group_ict_stop"))
