"""Publish 发布, withdraw 取消发布 and retire runs: what readers see is one pointer a month."""

from __future__ import annotations

import logging
import shutil
import time

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from core.errors import Conflict
from core.month import Month
from warehouse import ddl, sharing
from warehouse.mart_models import MODELS
from warehouse.marts import POSTGRES_MARTS
from warehouse.models import MonthRun, PublishedMonth
from warehouse.queries import run_folder
from warehouse.signals import month_published, month_withdrawn

log = logging.getLogger(__name__)
DETACH_TRIES = 5
State = MonthRun.State


def point_at(run: MonthRun, *, user_id: int | None) -> None:
    """Let the month's readers see a run, from their next request on; inside a transaction."""
    said = {"run": run, "published_at": Now(), "published_by_id": user_id}
    pointer, is_first = PublishedMonth.objects.select_for_update().get_or_create(
        month_index=run.month_index, defaults=said
    )
    previous_run_id = None if is_first else pointer.run_id
    if not is_first:
        PublishedMonth.objects.filter(pk=pointer.pk).update(**said)
    month_published.send(MonthRun, month=run.month, run_id=run.pk, previous_run_id=previous_run_id)


def publish_newest(month: Month, *, user_id: int | None) -> MonthRun:
    """Publish the newest finished run of a month.

    Raises:
        Conflict: if no run of the month is ready.
    """
    with transaction.atomic():
        run = _finished(month).select_for_update().first()
        if run is None:
            raise Conflict(
                "nothing_to_publish",
                f"账期 {month} 没有待发布的运行结果。",
                f"请先执行 run_month {month}。",
            )
        point_at(run, user_id=user_id)
    return run


def withdraw(month: Month, *, user_id: int | None) -> MonthRun | None:
    """Point a month back at its previous run; return it, or None: "not published".

    Raises:
        Conflict: if the month is not published.
    """
    with transaction.atomic():
        pointer = (
            PublishedMonth.objects.select_for_update()
            .filter(month_index=month.index, run__isnull=False)
            .first()
        )
        if pointer is None:
            raise Conflict("not_published", f"账期 {month} 尚未发布，无需取消。", "")
        previous = _finished(month).filter(pk__lt=pointer.run_id).first()
        PublishedMonth.objects.filter(pk=month.index).update(
            run=previous, published_by_id=user_id, published_at=Now()
        )
        month_withdrawn.send(MonthRun, month=month, run_id=previous.pk if previous else None)
    return previous


def _finished(month: Month) -> QuerySet[MonthRun]:
    return MonthRun.objects.filter(month_index=month.index, state=State.READY).order_by("-pk")


def retire_old_runs(month: Month) -> int:
    """Take all but the last two finished runs of a month out of the marts; return how many.

    The published run always stays, and so do the runs that a run under way has pinned. What is
    still being read is tried again later.
    """
    kept = {run.pk for run in sharing.newest_finished(month)}
    kept |= set(PublishedMonth.objects.filter(run__isnull=False).values_list("run_id", flat=True))
    for pinned in MonthRun.objects.under_way().values_list("earlier_runs", flat=True):
        kept |= set(pinned.values())
    of_month = MonthRun.objects.filter(month_index=month.index)
    reading = of_month.filter(pk__in=kept) | of_month.under_way()
    lent = sharing.lent(reading.values_list("shared_marts", flat=True))
    old = of_month.exclude(pk__in=kept).exclude(state__in=(State.QUEUED, State.RUNNING))
    left = _left_partitions()
    return sum(
        _retire(run, lent.get(run.pk, set()))
        for run in old.order_by("pk")
        if _left_something(run) or left.get(run.pk, set()) - lent.get(run.pk, set())
    )


def _left_something(run: MonthRun) -> bool:
    return run.state == State.READY or run_folder(run.pk).exists()


def _left_partitions() -> dict[int, set[str]]:
    """Return the marts that each run, retired ones too, still has for those that share them."""
    left: dict[int, set[str]] = {}
    for mart in POSTGRES_MARTS:
        if mart.shareable:
            for run in ddl.runs_attached(MODELS[mart.name]._meta.db_table):
                left.setdefault(run, set()).add(mart.name)
    return left


def _retire(run: MonthRun, lent: set[str]) -> bool:
    """Take a run out of the marts, but for what it lends; tell whether it was a finished one."""
    tables = [model._meta.db_table for name, model in MODELS.items() if name not in lent]
    try:
        for table in tables:
            _detach(table, run.pk)
            ddl.drop_standalone(table, run.pk)
    except DatabaseError:
        log.warning("run %s is still being read; retiring it later", run.pk)
        return False
    shutil.rmtree(run_folder(run.pk), ignore_errors=True)
    was_ready = run.state == State.READY
    if was_ready:
        MonthRun.objects.filter(pk=run.pk).update(state=State.RETIRED)
    return was_ready


def _detach(table: str, run_id: int) -> None:
    for attempt in range(DETACH_TRIES):
        try:
            return ddl.detach(table, run_id)
        except DatabaseError:
            if attempt == DETACH_TRIES - 1:
                raise
            time.sleep(0.2 * (attempt + 1))
