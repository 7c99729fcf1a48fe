"""Assess the month as a capable analyst would with pandas.

    python bench/peers/pandas_month.py INPUT BEFORE OUT DSN

Reads the CSV files with declared types, decides who owns repeated members, sums by group, compares
with last month's members, scores with the same default weights on capped log scales, sums by city,
county, account manager, grade, industry and size, and brings groups and totals into Postgres
through COPY. No gate, no explanation, no alerts, no elasticity.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import psycopg2

FEES = ["roaming", "new_business", "long_distance", "local", "package", "other"]
COUNTS = ["n_members", "n_valid", "n_vnet", "n_stopped", "n_gone"]
MONEY = ["personal_bill_li", "unified_pay_li", "ict_li", "total_income_li", *FEES]
UNITS = (["city_code"], ["city_code", "county_code"], ["account_manager_code"])
DIMENSIONS = ([], ["grade"], ["industry"], ["size"], ["grade", "industry", "size"])


def read(source: Path, kind: str, money: list[str]) -> pd.DataFrame:
    """Read one file; codes are text, money becomes integer 厘."""
    text = {"group_code": str, "member_id": str, "snapshot_cohort": str, "tariff_code": str}
    frame = pd.read_csv(source / f"{kind}.csv", dtype=text, encoding="utf-8-sig")
    for column in money:
        frame[column] = (frame[column].fillna(0) * 1000).round().astype("int64")
    return frame


def owned(members: pd.DataFrame, shown: pd.Series) -> pd.DataFrame:
    """Keep every member row but those of groups that do not own their member."""
    members = members[members.is_test.fillna(0) == 0]
    repeated = members[members.member_id.duplicated(keep=False) & members.group_code.isin(shown)]
    ranked = repeated.sort_values(
        ["is_primary", "joined_on", "group_code"], ascending=[False, True, True], na_position="last"
    )
    return members.drop(ranked.index[ranked.member_id.duplicated()])


def by_member(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum members by group."""
    rows = rows.assign(
        is_member=rows.status != "cancelled",
        used=(rows.mo_minutes + rows.mt_minutes + rows.calls + rows.data_mb + rows.sms) > 0,
        personal_bill_li=rows[FEES].sum(axis=1) - rows.paid_by_group,
        is_stopped=rows.status.isin(["arrears_stop", "lost", "pre_cancel"]),
    )
    rows["n_valid"] = rows.is_member & rows.used
    rows["n_vnet"] = rows.is_member & (rows.vnet == 1)
    named = rows.rename(columns={"is_member": "n_members", "is_stopped": "n_stopped"})
    wanted = ["n_members", "n_valid", "n_vnet", "n_stopped", "personal_bill_li", *FEES]
    return named.groupby("group_code")[wanted].sum()


def by_order(orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Sum subscriptions by group."""
    since, until = products.valid_from.fillna("1900-01-01"), products.valid_to.fillna("2999-01-01")
    valid = products[(since <= "2026-10-31") & (until >= "2026-10-01")]
    newest = valid.sort_values("valid_from").drop_duplicates("product_code", keep="last")
    scope = newest.set_index("product_code").ict_scope
    its_scope = orders.product_code.map(scope)
    is_group = orders.payer == "group"
    is_ict = (its_scope == "all") | ((its_scope == "unified_only") & is_group)
    orders = orders.assign(
        unified_pay_li=orders.amount.where(is_group, 0), ict_li=orders.amount.where(is_ict, 0)
    )
    return orders.groupby("group_code")[["unified_pay_li", "ict_li"]].sum()


def gone(before: str, members: pd.DataFrame, shown: pd.Series) -> pd.Series:
    """Count last month's members that are no longer in their group."""
    last = pd.read_parquet(before, columns=["group_code", "member_id", "status", "is_test"])
    last = last[(last.status != "cancelled") & ~last.is_test.fillna(False).astype(bool)]
    now = members.loc[
        (members.status != "cancelled") & members.group_code.isin(shown),
        ["group_code", "member_id"],
    ]
    both = last.merge(now, on=["group_code", "member_id"], how="left", indicator=True)
    return both[both._merge == "left_only"].groupby("group_code").size()


def scored(groups: pd.DataFrame) -> pd.DataFrame:
    """Give points, score, grade and size."""

    def capped(column: pd.Series, top: float) -> pd.Series:
        return (np.log1p(column.clip(lower=0)) / np.log1p(top) * 100).clip(upper=100)

    score = (
        0.15 * capped(groups.unified_pay_li, 5e7)
        + 0.20 * capped(groups.ict_li, 5e7)
        + 0.15 * capped(groups.personal_bill_li, 5e7)
        + 0.07 * capped(groups.employees.fillna(0), 1000)
        + 0.06 * capped(groups.n_vnet, 500)
        + 0.09 * groups.influence.fillna(0)
        + 0.06 * groups.tax_score.fillna(0)
        + 0.04 * groups.informatisation_level.fillna(0) * 20
    )
    grade = pd.cut(score, [-1, 45, 60, 75, 85, 101], labels=["C", "B2", "B1", "A2", "A1"])
    size = pd.cut(groups.n_members, [-1, 0, 9, 49, 199, 999, 10**9], labels=range(6))
    return groups.assign(score=score, grade=grade.astype(str), size=size.astype(int))


def totals(groups: pd.DataFrame) -> pd.DataFrame:
    """Sum by unit and dimension."""
    parts = [
        groups.groupby([*unit, *dimension])[[*COUNTS, *MONEY]].sum().reset_index()
        for unit in UNITS
        for dimension in DIMENSIONS
    ]
    return pd.concat(parts)


def load(frame: pd.DataFrame, table: str, dsn: str) -> None:
    """Copy a frame into a new table."""
    types = {"i": "bigint", "f": "double precision"}
    columns = ", ".join(f"{n} {types.get(t.kind, 'text')}" for n, t in frame.dtypes.items())
    buffer = io.StringIO()
    frame.to_csv(buffer, index=False, header=False)
    buffer.seek(0)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({columns})")
        cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT csv)", buffer)
        if "group_code" in frame:
            cursor.execute(f"CREATE INDEX ON {table} (group_code)")


def main(source: Path, before: str, out: Path, dsn: str) -> None:
    """Read, sum, score, load."""
    out.mkdir(parents=True, exist_ok=True)
    groups = read(source, "groups", ["arrears"])
    groups = groups[groups.status.isin(["on_net", "silent"]) & (groups.is_test.fillna(0) == 0)]
    members = read(source, "members", [*FEES, "paid_by_group"])
    members.to_parquet(out / "members.parquet")
    mine = owned(members, groups.group_code)
    result = groups.set_index("group_code")
    result = result.join(by_member(mine))
    orders = read(source, "subscriptions", ["amount"])
    result = result.join(by_order(orders, read(source, "products", [])))
    result["n_gone"] = gone(before, mine, groups.group_code)
    filled = ["n_members", "n_valid", "n_vnet", "n_stopped", "n_gone", "personal_bill_li", *FEES]
    filled += ["unified_pay_li", "ict_li"]
    result[filled] = result[filled].fillna(0).astype("int64")
    result["total_income_li"] = result.personal_bill_li + result.unified_pay_li
    result = scored(result).reset_index()
    result.sort_values("group_code").to_csv(out / "totals.csv", index=False)
    load(result, "pandas_group", dsn)
    load(totals(result), "pandas_totals", dsn)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
