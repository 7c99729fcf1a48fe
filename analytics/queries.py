"""Read published totals by unit for every room; always within a scope, never rows of groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import starmap
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import AccountManager, OrgUnit
from accounts.names import Named, names_said
from accounts.scope import Scope, Selection
from analytics.kpi import Measures, added
from warehouse.mart_models import GroupResult, OrgMonth, OrgQuerySet
from warehouse.models import NamePinyin

By = Literal["city", "county", "account_manager"]
Kind = Literal["industry", "size_band"]  # of group, instead of where it belongs
Axis = By | Kind
MOST_NAMES = 1000  # that a search names one by one
MOST_COMPARED = 500  # account managers side by side; an export holds them all
CODE_COLUMN: dict[By, str] = {
    "city": "city_code",
    "county": "county_code",
    "account_manager": "account_manager_code",
}
KIND_COLUMN: dict[Kind, str] = {"industry": "industry_code", "size_band": "size_band"}
LOWER: dict[str, tuple[By, ...]] = {
    "province": ("city",),
    "city": ("county", "account_manager"),
    "county": ("account_manager",),
    "account_manager": (),
}


def lower_levels(selection: Selection) -> tuple[By, ...]:
    """Return by what the selection can be read: the next lower units first."""
    return LOWER[selection.level]


def has_many_people(selection: Selection) -> bool:
    """Tell whether more account managers are at home in the city than a page compares 客户经理.

    No more of them are counted than it takes to say so.
    """
    people = AccountManager.objects.filter(city_id=selection.city_code).order_by()
    return people[: MOST_COMPARED + 1].count() > MOST_COMPARED


def at_unit(selection: Selection, by: By, code: str) -> Selection:
    """Return the selection one step further down."""
    if by == "city":
        return replace(selection, level="city", city_code=code)
    if by == "county":
        return replace(selection, level="county", county_code=code)
    return replace(selection, level="account_manager", account_manager_code=code)


def _totals(scope: Scope, runs: Collection[int]) -> OrgQuerySet:
    rows: OrgQuerySet = OrgMonth.objects.filter(run__in=sorted(runs)).visible_to(scope)
    return rows.rolled_up()


def _inside(rows: OrgQuerySet, selection: Selection) -> OrgQuerySet:
    if selection.city_code:
        rows = rows.filter(city_code=selection.city_code)
    if selection.county_code:
        rows = rows.filter(county_code=selection.county_code)
    if selection.account_manager_code:
        rows = rows.filter(account_manager_code=selection.account_manager_code)
    return rows


def with_classes(measures: Measures) -> dict[str, int | float | None]:
    """Add the measures that are sums of two columns: the A class."""
    whole = {**measures}
    if "n_effective_a1" in whole:
        whole["n_a_class"] = (whole["n_effective_a1"] or 0) + (whole["n_effective_a2"] or 0)
    return whole


def measures_by_month(
    scope: Scope, runs: Mapping[int, int], selection: Selection, columns: Sequence[str]
) -> dict[int, Measures]:
    """Return the selection's totals by month index; months without its rows are absent.

    An account manager may serve several counties of a month: those rows add up.
    """
    rows = _inside(_totals(scope, runs.values()), selection).at_level(selection.level)
    by_month: dict[int, list[Measures]] = {}
    for row in rows.order_by("month").values("month", *columns):
        by_month.setdefault(row.pop("month"), []).append(row)
    return {month: with_classes(added(parts)) for month, parts in by_month.items()}


def measures_by_unit(
    scope: Scope, runs: Mapping[int, int], selection: Selection, by: By, columns: Sequence[str]
) -> dict[int, dict[str, Measures]]:
    """Return the totals of the units below the selection: month index → unit code → measures."""
    rows = _inside(_totals(scope, runs.values()), selection).at_level(by)
    return _added_by(rows, CODE_COLUMN[by], columns)


def measures_by_kind(
    scope: Scope, runs: Mapping[int, int], selection: Selection, kind: Kind, columns: Sequence[str]
) -> dict[int, dict[str, Measures]]:
    """Return the selection's totals by industry or size: month index → code → measures.

    An account manager's totals are kept by grade only: there are none by kind.
    """
    column = KIND_COLUMN[kind]
    rows: OrgQuerySet = OrgMonth.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    rows = _inside(rows.rolled_up(column), selection).at_level(selection.level)
    return _added_by(rows, column, columns)


def _added_by(
    rows: OrgQuerySet, column: str, columns: Sequence[str]
) -> dict[int, dict[str, Measures]]:
    found: dict[int, dict[str, list[Measures]]] = {}
    for row in rows.order_by("month", column).values("month", column, *columns):
        units = found.setdefault(row.pop("month"), {})
        units.setdefault(str(row.pop(column)), []).append(row)
    return {
        month: {
            code: with_classes(added(parts) if len(parts) > 1 else parts[0])
            for code, parts in units.items()
        }
        for month, units in found.items()
    }


def names_of(by: By, codes: Iterable[str]) -> dict[str, str]:
    """Return the latest names of units or account managers; an unknown code names itself."""
    wanted = sorted(set(codes))
    model, city = (
        (AccountManager, "city__name") if by == "account_manager" else (OrgUnit, "parent__name")
    )
    rows = model.objects.filter(code__in=wanted)
    known = names_said(starmap(Named, rows.values_list("code", "name", "is_bucket", city)))
    return {code: known.get(code, code) for code in wanted}


def serves_in_scope(scope: Scope, runs: Collection[int], account_manager_code: str) -> bool:
    """Tell whether published rows in scope name this account manager."""
    rows = _totals(scope, runs).at_level("account_manager")
    return bool(rows.filter(account_manager_code=account_manager_code).exists())


def search_groups(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep groups whose name or code contains the text, or whose initials 拼音首字母 do.

    For an account manager's groups; :func:`search_many` looks among a city's or a province's.
    """
    initials = NamePinyin.objects.filter(name=OuterRef("name"), initials__contains=text.lower())
    wanted = Q(name__icontains=text) | Q(group_code__icontains=text)
    return rows.filter(wanted | Exists(initials)) if text.isascii() else rows.filter(wanted)


def search_many(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep groups whose name or code contains the text, or whose initials begin with it.

    Indexes of the names answer, however many groups there are; only a text with a digit is looked
    for in the codes, all of them. A few names are named, for the planner to see that they are few.
    """
    names = list(NamePinyin.with_text(text)[: MOST_NAMES + 1])
    named = Q(name__in=names if len(names) <= MOST_NAMES else NamePinyin.with_text(text))
    is_code = any(character.isdigit() for character in text)
    return rows.filter(named | Q(group_code__icontains=text) if is_code else named)


def find_groups(scope: Scope, run: int | None, text: str, limit: int) -> list[dict[str, Any]]:
    """Return the first groups in scope whose name, code or initials fit, for suggestions."""
    search = search_many if scope.is_management else search_groups
    rows = search(GroupResult.objects.in_run(run).visible_to(scope), text)
    fields = ("group_code", "name", "effective_grade", "account_manager_code")
    return list(rows.order_by("-total_income_li", "group_code").values(*fields)[:limit])
