"""Show one group 集团统一视图 in five tabs; a management reader's opening is logged."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.doors import Door
from accounts.scope import Selection
from adjustments.states import PENDING, State
from analytics import group_list, openings
from analytics.adjusted import until_said
from analytics.following import Marks, mark_of, marks_in
from analytics.group_view import tab_basic, tab_income, tab_members, tab_products, tab_service
from analytics.group_view.parts import Fact, GroupParts, Section
from analytics.group_view.room import TABS, GroupReading
from analytics.group_view.tab import Tab
from analytics.method import method_html
from analytics.page import RoomPage, stand_at
from analytics.stars import star
from core import formats
from core.errors import NotInScope
from core.parts import Action, ModuleParts, NavItem, PageState
from core.table import TableView
from core.web import carry

OPEN = (*PENDING, State.DRAFT)
TAB_LABELS = {
    "basic": gettext_lazy("基本视图"),
    "members": gettext_lazy("成员视图"),
    "products": gettext_lazy("产品视图"),
    "income": gettext_lazy("收入视图"),
    "service": gettext_lazy("服务视图"),
}
DRAWERS: dict[str, type[Tab]] = {
    "basic": tab_basic.BasicTab,
    "members": tab_members.MembersTab,
    "products": tab_products.ProductsTab,
    "income": tab_income.IncomeTab,
    "service": tab_service.ServiceTab,
}


class GroupPage(RoomPage):
    """Show one group; what is not the reader's is not there."""

    room = "grading"
    door = Door(module="grading", what="group")
    template_name = "group_view/page.html"
    title = gettext_lazy("集团统一视图")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]  # may be a table
        """Answer with the group's page, or with a table of it."""
        if self.reading.run is None and not self.reading.published:
            raise NotInScope
        if request.GET.get("format") and self.tab_name == "members" and self.reading.run:
            return self.members_file()
        return super().get(request, *args, **kwargs)

    def members_file(self) -> HttpResponseBase:
        """Return the member rows as a file, all that fit; closed to management."""
        return tab_members.MembersTab(self.group, self.http).export()

    @cached_property
    def group(self) -> GroupReading:
        """Return the group of the address."""
        return GroupReading(self.reading, self.kwargs["group_code"])

    @property
    def tab_name(self) -> str:
        """Return the tab asked for; the first one where there is none by that name."""
        asked = self.request.GET.get("tab", "")
        return asked if asked in TABS else TABS[0]

    @cached_property
    def tab(self) -> Tab:
        """Return what draws the tab."""
        return DRAWERS[self.tab_name](self.group, self.http)

    def table(self) -> TableView | None:
        """Return the tab's paged table alone; one closed to the reader is refused."""
        return None if self.reading.run is None else self.tab.paged(insist=True)

    def published_parts(self) -> ModuleParts:
        """Return the header and the tab."""
        group = self.group
        result = group.result
        mark = mark_of(result)
        stand_at(self.http, group.places, result.name)
        openings.log_opening(
            actor=self.reading.scope,
            group_code=result.group_code,
            month=group.run.month,
            door="page",
        )
        return GroupParts(
            title=result.name,
            facts=self.facts(),
            sections=(self.header(), *self.tab.sections()),
            findings=self.tab.findings(),
            charts=self.tab.charts(),
            table=self.tab.paged(),
            tables=self.tab.tables(),
            timeline=self.tab.timeline(),
            tabs=self.tabs(),
            notices=(*self.notices(), *self.tab.notices()),
            actions=self.actions(),
            mark=mark,
            star=star(result.group_code, result.name, is_followed=mark.is_followed),
            method_html=self.method(),
        )

    def header(self) -> Section:
        """Return what identifies the group on every tab."""
        result = self.group.result
        person = self.group.places[-1].name if self.group.places else ""
        grades = (
            Fact(_("评分"), formats.number(result.score, 2)),
            Fact(_("建议等级"), grade=result.suggested_grade),
            Fact(
                _("生效等级"),
                grade=result.effective_grade,
                note=until_said(result.effective_source, result.adjusted_to),
            ),
        )
        facts = (
            Fact(_("集团编码"), result.group_code),
            *(() if self.tab_name == "basic" else grades),  # said with their grounds there
            Fact(_("客户经理"), person, url=self.manager_url()),
            Fact(_("成员数"), formats.number(result.n_members)),
            Fact(_("集团整体收入"), str(formats.money(result.total_income_li))),
        )
        return Section(_("集团信息"), facts)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the five tabs."""
        return tuple(
            NavItem(
                name,
                label,
                "",
                carry(self.request, tab=name, page=None, size=None),
                is_current=name == self.tab_name,
            )
            for name, label in TAB_LABELS.items()
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say that management reads only, and why the group is open to it beyond the rule."""
        scope = self.reading.scope
        if not scope.is_management:
            return ()
        said = [PageState("partial", _("管理角色只读查看"), _("本次打开已记录。"))]
        bases = scope.opened.bases_of(self.group.group_code)
        if "alert" in bases:
            text = _("成员明细、收入成分和等级变动在告警处理期间可见。")
            said.append(PageState("partial", _("该集团因告警上报向您完整开放"), text))
        elif "request" in bases:
            text = _("申请处理期间可查看统一视图。")
            said.append(PageState("partial", _("该集团因等级调整申请向您开放"), text))
        return tuple(said)

    @property
    def list_state(self) -> str:
        """Return order and filters of the list the reader came from; empty for the plain list."""
        return str(self.http.GET.get("list", ""))[:500]

    @cached_property
    def marks(self) -> Marks:
        """Return what the reader marked in the whole list, which may be narrowed to it."""
        return marks_in(self.reading.scope, self.group.run.run)

    def neighbours(self) -> tuple[str, str]:
        """Return the groups before and after in that list, else in the plain one."""
        result = self.group.result
        if self.list_state:
            scope, run = self.reading.scope, self.group.run.run
            found = group_list.beside(scope, run, result, self.list_state, lambda: self.marks)
            if found is not None:
                return found
        return result.before, result.after

    def actions(self) -> tuple[Action, ...]:
        """Return previous and next in the list, and the way back to it."""
        scope, (before, after) = self.reading.scope, self.neighbours()
        steps = (
            (before, _("上一个"), "chevron-left"),
            (after, _("下一个"), "chevron-right"),
        )
        moves = tuple(
            Action(label, self.beside(code), icon)
            for code, label, icon in steps
            if code and policies.may(scope, "grading", "group", group_code=code)
        )
        return (*self.asking(), Action(_("返回清单"), self.manager_url(), "table"), *moves)

    def asking(self) -> tuple[Action, ...]:
        """Return the way to ask for another grade 申请调级, or to the request that waits."""
        scope, result = self.reading.scope, self.group.result
        mine = result.account_manager_code in scope.account_manager_codes
        if not (mine and policies.may_do(scope, "request_adjustment")):
            return ()
        found = next((row for row in self.group.requests if row.state in OPEN), None)
        if found is not None:
            path = reverse("adjustments_request", args=[found.pk])
            label = _("调级申请：{state}").format(state=found.get_state_display())
            return (Action(label, path, "clipboard-check"),)
        path = reverse("adjustments_new", args=[result.group_code])
        return (Action(_("申请调级"), path, "clipboard-check", primary=True),)

    def beside(self, group_code: str) -> str:
        """Return the link to another group of the list on the same tab."""
        path = reverse("grading_group", args=[group_code])
        tab = self.tab_name if self.tab_name != TABS[0] else None
        return carry(self.http, path, tab=tab, list=self.list_state or None)

    def method(self) -> SafeString:
        """Return the note of the view, not of the room whose rights it has."""
        return method_html("group_view", formats.is_chinese())

    def manager_url(self) -> str:
        """Return the list the group stands in."""
        result = self.group.result
        person = result.account_manager_code
        if self.reading.scope.reader == "account_manager":
            own = Selection("account_manager", account_manager_code=person)
            return self.link_to(own, **self.list_params())
        place = Selection(
            "account_manager",
            city_code=result.city_code,
            county_code=group_list.county_in(self.list_state, result),
            account_manager_code=person,
        )
        if not policies.may(self.reading.scope, "grading", "rows", place):
            return self.link_to(Selection("city", city_code=result.city_code))
        return self.link_to(place, **self.list_params())

    def list_params(self) -> dict[str, str]:
        """Return order and filters of the list as parameters of its own page."""
        given = QueryDict(self.list_state)
        return {name: given[name] for name in group_list.STATE if given.get(name)}
