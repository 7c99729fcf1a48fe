"""Say what one reader may see 数据范围, and which part of it the reader chose; pure values.

A scope holds only what was granted directly: a city granted as a whole is in ``city_codes``, its
counties are not listed one by one. A month's row belongs to that month's owner, so a row is in
scope when *its own* city, county or account manager code is (see ``Scope.covers``); a county that
moves to another city takes its later months along and leaves the earlier ones behind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from core.errors import NotAllowed, NotInScope

Level = Literal["province", "city", "county", "account_manager"]
Reader = Literal["province", "city", "county", "account_manager", "none"]
NOTHING: frozenset[str] = frozenset()


class Owned(Protocol):
    """Be a row that belongs to somebody: any mart row of a month."""

    @property
    def city_code(self) -> str:
        """Name the city of that month."""

    @property
    def county_code(self) -> str:
        """Name the county of that month."""

    @property
    def account_manager_code(self) -> str:
        """Name the account manager of that month."""


class Opened(Protocol):
    """Know which single groups are open to a reader beyond the access table 定向开放."""

    def bases_of(self, group_code: str) -> frozenset[str]:
        """Return why a group is open: ``request``, ``alert``; empty where it is not."""


class NothingOpened:
    """Open no group."""

    def bases_of(self, group_code: str) -> frozenset[str]:
        """Return nothing."""
        return NOTHING


@dataclass(frozen=True, slots=True)
class Unit:
    """Be one organisation unit 组织单元 as a value; ``level`` may also be ``grid``."""

    code: str
    name: str
    level: str
    parent_code: str = ""
    is_bucket: bool = False
    is_direct: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Be one account manager 客户经理 as a value, with the home unit of the latest import."""

    code: str
    name: str
    city_code: str
    county_code: str = ""
    is_bucket: bool = False
    home: tuple[Unit, ...] = field(default=(), compare=False, repr=False)  # province → home unit


@dataclass(frozen=True, slots=True)
class Scope:
    """Hold everything one reader may see 数据范围, computed once a request.

    ``role`` is the person's role; ``reader`` the column of the access table that applies (an
    operator who was granted a city reads like a city). ``system`` is a command on the machine.
    """

    user_id: int | None
    username: str
    role: str
    reader: Reader = "none"
    is_province: bool = False
    city_codes: frozenset[str] = field(default=NOTHING)
    county_codes: frozenset[str] = field(default=NOTHING)
    account_manager_codes: frozenset[str] = field(default=NOTHING)
    own_account_manager_code: str = ""
    approves_city_codes: frozenset[str] = field(default=NOTHING)
    delegated_city_codes: frozenset[str] = field(default=NOTHING)
    opened: Opened = field(default=NothingOpened(), compare=False, repr=False)
    granted: tuple[tuple[Unit, ...], ...] = field(
        default=(), compare=False, repr=False
    )  # ways down
    own: Person | None = field(default=None, compare=False, repr=False)  # whose portfolio it is

    @classmethod
    def of_system(cls) -> Scope:
        """Return the scope of a command run on the machine itself: every action, no pages."""
        return cls(user_id=None, username="system", role="system")

    @property
    def is_management(self) -> bool:
        """Tell whether this reader sees totals first (province, city, county)."""
        return self.reader in ("province", "city", "county")

    @property
    def is_empty(self) -> bool:
        """Tell whether no business row at all is in scope."""
        return not (
            self.is_province or self.city_codes or self.county_codes or self.account_manager_codes
        )

    @property
    def cache_key(self) -> str:
        """Return a text that is equal exactly for scopes that see the same rows the same way."""
        parts = (self.city_codes, self.county_codes, self.account_manager_codes)
        codes = "|".join(",".join(sorted(part)) for part in parts)
        return f"{self.reader}|{int(self.is_province)}|{codes}"

    def sees_city(self, city_code: str) -> bool:
        """Tell whether the whole city is in scope."""
        return self.is_province or city_code in self.city_codes

    def sees_county(self, county_code: str, city_code: str) -> bool:
        """Tell whether the whole county is in scope, by itself or through its city."""
        return self.sees_city(city_code) or county_code in self.county_codes

    def sees_account_manager(self, person: Person) -> bool:
        """Tell whether the account manager's home is in scope, or the reader is that person."""
        return (
            self.sees_county(person.county_code, person.city_code)
            or person.code in self.account_manager_codes
        )

    def covers(self, row: Owned) -> bool:
        """Tell whether one row of a month is in scope, by the owner it had in that month."""
        return (
            self.is_province
            or row.city_code in self.city_codes
            or row.county_code in self.county_codes
            or row.account_manager_code in self.account_manager_codes
        )

    def approves(self, city_code: str) -> bool:
        """Tell whether this reader decides grade adjustments 等级调整 of the city."""
        return city_code in self.approves_city_codes | self.delegated_city_codes


@dataclass(frozen=True, slots=True)
class Selection:
    """Hold the part of the scope a reader looks at 所选范围; every non-empty code is a filter.

    Always combine it with the scope: choosing an account manager who also serves another city
    never opens that city's groups. ``path`` and ``person`` are what the choice was made from, kept
    so that names are not read twice a request.
    """

    level: Level
    province_code: str = ""
    city_code: str = ""
    county_code: str = ""
    account_manager_code: str = ""
    path: tuple[Unit, ...] = field(default=(), compare=False, repr=False)
    person: Person | None = field(default=None, compare=False, repr=False)

    @property
    def unit_code(self) -> str:
        """Return the deepest organisation unit chosen, empty when only a person was."""
        return self.county_code or self.city_code or self.province_code

    @property
    def params(self) -> dict[str, str]:
        """Return the URL parameters that lead back here."""
        chosen = {"unit": self.unit_code, "am": self.account_manager_code}
        return {name: code for name, code in chosen.items() if code}

    @property
    def query(self) -> str:
        """Return ``params`` as a query string without the question mark."""
        return urlencode(self.params)

    def holds(self, row: Owned) -> bool:
        """Tell whether a row of a month lies in the selection."""
        pairs = (
            (self.city_code, row.city_code),
            (self.county_code, row.county_code),
            (self.account_manager_code, row.account_manager_code),
        )
        return all(chosen in ("", actual) for chosen, actual in pairs)


def select_unit(scope: Scope, path: tuple[Unit, ...]) -> Selection:
    """Choose an organisation unit, given the path from the province down to it.

    Raises:
        NotInScope: if it is not the reader's, exactly as if it did not exist.
    """
    codes = {unit.level: unit.code for unit in path}
    level = path[-1].level if path else ""
    province, city, county = (codes.get(name, "") for name in ("province", "city", "county"))
    if level == "province" and scope.is_province:
        return Selection("province", province, path=path)
    if level == "city" and scope.sees_city(city):
        return Selection("city", province, city, path=path)
    if level == "county" and scope.sees_county(county, city):
        return Selection("county", province, city, county, path=path)
    raise NotInScope


def select_person(
    scope: Scope, person: Person, within: Selection | None, serves: Callable[[str], bool]
) -> Selection:
    """Choose an account manager inside a unit (``within``); account managers need no unit.

    ``serves(code)`` says whether published rows *in scope* name this account manager: someone from
    a neighbouring city may serve a group here. The list of an account manager opens only inside a
    city, so the whole province becomes the home city.

    Raises:
        NotInScope: if nothing of this account manager is the reader's.
    """
    if not (scope.sees_account_manager(person) or serves(person.code)):
        raise NotInScope
    if within is None:
        return Selection("account_manager", account_manager_code=person.code, person=person)
    city = within.city_code or person.city_code
    return Selection(
        "account_manager",
        within.province_code,
        city,
        within.county_code,
        person.code,
        path=within.path,
        person=person,
    )


def home_unit_code(scope: Scope, person: Person) -> str:
    """Return the unit in scope to look at an account manager from, when none was named."""
    if scope.sees_city(person.city_code):
        return person.city_code
    if person.county_code in scope.county_codes:
        return person.county_code
    return default_unit_code(scope, "")


def default_unit_code(scope: Scope, province_code: str) -> str:
    """Return the unit a reader starts at: the widest one, the first by code among several.

    Raises:
        NotAllowed: if no unit is in scope.
    """
    if scope.is_province:
        return province_code
    if scope.city_codes:
        return min(scope.city_codes - scope.delegated_city_codes or scope.city_codes)
    if scope.county_codes:
        return min(scope.county_codes)
    raise NotAllowed(_("您的账号尚未分配数据范围。"), _("请联系数据管理员为您分配组织单元。"))
