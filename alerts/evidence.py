"""Hold what the rules need of each group 预警依据, as arrays out of ``group_evidence``; no Django.

The month run writes the table once; the run itself, the preview and the backtest all judge these
same columns, so that a replay gives what was stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from alerts.thresholds import GRADE_CLASSES, Owners

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OWNER = ("city_code", "account_manager_code", "effective_grade")
#: What each threshold's rules read.
STATE = ("n_abnormal", "state_base", "state_share", "state_lower", "state_median")
CALLS = ("n_members", "n_call_history", "call_level", "call_median", "call_z", "n_silent_members")
OTHERS = (
    "grade_steps",
    "unified_pay_li",
    "unified_prev_li",
    "contract_days",
    "n_ict_stopped",
    "n_ict_before",
    "arrears_li",
    "arrears_months",
)
MEASURES = (*STATE, *CALLS, *OTHERS)
READ_BY = {
    "state_share": STATE,
    "state_jump": STATE,
    "min_members": (*STATE, *CALLS),
    "call_change": CALLS,
    "silent_share": CALLS,
    "grade_steps": ("grade_steps",),
    "unified_fall": ("unified_pay_li", "unified_prev_li"),
    "contract_days": ("contract_days",),
    "ict_products": ("n_ict_stopped", "n_ict_before"),
    "arrears_months": ("arrears_li", "arrears_months"),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Hold the measures as floats (nan = unknown), one entry a group, and whose each group is."""

    columns: dict[str, Floats]
    owners: Owners

    def __len__(self) -> int:
        return len(self.owners.city)

    def __getitem__(self, name: str) -> Floats:
        return self.columns[name]


def evidence_of(table: pa.Table, names: Sequence[str] = MEASURES) -> Evidence:
    """Lay a table of ``group_evidence`` out as arrays."""
    columns = {name: _floats(table[name]) for name in names}
    return Evidence(columns, owners_of(table))


def owners_of(table: pa.Table) -> Owners:
    """Number the cities, account managers and grade classes of a table's groups."""
    cities, city = _numbered(table["city_code"])
    people, person = _numbered(table["account_manager_code"])
    grades, grade = _numbered(table["effective_grade"])
    classes = [*GRADE_CLASSES]
    of_grade = [classes.index(each[0]) if each[:1] in classes else len(classes) for each in grades]
    grade_class = np.array([*of_grade, len(classes)], dtype=np.int64)[grade]
    return Owners(cities, people, city, person, grade_class)


def read_evidence(
    path: Path, names: Sequence[str], city_code: str = "", account_manager_code: str = ""
) -> pa.Table:
    """Read columns of a run's ``group_evidence``, all of it or one city's, one person's groups."""
    chosen = (("city_code", city_code), ("account_manager_code", account_manager_code))
    wanted = tuple(dict.fromkeys((*names, *OWNER)))
    table = pq.read_table(path, columns=list(wanted))
    for column, code in chosen:
        if code:
            table = table.filter(pc.equal(table[column], code))
    return table


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.cast(pa.float64()).to_numpy(), dtype=np.float64)


def _numbered(texts: pa.ChunkedArray) -> tuple[tuple[str, ...], Ints]:
    encoded = texts.combine_chunks().dictionary_encode()
    numbers = np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return tuple(encoded.dictionary.to_pylist()), numbers
