"""Total, rank and compare abnormal groups 异常集团 by unit; pure.

state share = n_state_abnormal / n_state_evaluable      call share likewise
either      = groups abnormal in states or calls; its share is of all groups on net
rank        = 1 + number of units with a strictly higher share of either (ties share a rank): the
              unit to look at first stands first

A run made before anomalies were judged has none of these measures, and where no group can be judged
there is no number of abnormal ones either: missing, never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.kpi import Measures

COUNTS = (
    "n_groups",
    "n_state_evaluable",
    "n_state_abnormal",
    "n_call_evaluable",
    "n_call_abnormal",
    "n_abnormal_groups",
)


@dataclass(frozen=True, slots=True)
class UnitAlerts:
    """Be one unit's row 单元行; counts are None where nothing was judged."""

    code: str
    name: str
    n_groups: int | None
    n_state_evaluable: int | None
    n_state_abnormal: int | None
    n_call_evaluable: int | None
    n_call_abnormal: int | None
    n_abnormal_groups: int | None
    rank: int | None = None
    rank_change: int | None = None

    @property
    def state_share(self) -> float | None:
        """Return the share of groups with abnormal states 状态异常集团占比."""
        return share(self.n_state_abnormal, self.n_state_evaluable)

    @property
    def call_share(self) -> float | None:
        """Return the share of groups with abnormal calls 呼叫异常集团占比."""
        return share(self.n_call_abnormal, self.n_call_evaluable)

    @property
    def either_share(self) -> float | None:
        """Return the share of groups abnormal in either way 异常集团占比."""
        return share(self.n_abnormal_groups, self.n_groups)

    @property
    def is_judged(self) -> bool:
        """Tell whether the run judged anomalies at all."""
        return self.n_state_evaluable is not None


def share(top: int | None, bottom: int | None) -> float | None:
    """Return a share; None without a numerator or with a denominator of 0."""
    return None if top is None or not bottom else top / bottom


def as_judged(measures: Measures) -> Measures:
    """Return measures in which the number of abnormal groups is missing where none was judged.

    In January nothing is known about calls; 0 abnormal groups would be a claim.
    """
    found = dict(measures)
    for kind in ("state", "call"):
        if not found.get(f"n_{kind}_evaluable"):
            found[f"n_{kind}_abnormal"] = None
    return found


def unit_alerts(code: str, name: str, measures: Measures) -> UnitAlerts:
    """Read a unit's row from the additive measures of ``org_month``."""
    judged = as_judged(measures)
    found = {column: judged.get(column) for column in COUNTS}
    return UnitAlerts(
        code, name, *(None if value is None else int(value) for value in found.values())
    )


def ranks(units: Sequence[UnitAlerts]) -> dict[str, int]:
    """Rank units by the share of abnormal groups 排名, highest first."""
    shares = {each.code: each.either_share for each in units}
    known = {code: value for code, value in shares.items() if value is not None}
    return {
        code: 1 + sum(other > value for other in known.values()) for code, value in known.items()
    }


def ranked(now: Sequence[UnitAlerts], before: Sequence[UnitAlerts]) -> tuple[UnitAlerts, ...]:
    """Add rank and change of rank 名次变化 (positive: moved up the list), worst first."""
    now_ranks, before_ranks = ranks(now), ranks(before)
    rows = []
    for unit in now:
        rank, earlier = now_ranks.get(unit.code), before_ranks.get(unit.code)
        moved = earlier - rank if rank is not None and earlier is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def total_of(units: Sequence[UnitAlerts]) -> UnitAlerts:
    """Sum the parts 合计; a count missing in every part stays missing."""
    sums = {}
    for column in COUNTS:
        known = [getattr(unit, column) for unit in units if getattr(unit, column) is not None]
        sums[column] = sum(known) if known or not units else None
    return UnitAlerts(code="", name="", **sums)


def reconciles(parts: UnitAlerts, whole: UnitAlerts) -> bool:
    """Say whether the parts add up to the unit above 与上级一致."""
    return all((getattr(parts, each) or 0) == (getattr(whole, each) or 0) for each in COUNTS)
