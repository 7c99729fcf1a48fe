"""Say what is asked of alerts 告警操作 and what became of it; refuse an ask that lacks a part."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

from django.utils.translation import gettext as _

from alerts.triage import Reason, Step
from alerts.triage_models import STEPS
from core import formats
from core.errors import DomainError

LONGEST_NOTE = 1000
LONGEST_WAIT = dt.timedelta(days=366)
Result = Literal["done", "already", "conflict", "refused"]


@dataclass(frozen=True, slots=True)
class Item:
    """Name one alert and the version the person saw."""

    alert_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Ask:
    """Say what is to be done with each alert; what a step does not need stays empty."""

    step: Step
    note: str = ""
    reason: str = ""
    until: dt.date | None = None
    on_change: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Say what became of one alert, in a sentence where it was not done."""

    alert_id: int
    name: str
    result: Result
    state: str
    version: int
    code: str = ""
    message: str = ""


def cleaned(ask: Ask) -> Ask:
    """Keep what the step needs; the rest was filled into another form."""
    puts_off = ask.step == Step.SUPPRESS
    return replace(
        ask,
        note=ask.note.strip(),
        reason=ask.reason if ask.step == Step.RESOLVE else "",
        until=ask.until if puts_off else None,
        on_change=puts_off and ask.on_change,
    )


def check(ask: Ask, today: dt.date) -> None:
    """Refuse an ask that lacks what its step needs."""
    if len(ask.note) > LONGEST_NOTE or "\x00" in ask.note:
        text = _("备注最多 {n} 个字。").format(n=LONGEST_NOTE)
        raise DomainError("bad_note", text, _("请缩短后重试。"), "note")
    if ask.step == Step.RESOLVE and ask.reason not in tuple(Reason):
        text = _("办结必须选择原因。")
        raise DomainError("reason_required", text, _("请选择一项原因。"), "reason")
    if ask.step in (Step.NOTE, Step.ESCALATE) and not ask.note:
        text = _("{step}必须填写说明。").format(step=STEPS[ask.step])
        raise DomainError("note_required", text, _("请填写说明后重试。"), "note")
    if ask.step == Step.SUPPRESS:
        _check_wait(ask, today)


def _check_wait(ask: Ask, today: dt.date) -> None:
    if ask.until is None and not ask.on_change:
        text = _("暂不提醒必须给出恢复日期，或选择数值变化时恢复。")
        raise DomainError("until_required", text, _("请填写日期。"), "until")
    if ask.until is not None and not today < ask.until <= today + LONGEST_WAIT:
        text = _("恢复日期 {day} 不在明天至一年之内。").format(day=formats.day(ask.until))
        raise DomainError("bad_until", text, _("请选择明天至一年之内的日期。"), "until")
