"""Put product usage together once for page, API and export 产品使用结果."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from accounts import policies
from analytics.indicators import N_GROUPS, N_MEMBERS
from analytics.kpi import Kpi, Measures, kpis_of, needed_columns, sparkline_months
from analytics.product_indicators import RINGBACK, SMS, SWITCHBOARD
from analytics.product_usage import queries
from analytics.product_usage.compute import Usage, ranked, reconciles, total_of, unused
from analytics.product_usage.indicators import (
    APPLICATION_INCOME,
    GROUP_PENETRATION,
    PRODUCTS_PER_GROUP,
    STANDARD_INCOME,
    USER_PENETRATION,
)
from analytics.queries import By, lower_levels, measures_by_month, measures_by_unit, names_of
from analytics.reading import MonthReading
from core.month import Month
from warehouse.models import Product

ROOM = "product_usage"
CARDS = (SWITCHBOARD, RINGBACK, SMS, PRODUCTS_PER_GROUP, STANDARD_INCOME, APPLICATION_INCOME)
EXPLAINED = (*CARDS, GROUP_PENETRATION, USER_PENETRATION)
MAIN = {"switchboard": SWITCHBOARD, "ringback": RINGBACK, "sms": SMS}
COLUMNS = needed_columns((*CARDS, N_GROUPS, N_MEMBERS))
UNIT_COLUMNS = ("n_groups", "n_members")


@dataclass(frozen=True)
class Units:
    """Be one product by lower unit: rows best first, their total, and whether it reconciles."""

    by: By
    product: Product
    rows: tuple[Usage, ...]
    total: Usage
    reconciled: bool


@dataclass(frozen=True)
class UsageReading(MonthReading):
    """Hold product usage of one selection and month; everything is read at most once."""

    by: str = ""  # product (default), a lower unit, groups or lacking
    asked: str = ""  # the product chosen, empty: all, or the first main one by unit
    months_back: int = 1  # what is compared with: 1 环比, 12 同比

    @cached_property
    def views(self) -> tuple[str, ...]:
        """Return by what this place can be read; lists where the access table allows them."""
        lists: tuple[str, ...] = ()
        if policies.may(self.scope, ROOM, "rows", self.selection):
            at_person = self.selection.level == "account_manager"
            lists = ("groups", "lacking") if at_person else ("groups",)
        return ("product", *lower_levels(self.selection), *lists)

    @property
    def view(self) -> str:
        """Return the view shown."""
        read_by = self.reading.levels(self.by)
        if self.by in lower_levels(self.selection) and self.by not in read_by:
            return read_by[0]
        return self.by if self.by in self.views else "product"

    @cached_property
    def products(self) -> Mapping[str, Product]:
        """Return the products by code, the three main ones first."""
        return {product.code: product for product in queries.products()}

    @property
    def product(self) -> Product | None:
        """Return the product chosen, if it is one."""
        return self.products.get(self.asked)

    @cached_property
    def measures(self) -> Mapping[int, Measures]:
        """Return the selection's own totals of the published months among the last 13."""
        found = measures_by_month(self.scope, self.reading.history, self.selection, COLUMNS)
        found.setdefault(self.month.index, dict.fromkeys(COLUMNS, 0))
        return found

    @property
    def now(self) -> Measures:
        """Return the month's own totals."""
        return self.measures[self.month.index]

    @cached_property
    def kpis(self) -> tuple[Kpi, ...]:
        """Return the figures of the cards."""
        return kpis_of(CARDS, self.measures, self.month)

    @cached_property
    def usage(self) -> Mapping[int, Mapping[str, Measures]]:
        """Return the selection's products by month."""
        return queries.usage_by_product(self.scope, self.reading.history, self.selection)

    @property
    def is_summed(self) -> bool:
        """Tell whether this month's run totalled products at all, and had some."""
        return bool(self.usage.get(self.month.index))

    @cached_property
    def rows(self) -> tuple[Usage, ...]:
        """Return the products of the selection, used ones and those nobody uses."""
        now = self.usage.get(self.month.index, {})
        if not now:
            return ()
        then = self.month.plus(-self.months_back).index
        before = self.usage.get(then) if then in self.reading.history else None
        codes = [*self.products, *sorted(set(now) - set(self.products))]
        return tuple(self._row(code, now, before) for code in codes)

    def _row(
        self, code: str, now: Mapping[str, Measures], before: Mapping[str, Measures] | None
    ) -> Usage:
        product = self.products.get(code)
        return Usage(
            code,
            product.name if product else code,
            now.get(code) or unused(now.values()),
            int(self.now.get("n_groups") or 0),
            int(self.now.get("n_members") or 0),
            product.family if product else "other",
            None if before is None else before.get(code) or unused(before.values()),
        )

    def series(self, product_code: str, measure: str) -> tuple[float | None, ...]:
        """Return a product's measure over the 13 months; months without products are None."""
        return tuple(
            self.usage[month.index].get(product_code, {}).get(measure)
            if self.usage.get(month.index)
            else None
            for month in sparkline_months(self.month)
        )

    @cached_property
    def units(self) -> Units | None:
        """Return one product by lower unit with ranks; None where no unit view is open."""
        by = next((level for level in lower_levels(self.selection) if level == self.view), None)
        product = self.product or next(iter(self.products.values()), None)
        if by is None or product is None or not self.is_summed:
            return None
        then = self.month.plus(-self.months_back)
        runs = self.reading.runs_of(self.month, then)
        used = queries.usage_by_unit(self.scope, runs, self.selection, by, product.code)
        all_of = measures_by_unit(self.scope, runs, self.selection, by, UNIT_COLUMNS)
        names = names_of(by, {code for units in all_of.values() for code in units})

        def rows(month: Month) -> list[Usage]:
            found = used.get(month.index, {})
            nobody = unused(self.usage.get(month.index, {}).values())
            return [
                Usage(
                    code,
                    names[code],
                    found.get(code) or nobody,
                    int(of_unit.get("n_groups") or 0),
                    int(of_unit.get("n_members") or 0),
                )
                for code, of_unit in all_of.get(month.index, {}).items()
            ]

        ordered = ranked(rows(self.month), rows(then))
        total = total_of(ordered, _("合计"))
        whole = next((row for row in self.rows if row.code == product.code), total)
        return Units(by, product, ordered, total, reconciles(total, whole))
