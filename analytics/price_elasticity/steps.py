"""Be the elasticity step of the month run 弹性测算: series of prices and incomes → three marts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.price_elasticity.compute import STREAMS, Arcs, Ints, crossed, measure_arcs
from analytics.price_elasticity.history import (
    Segment,
    StreamHistory,
    fired_in,
    read_streams,
    segments_of,
)
from analytics.price_elasticity.panel import Estimate, estimate_segment
from warehouse.context import RunContext
from warehouse.facts import sql
from warehouse.marts import GROUP_ELASTICITY, SEGMENT_ELASTICITY

REPEATED = (
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
)


@dataclass(frozen=True)
class Measured:
    """Hold all that was measured of one stream; ``number`` says each group's segment."""

    stream: str
    history: StreamHistory
    own: pa.Table
    arcs: Arcs
    segments: list[Segment]
    number: Ints
    estimates: list[Estimate]


def elasticity_step(ctx: RunContext) -> int:
    """Measure every group's streams and every segment; return the number of group rows."""
    groups = ctx.read("group_month", REPEATED)
    histories = read_streams(ctx, STREAMS)
    by_group, by_segment = [], []
    for done, stream in enumerate(STREAMS):
        ctx.progress(done, len(STREAMS) + 1, stream)
        measured = measure_stream(stream, histories.pop(stream), groups)
        by_group.append(_group_table(ctx, measured))
        by_segment.append(_segment_table(ctx, measured))
    rows = ctx.write("group_elasticity", pa.concat_tables(by_group))
    ctx.write("segment_elasticity", pa.concat_tables(by_segment))
    ctx.engine.view("group_elasticity", [ctx.path("group_elasticity")])
    ctx.write_sql("org_elasticity", sql("org_elasticity"))
    ctx.progress(1, 1, "")
    return rows


def alarmed(ctx: RunContext) -> str:
    """Return the digest of whom an alert was found for: all that follows from model or threshold.

    Such groups are left out of the month (X6). Everything else is read of facts and prices.
    """
    return hashlib.sha256(
        "\n".join(fired_in(ctx.path("group_alert")).to_pylist()).encode()
    ).hexdigest()


def measure_stream(stream: str, history: StreamHistory, groups: pa.Table) -> Measured:
    """Measure one stream: arcs by group, estimates by segment."""
    own = groups.take(pc.index_in(history.codes, value_set=groups["group_code"].combine_chunks()))
    segments, number = segments_of(own["industry_code"].to_pylist(), own["size_band"].to_pylist())
    estimates = _estimates(history, len(segments), number)
    arcs = measure_arcs(history.series)
    return Measured(stream, history, own, arcs, segments, number, estimates)


def _estimates(history: StreamHistory, n_segments: int, number: Ints) -> list[Estimate]:
    """Estimate each segment; an apparent price cannot carry a class, so it gets no estimate."""
    if history.is_apparent:
        return [Estimate(0)] * n_segments
    order = np.argsort(number, kind="stable")
    edges = np.searchsorted(number[order], np.arange(n_segments + 1))
    return [estimate_segment(history.series.of(order[low:high])) for low, high in pairwise(edges)]


def _nullable(values: Any) -> pa.Array:
    return pa.array(np.array(values, dtype=np.float64), from_pandas=True)


def _group_table(ctx: RunContext, of: Measured) -> pa.Table:
    """Lay out the groups of one stream as :data:`GROUP_ELASTICITY` declares them."""
    arcs, n = of.arcs, of.own.num_rows
    square, income, quantity = crossed(arcs)
    known = np.where(arcs.measured, arcs.change + of.history.first_month, -1)
    said = [of.estimates[each] for each in of.number]
    steps = {"price": arcs.price_step, "income": arcs.income_step, "quantity": arcs.quantity_step}
    columns: dict[str, Any] = {
        **{name: of.own[name] for name in REPEATED},
        "month": np.full(n, ctx.month.index),
        "stream": [of.stream] * n,
        "is_apparent": np.full(n, int(of.history.is_apparent)),
        "is_measured": arcs.measured.astype(np.int16),
        "refusal": arcs.refusal.tolist(),
        "income_li": of.history.income_li.astype(np.int64),
        "change_month": pa.array(known, mask=known < 0),
        "eta": _nullable(arcs.eta),
        "epsilon": _nullable(arcs.epsilon),
        **{
            f"{name}_step": _nullable(np.where(arcs.measured, step, np.nan))
            for name, step in steps.items()
        },
        "segment_epsilon": _nullable([each.epsilon for each in said]),
        "segment_low": _nullable([each.low for each in said]),
        "segment_high": _nullable([each.high for each in said]),
        "price_class": [each.kind for each in said],
        "price_square_li": square,
        "income_cross_li": income,
        "quantity_cross_li": quantity,
    }
    return _fitted(columns, GROUP_ELASTICITY.schema)


def _segment_table(ctx: RunContext, of: Measured) -> pa.Table:
    """Lay out the segments of one stream as :data:`SEGMENT_ELASTICITY` declares them."""
    n = len(of.segments)
    columns: dict[str, Any] = {
        "month": np.full(n, ctx.month.index),
        "stream": [of.stream] * n,
        "industry_code": [industry for industry, _size in of.segments],
        "size_band": [size for _industry, size in of.segments],
        "is_apparent": np.full(n, int(of.history.is_apparent)),
        "n_groups": np.bincount(of.number, minlength=n),
        "n_used": [each.n_groups for each in of.estimates],
        "n_measured": np.bincount(of.number[of.arcs.measured], minlength=n),
        "epsilon": _nullable([each.epsilon for each in of.estimates]),
        "low": _nullable([each.low for each in of.estimates]),
        "high": _nullable([each.high for each in of.estimates]),
        "price_class": [each.kind for each in of.estimates],
    }
    return _fitted(columns, SEGMENT_ELASTICITY.schema)


def _fitted(columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    return pa.table({field.name: columns[field.name] for field in schema}).cast(schema)
