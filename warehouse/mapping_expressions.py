"""Evaluate the column expressions of a mapping file, a chunk of rows at a time.

An expression turns source cells (text) into contract cells (text or ``None`` for missing); what
the text means is the gate's business. Sums are exact decimals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

Cells = Sequence[str | None]
Chunk = Mapping[str, Cells]
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


@dataclass(frozen=True, slots=True)
class Expression:
    """Say where one contract column comes from.

    Exactly one of ``column``, ``constant``, ``join``, ``sum`` or ``row_number`` is the source;
    then ``scale``, ``map``/``default`` and ``prefix`` are applied, in that order.
    """

    column: str = ""
    constant: str | None = None
    join: tuple[Expression, ...] = ()
    separator: str = ""
    sum: tuple[tuple[str, Decimal], ...] = ()
    row_number: bool = False
    scale: Decimal | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    default: str | None = None
    prefix: str = ""
    unit: str = ""

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the source columns it needs."""
        own = (self.column,) if self.column else ()
        return (*own, *(n for n, _ in self.sum), *(s for part in self.join for s in part.sources))

    @property
    def is_plain(self) -> bool:
        """Say whether it only renames a column."""
        return bool(self.column) and self == Expression(column=self.column, unit=self.unit)


def parse_expression(value: Any, maps: Mapping[str, Any]) -> Expression:
    """Build an expression from its TOML form; ``maps`` are the file's named value maps.

    Raises:
        ValueError: when it has no source, two sources, or a key that means nothing.
    """
    if isinstance(value, str) or type(value) is int:
        return Expression(column=str(value))  # a number is a position, for files without a header
    if not isinstance(value, dict):
        raise ValueError(f"“{value}”不是列的来源")
    unknown = set(value) - set(Expression.__dataclass_fields__)
    if unknown:
        raise ValueError(f"列的来源中有不认识的键：{'、'.join(sorted(unknown))}")
    fields = dict(value)
    if sum(key in fields for key in ("column", "constant", "join", "sum", "row_number")) != 1:
        raise ValueError("列的来源应恰好是 column、constant、join、sum、row_number 之一")
    if "constant" in fields:
        constant = fields["constant"]
        fields["constant"] = str(constant).lower() if isinstance(constant, bool) else str(constant)
    if "join" in fields:
        fields["join"] = tuple(parse_expression(part, maps) for part in fields["join"])
    if "sum" in fields:
        fields["sum"] = tuple((name, Decimal(str(w))) for name, w in fields["sum"].items())
    if "scale" in fields:
        fields["scale"] = Decimal(str(fields["scale"]))
    if "map" in fields:
        fields["map"] = _value_map(fields["map"], maps)
    return Expression(**fields)


def _value_map(value: Any, maps: Mapping[str, Any]) -> dict[str, str]:
    found = maps.get(value) if isinstance(value, str) else value
    if not isinstance(found, dict):
        raise ValueError(f"没有名为“{value}”的取值对照（[maps.{value}]）")
    return {str(k): str(v) for k, v in found.items()}


def evaluate(
    expression: Expression, chunk: Chunk, n_rows: int, first_row: int, thousands: str = ""
) -> Cells:
    """Return the contract cells of a chunk; ``first_row`` is its first row's 1-based number."""
    cells = _source(expression, chunk, n_rows, first_row, thousands)
    if expression.scale is not None:
        scale = [expression.scale]
        cells = [_weighted((cell,), scale, thousands) for cell in cells]
    if expression.map:
        table, default = expression.map, expression.default
        cells = [
            None
            if c is None and default is None
            else table.get(_key(c), c if default is None else default)
            for c in cells
        ]
    elif expression.default is not None:
        cells = [expression.default if cell is None else cell for cell in cells]
    if expression.prefix:
        cells = [None if cell is None else expression.prefix + cell for cell in cells]
    return cells


def _key(cell: str | None) -> str:
    return "" if cell is None else cell.strip()


def _source(
    expression: Expression, chunk: Chunk, n_rows: int, first_row: int, thousands: str
) -> Cells:
    if expression.column:
        return chunk[expression.column]
    if expression.row_number:
        return [str(n) for n in range(first_row, first_row + n_rows)]
    if expression.join:
        parts = [evaluate(part, chunk, n_rows, first_row, thousands) for part in expression.join]
        return [_joined(row, expression.separator) for row in zip(*parts, strict=True)]
    if expression.sum:
        columns = [chunk[name] for name, _ in expression.sum]
        weights = [weight for _, weight in expression.sum]
        return [_weighted(row, weights, thousands) for row in zip(*columns, strict=True)]
    return [expression.constant] * n_rows


def _joined(parts: tuple[str | None, ...], separator: str) -> str | None:
    given = [part.strip() for part in parts if part is not None]
    return separator.join(given) if len(given) == len(parts) else None


def _weighted(cells: tuple[str | None, ...], weights: list[Decimal], thousands: str) -> str | None:
    """Sum exactly; a cell that is no number spoils the sum, so that the gate rejects the row."""
    if all(cell is None for cell in cells):
        return None
    total = Decimal(0)
    for cell, weight in zip(cells, weights, strict=True):
        if cell is not None:
            number = exact_number(cell, thousands)
            if number is None:
                return f"?{cell}"
            total += number * weight
    return f"{total:f}"


def exact_number(text: str, thousands: str = "") -> Decimal | None:
    """Read a plain number exactly; ``None`` for anything else (currency, NaN, 1_000, 1e3)."""
    bare = unicodedata.normalize("NFKC", text).strip()
    if thousands and thousands in bare:
        whole, _, fraction = bare.partition(".")
        groups = whole.lstrip("+-").split(thousands)
        if not 1 <= len(groups[0]) <= 3 or any(len(part) != 3 for part in groups[1:]):
            return None
        bare = whole.replace(thousands, "") + ("." + fraction if fraction else "")
    return Decimal(bare) if _NUMBER.fullmatch(bare) else None
