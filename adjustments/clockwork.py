"""Do what time and new months ask for: expiry, reconfirmation, reminders; every one idempotent."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.disclosures import close_disclosure
from adjustments import news, steps
from adjustments.groups import FIELDS, newest_published
from adjustments.models import GradeAdjustment
from adjustments.queries import waiting_days
from adjustments.states import State
from core.month import Month
from scoring import overlay
from warehouse.models import GroupResult


@transaction.atomic
def follow_month(*, month: Month, run_id: int | None) -> None:
    """Follow the pointer of a month, inside the transaction that moves it.

    The run that readers see from now on gets the approvals it does not know; what the newest month
    ended expires; what it changed goes back to the requester.
    """
    overlay.lock_effective_grades()
    if run_id is not None:
        overlay.lay_over(run_id=run_id)
    overlay.forget_retired()
    expire_due()
    send_back_changed()


@transaction.atomic
def expire_due() -> int:
    """End the approvals whose last month is over 到期; return how many.

    Over means that a later month is published: until then readers still see the last one.
    """
    newest = newest_published()
    if newest is None:
        return 0
    rows = GradeAdjustment.objects.select_for_update(of=("self",)).filter(
        state=State.APPROVED, to_month_index__lt=newest[0].index
    )
    ended = list(rows.order_by("pk"))
    for adjustment in ended:
        adjustment.closed_at = timezone.now()
        steps.take(adjustment, adjustment.expire, "expire", actor=None)
        news.tell_expired(adjustment)
    return len(ended)


@transaction.atomic
def send_back_changed() -> int:
    """Send pending requests back whose group the newest month sees otherwise 需重新确认."""
    newest = newest_published()
    if newest is None:
        return 0
    rows = GradeAdjustment.objects.select_for_update(of=("self",)).filter(state=State.SUBMITTED)
    waiting = list(rows.exclude(run=newest[1]).order_by("pk"))
    codes = [each.group_code for each in waiting]
    results = GroupResult.objects.in_run(newest[1]).filter(group_code__in=codes)
    found = {row["group_code"]: row for row in results.values("group_code", *FIELDS)}
    return sum(_follow_group(each, found.get(each.group_code)) for each in waiting)


def _follow_group(adjustment: GradeAdjustment, now: dict[str, object] | None) -> bool:
    """Send a request back if grade or city changed, or let it follow its account manager."""
    if now is None or (now["suggested_grade"], now["city_code"]) != (
        adjustment.suggested_grade,
        adjustment.city_code,
    ):
        steps.take(adjustment, adjustment.send_back, "send_back", actor=None)
        close_disclosure(basis="request", basis_id=adjustment.pk)
        news.tell_sent_back(adjustment)
        return True
    GradeAdjustment.objects.filter(pk=adjustment.pk).update(
        county_code=now["county_code"], account_manager_code=now["account_manager_code"]
    )
    return False


@transaction.atomic
def remind_and_escalate() -> tuple[int, int]:
    """Remind the city after some working days, tell the province after more; return how many.

    Each request is reminded and escalated once, whatever how often this runs.
    """
    rows = GradeAdjustment.objects.select_for_update(of=("self",), skip_locked=True)
    reminded = escalated = 0
    for adjustment in rows.filter(state=State.SUBMITTED, escalated_at=None).order_by("pk"):
        days = waiting_days(adjustment)
        if days >= settings.GCVA_ADJUSTMENT_REMIND_DAYS and adjustment.reminded_at is None:
            _stamp(adjustment, "reminded_at", "remind")
            news.tell_waiting(adjustment, days)
            reminded += 1
        if days >= settings.GCVA_ADJUSTMENT_ESCALATE_DAYS:
            _stamp(adjustment, "escalated_at", "escalate")
            news.tell_overdue(adjustment, days)
            escalated += 1
    return reminded, escalated


def _stamp(adjustment: GradeAdjustment, column: str, action: str) -> None:
    """Note the time without a new version: whoever has the request open may still decide it."""
    GradeAdjustment.objects.filter(pk=adjustment.pk).update(**{column: timezone.now()})
    steps.note(adjustment, action, adjustment.state, actor=None)
