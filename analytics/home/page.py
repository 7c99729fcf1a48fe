"""Show 首页报告: the first page after login, in sentences with linked numbers, per role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import policies
from accounts.doors import Door, scope_of
from analytics.explained import steps
from analytics.home import charts, sentences
from analytics.home.room import HomeReading
from analytics.home.tables import fits, portfolio_table, portfolio_total, units_table
from analytics.kpi import UnitLine
from analytics.page import RoomPage, card
from analytics.queries import By, at_unit
from analytics.waiting import waiting_for
from analytics.wording import Section
from core import formats
from core.charts import GRADE_TOKENS, Step, waterfall
from core.parts import ChartCard, ModuleParts, PageState
from core.sources import ListSource
from core.table import Table, TableQuery, TableView
from core.web import carry

#: Numbers that 集团及成员分析 ranks units by and totals.
BY_UNIT = ("n_no_member", "n_silent", "n_arrears_stop")
#: Numbers of groups that an account manager finds listed there.
LISTED = {"n_no_member": "no_member", "n_silent": "silent", "n_new": "new"}


@dataclass(frozen=True)
class HomeParts(ModuleParts):
    """Be the home page: a module page with the report in sections, and a manager's desk."""

    report_title: str = ""
    report: tuple[Section, ...] = ()
    desk_url: str = ""
    spotlight: ChartCard | None = None

    @property
    def draws(self) -> bool:
        """Tell whether the page needs the charts' scripts."""
        return self.spotlight is not None


class UnitSource(ListSource):
    """Serve the lower units; the names of a long list are read for the rows shown."""

    def __init__(self, home: HomeReading) -> None:
        """Take the report's units."""
        super().__init__(home.units)
        self.home = home

    def cut(self, table: Table, query: TableQuery, start: int, stop: int) -> Sequence[UnitLine]:
        """Return one page of units with their names."""
        rows = super().cut(table, query, start, stop)
        return list(self.home.with_names(rows, [row.code for row in rows if not row.name]))


class HomePage(RoomPage):
    """Show the home report; an operator without business pages starts at 数据管理."""

    room = "home"
    door = Door(module="home")
    template_name = "home/home.html"
    title = gettext_lazy("首页报告")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send an operator without a business scope to the page that is theirs."""
        if request.user.is_authenticated:
            scope = scope_of(request)
            if scope.is_empty and scope.role and policies.may_do(scope, "see_imports"):
                return redirect("imports")
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def home(self) -> HomeReading:
        """Return the figures behind the page."""
        return HomeReading(self.reading, self.place_name, self.unit_url, self.group_url)

    def unit_url(self, by: By, code: str) -> str:
        """Return the home report one step down."""
        return self.link_to(at_unit(self.reading.selection, by, code))

    def group_url(self, code: str) -> str:
        """Return the link to one score explained."""
        path = reverse("grading_group", args=[code])
        return carry(self.request, path, unit=None, am=None)

    @property
    def has_desk(self) -> bool:
        """Tell whether the reader looks at groups of their own."""
        return self.home.names_groups and not self.reading.scope.is_management

    def urls(self) -> dict[str, str]:
        """Return where the numbers of the report stand: the card or list that shows the same."""
        cards = {
            "grading": ("n_groups", "n_a_class", "a_class_share", "mean_score"),
            "member_analysis": ("n_members", "valid_member_ratio"),
            "contribution": ("total_income_li", "unified_pay_li", "personal_bill_li", "ict_li"),
            "product_usage": ("switchboard_users", "ringback_users", "sms_users"),
            "anomaly_alerts": ("n_state_abnormal", "n_call_abnormal"),
        }
        more: dict[str, dict[str, str | None]] = {"anomaly_alerts": {"view": "figures"}}
        found = {
            code: f"{self.link_to(self.reading.selection, room, **more.get(room, {}))}#kpi-{code}"
            for room, codes in cards.items()
            for code in codes
        }
        found["school_users"] = (
            f"{self.link_to(self.reading.selection, 'member_analysis')}#kpi-school_users"
        )
        return {**found, **self.lists()}

    def own_cards(self) -> dict[str, str]:
        """Return the numbers that have their card below the report and no other page."""
        here = self.link_to(self.reading.selection)
        return {code: f"{here}#kpi-{code}" for code in ("n_new", "n_lost_groups")}

    def totals(self) -> dict[str, str]:
        """Return the numbers that stand in a totals line 合计; an account manager has none."""
        if self.home.level is None:
            return {}
        here = self.link_to(self.reading.selection)
        grades = self.link_to(self.reading.selection, "grading")
        by_unit = partial(self.link_to, self.reading.selection, "member_analysis")
        return {
            **{code: f"{here}#total-{code}" for code in ("n_into_a", "n_out_of_a")},
            **{f"n_effective_{grade}": f"{grades}#total-n_{grade}" for grade in ("a1", "a2")},
            **{code: f"{by_unit(indicator=code)}#total-{code}" for code in BY_UNIT},
        }

    def lists(self) -> dict[str, str]:
        """Return the lists whose length is the number; none where they are not the reader's."""
        selection, scope = self.reading.selection, self.reading.scope
        if self.home.level is not None:
            return {}
        found = {}
        if policies.may(scope, "member_analysis", "rows", selection):
            for code, which in LISTED.items():
                listed = self.link_to(selection, "member_analysis", list=which)
                found[code] = f"{listed}#table-groups"
        if policies.may(scope, "grading", "rows", selection):
            for grade in ("A1", "A2"):
                listed = self.link_to(selection, "grading", grade=grade)
                found[f"n_effective_{grade.lower()}"] = f"{listed}#table-groups"
        return found

    def published_parts(self) -> ModuleParts:
        """Return the report, the desk, the cards and the table."""
        urls = self.urls()
        return HomeParts(
            title=self.title,
            facts=self.facts(),
            kpis=tuple(
                card(each, url=urls.get(each.indicator.code, "")) for each in self.home.kpis
            ),
            report_title=sentences.title(self.home.figures),
            report=sentences.report(
                self.home.figures, {**self.own_cards(), **urls, **self.totals()}
            ),
            desk_url=self.link_to(self.reading.selection, "desk") if self.has_desk else "",
            spotlight=self.spotlight(),
            table=self.table(),
            notices=self.waiting(),
        )

    def slide_charts(self, parts: ModuleParts) -> tuple[ChartCard, ...]:
        """Return what a presentation shows beside the sentences, 评分构成 too."""
        spotlight = self.spotlight()
        return (*charts.slide_charts(self.home), *((spotlight,) if spotlight else ()))

    def waiting(self) -> tuple[PageState, ...]:
        """Tell a city's administrator how many requests wait 待审批."""
        n = waiting_for(self.http).get("inbox", 0)
        if not n:
            return ()
        said = ngettext("{n} 条等级调整申请待审批", "{n} 条等级调整申请待审批", n)
        title = said.format(n=formats.number(n))
        return (PageState("partial", title, "", _("打开审批中心"), reverse("inbox")),)

    def spotlight(self) -> ChartCard | None:
        """Return the composition of one score 评分构成: the group nearest to a better grade."""
        group = self.home.spotlight
        if group is None or group.score is None:
            return None
        said = f"{formats.number(group.reference_level, 1)} → {formats.number(group.score, 1)}"
        drawing = waterfall(
            Step(_("参照分"), group.reference_level),
            [Step(label, bar) for label, bar in steps(group)],
            Step(_("评分"), group.score),
            end_token=GRADE_TOKENS.get(group.result.suggested_grade, "$accent"),
        )
        return ChartCard(
            name="spotlight",
            title=_("{name} 评分构成").format(name=group.result.name),
            drawing=drawing,
            unit=_("{said} 分，各项之和等于评分").format(said=said),
            month=group.month,
            source=_("评定结果"),
            badge=group.distance_note,
            span=7,
        )

    def table(self) -> TableView | None:
        """Return the table by lower unit, or an account manager's groups."""
        if self.reading.run is None:
            return None
        if self.home.level is None:
            return self.portfolio() if self.home.names_groups else None
        table = units_table(self.home.level, is_long=self.home.is_long(self.home.units))
        totals = UnitLine("", _("合计"), self.home.by_month[self.home.month.index])
        source = UnitSource(self.home)
        return table.view(self.request.GET, source, path=self.request.path, totals=totals)

    def portfolio(self) -> TableView:
        """Return 我的集团; its exports are those of the full list."""
        table = portfolio_table(lambda row: self.group_url(row.group_code))
        exports = {
            kind: self.link_to(self.reading.selection, "grading_export", format=kind)
            for kind in ("xlsx", "csv")
        }
        source = ListSource(self.home.portfolio, search=fits)
        narrowed = table.query(self.request.GET).is_narrowed
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=portfolio_total(self.home.by_month, self.home.month),
            export_urls={} if narrowed else exports,
        )
