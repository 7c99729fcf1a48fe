"""Read the streams' series over the months out of the pinned runs, and hand back arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.price_elasticity.compute import Bools, Floats, Ints, Series
from warehouse.context import RunContext

#: a year back and the month before, as runs pin them
MONTHS_BACK = 13
Segment = tuple[str, int]
_NUMBERS = (
    "income_li",
    "basket_before_li",
    "basket_now_li",
    "n_items",
    "n_items_before",
    "n_items_common",
    "volume_milli",
    "n_members",
)


@dataclass(frozen=True, slots=True)
class StreamHistory:
    """Hold one stream: groups in the order of their codes, months without gaps, newest last."""

    codes: pa.Array
    income_li: Floats
    series: Series
    is_apparent: bool
    first_month: int


def files_of(ctx: RunContext, mart: str) -> list[Path | None]:
    """Return a mart's files from the earliest pinned month to this one; None where missing."""
    files: list[Path | None] = [ctx.earlier(back, mart) for back in range(MONTHS_BACK, 0, -1)]
    own = ctx.path(mart)
    files.append(own if own.exists() else None)
    known = next(place for place, path in enumerate(files) if path or place == MONTHS_BACK)
    return files[known:]


def read_streams(ctx: RunContext, streams: Sequence[str]) -> dict[str, StreamHistory]:
    """Read the streams of the groups that have them this month; every file is opened once."""
    files = files_of(ctx, "group_stream_month")
    now = ctx.read("group_stream_month", ("group_code", "stream"))
    codes = {each: _codes_of(now, each) for each in streams}
    columns = {each: _blank(len(codes[each]), len(files)) for each in streams}
    for place, path in enumerate(files):
        if path is not None:
            _place(path, codes, {each: columns[each][:, :, place] for each in streams})
    alarms = files_of(ctx, "group_alert")[-len(files) :]
    hits = [fired_in(path) for path in [None] * (len(files) - len(alarms)) + alarms]
    first = ctx.month.index - len(files) + 1
    return {each: _history(columns.pop(each), codes[each], hits, first) for each in streams}


def _history(columns: Floats, codes: pa.Array, hits: list[pa.Array], first: int) -> StreamHistory:
    named = dict(zip(_NUMBERS, columns, strict=True))
    link, is_apparent = _links(named)
    series = Series(
        income=named["income_li"],
        link=link,
        kept=_kept(named),
        members=named["n_members"],
        alarmed=np.stack([_among(codes, each) for each in hits], axis=1),
    )
    return StreamHistory(codes, named["income_li"][:, -1], series, is_apparent, first)


def _codes_of(table: pa.Table, stream: str) -> pa.Array:
    return table.filter(pc.equal(table["stream"], stream))["group_code"].combine_chunks()


def _blank(n_groups: int, n_months: int) -> Floats:
    """Return numbers × groups × months, all NaN: no row."""
    return np.full((len(_NUMBERS), n_groups, n_months), np.nan)


def _place(path: Path, codes: Mapping[str, pa.Array], into: Mapping[str, Floats]) -> None:
    """Put a month's numbers of every stream where its groups stand."""
    table = pq.read_table(path, columns=["group_code", "stream", *_NUMBERS])
    for stream, wanted in codes.items():
        rows = table.filter(pc.equal(table["stream"], stream))
        place = pc.fill_null(pc.index_in(rows["group_code"], value_set=wanted), -1).to_numpy()
        known = place >= 0
        for number, name in enumerate(_NUMBERS):
            into[stream][number, place[known]] = _floats(rows[name])[known]


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def fired_in(path: Path | None) -> pa.Array:
    """Return the codes of the groups that an alert was found for in a month."""
    if path is None or not path.exists():
        return pa.array([], pa.string())
    table = pq.read_table(path, columns=["group_code", "fired"])
    return table.filter(pc.equal(table["fired"], 1))["group_code"].combine_chunks()


def _among(codes: pa.Array, hit: pa.Array) -> Bools:
    found = pc.is_in(codes, value_set=hit).to_numpy(zero_copy_only=False)
    return np.asarray(found, dtype=np.bool_)


def _links(columns: dict[str, Floats]) -> tuple[Floats, bool]:
    """Return the monthly price links; apparent ones 表观 (income ÷ volume) without list prices.

    A month whose apparent price is unknown links with 0, which is refused as X2.
    """
    before, now = columns["basket_before_li"], columns["basket_now_li"]
    priced = np.nan_to_num(before) > 0
    if priced.any():
        return np.where(priced, now / np.where(priced, before, 1.0), 1.0), False
    volume = np.nan_to_num(columns["volume_milli"])
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.where(volume > 0, columns["income_li"] / volume, np.nan)
        link = price[:, 1:] / price[:, :-1]
    first = np.ones((len(price), 1))
    return np.concatenate([first, np.where(np.isfinite(link), link, 0.0)], axis=1), True


def _kept(columns: dict[str, Floats]) -> Floats:
    """Return the share of items held in both months, of the larger number of items."""
    most = np.fmax(columns["n_items"], columns["n_items_before"])
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(columns["n_items_common"] / most, dtype=np.float64)


def segments_of(industries: Sequence[str], sizes: Sequence[int]) -> tuple[list[Segment], Ints]:
    """Number the segments 行业 × 规模 that occur; return them and each group's number."""
    pairs = list(zip(industries, sizes, strict=True))
    segments = sorted(set(pairs))
    number = {segment: place for place, segment in enumerate(segments)}
    return segments, np.array([number[pair] for pair in pairs], dtype=np.int64)
