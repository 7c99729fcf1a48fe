"""Estimate the demand elasticity of a segment 细分市场 from a panel of its groups; pure.

ln Q(i,t) = α(i) + τ(t) + ε · ln P(i,t) + u(i,t)      groups i, months t

Within estimator: on a balanced panel, taking out group and month means is exact. The months are
those of the arc: three before and three after the segment's change of price. Errors are clustered
by group, each cluster's residuals blown up by its leverage, 1/(1 − h), as the jackknife does (CR3),
because few groups carry most of the change; the t distribution has as many degrees of freedom as
there are *effective* clusters, (Σh)²/Σh² − 1, at most G − 1.

Source: Cameron and Miller, A Practitioner's Guide to Cluster-Robust Inference (2015), II and VI;
Carter, Schnepel and Steigerwald (2017) for the effective number of clusters.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analytics.price_elasticity.compute import (
    SIDE,
    WINDOW,
    Class,
    Floats,
    Series,
    measure_arcs,
    price_index,
)

CONFIDENCE = 0.95
LEAST_GROUPS = 10
LEAST_CLUSTERS = 4.0
_OWN_REFUSALS = ("X2", "X3", "X4", "X5", "X6")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Be a segment's demand elasticity with its 95 % interval; None where too few groups moved."""

    n_groups: int
    epsilon: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def kind(self) -> Class:
        """Return the class 弹性类别 by the interval."""
        if self.epsilon is None or self.low is None or self.high is None:
            return ""
        return class_of(self.low, self.high)


def class_of(low: float, high: float) -> Class:
    """Classify by where the whole interval lies; one that covers −1 decides nothing."""
    if high < -1:
        return "elastic"
    if low <= -1:
        return "undetermined"
    if low > 0:
        return "wrong_sign"
    return "inelastic" if high < 0 else "near_zero"


def segment_change(link: Floats) -> int:
    """Return the month of change of a segment: where its prices moved most; −1 without one."""
    months = link.shape[1]
    if months < WINDOW or not len(link):
        return -1
    moved = np.abs(np.where(np.isnan(link), 1.0, link) - 1.0).sum(axis=0)
    inner = moved[SIDE : months - SIDE]
    best = int(len(inner) - 1 - np.argmax(inner[::-1]))
    return best + SIDE if inner[best] > 0 else -1


def estimate_segment(series: Series) -> Estimate:
    """Estimate ε of one segment; groups with too small a change of price are its controls."""
    change = segment_change(series.link)
    if change < 0:
        return Estimate(0)
    arcs = measure_arcs(series, np.full(len(series.income), change))
    fit = ~np.isin(arcs.refusal, _OWN_REFUSALS)
    months = [change + step for step in range(-SIDE, SIDE + 1) if step]
    with np.errstate(invalid="ignore", divide="ignore"):
        price = np.log(price_index(series.link))[fit][:, months]
        quantity = np.log(series.income)[fit][:, months] - price
    return estimate_panel(price, quantity)


def estimate_panel(price: Floats, quantity: Floats) -> Estimate:
    """Estimate ε from ln P and ln Q (groups × months, balanced)."""
    n_groups = len(price)
    if n_groups < LEAST_GROUPS:
        return Estimate(n_groups)
    x, y = within(price), within(quantity)
    moved = float((x * x).sum())
    if moved < 1e-9:
        return Estimate(n_groups)
    leverage = (x * x).sum(axis=1) / moved
    clusters = 1.0 / float((leverage**2).sum())
    if clusters < LEAST_CLUSTERS:
        return Estimate(n_groups)
    epsilon = float((x * y).sum() / moved)
    residual = y - epsilon * x
    scores = (x * residual).sum(axis=1) / (1.0 - leverage)
    variance = (n_groups - 1) / n_groups * float((scores**2).sum()) / moved**2
    quantile = student_quantile(1 - CONFIDENCE, min(clusters, n_groups) - 1)
    half = quantile * variance**0.5
    return Estimate(n_groups, epsilon, epsilon - half, epsilon + half)


def within(values: Floats) -> Floats:
    """Take out group and month means of a balanced panel."""
    by_group = values.mean(axis=1, keepdims=True)
    by_month = values.mean(axis=0, keepdims=True)
    return np.asarray(values - by_group - by_month + values.mean(), dtype=np.float64)


def student_quantile(tail: float, degrees: float) -> float:
    """Return the t with probability ``tail`` outside ±t, for three degrees of freedom or more.

    Source: Hill, Algorithm 396, Communications of the ACM 13 (1970); six digits.
    """
    a = 1 / (degrees - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * degrees
    y = (d * tail) ** (2 / degrees)
    if y <= 0.05 + a:
        inner = ((degrees + 6) / (degrees * y) - 0.089 * d - 0.822) * (degrees + 2) * 3
        y = ((1 / inner + 0.5 / (degrees + 4)) * y - 1) * (degrees + 1) / (degrees + 2) + 1 / y
        return math.sqrt(degrees * y)
    x = NormalDist().inv_cdf(tail / 2)
    y = x * x
    if degrees < 5:
        c += 0.3 * (degrees - 4.5) * (x + 0.6)
    c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return math.sqrt(degrees * math.expm1(a * y * y))


def pooled(estimates: Iterable[tuple[float, float, float]]) -> tuple[float, float, float] | None:
    """Pool segments' (ε, low, high) to one estimate, each by the inverse square of its width."""
    known = [(each, (high - low) / 2) for each, low, high in estimates if high > low]
    weight = sum(1 / half**2 for _each, half in known)
    if not weight:
        return None
    middle = sum(each / half**2 for each, half in known) / weight
    return middle, middle - weight**-0.5, middle + weight**-0.5
