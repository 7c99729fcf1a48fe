"""Say what an approval makes of a group's grade 审批调整, and in which way it changed; pure.

With ranks (0 = A1 … 5 = not rated), e the effective and b the grade without approvals, now and in
the month before: Δe = (b₁ − b₀) + [(e₁ − b₁) − (e₀ − b₀)]; the second term is what approvals did.
The term that went further in the direction of Δe gives the way; equal: the approval.
"""

from __future__ import annotations

from dataclasses import dataclass

from scoring.grades import GRADE_CODES, NOT_RATED

_RANKS = {code: rank for rank, code in enumerate(GRADE_CODES)}
_KEPT_WAYS = ("model", "threshold")


@dataclass(frozen=True, slots=True)
class Laid:
    """Be one group under the approvals its run does not know."""

    code: str
    effective: str
    source: str
    before: str
    way: str
    adjustment_id: int | None


def lay(
    *,
    group_code: str,
    effective_grade: str,
    effective_source: str,
    grade_way: str,
    suggested_grade: str,
    prev_effective_grade: str,
    prev_suggested_grade: str,
    approved: str | None,
    adjustment_id: int | None,
    approved_before: str | None,
    was_approved: bool,
) -> Laid:
    """Lay an approval of the month, of the month before, or both over what the run says."""
    effective = approved or effective_grade
    before = (approved_before or prev_effective_grade) if prev_effective_grade else ""
    base = suggested_grade if effective_source == "adjustment" else effective_grade
    base_before = prev_suggested_grade if was_approved else prev_effective_grade
    return Laid(
        code=group_code,
        effective=effective,
        source="adjustment" if approved else effective_source,
        before=before,
        way=way_of(
            effective=effective, base=base, before=before, base_before=base_before, said=grade_way
        ),
        adjustment_id=adjustment_id,
    )


def way_of(*, effective: str, base: str, before: str, base_before: str, said: str) -> str:
    """Return the way 变动方式, '' where the grade did not change.

    ``said`` is what the run called the change; it stays where the group had no grade before.
    """
    was, now = _rank(before), _rank(effective)
    if was == NOT_RATED:
        return "" if now == NOT_RATED else said if said in ("first", "opening") else "first"
    direction = (now > was) - (now < was)
    if not direction:
        return ""
    if now == NOT_RATED:
        return "score_down"
    others = (_rank(base) - _rank(base_before)) * direction
    approvals = (now - was) * direction - others
    if approvals >= others:
        return "approved_up" if direction < 0 else "approved_down"
    if said in _KEPT_WAYS:
        return said
    return "score_up" if direction < 0 else "score_down"


def _rank(code: str) -> int:
    return _RANKS.get(code, NOT_RATED)
