"""Compare groups with similar ones 同类集团: what each has, what each lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analytics.kpi import Measures
from analytics.product_usage import queries
from analytics.product_usage.compute import Adoption, lacking
from analytics.reading import Reading
from warehouse.models import Product


@dataclass(frozen=True, slots=True)
class Lack:
    """Be one product a group lacks 缺少的产品, with how usual it is among similar groups."""

    group_code: str
    name: str
    industry_code: str
    size_band: int
    n_members: int | None
    product_code: str
    product: str
    adoption: Adoption

    @property
    def share(self) -> float | None:
        """Return the adoption 同类使用率."""
        return self.adoption.share


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


def lacks_of(reading: Reading, products: Mapping[str, Product]) -> tuple[Lack, ...]:
    """Return what the selection's groups lack, the most usual products first."""
    assert reading.run is not None  # noqa: S101 - asked only for published months
    run = reading.run.run
    groups = queries.groups_of(reading.scope, run, reading.selection)
    used = queries.products_used(reading.scope, run, [row["group_code"] for row in groups])
    known = queries.adoptions(run, {_kind(row) for row in groups})
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
