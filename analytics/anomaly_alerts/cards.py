"""Frame the charts of abnormal groups 异常图表: by lower unit, over the months, one group's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.alert_evidence import KINDS
from analytics.anomaly_alerts import charts
from analytics.anomaly_alerts.room import AlertsReading
from analytics.kpi import sparkline_months
from core.parts import ChartCard, Drawing


@dataclass(frozen=True)
class Cards:
    """Frame what a place shows; ``urls`` lead one step down, ``asked`` names a finding."""

    alerts: AlertsReading
    place: str
    urls: Mapping[str, str]
    asked: str

    def all(self) -> tuple[ChartCard, ...]:
        """Return the charts of the place."""
        return (*self.units(), *self.evidence(), *self.trends())

    def units(self) -> tuple[ChartCard, ...]:
        """Return the two charts by lower unit; a click drills down."""
        units = self.alerts.units
        if units is None or not units.rows:
            return ()
        hint = _("点击柱形下钻")
        state = charts.state_chart(units.rows, self.urls)
        cards = [self.frame("states", _("用户状态异常集团"), state, _("个"), hint=hint, span=12)]
        if self.alerts.judges_calls:
            call = charts.call_chart(units.rows, self.urls)
            title = _("用户呼叫异常集团")
            cards.append(self.frame("calls", title, call, _("个"), hint=hint, span=12))
        return tuple(cards)

    def trends(self) -> tuple[ChartCard, ...]:
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
            self.frame("trend", _("异常集团数走势"), counts, _("个")),
            self.frame("shares", _("异常集团占比走势"), shares, _("占可评估集团")),
        )

    def evidence(self) -> tuple[ChartCard, ...]:
        """Return the evidence of the group asked for, of the first one where none was."""
        found = self.alerts.findings
        if not found:
            return ()
        shown = next((each for each in found if each.key == self.asked), found[0])
        title = _("{name}：{kind}").format(name=shown.name, kind=KINDS[shown.kind])
        unit = _("占成员") if shown.kind == "state" else _("分钟")
        return (self.frame("evidence", title, charts.evidence_chart(shown), unit, span=12),)

    def frame(self, name: str, title: str, drawing: Drawing, unit: str, **more: Any) -> ChartCard:
        """Frame a chart with unit, place, month and source."""
        return ChartCard(
            name=name,
            title=title,
            drawing=drawing,
            unit=unit,
            scope=self.place,
            month=self.alerts.month,
            source=_("月度异常检测"),
            **more,
        )
