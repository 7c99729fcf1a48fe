"""Declare what stands on the cards of 产品使用情况分析."""

from __future__ import annotations

from core.indicator import Indicator

PRODUCTS_PER_GROUP = Indicator(
    code="products_per_group",
    label_zh="平均使用产品数",
    label_en="Products per group",
    unit="count",
    formula_zh="各集团使用的产品数之和 ÷ 集团客户数",
    formula_en="Products used, summed over groups ÷ groups",
    source="org_month",
    better="up",
    numerator="n_products",
    denominator="n_groups",
)
STANDARD_INCOME = Indicator(
    code="standard_income_li",
    label_zh="标准产品收入",
    label_en="Standard-product income",
    unit="li",
    formula_zh="标准产品的订购金额（不论付费方）",
    formula_en="Subscription amounts of standard products, whoever pays",
    source="org_month.standard_income_li",
    better="up",
    numerator="standard_income_li",
)
APPLICATION_INCOME = Indicator(
    code="application_income_li",
    label_zh="行业应用收入",
    label_en="Industry-application income",
    unit="li",
    formula_zh="行业应用产品的订购金额（不论付费方）",
    formula_en="Subscription amounts of industry applications, whoever pays",
    source="org_month.application_income_li",
    better="up",
    numerator="application_income_li",
)
GROUP_PENETRATION = Indicator(
    code="group_penetration_ratio",
    label_zh="集团渗透率",
    label_en="Group penetration",
    unit="ratio",
    formula_zh="使用该产品的集团数 ÷ 在网集团客户数；有订购或有用户即为使用",
    formula_en="Groups using the product ÷ groups on net; an order or a user is use",
    source="org_product_month",
    better="up",
    numerator="n_groups_using",
    denominator="n_groups",
)
USER_PENETRATION = Indicator(
    code="user_penetration_ratio",
    label_zh="用户渗透率",
    label_en="User penetration",
    unit="ratio",
    formula_zh="该产品用户数（户次）÷ 成员数；一人多次订购或含集团外用户时可超过 100%",
    formula_en="Uses of the product ÷ members; beyond 100% where one member has it more than"
    " once, or outsiders use it too",
    source="org_product_month",
    better="up",
    numerator="users",
    denominator="n_members",
)
