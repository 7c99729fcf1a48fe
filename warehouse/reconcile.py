"""Find what lies still 对账: runs without a worker, imports without one, runs to be retired."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models.functions import Now

from core.month import Month
from warehouse import publish
from warehouse.importing import import_lock
from warehouse.lease import claimable
from warehouse.models import ImportBatch, MonthRun


def waiting_runs() -> list[int]:
    """Return the runs whose lease ran out or whose message may have been lost."""
    return list(
        MonthRun.objects.under_way().filter(claimable()).order_by("pk").values_list("pk", flat=True)
    )


def waiting_batches() -> list[int]:
    """Return the imports that nobody works on: asked for some time ago, their month's lock free."""
    patience = dt.timedelta(seconds=settings.GCVA_RECONCILE_SECONDS)
    waiting = ImportBatch.objects.filter(
        state=ImportBatch.State.CHECKING, created_at__lt=Now() - patience
    )
    return [batch.pk for batch in waiting.order_by("pk") if _is_free(batch.month)]


def _is_free(month: Month) -> bool:
    with import_lock(month, wait=False) as held:
        return held


def retire_leftovers() -> None:
    """Retire the old runs of every month that has some."""
    indexes = MonthRun.objects.values_list("month_index", flat=True).distinct().order_by()
    for index in sorted(set(indexes)):
        publish.retire_old_runs(Month.from_index(index))
