"""Read the organisation tree a reader may walk: switcher, breadcrumb, next lower steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from accounts.models import AccountManager, OrgUnit
from accounts.names import name_said
from accounts.paths import as_unit, ends_at
from accounts.queries import as_person, person_of, unit_path
from accounts.scope import Level, Person, Scope, Selection, Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """Be one step a reader can take: a unit or an account manager, with its URL parameters.

    ``query`` is empty when the place is above the reader's scope: shown, but not a link.
    """

    level: Level
    code: str
    name: str
    query: str
    is_bucket: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """Be one unit of the organisation switcher with the units below it."""

    choice: Choice
    children: tuple[Branch, ...] = ()


LOWER = {"province": "city", "city": "county"}


def children_of(scope: Scope, selection: Selection) -> tuple[Choice, ...]:
    """Return the next lower steps: cities, counties, or the account managers of a county."""
    lower = LOWER.get(selection.level)
    if lower:
        parent = selection.city_code or selection.province_code
        units = _units_in(scope).filter(level=lower, parent_id=parent)
        return tuple(_unit_choice(as_unit(unit)) for unit in units)
    if selection.level == "county":
        return account_managers_in(scope, selection)
    return ()


def account_managers_in(
    scope: Scope, selection: Selection, limit: int | None = None
) -> tuple[Choice, ...]:
    """Return the account managers at home in the selection (or oneself and the covered ones).

    There may be thousands: a page asks for no more than ``limit``.
    """
    people = _people_in(scope)
    if selection.county_code:
        people = people.filter(county_id=selection.county_code)
    elif selection.city_code:
        people = people.filter(city_id=selection.city_code)
    unit = selection.unit_code if selection.level != "province" else ""
    found = people.values_list("code", "name", "city_id", "county_id", "is_bucket")[:limit]
    return tuple(
        _person_choice(Person(code, name, city, county or "", is_bucket), unit)
        for code, name, city, county, is_bucket in found
    )


def breadcrumb_of(scope: Scope, selection: Selection) -> tuple[Choice, ...]:
    """Return 全省 / 地市 / 县区 / 客户经理 down to the selection; no links above the scope."""
    person, path, unit = None, selection.path, selection.unit_code
    if selection.account_manager_code:
        person = selection.person or person_of(selection.account_manager_code, unit)
        path = path or person.home
    if unit and not ends_at(path, unit):
        path = unit_path(unit)
    crumbs = [_crumb(scope, each) for each in path]
    if person:
        crumbs.append(_person_choice(person, selection.unit_code))
    return tuple(crumbs)


def org_tree(scope: Scope) -> tuple[Branch, ...]:
    """Return the units the reader sees whole, nested, in one query; account managers come later.

    There may be thousands of account managers: the switcher reads them with
    ``account_managers_in`` and ``search_places`` instead.
    """
    units = [
        as_unit(row) for row in _units_in(scope) if row.level in ("province", "city", "county")
    ]
    below: dict[str, list[Unit]] = {}
    for unit in units:
        below.setdefault(unit.parent_code, []).append(unit)
    known = {unit.code for unit in units}
    return tuple(_branch(unit, below) for unit in units if unit.parent_code not in known)


def search_places(scope: Scope, text: str, limit: int = 20) -> tuple[Choice, ...]:
    """Return units and account managers in scope whose name or code contains ``text``."""
    wanted = Q(name__icontains=text) | Q(code__istartswith=text)
    units = _units_in(scope).filter(wanted).exclude(level=OrgUnit.Level.GRID)[:limit]
    people = _people_in(scope).filter(_fits(text))[:limit]
    places = [_unit_choice(as_unit(row)) for row in units]
    return tuple(places + [_person_choice(as_person(row), "") for row in people])[:limit]


def people_named(text: str) -> frozenset[str]:
    """Return the codes of the account managers whose name or code fits, whosever they are."""
    fitting = AccountManager.objects.filter(_fits(text)).values_list("code", flat=True)
    return frozenset(fitting)


def _fits(text: str) -> Q:
    """Return the filter for account managers by name or code.

    The characters let an index answer, however many account managers there are.
    """
    named = Q(name_characters__contains=list(text.upper()), name__icontains=text)
    return named | Q(code__startswith=text) | Q(code__startswith=text.upper())


def _units_in(scope: Scope) -> QuerySet[OrgUnit]:
    """Return the units seen as a whole, by today's tree."""
    units = OrgUnit.objects.order_by("code")
    if scope.is_province:
        return units
    cities = sorted(scope.city_codes)
    counties = sorted(scope.county_codes)
    return units.filter(
        Q(level=OrgUnit.Level.CITY, code__in=cities)
        | Q(level=OrgUnit.Level.COUNTY, parent_id__in=cities)
        | Q(level=OrgUnit.Level.COUNTY, code__in=counties)
    )


def _people_in(scope: Scope) -> QuerySet[AccountManager]:
    people = AccountManager.objects.order_by("code")
    if scope.is_province:
        return people
    return people.filter(
        Q(city_id__in=sorted(scope.city_codes))
        | Q(county_id__in=sorted(scope.county_codes))
        | Q(code__in=sorted(scope.account_manager_codes))
    )


def _branch(unit: Unit, below: dict[str, list[Unit]]) -> Branch:
    children: Iterable[Unit] = below.get(unit.code, ())
    return Branch(_unit_choice(unit), tuple(_branch(child, below) for child in children))


def _crumb(scope: Scope, unit: Unit) -> Choice:
    city = unit.code if unit.level == "city" else unit.parent_code
    seen = scope.is_province or scope.sees_city(city) or unit.code in scope.county_codes
    choice = _unit_choice(unit)
    return choice if seen else Choice(choice.level, choice.code, choice.name, "", choice.is_bucket)


def _unit_choice(unit: Unit) -> Choice:
    name = name_said(unit.name, is_bucket=unit.is_bucket)
    return Choice(_level(unit), unit.code, name, urlencode({"unit": unit.code}), unit.is_bucket)


def _level(unit: Unit) -> Level:
    for level in ("province", "city", "county"):
        if unit.level == level:
            return level
    raise ValueError(f"{unit.code} is a {unit.level}, which no page shows on its own")


def _person_choice(person: Person, unit_code: str) -> Choice:
    params = {"unit": unit_code, "am": person.code} if unit_code else {"am": person.code}
    query = urlencode(params)
    name = name_said(person.name, is_bucket=person.is_bucket)
    return Choice("account_manager", person.code, name, query, person.is_bucket)
