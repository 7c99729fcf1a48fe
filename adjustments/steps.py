"""Move a request from state to state and write each step down 办理过程."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _
from django_fsm import ConcurrentTransition, TransitionNotAllowed

from accounts.scope import Scope
from adjustments.models import AdjustmentStep, GradeAdjustment
from adjustments.states import State
from core.error_pages import request_id
from core.errors import Conflict


def take(
    adjustment: GradeAdjustment,
    move: Callable[[], None],
    action: str,
    *,
    actor: Scope | None,
    comment: str = "",
) -> None:
    """Make one move, save it and add its step; inside the caller's transaction.

    Raises:
        Conflict: if somebody else moved the request since it was read.
    """
    before = adjustment.state
    adjustment.version += 1
    try:
        move()
        adjustment.save()
    except (TransitionNotAllowed, ConcurrentTransition) as error:
        raise wrong_state(GradeAdjustment.objects.get(pk=adjustment.pk)) from error
    note(adjustment, action, before, actor=actor, comment=comment)


def note(
    adjustment: GradeAdjustment,
    action: str,
    before: str,
    *,
    actor: Scope | None,
    comment: str = "",
) -> None:
    """Add a step; ``actor`` None is the system."""
    AdjustmentStep.objects.create(
        adjustment=adjustment,
        by_id=actor.user_id if actor else None,
        action=action,
        from_state=before,
        to_state=adjustment.state,
        comment=comment,
        via_delegation=adjustment.via_delegation and action in ("approve", "reject"),
        request_id=request_id()[:64],
    )


def require_version(adjustment: GradeAdjustment, version: int) -> None:
    """Stop whoever acts on an older reading of the request.

    Raises:
        Conflict: ``stale_version``.
    """
    if adjustment.version != version:
        raise Conflict(
            "stale_version",
            _("集团“%(group)s”的申请在您打开后已被修改。") % {"group": adjustment.group_name},
            _("请刷新后重试。"),
        )


def wrong_state(adjustment: GradeAdjustment) -> Conflict:
    """Return the answer to whoever came too late, naming who was first and when."""
    if adjustment.decided_by is not None and adjustment.decided_at is not None:
        when = timezone.localtime(adjustment.decided_at).strftime("%Y-%m-%d %H:%M")
        words = {
            "who": adjustment.decided_by.get_full_name(),
            "when": when,
            "state": adjustment.get_state_display(),
        }
        return Conflict(
            "already_decided", _("该申请已由%(who)s于 %(when)s 办理：%(state)s。") % words
        )
    words = {"state": adjustment.get_state_display()}
    hint = _("请刷新后查看最新状态。")
    code = "recalled" if adjustment.state == State.RECALLED else "wrong_state"
    return Conflict(code, _("该申请当前为“%(state)s”，不能执行此操作。") % words, hint)
