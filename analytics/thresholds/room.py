"""Put the thresholds of one place together once for page and API 阈值设置."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils.translation import gettext as _

from alerts.rules import LIMITS, rules_of
from alerts.threshold_models import ThresholdChange
from alerts.threshold_queries import book_for, log_of
from alerts.threshold_words import (
    class_name,
    level_name,
    limit_name,
    range_said,
    rule_name,
    source_said,
    value_said,
)
from alerts.thresholds import ACCOUNT_MANAGER, CITY, GRADE_CLASSES, PROVINCE, Book, InForce
from analytics.queries import names_of
from analytics.thresholds.place import ThresholdPlace
from core import formats
from core.month import Month

ROOM = "thresholds"
N_LOG = 200
PLANNED_MONTHS = 24
#: Percent is what people type: 15, not 0.15.
PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Cell:
    """Be one threshold in force for one class."""

    grade_class: str
    found: InForce
    value: str
    source: str
    start: str
    is_own: bool
    planned: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """Be one threshold with what is in force for each class."""

    code: str
    name: str
    rules: str
    allowed: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class LogLine:
    """Be one change in the log 变更记录."""

    change: ThresholdChange
    name: str
    where: str
    grade_class: str
    said: str
    month: str
    person: str
    at: str
    may_undo: bool


@dataclass(frozen=True)
class ThresholdsReading:
    """Hold what one place's page shows in one month; everything is read at most once."""

    place: ThresholdPlace
    month: Month

    @cached_property
    def book(self) -> Book:
        """Return the thresholds in force in the month, as known today."""
        return book_for(self.month)

    @cached_property
    def later(self) -> tuple[Book, ...]:
        """Return the thresholds of the months in which something set already changes."""
        log = log_of(self.month.plus(PLANNED_MONTHS))
        months = sorted({each.from_month for each in log if each.from_month > self.month.index})
        return tuple(Book(log, month) for month in months)

    def in_force(self, code: str, grade_class: str) -> InForce:
        """Return the threshold in force here for a class."""
        place = self.place
        return self.book.value_of(code, grade_class, place.city_code, place.account_manager_code)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Return every threshold."""
        return tuple(self._row(code) for code in LIMITS)

    def _row(self, code: str) -> Row:
        allowed = self.book.range_of(code)
        return Row(
            code=code,
            name=limit_name(code),
            rules=("、" if formats.is_chinese() else ", ").join(map(rule_name, rules_of(code))),
            allowed=range_said(code, allowed.lowest, allowed.highest),
            cells=tuple(self._cell(code, name) for name in GRADE_CLASSES),
        )

    def _cell(self, code: str, grade_class: str) -> Cell:
        found = self.in_force(code, grade_class)
        start = Month.from_index(found.change.from_month) if found.change else None
        return Cell(
            grade_class=grade_class,
            found=found,
            value=value_said(code, found.value),
            source=source_said(found.level, ""),
            start=formats.month(start) if start else "",
            is_own=self.place.owns(found) and found.change is not None,
            planned=self._planned(code, grade_class, found.value),
        )

    def _planned(self, code: str, grade_class: str, now: float) -> str:
        """Say the next value that is set already, and from when; empty where none is."""
        for book in self.later:
            place = self.place
            value = book.value_of(
                code, grade_class, place.city_code, place.account_manager_code
            ).value
            if value != now:
                month = formats.month(Month.from_index(book.month))
                return _("{month}起 {value}").format(month=month, value=value_said(code, value))
        return ""

    @cached_property
    def changes(self) -> tuple[ThresholdChange, ...]:
        """Return the changes the reader may see, newest first."""
        rows = ThresholdChange.objects.select_related("created_by", "restores")
        return tuple(rows.filter(_readable(self.place))[:N_LOG])

    @cached_property
    def log(self) -> tuple[LogLine, ...]:
        """Return the log in words."""
        cities = names_of("city", [each.city_code for each in self.changes if each.city_code])
        people = names_of(
            "account_manager",
            [each.account_manager_code for each in self.changes if each.account_manager_code],
        )
        seen: set[tuple[object, ...]] = set()
        lines = []
        for change in self.changes:
            key = (
                change.code, change.level, change.city_code, change.account_manager_code,
                change.grade_class, change.lowest is None,
            )  # fmt: skip
            where = cities.get(change.city_code, "") or level_name(PROVINCE)
            if change.level == ACCOUNT_MANAGER:
                where = f"{where} · {people[change.account_manager_code]}"
            lines.append(_line(change, where, may_undo=key not in seen and self._mine(change)))
            seen.add(key)
        return tuple(lines)

    def _mine(self, change: ThresholdChange) -> bool:
        """Tell whether the reader may undo a change."""
        if not self.place.may_set:
            return False
        if change.level == PROVINCE:
            return self.place.level == PROVINCE
        return self.place.level != PROVINCE and self.place.scope.sees_city(change.city_code)

    @cached_property
    def overrides(self) -> tuple[LogLine, ...]:
        """Return the account managers' own values in force, for the city that may see them."""
        wanted = {
            change.version
            for (code, place, _class), change in self.book.rows.items()
            if place[0] == ACCOUNT_MANAGER and change.value is not None
        }
        return tuple(
            line
            for line in self.log
            if line.change.version in wanted and line.change.level == ACCOUNT_MANAGER
        )


def _readable(place: ThresholdPlace) -> Q:
    """Return the filter for the changes that act on the reader's groups."""
    if place.selection is None or place.scope.is_province:
        return Q() if not place.city_code else Q(level=PROVINCE) | Q(city_code=place.city_code)
    of_city = Q(level=CITY, city_code=place.city_code)
    people = Q(level=ACCOUNT_MANAGER, city_code=place.city_code)
    if not place.scope.sees_city(place.city_code):
        people &= Q(account_manager_code=place.account_manager_code)
    return Q(level=PROVINCE) | of_city | people


def _line(change: ThresholdChange, where: str, *, may_undo: bool) -> LogLine:
    if change.lowest is not None and change.highest is not None:
        said = _("允许范围 {range}").format(
            range=range_said(change.code, change.lowest, change.highest)
        )
    elif change.value is None:
        said = _("恢复继承上级")
    else:
        said = value_said(change.code, change.value)
    person = change.created_by
    return LogLine(
        change=change,
        name=limit_name(change.code),
        where=where,
        grade_class=class_name(change.grade_class),
        said=said,
        month=formats.month(change.month),
        person=person.get_full_name() if person else _("系统"),
        at=formats.moment(change.created_at),
        may_undo=may_undo,
    )


def shown(code: str, value: float) -> float:
    """Return a threshold as people type it: percent for shares, else the number."""
    return value if LIMITS[code].is_whole else round(value * PERCENT, 1)


def typed(code: str, value: float) -> float:
    """Return what people typed as it is stored."""
    return value if LIMITS[code].is_whole else value / PERCENT
