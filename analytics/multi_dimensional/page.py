"""Show 指标多维分析: a heat map and its pivot table; the choice lives in the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from analytics.multi_dimensional import charts, sentences, tables
from analytics.multi_dimensional.compute import DIMENSIONS, PivotRow
from analytics.multi_dimensional.measures import BY_CODE, MEASURES
from analytics.multi_dimensional.room import FILTERS, LABELS, ROOM, MultiReading, label_of
from analytics.page import RoomPage, RoomReading, card
from analytics.queries import at_unit
from core import formats
from core.indicator import Indicator
from core.parts import ChartCard, Finding, Kpi, ModuleParts, PageState, Words
from core.sources import ListSource, Source
from core.table import Table, TableView
from core.web import carry

ASKED = ("rows", "columns", "measure", *FILTERS)


@dataclass(frozen=True, slots=True)
class Choice:
    """Be one select of the form; ``empty`` is the word for no choice."""

    name: str
    label: Words
    options: tuple[tuple[str, Words], ...]
    value: str
    empty: Words = ""


@dataclass(frozen=True, slots=True)
class MultiParts(ModuleParts):
    """Be the page with its form; ``kept`` are the parameters the form carries along."""

    choices: tuple[Choice, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()


class MultiMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def multi(self) -> MultiReading:
        """Return the pivot behind the page."""
        return MultiReading(self.reading, {name: self.http.GET.get(name, "") for name in ASKED})

    def city_url(self, code: str) -> str:
        """Return the same pivot of one city; empty where the rows are no cities."""
        if self.multi.axes[0] != "city" or not code:
            return ""
        lower = at_unit(self.reading.selection, "city", code)
        given = {name: self.http.GET.get(name, "") for name in ASKED}
        return self.link_to(lower, **{**given, "rows": self.multi.axes[1], "columns": ""})

    def row_url(self, row: PivotRow) -> str:
        """Return the link of a row; empty on the totals line."""
        return self.city_url(row.code)

    def declared(self) -> tuple[Table, Source]:
        """Return the pivot as a table with its rows."""
        multi = self.multi
        table = tables.pivot_table(
            multi.pivot,
            money=multi.measured.is_money,
            heading=LABELS[multi.axes[0]],
            title=self.pivot_title(),
            link=self.row_url,
        )
        return table, ListSource(multi.pivot.rows)

    def pivot_title(self) -> str:
        """Say what the pivot shows: the measure by rows and columns."""
        rows, columns = (str(LABELS[each]) for each in self.multi.axes)
        text = _("{measure}：{rows} × {columns}")
        return text.format(measure=self.multi.title, rows=rows, columns=columns)

    def filters_said(self) -> str:
        """Say which filters are on; empty without one."""
        return ("，" if formats.is_chinese() else ", ").join(
            f"{LABELS[name]} {dict(self.multi.values_of(name)).get(value, value)}"
            for name, value in self.multi.chosen.items()
        )

    def indicators(self) -> tuple[Indicator, ...]:
        """Return what notes define: the measure chosen."""
        return (self.multi.measured.indicator,)


class MultiPage(MultiMixin, RoomPage):
    """Show the module's page; only the province reads it."""

    title = gettext_lazy("指标多维分析")
    template_name = "multi_dimensional/page.html"

    def table(self) -> TableView | None:
        """Return the table alone, for sorting and filtering."""
        if self.reading.run is None or not self.multi.has_dimensions:
            return None
        table, source = self.declared()
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=self.multi.pivot.total,
            export_urls=self.export_urls(),
            note=_("合计与该单元总数一致")
            if self.multi.reconciled
            else _("合计与上级不一致，请联系数据管理员"),
        )

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current choice, all rows."""
        path = reverse(f"{ROOM}_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def published_parts(self) -> ModuleParts:
        """Return form, findings, heat map, table and method note."""
        parts = MultiParts(title=self.title, facts=self.facts(), method_html=self.method())
        if not self.multi.has_dimensions:
            return replace(parts, state=self.no_dimensions())
        return replace(
            parts,
            findings=self.findings(),
            kpis=self.cards(),
            charts=self.charts(),
            table=self.table(),
            choices=self.choices(),
            kept=self.kept(),
        )

    def no_dimensions(self) -> PageState:
        """Say that an account manager is not read by these dimensions."""
        return PageState(
            "empty",
            _("客户经理没有多维汇总"),
            _("请选择全省、地市或县区。"),
            _("查看全省"),
            carry(self.request, unit=None, am=None),
        )

    @property
    def unit_word(self) -> str:
        """Return what is counted: groups, people, uses of a product."""
        words = {"people": _("人"), "uses": _("户次")}
        return words.get(self.multi.measured.indicator.unit, _("个"))

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        multi, money = self.multi, self.multi.measured.is_money
        total = multi.pivot.total.total
        if total is None and not multi.pivot.rows and not multi.measured.is_money:
            total = 0
        said = (
            sentences.whole(self.place_name, multi.title, total, money=money, unit=self.unit_word),
            sentences.greatest(multi.pivot, money=money, unit=self.unit_word),
        )
        return tuple(Finding(each) for each in said if each)

    def cards(self) -> tuple[Kpi, ...]:
        """Return the cards of what is most asked for; each leads to its own pivot."""
        return tuple(
            replace(
                card(each, url=carry(self.request, measure=each.indicator.code, page=None)),
                label=label_of(BY_CODE[each.indicator.code], self.multi.few_members),
            )
            for each in self.multi.kpis
        )

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the heat map; without a cell there is none."""
        multi = self.multi
        if not multi.pivot.rows:
            return ()
        money = multi.measured.is_money
        drawing = charts.pivot_map(
            multi.pivot,
            money=money,
            corner=LABELS[multi.axes[0]],
            link=lambda row, _column: self.city_url(row),
        )
        pivot = ChartCard(
            name="pivot",
            title=self.pivot_title(),
            drawing=drawing,
            unit=formats.money_unit("wan") if money else self.unit_word,
            scope=" · ".join(filter(None, (self.place_name, self.filters_said()))),
            month=multi.reading.month,
            source=_("月度组织汇总"),
            hint=_("点击进入该地市") if multi.axes[0] == "city" else "",
            span=12,
        )
        return (pivot,)

    def choices(self) -> tuple[Choice, ...]:
        """Return the selects: rows, columns, measure, and the dimensions that are no axis."""
        multi = self.multi
        dimensions = tuple((each, LABELS[each]) for each in DIMENSIONS if self.is_open(each))
        measures = tuple(
            (each.indicator.code, label_of(each, multi.few_members)) for each in MEASURES
        )
        filters = tuple(
            Choice(name, LABELS[name], multi.values_of(name), multi.chosen.get(name, ""), _("全部"))
            for name in FILTERS
            if name not in multi.axes
        )
        return (
            Choice("measure", _("指标"), measures, multi.measured.indicator.code),
            Choice("rows", _("行"), dimensions, multi.axes[0]),
            Choice("columns", _("列"), dimensions, multi.axes[1]),
            *filters,
        )

    def is_open(self, dimension: str) -> bool:
        """Tell whether the place can be read by a dimension."""
        return dimension in self.multi.open_dimensions

    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return place and month for the form."""
        given = self.request.GET
        names = ("unit", "month", "compare")
        return tuple((name, given[name]) for name in names if given.get(name))
