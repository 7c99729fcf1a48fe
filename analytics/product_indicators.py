"""Declare the users of single products 产品用户数 once, for every room that shows them."""

from __future__ import annotations

from core.indicator import Indicator


def _users(code: str, zh: str, en: str) -> Indicator:
    return Indicator(
        code=code,
        label_zh=f"{zh}用户数",
        label_en=f"{en} users",
        unit="uses",
        formula_zh=f"使用{zh}的用户数（户次，不跨集团去重）",
        formula_en=f"Uses of {en}, added up over the groups",
        source=f"org_month.{code}",
        better="up",
        numerator=code,
    )


SWITCHBOARD = _users("switchboard_users", "移动总机", "Switchboard")
RINGBACK = _users("ringback_users", "集团彩铃", "Group ringback")
SMS = _users("sms_users", "集团短信", "Group SMS")
SCHOOL = _users("school_users", "校信通", "School link")
BANK = _users("bank_users", "银信通", "Bank link")
POLICE = _users("police_users", "警务通", "Police link")
AGRI = _users("agri_users", "农信通", "Farm link")
