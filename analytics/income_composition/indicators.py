"""Declare the six fees of members 成员费用 and their sum."""

from __future__ import annotations

from core.indicator import Indicator


def _fee(code: str, zh: str, en: str, formula_zh: str, formula_en: str) -> Indicator:
    return Indicator(
        code=code,
        label_zh=zh,
        label_en=en,
        unit="li",
        formula_zh=formula_zh,
        formula_en=formula_en,
        source=f"org_month.{code}" if code != "fee_total_li" else "org_month",
        better="up",
        numerator=code,
    )


FEE_TOTAL = _fee(
    "fee_total_li", "成员费用合计", "Member fees", "成员六项费用之和（含集团代付）",
    "Sum of the six fees of members (what groups pay of them included)",
)  # fmt: skip
ROAMING = _fee("roaming_li", "漫游费", "Roaming", "成员漫游费", "Members' roaming fees")
NEW_BUSINESS = _fee(
    "new_business_li", "新业务费", "New business", "成员数据及增值业务费",
    "Members' data and value-added fees",
)  # fmt: skip
LONG_DISTANCE = _fee(
    "long_distance_li", "长途费", "Long distance", "成员长途费", "Members' long-distance fees"
)
LOCAL = _fee("local_li", "本地费", "Local", "成员本地通话费", "Members' local call fees")
PACKAGE = _fee(
    "package_li", "套餐及月租", "Package and rent", "成员套餐费及月租",
    "Members' package fees and monthly rent",
)  # fmt: skip
OTHER = _fee(
    "other_li", "其他费用", "Other fees", "成员其他费用，使六项之和为 100%",
    "Members' other fees, so that the six are 100%",
)  # fmt: skip
SIX_FEES = (ROAMING, NEW_BUSINESS, LONG_DISTANCE, LOCAL, PACKAGE, OTHER)
INDICATORS = (FEE_TOTAL, *SIX_FEES)
