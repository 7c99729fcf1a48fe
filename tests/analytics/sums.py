"""Add the parts of every unit up again, independently of the SQL that did it for the marts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from tests.analytics import sums_marts
from tests.analytics.sums_frames import PLACE, added, differing, frame, up_the_levels
from tests.analytics.sums_groups import DIMENSIONS, GRADES, groups_of, per_group
from warehouse.mart_models import OrgMonth
from warehouse.marts import ORG_MONTH
from warehouse.models import MonthRun
from warehouse.pinned import settings_of

WHOLE: dict[str, Any] = {"industry_code": "*", "grade": "*", "size_band": -1}
#: Not added up over units: the operator's income of a whole unit comes from its own extract.
DECLARED = ("operating_income_li",)
MEASURES = [
    each.name
    for each in ORG_MONTH.columns
    if each.name not in (*ORG_MONTH.keys, "month", *DECLARED)
]
FEES = ["roaming_li", "new_business_li", "long_distance_li", "local_li", "package_li", "other_li"]


def differences(run: int) -> list[str]:
    """Return every unit and measure of a run that is not the sum of its parts."""
    rows = frame(OrgMonth.objects.in_run(run), *ORG_MONTH.keys, *MEASURES, *DECLARED)
    # grades approved since stand as rows of their own: the truth is the sum over rows
    org = added(rows, ORG_MONTH.keys, [*MEASURES, *DECLARED]).reset_index()
    groups = groups_of(run)
    few = settings_of(MonthRun.objects.get(pk=run).inputs)["few_members"]
    whole = _rolled(org)
    return [
        *_groups_to_units(org, per_group(groups, few)),
        *_levels(org),
        *_across_the_dimensions(org),
        *_parts_of_a_row(org),
        *_operating_income(whole),
        *sums_marts.products(run, groups),
        *sums_marts.flows(run),
        *sums_marts.elasticities(run),
        *sums_marts.concentration(run, whole),
    ]


def _rolled(rows: pd.DataFrame, *kept: str) -> pd.DataFrame:
    for dimension, total in WHOLE.items():
        is_total = rows[dimension] == total
        rows = rows[~is_total] if dimension in kept else rows[is_total]
    return rows


def _groups_to_units(org: pd.DataFrame, parts: pd.DataFrame) -> Iterator[str]:
    """Hold account managers, and the finest cells of the counties, to their groups."""
    assert {*MEASURES} == {*parts.columns} - {*PLACE, *DIMENSIONS}
    managers = _rolled(org)
    managers = managers[managers["level"] == "account_manager"]
    found, expected = added(managers, PLACE, MEASURES), added(parts, PLACE, MEASURES)
    yield from differing("groups → account manager", found, expected)
    cells = _rolled(org, *DIMENSIONS)
    keys = [*PLACE[:2], *DIMENSIONS]
    found = added(cells[cells["level"] == "county"], keys, MEASURES)
    yield from differing("groups → cells of a county", found, added(parts, keys, MEASURES))


def _levels(org: pd.DataFrame) -> Iterator[str]:
    for kept in [(), *((name,) for name in WHOLE), tuple(WHOLE)]:
        yield from up_the_levels("org_month", _rolled(org, *kept), kept, MEASURES)


def _across_the_dimensions(org: pd.DataFrame) -> Iterator[str]:
    whole = _rolled(org)
    for kept in [*((name,) for name in WHOLE), tuple(WHOLE)]:
        parts = _rolled(org, *kept)
        levels = parts["level"].unique()
        keys = ["level", *PLACE]
        expected = added(whole[whole["level"].isin(levels)], keys, MEASURES)
        name = f"org_month whole = Σ by {'×'.join(kept)}"
        yield from differing(name, added(parts, keys, MEASURES), expected)


def _parts_of_a_row(org: pd.DataFrame) -> Iterator[str]:
    """Yield where incomes, fees, payers, grades and score bands do not make up their whole."""
    sums = {
        "total_income_li": ["unified_pay_li", "personal_bill_li"],
        "ict_li": ["unified_ict_li", "personal_ict_li", "outsider_ict_li"],
        "n_groups": [f"n_effective_{grade.lower()}" for grade in GRADES],
        "n_rated": [name for name in MEASURES if name.startswith("score_band_")],
    }
    zero = org.fillna(dict.fromkeys(MEASURES, 0.0))
    for whole, parts in sums.items():
        # a whole is unknown only with one of its parts: a kind of files that did not come
        known = org[whole].notna() | org[parts].notna().all(axis=1)
        wrong = zero[known & (zero[parts].sum(axis=1) != zero[whole])]
        yield from (f"{whole} ≠ Σ {parts[:2]}… in {row.level}" for row in wrong.itertuples())
    bill = zero[FEES].sum(axis=1) - zero["paid_by_group_li"]
    wrong = zero[bill != zero["personal_bill_li"]]
    yield from (f"personal_bill_li ≠ Σ fees − paid in {row.level}" for row in wrong.itertuples())
    suggested = zero[[f"n_suggested_{grade.lower()}" for grade in GRADES]].sum(axis=1)
    if (suggested != zero["n_groups"]).any():
        yield "n_groups ≠ Σ suggested grades"


def _operating_income(whole: pd.DataFrame) -> Iterator[str]:
    known = whole[["level", "operating_income_li"]].dropna()
    province, cities = (known[known["level"] == level] for level in ("province", "city"))
    yield from differing(
        "operating income",
        added(province, [], ["operating_income_li"]),
        added(cities, [], ["operating_income_li"]),
    )
