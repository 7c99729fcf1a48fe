"""Hold what is known of each group against every alert rule with pandas."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from bench.peers.given import Given
from bench.peers.pandas_alerts import SCOPE, limits

#: Rule, weight, threshold, what the hit tells beside value and reference.
RULES = (
    ("state_share", 2, "state_share", ["n_abnormal", "state_base", "state_lower"]),
    ("state_jump", 1, "state_jump", ["n_abnormal", "state_base", "state_share"]),
    ("call_drop", 2, "call_change", ["call_level", "call_z"]),
    ("call_rise", 1, "call_change", ["call_level", "call_z"]),
    ("call_silence", 2, "silent_share", ["n_silent_members", "n_members"]),
    ("grade_fall", 2, "grade_steps", ["prev_effective_grade", "effective_grade"]),
    ("unified_fall", 3, "unified_fall", ["unified_pay_li", "unified_prev_li"]),
    ("contract_end", 1, "contract_days", ["contract_days"]),
    ("ict_stopped", 3, "ict_products", ["ict_stopped", "n_ict_before"]),
    ("arrears", 2, "arrears_months", ["arrears_li"]),
)


def rule_hits(known: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Return ``group_rule_hit``: one row a group and rule that fired."""
    limit = limits(given, known.effective_grade)
    classes = known.effective_grade.str[0].where(known.effective_grade != "NR", "")
    found, parts = verdicts(known, limit), []
    for rule, weight, code, told in RULES:
        fires, value, reference = found[rule]
        sources = {name: source for name, (_, source) in given.thresholds[code].items()}
        rows = known.loc[fires, SCOPE].assign(
            rule=rule,
            weight=weight,
            value=value,
            reference=reference,
            threshold=limit[code],
            threshold_source=classes.map(sources),
        )
        said = known.loc[fires, told].to_dict("records")
        rows["detail"] = [json.dumps(each, default=str, ensure_ascii=False) for each in said]
        parts.append(rows)
    return pd.concat(parts)


def verdicts(known: pd.DataFrame, limit: pd.DataFrame) -> dict[str, tuple]:
    """Return by rule where it fires, its value and what that is compared with."""
    change = known.call_level / known.call_median.where(known.call_median > 0) - 1
    fall = 1 - known.unified_pay_li / known.unified_prev_li.where(known.unified_prev_li > 0)
    owed = known.arrears_months.fillna((known.arrears_li > 0).map({True: 1.0}))
    days, stopped, steps = known.contract_days, known.n_ict_stopped, known.grade_steps
    jump, none = known.state_share - known.state_median, np.nan
    ending = (days >= 0) & (days <= limit.contract_days)
    gone = (stopped >= limit.ict_products) & (stopped > 0)
    owing = (known.arrears_li > 0) & (owed >= limit.arrears_months)
    return {
        "state_share": (known.state_by_share, known.state_share, known.state_median),
        "state_jump": (known.state_by_jump, jump, known.state_median),
        "call_drop": (known.call_dropped, -change, known.call_median),
        "call_rise": (known.call_rose, change, known.call_median),
        "call_silence": (known.call_silent, known.silent_share, none),
        "grade_fall": (steps >= limit.grade_steps, steps, none),
        "unified_fall": (fall >= limit.unified_fall, fall, known.unified_prev_li),
        "contract_end": (ending, days, none),
        "ict_stopped": (gone, stopped, known.n_ict_before),
        "arrears": (owing, owed, none),
    }
