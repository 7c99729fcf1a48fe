"""Read an account manager's groups for the home report; management reads totals only.

One query gives the report its names, the table its rows and the chart its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.following import followed_by
from warehouse.mart_models import GroupAlert, GroupResult
from warehouse.models import Industry, NamePinyin

A_CLASS = ("A1", "A2")
N_NAMED = 5
N_NEAR = 3
NEAR_POINTS = 5
MOST_ROWS = 5000


def portfolio_of(scope: Scope, run: int, selection: Selection) -> list[Any]:
    """Return the selection's groups 我的集团, the highest income first, with industry and marks."""
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")
    pinyin = NamePinyin.objects.filter(name=OuterRef("name"))
    mark = followed_by(scope).filter(group_code=OuterRef("group_code"))
    alert = GroupAlert.objects.filter(run=run, group_code=OuterRef("group_code"))
    rows = GroupResult.objects.in_run(run).visible_to(scope).filter(within(selection))
    found = rows.annotate(
        state_fired=Exists(alert.filter(state_fired=1)),
        call_fired=Exists(alert.filter(call_fired=1)),
        industry=Subquery(industry[:1]),
        pinyin=Subquery(pinyin.values("pinyin")[:1]),
        initials=Subquery(pinyin.values("initials")[:1]),
        is_followed=Exists(mark),
    )
    ordered = found.order_by("-total_income_li", "group_code")
    return list(ordered[:MOST_ROWS])


def _best_first(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: (-(row.score or 0.0), row.group_code))


def risen_into_a(rows: Sequence[Any]) -> list[Any]:
    """Return the groups that rose into class A 向A级升级, best score first."""
    before = (*A_CLASS, "")
    risen = [
        row
        for row in rows
        if row.effective_grade in A_CLASS and row.prev_effective_grade not in before
    ]
    return _best_first(risen)[:N_NAMED]


def fallen_from_a(rows: Sequence[Any]) -> list[Any]:
    """Return the groups that fell out of class A 由A级降级, best score first."""
    fallen = [
        row
        for row in rows
        if row.prev_effective_grade in A_CLASS and row.effective_grade not in A_CLASS
    ]
    return _best_first(fallen)[:N_NAMED]


def nearest_to_a(rows: Sequence[Any], cuts: Sequence[float]) -> list[Any]:
    """Return the groups just below the cut of A2, nearest first; none without a cut score."""
    if len(cuts) < 2:
        return []
    low, high = cuts[1] - NEAR_POINTS, cuts[1]
    near = [
        row
        for row in rows
        if row.score is not None and low <= row.score < high and row.effective_grade not in A_CLASS
    ]
    return _best_first(near)[:N_NEAR]


def abnormal(rows: Sequence[Any], kind: str) -> list[Any]:
    """Return the groups with abnormal member states or calls, the highest income first."""
    return [row for row in rows if getattr(row, f"{kind}_fired")][:N_NAMED]


def spotlight(rows: Sequence[Any], cuts: Sequence[float]) -> Any:
    """Return the group whose score is worth a look: nearest below a better grade, else the best.

    None where no group is rated.
    """
    rated = [row for row in rows if row.score is not None]
    if not rated:
        return None
    gaps = [
        (min((cut - row.score for cut in cuts if cut > row.score), default=None), row)
        for row in rated
        if row.score >= min(cuts[:2], default=0) - 2 * NEAR_POINTS
    ]
    short = [(gap, row.group_code, row) for gap, row in gaps if gap is not None]
    return min(short)[2] if short else _best_first(rated)[0]
