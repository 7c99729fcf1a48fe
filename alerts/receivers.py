"""Let alerts follow what is published, inside the publishing transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from alerts.triage_sync import follow_grades, sync_alerts
from core.month import Month
from scoring.overlay import lock_effective_grades
from scoring.signals import grades_laid_over
from warehouse.signals import month_published, month_withdrawn


@receiver([month_published, month_withdrawn])
def follow_month(month: Month, **_: Any) -> None:
    """Open, refresh and close alerts after a month was published or withdrawn.

    Approvals queue first: they touch open alerts too, and the other way round would be a deadlock.
    """
    lock_effective_grades()
    sync_alerts(month)


@receiver(grades_laid_over)
def follow_approval(run_id: int, group_codes: Sequence[str], **_: Any) -> None:
    """Show the grade in force beside open alerts."""
    follow_grades(run_id, group_codes)
