"""Read the raw value of an indicator from columns of ``group_month``.

A raw value is one float per group in the unit that the maps of a model are written in (money in 元,
the off-net rate as a ratio). Missing is NaN, never 0. Every division has a fixed order, so the same
facts give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.indicator import Indicator
from core.money import LI_PER_YUAN
from core.month import Month

Floats = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]  # column of group_month → float64, NaN where null
Dimension = Literal["income", "attributes", "influence"]


@dataclass(frozen=True, slots=True)
class ScoreIndicator:
    """Be one scored indicator 评分指标: its declaration, columns and reading.

    ``grid`` counts the smallest steps in one raw unit (1000 厘 in 1 元): the answers of "points to
    the next grade" lie on that grid, so that they are values a group can really have.
    """

    indicator: Indicator
    dimension: Dimension
    columns: tuple[str, ...]
    read: Callable[[Columns, Month], Floats]
    grid: int = 1

    @property
    def code(self) -> str:
        """Return the stable code used in models, marts and the API."""
        return self.indicator.code


def plain(column: str) -> Callable[[Columns, Month], Floats]:
    """Read a column as it stands."""

    def read(columns: Columns, month: Month) -> Floats:
        return np.asarray(columns[column], dtype=np.float64)

    return read


def yuan(column: str) -> Callable[[Columns, Month], Floats]:
    """Read a column of 厘 as 元."""

    def read(columns: Columns, month: Month) -> Floats:
        return np.asarray(columns[column], dtype=np.float64) / LI_PER_YUAN

    return read


def read_off_net_ratio(columns: Columns, month: Month) -> Floats:
    """Return the member off-net rate 成员离网率 of a standard month; NaN without members.

    Source: definitions §2, L / ((N(m−1) + N(m)) / 2) / (d·12/D).
    """
    lost = np.asarray(columns["n_off_net"], dtype=np.float64)
    both = np.asarray(columns["n_members_prev"], dtype=np.float64) + columns["n_members"]
    rate = np.full(both.shape, np.nan)
    np.divide(2.0 * lost, both, out=rate, where=both > 0)
    return np.asarray(rate * month.n_days_in_year / (month.n_days * 12), dtype=np.float64)
