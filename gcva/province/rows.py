"""Keep many rows as equally long arrays: the shape of groups, members and orders."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Self, TypeVar

import numpy as np


@dataclass
class Rows:
    """Be a table of parallel numpy arrays, one field a column."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(getattr(self, fields(self)[0].name))

    def columns(self) -> dict[str, np.ndarray[Any, Any]]:
        """Return the columns by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def append(self, others: Self) -> None:
        """Add rows at the end."""
        for name, column in self.columns().items():
            setattr(self, name, np.concatenate([column, getattr(others, name)]))

    def keep(self, index: np.ndarray[Any, Any]) -> None:
        """Keep the rows of a mask, or rows in the order of positions."""
        for name, column in self.columns().items():
            setattr(self, name, column[index])


Table = TypeVar("Table", bound=Rows)


def combined(parts: list[Table]) -> Table:
    """Put tables of one shape below each other, into the first."""
    whole = parts[0]
    for part in parts[1:]:
        whole.append(part)
    return whole


def days_of(year: int, month: int, day: int) -> int:
    """Return a date as days since 1970."""
    return int(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))


def day_in_month(month_index: np.ndarray[Any, Any], day: np.ndarray[Any, Any]) -> Any:
    """Return the day (1–28) of months ``year * 12 + month`` as days since 1970."""
    months = (month_index - 1 - 1970 * 12).astype("datetime64[M]")
    return months.astype("datetime64[D]").astype(np.int64) + day - 1


def lognormal(rng: np.random.Generator, sigma: float | np.ndarray[Any, Any], count: int) -> Any:
    """Draw factors with mean 1."""
    return np.exp(sigma * rng.standard_normal(count) - np.square(sigma) / 2)


def at_random(rng: np.random.Generator, expected: np.ndarray[Any, Any]) -> Any:
    """Round expected counts to whole ones, up or down by chance, so that the mean is kept."""
    return np.floor(expected + rng.random(len(expected))).astype(np.int64)
