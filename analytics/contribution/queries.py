"""Read what contribution shows: the curve of a unit, the groups of a selection."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from django.db.models import Case, F, FloatField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Abs, Cast

from accounts.models import AccountManager
from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.contribution.compute import Point, concentration
from analytics.long_lists import LongSource, grades_now, groups_found
from warehouse.mart_columns import Flags, MartColumns, Numbers, columns_of_run
from warehouse.mart_models import GroupMonth, GroupResult, OrgConcentration
from warehouse.models import NamePinyin
from warehouse.names import MART as NAMES

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


class GroupSource(LongSource):
    """Order and search a city's or a province's groups by the columns of ``group_month``."""

    def own(self, columns: MartColumns) -> Flags:
        """Return the shown groups."""
        return columns.among("excluded_reason", ("",))

    def found(self, text: str) -> Flags | None:
        """Return the groups a text finds."""
        return groups_found(self.columns, self.run, text) if self.columns else None

    def key(self, columns: MartColumns, field: str) -> Numbers | None:
        """Return what the list is ordered by; a grade as it is by now."""
        if field == "group_code":
            return np.arange(columns.n_rows, dtype=float)
        if field == "pinyin":
            names = columns_of_run(self.run, NAMES)
            return names.numbers("name_place") if names else None
        if field == "effective_grade":
            return grades_now(columns, self.run)
        if field in ("account_manager_code", "industry_code"):
            return columns.places(field)
        computed = {"arpu_li": _arpu, "change_ratio": _change}.get(field)
        if computed is None:
            return columns.numbers(field)
        found: Numbers = columns.made(field, partial(computed, columns))
        return found


def _arpu(columns: MartColumns) -> Numbers:
    now, before = columns.numbers("n_members"), columns.numbers("n_members_prev")
    twice = 2 * columns.numbers("personal_bill_li")
    return np.divide(twice, now + before, out=_none(now), where=now + before > 0)


def _change(columns: MartColumns) -> Numbers:
    now, before = columns.numbers("total_income_li"), columns.numbers("income_prev_li")
    return np.divide(now - before, abs(before), out=_none(now), where=before != 0)


def _none(like: Numbers) -> Numbers:
    return np.full(len(like), np.nan)
