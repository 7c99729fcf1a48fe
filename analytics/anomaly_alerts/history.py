"""Tell what happened with an alert 处理记录: months that fired, people's steps; newest first."""

from __future__ import annotations

from django.utils.translation import gettext as _

from alerts.alert_queries import firings_of, steps_of
from alerts.triage import CLEAN_MONTHS, State, Step
from alerts.triage_models import REASONS, STEPS, Alert, AlertStep
from analytics.alert_words import ProductNames, Told
from analytics.anomaly_alerts.parts import StepLine
from core import formats
from core.month import Month


def history_of(alert: Alert) -> tuple[StepLine, ...]:
    """Return steps and firings, newest first; an automatic close stands first."""
    steps = tuple(_step(each) for each in steps_of(alert))
    product = ProductNames()
    fired = tuple(
        StepLine(
            formats.month(Month.from_index(each.month)),
            _("触发"),
            Told(alert.rule, each, Month.from_index(each.month), product).sentence,
        )
        for each in firings_of(alert)
    )
    return (*_closed(alert), *steps, *fired)


def _closed(alert: Alert) -> tuple[StepLine, ...]:
    if alert.state != State.AUTO_CLOSED or alert.closed_month is None:
        return ()
    text = _("连续 {n} 个月未触发").format(n=CLEAN_MONTHS)
    if not alert.n_firings:
        text = _("触发的账期已取消发布")
    month = formats.month(Month.from_index(alert.closed_month))
    return (StepLine(month, _("自动解除"), text, tone="good"),)


def _step(each: AlertStep) -> StepLine:
    said = [str(REASONS.get(each.reason, ""))]  # type: ignore[call-overload]  # lazy words
    if each.until is not None:
        said.append(_("{day} 恢复").format(day=formats.day(each.until)))
    elif each.step == Step.SUPPRESS:
        said.append(_("数值变化时恢复"))
    said.append(each.note)
    text = _("；").join(part for part in said if part)
    return StepLine(formats.moment(each.at), STEPS[Step(each.step)], text, each.display_name)
