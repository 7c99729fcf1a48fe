"""Compare one indicator over months 环比同比; pure.

value(m) = Σ numerator(m) / Σ denominator(m) (no denominator: the sum itself)
relative change = (value(m) − value(before)) / |value(before)|     counts, people, money
difference      = value(m) − value(before)                          ratios (个百分点), scores

A month that was not published is missing, never 0, and whatever would compare with it is missing
too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from operator import itemgetter
from typing import Literal

from core.indicator import Indicator
from core.month import Month

#: Steps of the effective grade since the month before.
MOVES = ("n_up", "n_down", "n_into_a", "n_out_of_a")
#: What is missing only for want of an earlier month.
STEPS = (*MOVES, "n_new", "n_lost_groups", "n_changed", "n_lost")
Measures = Mapping[str, int | float | None]
ChangeKind = Literal["relative", "difference"]

N_SPARKLINE_MONTHS = 13


@dataclass(frozen=True, slots=True)
class Change:
    """Be the step from an earlier month to this one; ``good`` is None where neither is better."""

    kind: ChangeKind
    amount: float
    good: bool | None

    @property
    def direction(self) -> Literal["up", "down", "level"]:
        """Return which way it went, for arrow and word."""
        if self.amount > 0:
            return "up"
        return "down" if self.amount < 0 else "level"


@dataclass(frozen=True, slots=True)
class Kpi:
    """Be one indicator of one unit: this month, both comparisons, the last 13 months."""

    indicator: Indicator
    value: float | int | None
    month_on_month: Change | None
    year_on_year: Change | None
    series: tuple[float | int | None, ...]
    numerator: float | int | None = None
    denominator: float | int | None = None


def indicator_value(indicator: Indicator, measures: Measures | None) -> float | int | None:
    """Return an indicator's value 指标值 from additive measures; None where it cannot be said."""
    if measures is None:
        return None
    top = measures.get(indicator.numerator)
    if top is None or not indicator.denominator:
        return top
    bottom = measures.get(indicator.denominator)
    return top / bottom if bottom else None


def added(rows: Iterable[Measures]) -> dict[str, int | float | None]:
    """Add measures of disjoint rows; a measure missing in every row stays missing."""
    total: dict[str, int | float | None] = {}
    for row in rows:
        for column, value in row.items():
            if value is not None:
                total[column] = (total.get(column) or 0) + value
            else:
                total.setdefault(column, None)
    return total


def with_known_moves(
    by_month: Mapping[int, Measures], opening: Collection[int]
) -> dict[int, Measures]:
    """Return the measures with rises and falls unknown in months that had none before them.

    ``org_month`` counts them as 0 there: no group has an earlier grade to have left.
    """
    return {
        month: without_moves(row) if month in opening else row for month, row in by_month.items()
    }


def without_moves(row: Measures) -> Measures:
    """Return measures with rises and falls unknown."""
    return {name: None if name in MOVES else value for name, value in row.items()}


def change(indicator: Indicator, now: float | None, before: float | None) -> Change | None:
    """Compare two values 变动; None when one is missing or a relative change has base 0."""
    if now is None or before is None:
        return None
    step = now - before
    kind: ChangeKind = "relative"
    if indicator.unit in ("ratio", "score", "points"):
        kind = "difference"
    elif before == 0:
        return None
    else:
        step = step / abs(before)
    good = (
        None
        if step == 0 or indicator.better == "neutral"
        else ((step > 0) == (indicator.better == "up"))
    )
    return Change(kind=kind, amount=step, good=good)


def sparkline_months(month: Month) -> tuple[Month, ...]:
    """Return the 13 months that end with ``month``, oldest first."""
    return tuple(month.plus(step) for step in range(1 - N_SPARKLINE_MONTHS, 1))


def kpi_of(indicator: Indicator, by_month: Mapping[int, Measures], month: Month) -> Kpi:
    """Build one KPI 指标卡 from measures by month index; absent months stay missing."""
    values = tuple(
        indicator_value(indicator, by_month.get(each.index)) for each in sparkline_months(month)
    )
    now = by_month.get(month.index)
    return Kpi(
        indicator=indicator,
        value=values[-1],
        month_on_month=change(indicator, values[-1], values[-2]),
        year_on_year=change(indicator, values[-1], values[0]),
        series=values,
        numerator=now.get(indicator.numerator) if now else None,
        denominator=now.get(indicator.denominator) if now and indicator.denominator else None,
    )


def kpis_of(
    indicators: Sequence[Indicator], by_month: Mapping[int, Measures], month: Month
) -> tuple[Kpi, ...]:
    """Build the row of KPI cards, in the order given."""
    return tuple(kpi_of(each, by_month, month) for each in indicators)


def needed_columns(indicators: Sequence[Indicator], *more: str) -> tuple[str, ...]:
    """Return the columns of ``org_month`` that indicators are computed from, each once."""
    parts = [part for each in indicators for part in (each.numerator, each.denominator) if part]
    named = [*parts, *more]
    if "n_a_class" in named:
        named = [name for name in named if name != "n_a_class"]
        named += ["n_effective_a1", "n_effective_a2"]
    return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """Be one lower unit in a report: name, measures of the month, and where its code leads."""

    code: str
    name: str
    measures: Measures
    link: Callable[[str], str] = lambda code: ""
    rank: int | None = None
    rank_change: int | None = None  # positive: climbed

    @property
    def url(self) -> str:
        """Return where the unit's name leads; made for the lines that are shown, of thousands."""
        return self.link(self.code)


def places_by(values: Mapping[str, float | None]) -> dict[str, int]:
    """Rank units by a value 排名, the greatest first; equal ones share a place."""
    known = sorted((value for value in values.values() if value is not None), reverse=True)
    first = {value: place for place, value in reversed(list(enumerate(known, 1)))}
    return {code: first[value] for code, value in values.items() if value is not None}


def leading(units: Sequence[UnitLine], measure: str, top: int = 3) -> tuple[UnitLine, ...]:
    """Return the units with the most of a measure; units with none of it are not leading.

    Where more units than fit share a value, none of them is named: three of six equal ones would
    be picked by nothing but their codes.
    """
    some = [(-value, unit.code, unit) for unit in units if (value := unit.measures.get(measure))]
    first = nsmallest(top + 1, some, key=itemgetter(0, 1))
    tied = first[top][0] if len(first) > top else None
    return tuple(unit for value, _code, unit in first[:top] if value != tied)
