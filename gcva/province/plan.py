"""State what the demo province looks like 演示省份: sizes, proportions, seasons, random streams.

Every number here is a target of the demo's description; the other modules only draw from it.
Nothing in this package reads a clock, a setting or a global random state.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from core.month import Month

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

GRADES = ("A1", "A2", "B1", "B2", "C")
BASE_MEMBERS_PER_GROUP = 33.44  # Σ share × members/group below


@dataclass(frozen=True, slots=True)
class GradeClass:
    """Describe the groups of one intended grade 目标等级 (money in 元 a month)."""

    grade: str
    share: float
    members: float
    members_sigma: float
    arpu: float
    with_unified: float
    unified_mean: float
    off_net: float
    tenure: float
    score_low: float
    score_high: float


CLASSES = (
    GradeClass("A1", 0.01, 380, 0.40, 88, 0.95, 14_000, 0.005, 80, 86, 95),
    GradeClass("A2", 0.02, 220, 0.40, 78, 0.85, 6_500, 0.005, 80, 77.5, 83),
    GradeClass("B1", 0.06, 100, 0.45, 70, 0.60, 2_200, 0.008, 60, 62, 73),
    GradeClass("B2", 0.12, 55, 0.50, 64, 0.35, 900, 0.008, 60, 46.5, 58),
    GradeClass("C", 0.79, 16, 1.00, 55, 0.06, 350, 0.015, 52, 14, 42),
)


def of_class(attribute: str) -> Floats:
    """Return one attribute of the five classes as an array indexed by class number."""
    return np.array([getattr(c, attribute) for c in CLASSES], dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Plan:
    """Hold the arguments of one province: sizes, seed and months."""

    groups: int = 3_000
    members: int = 100_000
    months: int = 14
    seed: int = 7
    last_month: Month = field(default_factory=lambda: Month(2026, 10))

    def __post_init__(self) -> None:
        """Refuse sizes that make no province."""
        if self.groups < 50 or self.members < 1 or self.months < 1 or self.seed < 0:
            raise ValueError("至少需要 50 个集团、1 名成员、1 个月，随机种子不小于 0")

    @property
    def first_month(self) -> Month:
        """Return the opening month, which brings the grades in force until then."""
        return self.last_month.plus(1 - self.months)

    @property
    def calendar(self) -> tuple[Month, ...]:
        """Return the months in order."""
        return tuple(self.first_month.plus(k) for k in range(self.months))

    @property
    def size_factor(self) -> float:
        """Return how much larger the groups are than in the described province."""
        return self.members / (self.groups * BASE_MEMBERS_PER_GROUP)

    def stream(self, purpose: str, month_index: int = 0) -> np.random.Generator:
        """Return the random stream of one purpose, the same whatever was drawn elsewhere."""
        return np.random.default_rng([self.seed, zlib.crc32(purpose.encode()), month_index])


# first day of the lunar year; the fees and calls of that month answer to the Spring Festival 春节
SPRING_FESTIVAL_MONTH = {
    2022: 2, 2023: 1, 2024: 2, 2025: 1, 2026: 2, 2027: 2, 2028: 1, 2029: 2, 2030: 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Season:
    """Hold the factors of one month against an ordinary one."""

    voice: float
    roaming: float
    sms: float
    school: float
    off_net: float
    authority_unified: float
    education_joiners: float

    @classmethod
    def of(cls, month: Month) -> Season:
        """Return the season of a month: Spring Festival, holidays, spring off-net, year end."""
        festival = SPRING_FESTIVAL_MONTH.get(month.year, 2) == month.month
        return cls(
            voice=0.80 if festival else 0.94 if month.month == 10 else 1.0,
            roaming=1.50 if festival else 1.0,
            sms=1.15 if festival else 1.0,
            school={2: 0.60, 7: 0.10, 8: 0.10}.get(month.month, 1.0),
            off_net=1.40 if month.month in (3, 4) else 1.0,
            authority_unified={12: 1.30, 1: 0.85}.get(month.month, 1.0),
            education_joiners=0.12 if month.month == 9 else 0.0,
        )
