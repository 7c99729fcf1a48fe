"""Read the group a request is about, as the newest published month says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.scope import Scope
from core.errors import Conflict, NotInScope
from core.month import Month
from warehouse.models import GroupResult, PublishedMonth


@dataclass(frozen=True, slots=True)
class GroupNow:
    """Be one group 集团 in the newest published month, with its owner, score and grades."""

    month: Month
    run: int
    group_code: str
    name: str
    city_code: str
    county_code: str
    account_manager_code: str
    score: float | None
    suggested_grade: str
    effective_grade: str

    @property
    def columns(self) -> dict[str, Any]:
        """Return what a request keeps of it."""
        return {
            "group_name": self.name,
            "city_code": self.city_code,
            "county_code": self.county_code,
            "account_manager_code": self.account_manager_code,
            "month_index": self.month.index,
            "run": self.run,
            "score": self.score,
            "suggested_grade": self.suggested_grade,
            "effective_grade": self.effective_grade,
        }


FIELDS = (
    "name", "city_code", "county_code", "account_manager_code", "score", "suggested_grade",
    "effective_grade",
)  # fmt: skip


def newest_published() -> tuple[Month, int] | None:
    """Return the newest published month and its run; None before the first."""
    rows = PublishedMonth.objects.filter(run__isnull=False).order_by("-month_index")
    found = rows.values_list("month_index", "run_id").first()
    return (Month.from_index(found[0]), int(found[1] or 0)) if found else None


def group_now(scope: Scope, group_code: str) -> GroupNow:
    """Return a group of the newest published month.

    Raises:
        NotInScope: if its row is not the reader's, exactly as if there were none.
        Conflict: ``nothing_published`` if no month is.
    """
    newest = newest_published()
    if newest is None:
        raise Conflict("nothing_published", _("尚无已发布的账期，无法办理等级调整。"))
    month, run = newest
    rows = GroupResult.objects.in_run(run).filter(group_code=group_code)
    if scope.role != "system":
        rows = rows.visible_to(scope)
    found = rows.values(*FIELDS).first()
    if found is None:
        raise NotInScope
    return GroupNow(month=month, run=run, group_code=group_code, **found)
