"""Make the logins a province needs in bulk: after an import, or with known passwords for a demo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import policies
from accounts.actions import create_login
from accounts.links import set_password_path
from accounts.models import AccountManager, OrgUnit, User
from accounts.scope import Scope
from core.errors import NotAllowed

DEMO_PASSWORD = "gcva-demo-2026"  # noqa: S105 - printed by the demo, refused in production


DEMO_MAIL = "demo.invalid"  # nobody's; the demo prints its mail on the console


@dataclass(frozen=True, slots=True)
class NewLogin:
    """Be one login just made, with the link its owner sets the password by."""

    username: str
    role: str
    display_name: str
    set_password_path: str


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """Be one login of the demo, as printed at its start."""

    role: str
    username: str
    password: str
    display_name: str


@dataclass(frozen=True, slots=True)
class _Planned:
    """Be a login that should exist."""

    username: str
    role: str
    display_name: str
    unit: OrgUnit | None = None
    account_manager: AccountManager | None = None


@transaction.atomic
def create_missing_logins(*, actor: Scope, with_account_managers: bool) -> list[NewLogin]:
    """Create the logins nobody has yet: province, operator, one for each city, account managers.

    Run again it makes only what is missing, so it may follow every import.
    """
    policies.require_action(actor, "manage_accounts")
    plan = list(_plan_staff())
    if with_account_managers:
        plan.extend(_plan_account_managers({one.username for one in plan}))
    return [
        NewLogin(user.username, user.role, user.display_name, set_password_path(user))
        for user in _create(actor, plan)
    ]


@transaction.atomic
def create_demo_users() -> list[DemoLogin]:
    """Create (or reset) the demo's logins for every role, all with the same printed password.

    The password is hashed once and shared: Argon2 for each of 140 would delay the start.

    Raises:
        NotAllowed: on a production site, whose logins must not have a password everybody knows.
    """
    if settings.PRODUCTION:
        raise NotAllowed(_("生产环境不能创建演示账号。"))
    plan = [*_plan_staff(), *_plan_counties()]
    planned = {one.username for one in plan}
    plan.extend(_plan_account_managers(planned, all_of_them=True))
    _create(Scope.of_system(), plan)
    hashed = make_password(DEMO_PASSWORD)
    users = User.objects.filter(username__in=[one.username for one in plan])
    users.update(
        password=hashed,
        password_changed_at=timezone.now(),
        is_active=True,
        email=Concat("username", Value(f"@{DEMO_MAIL}")),
    )
    return [DemoLogin(one.role, one.username, DEMO_PASSWORD, one.display_name) for one in plan]


def _create(actor: Scope, plan: list[_Planned]) -> list[User]:
    taken = set(User.objects.values_list("username", flat=True))
    return [
        create_login(
            actor=actor,
            username=one.username,
            role=one.role,
            display_name=one.display_name,
            units=(one.unit,) if one.unit else (),
            account_manager=one.account_manager,
        )
        for one in plan
        if one.username not in taken
    ]


def _plan_staff() -> Iterator[_Planned]:
    yield _Planned("province", User.Role.PROVINCE, "省公司管理人员")
    for city in OrgUnit.objects.filter(level=OrgUnit.Level.CITY):
        username, name = f"city-{city.code.lower()}", f"{city.name}地市管理员"
        yield _Planned(username, User.Role.CITY, name, unit=city)
    yield _Planned("operator", User.Role.OPERATOR, "数据管理员")


def _plan_counties() -> Iterator[_Planned]:
    for county in OrgUnit.objects.filter(level=OrgUnit.Level.COUNTY, is_bucket=False):
        username, name = f"county-{county.code.lower()}", f"{county.name}县区主管"
        yield _Planned(username, User.Role.COUNTY, name, unit=county)


def _plan_account_managers(planned: set[str], *, all_of_them: bool = False) -> Iterator[_Planned]:
    """Plan a login for each real account manager; the suggested username if it is free."""
    people = AccountManager.objects.filter(is_bucket=False).select_related("user")
    taken = planned | set(User.objects.values_list("username", flat=True))
    for person in people:
        login = getattr(person, "user", None)
        if login is not None:
            if all_of_them:
                yield _Planned(login.username, login.role, person.name, account_manager=person)
            continue
        wanted = person.suggested_username
        username = wanted if wanted and wanted not in taken else person.code
        taken.add(username)
        role = User.Role.ACCOUNT_MANAGER
        yield _Planned(username, role, person.name, account_manager=person)
