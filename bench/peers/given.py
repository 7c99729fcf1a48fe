"""Read what both peers are given besides the month's files (``bench/history.py`` writes it)."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GRADES = ("A1", "A2", "B1", "B2", "C")


@dataclass(frozen=True)
class Given:
    """Hold the month, earlier runs and extracts, models, approved grades, thresholds."""

    month: int
    runs: dict[int, Path]
    extracts: dict[int, dict[str, list[str]]]
    model: dict[str, Any]
    model_before: dict[str, Any] | None
    reference: dict[str, Any] | None
    approved: dict[str, str]
    approved_before: dict[str, str]
    thresholds: dict[str, dict[str, tuple[float, str]]]

    @property
    def first_day(self) -> dt.date:
        """Return the month's first day."""
        return first_day(self.month)

    @property
    def last_day(self) -> dt.date:
        """Return the month's last day."""
        return first_day(self.month + 1) - dt.timedelta(days=1)

    @property
    def off_net_factor(self) -> float:
        """Return days of the year over twelve times the days of the month (standard month)."""
        days = 366 if calendar.isleap(self.first_day.year) else 365
        return days / (self.last_day.day * 12)

    def mart(self, months_back: int, name: str) -> Path | None:
        """Return the Parquet file of an earlier month's mart."""
        folder = self.runs.get(self.month - months_back)
        return folder / f"{name}.parquet" if folder else None


def first_day(index: int) -> dt.date:
    """Return the first day of a month by its index (year × 12 + month)."""
    return dt.date((index - 1) // 12, (index - 1) % 12 + 1, 1)


def read_given(path: Path) -> Given:
    """Read ``given.json``."""
    said = json.loads(path.read_text())
    return Given(
        month=said["month"],
        runs={int(index): Path(folder) for index, folder in said["runs"].items()},
        extracts={int(index): kinds for index, kinds in said["extracts"].items()},
        model=said["model"],
        model_before=said["model_before"],
        reference=said["reference"],
        approved=said["approved"],
        approved_before=said["approved_before"],
        thresholds=said["thresholds"],
    )


def working_days(index: int) -> int:
    """Count the working days of a month: Monday to Friday, holidays out, swapped days in."""
    with (ROOT / "fixtures" / "working_days.csv").open() as lines:
        said = {dt.date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(lines)}
    day, count = first_day(index), 0
    while day < first_day(index + 1):
        count += said.get(day) == "workday" or (day not in said and day.weekday() < 5)
        day += dt.timedelta(days=1)
    return count
