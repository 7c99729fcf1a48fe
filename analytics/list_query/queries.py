"""Look pasted codes up among the groups in scope 名单查询."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.list_query.compute import CodeList
from analytics.models import GroupCodeList
from analytics.queries import names_of
from core.errors import NotInScope
from warehouse.mart_models import GroupMonth, GroupResult
from warehouse.models import Industry

FIELDS = (
    "group_code", "name", "industry_code", "city_code", "county_code", "account_manager_code",
    "effective_grade", "suggested_grade", "score", "n_members", "total_income_li",
)  # fmt: skip
INCOMES = ("unified_pay_li", "personal_bill_li", "ict_li")


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what a list came to: rows in the order asked for, and the codes without a row.

    A group of somebody else and one that does not exist are missing alike.
    """

    rows: tuple[dict[str, Any], ...]
    missing: tuple[str, ...]
    repeated: tuple[str, ...]


def list_of(scope: Scope, key: str) -> CodeList:
    """Return the codes a reader kept.

    Raises:
        NotInScope: if it is somebody else's list, exactly as if there were none.
    """
    try:
        wanted = uuid.UUID(key)
    except ValueError as error:
        raise NotInScope from error
    rows = GroupCodeList.objects.filter(pk=wanted, user_id=scope.user_id or 0)
    found = rows.values_list("codes", "repeated").first()
    if found is None:
        raise NotInScope
    return CodeList(tuple(found[0]), tuple(found[1]))


def look_up(scope: Scope, run: int, selection: Selection, wanted: CodeList) -> Found:
    """Return the wanted groups of a run that are the reader's, with names of unit and person.

    Management looks up within the account manager it chose; account managers in all they see.
    """
    place = within(selection) if scope.is_management else Q()
    industry = Industry.objects.filter(code=OuterRef("industry_code")).values("name")[:1]
    facts = GroupMonth.objects.in_run(run).filter(group_code=OuterRef("group_code"))
    rows = GroupResult.objects.in_run(run).visible_to(scope).filter(place)
    listed = rows.filter(group_code__in=wanted.codes).annotate(
        industry=Subquery(industry),
        score_change=F("score") - F("prev_score"),
        **{name: Subquery(facts.values(name)[:1]) for name in INCOMES},
    )
    known = {
        row["group_code"]: row
        for row in listed.values(*FIELDS, *INCOMES, "industry", "score_change")
    }
    _name_places(list(known.values()))
    order = {code: place for place, code in enumerate(wanted.codes, start=1)}
    ordered = [{**known[code], "place": order[code]} for code in wanted.codes if code in known]
    missing = tuple(code for code in wanted.codes if code not in known)
    return Found(tuple(ordered), missing, wanted.repeated)


def _name_places(rows: Sequence[dict[str, Any]]) -> None:
    """Add the names of county and account manager to the rows."""
    counties = names_of("county", (row["county_code"] for row in rows))
    people = names_of("account_manager", (row["account_manager_code"] for row in rows))
    for row in rows:
        row["county"] = counties[row["county_code"]]
        row["account_manager"] = people[row["account_manager_code"]]
        row["industry"] = row["industry"] or row["industry_code"]
