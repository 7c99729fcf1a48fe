"""Declare what 等级变动分析 counts."""

from __future__ import annotations

from analytics.indicators import N_DOWN, N_UP
from core.indicator import Indicator

N_CHANGED = Indicator(
    code="n_changed",
    label_zh="等级变动集团数",
    label_en="Groups that changed grade",
    unit="count",
    formula_zh="上一账期已评定、本月生效等级不同的集团（升级 + 降级 + 变为未评定）",
    formula_en="Rated before, another effective grade now (up + down + no longer rated)",
    source="grade_flow_month.n_groups",
    numerator="n_changed",
)
CHANGED_SHARE = Indicator(
    code="changed_share",
    label_zh="等级变动率",
    label_en="Share that changed grade",
    unit="ratio",
    formula_zh="等级变动集团数 ÷ 上一账期集团数",
    formula_en="Groups that changed grade ÷ groups of the earlier month",
    source="grade_flow_month.n_groups",
    numerator="n_changed",
    denominator="n_before",
)
N_FIRST = Indicator(
    code="n_first",
    label_zh="首次评定集团数",
    label_en="First ratings",
    unit="count",
    formula_zh="此前没有等级、本月得到等级的集团（含期初）",
    formula_en="No grade before, one now (grades taken over from before us among them)",
    source="grade_flow_month.n_groups",
    numerator="n_first",
)
N_EXIT = Indicator(
    code="n_exit",
    label_zh="退出集团数",
    label_en="Exits",
    unit="count",
    formula_zh="上一账期有评定结果、本月没有的集团（离网、合并或转为测试）",
    formula_en="In the earlier month's results, not in this one's (off net, merged, or a test)",
    source="grade_flow_month.n_groups",
    better="down",
    numerator="n_lost",
)
KPIS = (N_UP, N_DOWN, N_CHANGED, CHANGED_SHARE, N_FIRST, N_EXIT)
