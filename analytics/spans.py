"""Say what a set of sums gives away: which unknowns follow from linear equations; pure.

Equations Σ c·x = known, over unknowns x. An unknown is *determined* when its unit vector lies in
the span of the rows: in reduced row echelon form, exactly when a row is that unit vector. The sum
of two unknowns is determined when both vectors together lie in the span.

Arithmetic is exact in the integers modulo the prime 2³¹ − 1. Coefficients are −1, 0, 1 and the
rows are a few chained sums, so no determinant that could occur is a multiple of that prime.
Equations that share no unknown are solved apart, which keeps each system small.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Generic, TypeAlias, TypeVar

P = 2**31 - 1
Unknown = TypeVar("Unknown", bound=tuple[str, ...])
Row: TypeAlias = dict[Unknown, int]


class Equations(Generic[Unknown]):
    """Hold a system in reduced form: pivot → row, the pivot's own coefficient being 1."""

    def __init__(self, rows: Sequence[Mapping[Unknown, int]]) -> None:
        """Reduce the rows; the answers depend on their span alone, not on their order."""
        self._rows: dict[Unknown, Row[Unknown]] = {}
        self._users: dict[Unknown, set[Unknown]] = {}  # unknown → pivots whose rows hold it
        for row in sorted(rows, key=len):
            self._add(row)

    def _add(self, given: Mapping[Unknown, int]) -> None:
        row = {key: value % P for key, value in given.items()}
        for key in [key for key in row if key in self._rows]:
            _subtract(row, self._rows[key], row[key])
        if not row:
            return
        # the rarest unknown as pivot keeps the other rows short
        pivot = min(row, key=lambda key: (len(self._users.get(key, ())), key))
        inverse = pow(row[pivot], -1, P)
        row = {key: value * inverse % P for key, value in row.items()}
        for other in sorted(self._users.get(pivot, ())):
            self._replace(other, row, pivot)
        self._put(pivot, row)

    def _replace(self, other: Unknown, row: Row[Unknown], pivot: Unknown) -> None:
        changed = self._rows[other]
        for key in changed:
            self._users[key].discard(other)
        _subtract(changed, row, changed[pivot])
        self._put(other, changed)

    def _put(self, pivot: Unknown, row: Row[Unknown]) -> None:
        self._rows[pivot] = row
        for key in row:
            self._users.setdefault(key, set()).add(pivot)

    def determined(self) -> frozenset[Unknown]:
        """Return the unknowns that follow from the equations."""
        return frozenset(pivot for pivot, row in self._rows.items() if len(row) == 1)

    def sums_of_two(self, candidates: Collection[Unknown]) -> Iterator[tuple[Unknown, Unknown]]:
        """Yield pairs among the candidates whose sum follows though neither does alone."""
        rests: dict[frozenset[tuple[Unknown, int]], Unknown] = {}
        for key in sorted(candidates):
            rest = self._rest(key)
            if not rest:
                continue
            opposite = frozenset((other, -value % P) for other, value in rest)
            if opposite in rests:
                yield rests[opposite], key
            rests[rest] = key

    def _rest(self, key: Unknown) -> frozenset[tuple[Unknown, int]]:
        """Return what is left of an unknown beside what the equations say; empty: determined."""
        if key not in self._rows:
            return frozenset({(key, 1)})
        row = self._rows[key]
        return frozenset((other, -value % P) for other, value in row.items() if other != key)


def _subtract(row: Row[Unknown], other: Mapping[Unknown, int], factor: int) -> None:
    """Take ``factor`` times another row away, in place; what vanishes leaves."""
    for key, value in other.items():
        left = (row.get(key, 0) - factor * value) % P
        if left:
            row[key] = left
        else:
            row.pop(key, None)
