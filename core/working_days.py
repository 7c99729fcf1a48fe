"""Count working days 工作日: Monday to Friday, public holidays out, swapped days 调休 in."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from core.month import Month

DEFAULT_TABLE = Path(__file__).resolve().parent.parent / "fixtures" / "working_days.csv"
Kind = Literal["holiday", "workday"]


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Hold the days that differ from the weekday rule; a year without any is not covered."""

    exceptions: Mapping[dt.date, Kind]

    @property
    def years(self) -> frozenset[int]:
        """Return the years the table covers; other years fall back to Monday to Friday."""
        return frozenset(day.year for day in self.exceptions)

    def is_working(self, day: dt.date) -> bool:
        """Tell whether people work on a day."""
        kind = self.exceptions.get(day)
        return kind == "workday" or (kind is None and day.weekday() < 5)

    def n_in(self, month: Month) -> int:
        """Return the number of working days of a month; never 0 in a real calendar."""
        first = month.first_day
        return sum(self.is_working(first + dt.timedelta(days)) for days in range(month.n_days))

    def n_between(self, start: dt.date, end: dt.date) -> int:
        """Return the working days after ``start`` up to and with ``end``."""
        days = range(1, (end - start).days + 1)
        return sum(self.is_working(start + dt.timedelta(each)) for each in days)


@cache
def working_days(table: Path = DEFAULT_TABLE) -> WorkingDays:
    """Read the table of exceptions (``date,kind`` with kind holiday or workday)."""
    with table.open(encoding="utf-8") as lines:
        rows = csv.DictReader(lines)
        days = {dt.date.fromisoformat(row["date"]): _kind(row["kind"]) for row in rows}
    return WorkingDays(days)


def _kind(text: str) -> Kind:
    if text == "holiday":
        return "holiday"
    if text == "workday":
        return "workday"
    raise ValueError(f"not a kind of day: {text!r}")
