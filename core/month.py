"""Represent the billing month 账期: a calendar month as a value.

A month travels through files and marts as one integer, ``index = year * 12 + month`` (2026-10 is
24322), because both SQL engines and Postgres compare and subtract integers alike.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import total_ordering

_PATTERN = re.compile(r"^(\d{4})-?(0[1-9]|1[0-2])$")


@total_ordering
@dataclass(frozen=True, slots=True)
class Month:
    """Hold one billing month 账期."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse impossible months."""
        if not (1 <= self.month <= 12 and 1900 <= self.year <= 9999):
            raise ValueError(f"not a month: {self.year}-{self.month}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read ``2026-10`` or ``202610``.

        Raises:
            ValueError: if the text is neither.
        """
        found = _PATTERN.match(text.strip())
        if not found:
            raise ValueError(f"not a month: {text!r} (expected YYYY-MM)")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def from_index(cls, index: int) -> Month:
        """Turn ``year * 12 + month`` back into a month."""
        year, month = divmod(index - 1, 12)
        return cls(year, month + 1)

    @classmethod
    def of(cls, day: dt.date) -> Month:
        """Return the month a day belongs to."""
        return cls(day.year, day.month)

    @property
    def index(self) -> int:
        """Return ``year * 12 + month``, the form in which months are stored."""
        return self.year * 12 + self.month

    @property
    def first_day(self) -> dt.date:
        """Return the first day of the month."""
        return dt.date(self.year, self.month, 1)

    @property
    def last_day(self) -> dt.date:
        """Return the last day of the month ("end(m)" in the definitions)."""
        return dt.date(self.year, self.month, self.n_days)

    @property
    def n_days(self) -> int:
        """Return the number of days in the month."""
        return calendar.monthrange(self.year, self.month)[1]

    @property
    def n_days_in_year(self) -> int:
        """Return 365 or 366."""
        return 366 if calendar.isleap(self.year) else 365

    def plus(self, months: int) -> Month:
        """Return the month that many months later (negative: earlier)."""
        return Month.from_index(self.index + months)

    def __sub__(self, other: Month) -> int:
        """Return the number of months between two months."""
        return self.index - other.index

    def __lt__(self, other: Month) -> bool:
        """Order months by time."""
        return self.index < other.index

    def __str__(self) -> str:
        """Return ``2026-10``."""
        return f"{self.year:04d}-{self.month:02d}"
