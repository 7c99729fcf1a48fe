"""Say until when an adjusted grade 审批调整 holds, in lists and beside one group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import may_do
from accounts.scope import Scope
from adjustments.models import GradeAdjustment
from adjustments.policy import readable_by
from adjustments.states import PENDING, State
from core import formats
from core.month import Month
from scoring.models import GradeInForce


def adjusted_to() -> Subquery:
    """Return the last month of the grade in force over a row of ``group_result``; null without."""
    rows = GradeInForce.objects.filter(
        group_code=OuterRef("group_code"),
        from_month_index__lte=OuterRef("month"),
        to_month_index__gte=OuterRef("month"),
    )
    return Subquery(rows.order_by("-id").values("to_month_index")[:1])


def until_said(source: str, index: int | None) -> str:
    """Say until which month an adjusted grade holds: ``至 2027年3月``; empty for other grades."""
    if source != "adjustment" or index is None:
        return ""
    return _("至 {month}").format(month=formats.month(Month.from_index(index)))


@dataclass(frozen=True)
class Asks:
    """Be what an account manager may do about each group of a list: ask, go on, or look."""

    open: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    may_ask: bool = False

    def label(self, group_code: str) -> str:
        """Return the words of the link."""
        found = self.open.get(group_code)
        if found is None:
            return _("申请调级")
        return str(dict(GradeAdjustment._meta.get_field("state").choices or ())[found[1]])

    def url(self, group_code: str) -> str:
        """Return where the link leads."""
        found = self.open.get(group_code)
        if found is None:
            return reverse("adjustments_new", args=[group_code])
        return reverse("adjustments_request", args=[found[0]])


def asks_in(scope: Scope, account_manager_code: str) -> Asks:
    """Return what the reader may ask for in a portfolio; nothing for readers who may not ask."""
    may_ask = may_do(scope, "request_adjustment") and (
        account_manager_code in scope.account_manager_codes
    )
    if not may_ask:
        return Asks()
    rows = readable_by(scope).filter(account_manager_code=account_manager_code)
    return Asks(_by_group(rows.filter(state__in=(*PENDING, State.DRAFT))), may_ask=True)


def _by_group(rows: Iterable[GradeAdjustment]) -> dict[str, tuple[int, str]]:
    """Keep one request a group: what waits goes before a draft."""
    found: dict[str, tuple[int, str]] = {}
    for row in sorted(rows, key=lambda each: each.state != State.DRAFT):
        found[row.group_code] = (row.pk, row.state)
    return found
