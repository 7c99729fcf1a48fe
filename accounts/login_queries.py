"""Read the logins 账号 for who manages them: people, units, covers."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import policies
from accounts.models import DISPLAY_NAME_CHARACTERS, AccountManager, OrgUnit, PortfolioCover, User
from accounts.scope import Scope
from core.errors import NotInScope


def logins(scope: Scope) -> QuerySet[User]:
    """Return every login, by role and name, each with its account manager, looked up by key.

    Raises:
        NotAllowed: if the reader manages no logins.
    """
    policies.require_action(scope, "manage_accounts")
    return User.objects.prefetch_related("account_manager").order_by("role", "username")


def login_of(scope: Scope, username: str) -> User:
    """Return one login.

    Raises:
        NotInScope: if there is none by that name.
    """
    found = logins(scope).filter(username=username).first()
    if found is None:
        raise NotInScope
    return found


def covers_of(user: User) -> list[PortfolioCover]:
    """Return the covers 代管 a login holds or will hold, the latest first."""
    rows = PortfolioCover.objects.filter(covering=user, to_date__gte=timezone.localdate())
    return list(rows.select_related("covered").order_by("-from_date"))


def fitting(rows: QuerySet[User], text: str) -> QuerySet[User]:
    """Keep logins whose name or staff code begins with a text, or whose shown name holds it."""
    named = Q(display_name__icontains=text, characters__contains=[*text.upper()])
    coded = Q(account_manager__code__startswith=text)
    coded |= Q(account_manager__code__startswith=text.upper())
    return rows.alias(characters=DISPLAY_NAME_CHARACTERS).filter(
        Q(username__istartswith=text) | coded | named
    )


def unit_named(code: str) -> OrgUnit:
    """Return a unit by code.

    Raises:
        NotInScope: if there is none.
    """
    found = None if "\x00" in code else OrgUnit.objects.filter(code=code).first()
    if found is None:
        raise NotInScope
    return found


def account_manager_named(code: str) -> AccountManager:
    """Return an account manager by code.

    Raises:
        NotInScope: if there is none.
    """
    found = None if "\x00" in code else AccountManager.objects.filter(code=code).first()
    if found is None:
        raise NotInScope
    return found
