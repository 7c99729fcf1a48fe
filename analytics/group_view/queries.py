"""Read one group's months, its peers and its neighbours in the list 集团统一视图."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Case, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, JSONObject

from accounts.owners import owner_person, owner_units
from accounts.scope import Scope
from analytics.adjusted import adjusted_to
from analytics.following import own_mark
from core.errors import NotInScope
from core.month import Month
from warehouse.mart_models import GroupAlert, GroupMonth, GroupResult
from warehouse.models import Industry

STATES = (
    "n_active", "n_stop_one_way", "n_stop_two_way", "n_arrears_stop", "n_lost", "n_pre_cancel",
)  # fmt: skip
FEES = ("roaming_li", "new_business_li", "long_distance_li", "local_li", "package_li", "other_li")
INCOMES = ("total_income_li", "unified_pay_li", "personal_bill_li", "ict_li", "outsider_li")
_INCOME = Coalesce("total_income_li", Value(-(10**15)))


def group_in(scope: Scope, run: int, group_code: str) -> Any:
    """Return one group's result with its industry, and the groups beside it in the list.

    ``before`` and ``after`` are the codes of its neighbours among the account manager's groups in
    scope, in the order of the list: by income, missing ones last, then by code. ``person`` and
    ``units`` name the owner, ``mark`` is what the reader noted.

    Raises:
        NotInScope: if that month's row is not the reader's, exactly as if there were none.
    """
    rows = GroupResult.objects.in_run(run).visible_to(scope).annotate(income=_INCOME)
    beside = rows.filter(account_manager_code=OuterRef("account_manager_code"))
    same = Q(income=OuterRef("income"))
    above = beside.filter(
        Q(income__gt=OuterRef("income")) | (same & Q(group_code__lt=OuterRef("group_code")))
    ).order_by("income", "-group_code")
    below = beside.filter(
        Q(income__lt=OuterRef("income")) | (same & Q(group_code__gt=OuterRef("group_code")))
    ).order_by("-income", "group_code")
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")
    found = rows.annotate(
        industry=Subquery(industry),
        before=Subquery(above.values("group_code")[:1]),
        after=Subquery(below.values("group_code")[:1]),
        adjusted_to=adjusted_to(),
        person=owner_person(),
        units=owner_units(),
        mark=own_mark(scope),
    )
    result = found.filter(group_code=group_code).first()
    if result is None:
        raise NotInScope
    return result


ALERT_COLUMNS = tuple(field.attname for field in GroupAlert._meta.concrete_fields)
GRADED = ("score", "suggested_grade", "effective_grade", "effective_source", "grade_way")


def months_of(runs: Mapping[int, int], group_code: str) -> dict[int, Any]:
    """Return the group's facts by month index, with score and grades and with what was abnormal.

    ``graded`` holds score and grades 等级 of the month, ``fired`` the row of the anomaly rules.

    Who has the group's row of a month sees its earlier months: the caller opened it and hands over
    months up to that one only.
    """
    same = {"run": OuterRef("month_run"), "group_code": OuterRef("group_code")}
    result = GroupResult.objects.filter(**same)
    graded = result.values(graded=JSONObject(**{name: name for name in GRADED}))
    alert = GroupAlert.objects.filter(**same, fired=1)
    fired = alert.values(row=JSONObject(**{name: name for name in ALERT_COLUMNS}))
    rows = GroupMonth.objects.in_runs(runs.values()).filter(group_code=group_code)
    # facts may be shared with another run of their month; what was made of them is the run's own
    own = Case(*(When(month=month, then=Value(run)) for month, run in runs.items()))
    shown = (
        rows.filter(excluded_reason="")
        .annotate(month_run=own)
        .annotate(graded=Subquery(graded[:1]), fired=Subquery(fired[:1]))
    )
    for row in shown:
        row.fired = GroupAlert(**row.fired) if row.fired else None
    return {row.month: row for row in shown}


def grades_of(runs: Mapping[int, int], group_code: str) -> Sequence[dict[str, Any]]:
    """Return score and grades 等级 of the months, oldest first."""
    rows = sorted(months_of(runs, group_code).items())
    return [{"month": month, **row.graded} for month, row in rows if row.graded]


def month_of(row: Mapping[str, Any]) -> Month:
    """Return the month of a row."""
    return Month.from_index(row["month"])
