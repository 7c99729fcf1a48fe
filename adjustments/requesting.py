"""Ask for another grade 申请调级: drafts, submission, recall, reconfirmation; called by actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.disclosures import close_disclosure, disclose
from accounts.policies import require_action
from accounts.scope import Scope
from adjustments import evidence, news, policy, steps
from adjustments.groups import GroupNow, group_now
from adjustments.models import GradeAdjustment
from adjustments.states import EDITABLE, PENDING, State
from core.errors import Conflict, NotInScope
from scoring import overlay


@transaction.atomic
def save_draft(
    *,
    actor: Scope,
    group_code: str,
    requested_grade: str,
    reason: str,
    validity_months: int,
    adjustment_id: int | None = None,
    version: int | None = None,
    token: str = "",
) -> GradeAdjustment:
    """Keep a request that is not sent yet 草稿; one draft a person and group.

    Raises:
        NotInScope: if the group of the newest month is not the actor's.
        DomainError: for a grade, reason or validity that does not do.
    """
    require_action(actor, "request_adjustment")
    known = _of_token(actor, token)
    if known is not None and adjustment_id is None:
        return known
    group = group_now(actor, group_code)
    policy.require_requestable(actor, group)
    asked = policy.checked_request(group, requested_grade, reason, validity_months)
    draft = _draft_of(actor, group_code, adjustment_id, version)
    made = draft is None
    draft = draft or GradeAdjustment(
        group_code=group_code, requester_id=actor.user_id, client_token=token[:64]
    )
    _fill(draft, group, asked)
    draft.version += 0 if made else 1
    _saved(draft)
    return draft


@transaction.atomic
def request_adjustment(
    *,
    actor: Scope,
    group_code: str,
    requested_grade: str,
    reason: str,
    validity_months: int,
    uploads: Iterable[evidence.Upload] = (),
    token: str = "",
) -> GradeAdjustment:
    """Request a change of grade in one go 申请调级: draft, evidence, submit; all or nothing.

    Raises:
        Conflict: ``pending_exists`` if somebody already waits for a decision on the group.
    """
    require_action(actor, "request_adjustment")
    known = _of_token(actor, token)
    if known is not None and known.state != State.DRAFT:
        return known
    draft = save_draft(
        actor=actor,
        group_code=group_code,
        requested_grade=requested_grade,
        reason=reason,
        validity_months=validity_months,
        adjustment_id=known.pk if known else None,
        token=token,
    )
    with evidence.kept_together() as files:
        for upload in uploads:
            files.append(evidence.attach(actor=actor, adjustment_id=draft.pk, upload=upload))
        return submit(actor=actor, adjustment_id=draft.pk, version=draft.version)


@transaction.atomic
def delete_draft(*, actor: Scope, adjustment_id: int) -> None:
    """Throw an own draft away, its files with it.

    Raises:
        Conflict: if it was submitted by now.
    """
    draft = policy.own_request(actor, adjustment_id)
    if draft.state != State.DRAFT:
        raise steps.wrong_state(draft)
    evidence.remove_all(draft)
    draft.delete()


@transaction.atomic
def submit(*, actor: Scope, adjustment_id: int, version: int) -> GradeAdjustment:
    """Send a draft to the city 提交审批, with the figures of the newest month.

    Raises:
        Conflict: ``stale_version``, ``wrong_state`` or ``pending_exists``.
    """
    overlay.lock_effective_grades(shared=True)
    adjustment = policy.own_request(actor, adjustment_id)
    if adjustment.state not in EDITABLE:
        raise steps.wrong_state(adjustment)
    steps.require_version(adjustment, version)
    group = group_now(actor, adjustment.group_code)
    policy.require_requestable(actor, group)
    asked = policy.checked_request(
        group, adjustment.requested_grade, adjustment.reason, adjustment.validity_months
    )
    _fill(adjustment, group, asked)
    adjustment.submitted_at, adjustment.reminded_at, adjustment.escalated_at = (
        timezone.now(), None, None,
    )  # fmt: skip
    with _one_pending(adjustment.group_code):
        steps.take(adjustment, adjustment.submit, "submit", actor=actor, comment=adjustment.reason)
    disclose(
        group_code=adjustment.group_code,
        city_code=adjustment.city_code,
        basis="request",
        basis_id=adjustment.pk,
    )
    news.tell_submitted(adjustment)
    return adjustment


@transaction.atomic
def reconfirm(
    *,
    actor: Scope,
    adjustment_id: int,
    version: int,
    requested_grade: str = "",
    reason: str = "",
    validity_months: int | None = None,
) -> GradeAdjustment:
    """Send a request again that a new month sent back 重新确认; what is not given stays.

    Raises:
        Conflict: if it does not wait for its requester.
    """
    overlay.lock_effective_grades(shared=True)  # before the row, as everywhere
    adjustment = policy.own_request(actor, adjustment_id)
    if adjustment.state != State.NEEDS_RECONFIRMATION:
        raise steps.wrong_state(adjustment)
    steps.require_version(adjustment, version)
    adjustment.requested_grade = requested_grade or adjustment.requested_grade
    adjustment.reason = reason or adjustment.reason
    adjustment.validity_months = validity_months or adjustment.validity_months
    _saved(adjustment)
    return submit(actor=actor, adjustment_id=adjustment.pk, version=adjustment.version)


@transaction.atomic
def recall(*, actor: Scope, adjustment_id: int, version: int, comment: str = "") -> GradeAdjustment:
    """Take a request back before it is decided 撤回.

    Raises:
        Conflict: ``already_decided`` if the city was faster.
    """
    adjustment = policy.own_request(actor, adjustment_id)
    if adjustment.state not in PENDING:
        raise steps.wrong_state(adjustment)
    steps.require_version(adjustment, version)
    adjustment.closed_at = timezone.now()
    steps.take(
        adjustment, adjustment.recall, "recall", actor=actor,
        comment=policy.checked_comment(comment),
    )  # fmt: skip
    close_disclosure(basis="request", basis_id=adjustment.pk)
    return adjustment


def _of_token(actor: Scope, token: str) -> GradeAdjustment | None:
    """Return the request a doubled click or a replay has already made."""
    if not token:
        return None
    rows = GradeAdjustment.objects.filter(requester_id=actor.user_id, client_token=token[:64])
    known: GradeAdjustment | None = rows.select_for_update().first()
    return known


def _draft_of(
    actor: Scope, group_code: str, adjustment_id: int | None, version: int | None
) -> GradeAdjustment | None:
    """Return the draft to change: the one named, else the actor's own of the group."""
    if adjustment_id is None:
        drafts = GradeAdjustment.objects.filter(requester_id=actor.user_id, state=State.DRAFT)
        own: GradeAdjustment | None = (
            drafts.select_for_update().filter(group_code=group_code).first()
        )
        return own
    found = policy.own_request(actor, adjustment_id)
    if found.group_code != group_code:
        raise NotInScope
    if found.state not in EDITABLE:
        raise steps.wrong_state(found)
    if version is not None:
        steps.require_version(found, version)
    return found


def _fill(adjustment: GradeAdjustment, group: GroupNow, asked: policy.Asked) -> None:
    for name, value in {**group.columns, **asked.columns}.items():
        setattr(adjustment, name, value)


def _saved(adjustment: GradeAdjustment) -> None:
    """Save a draft; two tabs that make one at the same moment make one."""
    with _one_pending(adjustment.group_code):
        adjustment.save()


class _one_pending:  # noqa: N801 - reads as a sentence where it is used
    """Say in a sentence what the unique constraints refuse."""

    def __init__(self, group_code: str) -> None:
        self.group_code = group_code
        self.block: Any = transaction.atomic()

    def __enter__(self) -> None:
        self.block.__enter__()

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self.block.__exit__(kind, error, trace)
        if isinstance(error, IntegrityError):
            raise Conflict(
                "pending_exists",
                _("集团“%(group)s”已有一条未办结的调级申请。") % {"group": self.group_code},
                _("请先查看并处理该申请。"),
            ) from error
