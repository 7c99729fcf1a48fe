"""Read products by unit, by group and among similar groups; always within a scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.adoption import MEASURES
from analytics.kpi import Measures, added
from analytics.long_lists import LongSource, groups_found
from analytics.queries import CODE_COLUMN, MOST_NAMES, By, search_groups, search_many
from analytics.similar_groups import (
    IS_USED,
    MAIN_ROLES,
    Similar,
    adoptions,
    n_similar,
    products,
    products_used,
)
from core.errors import NotInScope
from warehouse.mart_columns import Flags, MartColumns, Numbers, columns_of_run
from warehouse.mart_models import GroupMonth, GroupProductMonth, OrgProductMonth
from warehouse.models import Industry

__all__ = [
    "IS_USED",
    "MAIN_ROLES",
    "Similar",
    "UsageSource",
    "adoptions",
    "group_in",
    "groups_of",
    "groups_using",
    "n_similar",
    "products",
    "products_used",
    "search_usage",
    "usage_by_product",
    "usage_by_unit",
]

_INDUSTRY = Subquery(Industry.objects.filter(code=OuterRef("industry_code")).values("name"))


def usage_by_product(
    scope: Scope, runs: Mapping[int, int], selection: Selection
) -> dict[int, dict[str, Measures]]:
    """Return the selection's products: month index → product code → measures."""
    rows = OrgProductMonth.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    inside = rows.rolled_up().at_level(selection.level).filter(within(selection))
    return _gathered(inside, "product_code")


def usage_by_unit(
    scope: Scope, runs: Mapping[int, int], selection: Selection, by: By, product_code: str
) -> dict[int, dict[str, Measures]]:
    """Return one product by lower unit: month index → unit code → measures."""
    rows = OrgProductMonth.objects.filter(run__in=sorted(runs.values())).visible_to(scope)
    inside = rows.rolled_up().at_level(by).filter(within(selection), product_code=product_code)
    return _gathered(inside, CODE_COLUMN[by])


def _gathered(rows: QuerySet[Any], key: str) -> dict[int, dict[str, Measures]]:
    found: dict[int, dict[str, list[Measures]]] = {}
    for row in rows.order_by("month", key).values("month", key, *MEASURES):
        found.setdefault(row.pop("month"), {}).setdefault(row.pop(key), []).append(row)
    return {
        month: {code: added(parts) for code, parts in by_code.items()}
        for month, by_code in found.items()
    }


def _of_group(column: str) -> Subquery:
    group = GroupMonth.objects.filter(run=OuterRef("run"), group_code=OuterRef("group_code"))
    return Subquery(group.values(column)[:1])


def groups_using(
    scope: Scope, run: int, selection: Selection, product_code: str = ""
) -> QuerySet[Any]:
    """Return which group uses what 使用清单, one row a group and product, as dicts."""
    rows = GroupProductMonth.objects.in_run(run).visible_to(scope).filter(within(selection))
    if product_code:
        rows = rows.filter(product_code=product_code)
    named: QuerySet[Any] = (
        rows.filter(IS_USED)
        .annotate(name=_of_group("name"), n_members=_of_group("n_members"))
        .values(
            "run", "group_code", "product_code", "name", "n_members", "account_manager_code",
            "users", "member_users", "billed_users", "amount_li", "group_paid_li",
            "member_paid_li", "outsider_paid_li",
        )
    )  # fmt: skip
    return named


def search_usage(
    rows: QuerySet[Any], text: str, *, place: tuple[Scope, int, Selection]
) -> QuerySet[Any]:
    """Keep the rows of groups whose name, code or initials fit; ``rows`` stay within their scope.

    The groups are looked for once, not for each of their products: an account manager's among
    their own, others' among all.
    """
    scope, run, selection = place
    groups = GroupMonth.objects.in_run(run)
    if selection.level == "account_manager":
        fitting = search_groups(groups.visible_to(scope).filter(within(selection)), text)
    else:
        fitting = search_many(groups, text)
    found = fitting.values_list("group_code", flat=True)
    codes = list(found[: MOST_NAMES + 1])
    return rows.filter(group_code__in=codes if len(codes) <= MOST_NAMES else found)


class UsageSource(LongSource):
    """Order and search who uses what by the columns of ``group_product_month``."""

    mart = "group_product_month"
    keys = ("group_code", "product_code")

    def __init__(self, *given: Any, product: str = "", **named: Any) -> None:
        """Take the rows of ``groups_using`` with the product they were asked for."""
        super().__init__(*given, **named)
        self.product = product

    def own(self, columns: MartColumns) -> Flags:
        """Return the rows of use (``IS_USED``), of the product asked for."""
        used: Flags = (columns.numbers("n_orders") > 0) | (columns.numbers("users") > 0)
        return used & columns.among("product_code", (self.product,)) if self.product else used

    def found(self, text: str) -> Flags | None:
        """Return the rows of the groups a text finds."""
        groups = columns_of_run(self.run, "group_month")
        found = groups and groups_found(groups, self.run, text)
        if groups is None or found is None or self.columns is None:
            return None
        return self.columns.one_of("group_code", groups.texts("group_code").filter(pa.array(found)))

    def key(self, columns: MartColumns, field: str) -> Numbers | None:
        """Return what the list is ordered by."""
        if field == "group_code":
            return np.arange(columns.n_rows, dtype=float)
        return columns.places(field) if field == "product_code" else columns.numbers(field)


def groups_of(scope: Scope, run: int, selection: Selection) -> list[dict[str, Any]]:
    """Return the selection's shown groups with what makes others similar to them."""
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection))
    fields = ("group_code", "name", "industry_code", "industry", "size_band", "n_members")
    return list(rows.annotate(industry=_INDUSTRY).order_by("group_code").values(*fields))


def group_in(scope: Scope, run: int, group_code: str) -> GroupMonth:
    """Return one shown group of a run, with the name of its industry.

    Raises:
        NotInScope: if that month's row is not the reader's, exactly as if there were none.
    """
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope)
    named = rows.annotate(industry=_INDUSTRY)
    found: GroupMonth | None = named.filter(group_code=group_code).first()
    if found is None:
        raise NotInScope
    return found
