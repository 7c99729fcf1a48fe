"""Let somebody decide grade adjustments for a city while its administrator is away 代理审批.

    delegate(actor=scope, city_code="C01", to_username="city-c02", from_date=…, to_date=…, reason=…)
    revoke_delegation(actor=scope, delegation_id=3)
    delegations_of(scope) → what the reader gave or took, newest first

A delegation is dated, both days included, and held by a guardian grant on the city: without the
grant the dates mean nothing, without a date that covers today the grant means nothing. The delegate
must be a city administrator too, reads the city like its administrator meanwhile
(``Scope.delegated_city_codes``), and hands nothing on: only who holds the city in the own right,
or the operator, delegates it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import policies
from accounts.delegation_models import Delegation
from accounts.models import OrgUnit, User
from accounts.notices import admins_of, notify
from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotAllowed, NotInScope

MAX_DAYS = 92


@dataclass(frozen=True, slots=True)
class DelegationRow:
    """Be one line of the page: who, for whom, from when to when."""

    id: int
    city_code: str
    city: str
    from_name: str
    to_name: str
    from_date: dt.date
    to_date: dt.date
    reason: str
    is_in_force: bool
    is_revocable: bool


def delegations_of(scope: Scope) -> tuple[DelegationRow, ...]:
    """Return the delegations of the reader's cities, and those handed to the reader."""
    today = timezone.localdate()
    rows = Delegation.objects.select_related("unit", "from_user", "to_user")
    if not policies.may_do(scope, "manage_accounts"):
        own = Q(unit_id__in=sorted(scope.approves_city_codes))
        rows = rows.filter(own | Q(to_user_id=scope.user_id))
    return tuple(
        DelegationRow(
            id=row.pk,
            city_code=row.unit_id,
            city=row.unit.name,
            from_name=row.from_user.get_full_name(),
            to_name=row.to_user.get_full_name(),
            from_date=row.from_date,
            to_date=row.to_date,
            reason=row.reason,
            is_in_force=row.revoked_at is None and row.from_date <= today <= row.to_date,
            is_revocable=row.revoked_at is None
            and row.to_date >= today
            and _holds(scope, row.unit_id),
        )
        for row in rows
    )


def possible_delegates(scope: Scope) -> tuple[User, ...]:
    """Return whom the reader may hand the own cities to: other city administrators."""
    rows = User.objects.filter(role=User.Role.CITY, is_active=True).exclude(pk=scope.user_id or 0)
    return tuple(rows.order_by("username"))


@transaction.atomic
def delegate(
    *,
    actor: Scope,
    city_code: str,
    to_username: str,
    from_date: dt.date,
    to_date: dt.date,
    reason: str = "",
    from_username: str = "",
) -> Delegation:
    """Hand a city's decisions to another administrator for some days 代理审批.

    ``from_username`` is for the operator, who does it for somebody already away.

    Raises:
        NotInScope: if the city is not the actor's.
        NotAllowed: if the actor only stands in for it.
        DomainError: for dates or a delegate that do not do.
    """
    city = OrgUnit.objects.filter(code=city_code, level=OrgUnit.Level.CITY).first()
    if city is None or not (actor.sees_city(city_code) or _operates(actor)):
        raise NotInScope
    if not _holds(actor, city_code):
        raise NotAllowed(_("只有该地市的管理员可以设置代理审批。"))
    absent = _absent(actor, city, from_username)
    stand_in = _stand_in(city, absent, to_username)
    _check_dates(from_date, to_date)
    row = Delegation.objects.create(
        unit=city,
        from_user=absent,
        to_user=stand_in,
        from_date=from_date,
        to_date=to_date,
        reason=reason.strip()[:200],
        granted_by_id=actor.user_id,
    )
    policies.grant_decisions(stand_in, city)
    notify(
        to=[stand_in],
        kind="account",
        message=gettext_noop("{who}委托您自 {from_date} 至 {to_date} 代理{city}的等级调整审批。"),
        params={
            "who": absent.get_full_name(),
            "from_date": from_date.isoformat(),
            "to_date": to_date.isoformat(),
            "city": city.name,
        },
        dedupe=f"delegation:{row.pk}",
    )
    return row


@transaction.atomic
def revoke_delegation(*, actor: Scope, delegation_id: int) -> Delegation:
    """Take a delegation back 取消代理; it acts on the delegate's next request.

    Raises:
        NotInScope: if it is not of the actor's cities.
        NotAllowed: if the actor only received it.
        Conflict: if it was taken back before.
    """
    row = Delegation.objects.select_for_update().filter(pk=delegation_id).first()
    if row is None or not (_holds(actor, row.unit_id) or row.to_user_id == actor.user_id):
        raise NotInScope
    if not _holds(actor, row.unit_id):
        raise NotAllowed(_("只有该地市的管理员可以取消代理审批。"))
    if row.revoked_at is not None:
        raise Conflict("already_revoked", _("该代理审批已取消。"))
    row.revoked_at, row.revoked_by_id = timezone.now(), actor.user_id
    row.save(update_fields=["revoked_at", "revoked_by"])
    left = Delegation.objects.open().filter(to_user=row.to_user_id, unit=row.unit_id)
    if not left.filter(to_date__gte=timezone.localdate()).exists():
        policies.revoke_decisions(row.to_user, row.unit)
    return row


def _operates(actor: Scope) -> bool:
    return policies.may_do(actor, "manage_accounts")


def _holds(actor: Scope, city_code: str) -> bool:
    """Tell whether the city is the actor's to hand on: in the own right, not as a stand-in."""
    return city_code in actor.approves_city_codes or _operates(actor)


def _absent(actor: Scope, city: OrgUnit, username: str) -> User:
    """Return who is away: the actor, or whom the operator names among the city's own."""
    if not _operates(actor):
        return User.objects.get(pk=actor.user_id or 0)
    found = next((user for user in admins_of(city.code) if user.username == username), None)
    if found is None:
        raise DomainError(
            "unknown_user",
            _("“%(name)s”不是该地市的管理员。") % {"name": username[:50]},
            "",
            "from_username",
        )
    return found


def _stand_in(city: OrgUnit, absent: User, username: str) -> User:
    found = User.objects.filter(username=username, role=User.Role.CITY, is_active=True).first()
    if found is None or found.pk == absent.pk:
        raise DomainError(
            "not_a_delegate",
            _("“%(name)s”不能代理审批。") % {"name": username[:50]}
            if username
            else _("没有选择代理人。"),
            _("请选择另一位在用的地市管理员。"),
            "to_username",
        )
    return found


def _check_dates(from_date: dt.date, to_date: dt.date) -> None:
    if to_date < from_date:
        raise DomainError("dates_out_of_order", _("结束日期早于开始日期。"), "", "to_date")
    if to_date < timezone.localdate():
        raise DomainError("dates_over", _("代理期间已经过去。"), "", "to_date")
    if (to_date - from_date).days >= MAX_DAYS:
        raise DomainError(
            "dates_too_long",
            _("代理期间最长 %(days)s 天。") % {"days": MAX_DAYS},
            _("请缩短期间，到期后可再次设置。"),
            "to_date",
        )
