"""Read marts as frames, add rows up again, and name the cells in which two tables differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

PLACE = ["city_code", "county_code", "account_manager_code"]
LEVELS = (
    ("account_manager", "county", PLACE[:2]),
    ("county", "city", PLACE[:1]),
    ("city", "province", []),
)
#: Sums of floats and of scores rounded to 1e-6; everything else is compared to the unit.
INEXACT = ("score_sum", "price_square_li", "income_cross_li", "quantity_cross_li")


def frame(rows: Any, *columns: str) -> pd.DataFrame:
    """Read rows of a mart, whole numbers whole, unknown ones unknown."""
    read = pd.DataFrame.from_records(rows.values_list(*columns), columns=list(columns))
    return read.apply(lambda c: c.astype(object) if _is_text(c) else c.astype("Float64"))


def _is_text(column: pd.Series) -> bool:
    return any(isinstance(value, str) for value in column.head(500))


def added(rows: pd.DataFrame, by: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """Sum measures; a sum of nothing known is unknown."""
    keys = list(by) or [pd.Series("all", index=rows.index)]
    return rows.groupby(keys)[list(measures)].sum(min_count=1).sort_index()


def differing(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each cell in which two tables differ; a row of noughts may be absent."""
    odd = [
        place
        for table, other in ((found, expected), (expected, found))
        for place in _rows_of_something(table.loc[table.index.difference(other.index)])
    ]
    if odd:
        yield f"{name}: rows {odd[:5]}"
    both, measures = found.index.intersection(expected.index), list(expected.columns)
    found, expected = found.loc[both, measures], expected.loc[both]
    # all cells at once: with a Series for each of a hundred measures most time goes to indexes
    a, b = (each.to_numpy(dtype=float, na_value=np.nan) for each in (found, expected))
    inexact = np.array([measure in INEXACT for measure in measures])
    same = np.where(inexact, np.abs(a - b) < 1e-4, a == b) | (np.isnan(a) & np.isnan(b))
    for column in np.flatnonzero(~same.all(axis=0)):
        for row in np.flatnonzero(~same[:, column])[:3]:
            place, cells = both[row], (found.iat[row, column], expected.iat[row, column])
            yield f"{name} {place} {measures[column]}: {cells[0]} instead of {cells[1]}"


def _rows_of_something(table: pd.DataFrame) -> list[Any]:
    """Return the places of the rows that are not all unknown or noughts."""
    cells = np.nan_to_num(table.to_numpy(dtype=float, na_value=np.nan))
    return list(table.index[cells.any(axis=1)])


def up_the_levels(
    name: str, rows: pd.DataFrame, keys: Sequence[str], measures: Sequence[str]
) -> Iterator[str]:
    """Hold each level of a mart to the sum of the level below, for every key."""
    levels = set(rows["level"])
    for lower, upper, place in LEVELS:
        if lower not in levels:
            continue
        below, above = (rows[rows["level"] == level] for level in (lower, upper))
        by = [*place, *keys]
        found, expected = added(above, by, measures), added(below, by, measures)
        yield from differing(
            f"{name} {lower} → {upper} by {'×'.join(keys) or 'unit'}", found, expected
        )
