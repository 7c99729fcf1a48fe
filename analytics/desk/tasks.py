"""Shape what waits for an account manager today 今日待办; pure values, urgent ones first.

urgency 0 = late or bad, 1 = soon, 2 = when there is time. Within one urgency the kinds stand in
their order, by day where they have one, else the largest first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "alert", "returned", "expiring", "contract", "arrears", "birthday", "no_use", "followed"
]  # fmt: skip
KINDS: tuple[Kind, ...] = (
    "alert",
    "returned",
    "expiring",
    "contract",
    "arrears",
    "followed",
    "birthday",
    "no_use",
)
TONES = ("bad", "warn", "calm")
CONTRACT_DAYS = 90
CONTRACT_SOON_DAYS = 30
BIRTHDAY_DAYS = 14
LONG_ARREARS_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Task:
    """Be one line: kind, sentence, the exact place it leads to, how many things stand behind it.

    ``size`` orders lines of one kind without a day (money in 厘, members); it is not shown.
    """

    kind: Kind
    urgency: int
    text: str
    url: str
    group_code: str = ""
    group_name: str = ""
    count: int = 1
    due: dt.date | None = None
    size: float = 0.0
    step: str = ""  # what one does about it, where the kind's own word does not say it

    @property
    def tone(self) -> str:
        """Return the urgency as the colour's name."""
        return TONES[self.urgency]


def in_order(tasks: Iterable[Task]) -> tuple[Task, ...]:
    """Return the lines, the most urgent first."""
    return tuple(sorted(tasks, key=_place))


def _place(task: Task) -> tuple[int, int, dt.date, float, str]:
    day = task.due or dt.date.max
    return (task.urgency, KINDS.index(task.kind), day, -task.size, task.group_code)


def counted(tasks: Iterable[Task]) -> dict[Kind, int]:
    """Return how many lines there are of each kind, in the order of the kinds."""
    listed = list(tasks)
    counts = {kind: sum(task.kind == kind for task in listed) for kind in KINDS}
    return {kind: n for kind, n in counts.items() if n}


def birthdays(today: dt.date, days: int = BIRTHDAY_DAYS) -> dict[str, dt.date]:
    """Return month-day → the coming day it falls on; in common years 02-29 falls on 02-28."""
    coming = [today + dt.timedelta(days=step) for step in range(days + 1)]
    found = {f"{day:%m-%d}": day for day in coming}
    for day in coming:
        if (day.month, day.day) == (2, 28) and not _is_leap(day.year):
            found["02-29"] = day
    return found


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def urgency_of_contract(left: int) -> int:
    """Return how urgent a contract is that ends in some days."""
    return 0 if left <= CONTRACT_SOON_DAYS else 1


def urgency_of_arrears(months: int | None) -> int:
    """Return how urgent arrears 欠费 of some months are."""
    return 0 if (months or 0) >= LONG_ARREARS_MONTHS else 1
