"""Declare the anomaly rules 异常规则 with their defaults and allowed ranges; pure values.

Symbols of the definitions: θs ``state_share``, δs ``state_jump``, n_min ``min_members``,
θc ``call_change``, θ0 ``silent_share``. Shares are 0–1. Class A (A1, A2) has its own defaults.
"""

from __future__ import annotations

from dataclasses import dataclass

STATE = "state"
CALL = "call"
KINDS = (STATE, CALL)

Z_WILSON = 1.96
#: Below this many members a share must reach the threshold with its Wilson lower bound.
SMALL_N = 30
#: Iglewicz & Hoaglin (1993): modified z-score beyond which a value is an outlier.
Z_OUTLIER = 3.5
Z_FACTOR = 0.6745
N_HISTORY = 6
MIN_HISTORY = 4


@dataclass(frozen=True, slots=True)
class Limit:
    """Be one threshold 阈值: default, default for class A, and the range the province allows."""

    code: str
    label_zh: str
    default: float
    default_a: float
    lowest: float
    highest: float
    unit: str


LIMITS = {
    limit.code: limit
    for limit in (
        Limit("state_share", "状态异常占比", 0.15, 0.08, 0.05, 0.60, "ratio"),
        Limit("state_jump", "状态异常占比突增", 0.08, 0.08, 0.03, 0.30, "points"),
        Limit("min_members", "最少异常成员数", 3, 3, 1, 20, "people"),
        Limit("call_change", "呼叫升降幅度", 0.50, 0.35, 0.15, 0.80, "ratio"),
        Limit("silent_share", "静默成员占比", 0.50, 0.50, 0.20, 0.90, "ratio"),
    )
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Hold the thresholds in force for one class of groups."""

    state_share: float
    state_jump: float
    min_members: int
    call_change: float
    silent_share: float


def defaults(*, a_class: bool) -> Thresholds:
    """Return the province's defaults for class A or the rest."""
    chosen = {code: each.default_a if a_class else each.default for code, each in LIMITS.items()}
    return Thresholds(
        state_share=chosen["state_share"],
        state_jump=chosen["state_jump"],
        min_members=int(chosen["min_members"]),
        call_change=chosen["call_change"],
        silent_share=chosen["silent_share"],
    )
