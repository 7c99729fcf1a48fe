"""Read the groups an account manager's home report names; management reads totals only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import within
from accounts.scope import Scope, Selection
from warehouse.mart_models import GroupResult

A_CLASS = ("A1", "A2")
N_NAMED = 5
FIELDS = (
    "group_code",
    "name",
    "score",
    "suggested_grade",
    "effective_grade",
    "prev_effective_grade",
)


def _groups(scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    rows = GroupResult.objects.in_run(run).visible_to(scope).filter(within(selection))
    return rows.values(*FIELDS)


def risen_into_a(scope: Scope, run: int, selection: Selection) -> list[dict[str, Any]]:
    """Return the groups that rose into class A 向A级升级, best score first."""
    rows = _groups(scope, run, selection).filter(effective_grade__in=A_CLASS)
    lower = ~Q(prev_effective_grade__in=(*A_CLASS, ""))
    return list(rows.filter(lower).order_by("-score", "group_code")[:N_NAMED])


def fallen_from_a(scope: Scope, run: int, selection: Selection) -> list[dict[str, Any]]:
    """Return the groups that fell out of class A 由A级降级, best score first."""
    rows = _groups(scope, run, selection).filter(prev_effective_grade__in=A_CLASS)
    return list(
        rows.exclude(effective_grade__in=A_CLASS).order_by("-score", "group_code")[:N_NAMED]
    )


def nearest_to_a(
    scope: Scope, run: int, selection: Selection, cuts: Sequence[float], top: int = 3
) -> list[dict[str, Any]]:
    """Return the groups just below the cut of A2, nearest first; none without a cut score."""
    if len(cuts) < 2:
        return []
    rows = _groups(scope, run, selection).filter(score__lt=cuts[1], score__gte=cuts[1] - 5)
    rows = rows.exclude(effective_grade__in=A_CLASS)
    return list(rows.order_by("-score", "group_code")[:top])
