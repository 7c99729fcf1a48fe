"""Show 首页报告: the first page after login, in sentences with linked numbers, per role."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door, scope_of
from analytics.home import sentences
from analytics.home.room import HomeReading
from analytics.kpi import UnitLine
from analytics.page import RoomPage, card
from analytics.queries import By, at_unit
from analytics.wording import Section
from core.parts import ModuleParts
from core.sources import ListSource
from core.table import Column, Table, TableView
from core.web import carry

UNIT_HEADINGS = {
    "city": gettext_lazy("地市"),
    "county": gettext_lazy("县区"),
    "account_manager": gettext_lazy("客户经理"),
}


@dataclass(frozen=True)
class HomeParts(ModuleParts):
    """Be the home page: a module page with the report in sections."""

    report_title: str = ""
    report: tuple[Section, ...] = ()


def units_table(by: By) -> Table:
    """Declare the report's table by lower unit."""

    def measure(name: str) -> Any:
        return lambda line: line.measures.get(name)

    def column(name: str, label: str, kind: Any = "int", **more: Any) -> Column:
        return Column(name, label, kind, value=measure(name), sort=name, **more)

    return Table(
        name="units",
        title=_("分单位情况"),
        default_sort="",
        page_size=200,
        columns=(
            Column("name", UNIT_HEADINGS[by], "text", sort="name", link=lambda line: line.url),
            column("n_groups", _("集团客户数")),
            column("n_members", _("成员数")),
            column("total_income_li", _("集团整体收入"), "money", scale="wan"),
            column("n_a_class", _("A级集团数")),
            column("n_into_a", _("升入A级")),
            column("n_out_of_a", _("由A级降级")),
            column("n_new", _("新增")),
            column("n_lost_groups", _("流失")),
        ),
    )


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

    def urls(self) -> dict[str, str]:
        """Return where the numbers of the report live: the grading page of this place."""
        grading = self.link_to(self.reading.selection, "grading")
        if self.home.level is None and policies.may(
            self.reading.scope, "grading", "rows", self.reading.selection
        ):
            biggest = self.link_to(self.reading.selection, "grading", sort="-n_members")
            return {
                "n_groups": grading,
                "n_members": biggest,
                "total_income_li": self.link_to(
                    self.reading.selection, "grading", sort="-total_income_li"
                ),
                "n_a_class": self.link_to(
                    self.reading.selection, "grading", sort="effective_grade"
                ),
                "mean_score": self.link_to(self.reading.selection, "grading", sort="-score"),
                "n_no_member": self.link_to(self.reading.selection, "grading", size_band="0"),
            }
        return dict.fromkeys(("n_groups", "n_a_class", "mean_score", "total_income_li"), grading)

    def published_parts(self) -> ModuleParts:
        """Return the report, the cards and the table by lower unit."""
        urls = self.urls()
        return HomeParts(
            title=self.title,
            facts=self.facts(),
            kpis=tuple(
                card(each, url=urls.get(each.indicator.code, "")) for each in self.home.kpis
            ),
            report_title=sentences.title(self.home.figures),
            report=sentences.report(self.home.figures, urls),
            table=self.table(),
        )

    def table(self) -> TableView | None:
        """Return the table by lower unit."""
        if self.reading.run is None or self.home.level is None:
            return None
        table = units_table(self.home.level)
        totals = UnitLine("", _("合计"), "", self.home.by_month[self.home.month.index])
        source = ListSource(self.home.units)
        return table.view(self.request.GET, source, path=self.request.path, totals=totals)
