"""Turn anomalies into charts 图表; every bar of a unit leads to that unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from alerts.periods import months_before
from alerts.queries import Finding
from alerts.threshold_words import limit_name
from analytics.alert_words import Told
from analytics.anomaly_alerts.compute import UnitAlerts
from core.charts import Bar, Drawing, Line, bar_by_unit, line_trend
from core.month import Month

Series = tuple[float | None, ...]


def state_chart(units: Sequence[UnitAlerts], urls: Mapping[str, str]) -> Drawing:
    """Draw the groups with abnormal states, and their share, by unit."""
    bars = [
        Bar(unit.name, unit.n_state_abnormal, urls.get(unit.code, ""), unit.state_share)
        for unit in sorted(units, key=lambda unit: (-(unit.n_state_abnormal or 0), unit.code))
    ]
    return bar_by_unit(bars, label=_("状态异常集团数"), ratio_label=_("占可评估集团"))


def call_chart(units: Sequence[UnitAlerts], urls: Mapping[str, str]) -> Drawing:
    """Draw the groups with abnormal calls, and their share, by unit."""
    bars = [
        Bar(unit.name, unit.n_call_abnormal, urls.get(unit.code, ""), unit.call_share)
        for unit in sorted(units, key=lambda unit: (-(unit.n_call_abnormal or 0), unit.code))
    ]
    return bar_by_unit(bars, label=_("呼叫异常集团数"), ratio_label=_("占可评估集团"))


def count_trend(months: Sequence[Month], state: Series, call: Series) -> Drawing:
    """Draw both numbers of abnormal groups over the months."""
    lines = [
        Line(_("状态异常集团数"), state, "$bad"),
        Line(_("呼叫异常集团数"), call, "$second"),
    ]
    return line_trend(months, lines)


def share_trend(months: Sequence[Month], state: Series, call: Series) -> Drawing:
    """Draw both shares of abnormal groups over the months."""
    lines = [
        Line(_("状态异常集团占比"), state, "$bad"),
        Line(_("呼叫异常集团占比"), call, "$second"),
    ]
    return line_trend(months, lines, measure="ratio")


def evidence_chart(finding: Finding) -> Drawing:
    """Draw what one group was judged by: the months, their median, the limit."""
    n = len(finding.months)
    is_state = finding.kind == "state"
    lines = [
        Line(_("异常成员占比") if is_state else _("工作日日均主叫"), finding.series, "$accent"),
        Line(_("前 6 期中位数"), (finding.median,) * n, "$rest"),
        Line(_("阈值"), (finding.limit,) * n, "$bad"),
    ]
    return line_trend(finding.months, lines, measure="ratio" if is_state else "score")


def silence_chart(told: Told, shares: Mapping[int, float]) -> Drawing:
    """Draw the share of members without a call 静默成员占比, month by month, and the limit."""
    months = (*months_before(told.month), told.month)
    shown = (*(shares.get(each.index) for each in months[:-1]), told.evidence.value)
    lines = [
        Line(limit_name("silent_share"), shown, "$accent"),
        Line(_("阈值"), (told.limit,) * len(months), "$bad"),
    ]
    return line_trend(months, lines, measure="ratio")


def series_chart(told: Told) -> Drawing:
    """Draw what an alert was judged by: the months, their median, the limit."""
    n = len(told.months)
    is_state = told.rule.startswith("state")
    lines = [
        Line(_("异常成员占比") if is_state else _("工作日日均主叫"), told.series, "$accent"),
        Line(_("前 6 期中位数"), (told.median,) * n, "$rest"),
    ]
    if told.limit is not None:
        lines.append(Line(_("阈值"), (told.limit,) * n, "$bad"))
    return line_trend(told.months, lines, measure="ratio" if is_state else "score")
