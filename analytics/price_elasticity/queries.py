"""Read what the room shows: sums by unit, segments of the province, an account manager's groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.price_elasticity.units import SUMS
from analytics.queries import CODE_COLUMN, By
from warehouse.mart_models import GroupElasticity, OrgElasticity, SegmentElasticity
from warehouse.models import NamePinyin

Row = dict[str, Any]
LIST_FIELDS = (
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "is_apparent",
    "is_measured",
    "refusal",
    "n_members",
    "income_li",
    "change_month",
    "eta",
    "epsilon",
    "price_step",
    "segment_epsilon",
    "segment_low",
    "segment_high",
    "price_class",
)


def sums_by_month(
    scope: Scope, runs: Mapping[int, int], selection: Selection
) -> dict[tuple[int, str], list[Row]]:
    """Return the selection's own sums: (month index, stream) → rows to add."""
    rows = OrgElasticity.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    rows = rows.filter(within(selection), level=selection.level)
    found: dict[tuple[int, str], list[Row]] = {}
    for row in rows.order_by("month").values("month", "stream", "is_apparent", *SUMS):
        found.setdefault((row["month"], row["stream"]), []).append(row)
    return found


def sums_by_unit(
    scope: Scope, runs: Mapping[int, int], selection: Selection, by: By, stream: str
) -> dict[int, dict[str, list[Row]]]:
    """Return one stream's sums of the lower units: month index → unit code → rows to add."""
    column = CODE_COLUMN[by]
    rows = OrgElasticity.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    rows = rows.filter(within(selection), level=by, stream=stream)
    found: dict[int, dict[str, list[Row]]] = {}
    for row in rows.order_by("month", column).values("month", column, "is_apparent", *SUMS):
        found.setdefault(row["month"], {}).setdefault(row[column], []).append(row)
    return found


def segments_of(run: int, stream: str) -> QuerySet[Any]:
    """Return the province's segments of one stream; they name no unit and no group."""
    rows = SegmentElasticity.objects.in_run(run).filter(stream=stream)
    return rows.values(
        "industry_code",
        "size_band",
        "n_groups",
        "n_used",
        "n_measured",
        "epsilon",
        "low",
        "high",
        "price_class",
    )


def groups_of(scope: Scope, run: int, selection: Selection, stream: str) -> QuerySet[Any]:
    """Return the selection's groups with one stream, as dicts, with pinyin for the order."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    rows = GroupElasticity.objects.in_run(run).visible_to(scope).filter(within(selection))
    found: QuerySet[Any] = rows.filter(stream=stream).annotate(pinyin=Subquery(pinyin))
    return found.values(*LIST_FIELDS, "pinyin")
