"""Add a month up by unit with pandas: every level by every dimension."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.peers.given import GRADES, Given
from bench.peers.pandas_products import PAID, USERS
from bench.peers.pandas_read import Frames
from bench.peers.pandas_score import NOT_RATED, ranks
from warehouse.marts import GROUP_MEASURES

UNIT = ["city_code", "county_code", "account_manager_code"]
LEVELS = {"province": [], "city": UNIT[:1], "county": UNIT[:2], "account_manager": UNIT}
CROSSED = ["grade", "industry_code", "size_band"]
DIMENSIONS = ([], ["grade"], ["industry_code"], ["size_band"], CROSSED)
FEW_MEMBERS = 4
#: Last month's figures and losses count the groups lost since, too.
WITH_LOST = ["n_members_prev", "n_off_net", "n_left_group", "income_prev_li"]
ALERTS = {
    "n_state_evaluable": "state_evaluable",
    "n_state_abnormal": "state_fired",
    "n_call_evaluable": "call_evaluable",
    "n_call_abnormal": "call_fired",
    "n_abnormal_groups": "fired",
}


def measured(facts: pd.DataFrame, result: pd.DataFrame, alerts: pd.DataFrame) -> pd.DataFrame:
    """Return what each group adds to the totals of its units."""
    facts = facts.set_index("group_code")
    result = result.set_index("group_code").reindex(facts.index)
    alerts = alerts.set_index("group_code").reindex(facts.index)
    shown = facts.excluded_reason == ""
    own = facts[list(GROUP_MEASURES)].astype("Int64")
    rows = own.where(shown, 0)
    rows[WITH_LOST] = own[WITH_LOST]
    rows["n_snapshot_base"] = own.n_snapshot_base.where(facts.excluded_reason != "test_group", 0)
    rows = rows.fillna(0).astype("int64")
    members = rows.n_members
    grade = result.effective_grade.fillna("NR")
    now, before = ranks(grade), ranks(result.prev_effective_grade)
    had = result.prev_effective_grade.fillna("") != ""
    band = np.minimum(result.score // 5, 19)
    counts = {
        "n_groups": shown,
        "n_arrived": shown & facts.is_arrived.astype(bool),
        "n_silent": shown & ~facts.is_arrived.astype(bool),
        "n_new": facts.is_new,
        "n_lost_groups": facts.is_lost,
        "n_returned": facts.is_returned,
        "n_no_member": shown & (members == 0),
        "n_few_member": shown & members.between(1, FEW_MEMBERS),
        "n_no_valid_member": shown & (members > 0) & (rows.n_valid == 0),
        "score_micro": np.floor(result.score.fillna(0) * 1_000_000 + 0.5).astype("int64"),
        "n_rated": result.score.notna(),
        **{f"score_band_{place:02d}": band == place for place in range(20)},
        "n_up": (now < before) & (before < NOT_RATED),
        "n_down": (now > before) & (now < NOT_RATED),
        "n_into_a": (now < 2) & had & (before >= 2),
        "n_out_of_a": (before < 2) & (now >= 2),
        **{name: alerts[column].fillna(0).astype(int) for name, column in ALERTS.items()},
    }
    for each in (*GRADES, "NR"):
        counts[f"n_effective_{each.lower()}"] = shown & (grade == each)
        suggested = result.suggested_grade.fillna("NR")
        counts[f"n_suggested_{each.lower()}"] = shown & (suggested == each)
    added = pd.DataFrame(counts, index=facts.index).astype("int64")
    keys = facts[[*UNIT, "industry_code", "size_band"]].assign(grade=grade)
    return pd.concat([keys, rows, added], axis=1)


def by_unit(rows: pd.DataFrame, dimensions: tuple, levels: dict, sums: list[str]) -> pd.DataFrame:
    """Sum rows at every level by every dimension; what is rolled up holds ``*`` or −1."""
    parts = []
    for level, unit in levels.items():
        for dimension in dimensions:
            keys = [*unit, *dimension]
            part = (
                rows.groupby(keys)[sums].sum().reset_index()
                if keys
                else rows[sums].sum().to_frame().T
            )
            parts.append(part.assign(level=level))
    total = pd.concat(parts)
    texts = [*UNIT, "industry_code", "grade"]
    total = total.reindex(columns=list(dict.fromkeys([*total.columns, *texts, "size_band"])))
    return total.fillna(dict.fromkeys(texts, "*") | {"size_band": -1})


def org_month(rows: pd.DataFrame, files: Frames, month: int) -> pd.DataFrame:
    """Return every level by every dimension with its operating income."""
    keys = [*UNIT[:2], *CROSSED]
    sums = [name for name in rows.columns if name not in (*keys, *UNIT)]
    cells = rows.groupby(keys)[sums].sum().reset_index()
    units = {level: LEVELS[level] for level in ("province", "city", "county")}
    managers = {"account_manager": UNIT}
    total = pd.concat(
        [by_unit(cells, DIMENSIONS, units, sums), by_unit(rows, ([], ["grade"]), managers, sums)]
    )
    whole = (total.industry_code == "*") & (total.grade == "*") & (total.size_band == -1)
    total = total.assign(month=month, score_sum=total.score_micro / 1_000_000, whole=whole)
    return total.merge(operating_income(files), on=["whole", "level", *UNIT], how="left")


def operating_income(files: Frames) -> pd.DataFrame:
    """Return the operating income of province, cities and counties."""
    units, income = files["org_units"], files["operating_income"].set_index("unit_code").amount_li
    counties = units[(units.level == "county") & units.code.isin(income.index)]
    by_county = pd.DataFrame(
        {"city_code": counties.parent_code, "county_code": counties.code,
         "operating_income_li": counties.code.map(income)}
    )  # fmt: skip
    summed = by_county.groupby("city_code").operating_income_li.sum()
    cities = units.code[units.level == "city"]
    own = cities.map(income).fillna(cities.map(summed))
    by_city = pd.DataFrame({"city_code": cities, "operating_income_li": own})
    province = pd.DataFrame({"level": ["province"], "operating_income_li": [own.sum()]})
    every = [by_county.assign(level="county"), by_city.assign(level="city"), province]
    known = pd.concat(every).assign(account_manager_code="*", whole=True)
    return known.fillna({"city_code": "*", "county_code": "*"})


def org_products(products: pd.DataFrame, facts: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return products by unit, and by industry × size with the quartiles of users."""
    rows = products.merge(facts[["group_code", "industry_code", "size_band"]], on="group_code")
    sums = ["amount_li", *PAID.values(), *USERS]
    rows = rows.assign(n_groups_using=rows.is_used.astype(int))
    by_level = [[*unit, "product_code"] for unit in LEVELS.values()]
    similar = ["industry_code", "size_band", "product_code"]
    parts = []
    for level, keys in zip([*LEVELS, "province"], [*by_level, similar], strict=True):
        by = rows.groupby(keys)
        part = pd.concat(
            [by[["n_groups_using", *sums[:4]]].sum(), by[USERS].sum(min_count=1)], axis=1
        )
        parts.append(part.reset_index().assign(level=level))
    used = rows[rows.is_used & rows.users.notna()].groupby(similar).users
    q = used.quantile([0.25, 0.5, 0.75]).unstack()[used.size() >= 3]
    q.columns = ["users_q1", "users_median", "users_q3"]
    total = pd.concat(parts).merge(q.reset_index(), on=similar, how="left")
    texts = dict.fromkeys([*UNIT, "industry_code"], "*")
    return total.fillna(texts | {"size_band": -1}).assign(month=month)


def concentration(facts: pd.DataFrame, month: int) -> pd.DataFrame:
    """Return how much of a unit's income its largest groups bring."""
    shown = facts[facts.excluded_reason == ""].sort_values(
        ["total_income_li", "group_code"], ascending=[False, True]
    )
    parts = []
    for level, unit in list(LEVELS.items())[:3]:
        keys = unit or [np.zeros(len(shown))]
        by = shown.groupby(keys).total_income_li
        ranked = shown[unit].assign(
            place=by.cumcount() + 1, top_li=by.cumsum(), n_groups=by.transform("size"),
            income_li=by.transform("sum"),
        )  # fmt: skip
        for point in range(21):
            n_top = (
                np.ceil(ranked.n_groups * point / 20) if point else ranked.n_groups.clip(upper=10)
            )
            at = ranked[ranked.place == n_top]
            parts.append(at.assign(level=level, point=point, n_top=at.place))
    total = pd.concat(parts).assign(account_manager_code="*", month=month)
    return total.reindex(columns=[*total.columns.union(UNIT)]).fillna(dict.fromkeys(UNIT, "*"))


def peers(result: pd.DataFrame) -> pd.DataFrame:
    """Return the quartiles of groups of one industry and size."""
    by = result.groupby(["month", "industry_code", "size_band"])
    parts = [by.size().rename("n_groups")]
    for place, share in enumerate((0.25, 0.5, 0.75), start=1):
        q = by[["score", "n_members", "total_income_li"]].quantile(share).round(6)
        parts.append(q.add_suffix(f"_q{place}"))
    return pd.concat(parts, axis=1).reset_index()


def flows(result: pd.DataFrame, facts: pd.DataFrame, before: pd.DataFrame, given: Given):
    """Return the groups whose grade changed, and how many went from which grade to which."""
    stayed = result.assign(
        from_grade=result.prev_effective_grade.replace("", "new"),
        to_grade=result.effective_grade,
        way=result.grade_way.replace("", "same"),
    )
    gone = before[~before.group_code.isin(result.group_code)]
    owner = facts.set_index("group_code")[UNIT].reindex(gone.group_code).reset_index()
    owner[UNIT] = owner[UNIT].fillna(gone[UNIT].reset_index(drop=True))
    gone = gone.reset_index(drop=True).assign(
        **{name: owner[name] for name in UNIT}, from_grade=gone.effective_grade.to_numpy(),
        to_grade="exit", way="exit", prev_score=gone.score.to_numpy(), score=np.nan,
    )  # fmt: skip
    steps = pd.concat([stayed, gone]).assign(month=given.month, from_month=given.month - 1)
    moves = ["month", "from_month", "from_grade", "to_grade", "way"]
    parts = [
        steps.groupby([*unit, *moves]).size().rename("n_groups").reset_index().assign(level=level)
        for level, unit in LEVELS.items()
    ]
    return steps[steps.way != "same"], pd.concat(parts).fillna(dict.fromkeys(UNIT, "*"))


def org_elasticity(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of elasticities by unit and stream."""
    sums = ["price_square_li", "income_cross_li", "quantity_cross_li", "income_li"]
    rows = groups[[*UNIT, "month", "stream", *sums]].assign(
        n_groups=1,
        n_measured=groups.is_measured,
        measured_income_li=groups.income_li.where(groups.is_measured, 0),
        **{f"n_x{code}": groups.refusal == f"X{code}" for code in range(1, 7)},
        **{
            f"n_{name}": groups.is_measured & (groups.price_class == name)
            for name in ("inelastic", "elastic", "undetermined", "near_zero", "wrong_sign")
        },
        n_unclassed=groups.is_measured & (groups.price_class == ""),
    )
    apparent = groups.groupby("stream").is_apparent.max()
    parts = [
        rows.groupby([*unit, "month", "stream"])
        .sum(numeric_only=True).reset_index().assign(level=level)
        for level, unit in LEVELS.items()
    ]  # fmt: skip
    total = pd.concat(parts).fillna(dict.fromkeys(UNIT, "*"))
    return total.assign(is_apparent=total.stream.map(apparent))
