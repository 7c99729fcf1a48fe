"""Show 评分及等级评定: totals by lower unit, or one account manager's groups."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics import group_list
from analytics.adjusted import asks_in
from analytics.following import marks_in
from analytics.grading import charts, sentences, tables
from analytics.grading.compute import GRADES, UnitGrades
from analytics.grading.room import GradingReading
from analytics.indicators import MEAN_SCORE
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, RoomReading, card
from analytics.queries import KIND_COLUMN, at_unit, lower_levels, search_groups
from analytics.wording import moves_unknown
from core import formats
from core.parts import ChartCard, Finding, ModuleParts, NavItem, PageState
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from core.web import carry, compare_of
from warehouse.dictionary_names import industry_names


class GradingMixin(RoomReading):
    """Put grading's reading, table and rows together for page and export."""

    room = "grading"
    door: Door | None = Door(module="grading")

    @cached_property
    def grading(self) -> GradingReading:
        """Return the figures behind the page."""
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return GradingReading(self.reading, self.http.GET.get("by", ""), months_back)

    def unit_url(self, row: UnitGrades) -> str:
        """Return the link one step down; empty on the totals row.

        A kind of group leads to its cells 指标多维分析, where the reader sees those.
        """
        if not row.code or self.grading.level is None:
            return ""
        if self.grading.kind:
            if not policies.may(self.reading.scope, "multi_dimensional", "totals"):
                return ""
            cell = {self.grading.kind: row.code}
            return self.link_to(self.reading.selection, "multi_dimensional", **cell)
        lower = at_unit(self.reading.selection, self.grading.level, row.code)
        return self.link_to(lower)

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to one score explained."""
        path = reverse("grading_group", args=[row["group_code"]])
        state = group_list.state_of(self.http.GET)
        return carry(self.http, path, unit=None, am=None, list=state)

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        grading = self.grading
        if grading.units is not None:
            unrated = grading.units.total.grades[-1] > 0
            table = tables.units_table(grading.units.by, self.unit_url, with_unrated=unrated)
            return table, ListSource(grading.units.rows)
        if not grading.lists_groups or self.reading.run is None:
            return None
        scope, run = self.reading.scope, self.reading.run.run
        rows = group_list.groups_of(scope, run, self.reading.selection)
        source = QuerySource(rows, tie="group_code", search=search_groups)
        marks = marks_in(scope, run)
        asks = asks_in(scope, self.reading.selection.account_manager_code)
        industries = industry_names()
        return group_list.groups_table(industries, self.group_url, marks, asks), source


class GradingPage(GradingMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("评分及等级评定")

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        if self.reading.run is None:
            return None
        declared = self.declared()
        if declared is None:
            return None
        table, source = declared
        units = self.grading.units
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            total=None if units else self.grading.whole.n_groups,
            export_urls=self.export_urls(),
            note=self.table_note(),
        )

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse("grading_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    @property
    def is_own(self) -> bool:
        """Tell whether the reader looks at the own portfolio."""
        own = self.reading.scope.own_account_manager_code
        return bool(own) and own == self.reading.selection.account_manager_code

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.grading.units
        if units is None:
            return ""
        return _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings(),
            kpis=tuple(card(each) for each in self.grading.kpis),
            charts=self.charts(),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        grading, previous = self.grading, self.grading.month.plus(-1)
        mean = next(each for each in grading.kpis if each.indicator is MEAN_SCORE)
        rows = grading.units.rows if grading.units else ()
        unknown = ""
        if not self.reading.follows_previous:
            is_published = bool(self.reading.runs_of(previous))
            unknown = moves_unknown(formats.month(previous), is_published=is_published)
        said = (
            sentences.overview(
                self.place_name, grading.whole, mean, own=self.is_own, person=grading.level is None
            ),
            sentences.a_class(grading.whole),
            sentences.movement(grading.whole, unknown),
            sentences.best_unit(rows, {row.code: self.unit_url(row) for row in rows}),
        )
        return tuple(Finding(each) for each in said if each)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of lower units, industry and size; none at an account manager."""
        levels = lower_levels(self.reading.selection)
        shown = self.grading.kind or self.grading.level
        return tuple(
            NavItem(
                axis,
                tables.UNIT_TABS[axis],
                "",
                carry(self.request, by=axis, sort=None, page=None, q=None),
                is_current=axis == shown,
            )
            for axis in ((*levels, *KIND_COLUMN) if levels else ())
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing, why a list stays closed, and that an open one is read-only."""
        found = []
        whole = self.grading.whole
        if whole.n_groups and not whole.n_rated:
            text = _("可用指标不足模型权重的下限，等级显示为未评定；补齐数据并重新运行后可见。")
            found.append(PageState("partial", _("本月没有已评分的集团"), text))
        return (*found, *self.list_notices())

    def list_notices(self) -> tuple[PageState, ...]:
        """Say why an account manager's list stays closed, and that an open one is read-only."""
        if self.reading.selection.level != "account_manager":
            return ()
        if not self.grading.lists_groups:
            return (
                PageState(
                    "forbidden",
                    _("集团清单不对管理角色开放"),
                    _("此处只显示该客户经理的汇总数据。"),
                ),
            )
        if self.reading.scope.is_management:
            text = _("打开单个集团会被记录。")
            return (PageState("partial", _("管理角色只读查看"), text),)
        return ()

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        return (*self.units_charts(), *self.grade_charts(), self.movement_card())

    def units_charts(self) -> tuple[ChartCard, ...]:
        """Return the chart by lower unit; a click drills down."""
        units = self.grading.units
        if units is None or not units.rows:
            return ()
        titles = {
            "city": _("各地市集团客户数与A级占比"),
            "county": _("各县区集团客户数与A级占比"),
            "account_manager": _("各客户经理集团客户数与A级占比"),
            "industry": _("各行业集团客户数与A级占比"),
            "size_band": _("各规模集团客户数与A级占比"),
        }
        urls = {row.code: self.unit_url(row) for row in units.rows}
        drawing = charts.units_chart(units.rows, urls, in_order=units.by == "size_band")
        hint = _("点击柱形下钻") if any(urls.values()) else ""
        return (self.chart("units", titles[units.by], drawing, _("个"), hint=hint, span=12),)

    def grade_charts(self) -> tuple[ChartCard, ...]:
        """Return pyramid and distribution; neither where nothing is rated."""
        if not self.grading.whole.n_rated:
            return ()
        urls = {}
        if self.grading.lists_groups:
            urls = {grade: carry(self.request, grade=grade, page=None) for grade in GRADES}
        pyramid = charts.pyramid_chart(self.grading.whole, urls)
        bands = charts.distribution_chart(self.grading.bands, self.reading.cuts)
        return (
            self.chart("pyramid", _("等级金字塔"), pyramid, _("个集团，按生效等级")),
            self.chart("distribution", _("评分分布"), bands, _("个集团，每 5 分一档")),
        )

    def movement_card(self) -> ChartCard:
        """Return upgrades and downgrades over 13 months."""
        drawing = charts.movement_chart(
            sparkline_months(self.grading.month),
            self.grading.series("n_up"),
            self.grading.series("n_down"),
        )
        return self.chart("movement", _("等级升降走势"), drawing, _("个集团，较上月"), span=12)

    def chart(self, name: str, title: str, drawing: Any, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.grading.month,
            source=_("月度组织汇总"),
            **more,
        )
