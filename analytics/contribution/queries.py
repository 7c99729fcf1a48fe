"""Read what contribution shows: the curve of a unit, the groups of a selection."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, F, FloatField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Abs, Cast

from accounts.models import AccountManager
from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.contribution.compute import Point, concentration
from warehouse.mart_models import GroupMonth, GroupResult, OrgConcentration
from warehouse.models import NamePinyin

MOST_ROWS = 5000
LIST_FIELDS = (
    "group_code",
    "name",
    "account_manager_code",
    "industry_code",
    "size_band",
    "n_members",
    "total_income_li",
    "unified_pay_li",
    "ict_li",
    "personal_bill_li",
    "outsider_li",
)
NOTHING = Value(None, output_field=FloatField())


def curve_of(scope: Scope, run: int, selection: Selection, n_groups: int) -> tuple[Point, ...]:
    """Return the concentration 集中度 of the selection: stored by unit, else from its few groups.

    A portfolio of more than ``MOST_ROWS`` groups (the bucket 未分配) has none.
    """
    if selection.level == "account_manager":
        if n_groups > MOST_ROWS:
            return ()
        rows = GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection))
        return concentration(
            income or 0 for income in rows.values_list("total_income_li", flat=True)
        )
    stored = (
        OrgConcentration.objects.in_run(run)
        .visible_to(scope)
        .filter(
            level=selection.level,
            city_code=selection.city_code or "*",
            county_code=selection.county_code or "*",
        )
    )
    fields = ("point", "n_groups", "n_top", "income_li", "top_li")
    return tuple(Point(*row) for row in stored.order_by("point").values_list(*fields))


def groups_of(scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    """Return the selection's shown groups of one run, as dicts, with ARPU and change."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    person = AccountManager.objects.filter(code=OuterRef("account_manager_code")).values("name")[:1]
    graded = GroupResult.objects.filter(run=run, group_code=OuterRef("group_code"))
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection))
    listed: QuerySet[Any] = rows.annotate(
        pinyin=Subquery(pinyin),
        account_manager=Subquery(person),
        effective_grade=Subquery(graded.values("effective_grade")[:1]),
        arpu_li=Case(
            When(
                n_members__gt=-F("n_members_prev"),
                then=Cast(2 * F("personal_bill_li"), FloatField())
                / Cast(F("n_members") + F("n_members_prev"), FloatField()),
            ),
            default=NOTHING,
        ),
        change_ratio=Case(
            When(income_prev_li=0, then=NOTHING),
            default=Cast(F("total_income_li") - F("income_prev_li"), FloatField())
            / Cast(Abs(F("income_prev_li")), FloatField()),
        ),
    ).values(
        *LIST_FIELDS, "pinyin", "account_manager", "effective_grade", "arpu_li", "change_ratio"
    )
    return listed
