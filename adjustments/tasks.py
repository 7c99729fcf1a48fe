"""Let the beat do what time asks for; a message carries nothing and may come twice."""

from __future__ import annotations

from celery import shared_task

from adjustments import clockwork, evidence


@shared_task(name="adjustments.keep_time")
def keep_time_task() -> None:
    """End what is over, remind and escalate what waits, sweep what nobody owns."""
    clockwork.expire_due()
    clockwork.remind_and_escalate()
    evidence.sweep_orphans()
