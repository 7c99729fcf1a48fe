"""Declare what a value score 价值评分 can look at, and how each raw value is read.

A raw value is one float per group, read from columns of ``group_month`` in the unit that the maps
of a model are written in (money in 元, the off-net rate as a ratio). Missing is NaN, never 0.
Every division here has a fixed order, so the same facts give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.indicator import Indicator
from core.money import LI_PER_YUAN
from core.month import Month

Floats = NDArray[np.float64]
Columns = Mapping[str, NDArray[Any]]  # column of group_month → float64, NaN where null
Dimension = Literal["income", "attributes", "influence"]

DIMENSION_LABELS: dict[str, tuple[str, str]] = {
    "income": ("收入贡献", "Income"),
    "attributes": ("集团属性", "Attributes"),
    "influence": ("社会影响", "Influence"),
}


@dataclass(frozen=True, slots=True)
class ScoreIndicator:
    """Be one scored indicator 评分指标: its declaration, columns and reading.

    ``grid`` counts the smallest steps in one raw unit (1000 厘 in 1 元): the answers of "points to
    the next grade" lie on that grid, so that they are values a group can really have.
    """

    indicator: Indicator
    dimension: Dimension
    columns: tuple[str, ...]
    read: Callable[[Columns, Month], Floats]
    grid: int = 1

    @property
    def code(self) -> str:
        """Return the stable code used in models, marts and the API."""
        return self.indicator.code


def _plain(column: str) -> Callable[[Columns, Month], Floats]:
    def read(columns: Columns, month: Month) -> Floats:
        return np.asarray(columns[column], dtype=np.float64)

    return read


def _yuan(column: str) -> Callable[[Columns, Month], Floats]:
    def read(columns: Columns, month: Month) -> Floats:
        return np.asarray(columns[column], dtype=np.float64) / LI_PER_YUAN

    return read


def read_off_net_ratio(columns: Columns, month: Month) -> Floats:
    """Return the member off-net rate 成员离网率 of a standard month; NaN without members.

    Source: definitions §2, L / ((N(m−1) + N(m)) / 2) / (d·12/D).
    """
    lost = np.asarray(columns["n_off_net"], dtype=np.float64)
    both = np.asarray(columns["n_members_prev"], dtype=np.float64) + columns["n_members"]
    rate = np.full(both.shape, np.nan)
    np.divide(2.0 * lost, both, out=rate, where=both > 0)
    return np.asarray(rate * month.n_days_in_year / (month.n_days * 12), dtype=np.float64)


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
    _yuan("unified_pay_li"),
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
    _yuan("ict_li"),
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
    _yuan("personal_bill_li"),
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
    _plain("employees"),
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
    _plain("n_vnet"),
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
    _plain("n_ict_products"),
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
    _plain("informatisation_level"),
)
CONTRACT_TENURE = ScoreIndicator(
    Indicator(
        "contract_tenure",
        "协议在网时长",
        "Contract tenure",
        "months",
        "协议开始至账期末的整月数",
        "Whole months from the start of the contract to the end of the month",
        "extract groups",
        "up",
    ),
    "attributes",
    ("contract_tenure_months",),
    _plain("contract_tenure_months"),
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
    _plain("influence"),
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
    _plain("tax_score"),
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
