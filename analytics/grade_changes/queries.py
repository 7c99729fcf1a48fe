"""Read the counts of changes by unit, the matrix, and one account manager's changed groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Max, Q, QuerySet, Sum

from accounts.scope import Scope, Selection
from analytics.grade_changes.compute import EXIT, GRADES, NEW, NR, WAYS
from analytics.kpi import Measures
from analytics.queries import CODE_COLUMN, By
from core.month import Month
from warehouse.mart_models import GradeFlowMonth, GroupGradeChange

_UP, _DOWN = Q(), Q()
for _rank, _grade in enumerate(GRADES):
    _UP |= Q(from_grade=_grade, to_grade__in=GRADES[:_rank])
    _DOWN |= Q(from_grade=_grade, to_grade__in=GRADES[_rank + 1 :])
_KINDS = {
    "n_before": ~Q(from_grade=NEW),
    "n_now": ~Q(to_grade=EXIT),
    "n_up": _UP,
    "n_down": _DOWN,
    "n_unrated": Q(from_grade__in=GRADES, to_grade=NR),
    "n_new": Q(from_grade=NEW),
    "n_lost": Q(to_grade=EXIT),
    **{f"n_way_{way}": Q(way=way) for way in WAYS},
}
_SUMS = {name: Sum("n_groups", filter=kind, default=0) for name, kind in _KINDS.items()}


def _inside(scope: Scope, runs: Mapping[int, int], selection: Selection, level: str) -> Any:
    rows = GradeFlowMonth.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    rows = rows.filter(level=level)
    for column in ("city_code", "county_code", "account_manager_code"):
        code = getattr(selection, column)
        rows = rows.filter(**{column: code}) if code else rows
    return rows


def changes_by_month(
    scope: Scope, runs: Mapping[int, int], selection: Selection
) -> dict[int, Measures]:
    """Return the place's counts by month index; months without the mart are absent.

    ``since`` is the index of the month they were compared with; None in the first one.
    """
    rows = _inside(scope, runs, selection, selection.level)
    found = rows.order_by("month").values("month").annotate(since=Max("from_month"), **_SUMS)
    return {row.pop("month"): row for row in found}


def changes_by_unit(
    scope: Scope, runs: Mapping[int, int], selection: Selection, by: By
) -> dict[int, dict[str, Measures]]:
    """Return the counts of the units below: month index → unit code → counts."""
    column = CODE_COLUMN[by]
    rows = _inside(scope, runs, selection, by)
    found: dict[int, dict[str, Measures]] = {}
    for row in rows.order_by("month", column).values("month", column).annotate(**_SUMS):
        found.setdefault(row.pop("month"), {})[row.pop(column)] = row
    return found


def flows_since(
    scope: Scope, run: int, earlier: Month, selection: Selection
) -> tuple[tuple[str, str, str, int], ...]:
    """Return (from, to, way, groups) of the place; empty if the run compared with another month."""
    rows = _inside(scope, {0: run}, selection, selection.level).filter(from_month=earlier.index)
    keys = ("from_grade", "to_grade", "way")
    summed = rows.order_by(*keys).values(*keys).annotate(n=Sum("n_groups"))
    return tuple((*(row[key] for key in keys), row["n"]) for row in summed)


def changed_groups(scope: Scope, run: int, selection: Selection) -> QuerySet[Any, Any]:
    """Return the changed groups of the selection; ``policies`` has been asked before."""
    rows = GroupGradeChange.objects.in_run(run).visible_to(scope)
    for column in ("city_code", "county_code", "account_manager_code"):
        code = getattr(selection, column)
        rows = rows.filter(**{column: code}) if code else rows
    return rows.values(
        "group_code", "name", "industry_code", "prev_score", "score", "total_income_li",
        prev_effective_grade=F("from_grade"), effective_grade=F("to_grade"), grade_way=F("way"),
        score_change=F("score") - F("prev_score"),
    )  # fmt: skip
