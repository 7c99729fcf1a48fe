"""Read the products of groups and of similar ones 同类集团; rooms share this."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from accounts.scope import Scope
from analytics.adoption import MEASURES, Adoption, lacking
from analytics.kpi import Measures
from warehouse.dictionary_names import name_said
from warehouse.mart_models import GroupProductMonth, OrgMonth, OrgProductMonth, OrgQuerySet
from warehouse.models import Product

IS_USED = Q(n_orders__gt=0) | Q(users__gt=0)
MAIN_ROLES = ("switchboard", "ringback", "sms")


@dataclass(frozen=True, slots=True)
class GroupProduct:
    """Be one product as a group and its similar groups use it."""

    product_code: str
    product: str
    family: str
    used: Measures | None
    adoption: Adoption | None
    lacks: bool

    @property
    def share(self) -> float | None:
        """Return the adoption 同类使用率; None below three similar groups."""
        return self.adoption.share if self.adoption else None

    def count(self, measure: str) -> int | None:
        """Return the group's own measure; None where it does not use the product."""
        value = (self.used or {}).get(measure)
        return None if value is None else int(value)


def products() -> tuple[Product, ...]:
    """Return the products by the reader's names, the three main ones first, by family and code."""
    families = ("standard", "industry_application", "member_bill", "other")

    def place(product: Product) -> tuple[int, int, str]:
        main = MAIN_ROLES.index(product.role) if product.role in MAIN_ROLES else len(MAIN_ROLES)
        known = product.family in families
        return main, families.index(product.family) if known else len(families), product.code

    found = sorted(Product.objects.all(), key=place)
    for product in found:
        product.name = name_said(product.name)
    return tuple(found)


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


def n_similar(run: int, kinds: Collection[Similar]) -> dict[Similar, int]:
    """Count the similar groups 同类集团: the province's cells of industry × size, all grades."""
    counts = dict.fromkeys(sorted(set(kinds)), 0)
    rows: OrgQuerySet = OrgMonth.objects.in_run(run).at_level("province")
    rows = rows.exclude(grade="*").exclude(size_band=-1)
    rows = rows.filter(industry_code__in={industry for industry, _size in counts})
    for industry, size, n in rows.values_list("industry_code", "size_band", "n_groups"):
        if (industry, size) in counts:
            counts[industry, size] += n or 0
    return counts


def adoptions(run: int, counts: Mapping[Similar, int]) -> dict[Similar, tuple[Adoption, ...]]:
    """Return what similar groups 同类集团 of the whole province use, by industry and size.

    ``counts`` is how many there are of each kind asked for (:func:`n_similar`). This reads beyond
    the reader's scope on purpose: counts and quartiles of the province's similar groups, no group
    among them by name, and nothing where there are fewer than three.
    """
    rows = OrgProductMonth.objects.in_run(run).by_similar_groups().order_by("product_code")
    found: dict[Similar, list[Adoption]] = {kind: [] for kind in counts}
    for row in rows.filter(industry_code__in={industry for industry, _size in counts}):
        kind = (row.industry_code, row.size_band)
        if kind in found:
            found[kind].append(
                Adoption(
                    row.product_code, row.n_groups_using or 0, counts[kind],
                    row.users_q1, row.users_median, row.users_q3,
                )
            )  # fmt: skip
    return {kind: tuple(each) for kind, each in found.items()}


def products_of(
    used: Mapping[str, Measures], adoptions: Sequence[Adoption], products: Mapping[str, Product]
) -> tuple[GroupProduct, ...]:
    """Return every product of a group: its own use first, then what it lacks, then the rest."""
    by_code = {each.product_code: each for each in adoptions}
    missing = {each.product_code for each in lacking(used.keys(), adoptions)}
    rows = []
    for code in dict.fromkeys([*products, *used]):
        product = products.get(code)
        rows.append(
            GroupProduct(
                code,
                product.name if product else code,
                product.family if product else "other",
                used.get(code),
                by_code.get(code),
                code in missing,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.used is None, not row.lacks)))
