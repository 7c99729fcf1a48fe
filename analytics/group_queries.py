"""Read one group 集团 in a published month, and its scores over the months; rooms share this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from accounts.scope import Scope
from analytics.adjusted import adjusted_to
from core.errors import NotInScope
from core.month import Month
from warehouse.mart_models import GroupMonth, GroupResult
from warehouse.models import Industry


@dataclass(frozen=True, slots=True)
class MonthScore:
    """Be a group's score and grades in one published month."""

    month: Month
    score: float | None
    suggested_grade: str
    effective_grade: str


def group_in(scope: Scope, run: int, group_code: str) -> GroupResult:
    """Return one group's result of a run, with the name of its industry.

    Raises:
        NotInScope: if that month's row is not the reader's, exactly as if there were none.
    """
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")
    rows = (
        GroupResult.objects.in_run(run)
        .visible_to(scope)
        .annotate(industry=Subquery(industry), adjusted_to=adjusted_to())
    )
    found: GroupResult | None = rows.filter(group_code=group_code).first()
    if found is None:
        raise NotInScope
    return found


def facts_in(run: int, group_code: str) -> GroupMonth:
    """Return one group's facts of a run; the caller asked :func:`group_in` first."""
    facts: GroupMonth = GroupMonth.objects.in_run(run).get(group_code=group_code)
    return facts


def silent_shares(runs: Mapping[int, int], group_code: str) -> dict[int, float]:
    """Return the share of a group's members without a call 静默成员占比 by month index.

    As with :func:`score_history`, the caller asked before whether the group is the reader's.
    """
    rows = GroupMonth.objects.in_runs(runs.values()).shown().filter(group_code=group_code)
    return {
        month: silent / members
        for month, silent, members in rows.values_list("month", "n_silent_members", "n_members")
        if silent is not None and members
    }


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
