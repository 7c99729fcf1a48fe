"""Read people and places: the scope of a user, the tree it sees, what was chosen in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q, Subquery
from django.db.models.functions import JSONObject

from accounts import policies
from accounts.disclosures import OpenedGroups
from accounts.models import AccountManager, OrgUnit, PortfolioCover, User
from accounts.paths import as_unit, ends_at, path_to
from accounts.scope import (
    Person,
    Scope,
    Selection,
    Unit,
    default_unit_code,
    home_unit_code,
    select_person,
    select_unit,
)
from core.errors import NotInScope

MAX_DEPTH = 4
NUL = "\x00"
_HOMES = ("county__parent__parent__parent", "city__parent__parent")
Serves = Callable[[str], bool]


def serves_nobody(account_manager_code: str) -> bool:
    """Answer for callers without published rows: nobody serves outside the home unit."""
    return False


def scope_for(user: User, today: dt.date) -> Scope:
    """Compute what a user may see on a day: role, grants, own portfolio, dated cover 代管."""
    scope = _scope_of_role(user, today)
    decides = scope.approves_city_codes | scope.delegated_city_codes
    return replace(scope, opened=OpenedGroups(decides)) if decides else scope


def _scope_of_role(user: User, today: dt.date) -> Scope:
    nobody = Scope(user_id=user.pk, username=user.get_username(), role=user.role)
    if not user.is_active or user.role == User.Role.NONE:
        return Scope(user_id=user.pk, username=user.get_username(), role="")
    if user.role == User.Role.PROVINCE:
        return _wide_scope(user, is_province=True)
    if user.role == User.Role.ACCOUNT_MANAGER:
        return _portfolio_scope(user, today) if user.account_manager_id else nobody
    return _granted_scope(user, today)


def _wide_scope(user: User, *, is_province: bool) -> Scope:
    return Scope(user.pk, user.get_username(), user.role, "province", is_province=is_province)


def _portfolio_scope(user: User, today: dt.date) -> Scope:
    covers = PortfolioCover.objects.filter(covering=user, from_date__lte=today, to_date__gte=today)
    people = AccountManager.objects.select_related(*_HOMES)
    row = people.annotate(covered=ArraySubquery(covers.values("covered_id"))).get(
        pk=user.account_manager_id
    )
    return Scope(
        user_id=user.pk,
        username=user.get_username(),
        role=user.role,
        reader="account_manager",
        account_manager_codes=frozenset({row.code, *row.covered}),
        own_account_manager_code=row.code,
        own=replace(as_person(row), home=path_to(row.county or row.city)),
    )


def _granted_scope(user: User, today: dt.date) -> Scope:
    """Return the scope of a city, county or operator login from its granted units.

    A role never reads wider than its name: a province granted to a city login has no effect.
    """
    levels: dict[str, set[str]] = {"province": set(), "city": set(), "county": set()}
    delegated: set[str] = set()
    grants = policies.grants_of(user, today)
    for grant in grants:
        if grant.is_own:
            levels.get(grant.level, set()).add(grant.code)
        elif grant.level == "city" and user.role == User.Role.CITY:
            delegated.add(grant.code)
    if user.role == User.Role.OPERATOR and levels["province"]:
        return _wide_scope(user, is_province=True)
    cities = frozenset() if user.role == User.Role.COUNTY else frozenset(levels["city"])
    counties = frozenset(levels["county"])
    return Scope(
        user_id=user.pk,
        username=user.get_username(),
        role=user.role,
        reader="city" if cities or delegated else "county" if counties else "none",
        city_codes=cities | delegated,
        county_codes=counties,
        approves_city_codes=cities if user.role == User.Role.CITY else frozenset(),
        delegated_city_codes=frozenset(delegated),
        granted=tuple(grant.path for grant in grants),
    )


def owned_by(scope: Scope) -> Q:
    """Return the filter for rows of a month in scope; the table has the three owner columns.

    It holds for ``org_month`` too: a rolled-up column holds ``*``, which no grant names, so a
    county head sees county and account manager rows and never the city's.
    """
    if scope.is_province:
        return Q()
    return (
        Q(city_code__in=sorted(scope.city_codes))
        | Q(county_code__in=sorted(scope.county_codes))
        | Q(account_manager_code__in=sorted(scope.account_manager_codes))
    )


def within(selection: Selection) -> Q:
    """Return the filter for rows of the selection; always together with ``owned_by``."""
    chosen = {
        "city_code": selection.city_code,
        "county_code": selection.county_code,
        "account_manager_code": selection.account_manager_code,
    }
    return Q(**{name: code for name, code in chosen.items() if code})


def unit_path(code: str) -> tuple[Unit, ...]:
    """Return the units from the province down to ``code``, empty when there is none such."""
    if NUL in code:  # Postgres refuses the character; no code has it
        return ()
    parents = "__".join(["parent"] * (MAX_DEPTH - 1))
    return path_to(OrgUnit.objects.select_related(parents).filter(code=code).first())


def as_person(row: AccountManager) -> Person:
    """Turn a row into a value."""
    return Person(row.code, row.name, row.city_id, row.county_id or "", row.is_bucket)


def person_of(code: str, beside: str = "") -> Person:
    """Return one account manager by code, with the path down to the home unit, in one query.

    ``beside`` names a unit next to or below the home, such as the bucket 市直管 of the city: the
    path then leads there, without another query.

    Raises:
        NotInScope: if there is none such.
    """
    names = ("code", "name", "level", "parent_code", "is_bucket", "is_direct")
    unit = OrgUnit.objects.filter(code=beside).annotate(parent_code=F("parent_id"))
    rows = AccountManager.objects.select_related(*_HOMES).annotate(
        beside=Subquery(unit.values(unit=JSONObject(**{name: name for name in names}))[:1])
    )
    found = None if NUL in code + beside else rows.filter(code=code).first()
    if found is None:
        raise NotInScope
    home = path_to(found.county or found.city)
    if found.beside and not ends_at(home, beside):
        above = [each.code for each in home]
        parent = found.beside["parent_code"]
        if parent in above:
            home = (*home[: above.index(parent) + 1], Unit(**found.beside))
    return replace(as_person(found), home=home)


def province_path() -> tuple[Unit, ...]:
    """Return the province as a path, empty before the first import."""
    found = OrgUnit.objects.filter(level=OrgUnit.Level.PROVINCE, parent=None).first()
    return (as_unit(found),) if found else ()


def selection_for(
    scope: Scope,
    *,
    unit: str = "",
    account_manager: str = "",
    serves: Serves = serves_nobody,
) -> Selection:
    """Resolve the URL's ``unit`` and ``am`` within the scope; without them the reader's default.

    Raises:
        NotInScope: for a code that is foreign or does not exist (indistinguishable).
        NotAllowed: for a reader without any scope.
    """
    person = person_of(account_manager) if account_manager else None
    if scope.reader == "account_manager" and not unit:
        return select_person(scope, person or _self(scope), None, serves)
    if person and not (scope.sees_account_manager(person) or serves(person.code)):
        raise NotInScope
    if not unit and not person and scope.is_province:
        return select_unit(scope, province_path())
    if not unit:
        unit = home_unit_code(scope, person) if person else default_unit_code(scope, "")
    known = (*scope.granted, person.home if person else ())
    path = next((each for each in known if ends_at(each, unit)), None) or unit_path(unit)
    chosen = select_unit(scope, path)
    return select_person(scope, person, chosen, serves) if person else chosen


def _self(scope: Scope) -> Person:
    return scope.own or person_of(scope.own_account_manager_code)


def places_of(scope: Scope) -> tuple[str, ...]:
    """Return the names of what was granted to the reader: units, or account managers."""
    if scope.is_province:
        units = OrgUnit.objects.filter(level=OrgUnit.Level.PROVINCE)
        return tuple(units.values_list("name", flat=True))
    units = OrgUnit.objects.filter(code__in=sorted(scope.city_codes | scope.county_codes))
    people = AccountManager.objects.filter(code__in=sorted(scope.account_manager_codes))
    return (*units.values_list("name", flat=True), *people.values_list("name", flat=True))
