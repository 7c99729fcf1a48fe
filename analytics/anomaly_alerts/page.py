"""Show 异常告警分析: abnormal groups by lower unit, or one account manager's with the evidence."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door
from alerts.queries import Finding as Alert
from analytics.alert_evidence import KINDS
from analytics.anomaly_alerts import charts, sentences, tables
from analytics.anomaly_alerts.compute import UnitAlerts
from analytics.anomaly_alerts.room import ROOM, AlertsReading
from analytics.kpi import sparkline_months
from analytics.page import RoomPage, RoomReading, card
from analytics.queries import at_unit, lower_levels
from core import formats
from core.parts import ChartCard, Drawing, Finding, Kpi, ModuleParts, NavItem, PageState
from core.sources import ListSource, Source
from core.table import Table, TableView
from core.web import carry, compare_of


class AlertsMixin(RoomReading):
    """Put the room's reading, table and rows together for page, export and API."""

    room = ROOM
    door: Door | None = Door(module=ROOM)

    @cached_property
    def alerts(self) -> AlertsReading:
        """Return the figures behind the page."""
        months_back = 12 if compare_of(self.http) == "yoy" else 1
        return AlertsReading(self.reading, self.http.GET.get("by", ""), months_back)

    def unit_url(self, row: UnitAlerts) -> str:
        """Return the link one step down; empty on the totals row."""
        if not row.code or self.alerts.level is None:
            return ""
        return self.link_to(at_unit(self.reading.selection, self.alerts.level, row.code))

    def group_url(self, row: Alert) -> str:
        """Return the link to the group."""
        return carry(self.http, reverse("grading_group", args=[row.group_code]), unit=None, am=None)

    def drawn_url(self, row: Alert) -> str:
        """Return the page that draws this group's evidence large."""
        return f"{carry(self.http, reverse(ROOM), alert=row.key)}#chart-evidence"

    def declared(self) -> tuple[Table, Source] | None:
        """Return the table of this place with its rows; None where there is none to see."""
        alerts = self.alerts
        if alerts.units is not None:
            table = tables.units_table(alerts.units.by, self.unit_url)
            return table, ListSource(alerts.units.rows)
        if not alerts.lists_groups:
            return None
        table = tables.alerts_table(self.group_url, self.drawn_url)
        return table, ListSource(alerts.findings)


class AlertsPage(AlertsMixin, RoomPage):
    """Show the module's page for every role."""

    title = gettext_lazy("异常告警分析")

    def table(self) -> TableView | None:
        """Return the table alone, for sorting, filtering and paging."""
        declared = self.declared() if self.reading.run is not None else None
        if declared is None:
            return None
        table, source = declared
        units = self.alerts.units
        nothing = PageState("empty", _("没有异常集团"), _("本月没有触发规则的集团。"))
        return table.view(
            self.request.GET,
            source,
            path=self.request.path,
            totals=units.total if units else None,
            export_urls=self.export_urls(),
            empty=None if units or self.alerts.findings else nothing,
            note=self.table_note(),
        )

    def export_urls(self) -> dict[str, str]:
        """Return the exports of the current filter, all rows."""
        path = reverse("anomaly_alerts_export")
        given = {name: self.request.GET[name] for name in self.request.GET if name != "page"}
        return {
            kind: carry(self.request, path, **{**given, "format": kind}) for kind in ("xlsx", "csv")
        }

    def table_note(self) -> str:
        """Say beside the table whether its total is the unit's own figure."""
        units = self.alerts.units
        if units is None:
            return ""
        return _("合计与上级一致") if units.reconciled else _("合计与上级不一致，请联系数据管理员")

    def published_parts(self) -> ModuleParts:
        """Return findings, cards, charts, table and method note."""
        judged = self.alerts.whole.is_judged
        return ModuleParts(
            title=self.title,
            facts=self.facts(),
            findings=self.findings(),
            kpis=self.cards(),
            charts=self.charts() if judged else (),
            table=self.table(),
            tabs=self.tabs(),
            notices=self.notices(),
            method_html=self.method(),
        )

    def cards(self) -> tuple[Kpi, ...]:
        """Return the four cards; one without a value says why."""
        why = _("没有可评估的集团") if self.alerts.judges_calls else _("1 月与 2 月合并评估")
        if not self.alerts.whole.is_judged:
            why = _("该账期未做异常检测")
        drawn = (card(each) for each in self.alerts.kpis)
        return tuple(replace(each, reason=why) if each.reason else each for each in drawn)

    def findings(self) -> tuple[Finding, ...]:
        """Return the sentences of findings 本月要点."""
        alerts = self.alerts
        if not alerts.whole.is_judged:
            return (Finding(sentences.not_judged()),)
        state = next(each for each in alerts.kpis if each.indicator.code == "n_state_abnormal")
        call = next(each for each in alerts.kpis if each.indicator.code == "n_call_abnormal")
        rows = alerts.units.rows if alerts.units else ()
        said = (
            sentences.states(self.place_name, alerts.whole, state),
            sentences.calls(alerts.whole, call, judged=alerts.judges_calls),
            sentences.worst_unit(rows, {row.code: self.unit_url(row) for row in rows}),
            sentences.reasons(alerts.reasons),
        )
        gap = "" if formats.is_chinese() else " "
        return (Finding(SafeString(gap.join(each for each in said if each))),)

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the lower unit where there are two."""
        levels = lower_levels(self.reading.selection)
        if len(levels) < 2:
            return ()
        words = {"county": _("按县区"), "account_manager": _("按客户经理"), "city": _("按地市")}
        return tuple(
            NavItem(
                level,
                words[level],
                "",
                carry(self.request, by=level, sort=None, page=None, q=None),
                is_current=level == self.alerts.level,
            )
            for level in levels
        )

    def notices(self) -> tuple[PageState, ...]:
        """Say what is missing and why: a closed list, a month without anomalies judged."""
        found = []
        if not self.alerts.whole.is_judged:
            text = _("重新运行并发布该账期后，这里会显示四项异常指标。")
            found.append(PageState("partial", _("该账期未做异常检测"), text))
        at_person = self.reading.selection.level == "account_manager"
        if at_person and not self.alerts.lists_groups:
            text = _("此处只显示该客户经理的汇总数据。")
            found.append(PageState("forbidden", _("异常集团清单不对管理角色开放"), text))
        return tuple(found)

    def charts(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        return (*self.units_charts(), *self.evidence_chart(), *self.trend_charts())

    def units_charts(self) -> tuple[ChartCard, ...]:
        """Return the two charts by lower unit; a click drills down."""
        units = self.alerts.units
        if units is None or not units.rows:
            return ()
        urls = {row.code: self.unit_url(row) for row in units.rows}
        hint = _("点击柱形下钻")
        state = charts.state_chart(units.rows, urls)
        cards = [self.chart("states", _("用户状态异常集团"), state, _("个"), hint=hint, span=12)]
        if self.alerts.judges_calls:
            call = charts.call_chart(units.rows, urls)
            title = _("用户呼叫异常集团")
            cards.append(self.chart("calls", title, call, _("个"), hint=hint, span=12))
        return tuple(cards)

    def trend_charts(self) -> tuple[ChartCard, ...]:
        """Return numbers and shares over 13 months."""
        alerts, months = self.alerts, sparkline_months(self.alerts.month)
        counts = charts.count_trend(
            months, alerts.series("n_state_abnormal"), alerts.series("n_call_abnormal")
        )
        shares = charts.share_trend(
            months,
            alerts.series("n_state_abnormal", "n_state_evaluable"),
            alerts.series("n_call_abnormal", "n_call_evaluable"),
        )
        return (
            self.chart("trend", _("异常集团数走势"), counts, _("个")),
            self.chart("shares", _("异常集团占比走势"), shares, _("占可评估集团")),
        )

    def evidence_chart(self) -> tuple[ChartCard, ...]:
        """Return the evidence of the group asked for, of the first one where none was."""
        found = self.alerts.findings
        if not found:
            return ()
        asked = self.request.GET.get("alert", "")
        shown = next((each for each in found if each.key == asked), found[0])
        title = _("{name}：{kind}").format(name=shown.name, kind=KINDS[shown.kind])
        unit = _("占成员") if shown.kind == "state" else _("分钟")
        return (self.chart("evidence", title, charts.evidence_chart(shown), unit, span=12),)

    def chart(self, name: str, title: str, drawing: Drawing, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place_name,
            month=self.alerts.month,
            source=_("月度异常检测"),
            **more,
        )
