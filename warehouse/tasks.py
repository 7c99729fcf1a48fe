"""Let workers do what takes long; a message carries an id and may be lost, doubled or late."""

from __future__ import annotations

from celery import shared_task

from warehouse import actions, disk, reconcile
from warehouse.run import work_on


@shared_task(name="warehouse.run_month")
def run_month_task(run_id: int) -> None:
    """Work on a run, unless somebody else does."""
    work_on(run_id)


@shared_task(name="warehouse.import_extracts")
def import_extracts_task(batch_id: int) -> None:
    """Do an import somebody asked for."""
    actions.check_requested_batch(batch_id)


@shared_task(name="warehouse.reconcile")
def reconcile_task() -> None:
    """Send again for what waits without a worker, and retire what was still being read."""
    for batch_id in reconcile.waiting_batches():
        import_extracts_task.delay(batch_id)
    for run_id in reconcile.waiting_runs():
        run_month_task.delay(run_id)
    reconcile.retire_leftovers()


@shared_task(name="warehouse.keep_house")
def keep_house_task() -> None:
    """Delete what is older than agreed."""
    disk.drop_old_extracts()
