"""Show 评分及等级评定: totals by lower unit, or one account manager's groups."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics import group_list
from analytics.grading import charts, sentences, tables
from analytics.grading.compute import GRADES
from analytics.grading.mixin import GradingMixin
from analytics.indicators import MEAN_SCORE
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, card
from analytics.queries import KIND_COLUMN, lower_levels
from analytics.wording import moves_unknown
from core import formats
from core.parts import ChartCard, Finding, ModuleParts, NavItem, PageState
from core.table import TableView
from core.web import carry


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
        """Return the choice of lower units, or the list of groups, and of industry and size."""
        levels = lower_levels(self.reading.selection)
        if not (levels or self.grading.lists_groups):
            return ()
        first = [(str(level), tables.UNIT_TABS[level]) for level in levels]
        kinds = [(str(kind), tables.UNIT_TABS[kind]) for kind in KIND_COLUMN]
        shown = self.grading.kind or self.grading.level or ""
        cleared = dict.fromkeys(("page", *group_list.STATE))
        return tuple(
            NavItem(
                axis,
                label,
                "",
                carry(self.request, **{**cleared, "by": axis or None}),
                is_current=axis == shown,
            )
            for axis, label in (*(first or [("", _("集团清单"))]), *kinds)
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
        more: dict[str, Any] = {"hint": hint, "span": 12}
        if self.grading.level is None:  # summed from the groups themselves
            more["source"] = _("评定结果")
        return (self.chart("units", titles[units.by], drawing, _("个"), **more),)

    def grade_charts(self) -> tuple[ChartCard, ...]:
        """Return pyramid and distribution; neither where nothing is rated."""
        if not self.grading.whole.n_rated:
            return ()
        urls = {}
        if self.grading.lists_groups:
            urls = {grade: self.list_url(grade=grade) for grade in GRADES}
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
        more.setdefault("source", _("月度组织汇总"))
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.grading.month,
            **more,
        )
