"""Show 基本视图: profile, key people, the score explained, findings, peers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import explained
from analytics.group_view import charts, tables
from analytics.group_view.parts import Fact, Section
from analytics.group_view.tab import Tab
from analytics.unit_tables import SIZE_BANDS
from core import formats
from core.month import Month
from core.parts import ChartCard, PageState
from core.table import TableView
from warehouse.dictionary_names import name_said

STATUS = {
    "on_net": gettext_lazy("在网"),
    "silent": gettext_lazy("沉默"),
    "potential": gettext_lazy("潜在"),
    "off_net": gettext_lazy("离网"),
}


class BasicTab(Tab):
    """Draw the profile and the score explained."""

    def sections(self) -> tuple[Section, ...]:
        """Return profile and score."""
        return (Section(_("档案"), self.profile()), Section(_("评分"), self.grades(), self.line()))

    def line(self) -> str:
        """Return the sum that the waterfall draws."""
        return explained.sum_line(self.group.explained)

    def profile(self) -> tuple[Fact, ...]:
        """Return what the group's file says."""
        facts, result = self.group.facts, self.group.result
        size = dict(SIZE_BANDS).get(str(result.size_band), str(result.size_band))
        created = Month.from_index(facts.created_month) if facts.created_month else None
        unit = self.group.places[-2].name if len(self.group.places) > 1 else ""
        return (
            Fact(_("行业"), name_said(result.industry) or _("其他")),
            Fact(_("规模"), str(size)),
            Fact(_("所属单元"), unit or result.county_code),
            Fact(_("状态"), str(STATUS.get(facts.status, facts.status))),
            Fact(_("员工数"), formats.number(facts.employees)),
            Fact(_("建档月份"), formats.month(created)),
            Fact(_("合同期"), self.contract()),
            Fact(_("欠费"), self.arrears(), note=self.arrears_note()),
        )

    def contract(self) -> str:
        """Return the contract's dates."""
        start, end = self.group.facts.contract_start, self.group.facts.contract_end
        if start is None and end is None:
            return "—"
        first, last = (formats.day(each).replace(" ", "\u00a0") for each in (start, end))
        return f"{first} – {last}"  # a line breaks between the days only

    def arrears(self) -> str:
        """Return what is owed; a dash where the extract does not say."""
        owed = self.group.facts.arrears_li
        return "—" if owed is None else str(formats.money(owed))

    def arrears_note(self) -> str:
        """Say for how long."""
        months = self.group.facts.arrears_months
        text = ngettext("{n} 个月", "{n} 个月", months or 0)
        return text.format(n=formats.number(months)) if months else ""

    def grades(self) -> tuple[Fact, ...]:
        """Return both grades with their grounds, and the way to the next."""
        group, result = self.group.explained, self.group.result
        return (
            Fact(_("评分"), formats.number(group.score, 2), note=group.distance_note),
            Fact(_("建议等级"), grade=result.suggested_grade, note=group.suggested_note),
            Fact(_("生效等级"), grade=result.effective_grade, note=group.effective_note),
            Fact(_("本月异常"), self.abnormal()),
        )

    def abnormal(self) -> str:
        """Say how much is abnormal this month."""
        n = len(self.group.findings)
        return ngettext("{n} 项", "{n} 项", n).format(n=n) if n else _("本月没有异常")

    def notices(self) -> tuple[PageState, ...]:
        """Say why a group has no score, and why there are no peers."""
        said = []
        if self.group.explained.score is None:
            share = formats.ratio(self.group.result.weight_present, 0)
            text = _("现有指标只占权重的 {share}，低于评分所需，本月未评定等级。")
            said.append(PageState("partial", _("指标不足，未评分"), text.format(share=share)))
        if not self.group.peers.measures:
            text = _("同行业、同规模的集团全省共 {n} 个。").format(n=self.group.peers.n)
            said.append(PageState("masked", _("同类集团不足 3 个，不作比较"), text))
        return tuple(said)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the waterfall and the history."""
        group = self.group.explained
        history = charts.history_chart(
            [each.month for each in group.history], [each.score for each in group.history]
        )
        span = 12 if group.score is None else 5
        cards = [self.frame("history", _("评分走势"), history, _("分"), span=span)]
        if group.score is not None:
            drawing = charts.waterfall_chart(
                group.reference_level,
                explained.steps(group),
                group.score,
                group.result.suggested_grade,
            )
            badge = group.distance_note
            more = {"span": 7, "badge": badge}
            cards.insert(0, self.frame("waterfall", _("评分构成"), drawing, _("分"), **more))
        return tuple(cards)

    def tables(self) -> tuple[TableView, ...]:
        """Return key people, findings, indicators and peers."""
        group = self.group
        missing = not group.has("key_people")
        title = _("本月没有关键人清单") if missing else _("没有登记关键人")
        nobody = PageState("empty", title, "")
        found = [self.whole(tables.people_table(), group.rows("key_people"), empty=nobody)]
        if group.findings:
            found.append(self.whole(tables.findings_table(), group.findings))
        if group.explained.score is not None:
            table = tables.indicators_table(group.explained.next_grade)
            found.append(self.whole(table, group.explained.rows))
        if group.peers.measures:
            n = formats.number(group.peers.n)
            note = _("同行业、同规模，全省 {n} 个集团").format(n=n)
            found.append(self.whole(tables.peers_table(), group.peers.measures, note=note))
        return tuple(found)
