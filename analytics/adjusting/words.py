"""Put a request 等级调整 into words: its state, how long it waits, until when it holds."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from adjustments.models import STATE_LABELS, AdjustmentStep, GradeAdjustment
from adjustments.queries import waiting_days
from adjustments.states import PENDING, State
from core import formats
from core.cells import in_brackets
from core.month import Month
from core.parts import Words

STATES: dict[str, Words] = dict(STATE_LABELS)
TONES: dict[str, str] = {
    State.SUBMITTED: "accent",
    State.APPROVED: "good",
    State.REJECTED: "bad",
    State.NEEDS_RECONFIRMATION: "warn",
}
STEPS: dict[str, Words] = {
    "submit": gettext_lazy("提交审批"),
    "approve": gettext_lazy("同意"),
    "reject": gettext_lazy("驳回"),
    "recall": gettext_lazy("撤回"),
    "send_back": gettext_lazy("退回重新确认"),
    "expire": gettext_lazy("到期"),
    "remind": gettext_lazy("催办提醒"),
    "escalate": gettext_lazy("超期上报"),
}
STEP_TONES = {"approve": "good", "reject": "bad", "send_back": "bad", "escalate": "bad"}


@dataclass(frozen=True, slots=True)
class Age:
    """Be how long a request has waited for the city 已等待; calm, warn or bad."""

    days: int
    text: str
    tone: str


def age_of(row: GradeAdjustment) -> Age | None:
    """Return how long a request waits, in working days; None once it does not."""
    if row.state != State.SUBMITTED:
        return None
    days = waiting_days(row)
    if days >= settings.GCVA_ADJUSTMENT_ESCALATE_DAYS:
        late = formats.number(days - settings.GCVA_ADJUSTMENT_ESCALATE_DAYS + 1)
        return Age(days, _("已超 {n} 个工作日").format(n=late), "bad")
    tone = "warn" if days >= settings.GCVA_ADJUSTMENT_REMIND_DAYS else "calm"
    return Age(days, _("第 {n} 个工作日").format(n=formats.number(days + 1)), tone)


def last_month_of(row: GradeAdjustment) -> Month:
    """Return the last month an approval holds, or would hold if it were given now."""
    return row.to_month or row.month.plus(row.validity_months - 1)


def validity_of(row: GradeAdjustment) -> str:
    """Say for how long, and until which month 有效期."""
    n = row.validity_months
    text = ngettext("{n} 个月（至 {month}）", "{n} 个月（至 {month}）", n)
    return text.format(n=formats.number(n), month=formats.month(last_month_of(row)))


def tag_of(row: GradeAdjustment) -> str:
    """Return the colour of a request's state."""
    return TONES.get(row.state, "")


def decided_line(row: GradeAdjustment) -> str:
    """Say who decided and when; empty before."""
    if row.decided_by is None or row.decided_at is None:
        return ""
    said = _("{who} 于 {when} {state}").format(
        who=row.decided_by.get_full_name() or row.decided_by.get_username(),
        when=formats.moment(row.decided_at),
        state=row.get_state_display(),
    )
    return said + in_brackets(_("代理审批")) if row.via_delegation else said


@dataclass(frozen=True, slots=True)
class StepLine:
    """Be one line of what was done 办理过程."""

    when: str
    label: str
    who: str
    text: str
    tone: str


def step_line(step: AdjustmentStep) -> StepLine:
    """Put one step into words; without a person it was the system."""
    who = step.by.get_full_name() or step.by.get_username() if step.by else _("系统")
    if step.via_delegation:
        who += in_brackets(_("代理审批"))
    return StepLine(
        when=formats.moment(step.at),
        label=str(STEPS.get(step.action, step.action)),
        who=who,
        text=step.comment,
        tone=STEP_TONES.get(step.action, ""),
    )


def is_waiting(row: GradeAdjustment) -> bool:
    """Tell whether somebody still has to do something."""
    return row.state in PENDING


def submitted_on(row: GradeAdjustment) -> str:
    """Return the day a request was sent, short."""
    if row.submitted_at is None:
        return ""
    return formats.month_day(timezone.localtime(row.submitted_at).date())
