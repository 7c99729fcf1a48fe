"""Go from scores to the suggested and the effective grade 建议等级 → 生效等级.

suggested = floor(hold(cut(S)));  effective = approved adjustment valid in the month, else the
suggested grade of the last review month, else (no such month is published) the opening grade.
Grades are ranks, ``NOT_RATED`` = none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.month import Month
from scoring.definition import ModelDefinition
from scoring.grades import (
    NOT_RATED,
    CutScores,
    apply_floor,
    cut_scores,
    floor_bars,
    grade_scores,
    hold_grades,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ReviewCycle = Literal["month", "quarter", "half_year"]
CYCLE_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "half_year": 6}


@dataclass(frozen=True, slots=True)
class Past:
    """Hold what the last published month said of each group (``NOT_RATED`` = nothing).

    ``raw`` is the grade by score alone, only if that month is the one right before this; ``base``
    the grade that was, or without an approval would have been, in force.
    """

    suggested: Ints
    raw: Ints
    effective: Ints
    base: Ints
    was_opening: Bools

    @classmethod
    def nothing(cls, n: int) -> Past:
        """Return the past of n groups nobody has graded before."""
        none = np.full(n, NOT_RATED, dtype=np.int64)
        return cls(none, none, none, none, np.zeros(n, dtype=np.bool_))


@dataclass(frozen=True, slots=True)
class Suggested:
    """Hold the suggested grades 建议等级 and how they came about."""

    raw: Ints
    grades: Ints
    held: Bools
    floored: Bools
    floor_bars: Floats
    cuts: CutScores


def suggest_grades(
    definition: ModelDefinition, scores: Floats, past: Past, floor: Ints
) -> Suggested:
    """Return the suggested grades: cut-offs, then hysteresis, then the rule floor."""
    cuts = cut_scores(definition.cutoffs, scores)
    kept, held = hold_grades(scores, cuts.scores, past.suggested, past.raw, definition.hysteresis)
    lowest = floor if definition.rule_floor else np.full(floor.shape, NOT_RATED, dtype=np.int64)
    grades, floored = apply_floor(kept, lowest)
    bars = floor_bars(scores, grades, floored, cuts.scores)
    return Suggested(grade_scores(scores, cuts.scores), grades, held, floored, bars, cuts)


def review_month(month: Month, cycle: str) -> Month:
    """Return the last review month 评审月 up to a month: the cycle's last month, e.g. 3 6 9 12."""
    length = CYCLE_MONTHS[cycle]
    return month.plus(-(month.month % length))


@dataclass(frozen=True, slots=True)
class Effective:
    """Hold the effective grades 生效等级, where each comes from, and what approvals lie over."""

    grades: Ints
    base: Ints
    sources: NDArray[np.str_]


def effective_grades(
    suggested: Ints, reviewed: Ints | None, opening: Ints, adjusted: Ints
) -> Effective:
    """Return the grades in force.

    ``reviewed`` are the suggested grades of the last review month (this month's own when it is
    one), None when that month is not published. A group without one takes its opening grade only
    if nobody was reviewed then, else this month's suggested grade.
    """
    base = opening if reviewed is None else reviewed
    taken = base < NOT_RATED
    grades = np.where(taken, base, suggested)
    sources = np.where(taken & (reviewed is None), "opening", "suggested")
    approved = adjusted < NOT_RATED
    return Effective(
        grades=np.where(approved, adjusted, grades),
        base=grades,
        sources=np.where(approved, "adjustment", sources),
    )
