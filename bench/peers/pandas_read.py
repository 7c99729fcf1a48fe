"""Read a month's files with pandas, check every line, report, keep what is good.

``read_csv`` infers numbers; a column in which it met something else is coerced, so that the bad
cells are known. Money becomes integer 厘 (``_li``), decimals integer thousandths (``_milli``).
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from warehouse.contract_kinds import KINDS
from warehouse.contracts import CellType, Column, Contract

TEXTS = (CellType.CODE, CellType.OPAQUE, CellType.TEXT, CellType.MONTH, CellType.MONTH_DAY)
THOUSANDTHS = (CellType.MONEY, CellType.DECIMAL)
Frames = dict[str, pd.DataFrame]


def read(path: Path, contract: Contract) -> pd.DataFrame:
    """Read one file: codes and texts as text, enumerations as categories."""
    types = {column.name: "str" for column in contract.columns if column.type in TEXTS}
    types |= {c.name: "category" for c in contract.columns if c.type is CellType.ENUM}
    return pd.read_csv(path, dtype=types, encoding="utf-8-sig")


def read_month(source: Path, out: Path, month: str) -> Frames:
    """Read and check every file; write ``report.json`` and ``rejects.csv``."""
    raw = {path.stem: read(path, KINDS[path.stem]) for path in sorted(source.glob("*.csv"))}
    findings = []
    for kind, frame in raw.items():
        findings += check(frame, KINDS[kind], month)
    findings += check_references(raw)
    found = pd.DataFrame(findings, columns=["kind", "column", "problem", "line"])
    found = found.explode("line").dropna(subset=["line"])
    found.assign(line=found.line + 2).to_csv(out / "rejects.csv", index=False)
    kept, report = {}, {}
    for kind, frame in raw.items():
        bad = found.line[found.kind == kind].unique()
        kept[kind] = to_integers(frame.drop(index=bad) if len(bad) else frame, KINDS[kind])
        counts = found[found.kind == kind].groupby(["column", "problem"]).size()
        report[kind] = {
            "in": len(frame),
            "kept": len(kept[kind]),
            "findings": [f"{' '.join(place)}: {n}" for place, n in counts.items()],
        }
    (out / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1))
    return kept


def check(frame: pd.DataFrame, contract: Contract, month: str) -> list[tuple]:
    """Return what is wrong with a file's cells, months and keys; dates are parsed on the way."""
    found = []
    for column in contract.columns:
        if column.name in frame:
            found += [(column.name, *each) for each in check_column(frame, column)]
    found.append(("month", "other_month", frame.month != month))
    if contract.kind == "members":
        neither = frame.activated_on.isna() & frame.tenure_months.isna()
        found.append(("activated_on", "missing", neither))
    found.append((contract.key[0], "repeated", frame.duplicated(list(contract.key))))
    return [
        (contract.kind, column, problem, frame.index[bad].to_list())
        for column, problem, bad in found
        if bad.any()
    ]


def check_column(frame: pd.DataFrame, column: Column) -> list[tuple[str, pd.Series]]:
    """Return which cells of a column are missing, unknown, of another type, or out of range."""
    cells, found = frame[column.name], []
    if column.required:
        found.append(("missing", cells.isna()))
    if column.type is CellType.ENUM:
        found.append(("unknown", cells.notna() & ~cells.isin(column.codes)))
    elif column.type is CellType.DATE:
        frame[column.name] = pd.to_datetime(cells, format="%Y-%m-%d", errors="coerce")
        found.append(("type", frame[column.name].isna() & cells.notna()))
    elif column.type is CellType.BOOL:
        found.append(("type", cells.notna() & ~cells.isin([0, 1])))
    elif column.type not in TEXTS and not pd.api.types.is_numeric_dtype(cells):
        frame[column.name] = pd.to_numeric(cells, errors="coerce")
        found.append(("type", frame[column.name].isna() & cells.notna()))
    if column.lowest is not None:
        found.append(("too_low", frame[column.name] < column.lowest))
    if column.highest is not None:
        found.append(("too_high", frame[column.name] > column.highest))
    return found


def check_references(raw: Frames) -> list[tuple]:
    """Return the lines that name a unit or a group that does not exist."""
    units, groups = raw["org_units"], raw["groups"]
    cities = units.code[units.level == "city"]
    known = {
        ("groups", "city_code"): cities,
        ("account_managers", "city_code"): cities,
        ("operating_income", "unit_code"): units.code[units.level != "grid"],
        ("members", "group_code"): groups.group_code[groups.status != "off_net"],
    }
    for kind, contract in KINDS.items():
        if contract.of_group and kind != "members":
            known[kind, "group_code"] = groups.group_code
    found = []
    for (kind, column), codes in known.items():
        bad = ~raw[kind][column].isin(codes)
        if bad.any():
            found.append((kind, column, "reference", raw[kind].index[bad].to_list()))
    return found


def to_integers(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """Make money and decimals integers and flags booleans, under their staged names."""
    columns = {}
    for column in contract.columns:
        if column.name not in frame:
            continue
        cells = frame[column.name]
        if column.type in THOUSANDTHS:
            thousandths = (cells * 1000).round()
            cells = thousandths.astype("Int64" if cells.hasnans else "int64")
        elif column.type is CellType.BOOL:
            cells = cells.fillna(0).astype(bool)
        columns[column.staged] = cells
    return pd.DataFrame(columns)
