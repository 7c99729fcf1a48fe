"""Add the other totals by unit up again: products, elasticities, concentration, grade flows."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from tests.analytics.sums_frames import PLACE, added, differing, frame, up_the_levels
from warehouse.mart_models import (
    GradeFlowMonth,
    GroupElasticity,
    GroupProductMonth,
    OrgConcentration,
    OrgElasticity,
    OrgProductMonth,
)
from warehouse.marts import ORG_ELASTICITY, ORG_PRODUCT_MONTH

PAYERS = ["group_paid_li", "member_paid_li", "outsider_paid_li"]
REFUSALS = [f"n_x{n}" for n in range(1, 7)]
CLASSES = [
    "n_inelastic", "n_elastic", "n_undetermined", "n_near_zero", "n_wrong_sign", "n_unclassed",
]  # fmt: skip


def products(run: int, groups: pd.DataFrame) -> Iterator[str]:
    """Hold every product of every unit to the groups that use it."""
    measures = [
        each.name
        for each in ORG_PRODUCT_MONTH.columns
        if each.type == "bigint" and each.name not in ORG_PRODUCT_MONTH.keys
    ]
    org = frame(OrgProductMonth.objects.in_run(run), *ORG_PRODUCT_MONTH.keys, *measures)
    if org.empty:
        return
    units = org[(org["industry_code"] == "*") & (org["size_band"] == -1)]
    yield from up_the_levels("products", units, ["product_code"], measures)
    province = added(units[units["level"] == "province"], ["product_code"], measures)
    found = added(org[org["industry_code"] != "*"], ["product_code"], measures)
    yield from differing("products whole = Σ industry×size", found, province)
    sums = [name for name in measures if name != "n_groups_using"]
    used = frame(GroupProductMonth.objects.in_run(run), "group_code", *PLACE, "product_code", *sums)
    shown = set(groups[groups["excluded_reason"] == ""]["group_code"])
    keys = [*PLACE, "product_code"]
    expected = added(used[used["group_code"].isin(shown)], keys, sums)
    managers = added(units[units["level"] == "account_manager"], keys, sums)
    yield from differing("groups → products", managers, expected)
    zero = org.fillna(dict.fromkeys(measures, 0.0))
    if (zero[PAYERS].sum(axis=1) != zero["amount_li"]).any():
        yield "amount_li ≠ Σ payers"


def flows(run: int) -> Iterator[str]:
    """Hold the grade flows of every unit to those below it."""
    keys = ["from_grade", "to_grade", "way"]
    rows = frame(GradeFlowMonth.objects.in_run(run), "level", *PLACE, *keys, "n_groups")
    if not rows.empty:
        yield from up_the_levels("grade flows", rows, keys, ["n_groups"])


def elasticities(run: int) -> Iterator[str]:
    """Hold the measured and refused groups of every unit and stream to the groups themselves."""
    measures = [each.name for each in ORG_ELASTICITY.columns if each.type == "bigint"]
    org = frame(OrgElasticity.objects.in_run(run), "level", *PLACE, "stream", *measures)
    if org.empty:
        return
    yield from up_the_levels("elasticity", org, ["stream"], measures)
    sums = ["income_li", "price_square_li", "income_cross_li", "quantity_cross_li"]
    each = frame(
        GroupElasticity.objects.in_run(run), *PLACE, "stream", "is_measured", "refusal", *sums
    )
    each["n_groups"], each["n_measured"] = 1.0, each["is_measured"]
    each["measured_income_li"] = each["income_li"] * each["is_measured"]
    for name in REFUSALS:
        each[name] = (each["refusal"].str.lower() == name[2:]).astype("Float64")
    counted = [name for name in measures if name not in CLASSES]
    keys = [*PLACE, "stream"]
    found = added(org[org["level"] == "account_manager"], keys, counted)
    yield from differing("groups → elasticity", found, added(each, keys, counted))
    for whole, parts in (("n_measured", CLASSES), ("n_groups", ["n_measured", *REFUSALS])):
        if (org[parts].sum(axis=1) != org[whole]).any():
            yield f"elasticity {whole} ≠ Σ {parts[:2]}…"


def concentration(run: int, org: pd.DataFrame) -> Iterator[str]:
    """Hold the last point of every unit's curve (all its groups) to the unit's own totals."""
    rows = frame(
        OrgConcentration.objects.in_run(run),
        "level", *PLACE, "point", "n_groups", "n_top", "income_li", "top_li",
    )  # fmt: skip
    whole = rows[rows["point"] == 20]
    keys = ["level", *PLACE]
    expected = org[org["level"].isin(set(whole["level"])) & (org["n_groups"] > 0)]
    expected = expected.rename(columns={"total_income_li": "income_li"})
    expected = added(expected, keys, ["n_groups", "income_li"]).fillna(0)
    yield from differing("concentration", added(whole, keys, expected.columns), expected)
    if (whole["top_li"] != whole["income_li"]).any() or (whole["n_top"] != whole["n_groups"]).any():
        yield "concentration: the last point is not the whole"
