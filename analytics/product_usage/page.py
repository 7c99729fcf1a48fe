"""Show 产品使用情况分析: by product, by lower unit, which group uses what, what groups lack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, RoomReading, card
from analytics.product_usage import charts, lists, queries, sentences, tables
from analytics.product_usage.compute import Usage
from analytics.product_usage.room import MAIN, ROOM, UsageReading
from analytics.product_usage.similar import lacks_of
from analytics.queries import at_unit
from analytics.unit_tables import UNIT_TABS, beside, intervals_said
from core.parts import ChartCard, Finding, Kpi, ModuleParts, NavItem, PageState
from core.sources import ListSource, Source
from core.table import Table, TableView
from core.web import carry, compare_of

LISTS = ("groups", "lacking")
VIEWS: Mapping[str, Any] = {
    "product": gettext_lazy("按产品"),
    **{str(by): label for by, label in UNIT_TABS.items()},
    "groups": gettext_lazy("使用清单"),
    "lacking": gettext_lazy("缺少的产品"),
}


class UsageMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def usage(self) -> UsageReading:
        """Return the figures behind the page."""
        given = self.http.GET
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return UsageReading(
            self.reading, given.get("by", ""), given.get("product", ""), months_back
        )

    def require_view(self) -> None:
        """Stop a reader who names a list of groups without the right to it.

        Raises:
            NotAllowed: if the reader sees totals only.
        """
        if self.http.GET.get("by", "") in LISTS:
            policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)

    def product_url(self, row: Usage) -> str:
        """Return the link to one product: by lower unit, or its groups at an account manager."""
        views = [view for view in self.usage.views if view not in ("product", "lacking")]
        if not row.code or not views:
            return ""
        cleared = dict.fromkeys(("sort", "page", "q", "family"))
        return carry(self.http, reverse(ROOM), **{**cleared, "product": row.code, "by": views[0]})

    def unit_url(self, row: Usage) -> str:
        """Return the link one step down, the product kept; empty on the totals row."""
        units = self.usage.units
        if not row.code or units is None:
            return ""
        lower = at_unit(self.reading.selection, units.by, row.code)
        next_view = "groups" if units.by == "account_manager" else "product"
        if units.by == "city":
            next_view = "county"
        elif units.by == "county":
            next_view = "account_manager"
        return self.link_to(lower, product=units.product.code, by=next_view)

    def group_url(self, row: Any) -> str:
        """Return the link to one group's products beside those of similar groups."""
        code = row["group_code"] if isinstance(row, Mapping) else row.group_code
        return carry(self.http, reverse(f"{ROOM}_group", args=[code]), unit=None, am=None)

    def declared(self) -> tuple[Table, Source]:
        """Return the table of the view shown with its rows."""
        usage, run = self.usage, self.reading.run
        if usage.view == "groups" and run is not None:
            place = self.reading.scope, run.run, self.reading.selection
            table = lists.usage_table(usage.products.values(), self.group_url)
            return table, queries.UsageSource(
                queries.groups_using(*place, usage.asked),
                place=place,
                n_rows=self.n_uses,
                search=partial(queries.search_usage, place=place),
                product=usage.asked,
            )
        if usage.view == "lacking":
            table = lists.lacking_table(self.group_url)
            return table, ListSource(lacks_of(self.reading, usage.products))
        if usage.units is not None:
            units = usage.units
            return tables.units_table(units.by, units.product, self.unit_url), ListSource(
                units.rows
            )
        return tables.products_table(self.product_url), ListSource(usage.rows)

    def n_uses(self) -> int:
        """Return how many rows the whole 使用清单 has (group × product), without counting them."""
        return sum(row.n_groups_using for row in self.usage.rows)


class UsagePage(UsageMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("产品使用情况分析")

    def parts(self) -> ModuleParts:
        """Return the page; a list named by a reader who may not see it is refused."""
        self.require_view()
        return super().parts()

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        self.require_view()
        if self.reading.run is None:
            return None
        table, source = self.declared()
        units = self.usage.units
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            total=self.n_uses() if self.usage.view == "groups" else None,
            export_urls=self.export_urls(),
            empty=PageState("empty", _("暂无数据"), self.nothing()),
            note=self.table_note(),
        )

    def nothing(self) -> str:
        """Say why a table is empty."""
        if not self.usage.is_summed:
            return _("本月没有订购清单和产品使用清单，或其中没有本范围的集团。")
        if self.usage.view == "lacking":
            return _("没有发现同类集团常用而未使用的产品。")
        return _("当前范围和账期内没有集团使用产品。")

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse(f"{ROOM}_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def table_note(self) -> str:
        """Say beside the table what may be added up and whether it reconciles."""
        units = self.usage.units
        if units is not None:
            same = _("合计与上级一致")
            if not units.reconciled:
                same = _("合计与上级不一致，请联系数据管理员")
            return beside(same, intervals_said(row.n_groups for row in units.rows))
        if self.usage.view == "product":
            return _("同一集团、用户可用多种产品，各行不相加")
        return ""

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings(),
            kpis=self.cards(),
            charts=self.charts(),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def main_rows(self) -> tuple[Usage, ...]:
        """Return the three main products 移动总机、集团彩铃、集团短信 as far as there are."""
        main = {code for code, each in self.usage.products.items() if each.role in MAIN}
        return tuple(row for row in self.usage.rows if row.code in main)

    def cards(self) -> tuple[Kpi, ...]:
        """Return the cards; a main product's leads to that product."""
        codes = {each.role: code for code, each in self.usage.products.items()}
        rows = {row.code: row for row in self.usage.rows}
        urls = {
            indicator.code: self.product_url(rows[codes[role]])
            for role, indicator in MAIN.items()
            if codes.get(role) in rows
        }
        return tuple(card(each, url=urls.get(each.indicator.code, "")) for each in self.usage.kpis)

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        usage, units = self.usage, self.usage.units
        n_groups = int(usage.now.get("n_groups") or 0)
        main = self.main_rows() if n_groups else ()
        said = [
            sentences.overview(self.place_name, n_groups, usage.rows),
            sentences.main_products(main, {row.code: self.product_url(row) for row in main}),
        ]
        if units is not None:
            urls = {row.code: self.unit_url(row) for row in units.rows}
            said.append(sentences.best_unit(units.rows, units.product.name, urls))
        return tuple(Finding(each) for each in said if each)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return by what the place can be read."""
        cleared = ("sort", "page", "q", "family")
        return tuple(
            NavItem(
                view,
                str(VIEWS[view]),
                "",
                carry(self.request, **{**dict.fromkeys(cleared), "by": view}),
                is_current=view == self.usage.view,
            )
            for view in self.usage.views
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing."""
        if self.usage.is_summed:
            return ()
        title = _("本月没有产品数据")
        return (PageState("partial", title, _("产品明细需要订购清单或产品使用清单。")),)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts: groups using by product or by unit, users over the months."""
        usage, units = self.usage, self.usage.units
        if not usage.rows:
            return ()
        if units is not None:
            urls = {row.code: self.unit_url(row) for row in units.rows}
            rows: tuple[Usage, ...] = units.rows
            title = _("{product}使用集团数与渗透率").format(product=units.product.name)
            hint = _("按排名排列，点击柱形下钻")
            lines = [(units.product.name, usage.series(units.product.code, "users"))]
        else:
            rows = tuple(row for row in usage.rows if row.n_groups_using)
            urls = {row.code: self.product_url(row) for row in rows}
            title, hint = _("各产品使用集团数与渗透率"), _("点击柱形查看该产品")
            lines = [(row.name, usage.series(row.code, "users")) for row in self.main_rows()]
        drawn = charts.penetration_chart(rows, urls)
        trend = charts.users_chart(sparkline_months(usage.month), lines)
        return (
            self.chart("usage", title, drawn, _("个集团"), hint=hint, span=7),
            self.chart("users", _("用户数走势"), trend, _("户次"), span=5),
        )

    def chart(self, name: str, title: str, drawing: Any, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.usage.month,
            source=_("月度产品汇总"),
            **more,
        )
