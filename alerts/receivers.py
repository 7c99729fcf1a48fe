"""Let alerts follow what is published, inside the publishing transaction."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from alerts.triage_sync import sync_alerts
from core.month import Month
from warehouse.signals import month_published, month_withdrawn


@receiver([month_published, month_withdrawn])
def follow_month(month: Month, **_: Any) -> None:
    """Open, refresh and close alerts after a month was published or withdrawn."""
    sync_alerts(month)
