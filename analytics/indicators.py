"""Declare the indicators 指标 of home and grading once: label, unit, formula, source.

Numerators and denominators are additive measures of ``org_month``, so an indicator of any unit is
the sum of its parts' numerators over the sum of their denominators.
"""

from __future__ import annotations

from core.indicator import Indicator

N_GROUPS = Indicator(
    code="n_groups",
    label_zh="集团客户数",
    label_en="Groups",
    unit="count",
    formula_zh="月末在网的集团客户（含沉默集团，不含测试集团）",
    formula_en="Groups on net at month end (silent ones included, test groups not)",
    source="org_month.n_groups",
    better="up",
    numerator="n_groups",
)
N_MEMBERS = Indicator(
    code="n_members",
    label_zh="成员数",
    label_en="Members",
    unit="people",
    formula_zh="月末未销户的集团成员，每个成员每月只归属一个集团",
    formula_en="Members not cancelled at month end; each belongs to one group a month",
    source="org_month.n_members",
    better="up",
    numerator="n_members",
)
TOTAL_INCOME = Indicator(
    code="total_income_li",
    label_zh="集团整体收入",
    label_en="Group income",
    unit="li",
    formula_zh="统付收入 + 个人账单收入",
    formula_en="Unified-pay income + members' personal bills",
    source="org_month.total_income_li",
    better="up",
    numerator="total_income_li",
)
UNIFIED_PAY = Indicator(
    code="unified_pay_li",
    label_zh="统付收入",
    label_en="Unified-pay income",
    unit="li",
    formula_zh="由集团付费的全部订购金额",
    formula_en="All subscriptions paid by the group",
    source="org_month.unified_pay_li",
    better="up",
    numerator="unified_pay_li",
)
ICT = Indicator(
    code="ict_li",
    label_zh="信息化收入",
    label_en="ICT income",
    unit="li",
    formula_zh="信息化产品的订购金额（不论付费方）；是其中项，不再加入整体收入",
    formula_en="Subscriptions of ICT products, whoever pays; an 'of which', never added",
    source="org_month.ict_li",
    better="up",
    numerator="ict_li",
)
PERSONAL_BILL = Indicator(
    code="personal_bill_li",
    label_zh="个人账单收入",
    label_en="Personal bills",
    unit="li",
    formula_zh="成员六项费用之和 − 集团代付部分",
    formula_en="Sum of the six member fees − what the group paid of them",
    source="org_month.personal_bill_li",
    better="up",
    numerator="personal_bill_li",
)
N_A_CLASS = Indicator(
    code="n_a_class",
    label_zh="A级集团数",
    label_en="A groups",
    unit="count",
    formula_zh="生效等级为 A1 或 A2 的在网集团",
    formula_en="Groups on net whose effective grade is A1 or A2",
    source="org_month.n_effective_a1 + n_effective_a2",
    better="up",
    numerator="n_a_class",
)
A_CLASS_SHARE = Indicator(
    code="a_class_share",
    label_zh="A级占比",
    label_en="Share of A groups",
    unit="ratio",
    formula_zh="A级集团数 ÷ 集团客户数",
    formula_en="A groups ÷ groups",
    source="org_month",
    better="up",
    numerator="n_a_class",
    denominator="n_groups",
)
MEAN_SCORE = Indicator(
    code="mean_score",
    label_zh="平均评分",
    label_en="Mean score",
    unit="score",
    formula_zh="已评分集团的评分之和 ÷ 已评分集团数",
    formula_en="Sum of scores ÷ rated groups",
    source="org_month",
    better="up",
    numerator="score_sum",
    denominator="n_rated",
)
N_RATED = Indicator(
    code="n_rated",
    label_zh="已评分集团数",
    label_en="Rated groups",
    unit="count",
    formula_zh="指标权重齐备达到要求、得到评分的在网集团",
    formula_en="Groups with enough indicator weight present to be scored",
    source="org_month.n_rated",
    better="up",
    numerator="n_rated",
)
N_NEW = Indicator(
    code="n_new",
    label_zh="新增集团数",
    label_en="New groups",
    unit="count",
    formula_zh="本月末在网、上月末不在网的集团",
    formula_en="On net at this month's end, not at last month's",
    source="org_month.n_new",
    better="up",
    numerator="n_new",
)
N_LOST = Indicator(
    code="n_lost_groups",
    label_zh="流失集团数",
    label_en="Lost groups",
    unit="count",
    formula_zh="上月末在网、本月末不在网的集团",
    formula_en="On net at last month's end, not at this month's",
    source="org_month.n_lost_groups",
    better="down",
    numerator="n_lost_groups",
)
VALID_MEMBER_RATIO = Indicator(
    code="valid_member_ratio",
    label_zh="有效成员占比",
    label_en="Valid member share",
    unit="ratio",
    formula_zh="当月有语音、数据或短信使用的成员 ÷ 成员数，目标 75%",
    formula_en="Members with voice, data or SMS use in the month ÷ members; target 75%",
    source="org_month",
    better="up",
    numerator="n_valid",
    denominator="n_members",
    target=0.75,
)
N_NO_MEMBER = Indicator(
    code="n_no_member",
    label_zh="无人集团数",
    label_en="Groups without members",
    unit="count",
    formula_zh="月末成员数为 0 的在网集团",
    formula_en="Groups on net with no member at month end",
    source="org_month.n_no_member",
    better="down",
    numerator="n_no_member",
)
N_UP = Indicator(
    code="n_up",
    label_zh="升级集团数",
    label_en="Groups upgraded",
    unit="count",
    formula_zh="生效等级高于上月的集团",
    formula_en="Groups whose effective grade rose on last month",
    source="org_month.n_up",
    better="up",
    numerator="n_up",
)
N_DOWN = Indicator(
    code="n_down",
    label_zh="降级集团数",
    label_en="Groups downgraded",
    unit="count",
    formula_zh="生效等级低于上月的集团",
    formula_en="Groups whose effective grade fell on last month",
    source="org_month.n_down",
    better="down",
    numerator="n_down",
)

N_STATE_ABNORMAL = Indicator(
    code="n_state_abnormal",
    label_zh="状态异常集团数",
    label_en="Groups with abnormal states",
    unit="count",
    formula_zh="停机、欠费停机、挂失、预销户及当月销户成员的占比达到阈值或较前6个月中位数突增的集团",
    formula_en=(
        "Groups whose share of stopped, lost, pre-cancelled and cancelled members reaches the"
        " threshold or jumps over the median of six months"
    ),
    source="org_month.n_state_abnormal",
    better="down",
    numerator="n_state_abnormal",
)
STATE_ABNORMAL_SHARE = Indicator(
    code="state_abnormal_share",
    label_zh="状态异常集团占比",
    label_en="Share with abnormal states",
    unit="ratio",
    formula_zh="状态异常集团数 ÷ 状态可评估集团数",
    formula_en="Groups with abnormal states ÷ groups whose states can be judged",
    source="org_month",
    better="down",
    numerator="n_state_abnormal",
    denominator="n_state_evaluable",
)
N_CALL_ABNORMAL = Indicator(
    code="n_call_abnormal",
    label_zh="呼叫异常集团数",
    label_en="Groups with abnormal calls",
    unit="count",
    formula_zh="工作日日均主叫时长较前6期中位数骤降或骤升，或无通话成员占比达到阈值的集团",
    formula_en=(
        "Groups whose outgoing minutes per working day drop or rise against the median of six"
        " periods, or whose members without a call reach the threshold"
    ),
    source="org_month.n_call_abnormal",
    better="down",
    numerator="n_call_abnormal",
)
CALL_ABNORMAL_SHARE = Indicator(
    code="call_abnormal_share",
    label_zh="呼叫异常集团占比",
    label_en="Share with abnormal calls",
    unit="ratio",
    formula_zh="呼叫异常集团数 ÷ 呼叫可评估集团数（1 月与 2 月合并，在 2 月评估）",
    formula_en="Groups with abnormal calls ÷ groups whose calls can be judged (January and"
    " February together, in February)",
    source="org_month",
    better="down",
    numerator="n_call_abnormal",
    denominator="n_call_evaluable",
)
#: The four indicators of anomalies 异常指标, for the home report too.
ANOMALIES = (N_STATE_ABNORMAL, STATE_ABNORMAL_SHARE, N_CALL_ABNORMAL, CALL_ABNORMAL_SHARE)

INDICATORS: tuple[Indicator, ...] = (
    N_GROUPS,
    N_MEMBERS,
    TOTAL_INCOME,
    UNIFIED_PAY,
    ICT,
    PERSONAL_BILL,
    N_A_CLASS,
    A_CLASS_SHARE,
    MEAN_SCORE,
    N_RATED,
    N_NEW,
    N_LOST,
    VALID_MEMBER_RATIO,
    N_NO_MEMBER,
    N_UP,
    N_DOWN,
    *ANOMALIES,
)
