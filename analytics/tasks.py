"""Let workers write large files; a message carries an id and may be lost, doubled or late."""

from __future__ import annotations

from celery import shared_task

from analytics import export_jobs, export_work


@shared_task(name="analytics.export")
def export_task(job_id: int) -> None:
    """Write one file, unless somebody else does."""
    export_work.work_on_export(job_id)


@shared_task(name="analytics.reconcile_exports")
def reconcile_exports_task() -> None:
    """Send again for what waits without a worker, and take back what has expired."""
    for job_id in export_jobs.waiting_exports():
        export_task.delay(job_id)
    export_jobs.expire_exports()
