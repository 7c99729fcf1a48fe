"""Track every write of a model 审计 by triggers, in a table that nobody can edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import pghistory
from django.db import models

M = TypeVar("M", bound=models.Model)


def audited(*, exclude: Sequence[str] = ()) -> Callable[[type[M]], type[M]]:
    """Record every insert, update and delete of a model by triggers, in a table nobody can edit.

    The trackers are made anew each time: pghistory binds them to the model they decorate.
    """
    trackers = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    left_out = list(exclude) or None
    # as the audit reads it: all of it newest first, and for each row the same object's row before
    newest_first = models.Index(fields=["-pgh_created_at", "-pgh_id"])
    of_object = models.Index(fields=["pgh_obj", "pgh_id"])
    decorate: Callable[[type[M]], type[M]] = pghistory.track(
        *trackers, append_only=True, exclude=left_out, meta={"indexes": [newest_first, of_object]}
    )
    return decorate
