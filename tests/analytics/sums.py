"""Add the parts of every unit up again, independently of the SQL that did it for the marts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from warehouse.mart_models import (
    GradeFlowMonth,
    GroupMonth,
    GroupProductMonth,
    GroupResult,
    OrgMonth,
    OrgProductMonth,
)
from warehouse.marts import GROUP_MEASURES, ORG_MONTH, ORG_PRODUCT_MONTH

WHOLE: dict[str, Any] = {"industry_code": "*", "grade": "*", "size_band": -1}
PLACE = ["city_code", "county_code", "account_manager_code"]
LEVELS = (
    ("account_manager", "county", PLACE[:2]),
    ("county", "city", PLACE[:1]),
    ("city", "province", []),
)
#: Not added up over units: the operator's income of a whole unit comes from its own extract.
DECLARED = ("operating_income_li",)
MEASURES = [
    each.name
    for each in ORG_MONTH.columns
    if each.name not in (*ORG_MONTH.keys, "month", *DECLARED)
]
#: Last month's figures and the fixed base keep the groups that were lost since.
OF_ALL = ("n_members_prev", "n_off_net", "n_left_group", "income_prev_li")
GRADES = ("a1", "a2", "b1", "b2", "c", "nr")


def frame(rows: Any, *columns: str) -> pd.DataFrame:
    """Read rows of a mart, whole numbers whole, unknown ones unknown."""
    read = pd.DataFrame.from_records(rows.values_list(*columns), columns=list(columns))
    return read.apply(lambda c: c.astype(object) if _is_text(c) else c.astype("Float64"))


def _is_text(column: pd.Series) -> bool:
    return any(isinstance(value, str) for value in column.head(500))


def added(rows: pd.DataFrame, by: Sequence[str], measures: Sequence[str]) -> pd.DataFrame:
    """Sum measures; a sum of nothing known is unknown."""
    keys = list(by) or [pd.Series("all", index=rows.index)]
    return rows.groupby(keys)[list(measures)].sum(min_count=1).sort_index()


def differing(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> Iterator[str]:
    """Yield a line for each cell in which two tables of the same keys differ."""
    if list(found.index) != list(expected.index):
        yield f"{name}: rows {sorted(set(found.index) ^ set(expected.index))[:5]}"
        return
    for measure in expected.columns:
        a, b = found[measure], expected[measure]
        same = ((a - b).abs() < 1e-6) if measure == "score_sum" else (a == b)
        wrong = ~(same.fillna(False) | (a.isna() & b.isna()))
        for place in list(wrong[wrong].index)[:3]:
            yield f"{name} {place} {measure}: {a[place]} instead of {b[place]}"


def differences(run: int) -> list[str]:
    """Return every unit and measure of a run that is not the sum of its parts."""
    org = frame(OrgMonth.objects.in_run(run), *ORG_MONTH.keys, *MEASURES, *DECLARED)
    groups = _groups(run)
    return [
        *_groups_to_managers(org, groups),
        *_up_the_levels("org_month", org, WHOLE, MEASURES),
        *_across_the_dimensions(org),
        *_parts_of_a_row(org),
        *_operating_income(org),
        *_products(run, groups),
        *_flows(run),
    ]


def _groups(run: int) -> pd.DataFrame:
    facts = frame(
        GroupMonth.objects.in_run(run),
        "group_code", *PLACE, "industry_code", "size_band", "excluded_reason",
        "is_arrived", "is_silent", "is_new", "is_lost", "is_returned", *GROUP_MEASURES,
    )  # fmt: skip
    results = frame(
        GroupResult.objects.in_run(run),
        "group_code", "score", "suggested_grade", "effective_grade",
    )  # fmt: skip
    facts = facts.merge(results, on="group_code", how="left")
    grades = {f"{name}_grade": "NR" for name in ("effective", "suggested")}
    return facts.fillna(grades)


def _per_group(groups: pd.DataFrame) -> pd.DataFrame:
    """Return what each group adds to the totals, by definition."""
    shown = groups["excluded_reason"] == ""
    parts = groups[PLACE].copy()
    parts["n_groups"] = shown.astype("Float64")
    parts["grade"] = groups["effective_grade"]
    for name in ("arrived", "silent"):
        parts[f"n_{name}"] = groups[f"is_{name}"] * shown
    for name, flag in (("n_new", "is_new"), ("n_lost_groups", "is_lost"),
                       ("n_returned", "is_returned")):  # fmt: skip
        parts[name] = groups[flag]
    for name in GROUP_MEASURES:
        counts = shown
        if name == "n_snapshot_base":
            counts = groups["excluded_reason"] != "test_group"
        parts[name] = groups[name] if name in OF_ALL else groups[name] * counts
    parts["n_no_member"] = (shown & (groups["n_members"] == 0)).astype("Float64")
    parts["n_rated"] = (shown & groups["score"].notna()).astype("Float64")
    parts["score_sum"] = (groups["score"] * shown).round(6)
    for which in ("effective", "suggested"):
        for grade in GRADES:
            here = shown & (groups[f"{which}_grade"] == grade.upper())
            parts[f"n_{which}_{grade}"] = here.astype("Float64")
    return parts


def _groups_to_managers(org: pd.DataFrame, groups: pd.DataFrame) -> Iterator[str]:
    parts = _per_group(groups)
    measures = [name for name in parts.columns if name not in (*PLACE, "grade")]
    rows = _rolled(org, WHOLE)
    found = rows[rows["level"] == "account_manager"].set_index(PLACE)[measures].sort_index()
    expected = added(parts, PLACE, measures)
    for name in ("score_sum",):
        expected[name] = expected[name].fillna(0.0)
    yield from differing("groups → account manager", found, expected)


def _rolled(rows: pd.DataFrame, whole: dict[str, Any], *kept: str) -> pd.DataFrame:
    for dimension, total in whole.items():
        is_total = rows[dimension] == total
        rows = rows[~is_total] if dimension in kept else rows[is_total]
    return rows


def _up_the_levels(
    mart: str, org: pd.DataFrame, whole: dict[str, Any], measures: Sequence[str]
) -> Iterator[str]:
    cuts = [(), *((name,) for name in whole), tuple(whole)]
    for kept in cuts:
        rows = _rolled(org, whole, *kept)
        for lower, upper, place in LEVELS:
            if lower == "account_manager" and kept not in ((), ("grade",)):
                continue
            below, above = (rows[rows["level"] == level] for level in (lower, upper))
            if above.empty and below.empty:
                continue
            keys = [*place, *kept]
            name = f"{mart} {lower} → {upper} by {'×'.join(kept) or 'unit'}"
            yield from differing(name, added(above, keys, measures), added(below, keys, measures))


def _across_the_dimensions(org: pd.DataFrame) -> Iterator[str]:
    whole = _rolled(org, WHOLE)
    for kept in [*((name,) for name in WHOLE), tuple(WHOLE)]:
        parts = _rolled(org, WHOLE, *kept)
        levels = parts["level"].unique()
        keys = ["level", *PLACE]
        expected = added(whole[whole["level"].isin(levels)], keys, MEASURES)
        name = f"org_month whole = Σ by {'×'.join(kept)}"
        yield from differing(name, added(parts, keys, MEASURES), expected)


def _parts_of_a_row(org: pd.DataFrame) -> Iterator[str]:
    """Yield where incomes, fees, payers, grades and score bands do not make up their whole."""
    fees = [
        "roaming_li",
        "new_business_li",
        "long_distance_li",
        "local_li",
        "package_li",
        "other_li",
    ]
    sums = {
        "total_income_li": ["unified_pay_li", "personal_bill_li"],
        "ict_li": ["unified_ict_li", "personal_ict_li", "outsider_ict_li"],
        "n_groups": [f"n_effective_{grade}" for grade in GRADES],
        "n_rated": [name for name in MEASURES if name.startswith("score_band_")],
    }
    zero = org.fillna(dict.fromkeys(MEASURES, 0.0))
    for whole, parts in sums.items():
        wrong = zero[zero[parts].sum(axis=1) != zero[whole]]
        yield from (f"{whole} ≠ Σ {parts[:2]}… in {row.level}" for row in wrong.itertuples())
    bill = zero[fees].sum(axis=1) - zero["paid_by_group_li"]
    wrong = zero[bill != zero["personal_bill_li"]]
    yield from (f"personal_bill_li ≠ Σ fees − paid in {row.level}" for row in wrong.itertuples())
    suggested = zero[[f"n_suggested_{grade}" for grade in GRADES]].sum(axis=1)
    if (suggested != zero["n_groups"]).any():
        yield "n_groups ≠ Σ suggested grades"


def _operating_income(org: pd.DataFrame) -> Iterator[str]:
    rows = _rolled(org, WHOLE)
    (whole,) = rows[rows["level"] == "province"]["operating_income_li"]
    cities = rows[rows["level"] == "city"]["operating_income_li"].sum(min_count=1)
    if not (whole == cities or (pd.isna(whole) and pd.isna(cities))):
        yield f"operating income: {whole} instead of {cities}"


def _products(run: int, groups: pd.DataFrame) -> Iterator[str]:
    measures = [
        each.name
        for each in ORG_PRODUCT_MONTH.columns
        if each.type == "bigint" and each.name not in ORG_PRODUCT_MONTH.keys
    ]
    org = frame(OrgProductMonth.objects.in_run(run), *ORG_PRODUCT_MONTH.keys, *measures)
    if org.empty:
        return
    units = org[(org["industry_code"] == "*") & (org["size_band"] == -1)]
    for lower, upper, place in LEVELS:
        below, above = (units[units["level"] == level] for level in (lower, upper))
        keys = [*place, "product_code"]
        name = f"products {lower} → {upper}"
        yield from differing(name, added(above, keys, measures), added(below, keys, measures))
    province = added(units[units["level"] == "province"], ["product_code"], measures)
    similar = org[org["industry_code"] != "*"]
    found = added(similar, ["product_code"], measures)
    yield from differing("products whole = Σ industry×size", found, province)
    sums = [name for name in measures if name != "n_groups_using"]
    used = frame(GroupProductMonth.objects.in_run(run), "group_code", "product_code", *sums)
    shown = set(groups[groups["excluded_reason"] == ""]["group_code"])
    expected = added(used[used["group_code"].isin(shown)], ["product_code"], sums)
    yield from differing("groups → products", province[sums], expected)
    payers = ["group_paid_li", "member_paid_li", "outsider_paid_li"]
    zero = org.fillna(dict.fromkeys(measures, 0.0))
    if (zero[payers].sum(axis=1) != zero["amount_li"]).any():
        yield "amount_li ≠ Σ payers"


def _flows(run: int) -> Iterator[str]:
    keys = ["from_grade", "to_grade", "way"]
    rows = frame(GradeFlowMonth.objects.in_run(run), "level", *PLACE, *keys, "n_groups")
    if rows.empty:
        return
    for lower, upper, place in LEVELS:
        below, above = (rows[rows["level"] == level] for level in (lower, upper))
        by = [*place, *keys]
        name = f"grade flows {lower} → {upper}"
        yield from differing(name, added(above, by, ["n_groups"]), added(below, by, ["n_groups"]))
