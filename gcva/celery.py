"""Run the month's work in Celery; a message carries an id and nothing else."""

import os
from typing import Any

from celery import Celery, Task


class AuditedTask(Task):  # type: ignore[type-arg] # not at run time
    """Be a task whose writes say which task it was 审计上下文, for which run or batch."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task within its audit context."""
        import pghistory  # noqa: PLC0415 - needs the settings, which import this module

        context = {"task": self.name, "run": args[0] if args else None}
        with pghistory.context(**context, task_id=self.request.id):
            return super().__call__(*args, **kwargs)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")
app = Celery("gcva", task_cls=AuditedTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
