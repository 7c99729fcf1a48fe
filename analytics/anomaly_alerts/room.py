"""Put the figures of anomalies together once for page, API and export 异常告警结果."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from alerts.periods import is_judged
from alerts.queries import Finding, findings_in, reasons_in
from analytics.anomaly_alerts.compute import (
    COUNTS,
    UnitAlerts,
    as_judged,
    ranked,
    reconciles,
    share,
    total_of,
    unit_alerts,
)
from analytics.indicators import ANOMALIES, N_GROUPS
from analytics.kpi import Kpi, Measures, kpis_of, sparkline_months
from analytics.queries import By, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading

ROOM = "anomaly_alerts"
EXPLAINED = (*ANOMALIES, N_GROUPS)
#: The month's figures, the work on alerts, what was escalated to the city 上报.
VIEWS = ("figures", "work", "escalated")


def views_of(reader: str) -> tuple[str, ...]:
    """Return the views a reader has, in the order of the tabs."""
    if reader == "account_manager":
        return ("work", "figures")
    return VIEWS if reader in ("city", "county") else VIEWS[:2]


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: rows worst first, their total, and whether it reconciles."""

    by: By
    rows: tuple[UnitAlerts, ...]
    total: UnitAlerts
    reconciled: bool


@dataclass(frozen=True)
class AlertsReading(MonthReading):
    """Hold the anomalies of one selection and month; everything is read at most once."""

    by: str = ""
    months_back: int = 1

    @property
    def judges_calls(self) -> bool:
        """Tell whether the month closes a period of calls; January does not."""
        return is_judged(self.month)

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's totals of the published months among the last 13."""
        return measures_by_month(self.scope, self.reading.history, self.selection, COUNTS)

    @cached_property
    def now(self) -> Measures:
        """Return the month's totals; all zero where the selection has no group."""
        return self.measures.get(self.month.index) or dict.fromkeys(COUNTS, 0)

    @cached_property
    def whole(self) -> UnitAlerts:
        """Return the selection's own row."""
        return unit_alerts(self.selection.unit_code, "", self.now)

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the four indicators."""
        found = {**self.measures, self.month.index: self.now}
        judged = {month: as_judged(measures) for month, measures in found.items()}
        return kpis_of(ANOMALIES, judged, self.month)

    def series(self, top: str, bottom: str = "") -> tuple[float | None, ...]:
        """Return a measure, or a share of two, over the 13 months; gaps where not published."""
        months = sparkline_months(self.month)
        found = [as_judged(self.measures.get(month.index) or {}) for month in months]
        if not bottom:
            return tuple(each.get(top) for each in found)
        return tuple(share(_whole(each.get(top)), _whole(each.get(bottom))) for each in found)

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
        before = self.month.plus(-self.months_back)
        runs = self.reading.runs_of(self.month, before)
        found = measures_by_unit(self.scope, runs, self.selection, self.level, COUNTS)
        now, then = found.get(self.month.index, {}), found.get(before.index, {})
        names = names_of(self.level, [*now, *then])
        rows = ranked(
            [unit_alerts(code, names[code], measures) for code, measures in now.items()],
            [unit_alerts(code, names[code], measures) for code, measures in then.items()],
        )
        total = replace(total_of(rows), name=_("合计"))
        return Units(self.level, rows, total, reconciles(total, self.whole))

    @cached_property
    def lists_groups(self) -> bool:
        """Tell whether the reader may see the selection's groups one by one."""
        at_person = self.selection.level == "account_manager"
        return at_person and policies.may(self.scope, ROOM, "rows", self.selection)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Return the abnormal groups with their evidence; empty where they are not listed."""
        if not self.lists_groups or self.reading.run is None:
            return ()
        return findings_in(self.scope, self.reading.run.run, self.selection)

    @cached_property
    def reasons(self) -> Mapping[str, Mapping[str, int]]:
        """Return why groups of the list could not be judged; empty where they are not listed."""
        if not self.lists_groups or self.reading.run is None:
            return {}
        return reasons_in(self.scope, self.reading.run.run, self.selection)


def _whole(value: float | int | None) -> int | None:
    return None if value is None else int(value)
