"""Tell people what became of a request 通知; whoever may not see it is left out by ``notify``."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_noop

from accounts.models import OrgUnit, User
from accounts.notices import AboutGroup, admins_of, notify, who_is
from adjustments.models import GradeAdjustment

KIND = "adjustment"


def address_of(adjustment: GradeAdjustment) -> str:
    """Return the page of one request."""
    return f"/adjustments/{adjustment.pk}/"


def _about(adjustment: GradeAdjustment) -> AboutGroup:
    return AboutGroup(
        adjustment.group_code,
        adjustment.city_code,
        adjustment.county_code,
        adjustment.account_manager_code,
    )


def _tell(
    adjustment: GradeAdjustment, to: Iterable[User], message: str, dedupe: str, **params: str
) -> None:
    notify(
        to=to,
        kind=KIND,
        message=message,
        params={
            "group": adjustment.group_name,
            "from": adjustment.effective_grade,
            "to": adjustment.requested_grade,
            **params,
        },
        url=address_of(adjustment),
        about_group=_about(adjustment),
        dedupe=f"adjustment:{adjustment.pk}:{adjustment.version}:{dedupe}",
    )


def _askers(adjustment: GradeAdjustment) -> list[User]:
    """Return the requester and whoever looks after the group today."""
    people = {user.pk: user for user in who_is(adjustment.account_manager_code)}
    people[adjustment.requester_id] = adjustment.requester
    return list(people.values())


def deciders(adjustment: GradeAdjustment) -> list[User]:
    """Return who may decide the request today; never its requester."""
    return [user for user in admins_of(adjustment.city_code) if user.pk != adjustment.requester_id]


def tell_submitted(adjustment: GradeAdjustment) -> None:
    """Tell the city that a request waits."""
    _tell(
        adjustment,
        deciders(adjustment),
        gettext_noop("{who}申请将集团“{group}”的等级由 {from} 调整为 {to}，请审批。"),
        "submitted",
        who=adjustment.requester.get_full_name(),
    )


def tell_decided(adjustment: GradeAdjustment) -> None:
    """Tell the requester what the city said."""
    agreed = gettext_noop("集团“{group}”的等级调整申请（{from} → {to}）已同意，即时生效。")
    refused = gettext_noop("集团“{group}”的等级调整申请（{from} → {to}）已驳回：{comment}")
    message = agreed if adjustment.state == "approved" else refused
    comment = {"comment": adjustment.comment} if adjustment.state == "rejected" else {}
    _tell(adjustment, _askers(adjustment), message, "decided", **comment)


def tell_sent_back(adjustment: GradeAdjustment) -> None:
    """Tell the requester that the facts changed."""
    _tell(
        adjustment,
        _askers(adjustment),
        gettext_noop("新账期数据变动，集团“{group}”的等级调整申请（{from} → {to}）需重新确认。"),
        "sent_back",
    )


def tell_expired(adjustment: GradeAdjustment) -> None:
    """Tell both sides that the suggested grade holds again."""
    people = {user.pk: user for user in [*_askers(adjustment), *deciders(adjustment)]}
    _tell(
        adjustment,
        people.values(),
        gettext_noop("集团“{group}”经审批的等级 {to} 已到期，恢复按建议等级执行。"),
        "expired",
    )


def tell_waiting(adjustment: GradeAdjustment, days: int) -> None:
    """Remind the city of a request 催办."""
    _tell(
        adjustment,
        deciders(adjustment),
        gettext_noop("集团“{group}”的等级调整申请已等待 {days} 个工作日，请尽快审批。"),
        "waiting",
        days=str(days),
    )


def tell_overdue(adjustment: GradeAdjustment, days: int) -> None:
    """Tell the province that a city is late 超期; a count by city, no group by name."""
    province = User.objects.filter(role=User.Role.PROVINCE, is_active=True)
    notify(
        to=province,
        kind=KIND,
        message=gettext_noop("{city}有一条等级调整申请已等待 {days} 个工作日仍未审批。"),
        params={"city": _city_name(adjustment.city_code), "days": str(days)},
        url="/",
        about_unit=adjustment.city_code,
        dedupe=f"adjustment:{adjustment.pk}:{adjustment.version}:overdue",
    )


def _city_name(code: str) -> str:
    return OrgUnit.objects.filter(code=code).values_list("name", flat=True).first() or code
