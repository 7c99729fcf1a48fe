"""Draw today's to-do 今日待办 up once for the home card, the page and the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from accounts import policies
from accounts.scope import Scope, Selection
from analytics.desk.desk import Desk
from analytics.desk.sources import SOURCES
from analytics.desk.tasks import Kind, Task, counted, in_order
from analytics.desk.words import LABELS, STEPS
from analytics.reading import Reading
from core.month import Month
from core.parts import Words


@dataclass(frozen=True, slots=True)
class Line:
    """Be one line as drawn."""

    task: Task
    label: Words
    step: Words


@dataclass(frozen=True, slots=True)
class Part:
    """Be one kind with its number of lines, for the choice above the list."""

    kind: str
    label: Words
    n: int


def has_desk(scope: Scope, selection: Selection) -> bool:
    """Tell whether there is a desk here: at one account manager, for readers of single groups."""
    at_person = selection.level == "account_manager" and not scope.is_management
    return at_person and policies.may(scope, "home", "rows", selection)


class DeskReading:
    """Hold one desk; the sources are asked once."""

    def __init__(self, reading: Reading, today: dt.date) -> None:
        """Take who reads, and the day."""
        self.desk = Desk(reading, today)

    @property
    def today(self) -> dt.date:
        """Return the day the list is for."""
        return self.desk.today

    @property
    def month(self) -> Month:
        """Return the month whose data it follows from."""
        return self.desk.month

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Return every line, the most urgent first."""
        return in_order(task for source in SOURCES for task in source(self.desk))

    @cached_property
    def counts(self) -> Mapping[Kind, int]:
        """Return the number of lines by kind."""
        return counted(self.tasks)

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return the kinds that have lines."""
        return tuple(Part(kind, LABELS[kind], n) for kind, n in self.counts.items())

    def n_of(self, kind: str) -> int:
        """Return how many lines there are of one kind, or of all."""
        return sum(kind in ("", task.kind) for task in self.tasks)

    def lines(self, kind: str = "", most: int | None = None) -> tuple[Line, ...]:
        """Return the lines of one kind, or of all."""
        wanted = [task for task in self.tasks if kind in ("", task.kind)]
        return tuple(
            Line(task, LABELS[task.kind], task.step or STEPS[task.kind]) for task in wanted[:most]
        )
