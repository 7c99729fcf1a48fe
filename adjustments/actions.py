"""Request and decide grade adjustments 等级调整; the only module of this app's flow that writes.

For doors (pages, API, tasks): one call each, keyword-only, atomic, policy first.

    request_adjustment(actor, group_code, requested_grade, reason, validity_months, uploads, token)
    save_draft(actor, group_code, …, adjustment_id=None, version=None) → GradeAdjustment
    attach(actor, adjustment_id, upload)  remove_evidence(actor, evidence_id)      [evidence.py]
    submit / recall / reconfirm / delete_draft(actor, adjustment_id, version, …)
    approve / reject(actor, adjustment_id, version, comment)
    decide_many(actor, decision, items=[(id, version), …], comment) → tuple[ItemResult, …]
    accounts.delegations: delegate(…) / revoke_delegation(…)
    expire_due() / remind_and_escalate()                                            [clockwork.py]

``version`` is the row's ``version`` as the person read it. Foreign ≡ non-existent raises
``NotInScope`` (404), no right ``NotAllowed`` (403), somebody was first ``Conflict`` (409:
``already_decided`` names who and when; ``stale_version``; ``wrong_state``; ``pending_exists``;
``needs_reconfirmation``), bad input ``DomainError`` with ``field_name`` (400).
``token`` is any text the form carries: the same token of the same person is the same request.
Reads are in ``queries.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

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
from core.errors import Conflict, DomainError, NotInScope
from scoring import overlay
from scoring.models import GradeInForce

Decision = Literal["approve", "reject"]
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Be what became of one request in a decision over several 批量审批; ``code`` '' = done."""

    adjustment_id: int
    group_code: str
    state: str
    code: str = ""
    message: str = ""

    @property
    def is_done(self) -> bool:
        """Tell whether the decision took effect."""
        return not self.code


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


@transaction.atomic
def approve(
    *, actor: Scope, adjustment_id: int, version: int, comment: str = ""
) -> GradeAdjustment:
    """Agree 同意: the grade is in force at once, from the newest published month on.

    Raises:
        NotInScope: if the request is none of the actor's, exactly as if it did not exist.
        NotAllowed: if the actor does not decide for the city, or asked for it.
        Conflict: ``already_decided`` with who and when, or ``stale_version``.
    """
    return _decide(actor, adjustment_id, version, "approve", comment)


@transaction.atomic
def reject(*, actor: Scope, adjustment_id: int, version: int, comment: str) -> GradeAdjustment:
    """Refuse 驳回, with the reason.

    Raises:
        DomainError: ``comment_required`` without one; else as :func:`approve`.
    """
    return _decide(actor, adjustment_id, version, "reject", comment)


@transaction.atomic
def decide_many(
    *, actor: Scope, decision: Decision, items: Sequence[tuple[int, int]], comment: str = ""
) -> tuple[ItemResult, ...]:
    """Decide several requests 批量审批, each by itself; the results stand in the order asked.

    A request that is not the actor's to decide refuses all of them, and nothing is changed; one
    that was decided meanwhile says so and leaves the others alone.

    Raises:
        NotInScope: if one of them is foreign or does not exist.
        NotAllowed: if one of them may not be decided by the actor.
    """
    require_action(actor, "decide_adjustment")
    wanted = list(dict(items).items())
    if not 0 < len(wanted) <= MOST_AT_ONCE:
        raise DomainError(
            "bad_selection",
            _("一次请选择 1 到 %(most)s 条申请，当前为 %(n)s 条。")
            % {"most": MOST_AT_ONCE, "n": len(wanted)},
        )
    policy.checked_decision(decision, comment)
    for adjustment_id, _version in wanted:
        policy.to_decide(actor, adjustment_id, locked=False)
    overlay.lock_effective_grades()
    return tuple(_item(actor, *each, decision, comment) for each in wanted)


def _item(
    actor: Scope, adjustment_id: int, version: int, decision: Decision, comment: str
) -> ItemResult:
    try:
        with transaction.atomic():
            done = _decide(actor, adjustment_id, version, decision, comment)
    except DomainError as error:
        left = GradeAdjustment.objects.get(pk=adjustment_id)
        return ItemResult(adjustment_id, left.group_code, left.state, error.code, str(error))
    return ItemResult(adjustment_id, done.group_code, done.state)


def _decide(
    actor: Scope, adjustment_id: int, version: int, decision: Decision, comment: str
) -> GradeAdjustment:
    """Decide one request; approvals and publishing queue up, so that each sees the other whole.

    Who is not allowed, or visibly too late, does not queue; the row is read again once it is the
    actor's turn.
    """
    if policy.to_decide(actor, adjustment_id, locked=False).state == State.SUBMITTED:
        overlay.lock_effective_grades()
    adjustment = policy.to_decide(actor, adjustment_id)
    if adjustment.state != State.SUBMITTED:
        raise steps.wrong_state(adjustment)
    steps.require_version(adjustment, version)
    said = policy.checked_decision(decision, comment)
    adjustment.decided_by_id, adjustment.decided_at = actor.user_id, timezone.now()
    adjustment.comment = said
    adjustment.via_delegation = adjustment.city_code not in actor.approves_city_codes
    if decision == "approve":
        _put_in_force(adjustment)
        move = adjustment.approve
    else:
        adjustment.closed_at = adjustment.decided_at
        move = adjustment.reject
    steps.take(adjustment, move, decision, actor=actor, comment=said)
    close_disclosure(basis="request", basis_id=adjustment.pk)
    news.tell_decided(adjustment)
    return adjustment


def _put_in_force(adjustment: GradeAdjustment) -> None:
    """Lay the approved grade over the newest published month, its totals with it."""
    group = group_now(Scope.of_system(), adjustment.group_code)
    if (group.suggested_grade, group.city_code) != (
        adjustment.suggested_grade,
        adjustment.city_code,
    ):
        raise Conflict(
            "needs_reconfirmation",
            _("集团“%(group)s”的建议等级或归属已变动，需申请人重新确认。")
            % {"group": adjustment.group_name},
        )
    last = group.month.plus(adjustment.validity_months - 1)
    adjustment.from_month_index, adjustment.to_month_index = group.month.index, last.index
    GradeInForce.objects.create(
        group_code=adjustment.group_code,
        from_month_index=group.month.index,
        to_month_index=last.index,
        grade=adjustment.requested_grade,
        adjustment_id=adjustment.pk,
    )
    overlay.lay_over(run_id=group.run, group_codes=[adjustment.group_code])


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
