"""Read requests 等级调整: the inbox, one request with its steps, what the button needs.

For doors:

    inbox(scope, "waiting" | "decided" | "mine") → QuerySet of GradeAdjustment, newest first
    request_of(scope, id) → GradeAdjustment           (404 outside)
    steps_of / evidence_of(scope, id)                  evidence_file(scope, id) → (row, path)
    requests_of_group(scope, group_code)               newest first; for the timeline and the card
    standing_of(scope, group_code) → Standing          may I ask, is somebody asking, what holds
    n_waiting(scope)                                   the number beside 审批中心
    impact.impact_of(scope, id)   accuracy.accuracy_of(scope, by=…)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.scope import Scope
from adjustments import evidence, policy
from adjustments.groups import GroupNow, group_now
from adjustments.models import AdjustmentStep, Evidence, GradeAdjustment
from adjustments.states import DECIDED, PENDING, State
from core.errors import NotInScope
from core.month import Month
from core.working_days import working_days

Tab = Literal["waiting", "decided", "mine"]
TABS: tuple[Tab, ...] = ("waiting", "decided", "mine")


def inbox(scope: Scope, tab: Tab) -> QuerySet[GradeAdjustment]:
    """Return the requests of one tab 待审批 / 已办理 / 我的, newest first.

    For who decides, ``waiting`` is what waits for a decision of the own cities; for everybody else
    what is under way in the portfolio.
    """
    rows = policy.readable_by(scope).select_related("requester", "decided_by")
    if tab == "mine":
        return rows.filter(Q(requester_id=scope.user_id) | Q(decided_by_id=scope.user_id))
    if tab == "decided":
        return rows.filter(state__in=DECIDED)
    if scope.role == "city":
        decides = scope.approves_city_codes | scope.delegated_city_codes
        return rows.filter(state=State.SUBMITTED, city_code__in=sorted(decides))
    return rows.filter(state__in=PENDING)


def waiting_rows(scope: Scope) -> QuerySet[GradeAdjustment]:
    """Return what waits for the reader: decisions, or requests that came back."""
    if scope.role == "city":
        rows = inbox(scope, "waiting").exclude(requester_id=scope.user_id)
    elif scope.role == "account_manager":
        rows = inbox(scope, "mine").filter(state=State.NEEDS_RECONFIRMATION)
    else:
        rows = GradeAdjustment.objects.none()
    return rows


def n_waiting(scope: Scope) -> int:
    """Count what waits for the reader."""
    return waiting_rows(scope).count()


def request_of(scope: Scope, adjustment_id: int) -> GradeAdjustment:
    """Return one request.

    Raises:
        NotInScope: if the reader may not see it, exactly as if there were none.
    """
    rows = policy.readable_by(scope).select_related("requester", "decided_by")
    found = rows.filter(pk=adjustment_id).first()
    if found is None:
        raise NotInScope
    return found


def steps_of(scope: Scope, adjustment_id: int) -> Sequence[AdjustmentStep]:
    """Return the steps of a request 办理过程, oldest first."""
    return list(request_of(scope, adjustment_id).steps.select_related("by"))


def evidence_of(scope: Scope, adjustment_id: int) -> Sequence[Evidence]:
    """Return the files of a request 佐证材料."""
    return list(request_of(scope, adjustment_id).evidence.all())


def evidence_file(scope: Scope, evidence_id: int) -> tuple[Evidence, Path]:
    """Return a file and where its bytes lie; send it as an attachment, never inline.

    Raises:
        NotInScope: if the reader may not see its request.
    """
    row = Evidence.objects.filter(pk=evidence_id).first()
    if row is None:
        raise NotInScope
    request_of(scope, row.adjustment_id)
    return row, evidence.path_of(row)


def requests_of_group(scope: Scope, group_code: str) -> QuerySet[GradeAdjustment]:
    """Return a group's requests that the reader may see, newest first."""
    rows = policy.readable_by(scope).select_related("requester", "decided_by")
    return rows.filter(group_code=group_code)


@dataclass(frozen=True, slots=True)
class Standing:
    """Be how a group stands: may the reader ask, who asks already, which approval holds."""

    may_request: bool
    may_decide: bool
    pending: GradeAdjustment | None
    draft: GradeAdjustment | None
    in_force: GradeAdjustment | None
    group: GroupNow


def standing_of(scope: Scope, group_code: str) -> Standing:
    """Return how a group of the newest month stands.

    Raises:
        NotInScope: if it is not the reader's.
        Conflict: ``nothing_published`` before the first month.
    """
    group = group_now(scope, group_code)
    rows = list(requests_of_group(scope, group_code)[:50])
    pending = next((row for row in rows if row.state in PENDING), None)
    drafts = (row for row in rows if row.state == State.DRAFT)
    in_force = (row for row in rows if _holds(row, group.month))
    return Standing(
        may_request=pending is None and policy.may_request(scope, group),
        may_decide=pending is not None and policy.may_decide(scope, pending),
        pending=pending,
        draft=next(drafts, None),
        in_force=next(in_force, None),
        group=group,
    )


def _holds(row: GradeAdjustment, month: Month) -> bool:
    return row.state == State.APPROVED and (row.from_month_index or 0) <= month.index <= (
        row.to_month_index or 0
    )


def waiting_days(row: GradeAdjustment) -> int:
    """Return the working days a request has waited 已等待工作日."""
    if row.submitted_at is None:
        return 0
    start = timezone.localtime(row.submitted_at).date()
    return working_days().n_between(start, timezone.localdate())


def standings_of(scope: Scope, group_codes: Sequence[str]) -> Mapping[str, GradeAdjustment]:
    """Return the pending request of each group that has one, for marks in a list."""
    rows = policy.readable_by(scope).filter(group_code__in=group_codes, state__in=PENDING)
    return {row.group_code: row for row in rows}
