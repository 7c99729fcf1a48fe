"""Read products by unit, by group and among similar groups; always within a scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.queries import within
from accounts.scope import Scope, Selection
from analytics.kpi import Measures, added
from analytics.product_usage.compute import MEASURES, Adoption
from analytics.queries import CODE_COLUMN, By
from core.errors import NotInScope
from warehouse.mart_models import GroupMonth, GroupProductMonth, OrgMonth, OrgProductMonth
from warehouse.models import Product

IS_USED = Q(n_orders__gt=0) | Q(users__gt=0)
MAIN_ROLES = ("switchboard", "ringback", "sms")


def products() -> tuple[Product, ...]:
    """Return the products, the three main ones first, then by family and code."""
    families = ("standard", "industry_application", "member_bill", "other")

    def place(product: Product) -> tuple[int, int, str]:
        main = MAIN_ROLES.index(product.role) if product.role in MAIN_ROLES else len(MAIN_ROLES)
        known = product.family in families
        return main, families.index(product.family) if known else len(families), product.code

    return tuple(sorted(Product.objects.all(), key=place))


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


def search_usage(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Keep the rows of groups whose name or code contains the text."""
    named = GroupMonth.objects.filter(
        run=OuterRef("run"), group_code=OuterRef("group_code"), name__icontains=text
    )
    return rows.filter(Q(group_code__icontains=text) | Exists(named))


def groups_of(scope: Scope, run: int, selection: Selection) -> list[dict[str, Any]]:
    """Return the selection's shown groups with what makes others similar to them."""
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope).filter(within(selection))
    fields = ("group_code", "name", "industry_code", "size_band", "n_members")
    return list(rows.order_by("group_code").values(*fields))


def group_in(scope: Scope, run: int, group_code: str) -> GroupMonth:
    """Return one shown group of a run.

    Raises:
        NotInScope: if that month's row is not the reader's, exactly as if there were none.
    """
    rows = GroupMonth.objects.in_run(run).shown().visible_to(scope)
    found: GroupMonth | None = rows.filter(group_code=group_code).first()
    if found is None:
        raise NotInScope
    return found


def products_used(
    scope: Scope, run: int, group_codes: Collection[str]
) -> dict[str, dict[str, Measures]]:
    """Return what groups use: group code → product code → measures."""
    rows = GroupProductMonth.objects.in_run(run).visible_to(scope).filter(IS_USED)
    fields = [name for name in MEASURES if name != "n_groups_using"]
    found: dict[str, dict[str, Measures]] = {}
    for row in rows.filter(group_code__in=sorted(group_codes)).values(
        "group_code", "product_code", *fields
    ):
        found.setdefault(row.pop("group_code"), {})[row.pop("product_code")] = row
    return found


Similar = tuple[str, int]  # industry code × size band


def adoptions(run: int, kinds: Collection[Similar]) -> dict[Similar, tuple[Adoption, ...]]:
    """Return what similar groups 同类集团 of the whole province use, by industry and size.

    This reads beyond the reader's scope on purpose: counts and quartiles of the province's similar
    groups, no group among them by name, and nothing where there are fewer than three.
    """
    wanted = sorted(set(kinds))
    sizes = n_similar(run, wanted)
    rows = OrgProductMonth.objects.in_run(run).by_similar_groups()
    rows = rows.filter(industry_code__in={industry for industry, _size in wanted})
    found: dict[Similar, list[Adoption]] = {kind: [] for kind in wanted}
    for row in rows.order_by("product_code"):
        kind = (row.industry_code, row.size_band)
        if kind in found:
            found[kind].append(
                Adoption(
                    row.product_code, row.n_groups_using or 0, sizes.get(kind, 0),
                    row.users_q1, row.users_median, row.users_q3,
                )
            )  # fmt: skip
    return {kind: tuple(each) for kind, each in found.items()}


def n_similar(run: int, kinds: Collection[Similar]) -> dict[Similar, int]:
    """Count the similar groups: the province's cells of industry × size, over its grades."""
    rows = OrgMonth.objects.in_run(run).at_level("province").exclude(grade="*")
    rows = rows.filter(industry_code__in={industry for industry, _size in kinds})
    counts: dict[Similar, int] = {}
    for industry, size, n in rows.exclude(size_band=-1).values_list(
        "industry_code", "size_band", "n_groups"
    ):
        counts[industry, size] = counts.get((industry, size), 0) + (n or 0)
    return counts
