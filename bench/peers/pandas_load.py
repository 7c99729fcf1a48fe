"""Write marts as Parquet for the months to come and bring them into Postgres through COPY."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd

from bench.peers.postgres_tables import create, index
from warehouse.marts import MARTS, Mart

WHOLE = ("smallint", "int", "bigint")
#: What a later month reads again.
KEPT = ("group_month", "group_result", "group_product_month", "group_stream_month", "group_alert",
        "member_duplicate")  # fmt: skip


def fitted(frame: pd.DataFrame, mart: Mart) -> pd.DataFrame:
    """Return a mart's columns in their order, whole numbers as such, texts without a gap."""
    columns = {}
    for column in mart.columns:
        cells = frame[column.name]
        if column.type in WHOLE and cells.dtype != "int64":
            cells = cells.astype("float64").astype("Int64")
        elif column.type == "text":
            cells = cells.fillna("")
        columns[column.name] = cells
    return pd.DataFrame(columns)


def load(frame: pd.DataFrame, name: str, cursor, out: Path) -> None:
    """Fill one mart's table, index it, keep the file where later months read it."""
    mart = MARTS[name]
    frame = fitted(frame, mart).sort_values(list(mart.keys))
    if name in KEPT:
        frame.to_parquet(out / f"{name}.parquet")
    for column in mart.columns:
        if column.type == "float8[]":
            frame[column.name] = arrays(frame[column.name])
    frame.insert(0, "run", 1)
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False)
    buffer.seek(0)
    table = create(cursor, mart, "pandas_peer")
    texts = ", ".join(column.name for column in mart.columns if column.type == "text")
    options = f"FORMAT csv, FREEZE, FORCE_NOT_NULL ({texts})"
    cursor.copy_expert(f"COPY {table} FROM STDIN ({options})", buffer)
    index(cursor, mart, table)


def arrays(lists: pd.Series) -> pd.Series:
    """Write lists of numbers as Postgres reads them."""
    rows = np.stack(lists.to_numpy()).tolist() if len(lists) else []
    texts = ["{" + ",".join(map(str, row)).replace("nan", "NULL") + "}" for row in rows]
    return pd.Series(texts, index=lists.index, dtype="str")
