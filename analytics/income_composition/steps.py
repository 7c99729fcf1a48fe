"""Decide in the month run which units' fee amounts management may not read 小单元屏蔽."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from analytics.masking import ANY, Key, Size, masked_units
from warehouse.context import RunContext

COLUMNS = (
    "level",
    "city_code",
    "county_code",
    "account_manager_code",
    "industry_code",
    "grade",
    "size_band",
    "n_groups",
    "n_no_member",
)


def mask_step(ctx: RunContext) -> int:
    """Write one row a unit: masked or not; return the number of rows."""
    whole = ctx.read("org_month", COLUMNS).to_pylist()
    sizes = sizes_of(
        row
        for row in whole
        if (row["industry_code"], row["grade"], row["size_band"]) == ("*", "*", -1)
    )
    hidden = masked_units(sizes)
    rows = [
        {
            "month": ctx.month.index,
            "level": key[0],
            "city_code": key[1],
            "county_code": key[2],
            "account_manager_code": key[3],
            "masked": int(key in hidden),
        }
        for key in sizes
    ]
    names = ("month", "level", "city_code", "county_code", "account_manager_code", "masked")
    columns: dict[str, Any] = {name: [row[name] for row in rows] for name in names}
    return ctx.write("org_mask", pa.table(columns))


def sizes_of(rows: Iterable[Mapping[str, Any]]) -> dict[Key, Size]:
    """Return the number of groups behind each unit; account managers by county and by city."""
    sizes: dict[Key, Size] = {}
    for row in rows:
        n_groups = int(row["n_groups"] or 0)
        size = Size(n_groups, n_groups - int(row["n_no_member"] or 0))
        city, county, person = row["city_code"], row["county_code"], row["account_manager_code"]
        sizes[row["level"], city, county, person] = size
        if row["level"] == "account_manager":
            in_city: Key = ("account_manager", city, ANY, person)
            known = sizes.get(in_city, Size(0, 0))
            sizes[in_city] = Size(
                known.n_groups + size.n_groups, known.n_with_members + size.n_with_members
            )
    return sizes
