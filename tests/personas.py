"""Build a tiny province and one person of every kind in it; plain functions, used by every area.

org = build_org()                 # province P; cities A, B; counties; account managers
people = build_people(org)        # persona name → User
client = client_of(people, "city_a")

P ─┬─ A ─┬─ A01  (MA1)     and the buckets A-00, A-NA
   │     └─ A02  (MA2)
   └─ B ─── B01  (MB1)     and the buckets B-00, B-NA
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

import pytest
from django.test import Client

from accounts import policies
from accounts.models import AccountManager, OrgUnit, User
from accounts.queries import scope_for
from accounts.scope import Scope

PERSONAS = (
    "anonymous",
    "no_role",
    "disabled",
    "province",
    "city_a",
    "city_b",
    "county_a01",
    "manager_a1",
    "manager_a2",
    "manager_b1",
    "operator",
)
ROLES = {
    "no_role": User.Role.NONE,
    "disabled": User.Role.PROVINCE,
    "province": User.Role.PROVINCE,
    "city_a": User.Role.CITY,
    "city_b": User.Role.CITY,
    "county_a01": User.Role.COUNTY,
    "manager_a1": User.Role.ACCOUNT_MANAGER,
    "manager_a2": User.Role.ACCOUNT_MANAGER,
    "manager_b1": User.Role.ACCOUNT_MANAGER,
    "operator": User.Role.OPERATOR,
}
UNITS_OF = {"city_a": "A", "city_b": "B", "county_a01": "A01"}
PORTFOLIO_OF = {"manager_a1": "MA1", "manager_a2": "MA2", "manager_b1": "MB1"}


@dataclass(frozen=True)
class Org:
    """Hold the tiny province by code."""

    units: dict[str, OrgUnit] = field(default_factory=dict)
    account_managers: dict[str, AccountManager] = field(default_factory=dict)


def build_org() -> Org:
    """Store the tiny province."""
    org = Org()
    _unit(org, "P", "测试省", "province", None)
    for city, name in (("A", "甲市"), ("B", "乙市")):
        _unit(org, city, name, "city", "P")
        _unit(org, f"{city}-00", f"{name}市直管", "county", city, is_bucket=True)
    _unit(org, "A01", "甲一县", "county", "A")
    _unit(org, "A02", "甲二县", "county", "A")
    _unit(org, "B01", "乙一县", "county", "B")
    for code, name, county in (
        ("MA1", "甲一经理", "A01"),
        ("MA2", "甲二经理", "A02"),
        ("MB1", "乙一经理", "B01"),
    ):
        _account_manager(org, code, name, county[0], county)
    for city in ("A", "B"):
        _account_manager(org, f"{city}-NA", "未分配", city, None, is_bucket=True)
    return org


def build_people(org: Org) -> dict[str, User]:
    """Store one person of every kind; nobody has a usable password."""
    return {name: build_person(org, name) for name in ROLES}


def build_person(org: Org, name: str) -> User:
    """Store one person by persona name."""
    user = User.objects.create(
        username=name,
        password="!unusable",
        role=ROLES[name],
        display_name=f"某人-{name}",
        is_active=name != "disabled",
        account_manager=org.account_managers.get(PORTFOLIO_OF.get(name, "")),
    )
    if name in UNITS_OF:
        policies.grant_unit(user, org.units[UNITS_OF[name]])
    return user


def scope_of_persona(people: Mapping[str, User], name: str, today: object = None) -> Scope:
    """Return the scope of one persona, today or on a given day."""
    import datetime as dt

    from django.utils import timezone

    day = today if isinstance(today, dt.date) else timezone.localdate()
    return scope_for(people[name], day)


def client_of(people: Mapping[str, User], name: str) -> Client:
    """Return a browser signed in as one persona; server errors become status 500."""
    client = Client(raise_request_exception=False)
    if name != "anonymous":
        client.force_login(people[name])
    return client


def keep_scopes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the doors compute each reader's scope once a test, where nothing may change it."""
    monkeypatch.setattr("accounts.queries.scope_for", cache(scope_for))


def _unit(
    org: Org, code: str, name: str, level: str, parent: str | None, *, is_bucket: bool = False
) -> None:
    org.units[code] = OrgUnit.objects.create(
        code=code, name=name, level=level, parent_id=parent, is_bucket=is_bucket
    )


def _account_manager(
    org: Org, code: str, name: str, city: str, county: str | None, *, is_bucket: bool = False
) -> None:
    org.account_managers[code] = AccountManager.objects.create(
        code=code, name=name, city_id=city, county_id=county, is_bucket=is_bucket
    )
