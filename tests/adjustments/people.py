"""Reach the published province as the people of the story."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.queries import scope_for
from accounts.scope import Scope
from adjustments import actions
from adjustments.models import GradeAdjustment
from tests.analytics.published import Published
from warehouse.models import GroupResult

REASON = "重点客户，集团总部已签署三年合作协议"


def scope_of(user: User) -> Scope:
    return scope_for(User.objects.get(pk=user.pk), timezone.localdate())


@dataclass(frozen=True)
class Story:
    """Hold the requester, the decider, somebody foreign, and the manager's groups."""

    published: Published
    manager: Scope
    city: Scope
    other_manager: Scope
    other_city: Scope
    province: Scope
    county: Scope
    operator: Scope
    codes: tuple[str, ...]

    def result(self, code: str) -> GroupResult:
        return GroupResult.objects.in_run(self.published.run).get(group_code=code)

    def request(self, code: str = "", grade: str = "", months: int = 6) -> GradeAdjustment:
        code = code or self.codes[0]
        return actions.request_adjustment(
            actor=self.manager,
            group_code=code,
            requested_grade=grade or self.another_grade(code),
            reason=REASON,
            validity_months=months,
        )

    def another_grade(self, code: str) -> str:
        return "A2" if self.result(code).effective_grade == "A1" else "A1"

    def approve(self, adjustment: GradeAdjustment, actor: Scope | None = None) -> GradeAdjustment:
        return actions.approve(
            actor=actor or self.city, adjustment_id=adjustment.pk, version=adjustment.version
        )


def story_of(published: Published) -> Story:
    city_codes = scope_of(published.city).city_codes
    rows = GroupResult.objects.in_run(published.run).filter(
        account_manager_code=published.manager_code, city_code__in=city_codes
    )
    others = User.objects.filter(role=User.Role.CITY).exclude(pk=published.city.pk)
    county_code = rows.order_by("group_code")[0].county_code
    return Story(
        published=published,
        manager=scope_of(published.manager),
        city=scope_of(published.city),
        other_manager=scope_of(published.other_manager),
        other_city=scope_of(others.order_by("pk")[0]),
        province=scope_of(published.province),
        county=scope_of(_county_head(county_code)),
        operator=scope_of(published.operator),
        codes=tuple(rows.order_by("group_code").values_list("group_code", flat=True)),
    )


def _county_head(county_code: str) -> User:
    from accounts import policies
    from accounts.models import OrgUnit

    head, _ = User.objects.get_or_create(
        username=f"head-{county_code}", role=User.Role.COUNTY, password="!"
    )
    policies.grant_unit(head, OrgUnit.objects.get(code=county_code))
    return head
