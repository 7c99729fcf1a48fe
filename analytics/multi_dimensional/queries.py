"""Read the narrowest totals that answer a question of two dimensions; only ``org_month``.

``org_month`` holds every unit whole, by grade, by industry, by size, and by all three crossed. One
of the three beside the unit is read from its own rows; two or more from the crossed ones, summed by
the database, so that no more rows than cells arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Sum

from accounts.models import OrgUnit
from accounts.scope import Scope, Selection
from analytics.multi_dimensional.compute import Value
from warehouse.mart_models import OrgMonth, OrgQuerySet

COLUMN = {
    "city": "city_code",
    "grade": "grade",
    "industry": "industry_code",
    "size_band": "size_band",
}


def _rows(
    scope: Scope,
    runs: Collection[int],
    selection: Selection,
    axes: Sequence[str],
    chosen: Mapping[str, str],
) -> OrgQuerySet:
    """Return the rows of the narrowest grouping set that holds axes and filters."""
    level = "city" if "city" in axes else selection.level
    kept = [COLUMN[each] for each in (*axes, *chosen) if each != "city"]
    rows: OrgQuerySet = OrgMonth.objects.filter(run__in=sorted(runs))
    rows = rows.visible_to(scope).at_level(level)
    if selection.city_code:
        rows = rows.filter(city_code=selection.city_code)
    if selection.county_code:
        rows = rows.filter(county_code=selection.county_code)
    names = list(COLUMN.values())[1:] if len(kept) > 1 else kept
    rows = rows.rolled_up(*names)
    return rows.filter(**{COLUMN[name]: value for name, value in chosen.items()})


def sums_by(
    scope: Scope,
    run: int,
    selection: Selection,
    *,
    axes: tuple[str, str],
    chosen: Mapping[str, str],
    columns: Sequence[str],
) -> dict[tuple[str, str], dict[str, Value]]:
    """Return the sums of every cell that has groups: (row code, column code) → column → value."""
    first, second = (COLUMN[each] for each in axes)
    found = _rows(scope, [run], selection, axes, chosen).order_by(first, second)
    sums = {f"sum_{name}": Sum(name) for name in columns}
    summed = found.values(first, second).annotate(groups=Sum("n_groups"), **sums)
    return {
        (str(row[first]), str(row[second])): {name: _int(row[f"sum_{name}"]) for name in columns}
        for row in summed.filter(groups__gt=0)
    }


def whole_by_month(
    scope: Scope,
    runs: Collection[int],
    selection: Selection,
    chosen: Mapping[str, str],
    columns: Sequence[str],
) -> dict[int, dict[str, Value]]:
    """Return the place's own sums under the same filters, by month, read apart from the cells.

    Months in which the filters leave no group are absent.
    """
    sums = {f"sum_{name}": Sum(name) for name in columns}
    found = _rows(scope, runs, selection, (), chosen).order_by("month").values("month")
    return {
        row["month"]: {name: _int(row[f"sum_{name}"]) for name in columns}
        for row in found.annotate(**sums)
    }


def _int(value: object) -> Value:
    return None if value is None else int(value)  # type: ignore[call-overload]  # a sum


def city_names() -> tuple[tuple[str, str], ...]:
    """Return the cities by code, in the order of their codes."""
    rows = OrgUnit.objects.filter(level=OrgUnit.Level.CITY).order_by("code")
    return tuple(rows.values_list("code", "name"))
