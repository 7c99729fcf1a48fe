"""Turn scores into suggested grades 建议等级: cut-offs, quotas, hysteresis, rule floor.

A grade travels as its rank, 0 = A1 … 4 = C and 5 = not rated (``NOT_RATED``): smaller is better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import DomainError
from scoring.weights import FULL_WEIGHT, to_hundredths

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

GRADES = ("A1", "A2", "B1", "B2", "C")
NR = "NR"
NOT_RATED = len(GRADES)
GRADE_CODES = (*GRADES, NR)
_RANKS = {code: rank for rank, code in enumerate(GRADE_CODES)}


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Say where the grades are cut 分档: at scores (``absolute``) or at shares (``quota``).

    ``values`` are the four least scores for A1, A2, B1, B2, or the four grades' own shares (0–1).
    """

    mode: Literal["absolute", "quota"]
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse cut-offs that cross and quotas that give out more than there is."""
        if self.mode not in ("absolute", "quota") or len(self.values) != len(GRADES) - 1:
            raise _bad_cutoffs("须为 A1, A2, B1, B2 各给一个分档值。")
        falling = all(a > b for a, b in zip(self.values, self.values[1:], strict=False))
        inside = all(0 <= value <= 100 for value in self.values)
        if self.mode == "absolute" and not (falling and inside):
            raise _bad_cutoffs("分数线必须由高到低, 并在 0 到 100 之间。")
        if self.mode == "quota" and sum(to_hundredths(v) for v in self.values) > FULL_WEIGHT:
            raise _bad_cutoffs("各等级比例合计不得超过 100%。")


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """Say how sluggish a grade is 防抖: beyond cut ± ``margin`` points or two months in a row."""

    on: bool = True
    margin: float = 2.0


@dataclass(frozen=True, slots=True)
class CutScores:
    """Hold the four least scores in force in a month and, under a quota, what ties added.

    ``overshoot`` counts per grade A1…B2 the groups at that grade or better beyond the quota.
    """

    scores: tuple[float, ...]
    overshoot: tuple[int, ...]


def cut_scores(cutoffs: Cutoffs, scores: Floats) -> CutScores:
    """Return the scores the grades are cut at; ties at a quota's cut get the higher grade."""
    if cutoffs.mode == "absolute":
        return CutScores(cutoffs.values, (0,) * len(cutoffs.values))
    ranked = np.sort(scores[~np.isnan(scores)])[::-1]
    cuts, overshoot, share = [], [], 0
    for value in cutoffs.values:
        share += to_hundredths(value)
        quota = (2 * share * ranked.size + FULL_WEIGHT) // (2 * FULL_WEIGHT)
        cut = float(ranked[quota - 1]) if quota else np.inf
        cuts.append(cut)
        overshoot.append(int((ranked >= cut).sum()) - quota)
    return CutScores(tuple(cuts), tuple(overshoot))


def grade_scores(scores: Floats, cuts: Sequence[float], shift: float = 0.0) -> Ints:
    """Return the rank of each score; NaN is not rated. A score on the cut has the higher grade."""
    ranks = np.zeros(scores.shape, dtype=np.int64)
    for cut in cuts:
        ranks += scores < cut + shift
    return np.where(np.isnan(scores), NOT_RATED, ranks)


def hold_grades(
    scores: Floats, cuts: Sequence[float], previous: Ints, previous_raw: Ints, rule: Hysteresis
) -> tuple[Ints, Bools]:
    """Return the grades after hysteresis 防抖 and where one was held back.

    ``previous`` is the last published suggested grade, ``previous_raw`` the grade its score alone
    gave in the month before this one (``NOT_RATED`` where there is none). A grade moves as far as
    the score is clear of the cuts by the margin, or as far as two months in a row agree.
    """
    raw = grade_scores(scores, cuts)
    known = (raw < NOT_RATED) & (previous < NOT_RATED)
    if not rule.on:
        return raw, np.zeros(raw.shape, dtype=np.bool_)
    clear_up = np.minimum(grade_scores(scores, cuts, rule.margin), previous)
    clear_down = np.maximum(grade_scores(scores, cuts, -rule.margin), previous)
    twice_up = np.minimum(np.maximum(raw, previous_raw), previous)
    twice_down = np.where(
        previous_raw < NOT_RATED, np.maximum(np.minimum(raw, previous_raw), previous), previous
    )
    up = np.minimum(clear_up, twice_up)
    down = np.maximum(clear_down, twice_down)
    moved = np.where(raw < previous, up, np.where(raw > previous, down, raw))
    grades = np.where(known, moved, raw)
    return grades, grades != raw


def apply_floor(grades: Ints, floor: Ints) -> tuple[Ints, Bools]:
    """Lift rated grades to the rule floor 规则保底 (``NOT_RATED`` = no floor); say where it did."""
    lifted = (grades < NOT_RATED) & (floor < grades)
    return np.where(lifted, floor, grades), lifted


def floor_bars(scores: Floats, raised: Ints, lifted: Bools, cuts: Sequence[float]) -> Floats:
    """Return the points a rule floor adds: up to the cut of the grade it gives, else 0."""
    table = np.asarray((*cuts, 0.0, 0.0), dtype=np.float64)
    gap = table[raised] - scores
    return np.where(lifted & np.isfinite(gap) & (gap > 0), gap, 0.0)


def to_ranks(codes: Sequence[str | None]) -> Ints:
    """Return ranks of grade codes; anything else, also null and '', is not rated."""
    return np.array([_RANKS.get(code or "", NOT_RATED) for code in codes], dtype=np.int64)


def to_codes(ranks: Ints) -> list[str]:
    """Return the codes of ranks."""
    return [GRADE_CODES[rank] for rank in ranks.tolist()]


def _bad_cutoffs(message: str) -> DomainError:
    return DomainError("bad_cutoffs", message, "请修改分档后重试。", "cutoffs")
