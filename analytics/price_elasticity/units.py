"""Add up elasticities by unit and stream, and rank units 弹性汇总; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from analytics.masking import FEWEST
from analytics.price_elasticity.compute import CLASSES, REFUSALS, Totals

SUMS = (
    "n_groups",
    "n_measured",
    "n_x1",
    "n_x2",
    "n_x3",
    "n_x4",
    "n_x5",
    "n_x6",
    "n_inelastic",
    "n_elastic",
    "n_undetermined",
    "n_near_zero",
    "n_wrong_sign",
    "n_unclassed",
    "measured_income_li",
    "price_square_li",
    "income_cross_li",
    "quantity_cross_li",
)
NOTHING: Mapping[str, int] = dict.fromkeys(SUMS, 0)


@dataclass(frozen=True, slots=True)
class UnitElasticity:
    """Be one unit's figures of one stream; ``income_li`` is the stream's income of the month."""

    code: str
    name: str
    sums: Mapping[str, int]
    income_li: int | None = None
    is_apparent: bool = False
    masked: bool = False  # the elasticities are not here for whoever reads this row
    rank: int | None = None
    rank_change: int | None = None

    @property
    def n_groups(self) -> int:
        """Return the groups with the stream, N in "n of N"."""
        return self.sums["n_groups"]

    @property
    def n_measured(self) -> int:
        """Return the measurable groups."""
        return self.sums["n_measured"]

    @property
    def share_measured(self) -> float | None:
        """Return the share of measurable groups."""
        return self.n_measured / self.n_groups if self.n_groups else None

    @property
    def totals(self) -> Totals:
        """Return the sums that make η and ε."""
        return Totals(
            self.sums["price_square_li"],
            self.sums["income_cross_li"],
            self.sums["quantity_cross_li"],
        )

    @property
    def eta(self) -> float | None:
        """Return the income elasticity η; None where masked."""
        return None if self.masked else self.totals.eta

    @property
    def epsilon(self) -> float | None:
        """Return the demand elasticity ε; None where masked."""
        return None if self.masked else self.totals.epsilon

    @property
    def refused(self) -> dict[str, int]:
        """Return how many groups were refused, by code."""
        return {code: self.sums[f"n_{code.lower()}"] for code in REFUSALS}

    @property
    def classes(self) -> dict[str, int]:
        """Return the measured groups by their segment's class; '' without an estimate."""
        return {**{each: self.sums[f"n_{each}"] for each in CLASSES}, "": self.sums["n_unclassed"]}


def guarded(unit: UnitElasticity, *, sees_all: bool) -> UnitElasticity:
    """Mask 屏蔽 an elasticity over one or two measurable groups: it would be their own figure."""
    return replace(unit, masked=not sees_all and 0 < unit.n_measured < FEWEST)


def summed(rows: Iterable[Mapping[str, int | None]]) -> dict[str, int]:
    """Add rows of disjoint units."""
    total = dict(NOTHING)
    for row in rows:
        for name in SUMS:
            total[name] += row[name] or 0
    return total


def ranked(
    now: Sequence[UnitElasticity], then: Sequence[UnitElasticity]
) -> tuple[UnitElasticity, ...]:
    """Rank units by η, the largest first; equal ones share a rank; change against ``then``."""
    before = _ranks(then)
    ranks = _ranks(now)
    rows = [
        replace(
            unit,
            rank=ranks.get(unit.code),
            rank_change=before[unit.code] - ranks[unit.code]
            if unit.code in before and unit.code in ranks
            else None,
        )
        for unit in now
    ]
    return tuple(sorted(rows, key=lambda unit: (unit.rank is None, unit.rank or 0, unit.code)))


def _ranks(units: Sequence[UnitElasticity]) -> dict[str, int]:
    known = [(unit.eta, unit.code) for unit in units if unit.eta is not None]
    return {code: 1 + sum(other > eta for other, _code in known) for eta, code in known}


def total_of(units: Sequence[UnitElasticity]) -> UnitElasticity:
    """Add up units; the totals row has no code and no rank."""
    incomes = [unit.income_li for unit in units if unit.income_li is not None]
    return UnitElasticity(
        code="",
        name="",
        sums=summed(unit.sums for unit in units),
        income_li=sum(incomes) if incomes else None,
        is_apparent=any(unit.is_apparent for unit in units),
    )


def reconciles(parts: UnitElasticity, whole: UnitElasticity) -> bool:
    """Say whether the parts add up to the unit above 与上级一致."""
    return parts.sums == whole.sums and (parts.income_li or 0) == (whole.income_li or 0)
