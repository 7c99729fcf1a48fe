"""Read what grading shows below its totals: an account manager's groups."""

from __future__ import annotations

from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from warehouse.mart_models import GroupResult
from warehouse.models import Industry, NamePinyin

LIST_FIELDS = (
    "group_code",
    "name",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
    "total_income_li",
    "score",
    "suggested_grade",
    "effective_grade",
    "effective_source",
)


def groups_of(scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    """Return the selection's groups of one run 集团清单, as dicts, with pinyin for the order."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    rows: QuerySet[Any] = GroupResult.objects.in_run(run).visible_to(scope)
    listed: QuerySet[Any] = (
        rows.filter(within(selection))
        .annotate(score_change=F("score") - F("prev_score"), pinyin=Subquery(pinyin))
        .values(*LIST_FIELDS, "score_change", "pinyin")
    )
    return listed


def industry_names() -> tuple[tuple[str, str], ...]:
    """Return the industries 行业 by code, for the filter and the column."""
    return tuple(Industry.objects.order_by("code").values_list("code", "name"))
