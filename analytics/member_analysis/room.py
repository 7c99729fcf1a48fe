"""Put the member indicators together once for page, API and export 成员分析结果."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from analytics.indicators import N_GROUPS, N_LOST, N_MEMBERS, N_NO_MEMBER, VALID_MEMBER_RATIO
from analytics.kpi import Kpi, Measures, kpis_of, needed_columns, sparkline_months
from analytics.member_analysis import indicators as own
from analytics.member_analysis.compute import (
    NOT_ADDITIVE,
    UnitMembers,
    derived,
    derived_by_month,
    off_net_to_date,
    ranked,
    reconciles,
    total_of,
)
from analytics.queries import By, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading
from core.indicator import Indicator
from core.month import Month

ROOM = "member_analysis"
CARDS = (
    N_GROUPS,
    N_MEMBERS,
    own.N_VNET,
    own.OFF_NET_RATE,
    VALID_MEMBER_RATIO,
    own.MEAN_TENURE,
    own.SCHOOL,
    own.BANK,
    own.POLICE,
    own.AGRI,
    own.RINGBACK,
    own.SNAPSHOT_KEPT,
)
BESIDE = (
    own.SNAPSHOT_BASE,
    own.SNAPSHOT_RETENTION,
    own.OFF_NET_OF_BASE,
    own.N_OFF_NET,
    own.N_LEFT_GROUP,
    N_NO_MEMBER,
    own.N_FEW_MEMBER,
    own.N_SHELL,
    own.N_SILENT,
    own.N_ARREARS_STOP,
    N_LOST,
    own.GROUP_LOSS,
)
ALL = (*CARDS, *BESIDE)
BY_CODE: Mapping[str, Indicator] = {each.code: each for each in ALL}
COLUMNS = tuple(name for name in needed_columns(ALL) if name not in NOT_ADDITIVE)


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: rows best first, their total, and whether it reconciles."""

    by: By
    rows: tuple[UnitMembers, ...]
    total: UnitMembers
    reconciled: bool


@dataclass(frozen=True)
class MembersReading(MonthReading):
    """Hold the member indicators of one selection and month; everything is read at most once."""

    by: str = ""  # the lower unit asked for, empty: the next one
    asked: str = ""  # the code of the indicator that charts and ranks follow
    months_back: int = 1  # what ranks are compared with: 1 环比, 12 同比

    @property
    def indicator(self) -> Indicator:
        """Return the indicator that charts and ranks follow; members unless one was chosen."""
        return BY_CODE.get(self.asked, N_MEMBERS)

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's totals of the published months, derived ones included."""
        found = measures_by_month(self.scope, self.reading.history, self.selection, COLUMNS)
        found.setdefault(self.month.index, dict.fromkeys(COLUMNS, 0))
        return derived_by_month(found)

    @cached_property
    def whole(self) -> UnitMembers:
        """Return the selection's own row."""
        return UnitMembers(self.selection.unit_code, "", self.measures[self.month.index])

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the figures of the cards: the 11 indicators and the valid members."""
        return kpis_of(CARDS, self.measures, self.month)

    @cached_property
    def beside(self) -> tuple[Kpi, ...]:
        """Return the figures that stand beside the 11 indicators."""
        return kpis_of(BESIDE, self.measures, self.month)

    @cached_property
    def chosen(self) -> Kpi:
        """Return the figures of the indicator that charts and ranks follow."""
        return kpis_of((self.indicator,), self.measures, self.month)[0]

    @cached_property
    def off_net_to_date(self) -> float | None:
        """Return the year's off-net share so far."""
        return off_net_to_date(self.measures, self.month)

    @property
    def has_previous(self) -> bool:
        """Tell whether last month is published."""
        return self.month.plus(-1).index in self.reading.history

    def series(self, column: str) -> tuple[float | None, ...]:
        """Return a measure over the 13 months; unpublished months are None."""
        months = sparkline_months(self.month)
        return tuple((self.measures.get(month.index) or {}).get(column) for month in months)

    @cached_property
    def level(self) -> By | None:
        """Return by what the table reads; None at an account manager."""
        levels = self.reading.levels(self.by)
        if not levels:
            return None
        return next((level for level in levels if level == self.by), levels[0])

    @cached_property
    def units(self) -> Units | None:
        """Return the table by lower unit with ranks; None at an account manager."""
        if self.level is None:
            return None
        last, then = self.month.plus(-1), self.month.plus(-self.months_back)
        runs = self.reading.runs_of(self.month, last, then)
        found = measures_by_unit(self.scope, runs, self.selection, self.level, COLUMNS)
        names = names_of(self.level, {code for units in found.values() for code in units})

        def rows(month: Month) -> list[UnitMembers]:
            before = found.get(month.plus(-1).index)
            return [
                UnitMembers(
                    code,
                    names[code],
                    derived(measures, month, None if before is None else before.get(code, {})),
                )
                for code, measures in found.get(month.index, {}).items()
            ]

        ordered = ranked(rows(self.month), rows(then), self.indicator)
        whole_before = self.measures.get(last.index)
        total = replace(total_of(ordered, self.month, whole_before), name=_("合计"))
        same = reconciles(total.measures, self.whole.measures, COLUMNS)
        return Units(self.level, ordered, total, same)

    @cached_property
    def lists_groups(self) -> bool:
        """Tell whether the reader may see the selection's groups one by one."""
        at_person = self.selection.level == "account_manager"
        return at_person and policies.may(self.scope, ROOM, "rows", self.selection)
