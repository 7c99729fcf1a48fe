"""Show one group's products beside those of similar groups 同类集团, and what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from accounts.scope import Selection
from accounts.tree import breadcrumb_of
from analytics.page import RoomPage, RoomReading, stand_at
from analytics.product_usage import lists, queries, sentences
from analytics.product_usage.room import ROOM
from analytics.product_usage.similar import GroupProduct, products_of
from analytics.unit_tables import SIZE_BANDS
from core.errors import NotInScope
from core.parts import Finding, ModuleParts, PageState
from core.sources import ListSource
from core.table import TableView
from warehouse.dictionary_names import name_said
from warehouse.mart_models import GroupMonth


@dataclass(frozen=True)
class GroupUsage:
    """Hold one group's products 集团产品 with what its similar groups use."""

    group: GroupMonth
    industry: str
    n_similar: int
    rows: tuple[GroupProduct, ...]

    @property
    def size(self) -> str:
        """Return the size band in words 规模."""
        return str(dict(SIZE_BANDS).get(str(self.group.size_band), self.group.size_band))


class GroupMixin(RoomReading):
    """Put one group's products together for page and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM, what="group")

    @cached_property
    def found(self) -> GroupUsage:
        """Return the group of the address.

        Raises:
            NotInScope: if that month's row is not the reader's, as if there were none.
        """
        run = self.reading.run
        if run is None:
            raise NotInScope
        code = self.http.resolver_match.kwargs["group_code"] if self.http.resolver_match else ""
        group = queries.group_in(self.reading.scope, run.run, code)
        kind = (group.industry_code, group.size_band)
        used = queries.products_used(self.reading.scope, run.run, [code]).get(code, {})
        counts = queries.n_similar(run.run, [kind])
        adoptions = queries.adoptions(run.run, counts)[kind]
        products = {product.code: product for product in queries.products()}
        return GroupUsage(
            group,
            name_said(group.industry) or _("其他"),
            counts[kind],
            products_of(used, adoptions, products),
        )


class GroupUsagePage(GroupMixin, RoomPage):
    """Show one group's products."""

    title = gettext_lazy("集团产品")

    def parts(self) -> ModuleParts:
        """Return the page; a group that is not the reader's does not exist."""
        found, scope = self.found, self.reading.scope
        group = found.group
        person = Selection(
            "account_manager",
            self.reading.selection.province_code,
            group.city_code,
            group.county_code,
            group.account_manager_code,
        )
        stand_at(self.http, breadcrumb_of(scope, person), group.name)
        lacking = [row.product for row in found.rows if row.lacks]
        n_used = sum(1 for row in found.rows if row.used is not None)
        return ModuleParts(
            title=group.name,
            facts=self.facts(),
            findings=(Finding(sentences.of_group(n_used, lacking)),),
            table=self.table(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say which groups are similar, or that there are too few."""
        found = self.found
        text = _("{industry} · {size}，全省共 {n} 个。").format(
            industry=found.industry, size=found.size, n=found.n_similar
        )
        if found.n_similar < 3:
            return (PageState("masked", _("同类集团不足 3 个，不作比较"), text),)
        return (PageState("partial", _("同类集团"), text),)

    def table(self) -> TableView | None:
        """Return the products of the group."""
        source = ListSource(self.found.rows)
        return lists.group_table().view(self.request.GET, source, path=self.request.path)
