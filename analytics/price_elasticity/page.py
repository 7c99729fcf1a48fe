"""Show 价值弹性分析: three streams, by lower unit, by segment, or one account manager's groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, RoomReading
from analytics.price_elasticity import cards, charts, queries, sentences, tables
from analytics.price_elasticity.compute import STREAMS
from analytics.price_elasticity.room import GROUPS, ROOM, SEGMENTS, ElasticityReading
from analytics.price_elasticity.segment_chart import segments_chart
from analytics.price_elasticity.units import UnitElasticity
from analytics.price_elasticity.words import STREAM_LABELS, refusals_said
from analytics.queries import at_unit, search_groups
from analytics.unit_tables import UNIT_TABS, beside
from core.parts import ChartCard, Finding, ModuleParts, NavItem, PageState
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from core.web import carry, compare_of
from warehouse.dictionary_names import industry_names

N_SEGMENTS_DRAWN = 15


class ElasticityMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def elasticity(self) -> ElasticityReading:
        """Return the figures behind the page."""
        given = self.http.GET
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return ElasticityReading(
            self.reading, given.get("stream", ""), given.get("by", ""), months_back
        )

    @cached_property
    def industries(self) -> dict[str, str]:
        """Return the names of the industries 行业."""
        return dict(industry_names())

    def require_view(self) -> None:
        """Stop a reader who names the list of groups without the right to it.

        Raises:
            NotAllowed: if the module shows this reader totals only.
        """
        if self.http.GET.get("by") == GROUPS:
            policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)

    def unit_url(self, row: UnitElasticity) -> str:
        """Return the link one step down, the stream kept; empty on the totals row."""
        if not row.code or self.elasticity.level is None:
            return ""
        lower = at_unit(self.reading.selection, self.elasticity.level, row.code)
        return self.link_to(lower, stream=self.http.GET.get("stream"))

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to the group, where the reader may open one."""
        code = row["group_code"]
        if not policies.may(self.reading.scope, "grading", "group", group_code=code):
            return ""
        path = reverse("grading_group", args=[code])
        return carry(self.http, path, unit=None, am=None)

    def declared(self) -> tuple[Table, Source]:
        """Return the table that was chosen with its rows."""
        found = self.elasticity
        if found.view == SEGMENTS:
            table = tables.segments_table(found.stream, self.industries)
            return table, ListSource(found.segments)
        if found.view == GROUPS:
            rows = queries.groups_of(found.scope, found.run, found.selection, found.stream)
            table = tables.groups_table(found.stream, self.industries.items(), self.group_url)
            return table, QuerySource(rows, tie="group_code", search=search_groups)
        units = found.units
        assert units is not None  # noqa: S101 - any other view is a lower unit
        return tables.units_table(units.by, found.stream, self.unit_url), ListSource(units.rows)


class ElasticityPage(ElasticityMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("价值弹性分析")

    def parts(self) -> ModuleParts:
        """Return the page; the list named by a reader who may not see it is refused."""
        self.require_view()
        return super().parts()

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        self.require_view()
        if self.reading.run is None:
            return None
        table, source = self.declared()
        by_unit = self.elasticity.view not in (SEGMENTS, GROUPS)
        units = self.elasticity.units if by_unit else None
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            export_urls=self.export_urls(),
            note=self.table_note(),
        )

    def table_note(self) -> str:
        """Say beside the table what its total is, or that segments are the province's."""
        found = self.elasticity
        if found.view == SEGMENTS:
            return _("全省口径，与所选范围无关")
        if found.view == GROUPS or found.units is None:
            return ""
        adds_up = _("收入与个数的合计与上级一致，弹性为整体测算值")
        if not found.units.reconciled:
            adds_up = _("合计与上级不一致，请联系数据管理员")
        return beside(adds_up, refusals_said())

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse(f"{ROOM}_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        if not self.elasticity.has_rows:
            return ModuleParts(
                title=self.title,
                facts=self.facts(),
                state=self.nothing_measured(),
                method_html=self.method(),
            )
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=(self.finding(),),
            kpis=cards.cards_of(self.elasticity, self.stream_url),
            charts=self.charts(),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def nothing_measured(self) -> PageState:
        """Say why a published month has no figures at all."""
        return PageState(
            "empty",
            _("当前范围和账期没有可分析的收入"),
            _("本月没有集团有信息化、统付或个人账单收入，或该账期发布时尚未计算弹性。"),
        )

    def stream_url(self, stream: str) -> str:
        """Return the page with another stream in its charts and table."""
        return carry(self.request, stream=stream, sort=None, page=None, q=None)

    def finding(self) -> Finding:
        """Return the sentences of findings 本月要点."""
        found = self.elasticity
        urls = {each: self.stream_url(each) for each in STREAMS}
        last = sentences.pooled_said(found.stream, found.pooled)
        return Finding(sentences.findings(found.streams, urls, last))

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the table."""
        words: dict[str, Any] = {
            **{str(level): word for level, word in UNIT_TABS.items()},
            GROUPS: _("集团清单"),
            SEGMENTS: _("按细分市场"),
        }
        cleared = dict.fromkeys(("sort", "page", "q", "industry", "refusal", "price_class"))
        return tuple(
            NavItem(
                each,
                words[each],
                "",
                carry(self.request, **{**cleared, "by": each}),
                is_current=each == self.elasticity.view,
            )
            for each in self.elasticity.choices
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing: prices, months, or the list that management does not see."""
        found, said = self.elasticity, []
        if found.level is None and not found.lists_groups:
            title = _("集团清单不对管理角色开放")
            said.append(PageState("forbidden", title, _("此处只显示该客户经理的汇总数据。")))
        apparent = [each for each in STREAMS if found.streams[each].is_apparent]
        if apparent:
            names = _("、").join(str(STREAM_LABELS[each]) for each in apparent)
            text = _("{streams}没有价格数据，以收入 ÷ 用量代替价格；误差偏向 −1，不划分弹性类别。")
            said.append(PageState("partial", _("表观弹性"), text.format(streams=names)))
        hidden = [each for each in STREAMS if found.streams[each].masked]
        if hidden:
            names = _("、").join(str(STREAM_LABELS[each]) for each in hidden)
            text = _("{streams}的可测算集团少于 3 个，弹性不显示；个数和收入照常显示。")
            said.append(PageState("masked", _("弹性已屏蔽"), text.format(streams=names)))
        if not any(unit.n_measured for unit in found.streams.values()):
            title = _("本月没有可测算的集团")
            text = _("测算需要一次不小于 2% 的调价，及其前后各 3 个月的已发布账期。")
            said.append(PageState("partial", title, text))
        return tuple(said)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        found, stream = self.elasticity, STREAM_LABELS[self.elasticity.stream]
        months = sparkline_months(found.month)
        urls = {each: self.stream_url(each) for each in STREAMS}
        course = charts.course_chart(months, {each: found.course(each) for each in STREAMS})
        refusals = charts.refusal_chart(found.whole)
        three = charts.streams_chart(found.streams, urls)
        hint = _("点击柱形切换收入")
        said = charts.beside_said(list(found.streams.values()))
        title = _("可测算集团与不可测算原因 · {stream}").format(stream=stream)
        segments = self.segments_charts(str(stream))
        alone = 6 if segments else 12
        return (
            self.chart("streams", _("三项收入的价值弹性"), three, said, hint=hint),
            self.chart("refusals", title, refusals, _("个集团")),
            *self.units_charts(str(stream)),
            self.chart("course", _("收入弹性 η 走势"), course, _("各账期测算值"), span=alone),
            *segments,
        )

    def units_charts(self, stream: str) -> tuple[ChartCard, ...]:
        """Return the chart by lower unit; a click drills down."""
        units = self.elasticity.units
        if units is None or not units.rows:
            return ()
        titles = {
            "city": _("各地市价值弹性 · {stream}"),
            "county": _("各县区价值弹性 · {stream}"),
            "account_manager": _("各客户经理价值弹性 · {stream}"),
        }
        urls = {row.code: self.unit_url(row) for row in units.rows}
        drawing = charts.units_chart(units.rows, urls)
        title = titles[units.by].format(stream=stream)
        hint = _("点击柱形下钻")
        said = charts.beside_said(units.rows)
        return (self.chart("units", title, drawing, said, hint=hint, span=12),)

    def segments_charts(self, stream: str) -> tuple[ChartCard, ...]:
        """Return the segments with most groups, with their intervals."""
        known = [row for row in self.elasticity.segments if row["epsilon"] is not None]
        if not known:
            return ()
        most = sorted(known, key=lambda row: (-row["n_used"], row["industry_code"]))
        rows = sorted(most[:N_SEGMENTS_DRAWN], key=lambda row: row["epsilon"])
        labels = [tables.segment_label(row, self.industries) for row in rows]
        title = _("细分市场需求弹性 ε 与 95% 区间 · {stream}").format(stream=stream)
        unit = _("面板集团数最多的 {n} 个").format(n=len(rows))
        drawing = segments_chart(labels, rows)
        return (self.chart("segments", title, drawing, unit, scope=_("全省")),)

    def chart(self, name: str, title: str, drawing: Any, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=more.pop("scope", self.place_name),
            month=self.elasticity.month,
            source=_("月度弹性测算"),
            badge=_("表观弹性") if self.elasticity.whole.is_apparent else "",
            **more,
        )
