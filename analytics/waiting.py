"""Count what waits for the reader 待办数, once a request: menu, bell and home report share it."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest

from accounts.doors import scope_of
from accounts.notices import notices_of
from accounts.scope import Scope
from adjustments.queries import waiting_rows

NOTICES = "notices"
#: Role → the menu door beside which its waiting requests are counted.
DOORS = {"city": "inbox", "account_manager": "adjustments"}


def waiting_for(request: HttpRequest) -> dict[str, int]:
    """Return how many unread notices and requests wait for the reader, by menu door; one query."""
    known = getattr(request, "_gcva_waiting", None)
    if known is None:
        known = _counted(scope_of(request))
        request._gcva_waiting = known  # type: ignore[attr-defined]  # kept with the request
    return cast("dict[str, int]", known)


def _counted(scope: Scope) -> dict[str, int]:
    if not scope.user_id:
        return {}
    counts = _count(notices_of(scope).unread(), NOTICES)
    door = DOORS.get(scope.role)
    if door:
        counts = counts.union(_count(waiting_rows(scope), door), all=True)
    return dict(counts)


def _count(rows: QuerySet[Any], name: str) -> QuerySet[Any, Any]:
    """Return name and number of some rows as a query of one line; none where there is no row."""
    named = rows.order_by().annotate(door=Value(name)).values("door")
    counted: QuerySet[Any, Any] = named.annotate(n_waiting=Count("pk"))
    return counted.values_list("door", "n_waiting")
