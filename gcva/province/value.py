"""Tie a group's attributes to an intended score under provisional maps 示例权重.

    S* = Σ w·s;   gap = S* − Σ (incomes, employees, V网, products, off-net);   merit = gap / 23

with merit in [0, 1] driving influence (9), tax score (6), informatisation level (4) and contract
tenure (4): 23 points together. Amounts map by log-linear capped maps, lo → 0 and hi → 100.
Source: definitions §4, the default model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gcva.province import catalogue
from gcva.province.plan import Flags, Floats, Ints, of_class

# indicator → (weight, value worth 0 points, value worth 100 points)
LOG_MAPS = {
    "unified": (15, 50.0, 20_000.0),
    "ict": (20, 10.0, 10_000.0),
    "personal": (15, 150.0, 40_000.0),
    "employees": (7, 5.0, 1_200.0),
    "vnet": (6, 2.0, 220.0),
}
PRODUCT_POINTS = np.array([0.0, 40.0, 60.0, 80.0, 100.0])
FILLED_BY_MERIT = 23.0
ICT_PRODUCTS = np.array([product.ict_scope != "none" for product in catalogue.PRODUCTS])
C_CLASS = 4


@dataclass(frozen=True, slots=True)
class Attributes:
    """Hold what merit became: scores 0–100, level 0–5, months since the contract's start."""

    influence: Floats
    tax: Floats
    level: Ints
    tenure_months: Ints


def log_points(values: Floats, low: float, high: float) -> Floats:
    """Map amounts to 0–100, linear in their logarithm between two caps."""
    ratio = np.log(np.maximum(values, low) / low) / np.log(high / low)
    return np.asarray(100 * np.minimum(ratio, 1.0))


def expected_ict(unified: Floats, holds: Flags, size: Ints, vnet_ratio: Floats) -> Floats:
    """Estimate the 信息化 income of a group in 元 from what it holds."""
    by_members = size * (
        3.0 * vnet_ratio + 1.2 * holds[:, catalogue.RINGBACK] + 3.2 * holds[:, catalogue.OFFICE]
    )
    outsiders = (
        960.0 * holds[:, catalogue.SCHOOL]
        + 1200.0 * holds[:, catalogue.BANK]
        + 400.0 * holds[:, catalogue.AGRI]
    )
    return np.asarray(0.7 * unified + by_members + outsiders)


def base_points(
    *,
    klass: Ints,
    unified: Floats,
    ict: Floats,
    personal: Floats,
    employees: Ints,
    vnet: Floats,
    n_ict: Ints,
) -> Floats:
    """Return the points that incomes, users, products and off-net rate give, of 77 at most."""
    amounts = {
        "unified": unified,
        "ict": ict,
        "personal": personal,
        "employees": employees.astype(np.float64),
        "vnet": vnet,
    }
    base = sum(w * log_points(amounts[name], lo, hi) for name, (w, lo, hi) in LOG_MAPS.items())
    base = base + 8 * PRODUCT_POINTS[np.minimum(n_ict, 4)]
    base = base + 6 * np.maximum(0.0, 100 * (1 - of_class("off_net")[klass] / 0.05))
    return np.asarray(base / 100, dtype=np.float64)


def merit_of(rng: np.random.Generator, klass: Ints, base: Floats) -> tuple[Floats, Floats]:
    """Draw the intended score and return it with the merit that fills the gap.

    In class C the score follows from a drawn merit instead, capped below the B2 range, so that
    small groups are not influential just to fill a number.
    """
    low, high = of_class("score_low")[klass], of_class("score_high")[klass]
    aimed = low + (high - low) * rng.random(len(klass))
    loose = base + FILLED_BY_MERIT * rng.uniform(0.10, 0.60, len(klass))
    score = np.where(klass == C_CLASS, np.minimum(loose, high), aimed)
    merit = np.clip((score - base) / FILLED_BY_MERIT, 0.04, 0.97)
    return score, merit


def attributes_of(rng: np.random.Generator, merit: Floats) -> Attributes:
    """Turn merit into attributes; what one gets less another gets more."""
    n = len(merit)
    influence = np.clip(100 * merit + rng.normal(0, 6, n), 0, 100).round(1)
    level = np.clip(np.rint(5 * merit + rng.normal(0, 0.35, n)), 0, 5).astype(np.int64)
    tenure = np.clip(np.rint(60 * merit + rng.normal(0, 4, n)), 1, 110).astype(np.int64)
    given = 9 * influence + 4 * 20 * level + 4 * np.minimum(tenure, 60) / 0.6
    tax = np.clip((2300 * merit - given) / 6, 0, 100).round(1)
    return Attributes(influence, tax, level, tenure)
