"""Say which threshold is in force for whom 生效阈值: account manager ← city ← province, by class.

Every change is one row of a log that only grows. In force in month m, as known at version V: of the
rows of one place, code and grade class with version ≤ V and start month ≤ m the one that starts
last, the newer version among equals. A row without a value gives the place up again: it inherits.
The nearest place wins first, then within a place the row of the class over the row of all classes.
The province's first values are the constants of ``alerts.rules``. A value of a city or an account
manager that a later, narrower range of the province excludes counts as the end of that range.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from alerts.rules import LIMITS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PROVINCE, CITY, ACCOUNT_MANAGER = "province", "city", "account_manager"
LEVELS = (PROVINCE, CITY, ACCOUNT_MANAGER)
ALL_CLASSES = ""
GRADE_CLASSES = ("A", "B", "C")
#: Columns of the lookup tables: the three classes, and what is not rated.
_N_CLASSES = len(GRADE_CLASSES) + 1


@dataclass(frozen=True, slots=True)
class Change:
    """Be one row of the log: a value (or none: inherit again), or the province's allowed range."""

    version: int
    code: str
    level: str
    city_code: str
    account_manager_code: str
    grade_class: str
    from_month: int
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None

    @property
    def is_range(self) -> bool:
        """Tell whether the row sets the allowed range instead of a value."""
        return self.lowest is not None

    @property
    def place(self) -> tuple[str, str, str]:
        """Return level, city and account manager."""
        return (self.level, self.city_code, self.account_manager_code)


@dataclass(frozen=True, slots=True)
class Target:
    """Name one threshold of one place for one class of groups, or for all (``''``)."""

    code: str
    level: str = PROVINCE
    city_code: str = ""
    account_manager_code: str = ""
    grade_class: str = ALL_CLASSES


@dataclass(frozen=True, slots=True)
class Range:
    """Be the range the province allows 允许范围, both ends included."""

    lowest: float
    highest: float

    def clip(self, value: float) -> float:
        """Return the value, or the end of the range it lies beyond."""
        return min(max(value, self.lowest), self.highest)


@dataclass(frozen=True, slots=True)
class InForce:
    """Be the threshold in force at one place for one class, and where it comes from."""

    value: float
    level: str
    grade_class: str  # '' where it was set for all classes
    change: Change | None  # None: the constant
    clipped: bool = False

    @property
    def source(self) -> str:
        """Return where the value comes from as the marts store it."""
        return f"{self.level}:{self.grade_class}" if self.grade_class else self.level


@dataclass(frozen=True, slots=True)
class Owners:
    """Say whose each group is and of which class, as numbers into the code lists."""

    cities: tuple[str, ...]
    account_managers: tuple[str, ...]
    city: Ints
    account_manager: Ints
    grade_class: Ints  # 0–2 into GRADE_CLASSES, 3 not rated


@dataclass(frozen=True, slots=True)
class Resolved:
    """Hold one threshold per group, and its source as a number into ``sources``."""

    values: Floats
    source: Ints
    sources: tuple[str, ...]


def class_of(grade: str) -> str:
    """Return the class of a grade: A for A1 and A2; '' for not rated."""
    first = grade[:1]
    return first if first in GRADE_CLASSES else ALL_CLASSES


class Book:
    """Hold the rows in force of one month and answer for any place."""

    def __init__(self, changes: Iterable[Change], month: int, version: int | None = None) -> None:
        """Keep of the log what is in force in a month (its index), as known at a version."""
        self.month = month
        self.ranges: dict[str, Change] = {}
        self.rows: dict[tuple[str, tuple[str, str, str], str], Change] = {}
        known = [
            each
            for each in changes
            if each.from_month <= month and (version is None or each.version <= version)
        ]
        for each in sorted(known, key=lambda change: (change.from_month, change.version)):
            if each.is_range:
                self.ranges[each.code] = each
            else:
                self.rows[each.code, each.place, each.grade_class] = each

    def range_of(self, code: str) -> Range:
        """Return the allowed range in force."""
        said = self.ranges.get(code)
        if said is None or said.lowest is None or said.highest is None:
            return Range(LIMITS[code].lowest, LIMITS[code].highest)
        return Range(said.lowest, said.highest)

    def own(self, code: str, place: tuple[str, str, str], grade_class: str) -> InForce | None:
        """Return what a place set itself for a class, or for all; None where it inherits."""
        for said_for in dict.fromkeys((grade_class, ALL_CLASSES)):
            row = self.rows.get((code, place, said_for))
            if row is not None and row.value is not None:
                value = row.value if place[0] == PROVINCE else self.range_of(code).clip(row.value)
                return InForce(value, place[0], said_for, row, clipped=value != row.value)
            if place[0] == PROVINCE and _differs(code, said_for):
                return InForce(_constant(code, said_for), PROVINCE, said_for, None)
        return None

    def value_of(
        self, code: str, grade_class: str, city_code: str = "", account_manager_code: str = ""
    ) -> InForce:
        """Return the threshold in force for one account manager, city or the province."""
        places = (
            (ACCOUNT_MANAGER, city_code, account_manager_code),
            (CITY, city_code, ""),
            (PROVINCE, "", ""),
        )
        for place in places:
            found = self.own(code, place, grade_class)
            if found is not None:
                return found
        raise KeyError(code)  # the province always has the constant

    @cached_property
    def _places_of(self) -> Mapping[str, tuple[tuple[str, str, str], ...]]:
        """Return the places below the province that set anything, by code."""
        found: dict[str, dict[tuple[str, str, str], None]] = {}
        for code, place, _ in self.rows:
            if place[0] != PROVINCE:
                found.setdefault(code, {})[place] = None
        return {code: tuple(places) for code, places in found.items()}

    def resolve(self, code: str, owners: Owners) -> Resolved:
        """Return the threshold in force of every group at once."""
        sources = _Sources()
        whole = [self.value_of(code, name) for name in (*GRADE_CLASSES, ALL_CLASSES)]
        values = np.array([each.value for each in whole])[owners.grade_class]
        source = np.array([sources.of(each) for each in whole])[owners.grade_class]
        for level in (CITY, ACCOUNT_MANAGER):
            places = [each for each in self._places_of.get(code, ()) if each[0] == level]
            if places:
                own, own_source = self._table(code, places, level, owners, sources)
                values = np.where(np.isnan(own), values, own)
                source = np.where(np.isnan(own), source, own_source)
        return Resolved(values, source, tuple(sources.names))

    def _table(
        self,
        code: str,
        places: list[tuple[str, str, str]],
        level: str,
        owners: Owners,
        sources: _Sources,
    ) -> tuple[Floats, Ints]:
        """Return what each group's city or account manager set itself; nan where it inherits."""
        by_person = level == ACCOUNT_MANAGER
        n_people = len(owners.account_managers) if by_person else 1
        key = owners.city * n_people + owners.account_manager if by_person else owners.city
        city_at = {name: place for place, name in enumerate(owners.cities)}
        person_at = {name: place for place, name in enumerate(owners.account_managers)}
        values = np.full((len(owners.cities) * n_people, _N_CLASSES), np.nan)
        source = np.zeros(values.shape, dtype=np.int64)
        for place in places:
            city = city_at.get(place[1])
            person = person_at.get(place[2]) if by_person else 0
            if city is None or person is None:
                continue
            row = city * n_people + person
            for column, name in enumerate((*GRADE_CLASSES, ALL_CLASSES)):
                found = self.own(code, place, name)
                if found is not None:
                    values[row, column], source[row, column] = found.value, sources.of(found)
        return values[key, owners.grade_class], source[key, owners.grade_class]


class _Sources:
    """Number the sources as they come up."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def of(self, found: InForce) -> int:
        if found.source not in self.names:
            self.names.append(found.source)
        return self.names.index(found.source)


def _differs(code: str, grade_class: str) -> bool:
    """Tell whether the constants say something of their own for a class (all: always)."""
    limit = LIMITS[code]
    return grade_class == ALL_CLASSES or (grade_class == "A" and limit.default_a != limit.default)


def _constant(code: str, grade_class: str) -> float:
    return float(LIMITS[code].default_a if grade_class == "A" else LIMITS[code].default)
