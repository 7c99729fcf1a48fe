"""Put the composition's figures together once for page, API and export; mask them right here.

Whatever leaves this module has lost its masked amounts, so no page, file or endpoint has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from analytics.income_composition import queries
from analytics.income_composition.compute import (
    AMOUNTS,
    FEES,
    Effect,
    UnitFees,
    adds_up,
    amounts,
    compared,
    effects,
    put_together,
    shares,
    unit_fees,
    with_total,
)
from analytics.income_composition.indicators import INDICATORS
from analytics.indicators import N_GROUPS, N_MEMBERS
from analytics.kpi import Kpi, Measures, kpis_of, sparkline_months
from analytics.masking import Key, shown
from analytics.queries import By, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading
from core.month import Month

EXPLAINED = (N_GROUPS, N_MEMBERS, *INDICATORS)
COLUMNS = ("n_groups", "n_members", *FEES)


@dataclass(frozen=True)
class Units:
    """Be the table by lower unit: most fees first, masked ones last, and whether it reconciles."""

    by: By
    rows: tuple[UnitFees, ...]
    total: UnitFees
    reconciled: bool

    @property
    def n_masked(self) -> int:
        """Return how many rows are masked."""
        return sum(row.masked for row in self.rows)


@dataclass(frozen=True)
class CompositionReading(MonthReading):
    """Hold the composition of one selection and month; everything is read at most once."""

    level: By | None
    months_back: int = 1  # what totals are compared with: 1 环比, 12 同比

    @property
    def before(self) -> Month:
        """Return the month compared with."""
        return self.month.plus(-self.months_back)

    @property
    def sees_all(self) -> bool:
        """Tell whether nothing is masked: account managers read their own groups in detail."""
        return self.reading.scope.reader == "account_manager"

    @cached_property
    def _open(self) -> frozenset[tuple[int, Key]]:
        months = {self.month.index, self.before.index}
        return queries.open_units(
            self.reading.scope, self.reading.history, self.reading.selection, self.level, months
        )

    def is_masked(self, month: int, key: Key, measures: Measures) -> bool:
        """Tell whether a unit's amounts are masked in a month; without groups nothing is."""
        return (
            not self.sees_all and bool(measures.get("n_groups")) and (month, key) not in self._open
        )

    @cached_property
    def _raw(self) -> Mapping[int, Measures]:
        return measures_by_month(
            self.reading.scope, self.reading.history, self.reading.selection, COLUMNS
        )

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's totals by month, masked amounts taken out."""
        key = queries.key_of(self.reading.selection)
        return {
            month: shown(with_total(row), AMOUNTS, masked=self.is_masked(month, key, row))
            for month, row in self._raw.items()
        }

    @cached_property
    def now(self) -> Measures:
        """Return the month's totals; all zero where the selection has no group."""
        return self.measures.get(self.month.index) or dict.fromkeys((*COLUMNS, "fee_total_li"), 0)

    @cached_property
    def masked(self) -> bool:
        """Tell whether the selection's own amounts are masked this month."""
        key = queries.key_of(self.reading.selection)
        return self.is_masked(self.month.index, key, self.now)

    @cached_property
    def whole(self) -> UnitFees:
        """Return the selection's own row, with what it is compared with."""
        code, key = self.reading.selection.unit_code, queries.key_of(self.reading.selection)
        then = self._raw.get(self.before.index)
        earlier = {}
        if then is not None:
            hidden = self.is_masked(self.before.index, key, then)
            earlier[code] = unit_fees(code, "", then, masked=hidden)
        own = unit_fees(code, "", self.now, masked=self.masked)
        row = compared([own], earlier, published=True)[0]
        return replace(row, rank=None, rank_change=None)  # a whole is ranked among nothing

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures: the six together, then each."""
        return kpis_of(INDICATORS, {**self.measures, self.month.index: self.now}, self.month)

    def share_series(self, place: int) -> tuple[float | None, ...]:
        """Return a fee's share over the 13 months; unpublished and masked months are None."""
        return tuple(
            shares(amounts(self.measures.get(month.index) or {}))[place]
            for month in sparkline_months(self.month)
        )

    @cached_property
    def _parts(self) -> Mapping[int, Mapping[str, Measures]]:
        runs = self.reading.runs_of(self.month, self.before)
        if self.level is None:
            return {}
        return measures_by_unit(
            self.reading.scope, runs, self.reading.selection, self.level, COLUMNS
        )

    @cached_property
    def units(self) -> Units | None:
        """Return the table by lower unit; None at an account manager."""
        if self.level is None:
            return None
        now, then = (self._parts.get(month.index, {}) for month in (self.month, self.before))
        names = names_of(self.level, now)
        rows = compared(
            [self._row(self.month.index, code, names[code], row) for code, row in now.items()],
            {code: self._row(self.before.index, code, "", row) for code, row in then.items()},
            published=bool(then),
        )
        whole = self._raw.get(self.month.index) or {}
        return Units(self.level, rows, self.whole, adds_up(now.values(), whole))

    def _row(self, month: int, code: str, name: str, row: Measures) -> UnitFees:
        assert self.level is not None  # noqa: S101 - rows of lower units have a level
        key = queries.lower_key(self.reading.selection, self.level, code)
        return unit_fees(code, name, row, masked=self.is_masked(month, key, row))

    @cached_property
    def _masked_parts(self) -> frozenset[str]:
        """Return the lower units that are masked in either month."""
        return frozenset(
            code
            for month, units in self._parts.items()
            for code, row in units.items()
            if self._row(month, code, "", row).masked
        )

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """Return mix and rate over the lower units, or over an own portfolio's groups.

        Empty where a total of either month is masked or a month is not published. Lower units
        masked in either month count as one part, so that the effects follow from shown amounts.
        """
        if self.whole.masked or self.whole.change_masked:
            return ()
        if self.level is None:
            if not self.sees_all:
                return ()
            runs = self.reading.runs_of(self.month, self.before)
            parts = queries.fees_by_group(self.reading.scope, runs, self.reading.selection)
        else:
            hidden = self._masked_parts
            parts = {
                month: put_together({code: amounts(row) for code, row in units.items()}, hidden)
                for month, units in self._parts.items()
            }
        return effects(parts.get(self.month.index, {}), parts.get(self.before.index, {}))
