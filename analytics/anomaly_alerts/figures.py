"""Show the month's anomalies 异常指标: abnormal groups by lower unit, or one by one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics.anomaly_alerts import sentences
from analytics.anomaly_alerts.cards import Cards
from analytics.anomaly_alerts.parts import AlertsParts
from analytics.page import card
from analytics.queries import lower_levels
from analytics.unit_tables import beside, intervals_said
from core import formats
from core.parts import ChartCard, Finding, Kpi, NavItem, PageState
from core.table import TableView
from core.web import carry

if TYPE_CHECKING:
    from analytics.anomaly_alerts.page import AlertsPage


class Figures:
    """Draw the figures of one place and month."""

    def __init__(self, page: AlertsPage) -> None:
        """Take the page whose request is answered."""
        self.page = page

    def parts(self) -> AlertsParts:
        """Return findings, cards, charts, table and method note."""
        judged = self.page.alerts.whole.is_judged
        return AlertsParts(
            title=self.page.title,
            facts=self.page.facts(),
            findings=self.findings(),
            kpis=self.cards(),
            charts=self.charts() if judged else (),
            table=self.table(),
            by_tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.page.method(),
        )

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        declared = self.page.declared()
        if declared is None:
            return None
        table, source = declared
        units = self.page.alerts.units
        nothing = PageState("empty", _("没有异常集团"), _("本月没有触发规则的集团。"))
        return table.view(
            self.page.http.GET,
            source,
            path=self.page.http.path,
            totals=units.total if units else None,
            export_urls=self.page.export_urls(),
            empty=None if units or self.page.alerts.findings else nothing,
            note=self.table_note(),
        )

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.page.alerts.units
        if units is None:
            return ""
        same = _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")
        brackets = intervals_said(
            n
            for row in units.rows
            for n in (row.n_groups, row.n_state_evaluable, row.n_call_evaluable)
        )
        return beside(same, _("第 1 名占比最高"), brackets)

    def cards(self) -> tuple[Kpi, ...]:
        """Return the four cards; one without a value says why."""
        why = _("没有可评估的集团") if self.page.alerts.judges_calls else _("1 月与 2 月合并评估")
        if not self.page.alerts.whole.is_judged:
            why = _("该账期未做异常检测")
        drawn = (card(each) for each in self.page.alerts.kpis)
        return tuple(replace(each, reason=why) if each.reason else each for each in drawn)

    @property
    def is_own(self) -> bool:
        """Tell whether the reader looks at the own portfolio."""
        own = self.page.reading.scope.own_account_manager_code
        return bool(own) and own == self.page.reading.selection.account_manager_code

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        alerts = self.page.alerts
        if not alerts.whole.is_judged:
            return (Finding(sentences.not_judged()),)
        state = next(each for each in alerts.kpis if each.indicator.code == "n_state_abnormal")
        call = next(each for each in alerts.kpis if each.indicator.code == "n_call_abnormal")
        rows = alerts.units.rows if alerts.units else ()
        said = (
            sentences.states(self.page.place_name, alerts.whole, state, own=self.is_own),
            sentences.calls(alerts.whole, call, judged=alerts.judges_calls),
            sentences.worst_unit(rows, {row.code: self.page.unit_url(row) for row in rows}),
            sentences.reasons(alerts.reasons),
        )
        gap = "" if formats.is_chinese() else " "
        return (Finding(SafeString(gap.join(each for each in said if each))),)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the lower unit where there are two."""
        levels = lower_levels(self.page.reading.selection)
        if len(levels) < 2:
            return ()
        words = {"county": _("按县区"), "account_manager": _("按客户经理"), "city": _("按地市")}
        return tuple(
            NavItem(
                level,
                words[level],
                "",
                carry(self.page.http, by=level, sort=None, page=None, q=None),
                is_current=level == self.page.alerts.level,
            )
            for level in levels
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing and why: a closed list, a month without anomalies judged."""
        found = []
        if not self.page.alerts.whole.is_judged:
            text = _("重新运行并发布该账期后，这里会显示四项异常指标。")
            found.append(PageState("partial", _("该账期未做异常检测"), text))
        at_person = self.page.reading.selection.level == "account_manager"
        if at_person and not self.page.alerts.lists_groups:
            text = _("此处只显示该客户经理的汇总数据。")
            found.append(PageState("forbidden", _("异常集团清单不对管理角色开放"), text))
        return tuple(found)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        rows = self.page.alerts.units.rows if self.page.alerts.units else ()
        urls = {row.code: self.page.unit_url(row) for row in rows}
        asked = self.page.http.GET.get("alert", "")
        return Cards(self.page.alerts, self.page.place_name, urls, asked).all()
