"""Read what income composition shows: which units are masked, and an account manager's groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.income_composition.compute import FEES, Amounts
from analytics.masking import ANY, Key
from analytics.queries import CODE_COLUMN, By, at_unit
from warehouse.mart_models import GroupMonth, OrgMask
from warehouse.models import NamePinyin

MOST_ROWS = 5000
LIST_FIELDS = ("group_code", "name", "industry_code", "size_band", "n_members", *FEES)


def key_of(selection: Selection) -> Key:
    """Return the place of a selection among the masked units."""
    return (
        selection.level,
        selection.city_code or ANY,
        selection.county_code or ANY,
        selection.account_manager_code or ANY,
    )


def open_units(
    scope: Scope, runs: Mapping[int, int], selection: Selection, by: By | None, with_units: set[int]
) -> frozenset[tuple[int, Key]]:
    """Return what management may read: (month, unit) pairs stored as not masked.

    A run made before masks were stored has no rows, so nothing of it is open. Lower units are read
    for the months of ``with_units`` only.
    """
    wanted = _at(selection)
    if by is not None:
        level, city, county, _person = key_of(at_unit(selection, by, ""))
        lower = Q(level=level, month__in=sorted(with_units))
        if by != "city":
            lower &= Q(city_code=city)
        if by == "account_manager":
            lower &= Q(county_code=county)
        wanted |= lower
    rows = OrgMask.objects.filter(run__in=sorted(runs.values()), masked=0).visible_to(scope)
    fields = ("month", "level", "city_code", "county_code", "account_manager_code")
    return frozenset(
        (month, tuple(key)) for month, *key in rows.filter(wanted).values_list(*fields)
    )


def _at(selection: Selection) -> Q:
    level, city, county, person = key_of(selection)
    return Q(level=level, city_code=city, county_code=county, account_manager_code=person)


def lower_key(selection: Selection, by: By, code: str) -> Key:
    """Return the place of a lower unit among the masked units."""
    assert by in CODE_COLUMN  # noqa: S101 - a By is one of the three
    return key_of(at_unit(selection, by, code))


def groups_of(scope: Scope, run: int, selection: Selection) -> QuerySet[Any]:
    """Return the selection's shown groups of one run with the six fees, as dicts."""
    pinyin = NamePinyin.objects.filter(name=OuterRef("name")).values("pinyin")[:1]
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection))
    summed = sum((Coalesce(F(fee), Value(0)) for fee in FEES[1:]), Coalesce(F(FEES[0]), Value(0)))
    listed: QuerySet[Any] = rows.annotate(pinyin=Subquery(pinyin), fee_total_li=summed).values(
        *LIST_FIELDS, "pinyin", "fee_total_li"
    )
    return listed


def fees_by_group(
    scope: Scope, runs: Mapping[int, int], selection: Selection
) -> dict[int, dict[str, Amounts]]:
    """Return the six fees of each group of a portfolio: month → group → fees; few rows only."""
    rows = GroupMonth.objects.in_runs(runs.values()).shown().visible_to(scope)
    found: dict[int, dict[str, Amounts]] = {}
    listed = rows.filter(within(selection)).values_list("month", "group_code", *FEES)
    for month, code, *fees in listed[: MOST_ROWS + 1]:
        found.setdefault(month, {})[code] = tuple(fees)
    return found if sum(map(len, found.values())) <= MOST_ROWS else {}
