"""Put a pivot together once for page, API and export 指标多维分析."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.kpi import Kpi, kpis_of
from analytics.multi_dimensional import queries
from analytics.multi_dimensional.compute import (
    DIMENSIONS,
    Pivot,
    Value,
    added,
    axes_of,
    combined,
    pivot_of,
)
from analytics.multi_dimensional.measures import BY_CODE, INCOME_SPLIT, MEASURES, Measured
from analytics.reading import MonthReading
from analytics.unit_tables import SIZE_BANDS
from core import formats
from core.errors import DomainError
from core.parts import Words
from warehouse.dictionary_names import industry_names

ROOM = "multi_dimensional"
LABELS: Mapping[str, Words] = {
    "city": gettext_lazy("地市"),
    "grade": gettext_lazy("生效等级"),
    "industry": gettext_lazy("行业"),
    "size_band": gettext_lazy("规模"),
}
GRADES = ("A1", "A2", "B1", "B2", "C", "NR")
FILTERS = DIMENSIONS[1:]
KPIS = (
    "n_no_member",
    "n_few_member",
    "total_income_li",
    "standard_users",
    "standard_income_li",
    "application_income_li",
)
#: What a place measures in a month in which the filters leave no group: none, and no money known.
NO_GROUPS: Mapping[str, Value] = {
    code: None if each.is_money else 0 for code, each in BY_CODE.items()
}


@dataclass(frozen=True)
class MultiReading(MonthReading):
    """Hold one pivot of one place and month; everything is read at most once."""

    asked: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_dimensions(self) -> bool:
        """Tell whether the place is summed by these dimensions: every unit, no single person."""
        return self.reading.selection.level != "account_manager"

    @cached_property
    def open_dimensions(self) -> tuple[str, ...]:
        """Return by what the place can be read: cities only within the whole province."""
        return DIMENSIONS if self.reading.selection.level == "province" else FILTERS

    @cached_property
    def axes(self) -> tuple[str, str]:
        """Return the dimensions of rows and columns, always two different ones.

        Raises:
            DomainError: if one asked for does not exist.
        """
        for name in ("rows", "columns"):
            self._known(name, DIMENSIONS)
        rows, columns = self.asked.get("rows", ""), self.asked.get("columns", "")
        return axes_of(rows, columns, self.open_dimensions)

    @cached_property
    def measured(self) -> Measured:
        """Return what is measured; the number of groups unless asked otherwise.

        Raises:
            DomainError: if there is no such measure.
        """
        self._known("measure", tuple(BY_CODE))
        return BY_CODE[self.asked.get("measure") or MEASURES[0].indicator.code]

    @cached_property
    def chosen(self) -> dict[str, str]:
        """Return the filters on the dimensions that are no axis.

        Raises:
            DomainError: if a value is not one of the dimension's.
        """
        found = {}
        for name in FILTERS:
            value = self.asked.get(name, "")
            if not value or name in self.axes:
                continue
            self._known(name, tuple(code for code, _label in self.values_of(name)))
            found[name] = value
        return found

    def _known(self, name: str, allowed: Sequence[str]) -> None:
        value = self.asked.get(name, "")
        if value and value not in allowed:
            raise DomainError(
                "bad_choice",
                _("“{value}”不是可选的值。").format(value=value[:40]),
                _("请重新选择行、列、指标或筛选。"),
                name,
            )

    @cached_property
    def industries(self) -> tuple[tuple[str, str], ...]:
        """Return the industries by code."""
        return industry_names()

    def values_of(self, dimension: str) -> tuple[tuple[str, str], ...]:
        """Return a dimension's values by code, in their own order."""
        if dimension == "city":
            return queries.city_names()
        if dimension == "industry":
            return self.industries
        if dimension == "grade":
            return tuple((each, _("未评定") if each == "NR" else each) for each in GRADES)
        return tuple((code, str(label)) for code, label in SIZE_BANDS)

    @property
    def few_members(self) -> int:
        """Return the most members of a few-member group 少人集团 in the run shown."""
        return self.reading.run.few_members if self.reading.run else 0

    @property
    def title(self) -> str:
        """Return what is measured, with the limit where the words need it."""
        return label_of(self.measured, self.few_members)

    @cached_property
    def pivot(self) -> Pivot:
        """Return the pivot of the measure."""
        sums, terms = self._sums, self.measured.terms
        cells = {place: combined(values, terms) for place, values in sums.items()}
        first, second = self.axes
        rows = with_unknown(self.values_of(first), (row for row, _column in cells))
        columns = with_unknown(self.values_of(second), (column for _row, column in cells))
        return pivot_of(cells, rows, columns, _("合计"))

    @cached_property
    def _sums(self) -> Mapping[tuple[str, str], Mapping[str, Value]]:
        run = self.reading.run
        assert run is not None  # noqa: S101 - asked only for published months
        return queries.sums_by(
            self.reading.scope,
            run.run,
            self.reading.selection,
            axes=self.axes,
            chosen=self.chosen,
            columns=tuple(self.measured.terms),
        )

    @cached_property
    def by_month(self) -> Mapping[int, Mapping[str, Value]]:
        """Return every measure of the place under the same filters, by published month of 13."""
        columns = tuple(dict.fromkeys(name for each in MEASURES for name in each.terms))
        history = self.reading.history
        found = queries.whole_by_month(
            self.reading.scope, history.values(), self.reading.selection, self.chosen, columns
        )
        return {
            month: {code: combined(found[month], each.terms) for code, each in BY_CODE.items()}
            if month in found
            else NO_GROUPS
            for month in history
        }

    @property
    def whole(self) -> Mapping[str, Value]:
        """Return the month's measures, read apart from the cells."""
        return self.by_month[self.month.index]

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the KPI figures: what most is asked for, under the filters of the pivot."""
        # a measure may be the sum of several columns; here it is one number already
        shown = [replace(BY_CODE[code].indicator, numerator=code) for code in KPIS]
        return kpis_of(shown, self.by_month, self.month)

    @cached_property
    def reconciled(self) -> bool:
        """Tell whether the cells add up to the place's own figure, and the four parts of income."""
        parts = [self.whole[code] for code in INCOME_SPLIT]
        split = None in parts or added(parts) == self.whole["total_income_li"]
        own = self.whole[self.measured.indicator.code] or 0
        return split and own == (self.pivot.total.total or 0)


def label_of(measured: Measured, few_members: int) -> str:
    """Name a measure in the reader's language; few members say how many that is."""
    said = measured.indicator
    label = said.label_zh if formats.is_chinese() else said.label_en
    if said.code != "n_few_member":
        return label
    return _("{label}（1–{limit} 人）").format(label=label, limit=few_members)


def with_unknown(
    named: Sequence[tuple[str, str]], codes: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """Add codes that have no name of their own to the end; they name themselves."""
    known = {code for code, _name in named}
    rest = sorted(set(codes) - known)
    return (*named, *((code, code or _("未知")) for code in rest))
