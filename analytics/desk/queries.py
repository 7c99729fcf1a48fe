"""Read what today's to-do 今日待办 is made of, of the newest published month; within the scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from warehouse.mart_models import GroupDue, GroupGradeChange, GroupMonth
from warehouse.models import Product

MOST_ROWS = 500


def _rows(model: Any, scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.in_run(run).visible_to(scope).filter(within(selection))
    return rows


def dues_of(
    scope: Scope,
    run: int,
    selection: Selection,
    *,
    until: tuple[dt.date, dt.date],
    month_days: Collection[str],
) -> list[dict[str, Any]]:
    """Return contracts that end between two days and key people whose birthday is among the days.

    The product's name comes along; empty where a contract names none.
    """
    product = Product.objects.filter(code=OuterRef("product_code")).values("name")[:1]
    contracts = Q(kind="contract", due_date__range=until)
    people = Q(kind="birthday", month_day__in=sorted(month_days))
    rows = _rows(GroupDue, scope, run, selection).filter(contracts | people)
    fields = ("kind", "group_code", "name", "due_date", "month_day", "detail", "person")
    found = rows.annotate(product=Subquery(product)).order_by("due_date", "group_code", "line")
    return list(found.values(*fields, "product", "product_code", "amount_li")[:MOST_ROWS])


def arrears_and_idle(scope: Scope, run: int, selection: Selection) -> list[dict[str, Any]]:
    """Return the groups that owe something 欠费, and those with members without any use 三无."""
    rows = _rows(GroupMonth, scope, run, selection).filter(excluded_reason="", is_on_net=1)
    wanted = rows.filter(Q(arrears_li__gt=0) | Q(n_no_use__gt=0))
    fields = ("group_code", "name", "arrears_li", "arrears_months", "n_no_use")
    return list(wanted.order_by("-arrears_li", "group_code").values(*fields)[:5000])


def followed_changes(
    scope: Scope, run: int, selection: Selection, followed: QuerySet[Any]
) -> list[dict[str, Any]]:
    """Return the grade changes of the groups a reader follows 关注."""
    rows = _rows(GroupGradeChange, scope, run, selection).filter(group_code__in=followed)
    rows = rows.exclude(way__in=("new", "first"))
    fields = ("group_code", "name", "from_grade", "to_grade", "total_income_li")
    return list(rows.order_by("-total_income_li", "group_code").values(*fields)[:MOST_ROWS])
