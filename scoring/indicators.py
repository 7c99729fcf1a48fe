"""Declare what a value score 价值评分 can look at 评分指标; models choose and weigh from these."""

from __future__ import annotations

from core.indicator import Indicator
from core.money import LI_PER_YUAN
from scoring.raw import ScoreIndicator, plain, read_off_net_ratio, yuan

DIMENSION_LABELS: dict[str, tuple[str, str]] = {
    "income": ("收入贡献", "Income"),
    "attributes": ("集团属性", "Attributes"),
    "influence": ("社会影响", "Influence"),
}


UNIFIED_PAY = ScoreIndicator(
    Indicator(
        "unified_pay",
        "统付收入",
        "Unified-pay income",
        "li",
        "集团统一支付的订购金额之和",
        "Sum of the subscriptions the group pays for",
        "definitions §3",
        "up",
    ),
    "income",
    ("unified_pay_li",),
    yuan("unified_pay_li"),
    LI_PER_YUAN,
)
ICT_INCOME = ScoreIndicator(
    Indicator(
        "ict_income",
        "信息化收入",
        "ICT income",
        "li",
        "信息化产品的订购金额之和, 不论由谁支付",
        "Sum of the subscriptions to ICT products, whoever pays",
        "definitions §3",
        "up",
    ),
    "income",
    ("ict_li",),
    yuan("ict_li"),
    LI_PER_YUAN,
)
PERSONAL_BILL = ScoreIndicator(
    Indicator(
        "personal_bill",
        "个人账单收入",
        "Personal bills",
        "li",
        "成员六项费用之和减去集团代付",
        "Sum of the members' six fees less what the group pays for them",
        "definitions §3",
        "up",
    ),
    "income",
    ("personal_bill_li",),
    yuan("personal_bill_li"),
    LI_PER_YUAN,
)
EMPLOYEES = ScoreIndicator(
    Indicator(
        "employees",
        "员工数",
        "Employees",
        "people",
        "集团资料中的员工数",
        "Employees in the group's profile",
        "extract groups",
        "up",
    ),
    "attributes",
    ("employees",),
    plain("employees"),
)
VNET_USERS = ScoreIndicator(
    Indicator(
        "vnet_users",
        "V网用户数",
        "V-net users",
        "people",
        "加入V网的成员数",
        "Members in the group's V-net",
        "extract members",
        "up",
    ),
    "attributes",
    ("n_vnet",),
    plain("n_vnet"),
)
ICT_PRODUCTS = ScoreIndicator(
    Indicator(
        "ict_products",
        "使用信息化产品数",
        "ICT products used",
        "count",
        "当月有订购的信息化产品个数",
        "Number of ICT products subscribed to in the month",
        "definitions §4",
        "up",
    ),
    "attributes",
    ("n_ict_products",),
    plain("n_ict_products"),
)
INFORMATISATION = ScoreIndicator(
    Indicator(
        "informatisation_level",
        "信息化水平",
        "Informatisation level",
        "score",
        "集团资料中的信息化水平, 0–5 级",
        "Informatisation level in the group's profile, 0–5",
        "extract groups",
        "up",
    ),
    "attributes",
    ("informatisation_level",),
    plain("informatisation_level"),
)
CONTRACT_TENURE = ScoreIndicator(
    Indicator(
        "contract_tenure",
        "协议在网时长",
        "Contract tenure",
        "months",
        "协议开始月份至账期的月数",
        "Months from the month the contract began to the billing month",
        "extract groups",
        "up",
    ),
    "attributes",
    ("contract_tenure_months",),
    plain("contract_tenure_months"),
)
OFF_NET = ScoreIndicator(
    Indicator(
        "off_net_ratio",
        "成员离网率",
        "Member off-net rate",
        "ratio",
        "当月离网成员 ÷ 上月末与本月末成员数的平均 ÷ (当月天数 × 12 ÷ 全年天数)",
        "Members gone off net ÷ mean members ÷ (days of the month × 12 ÷ days of the year)",
        "definitions §2",
        "down",
    ),
    "attributes",
    ("n_off_net", "n_members_prev", "n_members"),
    read_off_net_ratio,
    10_000,
)
INFLUENCE = ScoreIndicator(
    Indicator(
        "influence",
        "行业及政策影响力",
        "Industry and policy influence",
        "points",
        "集团资料中的影响力评分, 0–100",
        "Influence score in the group's profile, 0–100",
        "extract groups",
        "up",
    ),
    "influence",
    ("influence",),
    plain("influence"),
    grid=10,
)
TAX_SCORE = ScoreIndicator(
    Indicator(
        "tax_score",
        "营收及纳税评分",
        "Revenue and tax score",
        "points",
        "集团资料中的营收及纳税评分, 0–100, 越高越好",
        "Revenue and tax score in the group's profile, 0–100, higher is better",
        "extract groups",
        "up",
    ),
    "influence",
    ("tax_score",),
    plain("tax_score"),
    grid=10,
)

SCORE_INDICATORS: dict[str, ScoreIndicator] = {
    each.code: each
    for each in (
        UNIFIED_PAY,
        ICT_INCOME,
        PERSONAL_BILL,
        EMPLOYEES,
        VNET_USERS,
        ICT_PRODUCTS,
        INFORMATISATION,
        CONTRACT_TENURE,
        OFF_NET,
        INFLUENCE,
        TAX_SCORE,
    )
}


def columns_read(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of ``group_month`` that these indicators read, each once, in order."""
    named = (column for code in codes for column in SCORE_INDICATORS[code].columns)
    return tuple(dict.fromkeys(named))
