"""Read questions about numbers 数据疑问: the own ones, or all for who answers them."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from accounts import policies
from accounts.scope import Scope
from analytics.question_models import DataQuestion
from core.errors import NotInScope


def questions_for(scope: Scope) -> QuerySet[DataQuestion]:
    """Return the questions a reader may see, newest first."""
    rows = DataQuestion.objects.select_related("asker", "answered_by").order_by("-id")
    if policies.may_do(scope, "answer_question"):
        return rows
    return rows.none() if scope.user_id is None else rows.filter(asker_id=scope.user_id)


def question_of(scope: Scope, question_id: int) -> DataQuestion:
    """Return one question.

    Raises:
        NotInScope: if there is none such, or it is somebody else's.
    """
    found = questions_for(scope).filter(pk=question_id).first()
    if found is None:
        raise NotInScope
    return found


def counts_by_state(scope: Scope) -> dict[str, int]:
    """Return how many questions stand in each state."""
    rows = questions_for(scope).order_by().values("state").annotate(n=Count("pk"))
    return dict(rows.values_list("state", "n"))
