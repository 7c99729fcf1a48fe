"""Read alerts being worked through 告警处理 for page, API and export: a list, or counts by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

from django.db.models import Q
from django.utils.translation import gettext as _

from alerts import alert_queries
from alerts.alert_queries import AlertCounts, RulePrecision
from alerts.levels import Level
from alerts.rules import RULE_CODES
from alerts.triage import ACTIVE, OPEN, State
from alerts.triage_models import Alert, AlertQuerySet
from analytics.queries import CODE_COLUMN, By, names_of, search_groups
from analytics.reading import PlaceReading
from core.sources import QuerySource
from core.table import Table, TableQuery

#: What the list shows: what waits (default), one state, everything.
WAITING, ALL, ESCALATED = "waiting", "all", "escalated"


@dataclass(frozen=True, slots=True)
class UnitWork:
    """Be one unit's row: alerts by state, groups by level 预警等级."""

    code: str
    name: str
    counts: AlertCounts

    def __getattr__(self, name: str) -> int:
        """Return a count by its column: ``n_new`` … a state, ``n_red`` … a level."""
        if name.startswith("n_"):
            what = name[2:]
            if what in tuple(State):
                return self.counts.by_state.get(what, 0)
            if what.upper() in Level.__members__:
                return self.counts.groups_by_level.get(Level[what.upper()], 0)
        raise AttributeError(name)

    @property
    def n_open(self) -> int:
        """Return how many alerts are not closed 未办结."""
        return self.counts.n_open

    @property
    def n_escalated(self) -> int:
        """Return how many open alerts were handed up 已上报."""
        return self.counts.n_escalated


@dataclass(frozen=True)
class WorkReading(PlaceReading):
    """Hold the alerts of one selection; everything is read at most once."""

    by: str = ""

    @cached_property
    def counts(self) -> AlertCounts:
        """Return the selection's alerts by state and groups by level."""
        if self.level is None:
            return alert_queries.counts_in(self.scope, self.selection)
        return sum((row.counts for row in self.units), AlertCounts())

    @cached_property
    def listed(self) -> AlertQuerySet:
        """Return the alerts the reader may see one by one."""
        return alert_queries.listed_alerts(self.scope, self.selection)

    @cached_property
    def level(self) -> By | None:
        """Return by what the table reads; None at an account manager."""
        levels = self.reading.levels(self.by)
        return next((one for one in levels if one == self.by), levels[0]) if levels else None

    @cached_property
    def units(self) -> tuple[UnitWork, ...]:
        """Return one row a lower unit, the most open alerts first."""
        if self.level is None:
            return ()
        column = CODE_COLUMN[self.level]
        found = alert_queries.counts_by(self.scope, self.selection, column)
        names = names_of(self.level, found)
        rows = [UnitWork(code, names[code], counts) for code, counts in found.items()]
        return tuple(sorted(rows, key=lambda row: (-row.n_open, row.code)))

    @cached_property
    def total(self) -> UnitWork:
        """Return the selection's own row."""
        return UnitWork("", _("合计"), self.counts)

    @cached_property
    def precision(self) -> tuple[RulePrecision, ...]:
        """Return how often each rule was right, rules that never fired left out."""
        found = alert_queries.precision_in(self.scope, self.selection, RULE_CODES)
        return tuple(row for row in found if row.n_alerts)


def narrowed(rows: AlertQuerySet, shown: str) -> AlertQuerySet:
    """Keep what a chip of the list asks for; a state, what waits, what was escalated, or all."""
    if shown in tuple(State):
        return rows.filter(state=shown)
    if shown == ESCALATED:
        return rows.filter(Q(escalated_at__isnull=False) & Q(state__in=OPEN))
    return rows if shown == ALL else rows.filter(state__in=ACTIVE)


class WorkSource(QuerySource):
    """Serve the list of alerts worst group first; a group's alerts stay together."""

    def __init__(self, rows: AlertQuerySet) -> None:
        """Take the alerts the reader may see."""
        super().__init__(rows, search=search_groups)

    def filtered(self, table: Table, query: TableQuery) -> AlertQuerySet:
        """Return what fits; without a choice of state, what waits for somebody."""
        rest = replace(query, filters={**query.filters, "state": ""})
        rows = cast(AlertQuerySet, super().filtered(table, rest))
        return narrowed(rows, query.filters.get("state") or WAITING)

    def ordered(self, table: Table, query: TableQuery) -> AlertQuerySet:
        """Return what fits, worst group first unless the reader sorts by a column."""
        rows = self.filtered(table, query)
        if query.sort:
            return cast(AlertQuerySet, super().ordered(table, query))
        return rows.order_by("-level", "-total_income_li", "group_code", "-weight", "rule")


def grouped(rows: Sequence[Alert]) -> list[tuple[Alert, list[Alert]]]:
    """Put a page's alerts together by group; the first of each stands for its group."""
    found: list[tuple[Alert, list[Alert]]] = []
    for row in rows:
        if not found or found[-1][0].group_code != row.group_code:
            found.append((row, []))
        found[-1][1].append(row)
    return found
