"""Derive, rank and total the member indicators 成员分析; pure.

off-net rate     = L / ((N(m−1) + N(m)) / 2) / (d·12 / D)   L ↔ n_off_net, N ↔ members at month end,
                   d ↔ days of the month, D ↔ days of the year; so a month of 31 days counts 31 days
second column    = L / N(m−1)
year to date     = ΣL / mean N over the months of the year, or missing when one of them is
group loss rate  = lost / ((G(m−1) + G(m)) / 2)             G ↔ groups on net
needed           = ceil(0.75·M − V)                         M ↔ members, V ↔ valid members
rank             = 1 + number of units that are strictly better (ties share a rank)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from analytics.kpi import Measures, added, indicator_value
from core.indicator import Indicator
from core.month import Month

VALID_TARGET_PERCENT = 75
VALID_TARGET = VALID_TARGET_PERCENT / 100
NOT_ADDITIVE = ("off_net_base", "group_base")
Number = int | float


@dataclass(frozen=True, slots=True)
class UnitMembers:
    """Be one unit's row 单元行: its measures of the month, derived ones included."""

    code: str
    name: str
    measures: Measures
    rank: int | None = None
    rank_change: int | None = None

    def value(self, indicator: Indicator) -> Number | None:
        """Return an indicator of the unit; None where it cannot be said."""
        return indicator_value(indicator, self.measures)

    @property
    def needed(self) -> int | None:
        """Return how many more valid members the target asks for 还需; 0 where it is met."""
        return valid_needed(self.measures)


def derived(measures: Measures, month: Month, before: Measures | None) -> dict[str, Number | None]:
    """Add the denominators of the rates; ``before`` is last month's row, None where unpublished."""
    members, earlier = measures.get("n_members"), measures.get("n_members_prev")
    base = None
    if members is not None and earlier is not None:
        base = (members + earlier) / 2 * month.n_days * 12 / month.n_days_in_year
    groups = measures.get("n_groups")
    then = None if before is None else (before.get("n_groups") or 0)
    group_base = None if then is None or groups is None else (groups + then) / 2
    return {**measures, "off_net_base": base, "group_base": group_base}


def derived_by_month(by_month: Mapping[int, Measures]) -> dict[int, Measures]:
    """Derive every month of a history, each with the month before where that is published."""
    return {
        index: derived(measures, Month.from_index(index), by_month.get(index - 1))
        for index, measures in by_month.items()
    }


def valid_needed(measures: Measures) -> int | None:
    """Return how many more valid members reach the target 还需有效成员 (whole people)."""
    members, valid = measures.get("n_members"), measures.get("n_valid")
    if members is None or valid is None:
        return None
    return max(ceil((VALID_TARGET_PERCENT * int(members) - 100 * int(valid)) / 100), 0)


def valid_gap(measures: Measures) -> float | None:
    """Return how far the valid share lies below the target 差距, as a share; negative when above.

    Exact over integers, so that a unit on the target is never a hair short.
    """
    members, valid = measures.get("n_members"), measures.get("n_valid")
    if not members or valid is None:
        return None
    return (VALID_TARGET_PERCENT * int(members) - 100 * int(valid)) / (100 * int(members))


def off_net_to_date(by_month: Mapping[int, Measures], month: Month) -> float | None:
    """Return the year's off-net share so far 年累计离网率; None when a month is missing."""
    months = range(month.index - month.month + 1, month.index + 1)
    lost = [by_month.get(index, {}).get("n_off_net") for index in months]
    members = [by_month.get(index, {}).get("n_members") for index in months]
    if any(n is None for n in (*lost, *members)):
        return None
    mean = sum(n or 0 for n in members) / len(members)
    return sum(n or 0 for n in lost) / mean if mean else None


def ranks(units: Sequence[UnitMembers], indicator: Indicator) -> dict[str, int]:
    """Rank units by an indicator 排名, the better end first; units without it have no rank."""
    sign = -1 if indicator.better == "down" else 1
    known = {unit.code: unit.value(indicator) for unit in units}
    scored = {code: sign * value for code, value in known.items() if value is not None}
    return {code: 1 + sum(other > own for other in scored.values()) for code, own in scored.items()}


def ranked(
    now: Sequence[UnitMembers], before: Sequence[UnitMembers], indicator: Indicator
) -> tuple[UnitMembers, ...]:
    """Add rank and change of rank 名次变化 (positive: climbed); best first, unranked last."""
    now_ranks, then = ranks(now, indicator), ranks(before, indicator)
    rows = []
    for unit in now:
        rank, earlier = now_ranks.get(unit.code), then.get(unit.code)
        moved = earlier - rank if rank is not None and earlier is not None else None
        rows.append(replace(unit, rank=rank, rank_change=moved))
    return tuple(sorted(rows, key=lambda row: (row.rank is None, row.rank or 0, row.code)))


def total_of(units: Sequence[UnitMembers], month: Month, before: Measures | None) -> UnitMembers:
    """Sum the parts 合计; rates follow from the summed numerators and denominators."""
    parts = [
        {name: value for name, value in unit.measures.items() if name not in NOT_ADDITIVE}
        for unit in units
    ]
    return UnitMembers("", "", derived(added(parts), month, before))


def reconciles(parts: Measures, whole: Measures, columns: Sequence[str]) -> bool:
    """Say whether the parts add up to the unit above 与上级一致, to the unit in every measure."""
    return all((parts.get(column) or 0) == (whole.get(column) or 0) for column in columns)
