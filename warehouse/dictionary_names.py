"""Say the names of industries 行业 and products 产品 in the reader's language.

Names come with the reference data and stay as they were delivered; those of the usual industries
and products have known English words, kept here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.formats import is_chinese
from warehouse.models import Industry

ENGLISH: Mapping[str, str] = {
    "教育": "Education",
    "金融": "Finance",
    "公安政法": "Police and justice",
    "党政机关": "Government",
    "乡镇街道": "Townships",
    "医疗卫生": "Health care",
    "制造业": "Manufacturing",
    "建筑地产": "Construction",
    "交通物流": "Transport",
    "能源水务": "Energy and water",
    "信息技术": "IT",
    "商贸零售": "Retail",
    "住宿餐饮": "Hospitality",
    "农林牧渔": "Agriculture",
    "其他": "Other",
    "移动总机": "Switchboard",
    "集团彩铃": "Group ringback",
    "集团短信": "Group SMS",
    "V网": "V-net",
    "校信通": "School link",
    "校讯通": "School link",
    "银信通": "Bank link",
    "警务通": "Police link",
    "农信通": "Farm link",
    "互联网专线": "Internet line",
    "IDC托管": "IDC hosting",
    "物联网卡": "IoT cards",
    "移动云主机": "Cloud host",
    "视频会议": "Video meetings",
    "移动办公": "Mobile office",
    "车务通": "Fleet link",
    "企业邮箱": "Business mail",
    "员工话费统付": "Staff bills paid",
    "语音专线": "Voice line",
}


def name_said(name: str | None) -> str:
    """Return a delivered name as the reader reads it."""
    return name or "" if is_chinese() else ENGLISH.get(name or "", name or "")


def industry_names() -> tuple[tuple[str, str], ...]:
    """Return the industries' codes and names, in the order of their codes."""
    rows = Industry.objects.order_by("code").values_list("code", "name")
    return tuple((code, name_said(name)) for code, name in rows)
