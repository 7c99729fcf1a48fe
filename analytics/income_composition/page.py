"""Show 成员收入成分分析: totals only for management, the own groups for account managers."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import policies
from accounts.doors import Door
from analytics.income_composition import charts, queries, sentences, tables
from analytics.income_composition.compute import FEES
from analytics.income_composition.room import CompositionReading
from analytics.income_rooms import IncomeRoom
from analytics.kpi import Kpi, sparkline_months
from analytics.page import RoomPage, card
from analytics.queries import search_groups
from core import formats
from core.cells import masked_text
from core.formats import Quantity
from core.parts import ChartCard, Finding, ModuleParts, PageState
from core.parts import Kpi as KpiCard
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from warehouse.dictionary_names import industry_names

N_CARDS = 6  # one row: the six together and five of them; 其他 stands in charts and table


class CompositionMixin(IncomeRoom):
    """Put the composition's reading, table and rows together for page, export and API."""

    room = "income_composition"
    door: Door | None = Door(module="income_composition")
    totals_named_alike = frozenset(FEES)

    @cached_property
    def composition(self) -> CompositionReading:
        """Return the figures behind the page."""
        return CompositionReading(self.reading, self.level, self.months_back)

    @property
    def comparison(self) -> str:
        """Return the word for what totals are compared with."""
        return _("同比") if self.months_back == 12 else _("环比")

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where management reads no further.

        Raises:
            NotAllowed: if management asks for groups one by one.
        """
        units = self.composition.units
        if not self.asks_for_groups and units is not None:
            table = tables.units_table(units.by, self.unit_url, self.comparison)
            return table, ListSource(units.rows)
        if self.reading.scope.is_management and self.by != "group":
            return None
        return self.groups()

    def groups(self) -> tuple[Table, Source]:
        """Return the groups one by one with the six fees.

        Raises:
            NotAllowed: if the reader may not see them.
        """
        scope, selection = self.reading.scope, self.reading.selection
        policies.require(scope, self.room, "rows", selection)
        policies.require_fields(scope, (f"group.{fee}" for fee in FEES))
        assert self.reading.run is not None  # noqa: S101 - asked only for published months
        rows = queries.groups_of(scope, self.reading.run.run, selection)
        source = QuerySource(rows, tie="group_code", search=search_groups)
        return tables.groups_table(industry_names(), self.group_url), source


class CompositionPage(CompositionMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("成员收入成分分析")

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        if self.reading.run is None:
            return None
        declared = self.declared()
        if declared is None:
            return None
        table, source = declared
        units = None if self.asks_for_groups else self.composition.units
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=replace(units.total, name=_("合计"))
            if units
            else tables.groups_total(self.composition.whole),
            total=None if units else self.composition.whole.n_groups,
            export_urls=self.export_urls(),
            note=self.table_note(),
        )

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.composition.units
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
            kpis=tuple(self.card_of(place) for place in range(N_CARDS)),
            charts=self.charts(),
            table=table,
            tabs=self.unit_tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def card_of(self, place: int) -> KpiCard:
        """Return one card: the six together, or one fee with its share; masked ones say so."""
        figures: Kpi = self.composition.kpis[place]
        drawn = card(figures)
        if self.composition.masked:
            reason = _("涉及的集团少于 3 个（或为防止推算），金额不显示")
            chip = masked_text(tables.hidden(self.composition.whole))
            return replace(drawn, value=Quantity(chip), reason=reason)
        share = self.composition.whole.shares[place - 1] if place else None
        if share is None:
            return drawn
        return replace(drawn, note=_("占 {share}").format(share=formats.ratio(share)))

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        room = self.composition
        said = (
            sentences.overview(self.place_name, room.whole, room.kpis[0]),
            sentences.largest(room.whole),
            sentences.moved(room.effects),
        )
        return tuple(Finding(each) for each in said if each)

    def notices(self) -> tuple[PageState, ...]:
        """Say what is masked and why, and what management does not see here."""
        room, found = self.composition, []
        if room.masked:
            text = _("涉及的集团少于 3 个，或显示后可以推算出这样的金额；个数照常显示。")
            found.append(PageState("masked", _("本单元金额已屏蔽"), text))
        elif room.units is not None and room.units.n_masked:
            n = room.units.n_masked
            title = ngettext("{n} 个单元的金额已屏蔽", "{n} 个单元的金额已屏蔽", n).format(
                n=formats.number(n)
            )
            text = _("涉及的集团少于 3 个，或显示后可以推算出这样的金额；个数照常显示。")
            found.append(PageState("masked", title, text))
        if self.reading.selection.level == "account_manager" and not room.sees_all:
            text = _("管理角色只看汇总，此模块不显示集团清单。")
            found.append(PageState("forbidden", _("集团清单不对管理角色开放"), text))
        return (*found, *self.missing_history())

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place; a masked place has none."""
        room, found = self.composition, []
        source = _("月度组织汇总")
        if room.units is not None and any(
            unit.fee_total_li and not unit.masked for unit in room.units.rows
        ):
            drawing = charts.shares_chart(room.units.rows, self.unit_url)
            hint = _("点击柱形下钻")
            titles = {
                "city": _("各地市六项费用占比"),
                "county": _("各县区六项费用占比"),
                "account_manager": _("各客户经理六项费用占比"),
            }
            found.append(
                self.chart("units", titles[room.units.by], drawing, "%", source, hint=hint, span=12)
            )
        if any(row.get("fee_total_li") for row in room.measures.values()):
            drawing = charts.trend_chart(sparkline_months(room.month), room.share_series)
            found.append(self.chart("trend", _("六项费用占比走势"), drawing, "%", source))
        if room.effects:
            drawing = charts.effects_chart(room.effects)
            title = _("占比变化分解（{comparison}）").format(comparison=self.comparison)
            unit = formats.points_unit()
            found.append(self.chart("effects", title, drawing, unit, source))
        return tuple(found)
