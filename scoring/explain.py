"""Explain a score exactly 评分解释: bars that add up, and what would lift the grade.

    b_k = w′_k (s_k − ref_k)        Σ_k w′_k ref_k + Σ_k b_k = S   (within 1e-9)

ref_k is the reference mean of s_k (``mean_points`` of the reference month), stored with the model.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.definition import ModelDefinition
from scoring.grades import GRADES
from scoring.indicators import SCORE_INDICATORS
from scoring.maps import MICRO, AsIs, Bins, Linear, PointMap
from scoring.score import Scores, weighted_scores

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Decimals kept of a bar; w′ has 4 (unless re-weighted) and points 6, so 10 are exact.
BAR_DECIMALS = 11


def explain_bars(scores: Scores, reference: Sequence[int | None]) -> Floats:
    """Return the bars b_k (n × K) in points; ``reference`` in millionths.

    An indicator without a reference was there for no group, so its w′ is 0 and its bar too.
    """
    means = np.array([mean or 0 for mean in reference], dtype=np.int64)
    gaps = (scores.points - means) / MICRO
    return np.asarray(np.round(scores.weights * gaps, BAR_DECIMALS) + 0.0, dtype=np.float64)


def reference_level(weights: Sequence[float], reference: Sequence[int | None]) -> float:
    """Return Σ w′·ref of one group, where its waterfall begins 参考水平."""
    return math.fsum(w * (mean or 0) / MICRO for w, mean in zip(weights, reference, strict=True))


@dataclass(frozen=True, slots=True)
class Reach:
    """Say what one indicator would have to be for the next grade 距上一等级.

    ``raw_needed`` is None when not even the best value of this indicator is enough, or when the map
    compares with peers (one group alone cannot be re-ranked). ``proven_score`` is the score
    re-computed with it.
    """

    code: str
    raw_now: float | None
    raw_needed: float | None
    proven_score: float | None


@dataclass(frozen=True, slots=True)
class NextGrade:
    """Hold the next better grade, the points that are short of it, and the ways there."""

    grade: str
    cut: float
    points_short: float
    reaches: tuple[Reach, ...]


def next_grade(
    definition: ModelDefinition,
    *,
    raw: Sequence[float],
    points: Sequence[int],
    used: Sequence[bool],
    cuts: Sequence[float],
) -> NextGrade | None:
    """Return what lifts one group a grade by its score, one indicator at a time, others fixed.

    ``points`` (millionths) and ``used`` are the group's own as scored. None for a group that is not
    rated or already A1. Every answer lies on the indicator's grid, is the one nearest to the value
    now, and is proven by scoring the group again.
    """
    now = np.array([points], dtype=np.int64), np.array([used], dtype=np.bool_)
    score = float(weighted_scores(definition, *now)[0])
    above = [rank for rank, cut in enumerate(cuts) if score < cut]
    if math.isnan(score) or not above or not math.isfinite(cuts[above[-1]]):
        return None
    cut = cuts[above[-1]]
    reaches = tuple(_reach(definition, float(value), k, now, cut) for k, value in enumerate(raw))
    return NextGrade(GRADES[above[-1]], cut, cut - score, reaches)


def _reach(
    definition: ModelDefinition, value: float, k: int, now: tuple[Ints, Bools], cut: float
) -> Reach:
    """Find the nearest raw value of indicator k that brings the score to the cut."""
    each = definition.indicators[k]

    def scores_at(values: Floats) -> Floats:
        points = np.repeat(now[0], values.size, axis=0)
        used = np.repeat(now[1], values.size, axis=0)
        points[:, k] = each.map.to_points(values)
        used[:, k] = True
        return weighted_scores(definition, points, used)

    needed = None
    if not each.map.needs_peers:
        grid = SCORE_INDICATORS[each.code].grid
        needed = _nearest(each.map, value, grid, lambda values: scores_at(values) >= cut)
    return Reach(
        code=each.code,
        raw_now=None if math.isnan(value) else value,
        raw_needed=needed,
        proven_score=None if needed is None else float(scores_at(np.array([needed]))[0]),
    )


Lifts = Callable[[Floats], NDArray[np.bool_]]


def _nearest(rule: PointMap, now: float, grid: int, lifts: Lifts) -> float | None:
    """Return the value on the grid, nearest to ``now``, that lifts; None when none does."""
    if isinstance(rule, Bins):
        tried = _bin_values(rule, now, grid)
        good = tried[lifts(tried)] if tried.size else tried
        return float(good[0]) if good.size else None
    worst, best = _ends(rule)
    start = worst if math.isnan(now) else min(max(now, min(worst, best)), max(worst, best))
    return _bisect(_on_grid(start, grid, best), _on_grid(best, grid, best), grid, lifts)


def _ends(rule: PointMap) -> tuple[float, float]:
    """Return the raw values with the fewest and with the most points of a straight map."""
    if isinstance(rule, AsIs):
        return 0.0, 100.0
    assert isinstance(rule, Linear)  # noqa: S101 - the other maps were answered before
    rising = rule.at_high >= rule.at_low
    return (rule.low, rule.high) if rising else (rule.high, rule.low)


def _on_grid(value: float, grid: int, towards: float) -> int:
    """Return the grid step at ``value`` or the next one towards better values."""
    scaled = round(value * grid, 6)
    return math.ceil(scaled) if towards >= value else math.floor(scaled)


def _bisect(start: int, best: int, grid: int, lifts: Lifts) -> float | None:
    """Return the first grid value from ``start`` towards ``best`` that lifts (points only rise)."""
    if not bool(lifts(np.array([best / grid]))[0]):
        return None
    sign = 1 if best >= start else -1
    low, high = -1, abs(best - start)
    while high - low > 1:
        middle = (low + high) // 2
        if bool(lifts(np.array([(start + sign * middle) / grid]))[0]):
            high = middle
        else:
            low = middle
    return (start + sign * high) / grid


def _bin_values(rule: Bins, now: float, grid: int) -> Floats:
    """Return the first grid value of each bin on either side, nearest to ``now`` first.

    Bins may rise or fall, so both the least and the greatest value of a bin can be the nearest.
    """
    inner = list(rule.edges[1:-1])
    least = [math.ceil(round(edge * grid, 6)) / grid for edge in inner]
    greatest = [value - 1 / grid for value in least]
    if math.isnan(now):
        first = [rule.edges[0]] if math.isfinite(rule.edges[0]) else greatest[:1]
        return np.array(sorted({*first, *least}), dtype=np.float64)
    ahead = [value for value in least if value > now]
    behind = [value for value in greatest if value < now]
    return np.array(sorted({*ahead, *behind}, key=lambda value: abs(value - now)))
