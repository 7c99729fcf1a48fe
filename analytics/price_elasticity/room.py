"""Put the elasticities together once for page, API and export 价值弹性结果."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from analytics.kpi import Measures, sparkline_months
from analytics.price_elasticity import queries
from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.panel import pooled
from analytics.price_elasticity.units import (
    NOTHING,
    UnitElasticity,
    guarded,
    ranked,
    reconciles,
    summed,
    total_of,
)
from analytics.queries import By, lower_levels, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading
from core.month import Month

ROOM = "price_elasticity"
INCOME_COLUMN = {"ict": "ict_li", "unified": "unified_pay_li", "personal": "personal_bill_li"}
SEGMENTS, GROUPS = "segments", "groups"
LEAST_POOLED = 3


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: rows by rank, their total, and whether it reconciles."""

    by: By
    rows: tuple[UnitElasticity, ...]
    total: UnitElasticity
    reconciled: bool


@dataclass(frozen=True)
class ElasticityReading(MonthReading):
    """Hold the elasticities of one selection and month; everything is read at most once."""

    asked_stream: str = ""
    by: str = ""  # a lower unit, segments or groups; empty: the first of the choices
    months_back: int = 1

    @property
    def sees_all(self) -> bool:
        """Tell whether nothing is masked: account managers read their own groups one by one."""
        return self.scope.reader == "account_manager"

    @cached_property
    def sums(self) -> Mapping[tuple[int, str], list[queries.Row]]:
        """Return the selection's sums of the published months among the last 13."""
        return queries.sums_by_month(self.scope, self.reading.history, self.selection)

    @cached_property
    def incomes(self) -> Mapping[int, Measures]:
        """Return the selection's income of each stream, the figures of the other rooms."""
        columns = tuple(INCOME_COLUMN.values())
        runs = self.reading.runs_of(self.month)
        return measures_by_month(self.scope, runs, self.selection, columns)

    def whole_of(self, stream: str, month: Month) -> UnitElasticity:
        """Return the selection's own figures of one stream and month."""
        rows = self.sums.get((month.index, stream), [])
        income = (self.incomes.get(month.index) or {}).get(INCOME_COLUMN[stream])
        unit = UnitElasticity(
            code=self.selection.unit_code,
            name="",
            sums=summed(rows),
            income_li=None if income is None else int(income),
            is_apparent=any(row["is_apparent"] for row in rows),
        )
        return guarded(unit, sees_all=self.sees_all)

    @cached_property
    def streams(self) -> dict[str, UnitElasticity]:
        """Return the selection's figures of the three streams."""
        return {stream: self.whole_of(stream, self.month) for stream in STREAMS}

    @cached_property
    def stream(self) -> str:
        """Return the stream that charts by unit and tables follow: asked, else one measured."""
        if self.asked_stream in STREAMS:
            return self.asked_stream
        measured = [each for each in STREAMS if self.streams[each].n_measured]
        earned = [each for each in STREAMS if self.streams[each].n_groups]
        return [*measured, *earned, STREAMS[0]][0]

    @property
    def whole(self) -> UnitElasticity:
        """Return the selection's figures of the stream that was chosen."""
        return self.streams[self.stream]

    def course(self, stream: str) -> tuple[float | None, ...]:
        """Return η of one stream over the 13 months; None where nothing was measured."""
        return tuple(self.whole_of(stream, each).eta for each in sparkline_months(self.month))

    @cached_property
    def has_rows(self) -> bool:
        """Tell whether the run measured anything at all (runs made before did not)."""
        return any(unit.n_groups for unit in self.streams.values())

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Return by what the table can be read."""
        lists = (GROUPS,) if self.lists_groups else ()
        return (*lower_levels(self.selection), *lists, SEGMENTS)

    @cached_property
    def view(self) -> str:
        """Return by what the table reads."""
        wanted = self.level if self.by in lower_levels(self.selection) else self.by
        return wanted if wanted in self.choices else self.choices[0]

    @cached_property
    def level(self) -> By | None:
        """Return the lower unit of chart and table; None at an account manager."""
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
        found = queries.sums_by_unit(self.scope, runs, self.selection, self.level, self.stream)
        column = INCOME_COLUMN[self.stream]
        own = self.reading.runs_of(self.month)
        earned = measures_by_unit(self.scope, own, self.selection, self.level, (column,))
        incomes = earned.get(self.month.index, {})
        codes = {*incomes, *(code for units in found.values() for code in units)}
        names = names_of(self.level, codes)

        def unit(code: str, rows: list[queries.Row], income: float | None) -> UnitElasticity:
            apparent = any(row["is_apparent"] for row in rows)
            li = None if income is None else int(income)
            row = UnitElasticity(code, names[code], summed(rows) or dict(NOTHING), li, apparent)
            return guarded(row, sees_all=self.sees_all)

        measured = found.get(self.month.index, {})
        now = [
            unit(code, measured.get(code, []), incomes.get(code, {}).get(column))
            for code in sorted({*incomes, *measured})
        ]
        then = [unit(code, rows, None) for code, rows in found.get(before.index, {}).items()]
        rows = ranked(now, then)
        total = guarded(replace(total_of(rows), name=_("合计")), sees_all=self.sees_all)
        return Units(self.level, rows, total, reconciles(total, self.whole))

    @cached_property
    def segments(self) -> list[queries.Row]:
        """Return the province's segments of the chosen stream (at most industries × sizes)."""
        return list(queries.segments_of(self.run, self.stream))

    @cached_property
    def pooled(self) -> tuple[float, float, float] | None:
        """Return the province's pooled estimate of the chosen stream; None of a few segments."""
        known = [row for row in self.segments if row["epsilon"] is not None]
        if len(known) < LEAST_POOLED:
            return None
        return pooled((row["epsilon"], row["low"], row["high"]) for row in known)

    @cached_property
    def lists_groups(self) -> bool:
        """Tell whether the reader may see the selection's groups one by one."""
        at_person = self.selection.level == "account_manager"
        return at_person and policies.may(self.scope, ROOM, "rows", self.selection)
