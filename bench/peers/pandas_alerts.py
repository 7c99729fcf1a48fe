"""Judge states and calls against the six months before with pandas; gather evidence."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bench.peers.given import Given, working_days
from bench.peers.pandas_facts import read_before
from bench.peers.pandas_score import NOT_RATED, ranks

ABNORMAL = ["n_stop_one_way", "n_stop_two_way", "n_arrears_stop", "n_lost", "n_pre_cancel"]
ABNORMAL += ["n_cancelled"]
SHOWN = ["group_code", "excluded_reason", "is_on_net"]
SCOPE = ["month", "group_code", "name", "city_code", "county_code", "account_manager_code"]
SCOPE += ["industry_code", "size_band", "n_members", "total_income_li", "effective_grade"]


def shown_before(given: Given, back: int, columns: list[str]) -> pd.DataFrame:
    """Return columns of an earlier month's shown groups by code."""
    table = read_before(given, back, "group_month", [*SHOWN, *columns])
    shown = (table.excluded_reason == "") & (table.is_on_net == 1)
    return table[shown].set_index("group_code")


def windows(given: Given, codes: pd.Series) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return shares of abnormal states and call minutes a working day, oldest month first.

    October looks at plain months; January and February, which count as one, are not among them.
    """
    shares, levels = {}, {}
    for back in range(6, 0, -1):
        past = shown_before(given, back, [*ABNORMAL, "n_members", "mo_minutes_milli"])
        base = (past.n_members + past.n_cancelled).where(lambda n: n > 0)
        shares[back] = (past[ABNORMAL].sum(axis=1) / base).reindex(codes)
        level = past.mo_minutes_milli / 1000 / working_days(given.month - back)
        levels[back] = level.reindex(codes)
    return pd.DataFrame(shares), pd.DataFrame(levels)


def limits(given: Given, grades: pd.Series) -> pd.DataFrame:
    """Return every threshold of each group by the class of its grade."""
    classes = grades.str[0].where(grades != "NR", "")
    table = pd.DataFrame({code: {name: each[0] for name, each in by_class.items()}
                          for code, by_class in given.thresholds.items()})  # fmt: skip
    return table.reindex(classes).set_index(grades.index)


def wilson_lower(hits: pd.Series, n: pd.Series, z: float = 1.96) -> pd.Series:
    """Return the lower end of the Wilson interval."""
    share = hits / n
    spread = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return (share + z * z / (2 * n) - spread) / (1 + z * z / n)


def judge(facts: pd.DataFrame, result: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Return ``group_alert``: verdicts with their evidence; ``facts`` are the shown groups."""
    shares, levels = (each.set_index(result.index) for each in windows(given, result.group_code))
    limit = limits(given, result.effective_grade)
    states = judge_states(facts, shares, limit)
    calls = judge_calls(facts, levels, limit, working_days(given.month))
    alerts = pd.concat([result[SCOPE], states, calls], axis=1)
    return alerts.assign(
        fired=alerts.state_fired | alerts.call_fired,
        state_series=list(np.column_stack([shares, alerts.state_share])),
        call_series=list(np.column_stack([levels, alerts.call_level])),
        min_members=limit.min_members,
    )


def judge_states(facts: pd.DataFrame, shares: pd.DataFrame, limit: pd.DataFrame) -> pd.DataFrame:
    """Hold the share of abnormal states against its threshold and the months before."""
    hits, base = facts[ABNORMAL].sum(axis=1), facts.n_members + facts.n_cancelled
    known = base.where(base > 0)
    share, median = hits / known, shares.median(axis=1)
    lower = share.mask(base < 30, wilson_lower(hits, known))
    evaluable = base >= limit.min_members
    enough = evaluable & (hits >= limit.min_members)
    by_share = enough & (lower >= limit.state_share)
    by_jump = enough & (share - median >= limit.state_jump)
    columns = {
        "state_evaluable": evaluable,
        "state_fired": by_share | by_jump,
        "state_by_share": by_share,
        "state_by_jump": by_jump,
        "n_abnormal": hits,
        "state_base": base,
        "state_share": share,
        "state_lower": lower,
        "state_median": median,
        "state_share_limit": limit.state_share,
        "state_jump_limit": limit.state_jump,
        "state_reason": np.where(evaluable, "", "few_members"),
    }
    return pd.DataFrame(columns)


def judge_calls(
    facts: pd.DataFrame, levels: pd.DataFrame, limit: pd.DataFrame, days: int
) -> pd.DataFrame:
    """Hold call minutes a working day against median and spread of the months before."""
    level, median = facts.mo_minutes_milli / 1000 / days, levels.median(axis=1)
    spread = levels.sub(median, axis=0).abs().median(axis=1)
    z = (0.6745 * (level - median) / spread).where(spread > 0, np.sign(level - median) * np.inf)
    quiet_share = facts.n_silent_members / facts.n_members.where(facts.n_members > 0)
    n_history, few = levels.notna().sum(axis=1), facts.n_members < limit.min_members
    evaluable = (n_history >= 4) & ~few & level.notna()
    called = evaluable & (median > 0)
    dropped = called & (level <= (1 - limit.call_change) * median) & (z <= -3.5)
    rose = called & (level >= (1 + limit.call_change) * median) & (z >= 3.5)
    quiet = called & (quiet_share >= limit.silent_share)
    reasons = [evaluable, few, level.isna()]
    columns = {
        "call_evaluable": evaluable,
        "call_fired": dropped | rose | quiet,
        "call_dropped": dropped,
        "call_rose": rose,
        "call_silent": quiet,
        "call_level": level,
        "call_median": median,
        "call_z": z.where(np.isfinite(z)),
        "call_change_limit": limit.call_change,
        "n_silent_members": facts.n_silent_members,
        "silent_share": quiet_share,
        "silent_share_limit": limit.silent_share,
        "n_call_history": n_history,
        "call_reason": np.select(reasons, ["", "few_members", "no_calls"], "short_history"),
    }
    return pd.DataFrame(columns)


def stopped_products(given: Given, products: pd.DataFrame, dim: pd.DataFrame) -> pd.DataFrame:
    """Return by group the informatisation products of last month and those used no more."""
    keys = ["group_code", "product_code"]
    last = read_before(given, 1, "group_product_month", [*keys, "n_orders", "users"])
    used = (last.n_orders.fillna(0) > 0) | (last.users.fillna(0) > 0)
    ict = dim.product_code[dim.ict_scope != "none"]
    last = last.loc[used & last.product_code.isin(ict), keys].sort_values(keys)
    now = products.loc[products.is_used, keys]
    both = last.merge(now, on=keys, how="left", indicator=True)
    gone = both[both._merge == "left_only"].groupby("group_code").product_code
    return pd.DataFrame(
        {
            "n_ict_before": both.groupby("group_code").size(),
            "n_ict_stopped": gone.size(),
            "ict_stopped": gone.agg(" ".join),
        }
    ).fillna({"n_ict_stopped": 0, "ict_stopped": ""})


def evidence(
    alerts: pd.DataFrame, facts: pd.DataFrame, result: pd.DataFrame, stopped: pd.DataFrame,
    given: Given,
) -> pd.DataFrame:  # fmt: skip
    """Return ``group_evidence``: what each rule needs to know of each shown group."""
    steps = []
    for name in ("effective_grade", "suggested_grade"):
        now, before = ranks(result[name]), ranks(result[f"prev_{name}"])
        known = (now < NOT_RATED) & (before < NOT_RATED)
        steps.append(np.where(known, now - before, np.nan))
    change = np.sign(alerts.call_level - alerts.call_median)
    infinite = np.where(change == 0, np.nan, change * np.inf)
    before = shown_before(given, 1, ["unified_pay_li"]).unified_pay_li
    told = stopped.reindex(alerts.group_code).fillna(
        {"n_ict_before": 0, "n_ict_stopped": 0, "ict_stopped": ""}
    )
    grades = ["suggested_grade", "prev_effective_grade", "prev_suggested_grade"]
    return alerts.assign(
        **{name: result[name] for name in grades},
        grade_steps=np.fmax(*steps),
        call_z=alerts.call_z.fillna(pd.Series(infinite, index=alerts.index)),
        unified_pay_li=facts.unified_pay_li,
        unified_prev_li=before.reindex(alerts.group_code).to_numpy(),
        contract_days=(facts.contract_end - pd.Timestamp(given.last_day)).dt.days,
        **{name: told[name].to_numpy() for name in told},
        arrears_li=facts.arrears_li,
        arrears_months=facts.arrears_months,
    )
