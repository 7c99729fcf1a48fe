"""Decide who may see and do what: the access table 权限表 as data, and the grants behind a scope.

This is the single source for pages, charts, exports, API and mail, and the only caller of
django-guardian. Outside the scope raises ``NotInScope`` (404), inside without the right
``NotAllowed`` (403).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from guardian.models import UserObjectPermission
from guardian.shortcuts import (
    assign_perm,
    get_users_with_perms,
    remove_perm,
)

from accounts.delegation_models import DECIDE_FOR_UNIT, Delegation
from accounts.models import OrgUnit, User
from accounts.paths import path_to
from accounts.scope import Reader, Scope, Selection, Unit
from core.errors import NotAllowed, NotInScope

SEE_UNIT = "accounts.see_unit"
View = Literal["totals", "rows", "group"]


class Access(StrEnum):
    """Say how deep a reader sees into a module."""

    NONE = "none"
    TOTALS = "totals"
    TOTALS_THEN_LIST = "totals_then_list"  # the list opens after choosing an account manager
    ROWS_ON_CLICK = "rows_on_click"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class ModuleRule:
    """Be one line of the access table; a county head reads like a city."""

    province: Access
    city: Access
    account_manager: Access

    def access_of(self, reader: Reader) -> Access:
        """Return the cell of one reader."""
        column = "city" if reader == "county" else reader
        return Access.NONE if column == "none" else getattr(self, column)


_TOTALS = ModuleRule(Access.TOTALS, Access.TOTALS, Access.DETAIL)
_ON_CLICK = ModuleRule(Access.ROWS_ON_CLICK, Access.ROWS_ON_CLICK, Access.DETAIL)
ACCESS_TABLE: dict[str, ModuleRule] = {
    "home": _TOTALS,
    "grading": ModuleRule(Access.TOTALS_THEN_LIST, Access.TOTALS_THEN_LIST, Access.DETAIL),
    "member_analysis": _TOTALS,
    "product_usage": _ON_CLICK,
    "contribution": _ON_CLICK,
    "income_composition": _TOTALS,
    "grade_changes": _TOTALS,
    "price_elasticity": _TOTALS,
    "anomaly_alerts": _TOTALS,
    "multi_dimensional": ModuleRule(Access.TOTALS, Access.NONE, Access.NONE),
}
STRICT_TABLE: dict[str, ModuleRule] = {**ACCESS_TABLE, "grading": _TOTALS}

_MANAGERS_ONLY: frozenset[Reader] = frozenset({"account_manager"})
_PROVINCE_ONLY: frozenset[Reader] = frozenset({"province"})
FIELD_READERS: dict[str, frozenset[Reader]] = {
    # section or field → who reads it at the level of single groups; absent = everyone in scope
    "group_view.member_rows": _MANAGERS_ONLY,
    "group_view.fee_composition": _MANAGERS_ONLY,
    "group_view.grade_history": _MANAGERS_ONLY,
    "group.roaming_li": _MANAGERS_ONLY,
    "group.new_business_li": _MANAGERS_ONLY,
    "group.long_distance_li": _MANAGERS_ONLY,
    "group.local_li": _MANAGERS_ONLY,
    "group.package_li": _MANAGERS_ONLY,
    "group.other_li": _MANAGERS_ONLY,
    "group.prev_suggested_grade": _MANAGERS_ONLY,
    "group.prev_effective_grade": _MANAGERS_ONLY,
    "group.grade_way": _MANAGERS_ONLY,
    "org.dimension_cross": _PROVINCE_ONLY,
}

_OPERATES = frozenset({"operator", "system"})
ACTION_ROLES: dict[str, frozenset[str]] = {
    "see_imports": _OPERATES,
    "import_extracts": _OPERATES,
    "withdraw_batch": _OPERATES,
    "run_month": _OPERATES,
    "cancel_run": _OPERATES,
    "publish_month": _OPERATES,
    "withdraw_month": _OPERATES,
    "write_back_grades": _OPERATES,
    "see_score_models": _OPERATES | {"province"},
    "publish_score_model": _OPERATES,
    "manage_accounts": _OPERATES,
    "see_audit": _OPERATES,
    "answer_question": _OPERATES,
    "request_adjustment": frozenset({"account_manager"}),
    "decide_adjustment": frozenset({"city"}),
    "set_thresholds": frozenset({"city"}),
    "set_province_thresholds": _OPERATES,
    "see_thresholds": _OPERATES | {"province", "city", "county", "account_manager"},
    "triage_alert": frozenset({"account_manager"}),
    "note_alert": frozenset({"account_manager", "city"}),  # the city: on what was escalated to it
}


def access_table() -> dict[str, ModuleRule]:
    """Return the table in force (``GCVA_ACCESS``)."""
    return STRICT_TABLE if settings.GCVA_ACCESS == "strict" else ACCESS_TABLE


def access_of(scope: Scope, module: str) -> Access:
    """Return how deep the reader sees into a module, before anything is chosen."""
    return access_table()[module].access_of(scope.reader)


def may(
    scope: Scope,
    module: str,
    what: View,
    selection: Selection | None = None,
    *,
    group_code: str = "",
) -> bool:
    """Tell whether the reader may see totals, rows of groups, or one group of a module.

    One group (``group``) asks only for the right; that the group is in scope is the query's part.
    Where the table closes single groups, one named by ``group_code`` may be open by itself: inside
    a grade request or an escalated alert (:mod:`accounts.disclosures`).
    """
    access = access_of(scope, module)
    if access is Access.NONE or scope.is_empty:
        return False
    if what == "totals" or access in (Access.DETAIL, Access.ROWS_ON_CLICK):
        return True
    if access is not Access.TOTALS_THEN_LIST:
        opened = module == "grading" and what == "group"
        return opened and bool(scope.opened.bases_of(group_code))
    return what == "group" or (selection is not None and selection.level == "account_manager")


def require(
    scope: Scope,
    module: str,
    what: View,
    selection: Selection | None = None,
    *,
    group_code: str = "",
) -> None:
    """Stop a reader who may not see this.

    Raises:
        NotInScope: if there is no such module.
        NotAllowed: if the reader lacks the right.
    """
    if module not in ACCESS_TABLE:
        raise NotInScope
    if may(scope, module, what, selection, group_code=group_code):
        return
    if what == "rows" and access_of(scope, module) is Access.TOTALS_THEN_LIST:
        raise NotAllowed(
            _("选择地市和客户经理后才能查看集团清单。"), _("请先在组织范围中选择一位客户经理。")
        )
    raise NotAllowed


def modules_for(scope: Scope) -> tuple[str, ...]:
    """Return the modules of the menu the reader may open, in menu order."""
    return tuple(module for module in ACCESS_TABLE if may(scope, module, "totals"))


def may_see_field(scope: Scope, field: str, group_code: str = "") -> bool:
    """Tell whether a field of single groups may be a column, filter, sort key, export or API field.

    ``field`` is a key of ``FIELD_READERS`` or anything not listed there (open to all in scope).
    The parts of one group's unified view (``group_code``) are open to the administrator an alert
    about it was escalated to.
    """
    readers = FIELD_READERS.get(field)
    if readers is None or scope.reader in readers:
        return True
    return field.startswith("group_view.") and "alert" in scope.opened.bases_of(group_code)


def require_fields(scope: Scope, fields: Iterable[str], group_code: str = "") -> None:
    """Refuse a request that names a closed field; it is never dropped silently.

    Raises:
        NotAllowed: naming nothing but the right that is missing.
    """
    if not all(may_see_field(scope, field, group_code) for field in fields):
        raise NotAllowed(_("您没有查看所请求字段的权限。"), _("请去掉该列、筛选或排序条件。"))


def may_do(scope: Scope, action: str) -> bool:
    """Tell whether the reader's role may do an action at all (for whom is the action's part)."""
    return scope.role in ACTION_ROLES[action]


def require_action(scope: Scope, action: str) -> None:
    """Stop a reader whose role may not do this.

    Raises:
        NotAllowed: if the role lacks the right.
    """
    if not may_do(scope, action):
        raise NotAllowed(_("您没有执行该操作的权限。"))


@dataclass(frozen=True, slots=True)
class Grant:
    """Be one unit a user reads: granted for good, or for the days of a delegation 代理审批."""

    level: str
    code: str
    is_own: bool
    path: tuple[Unit, ...] = ()


def grants_of(user: User, today: dt.date) -> tuple[Grant, ...]:
    """Return the units a user reads on a day, in one query that reads the granted units alone."""
    own, handed = _codes_of(user, SEE_UNIT), _codes_of(user, DECIDE_FOR_UNIT)
    dated = Delegation.objects.on(today).filter(to_user=user).values("unit_id")
    rows = OrgUnit.objects.filter(pk__in=_codes_of(user, SEE_UNIT, DECIDE_FOR_UNIT)).annotate(
        is_own=Q(pk__in=own), may_act=Q(pk__in=handed) & Q(pk__in=dated)
    )
    return tuple(
        Grant(row.level, row.code, row.is_own, path_to(row))
        for row in rows.select_related("parent__parent__parent").order_by("code")
        if row.is_own or row.may_act
    )


def own_units_of(user: User) -> list[OrgUnit]:
    """Return the organisation units a user was given in the own right 授权单元."""
    return list(OrgUnit.objects.filter(pk__in=_codes_of(user, SEE_UNIT)).order_by("code"))


def own_units_by_user(users: Iterable[User]) -> dict[int, list[OrgUnit]]:
    """Return the units some users were given in the own right, in two queries."""
    rows = UserObjectPermission.objects.filter(
        user__in=list(users), permission__codename="see_unit"
    )
    pairs = sorted(rows.values_list("user_id", "object_pk"))
    units = OrgUnit.objects.in_bulk({code for _user, code in pairs})
    found: dict[int, list[OrgUnit]] = {}
    for user_id, code in pairs:
        if code in units:
            found.setdefault(user_id, []).append(units[code])
    return found


def _codes_of(user: User, *permissions: str) -> Any:
    """Return the codes granted to a user as a query; the column's own type lets an index answer."""
    rows = UserObjectPermission.objects.filter(
        user=user,
        permission__content_type=ContentType.objects.get_for_model(OrgUnit),
        permission__codename__in=[each.removeprefix("accounts.") for each in permissions],
    )
    code = Cast("object_pk", output_field=OrgUnit._meta.get_field("code"))
    return rows.annotate(unit_code=code).values("unit_code")


def administrators_of(unit: OrgUnit) -> list[User]:
    """Return the active logins a unit was granted or delegated to, whatever role and dates."""
    known: Any = get_users_with_perms(
        unit, only_with_perms_in=["see_unit", DECIDE_FOR_UNIT], with_group_users=False
    )
    return list(known.filter(is_active=True).order_by("pk"))


def grant_unit(user: User, unit: OrgUnit) -> None:
    """Give a user an organisation unit; ``actions.py`` calls this after its checks."""
    assign_perm(SEE_UNIT, user, unit)


def grant_decisions(user: User, city: OrgUnit) -> None:
    """Let a user decide for a city on the days of a delegation; ``delegations.py`` calls this."""
    assign_perm(f"accounts.{DECIDE_FOR_UNIT}", user, city)


def revoke_decisions(user: User, city: OrgUnit) -> None:
    """Take the decisions for a city back; ``delegations.py`` calls this."""
    remove_perm(f"accounts.{DECIDE_FOR_UNIT}", user, city)


def revoke_unit(user: User, unit: OrgUnit) -> None:
    """Take an organisation unit from a user; ``actions.py`` calls this after its checks."""
    remove_perm(SEE_UNIT, user, unit)
