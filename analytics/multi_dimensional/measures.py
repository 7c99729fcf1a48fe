"""Declare what can be read by several dimensions 多维指标: each a sum over groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.indicator import Better, Indicator, Unit

#: What an indicator is summed from: column of ``org_month`` → sign.
Terms = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """Be one measure: its declaration, and the columns it is the sum (difference) of."""

    indicator: Indicator
    terms: Terms

    @property
    def is_money(self) -> bool:
        """Tell whether it is an amount."""
        return self.indicator.unit == "li"


def _of(
    code: str,
    labels: tuple[str, str],
    unit: Unit,
    formula: tuple[str, str],
    terms: Terms,
    *,
    better: Better = "up",
) -> Measured:
    source = " ".join(f"{'+' if sign > 0 else '-'}{name}" for name, sign in terms.items())
    numerator = code if tuple(terms) == (code,) else ""
    said = Indicator(
        code, *labels, unit, *formula, f"org_month {source}", better, numerator=numerator
    )
    return Measured(said, terms)


MEASURES: tuple[Measured, ...] = (
    _of("n_groups", ("集团客户数", "Groups"), "count",
        ("月末在网的集团客户（含沉默集团，不含测试集团）",
         "Groups on net at month end (silent ones included, test groups not)"),
        {"n_groups": 1}),
    _of("n_no_member", ("无人集团", "No-member groups"), "count",
        ("在网但没有成员的集团", "Groups on net without a member"),
        {"n_no_member": 1}, better="down"),
    _of("n_few_member", ("少人集团", "Few-member groups"), "count",
        ("有成员但不超过少人上限的集团", "Groups with members, but no more than the limit of few"),
        {"n_few_member": 1}, better="down"),
    _of("total_income_li", ("集团整体收入", "Group income"), "li",
        ("统付收入 + 个人账单收入，等于下列四项之和",
         "Unified-pay income + personal bills; the sum of the next four"),
        {"total_income_li": 1}),
    _of("unified_ict_li", ("统付-信息化", "Unified pay, ICT"), "li",
        ("由集团付费的信息化产品订购", "Subscriptions of ICT products paid by the group"),
        {"unified_ict_li": 1}),
    _of("unified_other_li", ("统付-其他", "Unified pay, other"), "li",
        ("统付收入 − 统付-信息化", "Unified-pay income − unified-pay ICT"),
        {"unified_pay_li": 1, "unified_ict_li": -1}),
    _of("personal_ict_li", ("个人-信息化", "Personal, ICT"), "li",
        ("个人账单中的信息化产品订购", "Subscriptions of ICT products inside the personal bills"),
        {"personal_ict_li": 1}),
    _of("personal_other_li", ("个人-其他", "Personal, other"), "li",
        ("个人账单收入 − 个人-信息化", "Personal bills − personal ICT"),
        {"personal_bill_li": 1, "personal_ict_li": -1}),
    _of("standard_users", ("标准产品用户数", "Standard-product users"), "uses",
        ("移动总机、集团彩铃、集团短信的用户之和（户次，同一用户用几种产品计几次）",
         "Users of switchboard, ring-back and group SMS, added (one user counts once a product)"),
        {"switchboard_users": 1, "ringback_users": 1, "sms_users": 1}),
    _of("standard_income_li", ("标准产品收入", "Standard-product income"), "li",
        ("标准产品的订购金额，不论付费方", "Subscriptions of standard products, whoever pays"),
        {"standard_income_li": 1}),
    _of("application_income_li", ("行业应用收入", "Industry-application income"), "li",
        ("行业应用产品的订购金额，不论付费方",
         "Subscriptions of industry applications, whoever pays"),
        {"application_income_li": 1}),
)  # fmt: skip
BY_CODE: Mapping[str, Measured] = {each.indicator.code: each for each in MEASURES}
INCOME_SPLIT = ("unified_ict_li", "unified_other_li", "personal_ict_li", "personal_other_li")
