"""Declare the input contracts 接口规范: what each kind of monthly extract 月度清单 must look like.

One contract a kind, one column a field; the gate, the mapping, the staged Parquet and the papers
all read it here. The declarations themselves stand in ``contract_kinds.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CellType(StrEnum):
    """Name what a cell holds; decides reading, staged type and staged name."""

    CODE = "code"  # a permanent code: letters, digits, _ . -
    OPAQUE = "opaque"  # an opaque identifier such as member_id: visible ASCII
    TEXT = "text"
    ENUM = "enum"
    MONEY = "money"  # staged as bigint 厘, name + _li
    DECIMAL = "decimal"  # staged as bigint thousandths, name + _milli
    INTEGER = "integer"
    NUMBER = "number"  # staged as double
    DATE = "date"
    BOOL = "bool"
    MONTH_DAY = "month_day"  # MM-DD
    MONTH = "month"  # checked against the declared month, never staged


SQL_TYPES: Final[Mapping[CellType, str]] = {
    CellType.MONEY: "BIGINT",
    CellType.DECIMAL: "BIGINT",
    CellType.INTEGER: "BIGINT",
    CellType.NUMBER: "DOUBLE",
    CellType.DATE: "DATE",
    CellType.BOOL: "BOOLEAN",
}
STAGED_SUFFIX: Final[Mapping[CellType, str]] = {CellType.MONEY: "_li", CellType.DECIMAL: "_milli"}


@dataclass(frozen=True, slots=True)
class Column:
    """Be one column 字段 of a contract.

    ``aliases`` are Chinese (or usual English) headers that mean this column; ``choices`` maps an
    enumeration's codes to the Chinese words that may stand for them.
    """

    name: str
    type: CellType
    label: str
    required: bool = False
    aliases: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lowest: float | None = None
    highest: float | None = None

    @property
    def staged(self) -> str:
        """Return the name in the staged Parquet (``roaming`` → ``roaming_li``)."""
        return self.name + STAGED_SUFFIX.get(self.type, "")

    @property
    def sql_type(self) -> str:
        """Return the staged type."""
        return SQL_TYPES.get(self.type, "VARCHAR")

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes of an enumeration."""
        return tuple(code for code, _ in self.choices)


@dataclass(frozen=True, slots=True)
class Contract:
    """Be the contract 接口规范 of one kind of extract.

    ``key`` is the grain: two rows with the same key must be identical. ``monthly`` kinds (●) are
    required every month; the others carry over or are optional. ``parent`` kinds hang on a group.
    """

    kind: str
    label: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    monthly: bool = False
    reference: bool = False
    small: bool = True
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def of_group(self) -> bool:
        """Say whether each row belongs to a group and is not the group itself."""
        return self.kind != "groups" and self.columns[0].name == "group_code"

    @property
    def by_name(self) -> dict[str, Column]:
        """Return the columns by contract name."""
        return {column.name: column for column in self.columns}

    @property
    def staged(self) -> tuple[Column, ...]:
        """Return the columns that reach the staged Parquet, in their order."""
        return tuple(c for c in self.columns if c.type is not CellType.MONTH)

    @property
    def money(self) -> tuple[Column, ...]:
        """Return the money columns, whose sums are conserved."""
        return tuple(c for c in self.columns if c.type is CellType.MONEY)

    @property
    def unique(self) -> tuple[str, ...]:
        """Return the staged names of the key."""
        return tuple(self.by_name[name].staged for name in self.key)

    @property
    def sort_by(self) -> tuple[str, ...]:
        """Return the staged names to sort by: the key, then everything else.

        The key alone is enough where staging keeps it unique; only members are so many that the
        shorter sort matters.
        """
        if self.kind == "members":
            return self.unique
        return (*self.unique, *(c.staged for c in self.staged if c.staged not in self.unique))


def header_form(text: str) -> str:
    """Bring a header cell to the form in which headers are compared."""
    folded = text.replace("﻿", "").replace("（", "(").replace("）", ")").strip().strip('"').lower()
    return folded.replace(" ", "_").replace("　", "")


def header_names(contract: Contract) -> dict[str, str]:
    """Map every accepted header (name, label, alias) of a contract to its column name."""
    names: dict[str, str] = {}
    for column in contract.columns:
        for alias in (*column.aliases, column.label, column.name):
            names[header_form(alias)] = column.name
    return names


def kind_of_file(name: str, kinds: Mapping[str, Contract]) -> str | None:
    """Tell the kind from a file name: ``members.csv``, ``members_c01.csv.gz``.

    Returns:
        The longest kind the name starts with, or ``None``.
    """
    stem = name.lower().split(".")[0]
    fits = [k for k in kinds if stem == k or (stem.startswith(k) and stem[len(k)] in "_- ")]
    return max(fits, key=len, default=None)
