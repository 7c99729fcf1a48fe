"""Collect the figures the home report 首页报告 speaks about; pure.

risen into A  = effective grade A1 or A2 now, rated lower last month
fallen from A = effective grade A1 or A2 last month, lower or none now
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analytics.indicators import ICT, N_A_CLASS, N_GROUPS, N_MEMBERS, TOTAL_INCOME, UNIFIED_PAY
from analytics.kpi import Kpi, Measures, UnitLine, kpi_of
from core.month import Month

Audience = Literal["province", "city", "county", "account_manager", "own"]


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """Be one group named in an account manager's report."""

    code: str
    name: str
    url: str
    grade: str
    earlier_grade: str
    score: float | None
    points_short: float | None = None  # to the next grade


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """Hold what the sentences need: one unit, one month, its comparisons.

    ``has_previous``/``has_last_year`` say whether those months are published, because "no change"
    and "nothing to compare with" are different sentences; ``moves_known`` whether the month was
    computed from last month's results, published now or not. ``risen``, ``fallen``, ``near`` and
    the abnormal groups are named only to readers of single groups.
    """

    audience: Audience
    place: str
    month: Month
    measures: Measures
    groups: Kpi
    members: Kpi
    income: Kpi
    unified_pay: Kpi
    ict: Kpi
    a_class: Kpi
    has_previous: bool
    has_last_year: bool
    moves_known: bool
    units: tuple[UnitLine, ...] = ()
    risen: tuple[NamedGroup, ...] = ()
    fallen: tuple[NamedGroup, ...] = ()
    near: tuple[NamedGroup, ...] = ()
    abnormal_states: tuple[NamedGroup, ...] = ()
    abnormal_calls: tuple[NamedGroup, ...] = ()

    def count(self, measure: str) -> int | None:
        """Return a count of the month, None where the source was not delivered."""
        value = self.measures.get(measure)
        return None if value is None else int(value)


def figures_of(
    audience: Audience,
    place: str,
    by_month: Mapping[int, Measures],
    month: Month,
    units: Sequence[UnitLine] = (),
    *,
    moves_known: bool | None = None,
) -> HomeFigures:
    """Build the figures of a published month from measures by month index.

    What moved is taken to be known where last month is published, unless the caller knows.

    Raises:
        KeyError: if the month itself has no measures.
    """
    has_previous = month.plus(-1).index in by_month
    return HomeFigures(
        audience=audience,
        place=place,
        month=month,
        measures=by_month[month.index],
        groups=kpi_of(N_GROUPS, by_month, month),
        members=kpi_of(N_MEMBERS, by_month, month),
        income=kpi_of(TOTAL_INCOME, by_month, month),
        unified_pay=kpi_of(UNIFIED_PAY, by_month, month),
        ict=kpi_of(ICT, by_month, month),
        a_class=kpi_of(N_A_CLASS, by_month, month),
        has_previous=has_previous,
        has_last_year=month.plus(-12).index in by_month,
        moves_known=has_previous if moves_known is None else moves_known,
        units=tuple(units),
    )
