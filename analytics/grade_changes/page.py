"""Show 等级变动分析: changes by lower unit, or one account manager's changed groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from analytics.grade_changes import charts, queries, sentences, tables
from analytics.grade_changes.compute import UnitChanges
from analytics.grade_changes.matrix import MatrixParts, matrix_parts, months_of
from analytics.grade_changes.room import ROOM, ChangesReading
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, RoomReading, card
from analytics.queries import at_unit, lower_levels, search_groups
from analytics.unit_tables import UNIT_TABS
from core import formats
from core.parts import ChartCard, Drawing, Finding, ModuleParts, NavItem, PageState
from core.sources import ListSource, QuerySource, Source
from core.table import Table, TableView
from core.web import carry, compare_of
from warehouse.dictionary_names import industry_names


class ChangesMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def changes(self) -> ChangesReading:
        """Return the figures behind the page."""
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        given = self.http.GET
        asked = given.get("from", ""), given.get("to", "")
        return ChangesReading(self.reading, given.get("by", ""), months_back, asked)

    def unit_url(self, row: UnitChanges) -> str:
        """Return the link one step down; empty on the totals row."""
        if not row.code or self.changes.level is None:
            return ""
        return self.link_to(at_unit(self.reading.selection, self.changes.level, row.code))

    def group_url(self, row: Mapping[str, Any]) -> str:
        """Return the link to the score explained; an exited group has none this month."""
        if row["effective_grade"] == "exit":
            return ""
        path = reverse("grading_group", args=[row["group_code"]])
        return carry(self.http, path, unit=None, am=None)

    def refuse_closed_fields(self) -> None:
        """Refuse a request that sorts, filters or asks by a field of groups closed to its reader.

        Raises:
            NotAllowed: if it names one.
        """
        given = self.http.GET
        named = {given.get("sort", "").removeprefix("-"), *given}
        for listed in ("fields", "columns"):
            named |= {name.strip() for name in given.get(listed, "").split(",")}
        policies.require_fields(self.reading.scope, (f"group.{name}" for name in sorted(named)))

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        self.refuse_closed_fields()
        units = self.changes.units
        if units is not None:
            return tables.units_table(units.by, self.unit_url), ListSource(units.rows)
        if not self.changes.lists_groups or self.reading.run is None:
            return None
        rows = queries.changed_groups(
            self.reading.scope, self.reading.run.run, self.reading.selection
        )
        source = QuerySource(rows, tie="group_code", search=search_groups)
        return tables.groups_table(industry_names(), self.group_url), source


@dataclass(frozen=True)
class ChangesParts(ModuleParts):
    """Be the page with its matrix as a table and the form that chooses its two months."""

    matrix: MatrixParts | None = None


class ChangesPage(ChangesMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("等级变动分析")
    template_name = "grade_changes/page.html"

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        declared = self.declared() if self.reading.run is not None else None
        if declared is None:
            return None
        table, source = declared
        units = self.changes.units
        nothing = PageState("empty", _("没有等级变动的集团"), _("名下集团的生效等级都与上期相同。"))
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            total=None if units else self.changes.whole.n_all,
            export_urls=self.export_urls(),
            empty=None if units or self.changes.whole.n_all else nothing,
            note=self.table_note(),
        )

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse(f"{ROOM}_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.changes.units
        if units is None:
            return ""
        return _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        counted = self.changes.is_counted
        return ChangesParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings() if counted else (),
            kpis=tuple(card(each) for each in self.changes.kpis) if counted else (),
            charts=self.charts() if counted else (),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
            matrix=matrix_parts(self.http, self.changes) if counted else None,
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        changes = self.changes
        said = (
            sentences.overview(self.place_name, changes.whole, changes.earlier),
            sentences.causes(changes.whole),
            sentences.entries(changes.whole, changes.earlier),
        )
        return tuple(Finding(each) for each in said if each)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the lower unit where there are two."""
        levels = lower_levels(self.reading.selection)
        if len(levels) < 2:
            return ()
        return tuple(
            NavItem(
                level,
                UNIT_TABS[level],
                "",
                carry(self.request, by=level, sort=None, page=None, q=None),
                is_current=level == self.changes.level,
            )
            for level in levels
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing and why: counts, an earlier month, a closed list."""
        found, changes = [], self.changes
        if not changes.is_counted:
            text = _("该账期的运行没有等级变动数据，或所选范围没有集团；重新运行并发布后可见。")
            found.append(PageState("partial", _("没有等级变动数据"), text))
        elif changes.earlier is None:
            text = _("发布下一个账期后，这里会显示升级、降级和迁移矩阵。")
            found.append(PageState("partial", _("没有可比较的上一账期"), text))
        elif changes.month - changes.earlier > 1:
            text = _("与最近的已发布账期{month}比较。").format(month=formats.month(changes.earlier))
            found.append(PageState("partial", _("上一账期未发布"), text))
        if self.reading.selection.level == "account_manager" and not changes.lists_groups:
            text = _("此处只显示该客户经理的汇总数据。")
            found.append(PageState("forbidden", _("变动集团清单不对管理角色开放"), text))
        return tuple(found)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place; without an earlier month nothing moved."""
        changes = self.changes
        ways = self.chart("ways", _("变动方式"), charts.ways_chart(changes.whole), _("个集团"))
        if changes.earlier is None:
            return (*self.matrix_chart(), *((ways,) if changes.whole.n_all else ()))
        causes = charts.causes_chart(changes.whole)
        return (
            *self.matrix_chart(),
            *self.units_chart(),
            ways,
            self.chart("causes", _("变动原因"), causes, _("个集团，合计等于等级变动集团数")),
            self.chart("trend", _("等级升降走势"), self.trend(), _("个集团，较上一账期"), span=12),
        )  # fmt: skip

    def matrix_chart(self) -> tuple[ChartCard, ...]:
        """Return the migration matrix of the two months chosen."""
        pair = self.changes.pair
        if pair is None:
            return ()
        drawing = charts.matrix_chart(pair.matrix)
        framed = self.chart("matrix", _("等级迁移矩阵"), drawing, _("占起始账期等级的比例"),
                            badge=months_of(pair), span=12)  # fmt: skip
        return (replace(framed, month=pair.now.month),)

    def trend(self) -> Drawing:
        """Return upgrades and downgrades over 13 months."""
        months = sparkline_months(self.changes.month)
        return charts.trend_chart(
            months, self.changes.series("n_up"), self.changes.series("n_down")
        )

    def units_chart(self) -> tuple[ChartCard, ...]:
        """Return upgrades and downgrades by lower unit; a click drills down."""
        units = self.changes.units
        if units is None or not units.rows:
            return ()
        titles = {
            "city": _("各地市升级与降级集团数"),
            "county": _("各县区升级与降级集团数"),
            "account_manager": _("各客户经理升级与降级集团数"),
        }
        urls = {row.code: self.unit_url(row) for row in units.rows}
        drawing = charts.units_chart(units.rows, urls)
        hint = _("点击柱形下钻")
        return (self.chart("units", titles[units.by], drawing, _("个"), hint=hint, span=12),)

    def chart(self, name: str, title: str, drawing: Drawing, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.changes.month,
            source=_("月度等级变动汇总"),
            **more,
        )
