"""Read marts as frames, add rows up again, and name the cells in which two tables differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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
        for place in table.index.difference(other.index)
        if (table.loc[place].fillna(0) != 0).any()
    ]
    if odd:
        yield f"{name}: rows {odd[:5]}"
    both = found.index.intersection(expected.index)
    found, expected = found.loc[both], expected.loc[both]
    for measure in expected.columns:
        a, b = found[measure], expected[measure]
        same = ((a - b).abs() < 1e-4) if measure in INEXACT else (a == b)
        wrong = ~(same.fillna(False) | (a.isna() & b.isna()))
        for place in list(wrong[wrong].index)[:3]:
            yield f"{name} {place} {measure}: {a[place]} instead of {b[place]}"


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
