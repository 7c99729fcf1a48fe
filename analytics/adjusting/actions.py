"""Keep or send what a form asks for 申请调级, with its files: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from accounts.scope import Scope
from adjustments import actions, evidence, queries
from adjustments.models import GradeAdjustment
from adjustments.states import State


@dataclass(frozen=True, slots=True)
class Wish:
    """Be what somebody asks for: grade, reason, months, files; ``token`` tells a double click."""

    group_code: str
    requested_grade: str
    reason: str
    validity_months: int
    uploads: tuple[evidence.Upload, ...] = ()
    token: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """Be a request as somebody read it."""

    adjustment_id: int
    version: int


@transaction.atomic
def keep_wish(*, actor: Scope, wish: Wish, seen: Seen | None = None) -> GradeAdjustment:
    """Keep it as a draft 保存草稿.

    Raises:
        DomainError: for what does not do, files included; nothing is kept then.
    """
    row = actions.save_draft(
        actor=actor,
        group_code=wish.group_code,
        requested_grade=wish.requested_grade,
        reason=wish.reason,
        validity_months=wish.validity_months,
        adjustment_id=seen.adjustment_id if seen else None,
        version=seen.version if seen else None,
        token=wish.token,
    )
    _attach(actor, row.pk, wish.uploads)
    return row


@transaction.atomic
def send_wish(*, actor: Scope, wish: Wish, seen: Seen | None = None) -> GradeAdjustment:
    """Send it to the city 提交审批, or again after a month sent it back 重新确认.

    Raises:
        Conflict: if somebody waits for a decision on the group already, or was faster.
        DomainError: for what does not do, files included; nothing is sent then.
    """
    if seen is None:
        return actions.request_adjustment(
            actor=actor,
            group_code=wish.group_code,
            requested_grade=wish.requested_grade,
            reason=wish.reason,
            validity_months=wish.validity_months,
            uploads=wish.uploads,
            token=wish.token,
        )
    if queries.request_of(actor, seen.adjustment_id).state == State.NEEDS_RECONFIRMATION:
        _attach(actor, seen.adjustment_id, wish.uploads)
        return actions.reconfirm(
            actor=actor,
            adjustment_id=seen.adjustment_id,
            version=seen.version,
            requested_grade=wish.requested_grade,
            reason=wish.reason,
            validity_months=wish.validity_months,
        )
    row = keep_wish(actor=actor, wish=wish, seen=seen)
    return actions.submit(actor=actor, adjustment_id=row.pk, version=row.version)


def _attach(actor: Scope, adjustment_id: int, uploads: Iterable[evidence.Upload]) -> None:
    for upload in uploads:
        evidence.attach(actor=actor, adjustment_id=adjustment_id, upload=upload)
