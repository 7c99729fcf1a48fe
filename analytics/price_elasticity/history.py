"""Read a stream's series over the months out of the pinned runs, and hand back arrays."""

from __future__ import annotations

from collections.abc import Sequence
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


def read_stream(ctx: RunContext, stream: str) -> StreamHistory:
    """Read one stream of the groups that have it this month."""
    files = files_of(ctx, "group_stream_month")
    now = ctx.read("group_stream_month", ("group_code", "stream"))
    codes = now.filter(pc.equal(now["stream"], stream))["group_code"].combine_chunks()
    seen = [_placed(path, stream, codes) for path in files]
    columns = {
        name: np.stack([month[name] for month in seen], axis=1).reshape(len(codes), len(files))
        for name in _NUMBERS
    }
    alarms = files_of(ctx, "group_alert")[-len(files) :]
    fired = [np.zeros(len(codes), dtype=np.bool_)] * (len(files) - len(alarms))
    fired += [_fired(path, codes) for path in alarms]
    link, is_apparent = _links(columns)
    series = Series(
        income=columns["income_li"],
        link=link,
        kept=_kept(columns),
        members=columns["n_members"],
        alarmed=np.stack(fired, axis=1),
    )
    first = ctx.month.index - len(files) + 1
    return StreamHistory(codes, columns["income_li"][:, -1], series, is_apparent, first)


def _placed(path: Path | None, stream: str, codes: pa.Array) -> dict[str, Floats]:
    """Return a month's numbers in the order of the codes; NaN without a row."""
    blank = {name: np.full(len(codes), np.nan) for name in _NUMBERS}
    if path is None:
        return blank
    table = pq.read_table(
        path, columns=["group_code", *_NUMBERS], filters=[("stream", "=", stream)]
    )
    place = pc.index_in(table["group_code"], value_set=codes).to_numpy(zero_copy_only=False)
    known = ~np.isnan(place.astype(np.float64))
    target = place[known].astype(np.int64)
    for name in _NUMBERS:
        blank[name][target] = _floats(table[name])[known]
    return blank


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _fired(path: Path | None, codes: pa.Array) -> Bools:
    if path is None:
        return np.zeros(len(codes), dtype=np.bool_)
    table = pq.read_table(path, columns=["group_code", "fired"])
    hit = table.filter(pc.equal(table["fired"], 1))["group_code"].combine_chunks()
    return np.asarray(pc.is_in(codes, value_set=hit).to_numpy(zero_copy_only=False), dtype=np.bool_)


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
