"""Lay the stored evidence of months out for a replay 历史回测: one list of groups, then arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from alerts.evidence import MEASURES, Evidence, evidence_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MONTHS_AFTER = 3
INCOME_LEFT = 0.7
_RANKS = {"A1": 0.0, "A2": 1.0, "B1": 2.0, "B2": 3.0, "C": 4.0}
READ = ("group_code", "account_manager_code", "effective_grade", "total_income_li")


@dataclass(frozen=True)
class Panel:
    """Hold the stored evidence of consecutive months, oldest first, over one list of groups.

    ``n_lead`` months at the start only say what repeats. A month that is not published, or has no
    evidence, is None. ``income`` and ``rank`` are groups × months; nan: not there, not rated.
    """

    months: tuple[int, ...]
    n_lead: int
    evidence: tuple[Evidence | None, ...]
    groups: tuple[Ints, ...]
    people: tuple[Ints, ...]
    codes: tuple[str, ...]  # account managers
    income: Floats
    rank: Floats

    @property
    def judged(self) -> range:
        """Return the places of the months that count."""
        return range(self.n_lead, len(self.months))

    @cached_property
    def present(self) -> Bools:
        """Tell which group is there in which month."""
        found = np.zeros(self.income.shape, dtype=np.bool_)
        for at, groups in enumerate(self.groups):
            found[groups, at] = True
        return found

    def is_mature(self, at: int) -> bool:
        """Tell whether all that counts as following a month is known."""
        after = range(at + 1, at + 1 + MONTHS_AFTER)
        return after[-1] < len(self.months) and all(self.evidence[k] is not None for k in after)

    @cached_property
    def lead(self) -> NDArray[np.int8]:
        """Return the months until a group of a month was lost, shrank or fell; 0: not within 3."""
        found = np.zeros(self.income.shape, dtype=np.int8)
        for at in range(len(self.months)):
            if not self.is_mature(at):
                continue
            for after in range(MONTHS_AFTER, 0, -1):
                found[self._followed(at, at + after), at] = after
        return found

    def _followed(self, at: int, then: int) -> Bools:
        income, rank = self.income, self.rank
        with np.errstate(invalid="ignore"):
            lost = ~self.present[:, then]
            shrank = (income[:, at] > 0) & (income[:, then] <= INCOME_LEFT * income[:, at])
            fell = rank[:, then] > rank[:, at]
        return np.asarray(self.present[:, at] & (lost | shrank | fell))


def panel_of(tables: Mapping[int, pa.Table | None], n_lead: int) -> Panel:
    """Lay stored evidence out over one list of groups; ``tables`` by month, None where missing."""
    months = tuple(sorted(tables))
    known = [tables[month] for month in months]
    there = [table for table in known if table is not None]
    groups, group_codes = _numbered(there, "group_code")
    people, person_codes = _numbered(there, "account_manager_code")
    nothing = np.zeros(0, dtype=np.int64)
    own = iter(zip(groups, people, there, strict=True))
    laid = [next(own) if table is not None else (nothing, nothing, None) for table in known]
    shape = (len(group_codes), len(months))
    income, rank = np.full(shape, np.nan), np.full(shape, np.nan)
    for at, (which, _, table) in enumerate(laid):
        if table is not None:
            income[which, at] = table["total_income_li"].cast(pa.float64()).to_numpy()
            rank[which, at] = _ranks(table)
    return Panel(
        months=months,
        n_lead=n_lead,
        evidence=tuple(_evidence(table) if table is not None else None for table in known),
        groups=tuple(each[0] for each in laid),
        people=tuple(each[1] for each in laid),
        codes=person_codes,
        income=income,
        rank=rank,
    )


def _evidence(table: pa.Table) -> Evidence:
    return evidence_of(table, [name for name in MEASURES if name in table.column_names])


def _numbered(tables: Sequence[pa.Table], name: str) -> tuple[list[Ints], tuple[str, ...]]:
    """Number the texts of a column over all tables at once."""
    if not tables:
        return [], ()
    chunks = pa.chunked_array([table[name].combine_chunks() for table in tables], pa.string())
    whole = chunks.combine_chunks().dictionary_encode()
    numbers = np.asarray(whole.indices.to_numpy(), dtype=np.int64)
    ends = np.cumsum([len(table) for table in tables])[:-1]
    return np.split(numbers, ends), tuple(whole.dictionary.to_pylist())


def _ranks(table: pa.Table) -> Floats:
    encoded = table["effective_grade"].combine_chunks().dictionary_encode()
    ranks = np.array([_RANKS.get(each, np.nan) for each in encoded.dictionary.to_pylist()] or [0.0])
    return np.asarray(ranks[encoded.indices.to_numpy(zero_copy_only=False)])
