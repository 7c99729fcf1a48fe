"""Show 集团及成员分析: indicators by lower unit, or one account manager's groups and lists."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics.indicators import N_MEMBERS, VALID_MEMBER_RATIO
from analytics.kpi import sparkline_months
from analytics.member_analysis import cards, charts, lists, queries, sentences, tables
from analytics.member_analysis.compute import UnitMembers
from analytics.member_analysis.indicators import OFF_NET_RATE
from analytics.member_analysis.room import ROOM, MembersReading
from analytics.page import RoomPage, RoomReading
from analytics.queries import at_unit, lower_levels, search_groups
from analytics.unit_tables import UNIT_TABS, beside, intervals_said
from core import formats
from core.parts import ChartCard, Finding, ModuleParts, NavItem, PageState
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from core.web import carry, compare_of
from warehouse.dictionary_names import industry_names

FULL_ROW = 12
#: More units than these do not stand beside another chart without crowding.
MOST_BESIDE = 10


class MembersMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def members(self) -> MembersReading:
        """Return the figures behind the page."""
        given = self.http.GET
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return MembersReading(
            self.reading, given.get("by", ""), given.get("indicator", ""), months_back
        )

    @property
    def listed(self) -> str:
        """Return the list asked for; the groups themselves unless a known one is named."""
        asked = self.http.GET.get("list", "")
        return asked if asked in queries.LISTS else "groups"

    def require_list(self) -> None:
        """Stop a reader who asks for a list of groups without the right to it.

        Raises:
            NotAllowed: if the module shows this reader totals only.
        """
        policies.require(self.reading.scope, ROOM, "rows", self.reading.selection)

    def unit_url(self, row: UnitMembers) -> str:
        """Return the link one step down, the indicator kept; empty on the totals row."""
        if not row.code or self.members.level is None:
            return ""
        lower = at_unit(self.reading.selection, self.members.level, row.code)
        return self.link_to(lower, indicator=self.http.GET.get("indicator"))

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to the group, where the reader may open one."""
        code = row["group_code"]
        if not policies.may(self.reading.scope, "grading", "group", group_code=code):
            return ""
        path = reverse("grading_group", args=[code])
        return carry(self.http, path, unit=None, am=None)

    @property
    def few_members(self) -> int:
        """Return the most members of a few-member group 少人集团 in the run shown."""
        return self.reading.run.few_members if self.reading.run else 0

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        members = self.members
        if members.units is not None:
            table = tables.units_table(
                members.units.by, members.indicator, self.unit_url, self.few_members
            )
            return table, ListSource(members.units.rows)
        if not members.lists_groups or self.reading.run is None:
            return None
        scope, run, selection = self.reading.scope, self.reading.run, self.reading.selection
        if self.listed == "duplicates":
            rows = queries.duplicates_of(scope, run.run, selection, run.folder)
            return lists.duplicates_table(self.group_url), ListSource(rows or ())
        found = queries.groups_of(scope, run, selection, self.listed)
        table = lists.groups_table(self.listed, industry_names(), self.group_url, run.few_members)
        return table, QuerySource(found, tie="group_code", search=search_groups)


class MembersPage(MembersMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("集团及成员分析")

    def parts(self) -> ModuleParts:
        """Return the page; a list named by a reader who may not see it is refused."""
        if "list" in self.request.GET:
            self.require_list()
        return super().parts()

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        if self.reading.run is None:
            return None
        if "list" in self.request.GET:
            self.require_list()
        declared = self.declared()
        if declared is None:
            return None
        table, source = declared
        units = self.members.units
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            export_urls=self.export_urls(),
            empty=None if units else self.nothing_listed(),
            note=self.table_note(),
        )

    def nothing_listed(self) -> PageState:
        """Say that a list is empty, which is good news on a cleaning list."""
        if self.listed == "groups":
            return PageState("empty", _("暂无数据"), _("当前范围和账期内没有集团。"))
        if self.listed == "new":
            return PageState("empty", _("本月没有新增集团"), _("新增集团与上月比较得出。"))
        return PageState("empty", _("没有需要清理的记录"), _("本月这份清单是空的。"))

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse(f"{ROOM}_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.members.units
        if units is None:
            return ""
        same = _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")
        shown = (OFF_NET_RATE, VALID_MEMBER_RATIO, self.members.indicator)
        named = [each.denominator for each in shown if each.unit == "ratio"]
        bases = (row.measures.get(name) for row in units.rows for name in named)
        return beside(same, intervals_said(bases))

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings(),
            kpis=cards.cards_of(self.members, self.indicator_url),
            charts=self.charts(),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def indicator_url(self, code: str) -> str:
        """Return the page with another indicator in its charts and ranks."""
        return carry(self.request, indicator=code, sort=None, page=None)

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        members, previous = self.members, self.members.month.plus(-1)
        rows = members.units.rows if members.units else ()
        count = next(each for each in members.kpis if each.indicator is N_MEMBERS)
        said = (
            sentences.overview(self.place_name, members.whole, count),
            sentences.valid(members.whole),
            sentences.off_net(
                members.whole,
                members.off_net_to_date,
                has_previous=members.has_previous,
                previous=formats.month(previous),
            ),
            sentences.worst_unit(rows, {row.code: self.unit_url(row) for row in rows}),
        )
        return tuple(Finding(each) for each in said if each)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the lower unit, or of the list."""
        if self.members.lists_groups:
            return tuple(
                self.tab(
                    "list",
                    which,
                    lists.list_title(which, self.few_members),
                    current=which == self.listed,
                )
                for which in queries.LISTS
            )
        levels = lower_levels(self.reading.selection)
        if len(levels) < 2:
            return ()
        return tuple(
            self.tab("by", level, str(UNIT_TABS[level]), current=level == self.members.level)
            for level in levels
        )

    def tab(self, name: str, value: str, label: str, *, current: bool) -> NavItem:
        """Return one tab; what only fits the old table is dropped from its link."""
        cleared = {"sort": None, "page": None, "q": None, "industry": None, "size_band": None}
        url = carry(self.request, **{**cleared, name: value})
        return NavItem(value, label, "", url, is_current=current)

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing, and why management sees no list."""
        found = []
        if self.members.level is None and not self.members.lists_groups:
            title = _("集团清单不对管理角色开放")
            found.append(PageState("forbidden", title, _("此处只显示该客户经理的汇总数据。")))
        if not self.members.has_previous:
            previous = formats.month(self.members.month.plus(-1))
            title = _("{month}未发布").format(month=previous)
            text = _("离网率、退团、集团流失率和名次变化需要上月数据，本页不显示。")
            if self.members.whole.value(OFF_NET_RATE) is not None:  # published when it was run
                text = _("环比和名次变化需要上月数据，本页不显示；离网率等按运行时的上月数据计算。")
            found.append(PageState("partial", title, text))
        return tuple(found)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place: by unit, the indicator's trend, off net and left."""
        members, months = self.members, sparkline_months(self.members.month)
        label, unit = (
            tables.label_of(members.indicator, self.few_members),
            cards.unit_word(members.indicator),
        )
        trend = charts.trend_chart(
            months, members.indicator, members.chosen.series, self.place_name
        )
        by_unit = self.units_charts(label, unit)
        span = 5 if by_unit and by_unit[0].span < FULL_ROW else 6
        title = _("{indicator}走势").format(indicator=label)
        return (
            *by_unit,
            self.chart("trend", title, trend, unit, span=span),
            *self.exits_charts(),
        )

    def exits_charts(self) -> tuple[ChartCard, ...]:
        """Return off net and left over the months; nothing where no month knows them."""
        off_net, left = (self.members.series(name) for name in ("n_off_net", "n_left_group"))
        if all(value is None for value in (*off_net, *left)):
            return ()
        drawn = charts.exits_chart(sparkline_months(self.members.month), off_net, left)
        return (self.chart("exits", _("离网与退团走势"), drawn, _("人，两者不相加")),)

    def units_charts(self, label: str, unit: str) -> tuple[ChartCard, ...]:
        """Return the chart by lower unit; a click drills down."""
        units = self.members.units
        if units is None or not units.rows:
            return ()
        urls = {row.code: self.unit_url(row) for row in units.rows}
        drawing = charts.units_chart(units.rows, self.members.indicator, urls)
        titles = {
            "city": _("各地市{indicator}"),
            "county": _("各县区{indicator}"),
            "account_manager": _("各客户经理{indicator}"),
        }
        title = titles[units.by].format(indicator=label)
        hint = _("按排名排列，点击柱形下钻")
        span = FULL_ROW if len(units.rows) > MOST_BESIDE else 7
        return (self.chart("units", title, drawing, unit, hint=hint, span=span),)

    def chart(self, name: str, title: str, drawing: Any, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.members.month,
            source=_("月度组织汇总"),
            **more,
        )
