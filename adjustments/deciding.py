"""Decide about requests 审批: one or several at once, each exactly once; called by actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.disclosures import close_disclosure
from accounts.policies import require_action
from accounts.scope import Scope
from adjustments import news, policy, steps
from adjustments.groups import group_now
from adjustments.models import GradeAdjustment
from adjustments.states import State
from core.errors import Conflict, DomainError
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
