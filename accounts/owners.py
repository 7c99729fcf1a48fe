"""Read whose row it is, name and way down, in the very query that reads the row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf

from accounts.models import AccountManager, OrgUnit
from accounts.scope import Person, Selection, Unit

_PERSON = {"code": "code", "name": "name", "city_code": "city_id", "is_bucket": "is_bucket"}
_UNIT = ("code", "name", "level", "is_bucket", "is_direct")
_UP = ("parent__parent__", "parent__", "")  # province, city, county


def owner_person() -> Subquery:
    """Return the account manager a row with the owner columns names; null where there is none."""
    rows = AccountManager.objects.filter(code=OuterRef("account_manager_code"))
    county = Coalesce(F("county_id"), Value(""))
    return Subquery(rows.values(person=JSONObject(**_PERSON, county_code=county))[:1])


def owner_units() -> Subquery:
    """Return the county or city of a row with the owner columns, with the units above it."""
    deepest = Coalesce(NullIf(OuterRef("county_code"), Value("")), OuterRef("city_code"))
    steps = [
        JSONObject(**{name: up + name for name in _UNIT}, parent_code=f"{up}parent_id")
        for up in _UP
    ]
    way = JSONObject(province=steps[0], city=steps[1], county=steps[2])
    return Subquery(OrgUnit.objects.filter(code=deepest).values(way=way)[:1])


def with_names(
    owner: Selection, person: Mapping[str, Any] | None, units: Mapping[str, Any] | None
) -> Selection:
    """Return a selection that knows its names already, from what the two subqueries found."""
    way = [units[step] for step in ("province", "city", "county")] if units else []
    path = tuple(
        Unit(**{**step, "parent_code": step["parent_code"] or ""}) for step in way if step["code"]
    )
    return replace(owner, path=path, person=Person(**person) if person else None)
