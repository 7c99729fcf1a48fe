"""Weigh indicators, also when a group lacks some of them (缺失值处理).

Weights are whole hundredths of a percent (``FULL_WEIGHT`` = 100 %), so that "at least 60 % of the
weight" is a comparison of integers. With w the model's weights and P the indicators a group has:

    w′_k = w_k / Σ_{j∈P} w_j   for k ∈ P,   0 otherwise
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import DomainError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FULL_WEIGHT = 10_000
MissingKind = Literal["reweight", "zero", "peer_median"]


@dataclass(frozen=True, slots=True)
class MissingPolicy:
    """Say what a missing value does 缺失值处理.

    ``reweight`` spreads its weight over the others and leaves a group "not rated" below
    ``min_weight``; ``zero`` gives no points; ``peer_median`` gives the peers' median points.
    """

    kind: MissingKind = "reweight"
    min_weight: int = 6_000

    def __post_init__(self) -> None:
        """Refuse unknown policies and impossible limits."""
        if self.kind not in ("reweight", "zero", "peer_median"):
            raise DomainError("bad_missing_policy", f"不认识的缺失值处理方式: {self.kind!r}。")
        if not 0 < self.min_weight <= FULL_WEIGHT:
            raise DomainError("bad_missing_policy", "评级所需的最低权重必须大于 0, 不超过 100%。")


def to_hundredths(ratio: float) -> int:
    """Return a ratio as whole hundredths of a percent.

    Raises:
        DomainError: ``bad_weight`` if it is negative or finer than 0.01 %.
    """
    whole = round(ratio * FULL_WEIGHT)
    if whole < 0 or abs(ratio * FULL_WEIGHT - whole) > 1e-6:
        raise DomainError(
            "bad_weight", f"权重 {ratio} 不合规。", "权重不得为负, 最多精确到 0.01%。", "weight"
        )
    return whole


def fill_missing(
    points: Ints, known: Bools, peers: Ints, policy: MissingPolicy
) -> tuple[Ints, Bools]:
    """Return points and the mask of the indicators that count, after the policy.

    Under ``peer_median`` an indicator that none of the peers has falls back to the median of all;
    one that nobody has stays missing and is weighed out.
    """
    if policy.kind == "reweight":
        return points, known
    if policy.kind == "zero":
        return np.where(known, points, 0), np.ones_like(known)
    filled, used = points.copy(), known.copy()
    for k in range(points.shape[1]):
        have = known[:, k]
        if have.any() and not have.all():
            filled[~have, k] = _medians(points[have, k], peers[have], peers[~have])
            used[:, k] = True
    return filled, used


def _medians(points: Ints, peers: Ints, wanted: Ints) -> Ints:
    """Return the median of each wanted peer group (lower middle + half the gap, rounded down)."""
    order = np.lexsort((points, peers))
    ranked, owners = points[order], peers[order]
    firsts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    sizes = np.diff(np.r_[firsts, owners.size])
    medians = (ranked[firsts + (sizes - 1) // 2] + ranked[firsts + sizes // 2]) // 2
    every = np.sort(points)
    overall = (every[(every.size - 1) // 2] + every[every.size // 2]) // 2
    place = np.minimum(np.searchsorted(owners[firsts], wanted), firsts.size - 1)
    found = owners[firsts][place] == wanted
    return np.asarray(np.where(found, medians[place], overall), dtype=np.int64)


def weigh(weights: Ints, used: Bools) -> tuple[Ints, Floats]:
    """Return the weight in use (hundredths of a percent) and the ratios w′; 0 where not used."""
    shares = np.where(used, weights, 0)
    total = shares.sum(axis=1)
    ratios = np.zeros(used.shape, dtype=np.float64)
    np.divide(shares, total[:, None], out=ratios, where=total[:, None] > 0)
    return total.astype(np.int64), ratios
