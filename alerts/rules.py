"""Declare the alert rules 预警规则, their weights, and their thresholds with ranges; pure values.

Symbols of the definitions: θs ``state_share``, δs ``state_jump``, n_min ``min_members``,
θc ``call_change``, θ0 ``silent_share``. Shares are 0–1. Class A (A1, A2) has its own defaults.
A rule fires where its value reaches its threshold; ``contract_end`` fires where the days left are
at most the threshold. ``min_members`` belongs to no single rule: the anomalies all ask for it.
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
    """Be one threshold 阈值: default, default for class A, and the range the province allows.

    ``unit``: ratio and points (both 0–1) or people, steps, days, products, months (whole numbers).
    """

    code: str
    label_zh: str
    label_en: str
    default: float
    default_a: float
    lowest: float
    highest: float
    unit: str

    @property
    def is_whole(self) -> bool:
        """Tell whether the threshold counts something."""
        return self.unit not in ("ratio", "points")

    @property
    def is_at_most(self) -> bool:
        """Tell whether a larger threshold lets more groups fire."""
        return self.code == "contract_days"


# code, 中文, English, default, default for class A, lowest, highest, unit
# fmt: off
LIMITS = {
    limit.code: limit
    for limit in (
        Limit("state_share", "状态异常占比", "Share of abnormal states",
              0.15, 0.08, 0.05, 0.60, "ratio"),
        Limit("state_jump", "状态异常占比突增", "Jump of abnormal states",
              0.08, 0.08, 0.03, 0.30, "points"),
        Limit("min_members", "最少异常成员数", "Minimum abnormal members",
              3, 3, 1, 20, "people"),
        Limit("call_change", "呼叫升降幅度", "Rise or drop of calls",
              0.50, 0.35, 0.15, 0.80, "ratio"),
        Limit("silent_share", "静默成员占比", "Share of silent members",
              0.50, 0.50, 0.20, 0.90, "ratio"),
        Limit("grade_steps", "等级下降级数", "Grades fallen",
              1, 1, 1, 4, "steps"),
        Limit("unified_fall", "统付收入降幅", "Fall of unified pay",
              0.30, 0.30, 0.10, 0.90, "ratio"),
        Limit("contract_days", "合同到期剩余天数", "Days to contract end",
              90, 90, 15, 180, "days"),
        Limit("ict_products", "停用信息化产品数", "ICT products stopped",
              1, 1, 1, 5, "products"),
        Limit("arrears_months", "欠费月数", "Months in arrears",
              1, 1, 1, 12, "months"),
    )
}
# fmt: on


@dataclass(frozen=True, slots=True)
class Rule:
    """Be one alert rule 预警规则: what it is called, how much it weighs, what limits it.

    ``weight`` is 1 to 3; an alert's level follows from the weights of what fired together.
    """

    code: str
    label_zh: str
    label_en: str
    weight: int
    limit: str

    @property
    def at_most(self) -> bool:
        """Tell whether the rule fires at or below its threshold instead of at or above."""
        return LIMITS[self.limit].is_at_most


RULES = {
    rule.code: rule
    for rule in (
        Rule("state_share", "状态异常占比过高", "High share of abnormal states", 2, "state_share"),
        Rule("state_jump", "状态异常占比突增", "Jump of abnormal states", 1, "state_jump"),
        Rule("call_drop", "呼叫骤降", "Calls dropped", 2, "call_change"),
        Rule("call_rise", "呼叫骤升", "Calls rose", 1, "call_change"),
        Rule("call_silence", "成员静默", "Members silent", 2, "silent_share"),
        Rule("grade_fall", "等级下降", "Grade fell", 2, "grade_steps"),
        Rule("unified_fall", "统付收入下降", "Unified pay fell", 3, "unified_fall"),
        Rule("contract_end", "合同即将到期", "Contract ending", 1, "contract_days"),
        Rule("ict_stopped", "信息化产品停用", "ICT product stopped", 3, "ict_products"),
        Rule("arrears", "集团欠费", "Group in arrears", 2, "arrears_months"),
    )
}
RULE_CODES = tuple(RULES)


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


def rules_of(limit: str) -> tuple[str, ...]:
    """Return the rules a threshold decides about, in their declared order."""
    if limit == "min_members":
        return ("state_share", "state_jump", "call_drop", "call_rise", "call_silence")
    return tuple(code for code, rule in RULES.items() if rule.limit == limit)
