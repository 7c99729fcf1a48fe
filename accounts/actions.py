"""Change logins, grants and covers; every action checks the policy first and is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.links import one_time_links, set_password_path
from accounts.models import AccountManager, OrgUnit, PortfolioCover, User
from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotInScope

THEMES = ("light", "dark", "")
GRANTABLE: dict[str, frozenset[str]] = {
    User.Role.CITY: frozenset({OrgUnit.Level.CITY, OrgUnit.Level.COUNTY}),
    User.Role.COUNTY: frozenset({OrgUnit.Level.COUNTY}),
    User.Role.OPERATOR: frozenset(
        {OrgUnit.Level.PROVINCE, OrgUnit.Level.CITY, OrgUnit.Level.COUNTY}
    ),
}


@transaction.atomic
def create_login(
    *,
    actor: Scope,
    username: str,
    role: str,
    display_name: str,
    units: Sequence[OrgUnit] = (),
    account_manager: AccountManager | None = None,
) -> User:
    """Create a login 账号 without a password; a one-time link lets its owner set one.

    Raises:
        DomainError: if role and account manager do not fit, or a unit may not be granted.
        Conflict: if the username or the account manager already has a login.
    """
    policies.require_action(actor, "manage_accounts")
    if role not in User.Role.values or not role:
        raise DomainError("unknown_role", _("没有“%(role)s”这个角色。") % {"role": role})
    if (role == User.Role.ACCOUNT_MANAGER) != (account_manager is not None):
        raise DomainError("role_without_person", _("客户经理账号必须且只能对应一位客户经理。"))
    user = User(
        username=username, role=role, display_name=display_name, account_manager=account_manager
    )
    user.set_unusable_password()
    _save_new(user)
    for unit in units:
        grant_unit(actor=actor, user=user, unit=unit)
    return user


def _save_new(user: User) -> None:
    try:
        user.clean_fields(exclude=["password", "account_manager"])
        with transaction.atomic():
            user.save()
    except ValidationError as error:
        raise DomainError("bad_login", " ".join(error.messages)) from error
    except IntegrityError as error:
        sentence = _("用户名“%(name)s”或其客户经理已有账号。") % {"name": user.username}
        raise Conflict("login_exists", sentence) from error


@transaction.atomic
def grant_unit(*, actor: Scope, user: User, unit: OrgUnit) -> None:
    """Give a login an organisation unit 授权.

    Raises:
        DomainError: if the role cannot hold a unit of that level.
    """
    policies.require_action(actor, "manage_accounts")
    if unit.level not in GRANTABLE.get(user.role, frozenset()):
        words = {"role": user.get_role_display(), "level": unit.get_level_display()}
        raise DomainError("not_grantable", _("%(role)s不能获得%(level)s级单元的授权。") % words)
    policies.grant_unit(user, unit)


@transaction.atomic
def revoke_unit(*, actor: Scope, user: User, unit: OrgUnit) -> None:
    """Take an organisation unit from a login; it acts on the next request."""
    policies.require_action(actor, "manage_accounts")
    policies.revoke_unit(user, unit)


@transaction.atomic
def grant_cover(
    *,
    actor: Scope,
    covering: User,
    covered: AccountManager,
    from_date: dt.date,
    to_date: dt.date,
    reason: str,
) -> PortfolioCover:
    """Let an account manager stand in for another 代管, both dates included.

    Raises:
        DomainError: if the dates are in the wrong order or the stand-in is no account manager.
    """
    policies.require_action(actor, "manage_accounts")
    if to_date < from_date:
        raise DomainError("dates_out_of_order", _("代管的结束日期早于开始日期。"))
    if covering.role != User.Role.ACCOUNT_MANAGER or covering.account_manager_id == covered.pk:
        raise DomainError("not_a_stand_in", _("只有另一位客户经理可以代管。"))
    return PortfolioCover.objects.create(
        covering=covering,
        covered=covered,
        from_date=from_date,
        to_date=to_date,
        granted_by_id=actor.user_id,
        reason=reason,
    )


@transaction.atomic
def end_cover(*, actor: Scope, cover: PortfolioCover, last_date: dt.date) -> None:
    """End a cover early; one that has not begun by then is removed."""
    policies.require_action(actor, "manage_accounts")
    if last_date < cover.from_date:
        cover.delete()
        return
    cover.to_date = min(cover.to_date, last_date)
    cover.save(update_fields=["to_date"])


@transaction.atomic
def set_login_active(*, actor: Scope, username: str, is_active: bool) -> None:
    """Enable or disable a login 停用; open sessions of a disabled one end with the next request.

    Raises:
        NotInScope: if there is no such login.
        DomainError: if somebody disables the own login.
    """
    policies.require_action(actor, "manage_accounts")
    user = _locked(username=username)
    if user.pk == actor.user_id and not is_active:
        raise DomainError("own_login", _("不能停用自己的账号。"))
    user.is_active = is_active
    user.save(update_fields=["is_active"])


@transaction.atomic
def issue_link(*, actor: Scope, username: str) -> str:
    """Return the path of a fresh set-password link; before the first password it voids older ones.

    Raises:
        NotInScope: if there is no such login.
        DomainError: if the login is disabled.
    """
    policies.require_action(actor, "manage_accounts")
    user = _locked(username=username)
    if not user.is_active:
        raise DomainError("login_disabled", _("账号“%(name)s”已停用。") % {"name": username})
    if not user.has_usable_password():
        user.set_unusable_password()  # a new random value, which older links did not sign
    user.link_issued_at = timezone.now()  # the audit never sees the password itself
    user.save(update_fields=["password", "link_issued_at"])
    return set_password_path(user)


@transaction.atomic
def set_password_by_link(*, user_id: int, token: str, password: str) -> User:
    """Spend a one-time link; of two at the same moment one wins.

    Raises:
        DomainError: if the link is void by now or the password is too weak.
    """
    user = _locked(pk=user_id)
    if not user.is_active or not one_time_links.check_token(user, token):
        sentence = _("该链接无效、已使用或已过期。")
        raise DomainError("link_void", sentence, _("请联系数据管理员重新发放链接。"), status=410)
    return _store_password(user, password)


@transaction.atomic
def change_password(*, user_id: int, password: str) -> User:
    """Change the own password; the form checked the old one.

    Raises:
        DomainError: if the password is too weak.
    """
    return _store_password(_locked(pk=user_id), password)


def _store_password(user: User, password: str) -> User:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("weak_password", " ".join(error.messages)) from error
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.save(update_fields=["password", "password_changed_at"])
    return user


def store_language(*, user_id: int, language: str) -> None:
    """Remember the reader's language.

    Raises:
        DomainError: if the site has no such language.
    """
    if language not in dict(settings.LANGUAGES):
        raise DomainError("unknown_language", _("不支持该语言。"))
    User.objects.filter(pk=user_id).update(language=language)


def store_theme(*, user_id: int, theme: str) -> None:
    """Remember the reader's theme; empty follows the system.

    Raises:
        DomainError: if there is no such theme.
    """
    if theme not in THEMES:
        raise DomainError("unknown_theme", _("没有该主题。"))
    User.objects.filter(pk=user_id).update(theme=theme)


def _locked(**which: object) -> User:
    user = User.objects.select_for_update().filter(**which).first()
    if user is None:
        raise NotInScope
    return user
