"""Score groups 价值评分; whole arrays at once, exact.

    S_i = Σ_k w′_ik · s_ik

s (``points``) are whole millionths, w are whole hundredths of a percent, so numerator and
denominator are integers and S is one correctly rounded division: the same bits for any row order,
thread count or machine. Row i is a group, column k an indicator in the model's order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.month import Month
from scoring.definition import ModelDefinition
from scoring.indicators import SCORE_INDICATORS
from scoring.maps import MICRO
from scoring.raw import Columns
from scoring.weights import FULL_WEIGHT, fill_missing, weigh

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scores:
    """Hold the scores of many groups.

    ``raw`` (n × K, NaN = missing), ``known`` (a raw value is there), ``points`` (millionths, after
    the missing-value policy), ``weights`` (w′, ratio; 0 for a group that is not rated), ``present``
    (n, hundredths of a percent of weight with a raw value), ``score`` (n, NaN = not rated).
    """

    raw: Floats
    known: Bools
    points: Ints
    weights: Floats
    present: Ints
    score: Floats

    @property
    def rated(self) -> Bools:
        """Return which groups are rated 已评级."""
        return ~np.isnan(self.score)


def peer_codes(columns: Columns) -> Ints:
    """Number the peers 同类 (industry × size band) of each group; the numbers have no order."""
    _, industry = np.unique(columns["industry_code"], return_inverse=True)
    size = np.nan_to_num(np.asarray(columns["size_band"], dtype=np.float64), nan=-1.0)
    return industry.astype(np.int64) * 16 + size.astype(np.int64) + 1


def read_raw(definition: ModelDefinition, columns: Columns, month: Month) -> Floats:
    """Return the raw values (n × K) of a model's indicators; NaN = missing."""
    return np.column_stack(
        [SCORE_INDICATORS[code].read(columns, month) for code in definition.codes]
    )


def map_points(definition: ModelDefinition, raw: Floats, peers: Ints) -> Ints:
    """Return the points (n × K) in millionths before the missing-value policy."""
    mapped = [each.map.to_points(raw[:, k], peers) for k, each in enumerate(definition.indicators)]
    return np.column_stack(mapped)


def weighted_scores(definition: ModelDefinition, points: Ints, used: Bools) -> Floats:
    """Return S from points (millionths) and the mask of what counts; NaN = not rated."""
    total, _ = weigh(definition.weights, used)
    least = definition.missing.min_weight if definition.missing.kind == "reweight" else 1
    numerator = (np.where(used, points, 0) * definition.weights).sum(axis=1)
    score = np.full(total.shape, np.nan)
    np.divide(numerator, total * MICRO, out=score, where=total >= least)
    return score


def score_raw(definition: ModelDefinition, raw: Floats, peers: Ints) -> Scores:
    """Score raw values 评分."""
    known = ~np.isnan(raw)
    mapped = map_points(definition, raw, peers)
    points, used = fill_missing(mapped, known, peers, definition.missing)
    score = weighted_scores(definition, points, used)
    present, _ = weigh(definition.weights, known)
    _, ratios = weigh(definition.weights, used)
    rated = ~np.isnan(score)
    return Scores(raw, known, points, np.where(rated[:, None], ratios, 0.0), present, score)


def score_groups(definition: ModelDefinition, columns: Columns, month: Month) -> Scores:
    """Score the groups of one month 月度评分; ``columns`` are those of ``definition.columns``."""
    raw = read_raw(definition, columns, month)
    return score_raw(definition, raw, peer_codes(columns))


def mean_points(scores: Scores) -> tuple[list[int | None], int]:
    """Return the mean points (millionths) of each indicator over rated groups that have it.

    None where no rated group has the indicator; beside them the number of rated groups.
    """
    rated = scores.rated
    counts = (rated[:, None] & (scores.weights > 0)).sum(axis=0)
    sums = np.where(rated[:, None] & (scores.weights > 0), scores.points, 0).sum(axis=0)
    means = [
        (2 * int(total) + int(n)) // (2 * int(n)) if n else None
        for total, n in zip(sums, counts, strict=True)
    ]
    return means, int(rated.sum())


def present_ratio(scores: Scores) -> Floats:
    """Return the share of the weight whose raw value is there (0–1)."""
    return scores.present / FULL_WEIGHT
