"""Read what grading shows: an account manager's groups, one group, its scores over the months."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from core.errors import NotInScope
from core.month import Month
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


@dataclass(frozen=True, slots=True)
class MonthScore:
    """Be a group's score and grades in one published month."""

    month: Month
    score: float | None
    suggested_grade: str
    effective_grade: str


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


def group_in(scope: Scope, run: int, group_code: str) -> GroupResult:
    """Return one group's result of a run, with the name of its industry.

    Raises:
        NotInScope: if that month's row is not the reader's, exactly as if there were none.
    """
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")
    rows = GroupResult.objects.in_run(run).visible_to(scope).annotate(industry=Subquery(industry))
    found: GroupResult | None = rows.filter(group_code=group_code).first()
    if found is None:
        raise NotInScope
    return found


def score_history(runs: Mapping[int, int], group_code: str) -> tuple[MonthScore, ...]:
    """Return a group's scores in published months, oldest first.

    Who has the group's row of a month in scope sees its earlier months, whoever owned it then; so
    the caller asks :func:`group_in` first and hands over months up to that one only.
    """
    rows = GroupResult.objects.filter(run__in=sorted(runs.values()), group_code=group_code)
    return tuple(
        MonthScore(Month.from_index(month), score, suggested, effective)
        for month, score, suggested, effective in rows.order_by("month").values_list(
            "month", "score", "suggested_grade", "effective_grade"
        )
    )
