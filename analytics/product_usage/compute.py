"""Work out penetration and ranks 渗透率; pure. What similar groups have: ``analytics.adoption``.

group penetration = groups using / groups on net      (an order or a user is use)
user penetration  = users / members                   (户次; beyond 1 where outsiders use it too)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from analytics.adoption import MEASURES, Adoption, lacking
from analytics.kpi import Measures, added

__all__ = ["MEASURES", "Adoption", "Usage", "lacking", "ranked", "reconciles", "total_of", "unused"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Be one product of a unit, or one unit of a product: measures and their denominators."""

    code: str
    name: str
    measures: Measures
    n_groups: int
    n_members: int
    family: str = ""
    before: Measures | None = None
    rank: int | None = None
    rank_change: int | None = None

    @property
    def n_groups_using(self) -> int:
        """Return how many groups use it 使用集团数."""
        return int(self.measures.get("n_groups_using") or 0)

    def count(self, measure: str) -> int | None:
        """Return a measure; None where its extract did not come in."""
        value = self.measures.get(measure)
        return None if value is None else int(value)

    @property
    def group_penetration(self) -> float | None:
        """Return the share of groups using it 集团渗透率."""
        return self.n_groups_using / self.n_groups if self.n_groups else None

    @property
    def user_penetration(self) -> float | None:
        """Return users over members 用户渗透率."""
        users = self.count("users")
        return None if users is None or not self.n_members else users / self.n_members

    def moved(self, measure: str) -> int | None:
        """Return the step of a measure on the month compared with; None without that month."""
        now = self.count(measure)
        if now is None or self.before is None:
            return None
        then = self.before.get(measure, 0)  # no row then: nobody used it
        return None if then is None else now - int(then)


def ranked(now: Sequence[Usage], then: Sequence[Usage]) -> tuple[Usage, ...]:
    """Rank units by group penetration 排名 with the change (positive: climbed), best first."""
    now_ranks, then_ranks = _ranks(now), _ranks(then)
    rows = []
    for unit in now:
        rank, earlier = now_ranks.get(unit.code), then_ranks.get(unit.code)
        moved = earlier - rank if rank is not None and earlier is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def _ranks(units: Iterable[Usage]) -> dict[str, int]:
    shares = {
        unit.code: unit.group_penetration for unit in units if unit.group_penetration is not None
    }
    return {code: 1 + sum(other > own for other in shares.values()) for code, own in shares.items()}


def total_of(units: Sequence[Usage], name: str) -> Usage:
    """Sum the units of one product 合计; penetration follows from the sums."""
    return Usage(
        "",
        name,
        added(unit.measures for unit in units),
        sum(unit.n_groups for unit in units),
        sum(unit.n_members for unit in units),
    )


def reconciles(parts: Usage, whole: Usage) -> bool:
    """Say whether the units add up to the unit above 与上级一致 in every measure."""
    return (parts.n_groups, parts.n_members) == (whole.n_groups, whole.n_members) and all(
        (parts.count(measure) or 0) == (whole.count(measure) or 0) for measure in MEASURES
    )


def unused(rows: Iterable[Measures]) -> dict[str, int]:
    """Return the measures of what nobody uses: 0 where the other rows say anything at all."""
    known = list(rows)
    return {name: 0 for name in MEASURES if any(row.get(name) is not None for row in known)}
