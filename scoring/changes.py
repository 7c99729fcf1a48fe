"""Say why a score or a grade changed 变动归因, exactly.

With s⁰ = f⁰(x⁰), s* = f⁰(x¹), s¹ = f¹(x¹) the points under the old map and old values, the old map
and new values, the new map and new values; w⁰, w¹ the weights in use; means barred:

    ΔS = Σ w̄ (s* − s⁰)  +  Σ w̄ (s¹ − s*)  +  Σ s̄ (w¹ − w⁰)
         data               bins               weights
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.grades import NOT_RATED
from scoring.maps import MICRO

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """Hold what each cause did to each group's score, in points; they add up to ΔS."""

    data: Floats
    bins: Floats
    weights: Floats

    @property
    def total(self) -> Floats:
        """Return ΔS."""
        return np.asarray(self.data + self.bins + self.weights, dtype=np.float64)


def attribute_score_change(
    *,
    old_points: Ints,
    old_weights: Floats,
    crossed_points: Ints,
    new_points: Ints,
    new_weights: Floats,
) -> ScoreChange:
    """Split the change of a score by cause; columns are the indicators of either model.

    ``crossed_points`` are new values under the old map. Where an indicator did not count before
    (or does not now) its points are taken over from the other side, so that its coming or going is
    a change of weights and nothing else.
    """
    counted, counts = old_weights > 0, new_weights > 0
    old = np.where(counted, old_points, new_points) / MICRO
    new = np.where(counts, new_points, old_points) / MICRO
    crossed = np.where(counted & counts, crossed_points / MICRO, new)
    mean_weights = (old_weights + new_weights) / 2
    return ScoreChange(
        data=(mean_weights * (crossed - old)).sum(axis=1),
        bins=(mean_weights * (new - crossed)).sum(axis=1),
        weights=((old + new) / 2 * (new_weights - old_weights)).sum(axis=1),
    )


@dataclass(frozen=True, slots=True)
class GradeChange:
    """Hold how many ranks each cause moved each group (negative: upward); they add up."""

    data: Ints
    model: Ints
    thresholds: Ints
    manual: Ints


def attribute_grade_change(
    *,
    before: Ints,
    crossed: Ints,
    old_cut: Ints,
    now: Ints,
    effective_before: Ints,
    effective_now: Ints,
) -> GradeChange:
    """Split the change of the effective grade by cause, in ranks.

    ``before`` and ``now`` are the grades without approvals; ``crossed`` the new values under the
    old model and old cuts; ``old_cut`` the new score at the old cuts. Hysteresis and floor are part
    of each, so a grade held back counts as data.
    """
    manual_before, manual_now = effective_before - before, effective_now - now
    return GradeChange(
        data=crossed - before,
        model=old_cut - crossed,
        thresholds=now - old_cut,
        manual=manual_now - manual_before,
    )


#: Ways of a grade change 变动方式; '' is no change. Labels stand in labels.md's order.
WAYS = (
    "score_up",
    "score_down",
    "approved_up",
    "approved_down",
    "model",
    "threshold",
    "first",
    "opening",
    "exit",
)


def grade_ways(
    effective_before: Ints, effective_now: Ints, causes: GradeChange, first_way: NDArray[np.str_]
) -> NDArray[np.str_]:
    """Return the way 变动方式 of each group's effective grade, '' where it did not change.

    ``first_way`` holds 'first' or 'opening' and is used where there was no grade before. Otherwise
    the cause that moved the grade furthest in the direction it went gives the way; equal causes:
    approval, model, threshold, score. Becoming not rated is a fall by score.
    """
    direction = np.sign(effective_now - effective_before)
    moved = np.stack(
        [each * direction for each in (causes.manual, causes.model, causes.thresholds, causes.data)]
    )
    cause = np.argmax(moved, axis=0)
    up, down = (
        np.array(["approved_up", "model", "threshold", "score_up"]),
        np.array(["approved_down", "model", "threshold", "score_down"]),
    )
    ways = np.where(direction < 0, up[cause], down[cause])
    ways = np.where((direction > 0) & (effective_now == NOT_RATED), "score_down", ways)
    ways = np.where(effective_before == NOT_RATED, first_way, ways)
    return np.where(direction == 0, "", ways)
