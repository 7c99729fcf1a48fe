"""Declare the indicators of contribution that no other room shows."""

from __future__ import annotations

from core.indicator import Indicator

OUTSIDER = Indicator(
    code="outsider_li",
    label_zh="另有集团外付费",
    label_en="Paid by outsiders",
    unit="li",
    formula_zh="家长、储户等集团外人员支付的订购金额，不计入集团整体收入",
    formula_en="Subscriptions paid by outsiders (parents, depositors); outside group income",
    source="org_month.outsider_li",
    better="up",
    numerator="outsider_li",
)
OPERATING_SHARE = Indicator(
    code="operating_share",
    label_zh="占运营收入比",
    label_en="Share of operating income",
    unit="ratio",
    formula_zh="集团整体收入 ÷ 运营收入（不含非签约）",
    formula_en="Group income ÷ operating income (excluding unsigned)",
    source="org_month",
    better="up",
    numerator="total_income_li",
    denominator="operating_income_li",
)
ARPU = Indicator(
    code="arpu_li",
    label_zh="ARPU",
    label_en="ARPU",
    unit="li",
    formula_zh="个人账单收入 ÷ 月初月末平均成员数",
    formula_en="Personal bills ÷ mean of the members at the end of last and this month",
    source="org_month",
    better="up",
    numerator="personal_bill_li",
    denominator="mean_members",
    places=2,
)
TOP_TEN_SHARE = Indicator(
    code="top_ten_share",
    label_zh="前10名集团收入占比",
    label_en="Share of the ten largest",
    unit="ratio",
    formula_zh="收入最高的 10 个集团的集团整体收入 ÷ 全部集团的集团整体收入",
    formula_en="Income of the ten largest groups ÷ income of all groups",
    source="org_concentration",
    better="neutral",
    numerator="top_ten_li",
    denominator="total_income_li",
)
INDICATORS = (OUTSIDER, OPERATING_SHARE, ARPU, TOP_TEN_SHARE)
