"""Count in scanned rows what the row reader notes as it goes: empty amounts, leading zeros."""

from __future__ import annotations

from warehouse.contracts import CellType, Column
from warehouse.gate_ledger import Place
from warehouse.gate_stage import Stage
from warehouse.store import quoted


def note_scanned(stage: Stage) -> None:
    """Enter the normalisations (N) of the scanned rows in the ledger."""
    for part, query in zip(stage.typed, stage.scanned(), strict=True):
        noted = [
            (column, code, condition)
            for column in stage.contract.staged
            if column.name in part.source.expressions
            for code, condition in _conditions(column)
        ]
        if not noted:
            continue
        counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, _, condition in noted)
        row = stage.connection.execute(f"SELECT {counts} FROM ({query})").fetchone()
        for (column, code, _), n in zip(noted, row or (), strict=True):
            if n:
                shown = part.source.file.shown
                stage.ledger.note(code, Place(stage.contract.kind, shown, None, column.name), n)


def _conditions(column: Column) -> list[tuple[str, str]]:
    name = quoted(column.staged)
    if column.required and column.type in (CellType.MONEY, CellType.DECIMAL):
        return [("empty_amount", f"{name} IS NULL")]
    if column.type in (CellType.CODE, CellType.OPAQUE):
        return [("leading_zeros", f"starts_with({name}, '0') AND length({name}) > 1")]
    return []
