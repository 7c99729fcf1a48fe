"""Compare groups with similar ones 同类集团: what each has, what each lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analytics.adoption import Adoption, lacking
from analytics.product_usage import queries
from analytics.reading import Reading
from analytics.similar_groups import GroupProduct, products_of
from warehouse.models import Product

__all__ = ["GroupProduct", "Lack", "lacks_of", "products_of"]


@dataclass(frozen=True, slots=True)
class Lack:
    """Be one product a group lacks 缺少的产品, with how usual it is among similar groups."""

    group_code: str
    name: str
    industry_code: str
    industry: str | None
    size_band: int
    n_members: int | None
    product_code: str
    product: str
    adoption: Adoption

    @property
    def share(self) -> float | None:
        """Return the adoption 同类使用率."""
        return self.adoption.share


def lacks_of(reading: Reading, products: Mapping[str, Product]) -> tuple[Lack, ...]:
    """Return what the selection's groups lack, the most usual products first."""
    assert reading.run is not None  # noqa: S101 - asked only for published months
    run = reading.run.run
    groups = queries.groups_of(reading.scope, run, reading.selection)
    used = queries.products_used(reading.scope, run, [row["group_code"] for row in groups])
    known = queries.adoptions(run, queries.n_similar(run, {_kind(row) for row in groups}))
    found = [
        _lack(row, adoption, products)
        for row in groups
        for adoption in lacking(used.get(row["group_code"], {}).keys(), known[_kind(row)])
    ]
    return tuple(sorted(found, key=lambda each: (-(each.share or 0.0), each.group_code)))


def _kind(row: Mapping[str, Any]) -> queries.Similar:
    return row["industry_code"], row["size_band"]


def _lack(row: Mapping[str, Any], adoption: Adoption, products: Mapping[str, Product]) -> Lack:
    product = products.get(adoption.product_code)
    return Lack(
        **row,
        product_code=adoption.product_code,
        product=product.name if product else adoption.product_code,
        adoption=adoption,
    )
