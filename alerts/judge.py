"""Judge evidence by thresholds 判定: which rule fires for which group; arrays in, arrays out.

grade_fall: steps fallen ≥ limit. unified_fall: 1 − U(m) / U(m−1) ≥ limit, U the unified pay 统付,
U(m−1) > 0. contract_end: 0 ≤ days from the month's end to the contract's ≤ limit. ict_stopped:
informatisation products used in m−1 and not in m ≥ limit. arrears: months owed ≥ limit. The states
and calls: ``alerts.evaluate``. Unknown evidence never fires.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alerts.evaluate import CallMeasures, Limits, StateMeasures, judge_calls, judge_state
from alerts.evidence import Evidence
from alerts.rules import LIMITS, RULES
from alerts.thresholds import Book, Resolved

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Say which groups a rule fires for, its value (as the threshold's unit) and reference."""

    fired: Bools
    value: Floats
    reference: Floats


def resolve_all(book: Book, evidence: Evidence) -> dict[str, Resolved]:
    """Return every threshold in force of every group."""
    return {code: book.resolve(code, evidence.owners) for code in LIMITS}


#: The anomalies are judged together, so one of their thresholds asks for the others.
_ANOMALIES = ("state_share", "state_jump", "min_members", "call_change", "silent_share")


def judged_with(code: str) -> tuple[str, ...]:
    """Return the thresholds that judging a threshold's rules asks for."""
    return _ANOMALIES if code in _ANOMALIES else (code,)


def judge(
    evidence: Evidence, limits: Values, rules: Iterable[str] = tuple(RULES)
) -> dict[str, Verdict]:
    """Judge every group by the rules asked for, in their declared order."""
    asked = set(rules)
    found: dict[str, Verdict] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        if asked & {"state_share", "state_jump"}:
            found |= _state(evidence, limits)
        if asked & {"call_drop", "call_rise", "call_silence"}:
            found |= _calls(evidence, limits)
        for code, rule in _SINGLE.items():
            if code in asked:
                found[code] = rule(evidence, limits[RULES[code].limit])
    return {code: found[code] for code in RULES if code in asked}


def anomaly_limits(limits: Values) -> Limits:
    """Pick the thresholds of the two anomalies."""
    return Limits(*(limits[name] for name in Limits.__dataclass_fields__))


def _state(evidence: Evidence, limits: Values) -> dict[str, Verdict]:
    measures = StateMeasures(
        abnormal=evidence["n_abnormal"],
        base=evidence["state_base"],
        share=evidence["state_share"],
        lower=evidence["state_lower"],
        median=evidence["state_median"],
    )
    found = judge_state(measures, anomaly_limits(limits))
    share, median = found.share, found.median
    return {
        "state_share": Verdict(found.by_share, share, median),
        "state_jump": Verdict(found.by_jump, share - median, median),
    }


def _calls(evidence: Evidence, limits: Values) -> dict[str, Verdict]:
    members = evidence["n_members"]
    silent_share = np.where(members > 0, evidence["n_silent_members"] / members, np.nan)
    measures = CallMeasures(
        members=members,
        n_earlier=evidence["n_call_history"],
        level=evidence["call_level"],
        median=evidence["call_median"],
        score=evidence["call_z"],
        silent_share=silent_share,
    )
    found = judge_calls(measures, anomaly_limits(limits))
    change = np.where(found.median > 0, found.level / found.median - 1, np.nan)
    nothing = np.full(len(evidence), np.nan)
    return {
        "call_drop": Verdict(found.dropped, -change, found.median),
        "call_rise": Verdict(found.rose, change, found.median),
        "call_silence": Verdict(found.silent, found.silent_share, nothing),
    }


def _grade_fall(evidence: Evidence, limit: Floats) -> Verdict:
    steps = evidence["grade_steps"]
    return Verdict(steps >= limit, steps, np.full(len(evidence), np.nan))


def _unified_fall(evidence: Evidence, limit: Floats) -> Verdict:
    now, before = evidence["unified_pay_li"], evidence["unified_prev_li"]
    fall = np.where(before > 0, 1 - now / before, np.nan)
    return Verdict(fall >= limit, fall, before)


def _contract_end(evidence: Evidence, limit: Floats) -> Verdict:
    days = evidence["contract_days"]
    return Verdict((days >= 0) & (days <= limit), days, np.full(len(evidence), np.nan))


def _ict_stopped(evidence: Evidence, limit: Floats) -> Verdict:
    stopped = evidence["n_ict_stopped"]
    return Verdict((stopped >= limit) & (stopped > 0), stopped, evidence["n_ict_before"])


def _arrears(evidence: Evidence, limit: Floats) -> Verdict:
    owed, months = evidence["arrears_li"], evidence["arrears_months"]
    months = np.where(np.isnan(months) & (owed > 0), 1.0, months)
    return Verdict((owed > 0) & (months >= limit), months, np.full(len(evidence), np.nan))


_SINGLE: Mapping[str, Callable[[Evidence, Floats], Verdict]] = {
    "grade_fall": _grade_fall,
    "unified_fall": _unified_fall,
    "contract_end": _contract_end,
    "ict_stopped": _ict_stopped,
    "arrears": _arrears,
}
