"""Keep time for alerts: what was put off until a day comes back after it."""

from __future__ import annotations

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from alerts.triage_sync import wake_due


@shared_task(name="alerts.wake")
def wake_task() -> None:
    """Show alerts again whose day has passed 到期恢复提醒."""
    with transaction.atomic():
        wake_due(timezone.localdate())
