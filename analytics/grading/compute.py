"""Total, rank and lay out grades 评分及等级评定; pure.

mean score of a unit = Σ score_sum / Σ n_rated          (rated groups only; nothing rated: missing)
share of A           = (n_A1 + n_A2) / n_groups
rank                 = 1 + number of units with a strictly higher mean score (ties share a rank)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.kpi import Measures

GRADES = ("A1", "A2", "B1", "B2", "C", "NR")
N_BANDS = 20
BAND_WIDTH = 5


@dataclass(frozen=True, slots=True)
class UnitGrades:
    """Be one unit's row 单元行 of the grading table; ``grades`` follow ``GRADES``."""

    code: str
    name: str
    n_groups: int
    n_rated: int
    score_sum: float
    grades: tuple[int, ...]
    n_up: int | None  # None: no month before to have come from
    n_down: int | None
    total_income_li: int | None  # None: its files did not come
    rank: int | None = None
    rank_change: int | None = None

    @property
    def mean_score(self) -> float | None:
        """Return the mean score 平均评分 of the rated groups."""
        return self.score_sum / self.n_rated if self.n_rated else None

    @property
    def n_a(self) -> int:
        """Return the number of A-class groups A级集团数."""
        return self.grades[0] + self.grades[1]

    @property
    def share_a(self) -> float | None:
        """Return the share of A-class groups A级占比."""
        return self.n_a / self.n_groups if self.n_groups else None


@dataclass(frozen=True, slots=True)
class Band:
    """Be one score band 评分区间: ``low`` ≤ score < ``high`` (the last one closed)."""

    low: int
    high: int
    n_groups: int


def unit_grades(code: str, name: str, measures: Measures) -> UnitGrades:
    """Read a unit's row from the additive measures of ``org_month``."""

    def whole(column: str) -> int:
        return int(measures.get(column) or 0)

    def known(column: str) -> int | None:
        value = measures.get(column)
        return None if value is None else int(value)

    return UnitGrades(
        code=code,
        name=name,
        n_groups=whole("n_groups"),
        n_rated=whole("n_rated"),
        score_sum=float(measures.get("score_sum") or 0.0),
        grades=tuple(whole(f"n_effective_{grade.lower()}") for grade in GRADES),
        n_up=known("n_up"),
        n_down=known("n_down"),
        total_income_li=known("total_income_li"),
    )


def ranks(units: Sequence[UnitGrades]) -> dict[str, int]:
    """Rank units by mean score 排名; units without a rated group have no rank."""
    scored = {unit.code: unit.mean_score for unit in units if unit.mean_score is not None}
    return {
        code: 1 + sum(other > score for other in scored.values()) for code, score in scored.items()
    }


def ranked(now: Sequence[UnitGrades], before: Sequence[UnitGrades]) -> tuple[UnitGrades, ...]:
    """Add rank and change of rank 名次变化 (positive: climbed), best first, unranked last.

    Both ranks are taken among the units there are in both months' own lists; a unit that is new
    has no change.
    """
    now_ranks, before_ranks = ranks(now), ranks(before)
    rows = []
    for unit in now:
        rank, earlier = now_ranks.get(unit.code), before_ranks.get(unit.code)
        moved = earlier - rank if rank is not None and earlier is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def total_of(units: Sequence[UnitGrades]) -> UnitGrades:
    """Sum the parts 合计; the mean follows from summed numerators and denominators."""
    return UnitGrades(
        code="",
        name="",
        n_groups=sum(unit.n_groups for unit in units),
        n_rated=sum(unit.n_rated for unit in units),
        score_sum=sum(unit.score_sum for unit in units),
        grades=tuple(sum(unit.grades[k] for unit in units) for k in range(len(GRADES))),
        n_up=_sum(unit.n_up for unit in units),
        n_down=_sum(unit.n_down for unit in units),
        total_income_li=_sum(unit.total_income_li for unit in units),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """Add what is known; a sum of nothing known is unknown."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def reconciles(parts: UnitGrades, whole: UnitGrades) -> bool:
    """Say whether the parts add up to the unit above 与上级一致 (scores within 1e-6)."""
    return (
        parts.n_groups == whole.n_groups
        and parts.n_rated == whole.n_rated
        and parts.grades == whole.grades
        and (parts.n_up, parts.n_down) == (whole.n_up, whole.n_down)
        and parts.total_income_li == whole.total_income_li
        and abs(parts.score_sum - whole.score_sum) <= 1e-6 * max(1.0, abs(whole.score_sum))
    )


def distribution(measures: Measures) -> tuple[Band, ...]:
    """Read the 20 score bands 评分分布 of a unit."""
    return tuple(
        Band(
            low=k * BAND_WIDTH,
            high=(k + 1) * BAND_WIDTH,
            n_groups=int(measures.get(f"score_band_{k:02d}") or 0),
        )
        for k in range(N_BANDS)
    )
