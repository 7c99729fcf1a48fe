"""Compare a month's grades under the model in force with those under another 试算; pure.

before, after ∈ {A1 … C, NR} per group; moved = before ≠ after;
income moved = Σ total income of the moved groups; PSI over bands of five points (``stability``).
Row i is a group in every array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.grades import GRADE_CODES
from scoring.stability import population_stability

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

N_GRADES = len(GRADE_CODES)
BAND = 5.0
N_BANDS = 20
FEW_GROUPS = 3  # fewer are single groups, whose amounts are not totals


@dataclass(frozen=True, slots=True)
class UnitMoves:
    """Count what moves in one unit; ``before`` and ``after`` are groups per grade, A1 … C, NR."""

    code: str
    city_code: str
    n_groups: int
    n_up: int
    n_down: int
    income_moved_li: int | None  # None: not for this reader
    before: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def n_moved(self) -> int:
        """Return how many groups change their grade; to or from "not rated" counts as a fall."""
        return self.n_up + self.n_down


@dataclass(frozen=True, slots=True)
class Moves:
    """Hold a whole comparison: ``groups[i][j]`` and ``income_li[i][j]`` from grade i to grade j."""

    groups: tuple[tuple[int, ...], ...]
    income_li: tuple[tuple[int, ...], ...]
    whole: UnitMoves
    cities: tuple[UnitMoves, ...]
    account_managers: tuple[UnitMoves, ...]
    psi: float | None
    n_suggested_moved: int

    @property
    def income_of_many_li(self) -> int | None:
        """Return the income that moves; None where it would be that of one or two groups."""
        return None if 0 < self.whole.n_moved < FEW_GROUPS else self.whole.income_moved_li


def compare_grades(
    *,
    before: Ints,
    after: Ints,
    suggested_before: Ints,
    suggested_after: Ints,
    scores_before: Floats,
    scores_after: Floats,
    income_li: Ints,
    city_codes: Sequence[str],
    account_manager_codes: Sequence[str],
) -> Moves:
    """Compare grades (ranks) group by group and sum them up by unit."""
    pair = before * N_GRADES + after
    n_pairs = N_GRADES * N_GRADES
    groups = np.bincount(pair, minlength=n_pairs).reshape(N_GRADES, N_GRADES)
    income = _sums(pair, income_li, n_pairs).reshape(N_GRADES, N_GRADES)
    cities, managers = np.asarray(city_codes), np.asarray(account_manager_codes)
    rows = _Rows(before, after, income_li)
    city_names, city_of = np.unique(cities, return_inverse=True)
    manager_names, firsts, manager_of = np.unique(managers, return_index=True, return_inverse=True)
    return Moves(
        groups=_tuples(groups),
        income_li=_tuples(income),
        whole=rows.by_unit(np.zeros(before.size, dtype=np.int64), [""], [""])[0],
        cities=rows.by_unit(city_of, city_names.tolist(), city_names.tolist()),
        account_managers=rows.by_unit(manager_of, manager_names.tolist(), cities[firsts].tolist()),
        psi=population_stability(_bands(scores_before), _bands(scores_after)),
        n_suggested_moved=int((suggested_before != suggested_after).sum()),
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Be what is summed: grades and income, one row a group."""

    before: Ints
    after: Ints
    income_li: Ints

    def by_unit(
        self, which: Ints, codes: Sequence[str], cities: Sequence[str]
    ) -> tuple[UnitMoves, ...]:
        """Sum up by unit; ``which`` numbers each group's unit."""
        n = len(codes)
        moved = self.before != self.after
        then, now = (
            np.bincount(which * N_GRADES + grades, minlength=n * N_GRADES).reshape(n, N_GRADES)
            for grades in (self.before, self.after)
        )
        up = np.bincount(which[self.after < self.before], minlength=n)
        down = np.bincount(which[self.after > self.before], minlength=n)
        income = _sums(which[moved], self.income_li[moved], n)
        return tuple(
            UnitMoves(
                code=str(code),
                city_code=str(cities[i]),
                n_groups=int(then[i].sum()),
                n_up=int(up[i]),
                n_down=int(down[i]),
                income_moved_li=int(income[i]),
                before=tuple(then[i].tolist()),
                after=tuple(now[i].tolist()),
            )
            for i, code in enumerate(codes)
        )


def _sums(which: Ints, values: Ints, n: int) -> Ints:
    """Sum integers by number, exactly."""
    sums = np.zeros(n, dtype=np.int64)
    np.add.at(sums, which, values)
    return sums


def _bands(scores: Floats) -> list[int]:
    """Count scores per band; what is not rated is in none."""
    rated = scores[~np.isnan(scores)]
    band = np.minimum((rated // BAND).astype(np.int64), N_BANDS - 1)
    return [int(n) for n in np.bincount(band, minlength=N_BANDS)]


def _tuples(table: Ints) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())
