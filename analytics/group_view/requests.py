"""Put a group's requests 等级调整 on its line of time 服务视图, and on its button."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from adjustments.queries import requests_of_group
from core import formats

if TYPE_CHECKING:
    from adjustments.models import GradeAdjustment

MOST = 50


def requests_in(scope: Any, group_code: str) -> tuple[GradeAdjustment, ...]:
    """Return the group's requests that the reader may see, newest first."""
    return tuple(requests_of_group(scope, group_code)[:MOST])


def request_steps(rows: tuple[GradeAdjustment, ...]) -> Iterator[tuple[Any, str, str, str]]:
    """Yield day, sentence, note and tone of what was decided and asked, newest first."""
    for row in rows:
        words = {"from_grade": row.effective_grade, "to_grade": row.requested_grade}
        if row.decided_at is not None and row.decided_by is not None:
            said = _("{who} 驳回调级 {from_grade} → {to_grade}")
            if row.to_month is not None:
                said = _("{who} 同意调级 {from_grade} → {to_grade}，至 {month}")
            text = said.format(
                who=row.decided_by.get_full_name(), month=formats.month(row.to_month), **words
            )
            tone = "good" if row.to_month is not None else "bad"
            yield timezone.localtime(row.decided_at).date(), text, row.comment, tone
        if row.submitted_at is not None:
            text = _("{who} 申请调级 {from_grade} → {to_grade}").format(
                who=row.requester.get_full_name(), **words
            )
            yield timezone.localtime(row.submitted_at).date(), text, row.reason, ""
