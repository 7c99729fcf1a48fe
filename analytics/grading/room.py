"""Put grading's figures together once for page, API and export 评定结果."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from analytics.grading.compute import (
    GRADES,
    N_BANDS,
    Band,
    UnitGrades,
    distribution,
    ranked,
    reconciles,
    total_of,
    unit_grades,
)
from analytics.grading.kinds import axis_names, kind_asked
from analytics.grading.portfolio import measures_of_portfolio
from analytics.indicators import (
    A_CLASS_SHARE,
    MEAN_SCORE,
    N_A_CLASS,
    N_DOWN,
    N_GROUPS,
    N_RATED,
    N_UP,
    TOTAL_INCOME,
)
from analytics.kpi import (
    Kpi,
    Measures,
    kpis_of,
    needed_columns,
    sparkline_months,
    with_known_moves,
    without_moves,
)
from analytics.queries import (
    Axis,
    By,
    Kind,
    measures_by_kind,
    measures_by_month,
    measures_by_unit,
)
from analytics.reading import MonthReading

KPIS = (N_GROUPS, MEAN_SCORE, N_A_CLASS, A_CLASS_SHARE, N_UP, N_DOWN)
EXPLAINED = (*KPIS, N_RATED, TOTAL_INCOME)
GRADE_COLUMNS = tuple(f"n_effective_{grade.lower()}" for grade in GRADES)
BAND_COLUMNS = tuple(f"score_band_{band:02d}" for band in range(N_BANDS))
COLUMNS = (*needed_columns(EXPLAINED, *GRADE_COLUMNS), *BAND_COLUMNS)
UNIT_COLUMNS = needed_columns(EXPLAINED, *GRADE_COLUMNS)


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit or kind of group: rows best first, their total, if it adds up."""

    by: Axis
    rows: tuple[UnitGrades, ...]
    total: UnitGrades
    reconciled: bool


@dataclass(frozen=True)
class GradingReading(MonthReading):
    """Hold grading of one selection and month; everything is read at most once."""

    by: str = ""  # the lower unit or kind of group asked for, empty: the next unit
    months_back: int = 1  # what ranks are compared with: 1 环比, 12 同比

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's totals of the published months among the last 13."""
        found = measures_by_month(self.scope, self.reading.history, self.selection, COLUMNS)
        return with_known_moves(found, self.reading.opening_months)

    @cached_property
    def now(self) -> Measures:
        """Return the month's totals; all zero where the selection has no group."""
        return self.measures.get(self.month.index) or dict.fromkeys(COLUMNS, 0)

    @cached_property
    def whole(self) -> UnitGrades:
        """Return the selection's own row."""
        return unit_grades(self.selection.unit_code, "", self.now)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures."""
        return kpis_of(KPIS, {**self.measures, self.month.index: self.now}, self.month)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """Return the score distribution."""
        return distribution(self.now)

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
    def kind(self) -> Kind | None:
        """Return the kind of group asked for, 行业 or 规模; None where units or groups are read.

        A person's kinds are often one group each: they are read where its list is.
        """
        return kind_asked(self.by) if self.level or self.lists_groups else None

    @cached_property
    def units(self) -> Units | None:
        """Return the table by lower unit, industry or size with ranks; None for a list."""
        by = self.kind or self.level
        if by is None:
            return None
        before = self.month.plus(-self.months_back)
        found = self._measured(self.reading.runs_of(self.month, before))
        now, then = found.get(self.month.index, {}), found.get(before.index, {})
        if self.month.index in self.reading.opening_months:
            now = {code: without_moves(measures) for code, measures in now.items()}
        codes = [*now, *then]
        names = axis_names(by, codes)
        rows = ranked(
            [unit_grades(code, names[code], measures) for code, measures in now.items()],
            [unit_grades(code, names[code], measures) for code, measures in then.items()],
        )
        total = replace(total_of(rows), name=_("合计"))
        return Units(by, rows, total, reconciles(total, self.whole))

    def _measured(self, runs: Mapping[int, int]) -> Mapping[int, Mapping[str, Measures]]:
        asked = self.scope, runs, self.selection
        if self.kind is None:
            return measures_by_unit(*asked, self.level, UNIT_COLUMNS) if self.level else {}
        read = measures_by_kind if self.level else measures_of_portfolio
        return read(*asked, self.kind, UNIT_COLUMNS)

    @cached_property
    def lists_groups(self) -> bool:
        """Tell whether the reader may see the selection's groups one by one."""
        at_person = self.selection.level == "account_manager"
        return at_person and policies.may(self.scope, "grading", "rows", self.selection)
