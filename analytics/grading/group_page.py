"""Explain one group's score 评分解释: composition, indicators, ways to the next grade, history."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from accounts.scope import Selection
from analytics.grading import actions, charts, explained
from analytics.grading.explained import Explained
from analytics.page import RoomPage, stand_at
from core import formats
from core.errors import NotInScope
from core.parts import Action, ChartCard, ModuleParts, PageState
from core.sources import ListSource
from core.table import Column, Table, TableView


@dataclass(frozen=True, slots=True)
class Fact:
    """Be one labelled fact of the header; ``grade`` draws a badge instead of text."""

    label: str
    text: str = ""
    grade: str = ""
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class GroupParts(ModuleParts):
    """Be the page of one group: a module page with a header of facts."""

    header: tuple[Fact, ...] = ()
    sum_line: str = ""


def indicators_table(next_grade: str) -> Table:
    """Declare the table of indicators 指标得分."""
    needed: tuple[Column, ...] = ()
    if next_grade:
        heading = _("升至 {grade} 所需").format(grade=next_grade)
        needed = (Column("needed_text", heading, "text", reason=lambda row: row.needed_reason),)
    return Table(
        name="indicators",
        title=_("指标得分"),
        searchable=False,
        columns=(
            Column("label", _("指标"), "text", note=lambda row: row.dimension),
            Column("raw_text", _("原始值"), "text", reason=lambda row: _("缺失")),
            Column("points", _("得分"), "score", reason=lambda row: _("缺失，不计分")),
            Column("reference", _("参照得分"), "score"),
            Column("weight", _("权重"), "ratio", note=lambda row: row.weight_note),
            Column("bar", _("贡献（分）"), "delta", places=2, better="up"),
            *needed,
        ),
    )


class GroupPage(RoomPage):
    """Show one score explained; a management reader's opening is logged."""

    room = "grading"
    door = Door(module="grading", what="group")
    template_name = "grading/group.html"
    title = gettext_lazy("评分解释")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the group's page; what is not the reader's is not there."""
        if self.reading.run is None and not self.reading.published:
            raise NotInScope
        return super().get(request, *args, **kwargs)

    @cached_property
    def explained(self) -> Explained:
        """Return the group explained."""
        return explained.explain_group(self.reading, self.kwargs["group_code"])

    def published_parts(self) -> ModuleParts:
        """Return header, composition, indicators and history."""
        group = self.explained
        month = group.month
        stand_at(self.http, group.places, group.result.name)
        actions.log_opening(
            actor=self.reading.scope, group_code=group.result.group_code, month=month, door="page"
        )
        return GroupParts(
            title=group.result.name,
            facts=self.facts(),
            header=self.header(),
            sum_line=explained.sum_line(group),
            charts=self.charts(),
            table=self.table(),
            notices=self.notices(),
            actions=(Action(_("返回上级"), self.manager_url(), "chevron-left"),),
            method_html=self.method(),
        )

    def table(self) -> TableView | None:
        """Return the indicators."""
        if self.explained.score is None:
            return None
        table = indicators_table(self.explained.next_grade)
        return table.view({}, ListSource(self.explained.rows), path=self.request.path)

    def manager_url(self) -> str:
        """Return the list the group stands in."""
        result = self.explained.result
        selection = Selection(
            "account_manager",
            city_code=result.city_code,
            account_manager_code=result.account_manager_code,
        )
        if self.reading.scope.reader == "account_manager":
            selection = Selection(
                "account_manager", account_manager_code=result.account_manager_code
            )
        return self.link_to(selection)

    def header(self) -> tuple[Fact, ...]:
        """Return what identifies the group, and both grades."""
        group, result = self.explained, self.explained.result
        return (
            Fact(_("评分"), formats.number(group.score, 2), note=group.distance_note),
            Fact(_("建议等级"), grade=result.suggested_grade, note=group.suggested_note),
            Fact(_("生效等级"), grade=result.effective_grade, note=group.effective_note),
            Fact(_("集团编码"), result.group_code),
            Fact(_("行业"), group.industry),
            Fact(_("客户经理"), group.account_manager, url=self.manager_url()),
            Fact(_("成员数"), formats.number(result.n_members)),
            Fact(_("集团整体收入"), str(formats.money(result.total_income_li))),
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say that management reads only, and why a group may have no score."""
        said = []
        if self.reading.scope.is_management:
            said.append(PageState("partial", _("管理角色只读查看"), _("本次打开已记录。")))
        if self.explained.score is None:
            share = formats.ratio(self.explained.result.weight_present, 0)
            text = _("现有指标只占权重的 {share}，低于评分所需，本月未评定等级。")
            said.append(PageState("partial", _("指标不足，未评分"), text.format(share=share)))
        return tuple(said)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the waterfall and the history."""
        group = self.explained
        history = charts.history_chart(
            [each.month for each in group.history], [each.score for each in group.history]
        )
        cards = [
            self.frame("history", _("评分走势"), history, span=12 if group.score is None else 5)
        ]
        if group.score is not None:
            drawing = charts.waterfall_chart(
                group.reference_level,
                explained.steps(group),
                group.score,
                group.result.suggested_grade,
            )
            badge = (
                _("距 {grade} 还差 {points} 分").format(
                    grade=group.next_grade, points=formats.number(group.points_short, 2)
                )
                if group.next_grade
                else ""
            )
            cards.insert(0, self.frame("waterfall", _("评分构成"), drawing, span=7, badge=badge))
        return tuple(cards)

    def frame(self, name: str, title: str, drawing: Any, **more: Any) -> ChartCard:
        """Frame a chart with unit, group, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=_("分"),
            scope=self.explained.result.name,
            month=self.explained.month,
            source=_("月度评定结果"),
            **more,
        )
