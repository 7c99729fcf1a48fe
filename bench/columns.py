"""Say how each extract file is read when nothing is checked."""

from __future__ import annotations

from pathlib import Path

from warehouse.contract_kinds import KINDS
from warehouse.contracts import CellType

TYPES = {
    CellType.MONEY: "DECIMAL(18,3)",
    CellType.DECIMAL: "DECIMAL(18,3)",
    CellType.INTEGER: "BIGINT",
    CellType.NUMBER: "DOUBLE",
    CellType.DATE: "DATE",
    CellType.BOOL: "BOOLEAN",
}


def types_of(path: Path) -> dict[str, str]:
    """Return the SQL type of each column of a file, in its order."""
    header = path.open(encoding="utf-8-sig").readline().strip().split(",")
    contract = KINDS[path.stem].by_name
    return {
        name: TYPES.get(contract[name].type, "VARCHAR") if name in contract else "VARCHAR"
        for name in header
    }


def scan_of(path: Path) -> str:
    """Return a typed scan; money and decimals become integer thousandths."""
    types = types_of(path)
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    scan = f"read_csv('{path}', header = true, columns = {{{columns}}})"
    cells = ", ".join(
        f'CAST("{name}" * 1000 AS BIGINT) AS "{name}"' if kind == "DECIMAL(18,3)" else f'"{name}"'
        for name, kind in types.items()
    )
    return f"(SELECT {cells} FROM {scan})"
