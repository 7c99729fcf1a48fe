"""Decide whose request it is and who decides it; what may be asked, and in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.policies import require_action
from accounts.scope import Scope
from adjustments.groups import GroupNow
from adjustments.models import GradeAdjustment
from adjustments.states import MAX_TEXT, MAX_VALIDITY_MONTHS, MIN_REASON, State
from core.errors import DomainError, NotAllowed, NotInScope
from scoring.grades import GRADES


@dataclass(frozen=True, slots=True)
class Asked:
    """Be what a request asks for, checked."""

    requested_grade: str
    reason: str
    validity_months: int

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a request keeps of it."""
        return {
            "requested_grade": self.requested_grade,
            "reason": self.reason,
            "validity_months": self.validity_months,
        }


def readable_by(scope: Scope) -> QuerySet[GradeAdjustment]:
    """Return the requests a reader may see.

    The requester and whoever looks after the account manager's groups; from the submission on the
    city's and county's management. The province reads totals, never single requests.
    """
    rows: QuerySet[GradeAdjustment] = GradeAdjustment.objects.all()
    if scope.role == "system":
        return rows
    if scope.reader == "account_manager":
        own = Q(requester_id=scope.user_id)
        portfolio = Q(account_manager_code__in=sorted(scope.account_manager_codes))
        return rows.filter(own | (portfolio & ~Q(state=State.DRAFT)))
    if scope.reader in ("city", "county"):
        units = Q(city_code__in=sorted(scope.city_codes)) | Q(
            county_code__in=sorted(scope.county_codes)
        )
        return rows.filter(units).exclude(state=State.DRAFT)
    return rows.none()


def own_request(scope: Scope, adjustment_id: int) -> GradeAdjustment:
    """Return a request of the actor's, locked: asked for by it, or of a group it looks after.

    Raises:
        NotInScope: if the actor may not even see it.
        NotAllowed: if it is somebody else's.
    """
    rows = readable_by(scope).select_for_update(of=("self",))
    found = rows.filter(pk=adjustment_id).first()
    if found is None:
        raise NotInScope
    require_action(scope, "request_adjustment")
    if found.requester_id != scope.user_id and (
        found.account_manager_code not in scope.account_manager_codes
    ):
        raise NotAllowed(_("这不是您的申请。"))
    return found


def to_decide(scope: Scope, adjustment_id: int, *, locked: bool = True) -> GradeAdjustment:
    """Return a request that is the actor's to decide; its state is not asked yet.

    Raises:
        NotInScope: if the actor may not even see it.
        NotAllowed: if the actor does not decide for its city, or asked for it.
    """
    rows = readable_by(scope)
    if locked:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=adjustment_id).first()
    if found is None:
        raise NotInScope
    require_action(scope, "decide_adjustment")
    if not scope.approves(found.city_code):
        raise NotAllowed(_("只有该地市的管理员可以审批。"))
    if found.requester_id == scope.user_id:
        raise NotAllowed(_("不能审批自己提交的申请。"), _("请由本地市其他管理员审批。"))
    return found


def may_decide(scope: Scope, adjustment: GradeAdjustment) -> bool:
    """Tell whether to offer the buttons 同意 and 驳回."""
    return (
        scope.role == "city"
        and scope.approves(adjustment.city_code)
        and adjustment.requester_id != scope.user_id
        and adjustment.state == State.SUBMITTED
    )


def may_request(scope: Scope, group: GroupNow) -> bool:
    """Tell whether to offer the button 申请调级."""
    return (
        scope.role == "account_manager"
        and group.account_manager_code in scope.account_manager_codes
    )


def require_requestable(scope: Scope, group: GroupNow) -> None:
    """Stop whoever does not look after the group.

    Raises:
        NotInScope: as if the group did not exist.
    """
    if not may_request(scope, group):
        raise NotInScope


def checked_request(
    group: GroupNow, requested_grade: str, reason: str, validity_months: int
) -> Asked:
    """Check grade, reason and validity.

    Raises:
        DomainError: naming the field, what stands there, and what would do.
    """
    if requested_grade not in GRADES:
        raise DomainError(
            "bad_grade",
            _("“%(grade)s”不是等级。") % {"grade": requested_grade[:20]}
            if requested_grade
            else _("没有选择申请等级。"),
            _("请选择 A1、A2、B1、B2 或 C。"),
            "requested_grade",
        )
    if requested_grade == group.effective_grade:
        raise DomainError(
            "same_grade",
            _("申请等级 %(grade)s 与当前生效等级相同。") % {"grade": requested_grade},
            _("请选择其他等级。"),
            "requested_grade",
        )
    if not 1 <= validity_months <= MAX_VALIDITY_MONTHS:
        raise DomainError(
            "bad_validity",
            _("有效期 %(months)s 个月不在允许范围内。") % {"months": validity_months},
            _("请填写 1 到 12 个月。"),
            "validity_months",
        )
    return Asked(requested_grade, _reason(reason), validity_months)


def _reason(reason: str) -> str:
    said = _text(reason, "reason")
    if len(said) < MIN_REASON:
        raise DomainError(
            "reason_required",
            _("申请理由至少需要 %(least)s 个字，当前为 %(n)s 个字。")
            % {"least": MIN_REASON, "n": len(said)},
            _("请说明调整等级的原因。"),
            "reason",
        )
    return said


def checked_comment(comment: str) -> str:
    """Return a comment without surrounding blanks.

    Raises:
        DomainError: if it is too long.
    """
    return _text(comment, "comment")


def checked_decision(decision: str, comment: str) -> str:
    """Return the comment of a decision.

    Raises:
        DomainError: if there is no such decision, or a refusal says no reason.
    """
    if decision not in ("approve", "reject"):
        raise DomainError("bad_decision", _("只能同意或驳回。"), "", "decision")
    said = checked_comment(comment)
    if decision == "reject" and not said:
        raise DomainError(
            "comment_required", _("驳回时必须填写审批意见。"), _("请说明驳回的原因。"), "comment"
        )
    return said


def _text(text: str, field_name: str) -> str:
    said = text.replace("\x00", "").strip()
    if len(said) > MAX_TEXT:
        raise DomainError(
            "too_long",
            _("内容共 %(n)s 个字，超过 %(most)s 个字。") % {"n": len(said), "most": MAX_TEXT},
            _("请精简后重试。"),
            field_name,
        )
    return said
