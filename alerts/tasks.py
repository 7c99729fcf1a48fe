"""Keep time for alerts: wake what was put off, tell what is new, add up what was counted."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from alerts.opened_news import tell_opened
from alerts.tally import fold
from alerts.threshold_news import tell_thresholds
from alerts.triage_sync import wake_due


@shared_task(name="alerts.wake")
def wake_task() -> None:
    """Show alerts again whose day has passed 到期恢复提醒."""
    with transaction.atomic():
        wake_due(timezone.localdate())


@shared_task(name="alerts.tell")
def tell_task() -> None:
    """Tell of new alerts and changed thresholds whoever was not told yet 告警及阈值通知."""
    tell_opened()
    tell_thresholds()


@shared_task(name="alerts.tally")
def tally_task() -> None:
    """Add up what steps changed since alerts were counted 告警计数."""
    fold(waits=False)
