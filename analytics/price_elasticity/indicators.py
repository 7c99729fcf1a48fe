"""Declare the room's indicators 指标: definitions for cards, exports and API."""

from __future__ import annotations

from core.indicator import Indicator

ETA = Indicator(
    code="eta",
    label_zh="收入弹性 η",
    label_en="Income elasticity η",
    unit="score",
    formula_zh="（收入变动 ÷ 前后平均收入）÷（价格变动 ÷ 前后平均价格），调价前后各 3 个月，"
    "调价当月不计；单位数值按收入加权",
    formula_en="(change of income ÷ mean income) ÷ (change of price ÷ mean price), three months"
    " before against three after, the month of change left out; units weighted by income",
    source="org_elasticity.income_cross_li / price_square_li",
)
EPSILON = Indicator(
    code="epsilon",
    label_zh="需求弹性 ε",
    label_en="Demand elasticity ε",
    unit="score",
    formula_zh="（用量变动 ÷ 前后平均用量）÷（价格变动 ÷ 前后平均价格），用量 = 收入 ÷ 价格指数",
    formula_en="(change of quantity ÷ mean quantity) ÷ (change of price ÷ mean price);"
    " quantity = income ÷ price index",
    source="org_elasticity.quantity_cross_li / price_square_li",
)
N_MEASURED = Indicator(
    code="n_measured",
    label_zh="可测算集团",
    label_en="Measurable groups",
    unit="count",
    formula_zh="有该项收入、且未因 X1–X6 被排除的集团；X1 价格变动不足 2%，"
    "X2 收入、用量或价格不为正，X3 调价前后不足 3 个月，X4 前后共有项目不足 80%，"
    "X5 成员数变动超过 20%，X6 窗口内有异常",
    formula_en="Groups with the stream that X1–X6 do not refuse: X1 price moved by less than 2%,"
    " X2 income, quantity or price not positive, X3 fewer than 3 months on a side, X4 fewer than"
    " 80% of items in common, X5 members changed by more than 20%, X6 an anomaly in the window",
    source="org_elasticity.n_measured",
)
EXPLAINED = (ETA, EPSILON, N_MEASURED)
