"""Put the changes of grades together once for page, API and export 等级变动分析."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from analytics.grade_changes import queries
from analytics.grade_changes.compute import (
    UnitChanges,
    ranked,
    reconciles,
    total_of,
    unit_changes,
)
from analytics.grade_changes.indicators import KPIS
from analytics.grade_changes.pairs import Pair, pair_asked
from analytics.kpi import Kpi, Measures, kpis_of, sparkline_months
from analytics.queries import By, names_of
from analytics.reading import MonthReading
from core.month import Month

ROOM = "grade_changes"
#: Counts of steps from an earlier month: unknown, not 0, where there was none.
COMPARED = ("n_up", "n_down", "n_changed", "n_lost")


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: rows best first, their total, and whether it reconciles."""

    by: By
    rows: tuple[UnitChanges, ...]
    total: UnitChanges
    reconciled: bool


@dataclass(frozen=True)
class ChangesReading(MonthReading):
    """Hold the changes of one place and month; everything is read at most once."""

    by: str = ""
    months_back: int = 1
    asked: tuple[str, str] = ("", "")  # from and to of the matrix, as the URL has them

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the place's counts of the published months among the last 13."""
        found = queries.changes_by_month(self.scope, self.reading.history, self.selection)
        return {month: _with_sums(each) for month, each in found.items()}

    @cached_property
    def compared(self) -> Mapping[int, Measures]:
        """Return the counts with rises, falls and exits unknown where nothing was before."""
        return {
            month: each if each.get("since") else {**each, **dict.fromkeys(COMPARED)}
            for month, each in self.measures.items()
        }

    @property
    def is_counted(self) -> bool:
        """Tell whether the run counted changes, or the place has no group at all."""
        return self.month.index in self.measures

    @cached_property
    def earlier(self) -> Month | None:
        """Return the month the grades were compared with; None in the first one."""
        index = (self.measures.get(self.month.index) or {}).get("since")
        return Month.from_index(int(index)) if index else None

    @cached_property
    def whole(self) -> UnitChanges:
        """Return the place's own row."""
        return unit_changes("", "", self.measures.get(self.month.index) or {})

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures."""
        return kpis_of(KPIS, self.compared, self.month)

    def series(self, column: str) -> tuple[float | None, ...]:
        """Return a count over the 13 months; unpublished months are None."""
        months = sparkline_months(self.month)
        return tuple((self.compared.get(month.index) or {}).get(column) for month in months)

    @cached_property
    def pair(self) -> Pair | None:
        """Return the two months of the migration matrix; None without two to compare."""
        return pair_asked(self.reading, self.earlier, self.asked)

    @cached_property
    def level(self) -> By | None:
        """Return by what the table reads; None at an account manager."""
        levels = self.reading.levels(self.by)
        return next((level for level in levels if level == self.by), levels[0] if levels else None)

    @cached_property
    def units(self) -> Units | None:
        """Return the table by lower unit with ranks; None at an account manager."""
        if self.level is None:
            return None
        before = self.month.plus(-self.months_back)
        runs = self.reading.runs_of(self.month, before)
        found = queries.changes_by_unit(self.scope, runs, self.selection, self.level)
        now, then = found.get(self.month.index, {}), found.get(before.index, {})
        names = names_of(self.level, [*now, *then])
        rows = ranked(
            [unit_changes(code, names[code], measures) for code, measures in now.items()],
            [unit_changes(code, names[code], measures) for code, measures in then.items()],
        )
        total = total_of(rows, _("合计"))
        return Units(self.level, rows, total, reconciles(total, self.whole))

    @cached_property
    def lists_groups(self) -> bool:
        """Tell whether the reader may see the selection's groups one by one."""
        at_person = self.selection.level == "account_manager"
        return at_person and policies.may(self.scope, ROOM, "rows", self.selection)


def _with_sums(measures: Measures) -> Measures:
    row = unit_changes("", "", measures)
    return {**measures, "n_changed": row.n_changed, "n_first": row.n_first}
