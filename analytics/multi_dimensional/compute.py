"""Arrange sums by two dimensions 透视: rows, columns, totals that reconcile; pure.

total(i) = Σ_j cell(i,j), total(j) = Σ_i cell(i,j), total = Σ_i Σ_j cell(i,j); a measure not
known in any cell of a line is not known in its total (null), and is never taken for 0. A cell
without groups is 0, unless nobody knows the measure at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

DIMENSIONS = ("city", "grade", "industry", "size_band")
Value = int | None


@dataclass(frozen=True, slots=True)
class PivotRow:
    """Be one line of the pivot table; ``code`` is empty on the totals line."""

    code: str
    name: str
    cells: Mapping[str, Value] = field(default_factory=dict)

    @property
    def total(self) -> Value:
        """Return the sum of the line."""
        return added(self.cells.values())


@dataclass(frozen=True, slots=True)
class Pivot:
    """Be a pivot: codes and names of rows and columns in their own order, and the cells."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[PivotRow, ...]
    total: PivotRow


def added(values: Iterable[Value]) -> Value:
    """Add what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def combined(sums: Mapping[str, Value], terms: Mapping[str, int]) -> Value:
    """Compute a measure from its columns; None while one of them is not known."""
    total = 0
    for column, sign in terms.items():
        value = sums.get(column)
        if value is None:
            return None
        total += sign * value
    return total


def pivot_of(
    cells: Mapping[tuple[str, str], Value],
    rows: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    total_name: str = "",
) -> Pivot:
    """Arrange the cells; rows and columns without any cell are left out."""
    used_rows, used_columns = {row for row, _ in cells}, {column for _, column in cells}
    kept = tuple(each for each in columns if each[0] in used_columns)
    none = 0 if any(value is not None for value in cells.values()) else None
    lines = tuple(
        PivotRow(code, name, {column: cells.get((code, column), none) for column, _ in kept})
        for code, name in rows
        if code in used_rows
    )
    total = {column: added(line.cells[column] for line in lines) for column, _ in kept}
    return Pivot(kept, lines, PivotRow("", total_name, total))


def axes_of(rows: str, columns: str, open_dimensions: Sequence[str]) -> tuple[str, str]:
    """Return two different dimensions of those that are open, as near to what was asked."""
    first = rows if rows in open_dimensions else open_dimensions[0]
    others = [each for each in open_dimensions if each != first]
    return first, columns if columns in others else others[0]
