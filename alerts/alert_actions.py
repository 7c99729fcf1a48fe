"""Work through alerts 告警处理: 签收, 认领, 办结, 暂不提醒, 备注, 上报, 重新打开.

Only the account manager of a group (or who stands in, 代管) triages its alerts; the city may add a
note to what was escalated to it. One step or several at once: a foreign alert among them refuses
all, everything else answers one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import require_action
from accounts.scope import Scope
from alerts import news
from alerts.alert_asks import Ask, Item, Outcome, Result, check, cleaned
from alerts.alert_queries import clean_months_since
from alerts.triage import CLEAN_MONTHS, State, Step, after, may_follow
from alerts.triage_models import STATES, STEPS, Alert, AlertStep
from alerts.triage_sync import lock, lock_groups, refresh_disclosures, refresh_levels
from core import formats
from core.error_pages import request_id
from core.errors import Conflict, DomainError, NotAllowed, NotInScope
from warehouse.models import PublishedMonth

MOST_AT_ONCE = 200
GREATEST_ID = 2**63 - 1


def take_step(*, actor: Scope, item: Item, ask: Ask) -> Outcome:
    """Take one step with one alert; doing the same twice is one effect.

    Raises:
        NotInScope: if the alert is not the actor's.
        NotAllowed: if the actor may not triage.
        DomainError: if something the step needs is missing.
        Conflict: if somebody was first, or the state does not allow the step.
    """
    (outcome,) = take_steps(actor=actor, items=(item,), ask=ask)
    if outcome.result in ("conflict", "refused"):
        raise Conflict(outcome.code, outcome.message, _("请刷新页面后重试。"))
    return outcome


@transaction.atomic
def take_steps(*, actor: Scope, items: Sequence[Item], ask: Ask) -> tuple[Outcome, ...]:
    """Take the same step with several alerts 批量处理; one result an alert, in the order asked.

    Raises:
        NotInScope: if one of them is not the actor's; then none was changed.
        NotAllowed: if the actor may not triage.
        DomainError: if something the step needs is missing, or nothing or too much was chosen.
    """
    require_action(actor, "note_alert" if ask.step == Step.NOTE else "triage_alert")
    ask = cleaned(ask)
    check(ask, timezone.localdate())
    wanted = {item.alert_id: item for item in items}
    if not wanted or len(wanted) > MOST_AT_ONCE:
        text = _("请选择 1 至 {n} 条告警。").format(n=MOST_AT_ONCE)
        raise DomainError("bad_number_of_alerts", text, "", "items")
    lock(shared=True)
    rows = _locked(actor, wanted)
    stale = [row.pk for row in rows.values() if row.version != wanted[row.pk].version]
    last = _last_steps(stale)
    user = User.objects.get(pk=actor.user_id or 0)
    outcomes = {pk: _attempt(row, wanted[pk], ask, user, last.get(pk)) for pk, row in rows.items()}
    _store([rows[pk] for pk, each in outcomes.items() if each.result == "done"], ask, user)
    return tuple(outcomes[pk] for pk in wanted)


def _locked(actor: Scope, wanted: Mapping[int, Item]) -> dict[int, Alert]:
    """Lock the groups of the alerts in one order; whoever may only read totals is stopped.

    Raises:
        NotInScope: if one is not in scope.
        NotAllowed: if one is not the actor's to change.
    """
    if any(pk > GREATEST_ID for pk in wanted):
        raise NotInScope
    found = Alert.objects.visible_to(actor).filter(pk__in=sorted(wanted))
    lock_groups(found.values("group_code"))
    rows = {row.pk: row for row in found.order_by("pk").select_for_update(of=("self",))}
    if len(rows) != len(wanted):
        raise NotInScope
    if actor.is_management and any(row.escalated_at is None for row in rows.values()):
        raise NotAllowed(_("该告警未上报，只有客户经理可以处理。"))
    if actor.is_management and any(
        row.city_code not in actor.approves_city_codes for row in rows.values()
    ):
        raise NotAllowed(_("只有该地市的管理员可以答复上报的告警。"))
    return rows


def _last_steps(alert_ids: Sequence[int]) -> dict[int, AlertStep]:
    """Return who did what last, of alerts that are not as they were seen."""
    if not alert_ids:
        return {}
    rows = AlertStep.objects.filter(alert_id__in=alert_ids)
    return {row.alert_id: row for row in rows.order_by("alert_id", "version")}


def _attempt(row: Alert, item: Item, ask: Ask, user: User, last: AlertStep | None) -> Outcome:
    """Change one alert in memory, or say why not."""

    def outcome(result: Result, code: str = "", message: str = "") -> Outcome:
        return Outcome(row.pk, row.name, result, row.state, row.version, code, message)

    if row.version != item.version:
        if last is not None and _is_replay(last, item, ask, user):
            return outcome("already")
        return outcome("conflict", "already_changed", _changed(row, last))
    if not may_follow(State(row.state), ask.step):
        return outcome("refused", "wrong_state", _wrong_state(row, ask.step))
    refusal = _refusal(row, ask.step, user)
    if refusal:
        return outcome("refused", "wrong_state", refusal)
    _apply(row, ask, user)
    return outcome("done")


def _is_replay(last: AlertStep, item: Item, ask: Ask, user: User) -> bool:
    """Tell whether this is the step just taken, sent once more: a double click, a retry."""
    same = (last.user_id, last.step, last.version) == (user.pk, ask.step, item.version + 1)
    said = (last.reason, last.note, last.until) == (ask.reason, ask.note, ask.until)
    return same and said


def _changed(row: Alert, last: AlertStep | None) -> str:
    if last is None:
        return _("“{name}”的告警已变化。").format(name=row.name)
    return _("“{name}”的告警已由 {who} 于 {at} {step}。").format(
        name=row.name,
        who=last.display_name,
        at=formats.moment(last.at),
        step=STEPS[Step(last.step)],
    )


def _wrong_state(row: Alert, step: Step) -> str:
    return _("“{name}”的告警当前为“{state}”，不能{step}。").format(
        name=row.name, state=STATES[State(row.state)], step=STEPS[step]
    )


def _refusal(row: Alert, step: Step, user: User) -> str:
    """Say what else stands against a step; empty where nothing does."""
    if step == Step.TAKE and row.state == State.IN_WORK and row.taken_by_id == user.pk:
        return _("“{name}”的告警已由您认领。").format(name=row.name)
    if step == Step.ESCALATE and row.escalated_at is not None:
        return _("“{name}”的告警已经上报。").format(name=row.name)
    if step == Step.REOPEN and row.state == State.RESOLVED:
        return _not_reopened(row)
    return ""


def _not_reopened(row: Alert) -> str:
    same = Alert.objects.filter(group_code=row.group_code, rule=row.rule).exclude(pk=row.pk)
    if same.open().exists():
        return _("“{name}”已有同一规则的未办结告警。").format(name=row.name)
    if same.filter(opened_month__gt=row.opened_month).exists():
        return _("“{name}”在此之后另有同一规则的告警。").format(name=row.name)
    if row.n_firings == 0:
        return _("“{name}”的告警所依据的账期已取消发布。").format(name=row.name)
    row.clean_months = clean_months_since(row)
    if row.clean_months >= CLEAN_MONTHS:
        return _("“{name}”的告警已连续两个月未触发。").format(name=row.name)
    return ""


def _apply(row: Alert, ask: Ask, user: User) -> None:
    """Write the step into the alert; ``row`` remembers where it came from for the log."""
    before = State(row.state)
    row.came_from = before  # type: ignore[attr-defined]  # for the step's record
    row.version += 1
    row.anchor_month = row.opened_month if row.anchor_month is None else row.anchor_month
    if ask.step == Step.ESCALATE:
        row.escalated_at, row.escalated_by = timezone.now(), user
    if ask.step in (Step.NOTE, Step.ESCALATE):
        return
    row.state = row.work_state = after(before, ask.step)
    row.reason = ask.reason
    row.taken_by = user if ask.step == Step.TAKE else row.taken_by
    row.closed_month = None
    puts_off = ask.step == Step.SUPPRESS
    row.suppressed_until = ask.until if puts_off else None
    row.suppressed_on_change = puts_off and ask.on_change
    row.suppressed_value = row.value if puts_off else None
    row.suppressed_month = row.last_fired_month if puts_off else None


CHANGED = (
    "state", "work_state", "reason", "taken_by", "closed_month", "suppressed_until",
    "suppressed_on_change", "suppressed_value", "suppressed_month", "escalated_at",
    "escalated_by", "anchor_month", "clean_months", "version",
)  # fmt: skip


def _store(rows: Sequence[Alert], ask: Ask, user: User) -> None:
    """Store the alerts with one line of the log each, and tell who listens."""
    if not rows:
        return
    if ask.step == Step.RESOLVE:
        _close(rows)
    Alert.objects.bulk_update(rows, CHANGED)
    AlertStep.objects.bulk_create(
        AlertStep(
            alert=row,
            version=row.version,
            step=ask.step,
            from_state=row.came_from,  # type: ignore[attr-defined]  # for the step's record
            to_state=row.state,
            reason=ask.reason,
            note=ask.note,
            until=ask.until,
            user=user,
            display_name=user.get_full_name(),
            request_id=request_id(),
        )
        for row in rows
    )
    refresh_levels([row.group_code for row in rows])
    if ask.step in (Step.ESCALATE, Step.RESOLVE, Step.REOPEN):
        refresh_disclosures(Q(pk__in=[row.pk for row in rows]))
    for row in rows:
        if ask.step == Step.ESCALATE:
            news.tell_city(row, user=user, note=ask.note)
        elif ask.step == Step.NOTE and row.escalated_at and user.role == User.Role.CITY:
            news.tell_account_manager(row, user=user, note=ask.note)


def _close(rows: Sequence[Alert]) -> None:
    """Let resolved alerts cover the months up to the newest; what fires later is another alert."""
    months = PublishedMonth.objects.filter(run__isnull=False).order_by("-month_index")
    newest = months.values_list("month_index", flat=True).first() or 0
    for row in rows:
        row.closed_month = max(newest, row.opened_month)
