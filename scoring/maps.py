"""Turn raw values into points 0–100 得分映射: bins, capped linear, percentile of peers, as is.

Points are whole millionths (``MICRO`` = 1 point) in int64: what is stored is exactly what is
summed, whatever machine computed the logarithm, and every later sum runs over integers.
A missing raw value (NaN) has 0 millionths; callers keep the mask.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import DomainError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MICRO = 1_000_000
FULL = 100 * MICRO


def _to_micro(points: Floats) -> Ints:
    known = np.where(np.isnan(points), 0.0, points)
    return np.asarray(np.rint(np.clip(known, 0.0, 100.0) * MICRO), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Bins:
    """Give the points of the bin 分段 a value falls in: [lo, hi), the last bin closed.

    Below the first edge the first bin's points hold, above the last edge the last bin's.
    """

    edges: tuple[float, ...]
    points: tuple[float, ...]
    needs_peers: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse bins that do not cover the axis once."""
        rising = all(a < b for a, b in zip(self.edges, self.edges[1:], strict=False))
        if len(self.edges) != len(self.points) + 1 or not self.points or not rising:
            raise _bad_map("分段的边界必须严格递增, 且比得分多一个。")
        _check_points(self.points)

    def to_points(self, values: Floats, peers: Ints | None = None) -> Ints:
        """Return millionths of a point, 0 where the value is NaN."""
        inner = np.asarray(self.edges[1:-1], dtype=np.float64)
        which = np.searchsorted(inner, values, side="right")
        table = np.rint(np.asarray(self.points) * MICRO).astype(np.int64)
        return np.where(np.isnan(values), 0, table[which]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Linear:
    """Rise (or fall) in a straight line from ``low`` to ``high`` 封顶线性, flat outside.

    On the log scale the line is straight in the logarithm of the value; values up to ``low``, zero
    and negative ones included, get ``at_low``.
    """

    low: float
    high: float
    at_low: float = 0.0
    at_high: float = 100.0
    scale: Literal["linear", "log"] = "linear"
    needs_peers: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse an empty range and a logarithm of nothing."""
        if not self.low < self.high:
            raise _bad_map("线性映射的下限必须小于上限。")
        if self.scale not in ("linear", "log") or (self.scale == "log" and self.low <= 0):
            raise _bad_map("对数刻度的下限必须大于 0。")
        _check_points((self.at_low, self.at_high))

    def to_points(self, values: Floats, peers: Ints | None = None) -> Ints:
        """Return millionths of a point, 0 where the value is NaN."""
        if self.scale == "log":
            inside = np.clip(values, self.low, self.high)
            span = np.log(np.float64(self.high)) - np.log(np.float64(self.low))
            share = (np.log(inside) - np.log(np.float64(self.low))) / span
        else:
            share = (values - self.low) / (self.high - self.low)
        share = np.clip(share, 0.0, 1.0)
        made = _to_micro(self.at_low + (self.at_high - self.at_low) * share)
        return np.where(np.isnan(values), 0, made)


@dataclass(frozen=True, slots=True)
class AsIs:
    """Take the value as the points 直接取值, capped to 0–100."""

    needs_peers: ClassVar[bool] = False

    def to_points(self, values: Floats, peers: Ints | None = None) -> Ints:
        """Return millionths of a point, 0 where the value is NaN."""
        return _to_micro(values)


@dataclass(frozen=True, slots=True)
class Percentile:
    """Give the mid-rank within the peers 同类百分位 (industry × size): 100·(below + equal/2)/n.

    Groups whose peers are fewer than ``min_peers`` are ranked among all groups. ``falling`` turns
    the order round for indicators where less is better.
    """

    min_peers: int = 5
    falling: bool = False
    needs_peers: ClassVar[bool] = True

    def to_points(self, values: Floats, peers: Ints | None = None) -> Ints:
        """Return millionths of a point, 0 where the value is NaN; rounded half up, exactly."""
        made = np.zeros(values.shape, dtype=np.int64)
        known = np.flatnonzero(~np.isnan(values))
        if known.size == 0:
            return made
        alone = np.zeros(known.size, dtype=np.int64)
        shown = values[known]
        within, n_peers = _mid_ranks(shown, alone if peers is None else peers[known])
        among_all, _ = _mid_ranks(shown, alone)
        ranked = np.where(n_peers >= self.min_peers, within, among_all)
        made[known] = FULL - ranked if self.falling else ranked
        return made


def _mid_ranks(values: Floats, peers: Ints) -> tuple[Ints, Ints]:
    """Return the mid-rank in millionths and the number of peers, in the order given."""
    order = np.lexsort((values, peers))
    ranked_values, ranked_peers = values[order], peers[order]
    new_peer = np.r_[True, ranked_peers[1:] != ranked_peers[:-1]]
    new_run = new_peer | np.r_[True, ranked_values[1:] != ranked_values[:-1]]
    peer_start, n_peers = _spans(new_peer)
    run_start, n_equal = _spans(new_run)
    twice_rank = 2 * (run_start - peer_start) + n_equal
    micro = (twice_rank * FULL + n_peers) // (2 * n_peers)
    back = np.empty(order.size, dtype=np.int64)
    back[order] = np.arange(order.size)
    return micro[back], n_peers[back]


def _spans(starts: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return for each row where its span begins and how long the span is."""
    firsts = np.flatnonzero(starts)
    lengths = np.diff(np.r_[firsts, starts.size])
    which = np.cumsum(starts) - 1
    return firsts[which].astype(np.int64), lengths[which].astype(np.int64)


PointMap = Bins | Linear | AsIs | Percentile


def parse_map(said: Mapping[str, Any]) -> PointMap:
    """Read a map as a model's definition writes it.

    Raises:
        DomainError: ``bad_map`` if it is not one of the four or its numbers make no sense.
    """
    fields = {name: value for name, value in said.items() if name != "kind"}
    try:
        match said.get("kind"):
            case "bins":
                edges = [_edge(edge, at) for at, edge in enumerate(fields.pop("edges"))]
                return Bins(tuple(edges), tuple(float(p) for p in fields.pop("points")), **fields)
            case "linear":
                return Linear(**fields)
            case "as_is":
                return AsIs(**fields)
            case "percentile":
                return Percentile(**fields)
    except (TypeError, KeyError, ValueError) as problem:
        raise _bad_map(f"映射的参数不正确: {problem}。") from problem
    raise _bad_map(f"不认识的映射类型: {said.get('kind')!r}。")


def _edge(edge: float | str | None, at: int) -> float:
    """Read an edge; an empty text is open: −∞ in front, +∞ at the end."""
    if edge in ("", None):
        return -np.inf if at == 0 else np.inf
    return float(edge or 0)


def _check_points(points: tuple[float, ...]) -> None:
    if any(not 0 <= each <= 100 for each in points):
        raise _bad_map("得分必须在 0 到 100 之间。")


def _bad_map(message: str) -> DomainError:
    return DomainError("bad_map", message, "映射可以是 bins, linear, percentile 或 as_is。", "maps")
