"""Change what a login is 角色变更: its role, and the units that no longer fit it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import policies
from accounts.actions import GRANTABLE
from accounts.models import AccountManager, User
from accounts.scope import Scope
from core.errors import Conflict, DomainError, NotInScope


@transaction.atomic
def assign_role(
    *, actor: Scope, username: str, role: str, account_manager: AccountManager | None = None
) -> User:
    """Give a login another role; units the new role cannot hold are taken back.

    Raises:
        NotInScope: if there is no such login.
        DomainError: if there is no such role, it needs an account manager, or it is the own login.
        Conflict: if the account manager already has a login.
    """
    policies.require_action(actor, "manage_accounts")
    user = User.objects.select_for_update().filter(username=username).first()
    if user is None:
        raise NotInScope
    if user.pk == actor.user_id:
        raise DomainError("own_role", _("不能更改自己的角色。"), field_name="role")
    if role not in User.Role.values:
        raise DomainError("unknown_role", _("没有“%(role)s”这个角色。") % {"role": role})
    if (role == User.Role.ACCOUNT_MANAGER) != (account_manager is not None):
        sentence = _("客户经理账号必须且只能对应一位客户经理。")
        raise DomainError("role_without_person", sentence, field_name="account_manager")
    user.role, user.account_manager = role, account_manager
    _save(user)
    for unit in policies.own_units_of(user):
        if unit.level not in GRANTABLE.get(role, frozenset()):
            policies.revoke_unit(user, unit)
    return user


def _save(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(update_fields=["role", "account_manager"])
    except IntegrityError as error:
        sentence = _("客户经理“%(code)s”已有账号。") % {"code": user.account_manager_id}
        raise Conflict("login_exists", sentence) from error
