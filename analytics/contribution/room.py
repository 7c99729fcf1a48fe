"""Put contribution's figures together once for page, API and export 集团贡献."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from analytics.contribution import queries
from analytics.contribution.compute import (
    Point,
    UnitIncome,
    compared,
    reconciles,
    total_of,
    unit_income,
    with_mean_members,
)
from analytics.contribution.indicators import ARPU, INDICATORS, OPERATING_SHARE, OUTSIDER
from analytics.indicators import ICT, N_GROUPS, PERSONAL_BILL, TOTAL_INCOME, UNIFIED_PAY
from analytics.kpi import Kpi, Measures, kpis_of, sparkline_months
from analytics.queries import By, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading

KPIS = (TOTAL_INCOME, UNIFIED_PAY, PERSONAL_BILL, ICT, OPERATING_SHARE, ARPU)
EXPLAINED = (N_GROUPS, *KPIS, OUTSIDER, INDICATORS[-1])
COLUMNS = (
    "n_groups",
    "n_members",
    "n_members_prev",
    "total_income_li",
    "unified_pay_li",
    "personal_bill_li",
    "ict_li",
    "unified_ict_li",
    "personal_ict_li",
    "outsider_li",
    "outsider_ict_li",
    "operating_income_li",
)


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: most income first, their total, and whether it reconciles."""

    by: By
    rows: tuple[UnitIncome, ...]
    total: UnitIncome
    reconciled: bool


@dataclass(frozen=True)
class ContributionReading(MonthReading):
    """Hold contribution of one selection and month; everything is read at most once."""

    level: By | None
    months_back: int = 1  # what totals are compared with: 1 环比, 12 同比

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's totals of the published months among the last 13."""
        found = measures_by_month(
            self.reading.scope, self.reading.history, self.reading.selection, COLUMNS
        )
        return {month: with_mean_members(row) for month, row in found.items()}

    @cached_property
    def now(self) -> Measures:
        """Return the month's totals; all zero where the selection has no group."""
        return self.measures.get(self.month.index) or dict.fromkeys(COLUMNS, 0)

    @cached_property
    def whole(self) -> UnitIncome:
        """Return the selection's own row, with what it is compared with."""
        then = self.measures.get(self.month.plus(-self.months_back).index) or {}
        own = unit_income(self.reading.selection.unit_code, "", self.now)
        before = unit_income("", "", then).total_income_li if then else None
        return replace(own, before_li=before)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures."""
        return kpis_of(KPIS, {**self.measures, self.month.index: self.now}, self.month)

    def series(self, column: str) -> tuple[float | None, ...]:
        """Return a measure over the 13 months; unpublished months are None."""
        months = sparkline_months(self.month)
        return tuple((self.measures.get(month.index) or {}).get(column) for month in months)

    @cached_property
    def units(self) -> Units | None:
        """Return the table by lower unit with ranks; None at an account manager."""
        if self.level is None:
            return None
        before = self.month.plus(-self.months_back)
        runs = self.reading.runs_of(self.month, before)
        found = measures_by_unit(
            self.reading.scope, runs, self.reading.selection, self.level, COLUMNS
        )
        now, then = found.get(self.month.index, {}), found.get(before.index, {})
        names = names_of(self.level, [*now, *then])
        rows = compared(
            [unit_income(code, names[code], measures) for code, measures in now.items()],
            [unit_income(code, names[code], measures) for code, measures in then.items()],
        )
        # operating income and the month before are the unit's own: not every part has them
        total = replace(
            total_of(rows),
            name=_("合计"),
            operating_income_li=self.whole.operating_income_li,
            before_li=self.whole.before_li,
        )
        return Units(self.level, rows, total, reconciles(total, self.whole))

    @cached_property
    def curve(self) -> tuple[Point, ...]:
        """Return the concentration of the month; empty where it was not computed."""
        run = self.reading.run
        if run is None:
            return ()
        points = queries.curve_of(
            self.reading.scope, run.run, self.reading.selection, self.whole.n_groups
        )
        return points if self.now.get("total_income_li") is not None else ()

    @property
    def top_ten(self) -> Point | None:
        """Return the ten largest groups."""
        return next((point for point in self.curve if point.point == 0), None)
