"""Send for a worker when a reader asks for a large file; the reconciler sends again."""

from __future__ import annotations

import logging
from typing import Any

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from analytics.signals import export_requested
from analytics.tasks import export_task

log = logging.getLogger(__name__)


@receiver(export_requested)
def send_export(job_id: int, **_: Any) -> None:
    """Send an export to a worker; a broker that is away is no reason to fail."""
    try:
        export_task.apply_async((job_id,), retry=False)
    except OperationalError:
        log.warning("the broker is away; export %s is sent again later", job_id)
