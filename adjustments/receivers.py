"""Hear of months that are published or withdrawn, inside the transaction that moves the pointer."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from adjustments import clockwork
from core.month import Month
from warehouse.signals import month_published, month_withdrawn


@receiver(month_published)
def follow_published(month: Month, run_id: int, **_: Any) -> None:
    """Lay later approvals over the new run, end what is over, ask again what changed."""
    clockwork.follow_month(month=month, run_id=run_id)


@receiver(month_withdrawn)
def follow_withdrawn(month: Month, run_id: int | None, **_: Any) -> None:
    """Do the same for the run readers fall back to, or for the month that is newest now."""
    clockwork.follow_month(month=month, run_id=run_id)
