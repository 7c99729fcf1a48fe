"""Write what is remembered of single groups: openings of single groups by management readers."""

from __future__ import annotations

import structlog

from accounts.scope import Scope
from analytics.models import GroupViewOpening
from core.month import Month

log = structlog.get_logger(__name__)


def log_opening(*, actor: Scope, group_code: str, month: Month, door: str) -> None:
    """Record that a management reader opened one group 打开记录; others open their own."""
    if not actor.is_management:
        return
    GroupViewOpening.objects.create(
        user_id=actor.user_id,
        username=actor.username,
        role=actor.role,
        group_code=group_code,
        month_index=month.index,
        door=door,
    )
    log.info(
        "group_opened",
        username=actor.username,
        role=actor.role,
        group_code=group_code,
        month=str(month),
        door=door,
    )
