"""Put everything that happened to a group on one line of time 服务视图; newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from alerts.alert_queries import steps_of_group
from alerts.queries import findings_from
from alerts.threshold_words import rule_name
from alerts.triage import Reason, Step
from alerts.triage_models import REASONS, STEPS
from analytics import alert_evidence
from analytics.group_view import queries
from analytics.group_view.requests import request_steps
from analytics.group_view.room import DUE_DAYS, GroupReading
from core import formats
from core.month import Month

Kind = Literal["score", "grade", "event", "contract", "alert", "step", "request"]
KIND_LABELS: dict[str, Any] = {
    "score": gettext_lazy("评分变化"),
    "grade": gettext_lazy("等级变动"),
    "event": gettext_lazy("服务事件"),
    "contract": gettext_lazy("合同到期"),
    "alert": gettext_lazy("异常告警"),
    "step": gettext_lazy("告警处理"),
    "request": gettext_lazy("等级调整"),
}
RATED = ("A1", "A2", "B1", "B2", "C")


@dataclass(frozen=True, slots=True)
class Event:
    """Be one thing that happened, on a day; what is known by month stands on its last day."""

    day: dt.date
    kind: Kind
    text: str
    note: str = ""
    tone: str = ""
    by_month: bool = False

    @property
    def label(self) -> str:
        """Return the kind in words."""
        return str(KIND_LABELS[self.kind])

    @property
    def when(self) -> str:
        """Return the day, or the month where only that is known."""
        return formats.month(Month.of(self.day)) if self.by_month else formats.day(self.day)


def timeline_of(group: GroupReading) -> tuple[Event, ...]:
    """Return the events of the 13 months, newest first; grade changes for account managers only."""
    found = [*_scores(group), *_services(group), *_contracts(group), *_alerts(group)]
    found += [*_steps(group), *_requests(group)]
    return tuple(sorted(found, key=lambda each: (each.day, each.kind), reverse=True))


def _scores(group: GroupReading) -> Iterator[Event]:
    rows = group.grades
    shows_grades = group.sees("grade_history")
    for before, row in zip([None, *rows], rows, strict=False):
        day = queries.month_of(row).last_day
        if before is None:
            continue
        step = None
        if row["score"] is not None and before["score"] is not None:
            step = round(row["score"] - before["score"], 2)
        if step:
            text = _("评分 {score}，较上次 {step}").format(
                score=formats.number(row["score"], 2), step=formats.number(step, 2, plus=True)
            )
            yield Event(day, "score", text, tone="good" if step > 0 else "bad", by_month=True)
        if shows_grades:
            yield from _grades(before, row, day)


def _grades(before: dict[str, Any], row: dict[str, Any], day: dt.date) -> Iterator[Event]:
    words = (
        ("effective_grade", _("生效等级由 {old} 变为 {new}")),
        ("suggested_grade", _("建议等级由 {old} 变为 {new}")),
    )
    for column, text in words:
        old, new = before[column], row[column]
        if old == new:
            continue
        tone = ""
        if old in RATED and new in RATED:
            tone = "good" if RATED.index(new) < RATED.index(old) else "bad"
        said = text.format(old=_grade(old), new=_grade(new))
        yield Event(day, "grade", said, tone=tone, by_month=True)


def _grade(code: str) -> str:
    return code if code in RATED else _("未评定")


def _services(group: GroupReading) -> Iterator[Event]:
    known = set()
    for row in group.events:
        key = (row["date"], row["kind"], row["note"])
        if row["date"] is None or key in known:
            continue
        known.add(key)
        yield Event(row["date"], "event", row["kind"] or _("服务事件"), row["note"] or "")


def _contracts(group: GroupReading) -> Iterator[Event]:
    rows = group.rows("contracts")
    names = group.product_names if rows else {}
    for row in rows:
        left = group.days_to(row["end"])
        if left is None:
            continue
        product = names.get(row["product_code"] or "", row["product_code"] or _("集团合同"))
        due = 0 <= left <= DUE_DAYS
        note = ngettext("{n} 天后到期", "{n} 天后到期", left).format(n=left) if due else ""
        amount = "" if row["amount_li"] is None else str(formats.money(row["amount_li"]))
        text = _("{product} 合同到期").format(product=product)
        said = _("，").join(part for part in (text, amount) if part)
        yield Event(row["end"], "contract", said, note, tone="bad" if due else "")


def _requests(group: GroupReading) -> Iterator[Event]:
    for day, text, note, tone in request_steps(group.requests):
        yield Event(day, "request", text, note, tone=tone)


def _alerts(group: GroupReading) -> Iterator[Event]:
    for row in group.fired:
        day = queries.month_of({"month": row.month}).last_day
        for finding in findings_from(row):
            text = _("{label}：{value}").format(
                label=alert_evidence.KINDS[finding.kind], value=alert_evidence.rules_said(finding)
            )
            yield Event(
                day, "alert", text, alert_evidence.in_words(finding), tone="bad", by_month=True
            )


def _steps(group: GroupReading) -> Iterator[Event]:
    """Tell what people did with the group's alerts, where the reader sees them."""
    for row in steps_of_group(group.scope, group.group_code):
        said = [str(REASONS[Reason(row.reason)])] if row.reason else []
        parts = [*said, row.note, row.display_name]
        note = _("，").join(part for part in parts if part)
        text = _("{label}：{value}").format(
            label=rule_name(row.alert.rule), value=STEPS[Step(row.step)]
        )
        yield Event(timezone.localdate(row.at), "step", text, note)
