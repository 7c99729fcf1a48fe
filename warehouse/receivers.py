"""Send for a worker when an action asks for one.

A broker that is away is no reason to fail: the row is stored, the reconciler sends again.
"""

from __future__ import annotations

import logging
from typing import Any

from celery import Task
from django.dispatch import receiver
from kombu.exceptions import OperationalError

from warehouse.signals import import_requested, run_queued
from warehouse.tasks import import_extracts_task, run_month_task

log = logging.getLogger(__name__)


@receiver(run_queued)
def send_run(run_id: int, **_: Any) -> None:
    """Send a run to a worker."""
    _send(run_month_task, run_id)


@receiver(import_requested)
def send_import(batch_id: int, **_: Any) -> None:
    """Send an import to a worker."""
    _send(import_extracts_task, batch_id)


def _send(task: Task[..., None], pk: int) -> None:
    try:
        task.apply_async((pk,), retry=False)
    except OperationalError:
        log.warning("the broker is away; %s %s is sent again later", task.name, pk)
