"""Show 集团贡献分析: income by lower unit, or group by group, in one template for all roles."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics.contribution import charts, queries, sentences, tables
from analytics.contribution.indicators import OPERATING_SHARE, OUTSIDER
from analytics.contribution.room import ContributionReading
from analytics.income_rooms import IncomeRoom
from analytics.indicators import TOTAL_INCOME
from analytics.kpi import Kpi, sparkline_months
from analytics.page import RoomPage, card
from analytics.queries import search_groups, search_many
from core import formats
from core.parts import ChartCard, Finding, ModuleParts, PageState
from core.parts import Kpi as KpiCard
from core.sources import ListSource, Source
from core.table import Table, TableView
from warehouse.dictionary_names import industry_names

__all__ = ["ContributionMixin", "ContributionPage"]


REASONS = {
    **dict.fromkeys(
        ("total_income_li", "unified_pay_li", "personal_bill_li", "ict_li"), tables.no_orders
    ),
    "arpu_li": tables.no_previous_members,
    "operating_share": tables.no_operating_income,
}


class ContributionMixin(IncomeRoom):
    """Put contribution's reading, table and rows together for page, export and API."""

    room = "contribution"
    door: Door | None = Door(module="contribution")

    @cached_property
    def contribution(self) -> ContributionReading:
        """Return the figures behind the page."""
        return ContributionReading(self.reading, self.level, self.months_back)

    @property
    def comparison(self) -> str:
        """Return the word for what totals are compared with."""
        return _("同比") if self.months_back == 12 else _("环比")

    def declared(self) -> tuple[Table, Source]:
        """Return the table of this place with its rows.

        Raises:
            NotAllowed: if the reader may not see groups one by one, or names a closed field.
        """
        units = self.contribution.units
        if not self.asks_for_groups and units is not None:
            table = tables.units_table(units.by, self.unit_url, self.comparison)
            return table, ListSource(units.rows)
        return self.groups()

    def groups(self) -> tuple[Table, Source]:
        """Return the groups one by one.

        Raises:
            NotAllowed: if the reader may not see them.
        """
        scope, selection = self.reading.scope, self.reading.selection
        policies.require(scope, self.room, "rows", selection)
        assert self.reading.run is not None  # noqa: S101 - asked only for published months
        rows = queries.groups_of(scope, self.reading.run.run, selection)
        own = selection.level == "account_manager"
        search = search_groups if own else search_many
        source = queries.GroupSource(
            rows,
            place=(scope, self.reading.run.run, selection),
            n_rows=lambda: self.contribution.whole.n_groups or 0,
            search=search,
        )
        table = tables.groups_table(industry_names(), self.group_url, with_person=not own)
        return table, source


class ContributionPage(ContributionMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("集团贡献分析")

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        if self.reading.run is None:
            return None
        table, source = self.declared()
        units = None if self.asks_for_groups else self.contribution.units
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else tables.groups_total(self.contribution.whole),
            total=None if units else self.contribution.whole.n_groups,
            export_urls=self.export_urls(),
            note=self.table_note(),
        )

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.contribution.units
        if units is None or self.asks_for_groups:
            return ""
        return _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        table = self.table()
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings(),
            kpis=self.cards(),
            charts=self.charts(),
            table=table,
            tabs=self.unit_tabs(with_groups=_("按集团")),
            notices=self.notices(),
            method_html=self.method(),
        )

    def cards(self) -> tuple[KpiCard, ...]:
        """Return the cards; an account manager has no operating income to be a share of."""
        at_person = self.reading.selection.level == "account_manager"
        shown = (
            kpi
            for kpi in self.contribution.kpis
            if not (at_person and kpi.indicator is OPERATING_SHARE)
        )
        return tuple(self.card_of(kpi) for kpi in shown)

    def card_of(self, kpi: Kpi) -> KpiCard:
        """Return one card; the total says what stands beside it, a missing value says why."""
        drawn = card(kpi)
        outsider = self.contribution.whole.outsider_li
        if kpi.value is None:
            return replace(drawn, reason=REASONS[kpi.indicator.code](self.contribution.whole))
        if kpi.indicator is TOTAL_INCOME and outsider:
            label = OUTSIDER.label_zh if formats.is_chinese() else OUTSIDER.label_en
            return replace(drawn, note=f"{label} {formats.money(outsider)}")
        return drawn

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        room = self.contribution
        by_code = {kpi.indicator.code: kpi for kpi in room.kpis}
        said = (
            sentences.overview(self.place_name, room.whole, by_code[TOTAL_INCOME.code]),
            sentences.apart(room.whole),
            sentences.operating(room.whole, by_code[OPERATING_SHARE.code]),
            sentences.largest(room.top_ten),
        )
        return tuple(Finding(each) for each in said if each)

    def notices(self) -> tuple[PageState, ...]:
        """Say which kinds or months are missing, and what is missing with them."""
        whole, found = self.contribution.whole, []
        if whole.n_groups and whole.total_income_li is None:
            text = _("统付、信息化和集团整体收入无法得出，只显示个人账单收入。")
            found.append(PageState("partial", _("本月没有订购数据"), text))
        above_person = self.reading.selection.level != "account_manager"
        if above_person and whole.n_groups and whole.operating_income_li is None:
            text = _("无法计算占运营收入比。")
            found.append(PageState("partial", _("本月没有运营收入数据"), text))
        if whole.n_groups and whole.total_income_li is not None and not self.contribution.curve:
            text = _("该账期的运行早于集中度分析，重新运行后可见。")
            found.append(PageState("partial", _("没有收入集中度"), text))
        return (*found, *self.missing_history())

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        found = [*self.units_charts(), self.trend()]
        curve = self.contribution.curve
        if len(curve) > 1 and curve[-1].income_li:
            drawing = charts.curve_chart(curve)
            source = _("集团按收入从高到低累计")
            found.append(
                self.chart("curve", _("收入集中度"), drawing, _("集团占比与收入占比"), source)
            )
        return tuple(found)

    def units_charts(self) -> tuple[ChartCard, ...]:
        """Return the charts by lower unit; a click drills down."""
        units = self.contribution.units
        if units is None or not units.rows or self.asks_for_groups:
            return ()
        source: Any = _("月度组织汇总")
        hint = _("点击柱形下钻")
        found = []
        if units.total.total_income_li is not None:
            drawing = charts.stack_chart(units.rows, self.unit_url)
            title = _("集团整体收入构成（互不重叠）")
            found.append(
                self.chart("units", title, drawing, formats.money_unit("yuan"), source, hint=hint,
                           span=12)
            )  # fmt: skip
        if any(unit.operating_share is not None for unit in units.rows):
            drawing = charts.share_chart(units.rows, self.unit_url)
            title = _("占运营收入比")
            found.append(self.chart("operating", title, drawing, "%", source, hint=hint, span=12))
        return tuple(found)

    def trend(self) -> ChartCard:
        """Return incomes over 13 months."""
        drawing = charts.trend_chart(
            sparkline_months(self.contribution.month), self.contribution.series
        )
        unit = formats.money_unit("yuan")
        return self.chart("trend", _("收入走势"), drawing, unit, _("月度组织汇总"))
